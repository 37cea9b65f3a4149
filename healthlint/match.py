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
