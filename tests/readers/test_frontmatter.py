from __future__ import annotations

import pytest

from healthlint.readers.markdown import read
from tests.readers import assert_exact, cut, outline


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("title: A b", [("title", "A b")]),
        ("title: 😀 A\ndescription: é “b” c", [("title", "😀 A"), ("meta", "é “b” c")]),
        ('title: "A \\"b\\" \\u2019c\\n d"', [("title", 'A "b" ’c d')]),
        ("title: 'It''s'", [("title", "It's")]),
        ("excerpt: >-\n  a\n  b\n\n  c", [("meta", "a b"), ("meta", "c")]),
        ("summary: | # note\n  a\n   b\nx: y", [("meta", "a b")]),
        ("lead: a\n  b\n  c", [("meta", "a b c")]),
        ('lead: "a\n  b \\\n  c"', [("meta", "a b c")]),
        ("hero:\n  title: A\n  text: b\n  url: /x y\n  image: c.png\n  link: https://d.e", [
            ("meta", "A"), ("meta", "b"), ("meta", "/x y"),
        ]),
        ("seo:\n  meta-description: a\n  seo_title: b\n  robots: c", [("meta", "a"), ("meta",
        "b")]),
        ("faqs:\n- question: a?\n  answer: b\n- {question: c, answer: d}", [
            ("meta", "a?"), ("meta", "b"), ("meta", "c"), ("meta", "d"),
        ]),
        ("highlights: [a b, 'c', \"d\"]", [("meta", "a b"), ("meta", "c"), ("meta", "d")]),
        ("title: &t !!str A\nheadline: *t", [("title", "A")]),
        ("title: 12\ncaption: true\nquote: ~", []),
        ("author: A\ndate: 2024-01-01\ntags: [a]\nimage: b", []),
        ("title: A {{ x\nexcerpt: [broken", [("title", "A {{ x")]),
        ("title: A: b\nquote: c # d", [("title", "A: b"), ("meta", "c")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_yaml(fields: str, expected: list[tuple[str, str]], line_end: str, mark: str) -> None:
    source = mark + f"---\n{fields}\n---\n# H".replace("\n", line_end)
    document = read(source)
    assert outline(document) == [*expected, ("heading 1", "H")]
    assert_exact(document)


def test_places() -> None:
    document = read('---\ntitle: "é \\u2019s 😀 safe"\nlead: >\n  one\n  two\n---\n')
    assert cut(document, "’s 😀 safe") == "\\u2019s 😀 safe"
    assert cut(document, "one two") == "one\n  two"


def test_toml() -> None:
    document = read(
        '+++\ntitle = "A \\"b\\""  # x\ndraft = true\n[params]\n'
        "description = 'C \\d'\nog_title = \"E\"\nweight = 3\n+++\nf"
    )
    assert outline(document) == [
        ("title", 'A "b"'), ("meta", "C \\d"), ("meta", "E"), ("paragraph", "f"),
    ]  # fmt: skip
    assert_exact(document)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("---\ntitle: A\n", [("paragraph", "title: A")]),
        ("---\n\ntitle: A\n\n---\n", [("paragraph", "title: A")]),
        ("---\njust words\n---\n", [("heading 2", "just words")]),
        ("x\n---\ntitle: A\n---\n", [("heading 2", "x"), ("heading 2", "title: A")]),
        ("+++\ntitle = 'A'\n", [("paragraph", "+++ title = 'A'")]),
        ("---\ntitle: A\n...\nb", [("title", "A"), ("paragraph", "b")]),
    ],
)
def test_what_is_no_front_matter(source: str, expected: list[tuple[str, str]]) -> None:
    assert [(kind, text) for kind, text in outline(read(source))] == expected
