from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.readers.markdown import read
from tests.readers import assert_exact, cut, links, notes, outline


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("\ufeff# A #", [("heading 1", "A")]),
        ("A\n===\nB *c*\n---\nd", [("heading 1", "A"), ("heading 2", "B c"), ("paragraph", "d")]),
        ("a\nb  \nc\\\nd", [("paragraph", "a b\nc\nd")]),
        ("a\r\nb\r\n\r\nc", [("paragraph", "a b"), ("paragraph", "c")]),
        ("- a\n- b\n  c\n\n  d\n  - e", [
            ("list-item 1", "a"), ("list-item 1", "b c"), ("list-item 1", "d"), ("list-item 2",
            "e"),
        ]),
        ("- a\n- - b\n  1. c\n- d", [
            ("list-item 1", "a"), ("list-item 2", "b"), ("list-item 2", "c"), ("list-item 1", "d"),
        ]),
        ("- [x] a\n- [ ] b", [("list-item 1", "a"), ("list-item 1", "b")]),
        ("* a\n\n      code\n", [("list-item 1", "a")]),
        ("    code\n\na `b` c\n\n```\nd\n```", [("paragraph", "a \ufffc c")]),
        ("*a **b*** and **c", [("paragraph", "a b and **c")]),
        ("un*safe* ~~no~~", [("paragraph", "unsafe no")]),
        ("a \\* b &amp; c \\", [("paragraph", "a * b & c \\")]),
        ("![a *b*](c \"d\") e", [("alt", "a b"), ("alt", "d"), ("paragraph", "e")]),
        ("e ![a][r]\n\n[r]: u 't'", [("paragraph", "e"), ("alt", "a")]),
        ("[a](/u 't \\'q\\' &lt;') b", [("paragraph", "a b"), ("alt", "t 'q' <")]),
        ("a\n\n***\n\nb", [("paragraph", "a"), ("paragraph", "b")]),
        ("a <b>c</b> d<!-- e -->f", [("paragraph", "a c df")]),
        ("a <code>c *d*</code> e", [("paragraph", "a \ufffc e")]),
        ("a<br>b<br/>c", [("paragraph", "a\nb\nc")]),
        ("<!--\na\n-->\nb\n\n<script>\nc\n\nd</script>\n\ne", [
            ("paragraph", "b"), ("paragraph", "e"),
        ]),
        ("<div hidden>\n\na *b*\n\n- c\n\n</div>\n\nd", [("paragraph", "d")]),
        ("a <span hidden>b *c*\n\nd", [("paragraph", "a"), ("paragraph", "d")]),
        (
            "<details><summary>A?</summary>\n\nb\n\n</details>\n\nc",
            [("heading 6", "A?"), ("paragraph", "b"), ("paragraph", "c")],
        ),
        ("<table><tr><td>\n\n**a** b\n\n</td><td>c</td></tr></table>", [
            ("cell", "a b"), ("cell", "c"),
        ]),
        ("> <p>a\n> <!-- b\n> c --> d", [("paragraph", "a d")]),
        ("- <li>a</li></ul>\n- b", [("list-item 1", "a"), ("list-item 1", "b")]),
        ("[^1] a", [("paragraph", "[^1] a")]),
        ("+++\ntitle = \"A b\"\n+++\nc", [("title", "A b"), ("paragraph", "c")]),
        ("---\n\na\n\n---", [("paragraph", "a")]),
        ("a\n\n---\nb: c\n---\n\nd", [("paragraph", "a"), ("heading 2", "b: c"), ("paragraph",
        "d")]),
        ("![a <div> b](u) c", [("alt", "a b"), ("paragraph", "c")]),
        ("é \udc00z", [("paragraph", "é \ufffdz")]),
    ],
)  # fmt: skip
def test_blocks(source: str, expected: list[tuple[str, str]]) -> None:
    document = read(source)
    assert outline(document) == expected
    if "\udc00" not in source:
        assert_exact(document)


def test_tables() -> None:
    document = read(
        "See:\n\n| Gel | *Lasts* |\n|---|:-:|\n| A \\| B | **12** mo |\n| | 9 |\n| C |\n\nd"
    )
    texts = [block.text for block in document.blocks]
    heads = [
        (block.kind, block.text, *(
            None if index is None else texts[index]
            for index in (block.row_head, block.column_head, block.lead)
        ))
        for block in document.blocks
    ]  # fmt: skip
    assert heads == [
        ("paragraph", "See:", None, None, None), ("cell", "Gel", None, None, "See:"),
        ("cell", "Lasts", None, None, "See:"), ("cell", "A | B", None, "Gel", "See:"),
        ("cell", "12 mo", "A | B", "Lasts", "See:"), ("cell", "9", None, "Lasts", "See:"),
        ("cell", "C", None, "Gel", "See:"), ("paragraph", "d", None, None, None),
    ]  # fmt: skip
    assert cut(document, "A | B") == "A \\| B"
    assert_exact(document)


