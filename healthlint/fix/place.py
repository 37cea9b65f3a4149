"""Where a finding stands in a document: its words and its unit, as ranges of a block's text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from healthlint.document import Block, Document, Run
from healthlint.segment import Unit, units


@dataclass(frozen=True, slots=True)
class Words:
    """`[start, end)` of the text of a block; `block` is an index into `Document.blocks`."""

    block: int
    start: int
    end: int


class Places:
    """From offsets of the source to blocks and units."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.units: tuple[Unit, ...] = units(document)
        runs = (
            (run.start, number, run)
            for number, block in enumerate(document.blocks)
            for run in block.runs
        )
        self._runs = sorted(runs, key=lambda one: (one[0], one[2].end))

    def words(self, start: int, end: int) -> list[Words]:
        """What stands at `[start, end)` of the source, block by block; units in between whole.

        Empty where that is no prose, such as a comment.
        """
        first, last = self._at(start), self._at(end - 1)
        if first is None or last is None or first[0] > last[0]:
            return []
        (block, run), (to, end_run) = first, last
        begins = _inside(run, start)
        ends = _inside(end_run, end - 1) + (1 if _exact(end_run) else end_run.length)
        if block == to:
            return [Words(block, begins, ends)]
        found = []
        for number in range(block, to + 1):
            text = self.document.blocks[number].text
            since = begins if number == block else 0
            until = ends if number == to else len(text)
            if text.strip():
                found.append(Words(number, since, until))
        return found

    def whole(self, words: list[Words]) -> list[Words]:
        """The same ranges, widened to the units that they touch."""
        found = []
        for one in words:
            some = list(self.touched(one))
            if some:
                found.append(Words(one.block, some[0].start, some[-1].end))
        return found

    def touched(self, words: Words) -> Iterator[Unit]:
        """The units that a range touches."""
        for unit in self.units:
            if unit.block == words.block and unit.start < words.end and words.start < unit.end:
                yield unit

    def units_in(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The source range of each unit that touches `[start, end)` of the source."""
        for unit in self.units:
            span = self.block(unit.block).span(unit.start, unit.end)
            if span.start < end and start < span.end:
                yield span.start, span.end

    def block(self, number: int) -> Block:
        """The block with this number."""
        return self.document.blocks[number]

    def _at(self, offset: int) -> tuple[int, Run] | None:
        at = bisect_right(self._runs, offset, key=lambda one: one[0])
        for _, number, run in reversed(self._runs[max(0, at - 4) : at]):
            if run.start <= offset < run.end:
                return number, run
        return None


def _exact(run: Run) -> bool:
    return run.length == run.end - run.start


def _inside(run: Run, offset: int) -> int:
    return run.at + offset - run.start if _exact(run) else run.at
