"""Text made from pieces of a draft, on which another format's reader can run with exact places.

A JSON string with its escapes gone, a page with its template directives taken out: the text is put
together as a `Mapped`, read as Markdown or HTML, and the places in it are led back to the draft.
All offsets are code points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from html import escape

from healthlint.document import Block, Comment, Document, Run

#: What stands for an interpolation: a word that nobody knows yet.
UNKNOWN = "\ufffc"

#: Tags that tell a string of HTML from one of Markdown.
HTML = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|i|img|li|ol|p|section|small|span|strong|su[bp]|table|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_INDENT = re.compile(r"^[ \t]+(?=\S)|^[ \t]+$", re.MULTILINE)


class Mapped:
    """Text under construction, with the source range that each piece of it came from."""

    __slots__ = ("_ats", "_parts", "_ranges", "length")

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[str] = []
        self._ats: list[int] = []
        self._ranges: list[tuple[int, int]] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(self, text: str, start: int, end: int) -> None:
        """Text that stands at `[start, end)`: character for character if it is equally long."""
        if text:
            self._parts.append(text)
            self._ats.append(self.length)
            self._ranges.append((start, end))
            self.length += len(text)

    def mark(self, text: str, at: int) -> None:
        """Text that stands nowhere in the source, put in at offset `at`."""
        for sign in text:
            self.add(sign, at, at)

    def markup(self, other: Mapped) -> None:
        """Add another's text as HTML would write it."""
        for text, (start, end) in zip(other._parts, other._ranges, strict=True):
            exact = len(text) == end - start
            done = 0
            for sign in re.finditer('[&<>"]|\n[ \t]*\n\\s*', text):
                at = sign.start()
                self.add(text[done:at], *((start + done, start + at) if exact else (start, end)))
                done = sign.end()
                new = escape(sign[0]) if sign[0].strip() else "<br><br>"
                self._part(new, *((start + at, start + done) if exact else (start, end)))
            self.add(text[done:], *((start + done, end) if exact else (start, end)))

    def _part(self, text: str, start: int, end: int) -> None:
        """Text that stands for a range as a whole, even if it happens to be as long."""
        if len(text) == end - start:
            self.add(text[0], start, end)
            self.add(text[1:], start, end)
        else:
            self.add(text, start, end)

    def trimmed(self) -> Mapped:
        """The same without the blanks at the beginnings of its lines."""
        text = self.text
        spans = [match.span() for match in _INDENT.finditer(text)]
        return self.without(spans) if spans else self

    def without(self, spans: Iterable[tuple[int, int]]) -> Mapped:
        """The same without some ranges of its text, which are in order and apart."""
        kept, at = Mapped(), 0
        for start, end in [*spans, (self.length, self.length)]:
            self._copy_to(kept, at, start)
            at = end
        return kept

    def copy_to(self, other: Mapped) -> None:
        """Add all of this to the end of another."""
        self._copy_to(other, 0, self.length)

    def _copy_to(self, other: Mapped, start: int, end: int) -> None:
        if start >= end:
            return
        index = bisect_right(self._ats, start) - 1
        while index < len(self._ats) and self._ats[index] < end:
            at, part = self._ats[index], self._parts[index]
            first, last = max(start - at, 0), min(end - at, len(part))
            begin, stop = self._ranges[index]
            if len(part) == stop - begin:
                other.add(part[first:last], begin + first, begin + last)
            else:
                other._part(part[first:last], begin, stop)
            index += 1

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The source range from the first to the last character of `text[start:end]`."""
        if not self._ats:
            return 0, 0
        first = self._range(min(start, self.length - 1))
        if end <= start:
            return (first[0], first[0]) if start < self.length else (first[1], first[1])
        return first[0], max(first[1], self._range(end - 1)[1])

    def _range(self, at: int) -> tuple[int, int]:
        index = bisect_right(self._ats, at) - 1
        start, end = self._ranges[index]
        if len(self._parts[index]) == end - start:
            start += at - self._ats[index]
            return start, start + 1
        return start, end

    def runs(self, inner: Iterable[Run]) -> tuple[Run, ...]:
        """The runs of a block of this text, led back to the source."""
        found: list[Run] = []
        for run in inner:
            if run.length != run.end - run.start or run.length == 1:
                start, end = self.range(run.start, run.end)
                found += _whole(run.at, run.length, start, end)
                continue
            index = bisect_right(self._ats, run.start) - 1
            while index < len(self._ats) and self._ats[index] < run.end:
                at, length = self._ats[index], len(self._parts[index])
                first, last = max(run.start, at), min(run.end, at + length)
                start, end = self._ranges[index]
                if length == end - start:
                    start, end = start + first - at, start + last - at
                    new = [Run(run.at + first - run.start, last - first, start, end)]
                else:
                    new = _whole(run.at + first - run.start, last - first, start, end)
                found += new
                index += 1
        return tuple(found)

    def led_back(self, document: Document, source: str, format: str) -> Document:
        """A document that was read from this text, with its places in the source."""
        comments = tuple(
            Comment(one.text, *self.range(one.start, one.end)) for one in document.comments
        )
        blocks = tuple(block._replace(runs=self.runs(block.runs)) for block in document.blocks)
        return Document(source, format, blocks, comments)


def _whole(at: int, length: int, start: int, end: int) -> list[Run]:
    """Runs whose characters each map to the whole range, however long it is."""
    if length == end - start and length > 1:
        return [Run(at + number, 1, start, end) for number in range(length)]
    return [Run(at, length, start, end)]


def read_string(mapped: Mapped, source: str, format: str) -> Document:
    """Read a string of content as HTML if it has tags, otherwise as Markdown."""
    trimmed = mapped.trimmed()
    text = trimmed.text
    if HTML.search(text):
        from healthlint.readers.html import read
    else:
        from healthlint.readers.markdown import read
    return trimmed.led_back(read(text), source, format)


def read_html(mapped: Mapped, source: str, format: str) -> Document:
    """Read text that was put together as HTML."""
    from healthlint.readers.html import read

    return mapped.led_back(read(mapped.text), source, format)


def joined(
    source: str, format: str, parts: Iterable[Document], comments: Iterable[Comment] = ()
) -> Document:
    """One document from parts that were read one by one, in the order of their places."""
    blocks: list[Block] = []
    notes = list(comments)
    for part in sorted((one for one in parts if one.blocks or one.comments), key=_place):
        base = len(blocks)
        notes += part.comments
        blocks += [
            block._replace(
                heading=_moved(block.heading, base),
                lead=_moved(block.lead, base),
                row_head=_moved(block.row_head, base),
                column_head=_moved(block.column_head, base),
            )
            for block in part.blocks
        ]
    return Document(source, format, tuple(blocks), tuple(sorted(notes, key=lambda c: c.start)))


def _moved(index: int | None, base: int) -> int | None:
    return None if index is None else index + base


def _place(part: Document) -> int:
    return min((run.start for block in part.blocks for run in block.runs), default=0)