def test_structure() -> None:
    document = read("# A\n\nb:\n\n- c\n  - d\n\n> e\nlazy\n> - f\n\n## G\n\n1. h\n\n# I\n\nj")
    assert [
        (block.text, block.heading, block.lead, block.quoted) for block in document.blocks
    ] == [
        ("A", None, None, False), ("b:", 0, None, False), ("c", 0, 1, False), ("d", 0, 2, False),
        ("e lazy", 0, None, True), ("f", 0, 4, True), ("G", 0, None, False), ("h", 6, 6, False),
        ("I", None, None, False), ("j", 8, None, False),
    ]  # fmt: skip


def test_a_bold_paragraph_heads_what_follows() -> None:
    document = read(
        "## A\n\n**Is it *safe*?**\n\nYes.\n\n***Q: Why?***\n\nb\n\n**Not this.**\n\n"
        "**Nor** this\n\n**Nor that**\n\n## C\n\n> **D**\n\ne\n\n- **f**\n\n"
        "**“Wow”**\n\n**Last**"
    )
    assert [(block.kind, block.level, block.text, block.heading) for block in document.blocks] == [
        ("heading", 2, "A", None), ("heading", 6, "Is it safe?", 0), ("paragraph", 0, "Yes.", 1),
        ("heading", 6, "Q: Why?", 0), ("paragraph", 0, "b", 3), ("paragraph", 0, "Not this.", 3),
        ("paragraph", 0, "Nor this", 3), ("paragraph", 0, "Nor that", 3), ("heading", 2, "C", None),
        ("paragraph", 0, "D", 8), ("paragraph", 0, "e", 8), ("list-item", 1, "f", 8),
        ("paragraph", 0, "“Wow”", 8), ("paragraph", 0, "Last", 8),
    ]  # fmt: skip


def test_links() -> None:
    document = read(
        "[a **b**](/x) [c][r] <https://d.org/e> <f@g.org> https://h.org/a_i_b*c?d=e&amp;f [r]"
        " ![j](k)\n\n[![l](m)](/n)\n\n[r]: /s"
    )
    assert document.blocks[0].text == "a b c \ufffc \ufffc \ufffc r"
    assert links(document) == [
        ("a b", "/x"), ("c", "/s"), ("\ufffc", "https://d.org/e"), ("\ufffc", "f@g.org"),
        ("\ufffc", "https://h.org/a_i_b*c?d=e&f"), ("r", "/s"), ("l", "/n"),
    ]  # fmt: skip
    assert cut(document, "c \ufffc \ufffc \ufffc") == (
        "c][r] <https://d.org/e> <f@g.org> https://h.org/a_i_b*c?d=e&amp;f"
    )


def test_notes() -> None:
    document = read(
        "a[^x], b.[^2] c<sup>3</sup> d⁴ [5] 10<sup>6</sup>\n\n[^x]: Smith\n\n    Jones\n\n"
        "[^2]: Brown\n\n## References\n\n4. Green\n5. White\n\n"
        "[6] Grey\n\n<ol>\n<li>Red</li>\n</ol>\n"
    )
    assert notes(document) == [("a", "x"), ("a, b.", "2"), ("a, b. c", "3"), ("a, b. c d", "4")]
    assert document.blocks[0].text == "a, b. c d [5] 10⁶"
    assert [(block.kind, block.note_key, block.text) for block in document.blocks[1:]] == [
        ("note", "x", "Smith"), ("note", "x", "Jones"), ("note", "2", "Brown"),
        ("heading", None, "References"), ("note", "4", "Green"), ("note", "5", "White"),
        ("note", "6", "[6] Grey"), ("note", "1", "Red"),
    ]  # fmt: skip
    assert_exact(document)


@pytest.mark.parametrize(
    ("source", "phrase", "expected"),
    [
        ("is **safe** and *effective*.", "safe and effective", "safe** and *effective"),
        ("is [safe](/x) and `y`", "safe and", "safe](/x) and"),
        ("> safe\n> and\r\n> effective", "safe and effective", "safe\n> and\r\n> effective"),
        ("- safe\n  and", "safe and", "safe\n  and"),
        ("safe  \nand", "safe\nand", "safe  \nand"),
        ("treat\u00adment &shy;x", "treatment x", "treat\u00adment &shy;x"),
        ("é 😀 5&nbsp;mg é", "5\u00a0mg é", "5&nbsp;mg é"),
        ("cafe\u0301 x", "café", "cafe\u0301"),
        ("a *b <i>c* d</i>", "b c d", "b <i>c* d"),
        ("---\ntitle: é\n---\né **x** y", "x y", "x** y"),
        ("\ufeffé **x** y", "x y", "x** y"),
        ("![é r&amp;d](x)", "r&d", "r&amp;d"),
    ],
)
def test_places(source: str, phrase: str, expected: str) -> None:
    document = read(source)
    assert cut(document, phrase) == expected
    assert_exact(document)


