"""A rulebook made ready to run: its tagger, and its patterns compiled when first needed."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import regex

from healthlint.rulebook import cache
from healthlint.tagging import Tagged, Tagger

if TYPE_CHECKING:
    from healthlint.reading import Hit
    from healthlint.rulebook.model import Rulebook

#: How every pattern is compiled.
FLAGS = regex.IGNORECASE | regex.VERSION0
#: Seconds a pattern may take on one unit; an ordinary search takes some microseconds.
TIME_LIMIT = 1.0


class Matcher:
    """Searches units for the patterns of one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.tagger = Tagger(rulebook.table, rulebook.index)
        self._compiled: dict[int, Any] = {}
        self._kept: dict[int, bytes] | None = None
        self._fresh: dict[int, bytes] = {}

    def search(self, number: int, tagged: Tagged) -> Iterator[Hit]:
        """Hits of a pattern. Raises `TimeoutError` when the search takes longer than the limit."""
        from healthlint.reading import Hit

        compiled = self._compiled.get(number)
        if compiled is None:
            compiled = self._compiled[number] = self._load(number)
        for match in compiled.finditer(tagged.text, timeout=TIME_LIMIT):
            start, end = tagged.offset(match.start()), tagged.offset(match.end())
            while start < end and tagged.plain[start].isspace():
                start += 1
            while end > start and tagged.plain[end - 1].isspace():
                end -= 1
            if start == end:
                continue
            captures = tuple(
                (key, tagged.plain[tagged.offset(match.start(key)) : tagged.offset(match.end(key))])
                for key in compiled.groupindex
                if match.start(key) >= 0
            )
            yield Hit(start, end, captures)

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
