"""Each word, word class and sign leads to its groups."""

from __future__ import annotations

from healthlint.rulebook.index import index
from healthlint.rulebook.steps import (
    ANY_WORD,
    CAPITAL_WORD,
    MIXED_WORD,
    NUMBER_WORD,
    PREFIX,
    SIGN,
)


def test_an_index() -> None:
    made = index(
        (
            frozenset({"safe", "naïve", 3}),
            frozenset({"safe", NUMBER_WORD}),
            frozenset({ANY_WORD}),
            frozenset({SIGN + "%", SIGN + PREFIX}),
            frozenset({"cure" + PREFIX, "curec" + PREFIX, 3, 5}),
            frozenset({MIXED_WORD, CAPITAL_WORD}),
        )
    )
    assert made.size == 6
    assert dict(made.words.items()) == {"safe": (0, 1), "naïve": (0,)}
    assert made.classes == {3: (0, 4), 5: (4,)}
    assert made.signs == {"%": (3,), "*": (3,)}
    assert list(made.prefixes) == ["cure"]
    assert sorted(made.prefixes["cure"]) == [("cure", (4,)), ("curec", (4,))]
    assert made.number_groups == (1,)
    assert made.mixed_groups == made.capital_groups == (5,)
    assert made.any_groups == (2,)


def test_an_empty_index() -> None:
    made = index(())
    assert (made.size, made.classes, made.signs, made.prefixes) == (0, {}, {}, {})
    assert made.words.get("safe") is None
    assert made.number_groups == made.any_groups == ()
