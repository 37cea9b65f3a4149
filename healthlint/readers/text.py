"""Plain text: paragraphs, headings, lists, tables and notes, recognised by how they are set out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from healthlint.document import Comment, Document
from healthlint.readers.builder import DocumentBuilder
from healthlint.readers.suppressions import BRACKETED

#: A line longer than this was not wrapped by hand: it is a paragraph.
LONGEST_WRAPPED = 100
_LEAST_WIDTH = 45

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_BULLETS = "-*+\u2022\u2013\u2014\u2023\u25e6\u25aa\u25ab\u25cf\u25cb\u00b7\u2043"
_TICKS = "\u2713\u2714\u2610\u2611\u27a4\u25ba"
_MARKER = re.compile(
    rf"(?P<bullet>[{re.escape(_BULLETS + _TICKS)}](?:[ \t]*\[[ xX]?\])?(?=[ \t])"
    r"|[\u2022\u25cf\u25aa\u2713\u2714](?=\S)|\[[ xX]?\](?=[ \t]))[ \t]*"
    r"|\(?(?P<number>\d{1,3})[.)](?=[ \t])[ \t]*"
    r"|\(?(?P<letter>[a-z]|[ivx]{1,5})\)(?=[ \t])[ \t]*"
)
_DASHES = ("-", "\u2013", "\u2014")
_RULE = re.compile(r"([-=_*~+#.\u2013\u2014\u2500\u2550]|[-=_*~] )\1{2,}[-=_*~| +]*$")
_TABLE_RULE = re.compile(r"(?=.*[-=]{2})[|+:=\s-]+$")
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_ASKED = re.compile(r"(?:Q|Question|FAQ)\s*\d*\s*[:.)]\s", re.IGNORECASE)
_ANSWERED = re.compile(r"(?:A|Answer)\s*\d*\s*[:.)]\s", re.IGNORECASE)
_NUMBERED_NOTE = re.compile(r"\[\d{1,3}\]|[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+ ?[A-Z]")
_ENDED = re.compile(r"[.!?:;\u2026][\"'\u201d\u2019)\]*]*$")
_STOPPED = re.compile(r"[.!,;\u2026][\"'\u201d\u2019)\]*]*$|[-\u2013\u2014]$")
_NO_HEADING = re.compile(
    r"by |posted|published|updated|reviewed|prepared|written|call |tel[ :.]|phone|e-?mail|"
    r"[\"'\u201c\u2018(\u00a9*]|.*(?:@|https?:|www\.|\b\d{1,2}:\d\d\b|\d{3}[-. ]\d{4}"
    r"|\b(?:19|20)\d\d\b.*\d| [>|] )",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'\u2019]*")
_HEADING_WORDS = 14
_BLANKS = re.compile(r"(?<![.!?: ]) {2,}")
_TABLE_GAPS = (
    re.compile(r"(?<![ \t])[ \t]*\|[ \t]*"),
    re.compile(r"(?<! ) *\t[ \t]*"),
    _BLANKS,
)
_TABLE_ROWS = 3


def read(source: str) -> Document:
    """Read plain text; never fails."""
    doc = DocumentBuilder(source, "text")
    reader = _TextReader(doc, source)
    for part in reader.parts():
        reader.read_part(part)
    reader.close_lists()
    return doc.build()


@dataclass(slots=True)
class _Line:
    """What stands on one line: `[start, end)` of the source, without blanks and quote marks."""

    start: int
    end: int
    indent: int
    quotes: int
    text: str


@dataclass(slots=True)
class _Item:
    """Lines that belong together, and the list marker they begin with."""

    lines: list[_Line]
    marker: re.Match[str] | None = None

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def _is_title_case(words: list[str]) -> bool:
    long = [word for word in words[1:] if len(word) > 3]
    return not long or sum(word[0].isupper() for word in long) * 2 >= len(long)


class _TextReader:
    def __init__(self, doc: DocumentBuilder, source: str) -> None:
        self._doc = doc
        self._source = source
        self._lists: list[int] = []  # the indents of the lists that are open
        self._number = 0
        self._lines = list(self._read_lines())
        followed = [
            line.text
            for line, after in zip(self._lines, self._lines[1:], strict=False)
            if after.text and len(line.text) <= LONGEST_WRAPPED
        ]
        cut = sum(len(text) >= _LEAST_WIDTH and not _ENDED.search(text) for text in followed)
        self._wrapped = cut > sum(len(line.text) > LONGEST_WRAPPED for line in self._lines)
        self._width = max(map(len, followed), default=0)
        self._headed = False

    def _read_lines(self) -> list[_Line]:
        lines = []
        start = 1 if self._source.startswith("\ufeff") else 0
        for match in _LINE.finditer(self._source, start):
            whole = match[0]
            if not whole:
                break
            text = whole.strip()
            at = match.start() + len(whole) - len(whole.lstrip())
            indent = len(whole[: at - match.start()].expandtabs(4))
            quotes = 0
            if mark := _QUOTE.match(text):
                quotes = mark[0].count(">")
                rest = text[mark.end() :]
                at += mark.end() + len(rest) - len(rest.lstrip())
                text = rest.strip()
            if text.endswith("]") and (found := BRACKETED.search(text)):
                place = at + found.start(), at + len(text)
                self._doc.comments.append(Comment(found[1], *place))
                text = text[: found.start()].rstrip()
            lines.append(_Line(at, at + len(text), indent, quotes, text))
        return lines

    # -- parting lines ---------------------------------------------------------------------------

    def parts(self) -> list[list[_Line]]:
        """The lines between blank lines and rules; an underline stays with its heading."""
        parts: list[list[_Line]] = [[]]
        for line in self._lines:
            last = parts[-1][-1] if parts[-1] else None
            if not line.text or (last and last.quotes != line.quotes):
                parts.append([])
            if line.text and (not _RULE.match(line.text) or _TABLE_RULE.match(line.text)):
                parts[-1].append(line)
            elif line.text:
                parts.append([])
        return [part for part in parts if part]

    def read_part(self, part: list[_Line]) -> None:
        """Read the lines of one part."""
        self._doc.flush()
        self._doc.quotes = part[0].quotes
        table = self._table(part)
        if table:
            first, last, gap = table
            self._read_items(self._items(part[:first]), True)
            self._read_table(part[first:last], gap)
            part = part[last:]
        if part:
            self._read_items(self._items(part), bool(table))

    def _items(self, part: list[_Line]) -> list[_Item]:
        """Join the lines that were one before they were wrapped."""
        items: list[_Item] = []
        for line in part:
            marker = self._marker(line, items[-1] if items else None)
            if items and not marker and self._continues(items[-1], line):
                items[-1].lines.append(line)
            else:
                items.append(_Item([line], marker))
        for before, item, after in zip([None, *items], items, [*items[1:], None], strict=False):
            if item.marker and item.marker["bullet"] in _DASHES and not (after and after.marker):
                if before and not before.marker and not before.text.endswith(":"):
                    item.marker = None  # who said what stands above
        return items

    def _marker(self, line: _Line, before: _Item | None) -> re.Match[str] | None:
        marker = _MARKER.match(line.text)
        if not marker or marker.end() == len(line.text):
            return None
        if number := marker["number"]:
            # A number at the start of a line may be part of a wrapped sentence.
            if before and not before.marker and self._is_full(before.lines[-1], line):
                return None
            if before and before.marker and self._is_full(before.lines[-1], line):
                last = before.marker["number"]
                return marker if last and int(number) == int(last) + 1 else None
        return marker

    def _continues(self, item: _Item, line: _Line) -> bool:
        last = item.lines[-1]
        if _HASHES.match(last.text) or _TABLE_RULE.match(line.text) or _TABLE_RULE.match(last.text):
            return False
        if _HASHES.match(line.text) or _NUMBERED_NOTE.match(line.text):
            return False
        if _ASKED.match(line.text) or _ANSWERED.match(line.text):
            return False
        if item.marker and line.indent > item.lines[0].indent and self._wrapped:
            return True
        if last.text.isupper() and not line.text.isupper():
            return False
        if line.text[0].islower() and not _ENDED.search(last.text) and len(last.text.split()) >= 5:
            return True
        return self._is_full(last, line)

    def _is_full(self, line: _Line, after: _Line) -> bool:
        """Whether the first word of the next line would not have fitted on this one."""
        if len(line.text) > LONGEST_WRAPPED or len(after.text) > LONGEST_WRAPPED:
            return False
        if not self._wrapped:
            return False
        word = after.text.split(None, 1)[0]
        room = max(self._width - 8, 30)
        return line.indent + len(line.text) + 1 + len(word) > room

    # -- blocks ----------------------------------------------------------------------------------

    def _read_items(self, items: list[_Item], alone: bool) -> None:
        for index, item in enumerate(items):
            following = items[index + 1] if index + 1 < len(items) else None
            underlined = following and _TABLE_RULE.match(following.text)
            if _TABLE_RULE.match(item.text):
                continue
            if underlined and following and len(item.lines) == 1 and not item.marker:
                self._heading(item, 1 if "=" in following.text else 2)
            elif hashes := _HASHES.match(item.text):
                self._heading(item, len(hashes[1]), hashes.end())
            elif item.marker and not self._asks(item, following):
                self._list_item(item)
            elif level := self._heading_level(item, following, len(items) == 1):
                self._heading(item, level, item.marker.end() if item.marker else 0)
            else:
                self.close_lists()
                self._add(item)
                self._doc.flush()
            self._headed = True

    def _asks(self, item: _Item, following: _Item | None) -> bool:
        """Whether a numbered line is a question that the text below it answers."""
        return bool(
            item.marker
            and not item.marker["bullet"]
            and item.text.endswith("?")
            and following
            and not following.marker
        )

    def _heading_level(self, item: _Item, following: _Item | None, alone: bool) -> int:
        """The level of the heading that an item looks like, or 0."""
        text = item.text
        if _ASKED.match(text):
            return 6
        words = _WORD.findall(text)
        if not words or len(item.lines) > 1 or self._doc.quotes or _ANSWERED.match(text):
            return 0
        if len(text) > 150 or len(text.split()) > _HEADING_WORDS:
            return 0
        if _STOPPED.search(text) or _NO_HEADING.match(text):
            return 0
        capitals = text.isupper() and len(words) * len(words[0]) > 2
        if not capitals:
            if text.endswith(":") or not (alone or following):
                return 0
            if following and following.marker and not _is_title_case(words):
                return 0  # "Be wary of clinics that" leads a list
        if following and not capitals and not alone and len(following.text) <= len(text):
            if not text.endswith("?"):
                return 0
        if not self._headed:
            return 1
        return 2 if capitals else 3

    def _heading(self, item: _Item, level: int, skip: int = 0) -> None:
        self.close_lists()
        self._doc.enter("heading", level)
        self._add(item, skip)
        self._doc.leave()

    def _list_item(self, item: _Item) -> None:
        assert item.marker
        indent = item.lines[0].indent
        while len(self._lists) > 1 and indent < self._lists[-1]:
            self._lists.pop()
            self._doc.leave()
            self._doc.close_list()
        if not self._lists or indent > self._lists[-1] + 1:
            self._doc.open_list()
            self._lists.append(indent)
        else:
            self._doc.leave()
        number = item.marker["number"]
        self._doc.enter("list-item", number=int(number) if number else None)
        self._add(item, item.marker.end())
        self._doc.flush()

    def close_lists(self) -> None:
        """End the lists that are open."""
        while self._lists:
            self._lists.pop()
            self._doc.leave()
            self._doc.close_list()

    def _add(self, item: _Item, skip: int = 0) -> None:
        block, done = self._doc.block, None
        for line in item.lines:
            if done is not None and not self._is_split(self._source[done - 2 : done], line.text):
                block.add(" " * (line.start - done), done, line.start)
            start = line.start + skip
            block.add(self._source[start : line.end], start, line.end)
            done, skip = line.end, 0

    def _is_split(self, end: str, after: str) -> bool:
        """Whether a word goes on in the next line: after its hyphen, or a soft one."""
        if end.endswith("\u00ad"):
            return True
        suspended = after.startswith(("and ", "or ", "to ", "und "))
        return end[-1:] == "-" and end[:1].isalpha() and after[:1].islower() and not suspended

    # -- tables ----------------------------------------------------------------------------------

    def _table(self, part: list[_Line]) -> tuple[int, int, re.Pattern[str]] | None:
        """The first lines in a row that agree on their columns: from, to, and what parts them."""
        if len(part) < _TABLE_ROWS:
            return None
        for gap in _TABLE_GAPS:
            counts = [
                -1 if _TABLE_RULE.match(line.text) else len(self._cells(line, gap)) for line in part
            ]
            first = 0
            while first < len(part):
                last = first
                while last < len(part) and counts[last] in (-1, counts[first]):
                    last += 1
                rows = [part[at] for at in range(first, last) if counts[at] > 1]
                if len(rows) >= _TABLE_ROWS and (gap is not _BLANKS or self._lines_up(rows)):
                    return first, last, gap
                first = max(last, first + 1)
        return None

    def _lines_up(self, rows: list[_Line]) -> bool:
        """Whether all cells of each column begin, or all end, at the same place of the line."""
        places = [
            [(row.indent + at - row.start, row.indent + end - row.start) for at, end in cells]
            for row, cells in ((row, self._cells(row, _BLANKS)) for row in rows)
        ]
        return all(
            len({start for start, _ in column}) == 1 or len({end for _, end in column}) == 1
            for column in zip(*places, strict=True)
        )

    def _cells(self, line: _Line, gap: re.Pattern[str]) -> list[tuple[int, int]]:
        cells, start = [], line.start
        for match in gap.finditer(self._source, line.start, line.end):
            if match.start() > line.start:
                cells.append((start, match.start()))
            start = match.end()
        if start < line.end:
            cells.append((start, line.end))
        return cells

    def _read_table(self, lines: list[_Line], gap: re.Pattern[str]) -> None:
        self.close_lists()
        doc = self._doc
        rows = [line for line in lines if not _TABLE_RULE.match(line.text)]
        ruled = any(_TABLE_RULE.match(line.text) for line in lines[1:2])
        plain_head = not re.search(r"\d", rows[0].text)
        headed = ruled or (plain_head and any(re.search(r"\d", row.text) for row in rows[1:]))
        doc.open_table()
        for index, row in enumerate(rows):
            doc.open_row()
            for start, end in self._cells(row, gap):
                doc.open_cell(head=headed and index == 0)
                doc.block.add(self._source[start:end], start, end)
                doc.close_cell()
            doc.close_row()
        doc.close_table()
