from __future__ import annotations

import pytest

from healthlint.decisions.directives import Directive, parse
from healthlint.document import Comment


def comment(text: str) -> Comment:
    return Comment(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "verb", "words", "reason"),
    [
        (" healthlint-disable-file A -- why ", "disable-file", ("A",), "why"),
        ("healthlint-disable A, b-c d,, A -- why", "disable", ("A", "b-c", "d"), "why"),
        ("HealthLint-Disable-Line A --why", "disable-line", ("A",), "why"),
        ("healthlint-disable-line A \u2014 why -- so", "disable-line", ("A",), "why -- so"),
        ("healthlint-disable-line A \u2013 why", "disable-line", ("A",), "why"),
        ("healthlint-disable-next-block\n  A\n  -- two\n  lines", "disable-next-block", ("A",),
         "two lines"),
        ("healthlint-disable A", "disable", ("A",), ""),
        ("healthlint-disable A --", "disable", ("A",), ""),
        ("healthlint-enable", "enable", (), ""),
        ("healthlint-enable A", "enable", ("A",), ""),
    ],
)  # fmt: skip
def test_parse(text: str, verb: str, words: tuple[str, ...], reason: str) -> None:
    said = comment(text)
    assert parse(said) == Directive(said, verb, words, reason)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("healthlint-disable", "name the rules, codes or categories after `healthlint-disable`"),
        ("healthlint-disable -- why",
         "name the rules, codes or categories after `healthlint-disable`"),
        ("healthlint: disable-file A", "write `healthlint-disable-file`, with a hyphen"),
        ("healthlint disable A", "write `healthlint-disable`, with a hyphen"),
        ("healthlint-disable-next-line A",
         "there is no `healthlint-disable-next-line` (did you mean "
         "`healthlint-disable-next-block`?)"),
        ("healthlint-disabel A",
         "there is no `healthlint-disabel` (did you mean `healthlint-disable`?)"),
        ("healthlint-off A",
         "there is no `healthlint-off`; there are: healthlint-disable-next-block, "
         "healthlint-disable-line, healthlint-disable, healthlint-disable-file, "
         "healthlint-enable"),
    ],
)  # fmt: skip
def test_parse_says_what_is_wrong(text: str, wrong: str) -> None:
    found = parse(comment(text))
    assert found is not None
    assert found.wrong == wrong


@pytest.mark.parametrize(
    "text",
    ["", " a comment ", "healthlint is our linter", "eslint-disable A", "see healthlint-disable"],
)
def test_other_comments_are_not_ours(text: str) -> None:
    assert parse(comment(text)) is None
