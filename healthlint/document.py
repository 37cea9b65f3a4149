"""The draft as a reader sees it: blocks of text, and for every character its place in the source.

Offsets are code points everywhere: into `Document.source` for a `Span` and for the source side of a
`Run`, into `Block.text` for everything that belongs to a block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

#: Every kind of block a reader may yield, and what it stands for.
BLOCK_KINDS = {
    "title": "the draft's title: <title>, front matter `title`",
    "meta": "a meta description, or another prose field of the front matter",
    "heading": "a heading; `level` is 1 to 6",
    "paragraph": "running text",
    "list-item": "one item of a list, without its nested lists; `level` is the depth, from 1",
    "cell": "one cell of a table",
    "caption": "the caption of a figure or table",
    "alt": "the text that stands for an image",
    "note": "a footnote or endnote; `note_key` is the mark that leads to it",
}


class Span(NamedTuple):
    """A half-open range of code points, `start` included and `end` not."""

    start: int
    end: int


class Run(NamedTuple):
    """`length` characters of a block's text from `at` on, and the source range they came from.

    Where both sides are equally long each character maps to its own; otherwise (an entity, a
    collapsed line break) each character of the run maps to the whole source range.
    """

    at: int
    length: int
    start: int
    end: int


class Link(NamedTuple):
    """Text `[start, end)` of a block is a link to `url`. An empty range is a link without text."""

    start: int
    end: int
    url: str


class Note(NamedTuple):
    """A note mark stands at `at` in a block's text (the mark itself is not part of the text)."""

    at: int
    key: str


class Block(NamedTuple):
    """A paragraph, heading, list item, cell, … with its text and its place among the others.

    `text` is what a reader sees: white space is collapsed to single blanks, a forced line break is
    "\\n", soft hyphens and zero-width characters are gone, entities are decoded, code is one
    U+FFFC. `heading`, `lead`, `row_head`, `column_head` are indices into `Document.blocks`.
    """

    kind: str
    text: str
    runs: tuple[Run, ...]
    level: int = 0
    heading: int | None = None  # the heading it stands under (for a heading: the one above it)
    lead: int | None = None  # the paragraph or heading that introduces the list or table
    row_head: int | None = None
    column_head: int | None = None
    quoted: bool = False  # inside a block quotation
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    note_key: str | None = None
    lang: str | None = None

    def span(self, start: int, end: int) -> Span:
        """The source range of `text[start:end]`, from its first to its last character.

        An empty range gives the empty span before the character at `start`.
        Raises `ValueError` for a range outside the text or a block without text.
        """
        if not self.runs or not 0 <= start <= end <= len(self.text):
            raise ValueError(f"[{start}, {end}) is not a range of a text of {len(self.text)}")
        first = self._source_range(min(start, len(self.text) - 1))
        if start == end:
            at = first[0] if start < len(self.text) else first[1]
            return Span(at, at)
        return Span(first[0], self._source_range(end - 1)[1])

    def _source_range(self, offset: int) -> tuple[int, int]:
        run = self.runs[bisect_right(self.runs, offset, key=_at) - 1]
        if run.length == run.end - run.start:
            place = run.start + offset - run.at
            return place, place + 1
        return run.start, run.end


def _at(run: Run) -> int:
    return run.at


class Comment(NamedTuple):
    """A comment, which readers of the draft do not see: its words, and its whole source range."""

    text: str
    start: int
    end: int


class _Document(NamedTuple):
    source: str
    format: str
    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...] = ()


class Document(_Document):  # which has a place to keep what is worked out once
    """A draft that has been read: its decoded source, its format, its blocks in reading order."""

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of each line's first character; lines end with LF, CRLF or CR."""
        return (0, *(end.end() for end in re.finditer(r"\r\n?|\n", self.source)))

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a source offset, both from 1; columns count code points."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1