# -- against known places ------------------------------------------------------------------------

#: How a word may stand in the source, before, core and after, and as a reader sees it.
WORDS = [
    ("", "safe", "", "safe"), ("**", "safe", "**", "safe"), ("", "treat\u00adment", "",
    "treatment"),
    ("", "treat&shy;ment", "", "treatment"), ("", "cafe\u0301", "", "café"),
    ("", "&eacute;tat", "", "état"), ("", "d&rsquo;or", "", "d’or"),
    ("[", "re*lie*f", "](/x 'y')", "relief"),
    ("", "😀ok", "", "😀ok"), ("", "un\u2011safe", "", "un\u2011safe"),
    ("", "a", "<!-- x -->", "a"),
    ("", "x\\*y", "", "x*y"), ("<span>", "5&nbsp;mg", "</span>", "5\u00a0mg"),
    ("_", "R&amp;D", "_", "R&D"),
    ("", "“quoted”", "", "“quoted”"), ("***", "x", "***", "x"), ("~~", "e&#769;a", "~~", "éa"),
    ("[", "b", "][r]", "b"), ("", "naïve", "[^n]", "naïve"),
]  # fmt: skip
BLANKS = [" ", "\n", "\r\n", "  ", " \t", "&#32;", " <!-- x --> ", "\n   "]
CONTAINERS = [
    ("", "", " "), ("# ", "", None), ("> ", "> ", " "), ("- ", "  ", " "), ("1. ", "   ", " "),
    ("- > ", "  > ", " "), ("- - ", "    ", " "),
]  # fmt: skip


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, list[list[tuple[str, int, int]]]]:
    """Markdown, and for every block its words with their source ranges."""
    source = draw(st.sampled_from(["", "\ufeff", "---\nauthor: é\n---\n"]))
    blocks = []
    for _ in range(draw(st.integers(1, 3))):
        first, later, wrap = draw(st.sampled_from(CONTAINERS))
        source += first
        words = []
        for opening, core, closing, text in draw(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
        ):
            if words:
                blank = draw(st.sampled_from(BLANKS if wrap else BLANKS[:1]))
                source += blank.replace("\n", "\n" + later)
            source += opening
            words.append((text, len(source), len(source) + len(core)))
            source += core + closing
        blocks.append(words)
        source += "\n\n***\n\n"
    return source + "[r]: /r\n\n[^n]: Note\n", blocks


@given(passages())
@settings(deadline=None)
def test_every_range_of_words_has_its_place(
    passage: tuple[str, list[list[tuple[str, int, int]]]],
) -> None:
    source, expected = passage
    document = read(source)
    blocks = [block for block in document.blocks if block.kind not in ("alt", "note")]
    assert [block.text for block in blocks] == [
        " ".join(text for text, _, _ in words) for words in expected
    ]
    for block, words in zip(blocks, expected, strict=True):
        ends, at = [], 0
        for text, _, _ in words:
            ends.append((at, at + len(text)))
            at += len(text) + 1
        for first, (_, start, _) in enumerate(words):
            for last in range(first, len(words)):
                span = block.span(ends[first][0], ends[last][1])
                assert (span.start, span.end) == (start, words[last][2])
    assert_exact(document)


@given(st.text(alphabet="*_[]()<>!#-`|~&;\\ \n\ta1é\u0301:^\"'+=/", max_size=60))
@settings(deadline=None)
def test_any_characters_give_exact_runs(source: str) -> None:
    assert_exact(read(source))


FRAGMENTS = [
    "<div>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<ul>", "<li>", "</ul>",
    "<p>", "<b>",
    "</b>", "<span hidden>", "</span>", "<dl><dt>", "<dd>", "</dl>", "<script>", "</script>",
    "<a href=x>", "</a>",
    "<sup>1</sup>", "<q>", "</q>", "<title>", "<!--", "-->", "\n", "\n\n", "- ", "> ",
    "| a | b |\n|--|--|\n", "word ",
    "**", "# ", "![x](y)", "[z](/w)", "<blockquote>", "</blockquote>", "<summary>", "<details>",
    "[^1]", "\n\n[^1]: n\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
@settings(deadline=None)
def test_html_and_markdown_entangled(source: str) -> None:
    assert_exact(read(source))
