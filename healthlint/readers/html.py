"""HTML: what a browser would show of it, and the words in attributes and meta elements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from healthlint.document import Comment, Document
from healthlint.lazyre import lazy
from healthlint.readers.builder import DocumentBuilder
from healthlint.readers.htmlelements import (
    BARRIERS,
    BLOCKS,
    BREAK_OUT,
    CLOSES_P,
    FORMATTING,
    HEADINGS,
    META,
    OPAQUE,
    PARENTS,
    SKIPPED,
    TABLE_PARTS,
    VOID,
)
from healthlint.readers.htmltokens import Token, decoded, plain, tokens

MAX_DEPTH = 512

_COMMENT_END = lazy(r"--!?>$")
_MOST_OPEN_AGAIN = 6
_NOT_SHOWN = lazy(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE
)
_NOTE_ID = lazy(
    r"(?:fn|footnote|endnote|cite[_-]?note|note|ref|reference)[-_:.]*(\d{1,3})(?:[-_:.]\d+)?$",
    re.IGNORECASE,
)


def read(source: str) -> Document:
    """Read HTML, with YAML or TOML front matter if it has any; never fails."""
    from healthlint.readers.frontmatter import read_front_matter

    doc = DocumentBuilder(source, "html")
    start = read_front_matter(doc, source, 1 if source.startswith("\ufeff") else 0)
    reader = HtmlReader(doc)
    reader.feed(source[start:], start)
    reader.close_to(0, len(source))
    return doc.build()


@dataclass(slots=True)
class _Element:
    name: str
    hidden: bool
    lang: str | None  # the language around it
    close: Callable[[int], None] | None = None  # what its end means
    again: Callable[[], Callable[[int], None]] | None = None  # what it means in the next block


class HtmlReader:
    """Feeds HTML into a `DocumentBuilder`, whole or in parts, and keeps what is open."""

    def __init__(self, doc: DocumentBuilder) -> None:
        self.doc = doc
        self.hidden = 0
        self.floor = 0  # elements below were opened outside of what is fed now: no tag ends them
        self._stack: list[_Element] = []
        self._open: Counter[str] = Counter()
        self._numbers: list[int | None] = []  # for each open list the next number, if it has one
        self._titled = False
        self._again: Callable[[], Callable[[int], None]] | None = None
        self._text, self._base = "", 0

    @property
    def depth(self) -> int:
        """How many elements are open; for `close_to`."""
        return len(self._stack)

    def feed(self, text: str, base: int) -> None:
        """Read HTML text whose first character is the source's character `base`."""
        self._text, self._base = text, base
        comments: list[tuple[int, int]] = []
        for token in tokens(text, comments):
            if not token.name:
                if not self.hidden:
                    self._add_text(token)
            elif token.closing:
                self._end(token)
            else:
                self._start(token)
        for start, end in comments:
            words = _COMMENT_END.sub("", text[start + 4 : end])
            self.doc.comments.append(Comment(words, base + start, base + end))

    def close_to(self, depth: int, at: int) -> None:
        """Close what is open beyond `depth` elements, as if it ended at source offset `at`."""
        while len(self._stack) > depth:
            self._closed(self._stack.pop(), at)

    def _add_text(self, token: Token) -> None:
        start, end = token.start, token.end
        text = self._text[start:end]
        if token.raw or "&" not in text:
            self.doc.block.add(text, self._base + start, self._base + end)
            return
        for piece in decoded(self._text, start, end, self._base):
            self.doc.block.add(*piece)

    # -- opening ---------------------------------------------------------------------------------

    def _start(self, token: Token) -> None:
        name, at = token.name, self._base + token.start
        if name in ("html", "body"):
            self._set_language(token)
            return
        if self._open["svg"] or self._open["math"]:
            if name in BREAK_OUT and not self._open["foreignobject"]:
                self._close_named("svg" if self._open["svg"] else "math", at)
            elif token.self_closing:
                return
        if name in TABLE_PARTS and not self._open["table"]:
            return
        if name == "image":
            name = "img"
        self._imply_ends(name, at)
        if name in TABLE_PARTS and self._stack[-1].name not in PARENTS[name]:
            return
        hidden = self._is_hidden(token)
        if not hidden and not self.hidden:
            self._read_attributes(token)
        if name in VOID or (token.self_closing and name in ("svg", "math")):
            if not hidden and not self.hidden:
                self._void(token)
            return
        if len(self._stack) >= MAX_DEPTH:
            self.close_to(MAX_DEPTH - 1, at)
            if name in TABLE_PARTS:
                return
        element = _Element(name, hidden, self.doc.lang)
        visible = not self.hidden and not hidden
        if name in BLOCKS and not self.hidden:
            self.doc.flush()
        if visible:
            self._set_language(token)
            element.close = self._opened(token)
            element.again = self._again
            self._again = None
        elif name in OPAQUE and not self.hidden and not self._says_hidden(token):
            element.close = self._opaque_from(at)
        self._stack.append(element)
        self._open[name] += 1
        self.hidden += hidden

    def _is_hidden(self, token: Token) -> bool:
        name = token.name
        if name in SKIPPED or name in OPAQUE or self._says_hidden(token):
            return True
        return name == "title" and (self._titled or bool(self.doc.block.length))

    def _says_hidden(self, token: Token) -> bool:
        attributes = token.attributes
        if not attributes:
            return False
        if "hidden" in attributes:
            return True
        return (
            self._value(token, "aria-hidden").lower() == "true"
            or (token.name == "input" and self._value(token, "type").lower() == "hidden")
            or ("style" in attributes and bool(_NOT_SHOWN.search(self._value(token, "style"))))
        )

    def _opened(self, token: Token) -> Callable[[int], None] | None:
        """Do what a visible element's start means; return what its end means."""
        name = token.name
        if name in HEADINGS:
            return self._frame("heading", int(name[1]))
        if name in _STARTS:
            return _STARTS[name](self, token)
        return None

    def _frame(self, kind: str, level: int = 0, **more: object) -> Callable[[int], None]:
        self.doc.enter(kind, level, **more)  # type: ignore[arg-type]
        return lambda at: self.doc.leave()

    def _opaque_from(self, start: int) -> Callable[[int], None]:
        return lambda end: self.doc.block.opaque(start, end)

    def _list(self, token: Token) -> Callable[[int], None]:
        number = None
        if token.name == "ol":
            first = self._value(token, "start")
            number = int(first) if re.fullmatch(r"-?[0-9]{1,9}", first) else 1
        self._numbers.append(number)
        self.doc.open_list()

        def close(at: int) -> None:
            self._numbers.pop()
            self.doc.close_list()

        return close

    def _item(self, token: Token) -> Callable[[int], None]:
        number = self._numbers[-1] if self._numbers else None
        if number is not None:
            self._numbers[-1] = number + 1
        note = _NOTE_ID.match(self._value(token, "id"))
        return self._frame("list-item", number=number, note_key=note[1] if note else None)

    def _paragraph(self, token: Token) -> Callable[[int], None] | None:
        note = _NOTE_ID.match(self._value(token, "id"))
        return self._frame("note", note_key=note[1]) if note else None

    def _link(self, token: Token) -> Callable[[int], None] | None:
        if not token.attributes or "href" not in token.attributes:
            return None
        if self._in_nav():
            self.doc.flush()
        url = self._value(token, "href").strip()

        def close(at: int) -> None:
            self.doc.block.close_link()
            if self._in_nav():
                self.doc.flush()

        def again() -> Callable[[int], None]:
            self.doc.block.open_link(url)
            return close

        self._again = again
        return again()

    def _in_nav(self) -> bool:
        return bool(self._open["nav"]) and not self._open["li"] and not self._open["p"]

    def _emphasis(self, token: Token) -> Callable[[int], None]:
        strong = token.name in ("b", "strong")

        def again() -> Callable[[int], None]:
            self.doc.block.open_bold(strong)
            return lambda at: self.doc.block.close_bold()

        self._again = again
        return again()

    def _raised(self, token: Token) -> Callable[[int], None]:
        block, length = self.doc.block, self.doc.block.length

        def close(at: int) -> None:
            if self.doc.block is block:
                block.raise_from(length)

        return close

    def _quotation(self, token: Token) -> Callable[[int], None]:
        self.doc.quotes += 1

        def close(at: int) -> None:
            self.doc.flush()
            self.doc.quotes -= 1

        return close

    def _quote_marks(self, token: Token) -> Callable[[int], None]:
        start = self._base + token.start
        self.doc.block.add("\u201c", start, self._base + token.end)

        def close(at: int) -> None:
            place = at - self._base
            if place >= 0 and self._text.startswith("</q", place):
                end = self._text.find(">", place) + 1
                self.doc.block.add("\u201d", at, self._base + end)

        return close

    def _section(self, token: Token) -> Callable[[int], None]:
        mark = self.doc.section()
        return lambda at: self.doc.end_section(mark)

    def _table(self, token: Token) -> Callable[[int], None]:
        self.doc.open_table()
        return lambda at: self.doc.close_table()

    def _row(self, token: Token) -> Callable[[int], None]:
        self.doc.open_row()
        return lambda at: self.doc.close_row()

    def _cell(self, token: Token) -> Callable[[int], None]:
        head = token.name == "th" or any(element.name == "thead" for element in self._stack[-2:])
        head = head and not self._value(token, "scope").lower().startswith("row")
        self.doc.open_cell(head, self._count(token, "colspan"), self._count(token, "rowspan"))
        return lambda at: self.doc.close_cell()

    def _count(self, token: Token, name: str) -> int:
        value = self._value(token, name).strip()
        return int(value) if re.fullmatch(r"[0-9]{1,5}", value) else 1

    def _title(self, token: Token) -> Callable[[int], None]:
        self._titled = True
        return self._frame("title")

    def _void(self, token: Token) -> None:
        start, end = self._base + token.start, self._base + token.end
        match token.name:
            case "br":
                self.doc.line_break(start, end)
            case "hr":
                self.doc.flush()
            case "meta":
                name = self._value(token, "name") or self._value(token, "property")
                if name.strip().lower() in META:
                    self._aside(token, "meta", "content")

    def _read_attributes(self, token: Token) -> None:
        """The words an element shows or speaks without having them as its text."""
        if not token.attributes or token.name in ("link", "meta"):
            return
        seen: set[str] = set()
        for name in ("alt", "aria-label", "title"):
            if name == "alt" and token.name not in ("img", "area", "input", "image"):
                continue
            if name in token.attributes and (value := self._value(token, name)) not in seen:
                seen.add(value)
                self._aside(token, "alt", name)
        if token.name == "input":
            if self._value(token, "type").lower() in ("submit", "button", "reset"):
                self._aside(token, "paragraph", "value")
            self._aside(token, "paragraph", "placeholder")
        elif token.name == "textarea":
            self._aside(token, "paragraph", "placeholder")

    def _aside(self, token: Token, kind: str, name: str) -> None:
        if token.attributes and name in token.attributes:
            start, end = token.attributes[name]
            self.doc.aside(kind, decoded(self._text, start, end, self._base, attribute=True))

    def _value(self, token: Token, name: str) -> str:
        span = token.attributes.get(name) if token.attributes else None
        return plain(self._text, *span) if span else ""

    def _set_language(self, token: Token) -> None:
        if not token.attributes or token.name not in BLOCKS:
            return
        lang = (self._value(token, "lang") or self._value(token, "xml:lang")).strip()
        if lang and lang != self.doc.lang:
            self.doc.flush()
            self.doc.lang = lang

    # -- closing ---------------------------------------------------------------------------------

    def _imply_ends(self, name: str, at: int) -> None:
        """Close what a start tag closes without saying so."""
        if name in CLOSES_P or name == "hr":
            if self._open["p"]:
                self._close_scoped("p", at, BARRIERS | {"button"})
        if name in HEADINGS and self._stack and self._stack[-1].name in HEADINGS:
            self.close_to(len(self._stack) - 1, at)
        elif name in ("li", "dd", "dt"):
            self._close_item(("li",) if name == "li" else ("dd", "dt"), at)
        elif name in ("a", "nobr") and self._open[name]:
            self._close_formatting(name, at)
        elif name in ("option", "optgroup", "button") and self._open[name]:
            self._close_scoped(name, at, BARRIERS)
        elif name in TABLE_PARTS:
            parents = PARENTS["tr"] | {"tr"} if name in ("td", "th") else PARENTS[name]
            while len(self._stack) > self.floor and self._stack[-1].name not in parents:
                self.close_to(len(self._stack) - 1, at)
            if name in ("td", "th") and self._stack[-1].name in parents - {"tr"}:
                self._start(Token("tr", at - self._base, at - self._base))

    def _close_item(self, names: tuple[str, ...], at: int) -> None:
        if not any(self._open[name] for name in names):
            return
        for index in range(len(self._stack) - 1, self.floor - 1, -1):
            name = self._stack[index].name
            if name in names:
                self.close_to(index, at)
                return
            if name in BLOCKS and name not in ("address", "div", "p"):
                return

    def _end(self, token: Token) -> None:
        name, at = token.name, self._base + token.start
        if name == "br":
            if not self.hidden:
                self.doc.line_break(at, self._base + token.end)
        elif name in HEADINGS:
            if any(self._open[heading] for heading in HEADINGS):
                self._close_scoped(HEADINGS, at, BARRIERS)
        elif name == "p" and not self._open["p"]:
            if not self.hidden:
                self.doc.flush()
        elif not self._open[name]:
            return
        elif name in FORMATTING:
            self._close_formatting(name, at)
        elif name in ("template", "svg", "math"):
            self._close_named(name, at)
        elif name == "table" or name in TABLE_PARTS:
            self._close_scoped(name, at, frozenset(["table"]))
        elif name in BLOCKS or name in BARRIERS:
            self._close_scoped(name, at, BARRIERS | {"ul", "ol"} if name == "li" else BARRIERS)
        else:
            self._close_scoped(name, at, BLOCKS)

    def _close_named(self, name: str, at: int) -> None:
        self._close_scoped(name, at, frozenset())

    def _close_scoped(self, names: str | frozenset[str], at: int, barriers: frozenset[str]) -> None:
        wanted = (names,) if isinstance(names, str) else names
        for index in range(len(self._stack) - 1, self.floor - 1, -1):
            if self._stack[index].name in wanted:
                inner = self._stack[index + 1 :]
                self.close_to(index, at)
                if not BARRIERS.intersection(wanted):
                    self._open_again(inner)
                return
            if self._stack[index].name in barriers:
                return

    def _open_again(self, elements: list[_Element]) -> None:
        """A block has ended, but not the inline elements that were open in it."""
        open_inline = [element for element in elements if element.name in FORMATTING]
        for element in open_inline[-_MOST_OPEN_AGAIN:]:
            again = _Element(element.name, element.hidden, self.doc.lang, again=element.again)
            if not self.hidden and not element.hidden and element.again:
                again.close = element.again()
            self._stack.append(again)
            self._open[element.name] += 1
            self.hidden += element.hidden

    def _close_formatting(self, name: str, at: int) -> None:
        """End an inline element where it ends, even if others inside it are still open."""
        for index in range(len(self._stack) - 1, self.floor - 1, -1):
            if self._stack[index].name == name:
                self._closed(self._stack.pop(index), at)
                return
            if self._stack[index].name in BARRIERS:
                return

    def _closed(self, element: _Element, at: int) -> None:
        self._open[element.name] -= 1
        self.hidden -= element.hidden
        if element.name in BLOCKS and not self.hidden:
            self.doc.flush()
        if element.close:
            element.close(at)
        self.doc.lang = element.lang


