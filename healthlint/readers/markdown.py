"""Markdown (CommonMark, tables, footnotes, strikethrough, task lists) with the HTML inside it."""

from __future__ import annotations

from typing import Any

import pyromark

from healthlint.document import Document, Link
from healthlint.lazyre import lazy
from healthlint.readers.builder import DocumentBuilder
from healthlint.readers.frontmatter import read_front_matter
from healthlint.readers.html import HtmlReader
from healthlint.readers.htmltokens import decoded
from healthlint.readers.runs import BlockBuilder
from healthlint.readers.utf8 import byte_places

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
)
_SURROGATE = lazy("[\ud800-\udfff]")
_LINK_TITLE = lazy(
    r"[ \t\r\n](?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\))\s*\)$"
)
_EMPHASIS = ("Strong", "Emphasis")
_ESCAPE = lazy(r"\\([!-/:-@\[-`{-~])")


def read(source: str) -> Document:
    """Read Markdown, with YAML or TOML front matter if it has any; never fails."""
    doc = DocumentBuilder(source, "markdown")
    start = read_front_matter(doc, source, 1 if source.startswith("\ufeff") else 0)
    _MarkdownReader(doc, source, start).read()
    return doc.build()


def _encodable(text: str) -> str:
    """The text with lone surrogates, which no UTF-8 can hold, replaced one for one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


class _MarkdownReader:
    def __init__(self, doc: DocumentBuilder, source: str, start: int) -> None:
        self._doc = doc
        self._source = source
        self._body = _encodable(source[start:])
        self._base = start
        self._html = HtmlReader(doc)
        self._depths: list[int] = []  # elements open in front of each block that is open
        self._numbers: list[int | None] = []
        self._images: list[BlockBuilder] = []  # the blocks around the alt texts that are open
        self._code = 0  # inside a code block or the text of a bare address
        self._head = False
        self._fragments: list[tuple[int, int]] | None = None

    def read(self) -> None:
        """Walk through the parser's events."""
        place = byte_places(self._body, self._base)
        doc, html = self._doc, self._html
        event: Any
        for event, where in pyromark.events_with_range(self._body, options=_OPTIONS):
            name, value = (event, "") if isinstance(event, str) else next(iter(event.items()))
            if name == "Text":
                if not self._code and not html.hidden:
                    doc.block.add(value, place(where["start"]), place(where["end"]))
            elif name == "Start":
                if value == "Paragraph":
                    self._open_container()
                elif value in _EMPHASIS:
                    doc.block.open_bold(value == "Strong")
                else:
                    self._start(value, place(where["start"]), place(where["end"]))
            elif name == "End":
                if value in _EMPHASIS:
                    doc.block.close_bold()
                else:
                    self._end(value, place(where["start"]), place(where["end"]))
            else:
                self._other(name, value, place(where["start"]), place(where["end"]))
        html.close_to(0, len(self._source))

    def _other(self, name: str, value: Any, start: int, end: int) -> None:
        doc = self._doc
        if name == "Html" and self._fragments is not None:
            self._fragments.append((start, end))
        elif name in ("InlineHtml", "Html"):
            if not self._images:
                self._html.feed(self._source[start:end], start)
        elif name == "Rule":
            doc.flush()
        elif self._html.hidden:
            return
        elif name == "SoftBreak":
            doc.block.add(" ", start, end)
        elif name == "HardBreak":
            doc.line_break(start, end)
        elif name == "Code":
            doc.block.opaque(start, end)
        elif name == "FootnoteReference":
            doc.block.note(value)

    # -- blocks ----------------------------------------------------------------------------------

    def _start(self, value: Any, start: int, end: int) -> None:
        doc = self._doc
        details: Any = None
        tag = value
        if not isinstance(value, str):
            tag, details = next(iter(value.items()))
        match tag:
            case "Link":
                self._open_link(details, start, end)
            case "Image":
                self._images.append(doc.block)
                doc.block = BlockBuilder()
            case "Strikethrough":
                pass
            case "CodeBlock":
                doc.flush()
                self._code += 1
            case "HtmlBlock":
                doc.flush()
                self._fragments = []
            case _:
                self._open_container()
                self._open_block(tag, details)

    def _open_container(self) -> None:
        """A block begins; no tag inside it ends an element that was opened before it."""
        self._doc.flush()
        self._html.floor = self._html.depth
        self._depths.append(self._html.floor)

    def _open_block(self, tag: str, details: Any) -> None:
        doc = self._doc
        match tag:
            case "Heading":
                doc.enter("heading", int(details["level"][1]))
            case "List":
                self._numbers.append(details)
                doc.open_list()
            case "Item":
                number = self._numbers[-1]
                if number is not None:
                    self._numbers[-1] = number + 1
                doc.enter("list-item", number=number)
            case "BlockQuote":
                doc.quotes += 1
            case "FootnoteDefinition":
                doc.enter("note", note_key=details)
            case "Table":
                doc.open_table()
            case "TableHead" | "TableRow":
                self._head = tag == "TableHead"
                doc.open_row()
            case "TableCell":
                doc.open_cell(head=self._head)

    def _end(self, value: Any, start: int, end: int) -> None:
        doc = self._doc
        tag = value if isinstance(value, str) else next(iter(value))
        match tag:
            case "Link":
                self._close_link(start, end)
            case "Image":
                self._close_image(start, end)
            case "Strikethrough":
                pass
            case "CodeBlock":
                self._code -= 1
            case "HtmlBlock":
                self._feed_fragments()
            case _:
                self._html.close_to(self._depths.pop(), end)
                self._html.floor = self._depths[-1] if self._depths else 0
                doc.flush()
                if tag != "Paragraph":
                    self._close_block(tag)

    def _close_block(self, tag: str) -> None:
        doc = self._doc
        match tag:
            case "Heading" | "Item" | "FootnoteDefinition":
                doc.leave()
            case "List":
                self._numbers.pop()
                doc.close_list()
            case "BlockQuote":
                doc.quotes -= 1
            case "Table":
                doc.close_table()
            case "TableHead" | "TableRow":
                doc.close_row()
            case "TableCell":
                doc.close_cell()

    def _feed_fragments(self) -> None:
        """Read a block of HTML; what stands between its lines (`> `) counts as blanks."""
        fragments, self._fragments = self._fragments or [], None
        if not fragments:
            return
        first, done = fragments[0][0], fragments[0][0]
        parts: list[str] = []
        for start, end in fragments:
            parts.append(" " * (start - done))
            parts.append(self._source[start:end])
            done = end
        self._html.feed("".join(parts), first)

    # -- links and images ------------------------------------------------------------------------

    def _open_link(self, details: dict[str, str], start: int, end: int) -> None:
        if details["link_type"] not in ("Autolink", "Email"):
            self._doc.block.open_link(details["dest_url"])
            return
        self._code += 1
        if not self._html.hidden:
            at = self._doc.block.length
            self._doc.block.opaque(start, end)
            self._doc.block.links.append(Link(at, at + 1, details["dest_url"]))

    def _close_link(self, start: int, end: int) -> None:
        if self._source[start] == "<":
            self._code -= 1
            return
        self._doc.block.close_link()
        if not self._html.hidden:
            self._title(start, end)

    def _close_image(self, start: int, end: int) -> None:
        alt = self._doc.block
        self._doc.block = self._images.pop()
        if self._html.hidden:
            return
        if alt.length:
            self._doc.add_aside("alt", alt)
        self._title(start, end)

    def _title(self, start: int, end: int) -> None:
        """The title of an inline link or image: `[text](address "title")`."""
        if self._source[end - 1] != ")" or self._source[end - 2] not in "\"')":
            return
        match = _LINK_TITLE.search(self._source, start, end)
        if match is None:
            return
        group = next(number for number in (1, 2, 3) if match[number] is not None)
        done = match.start(group)
        builder = BlockBuilder()
        for escape in [*_ESCAPE.finditer(self._source, *match.span(group)), None]:
            stop = escape.start() if escape else match.end(group)
            for piece in decoded(self._source, done, stop, 0):
                builder.add(*piece)
            if escape:
                builder.add(escape[1], escape.start() + 1, escape.end())
                done = escape.end()
        self._doc.add_aside("alt", builder)
