"""What searches find: a pattern's hit in one unit, and a rule's match over one or several."""

from __future__ import annotations

from typing import NamedTuple


class Hit(NamedTuple):
    """A pattern found in a unit: offsets into the unit's text, and the word classes captured."""

    start: int
    end: int
    captures: tuple[tuple[str, str], ...] = ()


class Match(NamedTuple):
    """What a check yields: from `start` in unit `first` to `end` in unit `last`.

    Offsets count code points in the units' own texts.
    """

    first: int
    start: int
    last: int
    end: int
    captures: tuple[tuple[str, str], ...] = ()


def within(spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of some stretches that lie within another."""
    found: set[tuple[int, int]] = set()
    reached = -1
    for start, end in sorted(spans, key=lambda one: (one[0], -one[1])):
        if end <= reached:
            found.add((start, end))
        else:
            reached = end
    return found
