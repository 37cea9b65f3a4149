"""A rulebook made ready to run: its tagger, and its patterns compiled when first needed."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import regex

from healthlint.match import Hit
from healthlint.rulebook import cache
from healthlint.sieve import ANYWHERE, UNIT_START
from healthlint.tagging import Tagged, Tagger
from healthlint.unittext import UnitText, UnitTexts

if TYPE_CHECKING:
    from healthlint.rulebook.model import Rulebook

#: How every pattern is compiled.
FLAGS = regex.IGNORECASE | regex.VERSION0
_OPEN, _LAST_OPEN = "\ue000", "\uefff"
#: Seconds a pattern may take on one unit; an ordinary search takes some microseconds.
TIME_LIMIT = 1.0


class Matcher:
    """Searches units for the patterns of one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._tagger = Tagger(rulebook.table)
        self._texts = UnitTexts(rulebook, self._tagger)
        self._compiled: dict[int, Any] = {}
        self._kept: Mapping[int, Any] | None = None
        self._fresh: dict[int, bytes] = {}

    def read(self, texts: Sequence[str]) -> list[UnitText]:
        """What can be said of the texts of units wherever they stand."""
        return self._texts.read(texts)

    def search(self, number: int, text: UnitText) -> list[Hit]:
        """Hits of a pattern in a text that is a candidate for it.

        Raises `TimeoutError` when the search takes longer than the limit.
        """
        found = text.hits.get(number)
        if found is None:
            compiled = self._compiled.get(number)
            if compiled is None:
                compiled = self._compiled[number] = self._load(number)
            tagged, first = text.tagged(self._tagger), text.candidates[number]
            if first == ANYWHERE:
                matches = compiled.finditer(tagged.text, timeout=TIME_LIMIT)
            else:
                matches = _anchored(compiled, tagged, first)
            hits = [_hit(match, compiled, tagged) for match in matches]
            found = text.hits[number] = [hit for hit in hits if hit is not None]
        return found

    def _load(self, number: int) -> Any:
        if self._kept is None:
            self._kept = cache.read_codes(self.rulebook.digest)
        if number in self._kept:
            return pickle.loads(self._kept[number])
        compiled = regex.compile(self.rulebook.patterns[number].regex, FLAGS)
        self._fresh[number] = pickle.dumps(compiled)
        return compiled

    def keep(self) -> None:
        """Keeps what was compiled for later runs."""
        if self._fresh:
            cache.write_codes(self.rulebook.digest, self._fresh)
            self._fresh = {}


def _anchored(compiled: Any, tagged: Tagged, first: int) -> Iterator[Any]:
    """What `finditer` gives, when a match can only begin with one of these words."""
    text, done, match = tagged.text, 0, compiled.match
    if first == UNIT_START:
        found = match(text, timeout=TIME_LIMIT)
        if found is not None:
            yield found
        return
    while first:
        least = first & -first
        first ^= least
        start = tagged.starts[least.bit_length() - 1]
        while True:
            if start >= done:  # a match can end among the marks that open before a word
                found = match(text, start, timeout=TIME_LIMIT)
                if found is not None:
                    yield found
                    done = found.end()
                    break
            if not _OPEN <= text[start] <= _LAST_OPEN:  # the word itself begins behind its marks
                break
            start += 1


def _hit(match: Any, compiled: Any, tagged: Tagged) -> Hit | None:
    """A match in the unit's own text, without blanks at its ends; None if that leaves nothing."""
    plain = tagged.plain
    start, end = tagged.offset(match.start()), tagged.offset(match.end())
    while start < end and plain[start].isspace():
        start += 1
    while end > start and plain[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    captures = tuple(
        (key, plain[tagged.offset(match.start(key)) : tagged.offset(match.end(key))])
        for key in compiled.groupindex
        if match.start(key) >= 0
    )
    return Hit(start, end, captures)
