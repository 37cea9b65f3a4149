"""Which units a pattern could match at all: its plan run over all words of a draft at once.

Every word of a stretch of text has a position, and a set of positions is one integer, bit by bit;
so a step of a plan costs a few operations, however long the text (the bit-parallel matching of
Baeza-Yates and Gonnet, Commun ACM 1992;35(10):74, with words in the place of characters). Between
two units stands a position without a word, which no step passes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from healthlint.rulebook.lookup import Index
from healthlint.rulebook.steps import END, GAP, LATER, MANY, MAYBE, SHORTEST, SPACE, START, Plan
from healthlint.tagging import Words

#: Words that one stretch holds at most, unless one unit alone has more.
STRETCH = 4096


class Sieve:
    """The words of some units, ready for plans."""

    def __init__(self, units: Sequence[Words], index: Index) -> None:
        self._units = units
        self._bases: list[int] = []
        #: For each group the positions where one word is one of it.
        self._single = [0] * index.size
        #: (how many words, positions where that many, or none, are one of a group).
        self._other: dict[int, list[tuple[int, int]]] = {}
        #: The groups that occur at all.
        self.present: set[int] = set()
        words: dict[str, int] = {}
        phrases: dict[int, list[tuple[int, int]]] = {}  # (first, last word) of each word class
        first: list[str] = []  # for each position whether its word begins a chunk
        starts, at = 0, 0
        for unit in units:
            starts |= 1 << at
            self._bases.append(at)
            for begin, end, numbers in unit.hits:
                for number in numbers:
                    if number in phrases:
                        phrases[number].append((at + begin, at + end))
                    else:
                        phrases[number] = [(at + begin, at + end)]
            for word in unit.words:
                words[word] = words.get(word, 0) | 1 << at
                at += 1
            first += (unit.chunks, "1")  # what ends a unit ends a chunk
            at += 1
        self._all = (1 << at) - 1
        self._starts = starts
        self._ends = (starts >> 1) | (1 << at >> 1)
        self._any = self._all & ~self._ends
        self._chunks = int("".join(first)[::-1] or "0", 2)
        self._inside = self._all & ~self._chunks
        self._add_words(words, index)
        self._add_classes(phrases, index)
        self._add_signs(index)
        for group in index.any_groups:
            self._single[group] = self._any

    def _add_words(self, words: dict[str, int], index: Index) -> None:
        single, known, prefixes = self._single, index.words, index.prefixes
        numbers = 0
        for word, places in words.items():
            if (groups := known.get(word)) is not None:
                self.present.update(groups)
                for group in groups:
                    single[group] |= places
            if not word.isalpha():
                numbers |= places
            if (begin := word[:SHORTEST]) in prefixes:
                for prefix, groups in prefixes[begin]:
                    if word.startswith(prefix):
                        self.present.update(groups)
                        for group in groups:
                            single[group] |= places
        if numbers:
            self.present.update(index.number_groups)
            for group in index.number_groups:
                single[group] |= numbers

    def _add_classes(self, phrases: dict[int, list[tuple[int, int]]], index: Index) -> None:
        single, other = self._single, self._other
        for number, places in phrases.items():
            if groups := index.classes.get(number):
                self.present.update(groups)
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
                self.present.update(groups)
                found = 0
                for base, words in zip(self._bases, self._units, strict=True):
                    if sign in words.plain:
                        found |= ((1 << (len(words.words) + 1)) - 1) << base
                for group in groups:
                    self._other.setdefault(group, []).append((0, found))

    def units(self, plan: Plan, need: Sequence[int]) -> list[int]:
        """The units, by their places in the list given, that a plan lets through.

        `need` are groups of which every such unit holds one.
        """
        if not self.present.issuperset(need):
            return []
        bases = self._bases
        ends = self._run(plan, self._all)
        found = []
        while ends:
            unit = bisect_right(bases, (ends & -ends).bit_length() - 1) - 1
            found.append(unit)
            if unit + 1 == len(bases):
                break
            ends = ends >> bases[unit + 1] << bases[unit + 1]
        return found

    def words(self, group: int, unit: int) -> list[int]:
        """Which words of a unit begin one of a group, ascending."""
        places = self._single[group]
        for _, some in self._other.get(group, ()):
            places |= some
        places = places >> self._bases[unit] & ((1 << len(self._units[unit].words)) - 1)
        found = []
        while places:
            least = places & -places
            found.append(least.bit_length() - 1)
            places ^= least
        return found

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

    `phrases` are first and last words. Tagged text shows where phrases begin and where they end,
    and not which end belongs to which beginning: see `rulebook.emit`. So a stretch goes to the
    first end, and on to further ones as long as no phrase begins between them.
    """
    by_length: dict[int, int] = {}
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
