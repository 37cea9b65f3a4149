"""What the tagger looks words up in: the phrases of word classes, and the bits of the index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(r"\w+")


class Index(NamedTuple):
    """The numbers of the groups (of `rulebook.plan`) that each word, word class or sign belongs to.

    There are `size` groups. Any word belongs to `any_groups`, one with a digit to `number_groups`.
    `prefixes` are beginnings of words with their groups, by their first letters.
    """

    size: int
    words: dict[str, tuple[int, ...]]
    classes: dict[int, tuple[int, ...]]
    signs: dict[str, tuple[int, ...]]
    prefixes: dict[str, tuple[tuple[str, tuple[int, ...]], ...]]
    number_groups: tuple[int, ...]
    any_groups: tuple[int, ...]


class Phrases(NamedTuple):
    """The phrases that begin with one token: how long they are, and phrase -> word classes.

    `lengths` counts tokens, ascending. Blanks and hyphens inside a phrase are one blank; those in
    `capitals` match as they are, those in `lower` in any case.
    """

    lengths: tuple[int, ...]
    lower: dict[str, tuple[int, ...]]
    capitals: dict[str, tuple[int, ...]]


class PhraseTable:
    """The phrases of all word classes, by first token in lower case.

    There are tens of thousands, and a draft holds few of their first words; so a token's phrases
    are one text (made by `packed`), which is taken apart when the token is first met.
    """

    __slots__ = ("_packed", "_unpacked")

    def __init__(self, by_token: dict[str, str]) -> None:
        self._packed = by_token
        self._unpacked: dict[str, Phrases] = {}

    def __reduce__(self) -> tuple[type[PhraseTable], tuple[dict[str, str]]]:
        return PhraseTable, (self._packed,)

    def get(self, token: str) -> Phrases | None:
        """The phrases that begin with a token."""
        found = self._unpacked.get(token)
        if found is None and (text := self._packed.get(token)) is not None:
            found = self._unpacked[token] = _unpacked(text)
        return found


def packed(phrase: str, capital: bool, numbers: Iterable[int]) -> str:
    """A phrase and its word classes as one line."""
    return f"{phrase}\t{'C' if capital else ''}\t{' '.join(map(str, sorted(numbers)))}"


def _unpacked(text: str) -> Phrases:
    lengths: set[int] = set()
    lower: dict[str, tuple[int, ...]] = {}
    capitals: dict[str, tuple[int, ...]] = {}
    for line in text.split("\n"):
        phrase, capital, numbers = line.split("\t")
        (capitals if capital else lower)[phrase] = tuple(map(int, numbers.split()))
        lengths.add(len(_TOKEN.findall(phrase.lower())))
    return Phrases(tuple(sorted(lengths)), lower, capitals)
