"""Which words a unit must hold before a pattern is tried on it: an AND of ORs, as bits.

Every group of alternatives that some pattern needs is one bit. A unit's words and word classes set
bits; a pattern is tried only where all its bits are set. Nothing is lost: a group is only made of
words that every match must contain whole.
"""

from __future__ import annotations

import re

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.lookup import Index as Index
from healthlint.rulebook.vocabulary import Vocabulary, WordClass

_LIMIT = 2000
_CLASS_MARK = 0xE000
_NUMBER_WORD = "<number>"
_COMMON = frozenset(
    "a an the is are was were be been of in on to for with and or no not you your we our it its "
    "this that from by at as can may will have has do does".split()
)
# A word alternative is a string, a word class its number.
Group = frozenset["str | int"]


def needs(tree: pat.Seq, vocabulary: Vocabulary, place: str) -> frozenset[Group]:
    """The groups of alternatives that every match contains."""
    names: dict[tuple[str, str], str] = {}
    classes: dict[str, WordClass] = {}
    for number, ref in enumerate(sorted(pat.refs(tree))):
        names[ref] = chr(_CLASS_MARK + number)
        classes[names[ref]] = vocabulary.word_class(*ref, place)
    found: set[Group] = set()
    for segment in _segments(tree):
        texts = pat.strings(segment, _LIMIT, names)
        if texts and (group := _group(texts, classes, vocabulary, place)):
            found.add(group)
    return frozenset(found)


def _segments(tree: pat.Seq) -> list[pat.Seq]:
    """The tree cut at its own blanks; a lone group of several options is left whole."""
    segments: list[list[pat.Node]] = [[]]
    for part in tree.parts:
        if isinstance(part, (pat.Space, pat.Gap)):
            segments.append([])
        else:
            segments[-1].append(part)
    return [pat.Seq(tuple(parts)) for parts in segments if parts]


def _group(
    texts: set[str], classes: dict[str, WordClass], vocabulary: Vocabulary, place: str
) -> Group | None:
    options = [_words(text, classes) for text in texts]
    if not all(options):
        return None
    shared = set.intersection(*options)
    chosen = {min(shared, key=_cost)} if shared else {min(words, key=_cost) for words in options}
    group: set[str | int] = set()
    for word in chosen:
        if word in classes:
            built = classes[word]
            if built.phrases or built.capitals:
                group.add(built.number)
            for tree in built.inline:
                inner = needs(tree, vocabulary, place)
                if not inner:
                    return None
                group |= min(inner, key=len)
        else:
            group.add(_NUMBER_WORD if pat.NUMBER in word else word)
    return frozenset(group)


def _words(text: str, classes: dict[str, WordClass]) -> set[str]:
    words = set()
    for word in re.findall(rf"[\w{pat.NUMBER}{pat.TAINT}{pat.BREAK}\ue000-\uefff]+", text):
        if pat.BREAK in word or pat.TAINT in word:
            continue
        if any(char in classes for char in word) and len(word) > 1:
            continue
        words.add(word)
    return words


def _cost(word: str) -> tuple[int, int, str]:
    return word in _COMMON, -len(word), word


class IndexBuilder:
    """Gives each distinct group a bit."""

    def __init__(self) -> None:
        self._bits: dict[Group, int] = {}

    def mask(self, groups: frozenset[Group]) -> int:
        """The bits of a pattern; 0 when nothing is needed."""
        mask = 0
        for group in groups:
            mask |= 1 << self._bits.setdefault(group, len(self._bits))
        return mask

    def index(self) -> Index:
        """The finished index."""
        words: dict[str, int] = {}
        classes: dict[int, int] = {}
        for group, bit in self._bits.items():
            for word in group:
                if isinstance(word, int):
                    classes[word] = classes.get(word, 0) | 1 << bit
                else:
                    words[word] = words.get(word, 0) | 1 << bit
        return Index(words, classes, words.pop(_NUMBER_WORD, 0))
