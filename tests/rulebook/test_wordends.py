"""Which parts of a pattern are apart, and which may share a word."""

from __future__ import annotations

import pytest
import regex
from hypothesis import assume, given

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.matcher import FLAGS
from healthlint.rulebook.wordends import (
    begins,
    bridge,
    can_be_empty,
    ends,
    glued,
    is_nothing,
    is_punctuation,
    opens_with_word,
    plainer,
    present,
    signs,
    stands_alone,
)
from tests.examples import tried
from tests.rulebook import hostile


def one(pattern: str) -> pat.Node:
    (part,) = pat.parse(pattern).parts
    return part


@pytest.mark.parametrize(
    ("pattern", "punctuation", "found"),
    [
        ("%", True, ["%"]),
        ("\\.", True, []),  # too common to look for
        ("[%£]", True, ["%", "£"]),
        ("[-–]", True, []),
        ("[.,]", True, []),
        ("[★⭐]", True, ["★", "⭐"]),
        ("[½¼]", True, ["¼", "½"]),
        ("[^\\w-]", True, []),
        ("\\W", True, []),
        ("\\s", True, []),
        ("a", False, None),
        ("_", False, None),
        ("é", False, None),
        ("[a%]", False, None),
        ("[^%]", False, None),
        ("[%\\w]", False, None),
        ("[%\\d]", False, None),
        ("\\w", False, None),
        ("\\d", False, None),
        ("\\S", False, None),
        (".", False, None),
        ("\\p{P}", False, None),
        ("\\p{L}", False, None),
        ("[а-я]", False, None),  # letters beyond those that are tried
        ("[αβ]", False, None),
        ("[!-я]", False, None),
    ],
)
def test_punctuation(pattern: str, punctuation: bool, found: list[str] | None) -> None:
    node = one(pattern)
    assert is_punctuation(node) is punctuation
    if punctuation:
        assert signs(node) == found


@pytest.mark.parametrize(
    ("pattern", "as_if"),
    [
        ("organi[sz]e", "organi(s|z)e"),
        ("[a-c]x", "(a|b|c)x"),
        ("[4-9]", None),
        ("([sz]|[A-B])?", "((s|z)|(a|b))?"),
    ],
)
def test_sets_are_spelled_out(pattern: str, as_if: str | None) -> None:
    tree = plainer(pat.parse(pattern))
    if as_if is None:
        raw = tree.parts[0]
        assert isinstance(raw, pat.Raw)
        assert raw.digit and raw.word and raw.numeric
    else:
        assert tree == pat.parse(as_if)


@pytest.mark.parametrize("pattern", ["[^sz]", "[sé]", "[s.]", "[\\w-]", "[sя]", "[a-я]", "\\w"])
def test_other_sets_stay(pattern: str) -> None:
    assert isinstance(plainer(pat.parse(pattern)).parts[0], pat.Raw)


@pytest.mark.parametrize(
    ("pattern", "numeric"), [("[\\d.,]", True), ("[\\d]", True), ("[\\da]", False)]
)
def test_sets_of_numbers(pattern: str, numeric: bool) -> None:
    raw = plainer(pat.parse(pattern)).parts[0]
    assert isinstance(raw, pat.Raw)
    assert raw.numeric is numeric


@pytest.mark.parametrize(
    ("pattern", "first", "last"),
    [
        ("a", False, False), ("%", True, True), (" ", True, True), ("{gap:2}", False, True),
        ("( |-)", True, True), ("( |x)", False, False), ("( x)", True, False),
        ("(x )", False, True), ("( ?x)", False, False), ("(%?)", True, True), ("^", True, True),
        ("$", True, True), ("\\b", False, False), ("(?=%)", False, False), ("(?:%)", True, True),
        ("%*", True, True), ("\\W", True, True), ("{gas}", False, False), (".", False, False),
    ],
)  # fmt: skip
def test_edges_of_parts(pattern: str, first: bool, last: bool) -> None:
    assert (begins(one(pattern)), ends(one(pattern))) == (first, last)


