"""Which patterns a unit's text could match at all: their plans, run over many units at once.

Every word of some units has a position, and a set of positions is one integer, bit by bit; so a
step of a plan costs a few operations, however long the text (the bit-parallel matching of
Baeza-Yates and Gonnet, Commun ACM 1992;35(10):74, with words in the place of characters). Between
two units stands a position without a word, which no step passes. Above the positions, from bit
`_width` on, each unit has one bit more, so that what never stands in one unit is told quickly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from healthlint.rulebook.lookup import Index
from healthlint.rulebook.steps import (
    END,
    GAP,
    LATER,
    MANY,
    MAYBE,
    SHORTEST,
    SPACE,
    START,
    Plan,
    folded,
)
from healthlint.tagging import Words

if TYPE_CHECKING:
    from healthlint.rulebook.model import Patterns

#: Stand in the place of the words that a match begins with: any, or what stands before them all.
ANYWHERE, UNIT_START = -1, -2


class Sieve:
    """The words of some units, ready for plans."""

    def __init__(self, units: Sequence[Words], index: Index) -> None:
        self._units = units
        self._bases: list[int] = []
        at = 0
        for unit in units:
            self._bases.append(at)
            at += len(unit.words) + 1  # what ends a unit has a position too
        self._width = at
        self._all = (1 << at) - 1
        self._starts = sum(1 << base for base in self._bases)
        self._ends = (self._starts >> 1) | (1 << at >> 1)
        self._any = self._all & ~self._ends
        self._chunks = int("1".join([*(unit.chunks for unit in units), ""])[::-1] or "0", 2)
        self._inside = self._all & ~self._chunks
        #: For each group the positions where one word is one of it, and the units with any of it.
        self._single = [0] * index.size
        #: (how many words, positions where that many, or none, are one of a group).
        self._other: dict[int, list[tuple[int, int]]] = {}
        self._add_words(index)
        self._add_classes(index)
        self._add_signs(index)

    def _add_words(self, index: Index) -> None:
        words: dict[str, int] = {}
        at, mark = 0, 1 << self._width
        for unit in self._units:
            for word in unit.words:
                words[word] = words.get(word, 0) | 1 << at | mark
                at += 1
            at += 1
            mark <<= 1
        single, known, prefixes = self._single, index.words, index.prefixes
        numbers = mixed = 0
        for word, places in words.items():
            word = folded(word)
            if (groups := known.get(word)) is not None:
                for group in groups:
                    single[group] |= places
            if not word.isalpha():
                numbers |= places
                if not word.isdecimal():
                    mixed |= places
            if (begin := word[:SHORTEST]) in prefixes:
                for prefix, groups in prefixes[begin]:
                    if word.startswith(prefix):
                        for group in groups:
                            single[group] |= places
        for groups, places in (
            (index.number_groups, numbers),
            (index.mixed_groups, mixed),
            (index.capital_groups, self._capitals()),
            (index.any_groups, self._any),
        ):
            for group in groups:
                single[group] |= places

    def _capitals(self) -> int:
        found, mark = 0, 1 << self._width
        for base, unit in zip(self._bases, self._units, strict=True):
            plain = unit.plain
            for at, (start, _) in enumerate(unit.tokens, base):
                if plain[start].isupper():
                    found |= 1 << at | mark
            mark <<= 1
        return found

    def _add_classes(self, index: Index) -> None:
        phrases: dict[int, list[tuple[int, int]]] = {}  # (first, last word) of each word class
        marks: dict[int, int] = {}
        mark = 1 << self._width
        for at, unit in zip(self._bases, self._units, strict=True):
            for begin, end, numbers in unit.hits:
                place = at + begin, at + end
                for number in numbers:
                    if number in phrases:
                        phrases[number].append(place)
                        marks[number] |= mark
                    else:
                        phrases[number] = [place]
                        marks[number] = mark
            mark <<= 1
        single, other = self._single, self._other
        for number, places in phrases.items():
            if groups := index.classes.get(number):
                mark = marks[number]
                for group in groups:
                    single[group] |= mark
                for length, some in _stretches(places):
                    for group in groups:
                        if length == 1:
                            single[group] |= some
                        else:
                            other.setdefault(group, []).append((length, some))

    def _add_signs(self, index: Index) -> None:
        """A sign stands at all positions of its unit, and takes no word."""
        text = "".join(words.plain for words in self._units)
        for sign, groups in index.signs.items():
            if sign in text:
                found = marks = 0
                for number, words in enumerate(self._units):
                    if sign in words.plain:
                        found |= ((1 << (len(words.words) + 1)) - 1) << self._bases[number]
                        marks |= 1 << self._width + number
                for group in groups:
                    self._single[group] |= marks
                    self._other.setdefault(group, []).append((0, found))

    def candidates(self, patterns: Patterns) -> list[dict[int, int]]:
        """For each unit the patterns that it could match: number -> the words a match begins with.

        The words of a unit are bits, from its first word on; or it is ANYWHERE or UNIT_START.
        """
        found: list[dict[int, int]] = [{} for _ in self._units]
        single, every = self._single, self._all
        bases, plans, openings = self._bases, patterns.plans, patterns.openings
        whole = [(1 << len(words.words)) - 1 for words in self._units]
        for number, need in enumerate(patterns.needs):
            together = -1
            for group in need:
                together &= single[group]
            if 0 <= together <= every:  # never in one unit
                continue
            ends = self._run(plans[number], every)
            if not ends:
                continue
            opening = openings[number]
            first = self._places(opening) if opening >= 0 else 0
            edge = UNIT_START if opening == START else ANYWHERE
            while ends:
                unit = bisect_right(bases, (ends & -ends).bit_length() - 1) - 1
                found[unit][number] = first >> bases[unit] & whole[unit] if opening >= 0 else edge
                if unit + 1 == len(bases):
                    break
                ends = ends >> bases[unit + 1] << bases[unit + 1]
        return found

    def _places(self, group: int) -> int:
        """The positions at which a word or a stretch of words of a group begins."""
        places = self._single[group]
        for _, some in self._other.get(group, ()):
            places |= some
        return places

    # -- plans ---------------------------------------------------------------------------------

    def _run(self, plan: Plan, at: int) -> int:
        """Where a plan can end that begins at one of the positions `at`."""
        single, other = self._single, self._other
        for step in plan:
            if isinstance(step, int):
                if step >= 0:
                    reached = (at & single[step]) << 1
                    if step in other:
                        for length, places in other[step]:
                            reached |= (at & places) << length
                    at = reached
                elif step == SPACE:
                    at &= self._chunks
                elif step <= -GAP:
                    at = self._gap(-step - GAP, at)
                elif step == START:
                    at &= self._starts
                elif step == END:
                    at &= self._ends
                elif step == LATER:
                    at = self._later(at)
            elif step[0] == MANY:
                at = self._many(step[1], step[2], step[3], at)
            else:
                guard = step[1]
                reached = at if step[0] == MAYBE else 0
                if guard < 0 or at & single[guard] or guard in other:
                    for option in step[2:]:
                        reached |= self._run(option, at)
                at = reached
            if not at:
                return 0
        return at

    def _gap(self, most: int, at: int) -> int:
        """Up to `most` chunks on: a chunk ends where the next one begins."""
        reached = at
        for _ in range(most):
            passed = (at & self._any) << 1
            # Adding carries a position through the rest of its chunk, to the next one's first word.
            at = (passed | (self._inside + (passed & self._inside))) & self._chunks
            if not at & ~reached:
                break
            reached |= at
        return reached

    def _later(self, at: int) -> int:
        """Any position of the same unit from these on (a Kogge-Stone fill)."""
        passable, by = self._any << 1, 1
        while passable:
            at |= passable & (at << by)
            passable &= passable << by
            by <<= 1
        return at & self._all

    def _many(self, low: int, high: int, plan: Plan, at: int) -> int:
        reached = at if low == 0 else 0
        count = 0
        while at and count != high:
            at = self._run(plan, at)
            count += 1
            if count >= low:
                if not at & ~reached:
                    break
                reached |= at
        return reached


def _stretches(phrases: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """(how many words, positions) of the stretches that a pattern takes for a word class.

    `phrases` are first and last words, in the order of their first words. Tagged text shows where
    phrases begin and where they end, and not which end belongs to which beginning: see
    `rulebook.emit`. So a stretch goes to the first end, and on to further ones as long as no phrase
    begins between them.
    """
    by_length: dict[int, int] = {}
    done = -1
    for first, last in phrases:
        if first <= done:
            break
        by_length[last - first + 1] = by_length.get(last - first + 1, 0) | 1 << first
        done = last
    else:  # no two overlap, as is usual
        return by_length.items()
    by_length = {}
    ends = sorted({last for _, last in phrases})
    begins = sorted({first for first, _ in phrases})
    for begin in begins:
        for which in range(bisect_left(ends, begin), len(ends)):
            length = ends[which] - begin + 1
            by_length[length] = by_length.get(length, 0) | 1 << begin
            later = bisect_right(begins, ends[which])
            last = which + 1 == len(ends)
            if last or (later < len(begins) and begins[later] <= ends[which + 1]):
                break
    return by_length.items()
