"""A draft as its readers see it, rebuilt in HTML from its blocks, with findings marked in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from healthlint.document import Block, Document
from healthlint.finding import Finding
from healthlint.output.places import Places

#: A sign for each severity, so that nothing is told by colour alone.
SIGNS = {"error": "▲", "warning": "◆", "info": "●"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TABLE, _ROW, _CELL = (re.compile(rf"<{name}\b", re.I) for name in ("table", "tr", "t[dhr]"))
_BLANK_LINE = re.compile(r"(?:\r\n?|\n)[ \t>]*(?:\r\n?|\n)")
_KINDS = {"title": "Title", "meta": "Description", "caption": "Caption", "alt": "Image text"}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding with its number in the report, from 1."""

    number: int
    finding: Finding

    @property
    def id(self) -> str:
        """What ties a mark to its card."""
        return f"f{self.number}"


@dataclass(slots=True)
class _Span:
    """Something that runs over `[start, end)` of a block's text."""

    start: int
    end: int
    open: str
    close: str
    first: str = ""  # in place of `open` the first time


@dataclass
class Rebuilt:
    """Turns one document into HTML, once."""

    document: Document
    findings: list[Numbered]
    _spans: dict[int, list[_Span]] = field(default_factory=dict)
    _levels: list[int] = field(default_factory=list)

    def html(self) -> str:
        """The draft; findings that stand in no text that is seen come first."""
        hidden = [one for one in self.findings if not self._place(one)]
        out = [
            f'<p class="apart"><span class="kind">Not in the visible text</span> '
            f"{_mark(one, True)}{escape(one.finding.text)}</mark></p>"
            for one in hidden
        ]
        quoted = False
        for group in self._groups():
            block = self.document.blocks[group[0]]
            if block.quoted is not quoted:
                out.append("</blockquote>" if quoted else "<blockquote>")
                quoted = block.quoted
            out.append(self._group(group))
        return "\n".join(out) + ("</blockquote>" if quoted else "")

    def _place(self, one: Numbered) -> bool:
        first = True
        for piece in self._places.pieces(one.finding.start.offset, one.finding.end.offset):
            span = _Span(piece.start, piece.end, _mark(one, False), "</mark>")
            if first:
                span.first = _mark(one, True)
            self._spans.setdefault(piece.block, []).append(span)
            first = False
        return not first

    def __post_init__(self) -> None:
        self._places = Places(self.document)

    # -- structure -------------------------------------------------------------------------------

    def _groups(self) -> Iterator[list[int]]:
        """Indices of blocks that make one list or table; every other block alone."""
        blocks = self.document.blocks
        at = 0
        while at < len(blocks):
            kind, end = blocks[at].kind, at + 1
            if kind in ("list-item", "cell"):
                while (next_one := self._next(kind, at, end)) is not None:
                    end = next_one + 1
            yield list(range(at, end))
            at = end

    def _next(self, kind: str, first: int, at: int) -> int | None:
        """The next block of a list or table that goes on; images may stand between."""
        blocks = self.document.blocks
        before = at - 1
        while at < len(blocks) and blocks[at].kind == "alt":
            at += 1
        if at == len(blocks) or blocks[at].kind != kind:
            return None
        if blocks[at].quoted is not blocks[first].quoted:
            return None
        if kind == "cell":
            between = self._between(before, at)
            if _TABLE.search(between) if "<" in between else _BLANK_LINE.search(between):
                return None
        return at

    def _between(self, one: int, other: int) -> str:
        blocks = self.document.blocks
        if not blocks[one].runs or not blocks[other].runs:
            return ""
        return self.document.source[blocks[one].runs[-1].end : blocks[other].runs[0].start]

    def _group(self, group: list[int]) -> str:
        block = self.document.blocks[group[0]]
        if block.kind == "list-item":
            return self._list(group)
        if block.kind == "cell":
            return self._table(group)
        inner = self._inline(group[0])
        if block.kind == "heading":
            level = max(1, block.level)
            while self._levels and self._levels[-1] >= level:
                self._levels.pop()
            self._levels.append(level)
            tag = f"h{min(6, 2 + len(self._levels))}"  # no level is skipped, below the page's own
            return f'<{tag} class="level-{min(level, 6)}"{_lang(block)}>{inner}</{tag}>'
        return f'<p class="is-{block.kind}"{_lang(block)}>{inner}</p>'

    def _list(self, group: list[int]) -> str:
        out: list[str] = []
        open_levels: list[int] = []
        for index in group:
            block = self.document.blocks[index]
            if block.kind == "alt":
                out.append(f'<p class="is-alt">{self._inline(index)}</p>')
                continue
            level = max(1, block.level)
            while open_levels and open_levels[-1] > level:
                out.append("</li></ul>")
                open_levels.pop()
            if open_levels and open_levels[-1] == level:
                out.append("</li>")
            else:
                out.append("<ul>")
                open_levels.append(level)
            out.append(f"<li{_lang(block)}>{self._inline(index)}")
        return "".join(out) + "</li></ul>" * len(open_levels)

    def _table(self, group: list[int]) -> str:
        blocks = self.document.blocks
        column_heads = {blocks[index].column_head for index in group}
        row_heads = {blocks[index].row_head for index in group}
        rows = self._rows(group)
        columns: dict[int, int] = {}
        lines = []
        for number, row in enumerate(rows):
            cells = []
            heading = number == 0 and all(cell[0] in column_heads for cell in row)
            if heading and any(_headless(blocks[other[0][0]]) for other in rows[1:]):
                cells.append("<td></td>")  # the empty corner
            for cell in row:
                head = blocks[cell[0]].column_head
                while not heading and head in columns and len(cells) < columns[head]:
                    cells.append("<td></td>")
                if heading:
                    columns[cell[0]] = len(cells)
                scope = "col" if heading else "row" if cell[0] in row_heads else ""
                tag = "th" if scope else "td"
                inner = "<br>".join(self._inline(index) for index in cell)
                scoped = f' scope="{scope}"' if scope else ""
                cells.append(f"<{tag}{scoped}{_lang(blocks[cell[0]])}>{inner}</{tag}>")
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return f"<table>{''.join(lines)}</table>"

    def _rows(self, group: list[int]) -> list[list[list[int]]]:
        """Rows of cells of blocks. Blocks do not say where a row ends, but the source does."""
        rows = [[[group[0]]]]
        for before, index in zip(group, group[1:], strict=False):
            between = self._between(before, index)
            tags = _CELL.search(between)
            if self.document.blocks[index].kind == "alt":
                rows[-1][-1].append(index)
            elif _ROW.search(between) if tags else re.search(r"[\r\n]", between):
                rows.append([[index]])
            elif tags or "|" in between:
                rows[-1].append([index])
            else:
                rows[-1][-1].append(index)
        return rows

    # -- text ------------------------------------------------------------------------------------

    def _inline(self, index: int) -> str:
        block = self.document.blocks[index]
        kind = _KINDS.get(block.kind, f"Note {block.note_key or ''}".rstrip())
        label = f'<span class="kind">{escape(kind)}</span> ' if _named(block) else ""
        links = [
            _Span(link.start, link.end, '<span class="link">', "</span>")
            for link in block.links
            if link.start < link.end
        ]
        notes: dict[int, str] = {}
        for note in block.notes:
            notes[note.at] = notes.get(note.at, "") + f"<sup>[{escape(note.key)}]</sup>"
        return label + _weave(block.text, self._spans.get(index, []) + links, notes)


