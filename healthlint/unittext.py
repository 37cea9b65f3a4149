"""A unit's text for itself, wherever it stands: its words, and what patterns find in it.

Footers, notices and calls to action come again on every page of a site; what is known of their
texts is kept, and only what their places say of them is worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from healthlint.sieve import Sieve
from healthlint.tagging import Tagged, Tagger, Words

if TYPE_CHECKING:
    from healthlint.match import Hit
    from healthlint.rulebook.model import Rulebook

#: Words that are sieved together, unless one text alone has more.
STRETCH = 4096
#: Texts that are kept; as many again may still be there from before.
KEPT = 1024


class UnitText:
    """One text. `candidates` are the patterns it could match, as `Sieve.candidates` has them."""

    __slots__ = ("_classes", "_tagged", "candidates", "hits", "words")

    def __init__(self, words: Words, candidates: dict[int, int]) -> None:
        self.words = words
        self.candidates = candidates
        #: Pattern number -> its hits, as far as it was searched for.
        self.hits: dict[int, list[Hit]] = {}
        self._tagged: Tagged | None = None
        self._classes: list[tuple[int, int, int]] | None = None

    def tagged(self, tagger: Tagger) -> Tagged:
        """The tagged text."""
        if self._tagged is None:
            self._tagged = tagger.tag(self.words)
        return self._tagged


    @property
    def classes(self) -> list[tuple[int, int, int]]:
        """(start, end, number) of each word class that stands in the text."""
        if self._classes is None:
            tokens = self.words.tokens
            self._classes = [
                (tokens[first][0], tokens[last][1], number)
                for first, last, numbers in self.words.hits
                for number in numbers
            ]
        return self._classes


class UnitTexts:
    """The texts that a rulebook has been asked about."""

    def __init__(self, rulebook: Rulebook, tagger: Tagger) -> None:
        self._rulebook = rulebook
        self._tagger = tagger
        self._recent: dict[str, UnitText] = {}
        self._before: dict[str, UnitText] = {}

    def read(self, texts: Sequence[str]) -> list[UnitText]:
        """What is known of each text."""
        known: dict[str, UnitText] = {}
        fresh: dict[str, Words] = {}
        for text in texts:
            if text not in known and text not in fresh:
                found = self._recent.get(text) or self._before.get(text)
                if found is None:
                    fresh[text] = self._tagger.read(text)
                else:
                    known[text] = found
        for some in _stretches(fresh):
            sieve = Sieve(list(some.values()), self._rulebook.index)
            for text, candidates in zip(
                some, sieve.candidates(self._rulebook.patterns), strict=True
            ):
                known[text] = UnitText(some[text], candidates)
        self._keep(known)
        return [known[text] for text in texts]

    def _keep(self, known: dict[str, UnitText]) -> None:
        """Keeps these; once there are many, those that were not met since the last time go."""
        self._recent.update(known)
        if len(self._recent) > KEPT:
            self._before, self._recent = self._recent, {}


def _stretches(texts: dict[str, Words]) -> Iterator[dict[str, Words]]:
    found: dict[str, Words] = {}
    size = 0
    for text, words in texts.items():
        found[text] = words
        size += len(words.words)
        if size >= STRETCH:
            yield found
            found, size = {}, 0
    if found:
        yield found
