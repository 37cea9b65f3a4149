"""The structure of a document: which block is what, under which heading, in which list or table.

A reader walks its format from the first character to the last, says what opens and closes, and
puts text into `DocumentBuilder.block`; blocks without text vanish. Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from healthlint.document import Block, Comment, Document, Link
from healthlint.lazyre import lazy
from healthlint.readers.runs import BlockBuilder

#: A piece of text and the source range `[start, end)` it was read from.
Piece = tuple[str, int, int]

MAX_COLUMNS = 100

_REFERENCES = lazy(
    r"\W*(?:\d+\W+)?(?:(?:key|selected|cited|our|scientific|medical)\s+)?"
    r"(?:references?|sources?|bibliography|citations?|works cited|literature( cited)?|"
    r"(?:foot|end)?notes|references (?:and|&) (?:notes|sources)|sources (?:and|&) references)\W*",
    re.IGNORECASE,
)
_NUMBERED_NOTE = lazy(r"\[(\d{1,3})\]:?[ \n]\s*\S|\[(\d{1,3})\](?=[A-Z])")
_NUMBERED_REFERENCE = lazy(r"\(?(\d{1,3})(?:[.)]\s*|\s+(?=[A-Z]))\S")
_SENTENCE_END = lazy(r"[.!,;\u2026][\"'\u201d\u2019)\]]*$")
_WORDS = lazy(r"[^\W_]|\ufffc")
_QUOTED = lazy(r"[\"'\u201c\u2018\u00ab]")
_QUESTION = lazy(r"(?:Q|Question)\s*\d*\s*[:.)]|.*[?:]$", re.DOTALL)
_BOLD_HEADING_WORDS = 15


@dataclass(slots=True)
class _Cell:
    """A table cell that is open, or that heads others; `index` is its first block's."""

    row_head: _Cell | None = None
    column_head: _Cell | None = None
    index: int | None = None


@dataclass(slots=True)
class _Frame:
    """What text is when it stands here, until something further inside says otherwise."""

    kind: str
    level: int = 0
    lead: int | None = None
    number: int | None = None
    note_key: str | None = None
    cell: _Cell | None = None


@dataclass(slots=True)
class _Table:
    lead: int | None
    heads: list[_Cell | None] = field(default_factory=list)
    spanned: dict[int, tuple[int, _Cell]] = field(default_factory=dict)  # column: rows left, cell
    column: int = 0
    row: list[tuple[int, int, _Cell]] = field(default_factory=list)  # column, columns, head cell
    first: _Cell | None = None
    has_data: bool = False


