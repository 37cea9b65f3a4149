from __future__ import annotations

import pytest

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.pattern import Gap, PatternError, Ref, Space, parse, refs, strings


def test_blanks_and_hyphens_are_one_space() -> None:
    assert parse("side-effects") == parse("side effects")
    assert parse("side  effects") == parse("side effects")
    assert Space() in parse("a b").parts


def test_references_name_a_class_a_form_and_a_key() -> None:
    tree = parse("{drug=treatment} {be} {benefit_verb.ing}")
    assert refs(tree) == {("treatment", ""), ("be", ""), ("benefit_verb", "ing")}
    assert tree.parts[0] == Ref("treatment", "", "drug")


def test_a_gap_has_a_size() -> None:
    assert parse("safe {gap:3} effective").parts[-10] == Gap(3)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(a", "never closed"),
        ("a)", "`)` without `(`"),
        ("[a", "never closed"),
        ("{No!}", "neither a word class nor a gap"),
        ("{gap:99}", "1 to 15 words"),
        ("*a", "nothing to repeat"),
        ("a\\", "cannot end with"),
        ("\\q", "not supported"),
        ("(?P<x>a)", "not supported"),
        ("{gap:2} {gap:2}", "two gaps"),
    ],
)
def test_a_broken_pattern_says_what_is_wrong(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=".*" + __import__("re").escape(words)):
        parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("cures?", {"cure", "cures"}),
        ("(known )?side-effects?", {"side effect", "side effects", "known side effect",
                                    "known side effects"}),
        ("a{2,3}", {"aa", "aaa"}),
        ("\\d+", {pat.NUMBER}),
        ("\\w+", {pat.TAINT}),
        (".*", {pat.BREAK, ""}),
        ("safe(?! from)", {"safe"}),
        ("Safe", {"safe"}),
    ],
)  # fmt: skip
def test_strings_spells_a_pattern_out(pattern: str, expected: set[str]) -> None:
    assert strings(parse(pattern), 100, {}) == expected


def test_strings_gives_up_beyond_its_limit() -> None:
    assert strings(parse("(a|b)(a|b)(a|b)"), 7, {}) is None