_STARTS: dict[str, Callable[[HtmlReader, Token], Callable[[int], None] | None]] = {
    "ul": HtmlReader._list, "ol": HtmlReader._list, "menu": HtmlReader._list,
    "dir": HtmlReader._list, "li": HtmlReader._item, "p": HtmlReader._paragraph,
    "div": HtmlReader._paragraph, "a": HtmlReader._link, "b": HtmlReader._emphasis,
    "strong": HtmlReader._emphasis,
    "i": HtmlReader._emphasis, "em": HtmlReader._emphasis, "sup": HtmlReader._raised,
    "blockquote": HtmlReader._quotation, "q": HtmlReader._quote_marks,
    "dl": HtmlReader._section, "details": HtmlReader._section, "table": HtmlReader._table,
    "tr": HtmlReader._row, "td": HtmlReader._cell, "th": HtmlReader._cell,
    "title": HtmlReader._title,
    "dt": lambda reader, token: reader._frame("heading", 6),
    "summary": lambda reader, token: reader._frame("heading", 6),
    "dd": lambda reader, token: reader._frame("paragraph"),
    "textarea": lambda reader, token: reader._frame("paragraph"),
    "button": lambda reader, token: reader._frame("paragraph"),
    "caption": lambda reader, token: reader._frame("caption"),
    "figcaption": lambda reader, token: reader._frame("caption"),
    "nav": lambda reader, token: reader._frame("list-item"),
    "option": lambda reader, token: reader._frame("list-item"),
}  # fmt: skip
