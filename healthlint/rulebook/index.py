"""Which groups of words (see `plan`) each word belongs to: where a sieve looks words up."""

from __future__ import annotations

from healthlint.rulebook.drafts import Group
from healthlint.rulebook.lookup import Index
from healthlint.rulebook.packed import PackedDict
from healthlint.rulebook.steps import (
    ANY_WORD,
    CAPITAL_WORD,
    MIXED_WORD,
    NUMBER_WORD,
    PREFIX,
    SHORTEST,
    SIGN,
)

_KINDS = (ANY_WORD, NUMBER_WORD, MIXED_WORD, CAPITAL_WORD)


def index(groups: tuple[Group, ...]) -> Index:
    """The index of groups that are numbered by their order."""
    numbers: dict[str | int, list[int]] = {}
    for number, group in enumerate(groups):
        for member in group:
            numbers.setdefault(member, []).append(number)
    words: dict[str, tuple[int, ...]] = {}
    classes: dict[int, tuple[int, ...]] = {}
    signs: dict[str, tuple[int, ...]] = {}
    prefixes: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for member, some in numbers.items():
        if isinstance(member, int):
            classes[member] = tuple(some)
        elif member.startswith(SIGN):
            signs[member.removeprefix(SIGN)] = tuple(some)
        elif member.endswith(PREFIX):
            prefix = member.removesuffix(PREFIX)
            prefixes.setdefault(prefix[:SHORTEST], []).append((prefix, tuple(some)))
        elif member not in _KINDS:
            words[member] = tuple(some)
    return Index(
        len(groups),
        PackedDict(words),
        classes,
        signs,
        {letters: tuple(some) for letters, some in prefixes.items()},
        number_groups=tuple(numbers.get(NUMBER_WORD, ())),
        mixed_groups=tuple(numbers.get(MIXED_WORD, ())),
        capital_groups=tuple(numbers.get(CAPITAL_WORD, ())),
        any_groups=tuple(numbers.get(ANY_WORD, ())),
    )
