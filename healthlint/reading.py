"""What checks see of a document: its units, their tags, and who stands beside whom.

Everything is worked out when first asked for and kept, so that a rule whose words do not occur
costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cached_property

import regex

from healthlint.document import Block, Document
from healthlint.match import Hit, Match, within
from healthlint.rulebook.facts import Profile
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Condition, Rule, Rulebook
from healthlint.segment import Unit, texts, units

_QUESTION = regex.compile(r"\?[\"'”’)\]*_]*\s*$")
_REFERENCE_MARK = regex.compile(r"(?:^|\s)\[(\d{1,3})\]\s*(?=\p{Lu})")


#: Whether a signal is true wherever in the units; else its triggers with whether they reach
#: forward, and what ends their reach.
Signalled = tuple[bool, list[tuple[Hit, bool]], list[Hit]]


class Reading:
    """A document as rules read it, under one rulebook and one profile."""

    def __init__(
        self, document: Document, rulebook: Rulebook, matcher: Matcher, profile: Profile
    ) -> None:
        self.document = document
        self.rulebook = rulebook
        self.profile = profile
        self.units: tuple[Unit, ...] = units(document)
        self._matcher = matcher
        self._plain = texts(document)
        self._texts = matcher.read(self._plain)
        #: Pattern -> the units that could match it, ascending.
        self._where: dict[int, list[int]] = {}
        for unit, text in enumerate(self._texts):
            for number in text.candidates:
                self._where.setdefault(number, []).append(unit)
        self._lists: dict[int, tuple[tuple[int, ...], dict[int, list[int]]]] = {}
        #: (signal, first unit, last unit) -> what it says there; kept by `context`.
        self.signalled: dict[tuple[str, int, int], Signalled] = {}
        #: The units that conditions could be true of, by the condition's id; kept by `context`.
        self.reached: dict[int, tuple[Condition, Set[int] | None]] = {}
        self._asked: dict[int, tuple[int, ...]] = {}
        self.late: set[int] = set()  # patterns that ran out of time
        #: What the rules of the first pass found, for kinds that judge the whole draft.
        self.claims: list[tuple[Rule, Match]] = []

    # -- texts ---------------------------------------------------------------------------------

    def block(self, unit: int) -> Block:
        """The block a unit stands in."""
        return self.document.blocks[self.units[unit].block]

    def text(self, unit: int) -> str:
        """A unit's visible text."""
        return self._plain[unit]

    def plain(self, unit: int) -> str:
        """A unit's text with look-alike characters made one."""
        return self._texts[unit].words.plain

    # -- patterns ------------------------------------------------------------------------------

    def possible(self, numbers: tuple[int, ...]) -> list[int]:
        """Those of the patterns that some unit could match."""
        return [number for number in numbers if number in self._where]

    def where(self, number: int) -> list[int]:
        """The units that could match a pattern, ascending."""
        return self._where.get(number, [])

    def where_any(self, numbers: tuple[int, ...]) -> dict[int, list[int]]:
        """Unit -> those of the patterns that it could match, in their order."""
        known = self._lists.get(id(numbers))
        if known is None:
            found: dict[int, list[int]] = {}
            for number in self.possible(numbers):
                for unit in self._where[number]:
                    found.setdefault(unit, []).append(number)
            # The tuple is kept, so that no other can have its id.
            known = self._lists[id(numbers)] = numbers, found
        return known[1]

    def find(self, number: int) -> Iterator[tuple[int, Hit]]:
        """Every hit of a pattern in the document, in order."""
        for unit in self.where(number):
            for hit in self._search(number, unit):
                yield unit, hit

    def hits(self, number: int, unit: int) -> list[Hit]:
        """Every hit of a pattern in one unit."""
        return self._search(number, unit) if number in self._texts[unit].candidates else []

    def hits_any(self, numbers: tuple[int, ...], unit: int) -> list[Hit]:
        """Every hit of any of these patterns in one unit, pattern by pattern."""
        some = self.where_any(numbers).get(unit, ())
        return [hit for number in some for hit in self._search(number, unit)]

    def has(self, numbers: tuple[int, ...], some: tuple[int, ...] | range) -> bool:
        """Whether any of these patterns is found in any of these units."""
        where = self.where_any(numbers)
        return bool(where) and any(
            self._search(number, unit)
            for unit in some
            if unit in where
            for number in where[unit]
        )

    def _search(self, number: int, unit: int) -> list[Hit]:
        if number in self.late:
            return []
        try:
            return self._matcher.search(number, self._texts[unit])
        except TimeoutError:
            self.late.add(number)
            return []

    # -- neighbours ----------------------------------------------------------------------------

    @cached_property
    def _block_units(self) -> dict[int, range]:
        found: dict[int, range] = {}
        for unit in self.units:
            start = found[unit.block].start if unit.block in found else unit.index
            found[unit.block] = range(start, unit.index + 1)
        return found

    def units_of(self, block: int | None) -> range:
        """The units of a block; none for None."""
        return self._block_units.get(block, range(0)) if block is not None else range(0)

    def beside(self, unit: int, step: int) -> tuple[int, ...]:
        """The unit before (-1) or after (1), if it stands in the same section and is no heading."""
        other = unit + step
        if not 0 <= other < len(self.units):
            return ()
        if self.units[other].block != self.units[unit].block:
            here, there = self.block(unit), self.block(other)
            if there.kind == "heading" or here.kind == "heading" or there.heading != here.heading:
                return ()
        return (other,)

    def headings(self, unit: int) -> tuple[int, ...]:
        """Units of the headings that a unit stands under, nearest first."""
        found: list[int] = []
        at = self.block(unit).heading
        while at is not None:
            found += self.units_of(at)
            at = self.document.blocks[at].heading
        return tuple(found)

    def heads(self, unit: int) -> tuple[int, ...]:
        """Units of a cell's row head and column head."""
        block = self.block(unit)
        return (*self.units_of(block.row_head), *self.units_of(block.column_head))

    def lead(self, unit: int) -> tuple[int, ...]:
        """Units of the words that introduce a list or table."""
        return tuple(self.units_of(self.block(unit).lead))

    def section(self, unit: int) -> tuple[int, ...]:
        """Units under the same nearest heading."""
        return self._sections[self.block(unit).heading]

    @cached_property
    def _sections(self) -> dict[int | None, tuple[int, ...]]:
        found: dict[int | None, list[int]] = {}
        for unit in self.units:
            found.setdefault(self.document.blocks[unit.block].heading, []).append(unit.index)
        return {heading: tuple(some) for heading, some in found.items()}

    def asks(self, unit: int) -> bool:
        """Whether a unit is a question."""
        return unit in self._questions

    @cached_property
    def _questions(self) -> frozenset[int]:
        asking = _QUESTION.search
        return frozenset(u for u, text in enumerate(self._plain) if "?" in text and asking(text))

    def question(self, unit: int) -> tuple[int, ...]:
        """Units of the question that a unit answers, if it does.

        That is a question in its row head; the question before it in its block; or, in the first
        block after it, a heading or block that ends with a question.
        """
        if not self._questions:
            return ()
        found = self._asked.get(unit)
        if found is None:
            found = self._asked[unit] = self._question(unit)
        return found

    def _question(self, unit: int) -> tuple[int, ...]:
        if self.asks(unit):
            return ()
        block = self.units[unit].block
        if asked := [u for u in self.heads(unit) if self.asks(u)]:
            return tuple(asked)
        own = self.units_of(block)
        for other in range(unit - 1, own.start - 1, -1):
            if self.asks(other):
                return (other,)
        here = self.document.blocks[block]
        before = self.units_of(block - 1)
        if before and self.asks(before[-1]) and self.document.blocks[block - 1].kind != "cell":
            return tuple(before)
        if here.kind == "list-item" and here.lead is not None:
            lead = self.units_of(here.lead)
            if lead and self.asks(lead[-1]):
                return tuple(lead)
        return ()

    @cached_property
    def note_keys(self) -> frozenset[str]:
        """The marks of all notes and references that the draft holds.

        References set as one paragraph are one block, which has the first mark as its key.
        """
        keys: set[str] = set()
        for block in self.document.blocks:
            if block.note_key is not None:
                keys.add(block.note_key)
                keys.update(_REFERENCE_MARK.findall(block.text))
        return frozenset(keys)

    # -- treatments ----------------------------------------------------------------------------

    @cached_property
    def treatments(self) -> dict[str, list[tuple[int, int, int]]]:
        """Label id -> (unit, start, end) of each place where the draft names that treatment.

        A weak name ("drip", "the shot") counts where the draft is mostly about that treatment: its
        sure names are at least half of all.
        """
        found = self._named(dict(self.rulebook.label_classes))
        sure = sum(len(places) for places in found.values())
        of_draft = {name for name, places in found.items() if len(places) * 2 >= sure}
        weak = {c: name for c, name in self.rulebook.weak_classes.items() if name in of_draft}
        if not weak:
            return found
        taken = {place for places in found.values() for place in places}
        for name, places in self._named(weak).items():
            found[name] += (
                (unit, start, end)
                for unit, start, end in places
                if not any(u == unit and a < end and start < b for u, a, b in taken)
            )
        return found

    @cached_property
    def treatments_in(self) -> dict[int, set[str]]:
        """Unit -> ids of the labels of the treatments that it names."""
        found: dict[int, set[str]] = {}
        for name, places in self.treatments.items():
            for unit, _, _ in places:
                found.setdefault(unit, set()).add(name)
        return found

    @cached_property
    def treated(self) -> list[int]:
        """The units that name a treatment, ascending."""
        return sorted(self.treatments_in)

    @cached_property
    def label_risks(self) -> tuple[int, ...]:
        """Patterns of the risks on the labels of the treatments that the draft names."""
        risks = self.rulebook.label_risks
        return tuple(number for name in self.treatments for number in risks[name])

    @cached_property
    def uses(self) -> dict[str, list[tuple[int, int, int]]]:
        """Use id -> (unit, start, end) of each place where the draft names that use."""
        return self._named(dict(self.rulebook.use_classes), overlap=True)

    def _named(
        self, classes: dict[int, str], overlap: bool = False
    ) -> dict[str, list[tuple[int, int, int]]]:
        found: dict[str, list[tuple[int, int, int]]] = {}
        for unit, text in enumerate(self._texts):
            here = [hit for hit in text.classes if hit[2] in classes]
            inside = set() if overlap or len(here) < 2 else within({hit[:2] for hit in here})
            for start, end, number in here:
                if (start, end) not in inside:
                    found.setdefault(classes[number], []).append((unit, start, end))
        return found
