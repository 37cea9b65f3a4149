"""Where findings stand in the text that readers see: source offsets turned into block offsets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from healthlint.document import Block, Document


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` of the block with this index; code points."""

    block: int
    start: int
    end: int


class Places:
    """The inverse of `Block.span` for one document."""

    def __init__(self, document: Document) -> None:
        self._blocks = document.blocks
        self._reach = [
            (min(run.start for run in block.runs), max(run.end for run in block.runs))
            if block.runs
            else (0, 0)
            for block in document.blocks
        ]

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """The text that was read from `[start, end)` of the source: one piece a block, in order.

        Blanks at the ends of a piece are left out. Nothing, if that source is not text. An empty
        range stands for the character at `start`.
        """
        end = max(end, start + 1)
        for index, (low, high) in enumerate(self._reach):
            if low < end and start < high:
                piece = _piece(self._blocks[index], index, start, end)
                if piece:
                    yield piece


def _piece(block: Block, index: int, start: int, end: int) -> Piece | None:
    first, last = len(block.text), 0
    for run in block.runs:
        if not (run.start < end and start < run.end):
            continue
        left, right = run.at, run.at + run.length
        if run.length == run.end - run.start:
            left, right = left + max(start - run.start, 0), right - max(run.end - end, 0)
        first, last = min(first, left), max(last, right)
    while first < last and block.text[first] in " \n":
        first += 1
    while first < last and block.text[last - 1] in " \n":
        last -= 1
    return Piece(index, first, last) if first < last else None
