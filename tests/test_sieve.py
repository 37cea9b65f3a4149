"""Plans over the words of many units at once: each step, at its edges, and no unit leaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.rulebook.index import index
from healthlint.rulebook.model import Pattern, Patterns
from healthlint.rulebook.steps import (
    ANY_WORD,
    CAPITAL_WORD,
    EITHER,
    END,
    GAP,
    LATER,
    MANY,
    MAYBE,
    MIXED_WORD,
    NUMBER_WORD,
    PREFIX,
    SIGN,
    SPACE,
    START,
    Plan,
)
from healthlint.sieve import ANYWHERE, UNIT_START, Sieve, _stretches
from healthlint.tagging import Tagger, Words
from tests.rulebook import hostile
from tests.rulebook.agreement import book, spoken

BOOK = book(hostile.LEXICONS, hostile.PATTERNS)
#: Groups by number; word class 7 is what `CLASSES` marks.
A, B, ANY, NUMBER, CLASS, PERCENT, CURE, MU, MIXED, CAPITAL = range(10)
INDEX = index(
    (
        frozenset({"a"}), frozenset({"b", "bb"}), frozenset({ANY_WORD}), frozenset({NUMBER_WORD}),
        frozenset({7}), frozenset({SIGN + "%"}), frozenset({"cure" + PREFIX}),
        frozenset({"\u03bcg"}), frozenset({MIXED_WORD}), frozenset({CAPITAL_WORD}),
    )
)  # fmt: skip
TAGGER = Tagger(book("none: [none]", ["none"]).rulebook.table)


def through(
    plan: Plan, *texts: str, opening: int = -1, hits: tuple[tuple[int, int], ...] = ()
) -> list[dict[int, int]]:
    """What a plan alone lets through; `hits` are places of class 7 in every text."""
    units = [TAGGER.read(text)._replace(hits=[(a, b, (7,)) for a, b in hits]) for text in texts]
    patterns = Patterns([Pattern(0, "", "", plan, (), opening, "")])
    return Sieve(units, INDEX).candidates(patterns)


def passes(plan: Plan, text: str, hits: tuple[tuple[int, int], ...] = ()) -> bool:
    return bool(through(plan, text, hits=hits)[0])


@pytest.mark.parametrize(
    ("plan", "yes", "no"),
    [
        ((A,), ["a", "x a", "a x", "A", "(a)"], ["x", "aa", "", "…"]),
        ((A, B), ["a b", "a-b", "a’b", "a.bb"], ["b a", "a x b", "ab"]),
        ((A, SPACE, B), ["a b", "a - b", "a\nb", "a, b"], ["a.b", "a'b", "a/b", "a x b"]),
        ((START, A), ["a b", "“a"], ["x a", ""]),
        ((A, END), ["b a", "a!”"], ["a x", ""]),
        ((START, END), ["", "…"], ["a"]),
        ((A, LATER, B), ["a b", "a x x b", "ab a bb"], ["b a", "a x"]),
        ((A, -(GAP + 2), B), ["a b", "a x b", "a x-x b", "a it's x b", "a 1,000.5 b"],
         ["a x x x b", "b a", "a it's"]),
        ((A, (MAYBE, -1, (ANY,)), B), ["a b", "a x b"], ["a x x b"]),
        ((A, (MAYBE, B, (B,)), END), ["a", "a b"], ["a x", "a b b"]),
        (((EITHER, -1, (A, A), (B,)), END), ["a a", "x b"], ["a", "b a"]),
        ((START, (MANY, 2, 3, (A,)), END), ["a a", "a a a"], ["a", "a a a a", "a a x"]),
        ((START, (MANY, 0, -1, (A,)), B), ["b", "a b", "a a a a a a a b"], ["x b", "a x b"]),
        ((START, (MANY, 1, -1, (A, SPACE)), B), ["a b", "a a b"], ["b", "a'b"]),
        ((NUMBER,), ["7", "1,000", "x2", "٣"], ["seven", "½"]),
        ((MIXED,), ["x2", "2x", "1,000mg"], ["7", "1,000", "x", "seven"]),
        ((CAPITAL,), ["A", "x “É"], ["a", "xA", "7", ""]),
        ((CURE, END), ["cure", "Cures", "curecumin"], ["cur", "secure"]),
        ((PERCENT, A), ["a %", "% a", "a x%"], ["a", "%"]),
        ((PERCENT, END), ["%", "50% x"], ["x"]),
        ((MU,), ["\u03bcg", "\u00b5g", "\u039cG"], ["ug", "mg"]),
    ],
)  # fmt: skip
def test_a_step(plan: Plan, yes: list[str], no: list[str]) -> None:
    alone = {text: passes(plan, text) for text in yes + no}
    assert alone == {text: text in yes for text in yes + no}
    # However many units are read at once, and in whatever order.
    mixed = [text for pair in zip(yes * 9, no * 9, strict=False) for text in pair]
    for texts in (yes + no, no + yes, mixed):
        assert [bool(some) for some in through(plan, *texts)] == [text in yes for text in texts]


def test_no_step_goes_over_the_end_of_a_unit() -> None:
    for between in ((), (SPACE,), (LATER,), (-(GAP + 15),), ((MAYBE, -1, (ANY,)),),
                    ((MANY, 0, -1, (ANY,)),)):  # fmt: skip
        assert through((A, *between, B), "x a", "b x", "a", "", "b") == [{}] * 5
    assert through((PERCENT, A), "50%", "a", "%") == [{}, {}, {}]


def test_a_class_is_as_long_as_its_phrases() -> None:
    plan = (START, CLASS, A, END)
    assert passes(plan, "x x a", hits=((0, 1),))
    assert not passes(plan, "x x a", hits=((0, 0),))
    assert passes(plan, "x x a", hits=((0, 0), (0, 1)))
    assert passes(plan, "x a", hits=((0, 0), (1, 1)))


@pytest.mark.parametrize(
    ("phrases", "stretches"),
    [
        ([], {}),
        ([(0, 0), (2, 3)], {1: 0b1, 2: 0b100}),
        ([(0, 0), (1, 1)], {1: 0b11}),
        # One in the end of another: the outer's beginning goes to the common end.
        ([(0, 1), (1, 1)], {2: 0b1, 1: 0b10}),
        # One in the middle of another: each beginning goes to the first end, and on to the outer's.
        ([(0, 2), (1, 1)], {2: 0b11, 3: 0b1, 1: 0b10}),
        # One at the beginning of another.
        ([(0, 0), (0, 1)], {1: 0b1, 2: 0b1}),
        # Two that overlap.
        ([(0, 1), (1, 2)], {2: 0b11, 3: 0b1, 1: 0b10}),
        # Where another begins after an end, no stretch goes on.
        ([(0, 0), (0, 2), (1, 1)], {1: 0b11, 2: 0b10}),
    ],
)
def test_stretches_of_a_class(phrases: list[tuple[int, int]], stretches: dict[int, int]) -> None:
    assert dict(_stretches(phrases)) == stretches


def test_the_words_that_a_match_begins_with() -> None:
    assert through((A,), "x a a", "b", "a", opening=A) == [{0: 0b110}, {}, {0: 0b1}]
    assert through((A,), "x a", opening=-1) == [{0: ANYWHERE}]
    assert through((START, A), "a x", opening=START) == [{0: UNIT_START}]
    # Of a class too, and every word that could be one, whether its match goes on or not.
    assert through((CLASS, A), "a x x a", opening=CLASS, hits=((1, 2), (0, 0))) == [{0: 0b11}]


def test_a_pattern_whose_needs_never_meet_in_one_unit_is_left_out() -> None:
    patterns = Patterns([Pattern(0, "", "", (LATER,), (A, B), -1, "")])
    units = [TAGGER.read(text) for text in ("a", "b", "x")]
    assert Sieve(units, INDEX).candidates(patterns) == [{}, {}, {}]
    assert Sieve([TAGGER.read("b x a")], INDEX).candidates(patterns) == [{0: ANYWHERE}]


def test_no_units() -> None:
    assert Sieve([], BOOK.rulebook.index).candidates(BOOK.rulebook.patterns) == []


@given(st.lists(spoken(BOOK), max_size=8))
def test_units_together_have_the_candidates_that_they_have_alone(texts: list[str]) -> None:
    tagger, patterns = Tagger(BOOK.rulebook.table), BOOK.rulebook.patterns
    units = [tagger.read(text) for text in texts]

    def candidates(some: list[Words]) -> list[dict[int, int]]:
        return Sieve(some, BOOK.rulebook.index).candidates(patterns)

    assert candidates(units) == [candidates([unit])[0] for unit in units]
