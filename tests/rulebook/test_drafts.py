"""What drafts become beside each other."""

from __future__ import annotations

from typing import Any

import pytest

from healthlint.rulebook.drafts import (
    ANY,
    CAPITAL,
    MIXED,
    NUMBER,
    begins_with_letters,
    dropped,
    either,
    first_words,
    loosened,
    size,
)
from healthlint.rulebook.steps import EITHER, LATER, MANY, MAYBE, SIGN, SPACE, START

A, B, C = (frozenset({word}) for word in "abc")
PERCENT = frozenset({SIGN + "%"})


@pytest.mark.parametrize(
    ("options", "one"),
    [
        ([(A, B)], (A, B)),
        ([(A,), (A,)], (A,)),
        ([(A,), ()], ((MAYBE, (A,)),)),
        ([(A,), (B,)], (A | B,)),
        ([(A, C), (B, C)], (A | B, C)),
        ([(A, B), (A, C)], (A, B | C)),
        ([(A,), (ANY,)], (ANY,)),
        ([(PERCENT, A), (B, A)], ((EITHER, (PERCENT, A), (B, A)),)),  # a sign is no word
        ([(A, A), (B,)], ((EITHER, (A, A), (B,)),)),
    ],
)
def test_one_of_several(options: list[Any], one: tuple[Any, ...]) -> None:
    assert either(options) == one


@pytest.mark.parametrize(
    ("draft", "without"),
    [
        ((), ()),
        ((A, B), (B,)),
        ((PERCENT, B), (PERCENT, B)),
        ((SPACE, B), (SPACE, B)),
        (((MAYBE, (A,)), B), ((MAYBE, (B,)),)),
        (((EITHER, (A, B), (C, C)),), (B | C,)),
        (((MANY, 2, -1, (A,)),), ((MANY, 1, -1, (A,)),)),
    ],
)
def test_without_the_first_word(draft: tuple[Any, ...], without: tuple[Any, ...]) -> None:
    assert dropped(draft) == without


@pytest.mark.parametrize(
    ("draft", "loose"),
    [
        ((), ()),
        ((A, B), (A, ANY)),
        ((A, NUMBER), (A, MIXED)),
        ((A, CAPITAL), (A, CAPITAL)),
        ((A, PERCENT), (A, PERCENT)),
        ((A, SPACE), (A, SPACE)),
        ((A, (EITHER, (A, B), (NUMBER,))), (A, (EITHER, (A, ANY), (MIXED,)))),
    ],
)
def test_the_last_word_may_be_part_of_a_longer_one(
    draft: tuple[Any, ...], loose: tuple[Any, ...]
) -> None:
    assert loosened(draft, MIXED) == loose


def test_what_a_draft_begins_with() -> None:
    assert first_words([(START, A, B), (SPACE, B)]) == A | B
    assert first_words([((MAYBE, (A,)), B)]) == A | B
    assert first_words([(A,), ((MAYBE, (B,)),)]) is None  # it may have no word at all
    assert first_words([(LATER, A)]) is first_words([(PERCENT, A)]) is first_words([(ANY,)]) is None
    assert begins_with_letters((A, NUMBER))
    assert not begins_with_letters((NUMBER, A))
    assert not begins_with_letters(((MAYBE, (A,)),))


def test_the_steps_are_counted_with_those_inside() -> None:
    assert size((A, (EITHER, (A,), (B, C)))) == 8