def _weave(text: str, spans: list[_Span], notes: dict[int, str]) -> str:
    """The text with spans around its parts; where two cross, the later one is cut in two."""
    places = sorted({0, len(text), *notes, *(p for s in spans for p in (s.start, s.end))})
    waiting = sorted(spans, key=lambda span: (span.start, -span.end), reverse=True)
    out: list[str] = []
    open_spans: list[_Span] = []
    for place, following in zip(places, [*places[1:], len(text)], strict=True):
        again: list[_Span] = []
        while any(span.end == place for span in open_spans):
            span = open_spans.pop()
            out.append(span.close)
            if span.end > place:
                again.append(span)
        for span in reversed(again):
            out.append(span.open)
            open_spans.append(span)
        out.append(notes.get(place, ""))
        while waiting and waiting[-1].start == place:
            span = waiting.pop()
            out.append(span.first or span.open)
            open_spans.append(span)
        out.append(_plain(text[place:following]))
    return "".join(out)


def _plain(text: str) -> str:
    shown = escape(text).replace("\n", "<br>")
    return shown.replace("\ufffc", '<span class="kind">code</span>')


def _mark(one: Numbered, first: bool) -> str:
    finding = one.finding
    opened = f'<mark class="{finding.severity}" data-finding="{one.id}"'
    if not first:
        return opened + ">"
    return (
        f'{opened} id="m-{one.id}"><a class="badge {finding.severity}" href="#card-{one.id}">'
        f'<span aria-hidden="true">{SIGNS[finding.severity]}</span>'
        f'<span class="unseen">{finding.severity} </span>{one.number}'
        f'<span class="unseen">: {escape(finding.name.replace("-", " "))}</span></a>'
    )


def _named(block: Block) -> bool:
    return block.kind in _KINDS or block.kind == "note"


def _headless(block: Block) -> bool:
    return block.column_head is None


def _lang(block: Block) -> str:
    if block.lang and _LANGUAGE.fullmatch(block.lang):
        return f' lang="{block.lang}"'
    return ""
