"""What a plan asks for, word by word."""

from __future__ import annotations

from typing import Any

import pytest
import regex

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.drafts import needs
from healthlint.rulebook.plan import Groups, Planner
from healthlint.rulebook.steps import (
    ANY_WORD,
    EITHER,
    END,
    GAP,
    LATER,
    MANY,
    MAYBE,
    MIXED_WORD,
    NUMBER_WORD,
    SIGN,
    SPACE,
    START,
    folded,
)
from healthlint.tagging import alike
from tests.rulebook import hostile
from tests.rulebook.agreement import vocabulary

VOCABULARY = vocabulary(hostile.LEXICONS)
PLANNER = Planner(VOCABULARY)
ANY, NUMBER = frozenset({ANY_WORD}), frozenset({NUMBER_WORD})


def words(*some: str) -> frozenset[str | int]:
    return frozenset(some)


def draft(pattern: str) -> tuple[Any, ...]:
    return PLANNER.draft(pat.parse(pattern), "test")


def number(name: str, form: str = "") -> frozenset[str | int]:
    return frozenset({VOCABULARY.word_class(name, form, "test").number})


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("safe", (words("safe"),)),
        ("Safe and", (words("safe"), SPACE, words("and"))),
        ("don't wait", (words("don"), words("t"), SPACE, words("wait"))),
        ("naïve|café", (words("naïve", "café"),)),
        ("organi[sz]ed?", (words("organise", "organised", "organize", "organized"),)),
        ("cure\\w*", (words("cure*", "cure"),)),
        ("cur\\w*", (ANY,)),  # too short a beginning
        ("a {gap:3} b", (words("a"), SPACE, -(GAP + 3), words("b"))),
        ("^safe$", (START, words("safe"), END)),
        ("(?<!not )safe(?! from)\\b", (words("safe"),)),
        ("safe (?:now|here)", (words("safe"), SPACE, words("now", "here"))),
        ("so (very )*safe",
         (words("so"), SPACE, (MANY, 0, -1, (words("very"), SPACE)), words("safe"))),
        ("(very )?safe", ((MAYBE, (words("very"), SPACE)), words("safe"))),
        ("(so safe|in a lab) x",
         ((EITHER, (words("so"), SPACE, words("safe")),
           (words("in"), SPACE, words("a"), SPACE, words("lab"))), SPACE, words("x"))),
        ("\\d+", (NUMBER,)),
        ("x\\d", (frozenset({MIXED_WORD}),)),
        ("[\\d.,]+", ((MANY, 0, -1, (NUMBER,)),)),
        ("safe%", (words("safe"), words(SIGN + "%"))),
        ("safe, and", (words("safe"), SPACE, words("and"))),
        ("x .+ y", (words("x"), SPACE, LATER, SPACE, words("y"))),
        ("safe( |-)?effective",
         ((EITHER, (words("safeeffective"),), (words("safe"), SPACE, words("effective"))),)),
        ("(a )?x", ((MAYBE, (words("a"), SPACE)), words("x"))),
        ("{gas} x", (number("gas"), SPACE, words("x"))),
        ("{treatment.s} x", (number("treatment", "s"), SPACE, words("x"))),
        ("µg", (words("\u03bcg"),)),
        ("\\p{P}", ((MAYBE, (ANY,)),)),
        ("\\p{Lu}x", (ANY,)),
        ("[а-я]", ((MAYBE, (ANY,)),)),
    ],
)  # fmt: skip
def test_a_plan(pattern: str, steps: tuple[Any, ...]) -> None:
    assert draft(pattern) == steps


@pytest.mark.parametrize(
    ("pattern", "opening"),
    [
        ("safe now", words("safe")),
        ("(very )?safe", words("very", "safe")),
        ("(safe|in) x", words("safe", "in")),
        ("{gas} x", number("gas")),
        ("(?<!not )safe", words("safe")),
        ("(?=s)safe", words("safe")),
        ("\\d+ of", NUMBER),
        ("^safe", START),
        ("( |-)?safe", -1),  # begins with a blank perhaps
        ("£?safe", -1),
        ("£\\d", -1),
        ("\\w+ safe", -1),
        ("\\bsafe", -1),
        ("{gap:2} safe", -1),
        ("(^|in )safe", -1),
        ("( |-){glue}", -1),
    ],
)
def test_the_words_that_a_match_begins_with(pattern: str, opening: object) -> None:
    tree = pat.parse(pattern)
    assert PLANNER.opening(tree, PLANNER.draft(tree, "test"), "test") == opening


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("safe and", [words("safe"), words("and")]),
        ("(very )?safe", [words("safe")]),
        ("\\w+ safe", [words("safe")]),
        ("\\w+|safe", []),
        ("(so safe|in a lab) x", [words("safe", "lab", "so"), words("x")]),
        ("(very ){2} x", [words("very"), words("x")]),
        ("(very )* x", [words("x")]),
        ("\\d+ {gas}", [NUMBER, number("gas")]),
    ],
)
def test_what_a_text_must_hold(pattern: str, needed: list[frozenset[str | int]]) -> None:
    found = needs(draft(pattern))
    assert len(found) == len(needed)
    for some, least in zip(found, needed, strict=True):
        assert some <= least


def test_groups_are_numbered_once_and_choices_are_guarded() -> None:
    groups = Groups()
    so = (words("so"), SPACE)
    plan = groups.plan((*so, (EITHER, so, (words("in"),)), (MAYBE, (SPACE,)), (MANY, 0, 2, so)))
    so_, either, in_ = (groups.number(words(*some)) for some in (["so"], ["so", "in"], ["in"]))
    assert plan == (
        so_, SPACE, (EITHER, either, (so_, SPACE), (in_,)), (MAYBE, -1, (SPACE,)),
        (MANY, 0, 2, (so_, SPACE)),
    )  # fmt: skip
    assert set(groups.all()) == {words("so"), words("so", "in"), words("in")}
    assert [groups.number(group) for group in groups.all()] == [0, 1, 2]


def test_a_guard_is_no_sign_and_not_any_word() -> None:
    for option in ((words(SIGN + "%"),), (ANY,), (LATER, words("x")), ()):
        assert Groups().plan(((EITHER, (words("a"),), option),))[0][1] == -1


def test_letters_that_patterns_take_for_one_another_are_one() -> None:
    assert folded("\u00b5g") == folded("\u03bcg") == "\u03bcg"
    assert folded("οδος") == folded("οδοσ")
    assert folded("µ" * 3 + "safe") == "\u03bc" * 3 + "safe"
    assert folded("café") == "café"


def test_every_letter_that_a_pattern_takes_for_another_is_folded_to_the_same() -> None:
    for code in range(0x80, 0x20000):
        char = chr(code)
        if not char.isalpha() or "\ue000" <= char <= "\uf8ff" or char != alike(char):
            continue
        for other in {char.upper(), char.lower(), char.casefold(), char.title()} - {char}:
            if len(other) == 1 and other == alike(other):
                assert regex.fullmatch(char, other, regex.IGNORECASE | regex.VERSION0) is None or (
                    folded(char.lower()) == folded(other.lower())
                ), (char, other)