class DocumentBuilder:
    """Keeps heading, list, table, quotation and note, and makes the frozen `Document`."""

    def __init__(self, source: str, format: str) -> None:
        self.block = BlockBuilder()
        self.comments: list[Comment] = []
        self.quotes = 0
        self.lang: str | None = None
        self._source, self._format = source, format
        self._blocks: list[Block] = []
        self._frames = [_Frame("paragraph")]
        self._leads: list[int | None] = []
        self._tables: list[_Table] = []
        self._headings: list[tuple[int, int, bool]] = []  # level, index, whether over references
        self._asides: list[tuple[str, BlockBuilder]] = []
        self._last: int | None = None  # the last block in the flow of the text
        self._candidate: int | None = None  # a bold paragraph: a heading if something follows

    def build(self) -> Document:
        """The document; the builder is spent."""
        self.flush()
        return Document(self._source, self._format, tuple(self._blocks), tuple(self.comments))

    # -- blocks ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """End the current block; what comes next is a new one of the same kind."""
        builder = self.block
        if builder.length or builder.links:
            self.block = BlockBuilder()
            for url in builder.open_urls():
                self.block.open_link(url)
            self._emit(builder, self._frames[-1])
        if self._asides:
            asides, self._asides = self._asides, []
            for kind, aside in asides:
                self._emit(aside, _Frame(kind, cell=self._frames[-1].cell))

    def line_break(self, start: int, end: int) -> None:
        """A forced line break; two in a row part two blocks, among references one does."""
        references = any(over for _, _, over in self._headings)
        if self.block.at_line_start() or (references and not self._frames[-1].cell):
            self.flush()
        else:
            self.block.line_break(start, end)

    def aside(self, kind: str, pieces: Iterable[Piece]) -> None:
        """A block of its own beside the text, such as the words that stand for an image."""
        builder = BlockBuilder()
        for piece in pieces:
            builder.add(*piece)
        self.add_aside(kind, builder)

    def add_aside(self, kind: str, builder: BlockBuilder) -> None:
        """As `aside`, of a block that is already built; it follows the block it stands in."""
        builder.links += [Link(0, builder.length, url) for url in self.block.open_urls()[-1:]]
        self._asides.append((kind, builder))
        if not self.block.length:
            self.flush()

    def enter(
        self,
        kind: str,
        level: int = 0,
        *,
        number: int | None = None,
        note_key: str | None = None,
    ) -> None:
        """Text is of this kind until `leave`; a list item may have its number in the list."""
        self.flush()
        lead = None
        if kind == "list-item":
            level = level or max(1, len(self._leads))
            lead = self._leads[-1] if self._leads else None
        cell = self._frames[-1].cell
        self._frames.append(_Frame(kind, level, lead, number, note_key, cell))

    def leave(self) -> None:
        """Text is again of the kind it was before the last `enter`."""
        self.flush()
        if len(self._frames) > 1:
            self._frames.pop()

    @property
    def kind(self) -> str:
        """The kind that text has here."""
        return self._frames[-1].kind

    # -- sections and lists ----------------------------------------------------------------------

    def section(self) -> int:
        """A mark for `end_section`: headings from here on reach no further than that."""
        self.flush()
        return len(self._headings)

    def end_section(self, mark: int) -> None:
        """Forget the headings since `section`."""
        self.flush()
        self._candidate = None
        del self._headings[mark:]

    def open_list(self) -> None:
        """A list begins; the paragraph or heading just before it leads it."""
        self.flush()
        self._leads.append(self._lead())

    def close_list(self) -> None:
        """The innermost list ends."""
        self.flush()
        if self._leads:
            self._leads.pop()

    def _lead(self) -> int | None:
        if self._last is None:
            return None
        kind = self._blocks[self._last].kind
        nested = kind == "list-item" == self._frames[-1].kind
        return self._last if kind in ("paragraph", "heading") or nested else None

    # -- tables ----------------------------------------------------------------------------------

    def open_table(self) -> None:
        """A table begins."""
        self.flush()
        self._tables.append(_Table(self._lead()))

    def open_row(self) -> None:
        """A row of the innermost table begins."""
        table = self._tables[-1]
        table.column, table.row, table.has_data = 0, [], False
        table.first = table.spanned[0][1] if 0 in table.spanned else None

    def open_cell(self, head: bool = False, columns: int = 1, rows: int = 1) -> None:
        """A cell begins; it heads its columns if it is a `head` in a row of nothing but heads."""
        self.flush()
        table = self._tables[-1]
        while table.column in table.spanned:
            table.column += 1
        columns = max(1, min(columns, MAX_COLUMNS))
        at, cell = table.column, _Cell()
        if at < len(table.heads):
            cell.column_head = table.heads[at]
        table.has_data = table.has_data or not head
        if table.has_data:
            cell.row_head = table.first
        table.first = table.first or cell
        table.row.append((at, columns, cell))
        table.column += columns
        if rows > 1:
            for column in range(at, min(at + columns, MAX_COLUMNS)):
                table.spanned[column] = (rows, cell)
        self._frames.append(_Frame("cell", 0, table.lead, cell=cell))

    def close_cell(self) -> None:
        """The innermost cell ends."""
        self.leave()

    def close_row(self) -> None:
        """The row ends; if all its cells are heads, they head the columns below."""
        self.flush()
        table = self._tables[-1]
        if not table.has_data:
            for at, columns, cell in table.row:
                if at >= MAX_COLUMNS:
                    break
                table.heads += [None] * (at + columns - len(table.heads))
                table.heads[at : at + columns] = [cell] * columns
        table.spanned = {
            column: (rows - 1, cell) for column, (rows, cell) in table.spanned.items() if rows > 1
        }

    def close_table(self) -> None:
        """The innermost table ends."""
        self.flush()
        if self._tables:
            self._tables.pop()

    # -- making blocks ---------------------------------------------------------------------------

    def _emit(self, builder: BlockBuilder, frame: _Frame) -> None:
        text, runs, links, notes = builder.finish()
        if not text.strip() or not (frame.kind == "cell" or links or _WORDS.search(text)):
            return
        kind, key = frame.kind, frame.note_key
        bold = (
            kind == "paragraph"
            and not self.quotes
            and not frame.cell
            and _is_heading(builder, text)
            and not (self._asks() and not _QUESTION.match(text))
        )
        self._settle_candidate(kind)
        index = len(self._blocks)
        level = frame.level
        if kind == "heading":
            while self._headings and self._headings[-1][0] >= level:
                self._headings.pop()
        elif kind in ("paragraph", "list-item"):
            key = key or self._note_key(text, frame)
            if key is None and notes and notes[0].at == 0:
                key = notes[0].key
            if key is not None:
                kind, level, notes = "note", 0, tuple(note for note in notes if note.at)
        cell = frame.cell
        row_head = cell.row_head.index if cell and cell.row_head else None
        column_head = cell.column_head.index if cell and cell.column_head else None
        flow = kind not in ("title", "meta")
        heading = self._headings[-1][1] if self._headings and flow else None
        self._blocks.append(
            Block(
                kind, text, runs, level, heading, frame.lead, row_head, column_head,
                self.quotes > 0, links, notes, key, self.lang,
            )
        )  # fmt: skip
        if cell and cell.index is None and kind == "cell":
            cell.index = index
        if kind == "heading":
            self._push_heading(level, index, text)
        if flow and kind != "alt":
            self._last = index
            self._candidate = index if bold and kind == "paragraph" else None

    def _note_key(self, text: str, frame: _Frame) -> str | None:
        if match := _NUMBERED_NOTE.match(text):
            return match[1] or match[2]
        if not any(over for _, _, over in self._headings):
            return None
        if frame.number is not None:
            return str(frame.number)
        numbered = _NUMBERED_REFERENCE.match(text)
        return numbered[1] if numbered else None

    def _push_heading(self, level: int, index: int, text: str) -> None:
        self._headings.append((level, index, bool(_REFERENCES.fullmatch(text))))

    def _asks(self) -> bool:
        """Whether the block before may be a bold question, so that this one answers it."""
        return self._candidate is not None and self._blocks[self._candidate].text.endswith("?")

    def _settle_candidate(self, next_kind: str) -> None:
        """Decide whether the bold paragraph before a block of `next_kind` is its heading."""
        index, self._candidate = self._candidate, None
        if index is None or next_kind == "heading":
            return
        if next_kind in ("title", "meta", "alt"):
            self._candidate = index
            return
        while self._headings and self._headings[-1][0] >= 6:
            self._headings.pop()
        above = self._headings[-1][1] if self._headings else None
        block = self._blocks[index]
        self._blocks[index] = block._replace(kind="heading", level=6, heading=above)
        self._push_heading(6, index, block.text)


def _is_heading(builder: BlockBuilder, text: str) -> bool:
    """Whether a paragraph is one short bold run that reads like a heading."""
    if not builder.bold or len(text.split()) > _BOLD_HEADING_WORDS or _QUOTED.match(text):
        return False
    if _QUESTION.match(text):
        return True
    return builder.strong and not _SENTENCE_END.search(text)