@pytest.mark.parametrize(
    ("pattern", "empty"),
    [
        ("a", False), ("a?", True), ("a*", True), ("a+", False), ("(a|)", True), ("(a?b?)", True),
        ("(a?b)", False), ("(a?)+", True), ("^", True), ("{gap:1}", True), ("{gas}", False),
        ("(?=a)", True), (" ", False), (" ?", True),
    ],
)  # fmt: skip
def test_what_may_be_nothing(pattern: str, empty: bool) -> None:
    assert can_be_empty(one(pattern)) is empty


def test_what_asks_nothing() -> None:
    nothing = ["\\b", "\\B", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)"]
    assert [text for text in nothing if not is_nothing(one(text))] == []
    something = ["^", "$", "(?:a)", "(?-i:a)", "a?", "()"]
    assert [text for text in something if is_nothing(one(text))] == []


@pytest.mark.parametrize(
    ("pattern", "runs"),
    [
        ("ab", ["ab"]),
        ("a b", ["a", " ", "b"]),
        ("ab%c", ["ab", "%", "c"]),
        ("a{gap:2}b", ["a{gap:2}", "b"]),
        ("a( |-)?b", ["a", "( |-)?", "b"]),
        ("a(x| )b", ["a(x| )b"]),
    ],
)
def test_runs(pattern: str, runs: list[str]) -> None:
    expected = [list(pat.parse(run).parts) for run in runs]
    assert list(glued(pat.parse(pattern).parts)) == expected


@pytest.mark.parametrize(
    ("pattern", "across"),
    [
        ("a b", None),
        ("a( |-)?b", (0, 2)),
        ("a %?b", None),  # the blank is always there
        ("a-?%?b", (0, 3)),
        ("a-?", None),
        ("-?a", None),
        ("%-?a", None),
        ("a(x|y)?b", None),  # they run together whatever stands there
    ],
)
def test_parts_that_run_together_without_what_is_between(
    pattern: str, across: tuple[int, int] | None
) -> None:
    assert bridge(pat.parse(pattern).parts) == across


def test_a_part_that_is_there() -> None:
    assert present(one("a?")) == one("a{1,1}")
    assert present(one("a*")) == pat.Repeat(pat.Text("a"), 1, None)
    assert present(one("(a|)")) == pat.Group((pat.Seq((pat.Text("a"),)),))
    assert present(one("a")) == one("a")


@pytest.mark.parametrize(
    ("pattern", "alone"),
    [("(a )*", True), ("( a)+", True), ("%{2}", True), ("a?", True), ("a+", False),
     ("(ab){2}", False)],
)  # fmt: skip
def test_repetitions_that_share_no_word(pattern: str, alone: bool) -> None:
    node = one(pattern)
    assert isinstance(node, pat.Repeat)
    assert stands_alone(node) is alone


SAMPLES = (
    "a", "x", "7", "é", "%", ".", "safe", "a.", ".a", "£x", "ж", "ж.", "½", "αx", "1,0", "_", "– ",
    "offa", "x'", "&a", "★★",
)  # fmt: skip


@tried(150)
@given(hostile.bare_patterns())
def test_edges_are_never_wrong(pattern: str) -> None:
    """What is said of a part's edges holds for all that it matches."""
    try:
        tree = pat.parse(pattern)
    except pat.PatternError:
        assume(False)
    try:
        compiled = regex.compile(pattern, FLAGS)
    except regex.error:
        assume(False)
    word = regex.compile(r"\w")
    opens = opens_with_word(tree, lambda ref: ())
    first, last, empty = begins(tree), ends(tree), can_be_empty(tree)
    for text in SAMPLES:
        if compiled.fullmatch(text):
            assert not (first and word.match(text[0])), text
            assert not (last and word.match(text[-1])), text
            assert not (opens and not word.match(text[0])), text
    if compiled.fullmatch(""):
        assert empty
