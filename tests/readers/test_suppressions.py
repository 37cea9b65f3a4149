from __future__ import annotations

import pytest

from healthlint.readers import read


def comments(source: str, format: str) -> list[tuple[str, str]]:
    """What each comment says, and the source it stands in."""
    found = read(source, format).comments
    return [(one.text, source[one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    ("format", "source", "found"),
    [
        ("html", "<p>a<!-- b -->c</p><!--d--!><!---->",
         [(" b ", "<!-- b -->"), ("d", "<!--d--!>"), ("", "<!---->")]),
        ("html", "<script><!-- a --></script><title><!-- b --></title><p hidden><!-- c --></p>",
         [(" c ", "<!-- c -->")]),
        ("html", "\ufeff<!doctype html>\r\n<!-- \u00e9\U0001f600 -->",
         [(" \u00e9\U0001f600 ", "<!-- \u00e9\U0001f600 -->")]),
        ("markdown", "\u00e9 <!-- a -- b --> c\n\n<!-- d\ne -->\n",
         [(" a -- b ", "<!-- a -- b -->"), (" d\ne ", "<!-- d\ne -->")]),
        ("markdown", "> <!-- a\n> b -->\n", [(" a\n  b ", "<!-- a\n> b -->")]),
        ("markdown", "`<!-- a -->`\n\n    <!-- b -->\n", []),
        ("markdown", "- x <!-- a -->\n\n| <!-- b --> c |\n|---|\n",
         [(" a ", "<!-- a -->"), (" b ", "<!-- b -->")]),
        ("text", "a\n [healthlint-disable A -- [b]] \nc [healthlint-enable]\n[healthlint-x]\n",
         [("healthlint-disable A -- [b]", "[healthlint-disable A -- [b]]"),
          ("healthlint-enable", "[healthlint-enable]")]),
    ],
)  # fmt: skip
def test_comments(format: str, source: str, found: list[tuple[str, str]]) -> None:
    assert comments(source, format) == found


def test_what_is_a_suppression_is_no_prose() -> None:
    source = "One line.\n[healthlint-disable A -- r]\nTwo. [healthlint-disable-line A -- r]\n"
    assert [block.text for block in read(source, "text").blocks] == ["One line.", "Two."]


FILE = "healthlint-disable-file "


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("---\nhealthlint-disable: A -- r # c\n---\n",
         [("A -- r", "healthlint-disable: A -- r")]),
        ("---\nx: 1\nhealthlint-disable:\n  - A -- r\n  - 'B -- s'\ny: 2\n---\n",
         [("A -- r", "- A -- r"), ("B -- s", "- 'B -- s'")]),
        ("---\nhealthlint-disable: [A -- r, \"B\"]\n---\n",
         [("A -- r", "A -- r, "), ("B", ', "B"')]),
        ("---\nhealthlint-disable:\n- rules: [A, B]\n  reason: r\n- {rules: C}\n---\n",
         [("A, B -- r", "- rules: [A, B]\n  reason: r"), ("C", "- {rules: C}")]),
        ("---\nhealthlint-disable:\n- reason: r\n- [A]\n-\n---\n",
         [(" -- r", "- reason: r"), ("", "- [A]"), ("", "-")]),
        ("---\nhealthlint-disable:\n---\n", []),
        ("---\nhealthlint-disable: [\n---\n", []),
        ("---\nother: healthlint-disable\n---\n", []),
        ("+++\nhealthlint-disable = 'A -- r' # c\n+++\n",
         [("A -- r", "healthlint-disable = 'A -- r'")]),
        ("+++\nhealthlint-disable = [\n  'A', # c\n  \"B\\\"\",\n]\n+++\n",
         [("A", "'A', # c\n  "), ('B"', ', # c\n  "B\\""')]),
        ("+++\nhealthlint-disable = []\n+++\n", []),
        ("+++\nhealthlint-disable = ['A', 3]\n+++\n", [("", "healthlint-disable = ['A'")]),
    ],
)  # fmt: skip
def test_front_matter(source: str, found: list[tuple[str, str]]) -> None:
    said = [(text.rstrip(), place) for text, place in comments(source, "markdown")]
    assert said == [((FILE + text).rstrip(), place) for text, place in found]
