"""The paragraphs and tables of one part of a Word file, with the bytes that every piece stands at.

What a reader does not see is left out: deletions, hidden text, field codes, fallbacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from healthlint.errors import DraftError
from healthlint.readers.docxpackage import Attributes, parse

MAX_PARAGRAPHS = 200_000
MAX_PIECES = 1_000_000

#: What stands for a forced line break: one character that ends no line of the source.
BREAK = "\u2028"

_SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
}
#: Elements of which nothing is read: what was deleted or moved away, and what Word does not show.
_UNSEEN = frozenset(
    ("w:del", "w:moveFrom", "mc:Fallback", "w:rt", "w:sdtPr", "w:pPrChange", "w:rPrChange",
     "w:tblPrChange", "w:trPrChange", "w:tcPrChange", "w:sectPrChange")
)  # fmt: skip
_SIGNS = {
    "w:tab": "\t", "w:ptab": "\t", "w:br": BREAK, "w:cr": BREAK,
    "w:softHyphen": "\u00ad", "w:noBreakHyphen": "-",
}  # fmt: skip
#: What the font Symbol shows for its codes, as far as drafts use it.
_SYMBOLS = {
    0x61: "α", 0x62: "β", 0x64: "δ", 0x67: "γ", 0x6D: "μ", 0xA3: "≤", 0xB0: "°", 0xB1: "±",
    0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xBB: "≈", 0xD2: "®", 0xD3: "©", 0xD4: "™",
    0xE2: "®", 0xE3: "©", 0xE4: "™",
}  # fmt: skip
_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_HYPERLINK = re.compile(r'\s*HYPERLINK\s+(?:\\l\s+)?"?([^"\s]+)', re.IGNORECASE)
_BLANKS = " \t\n\r"


@dataclass(slots=True)
class RunBytes:
    """A `w:r` element: the bytes it stands at, the prefix of its name, its properties as bytes."""

    start: int
    prefix: bytes
    end: int = 0
    properties: bytes = b""
    inner: int = 0  # where what follows its start tag and properties begins


@dataclass(slots=True)
class Piece:
    """Text in one element of a run, and what it looks like; bytes are those of the part."""

    text: str
    run: RunBytes | None
    start: int
    end: int = 0
    bytes: list[tuple[int, int]] = field(default_factory=list)  # of text: offset in it, byte
    whole: bool = True  # cannot be split
    preserve: bool = True
    link: str | None = None
    bold: bool = False
    raised: bool = False
    note: str | None = None  # a mark in place of text


@dataclass(slots=True)
class Paragraph:
    """One paragraph; `boxes` are the paragraphs of text boxes that hang on it."""

    pieces: list[Piece] = field(default_factory=list)
    style: str = ""
    outline: int | None = None
    level: int | None = None  # depth in a list from 0; -1 when it is expressly in none
    boxes: list[Paragraph] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)  # ids of comments that begin in it
    start: int = 0  # after its start tag and properties
    end: int = 0  # before its end tag
    empty: bool = False  # written as an empty element

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Mark:
    """What opens or closes: table, row, cell, note; `number` is a cell's columns, 1 of a head."""

    what: str
    key: str = ""
    number: int = 0


@dataclass(slots=True)
class Field:
    """A field that is open; its result is shown and its code is not."""

    code: str = ""
    shown: bool = False


class PartReader:
    """Reads one part into `flow`; `hidden` and `bold` are character styles that are so."""

    def __init__(
        self,
        data: bytes,
        name: str,
        links: dict[str, str],
        hidden: frozenset[str] = frozenset(),
        bold: frozenset[str] = frozenset(),
        budget: list[int] | None = None,
    ) -> None:
        self.data, self.name, self.links = data, name, links
        self.hidden, self.bold = hidden, bold
        self.flow: list[Paragraph | Mark] = []
        self.root = ""
        self.utf8 = not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        self._budget = budget if budget is not None else [MAX_PARAGRAPHS, MAX_PIECES]
        self._path: list[str] = []
        self._starts: list[int] = []
        self._unseen = 0  # how deep the element begins of which nothing is read
        self._open: list[Paragraph] = []
        self._run: RunBytes | None = None
        self._look: dict[str, bool] = {}
        self._outer: list[tuple[RunBytes | None, dict[str, bool]]] = []  # around a text box
        self._fields: list[Field] = []
        self._links: list[str | None] = []
        self._piece: Piece | None = None
        self._cdata = False
        self._first_row: list[bool] = []
        self._parser: expat.XMLParserType | None = None
        parse(data, name, self._start, self._end, self._text, self._prepare)

    def _prepare(self, parser: expat.XMLParserType) -> None:
        self._parser = parser

        def cdata() -> None:
            self._cdata = True
            if self._piece is not None:
                self._piece.whole = True

        def declared(version: str, encoding: str | None, standalone: int) -> None:
            if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
                self.utf8 = False

        parser.StartCdataSectionHandler = cdata
        parser.XmlDeclHandler = declared

    @property
    def _at(self) -> int:
        assert self._parser
        return self._parser.CurrentByteIndex

    def _after(self, at: int) -> int:
        """Where the tag that begins at a byte ends."""
        tag = _TAG.match(self.data, at)
        return tag.end() if tag else at

    # -- elements --------------------------------------------------------------------------------

    def _start(self, full: str, attributes: Attributes) -> None:
        name = short(full)
        if not self._path:
            self.root = name
        self._path.append(name)
        self._starts.append(self._at)
        if name in _UNSEEN and not self._unseen:
            self._unseen = len(self._path)
        if self._unseen:
            return
        given = {short(key): value for key, value in attributes.items()}
        parent = self._path[-2] if len(self._path) > 1 else ""
        if name == "w:p":
            self._start_paragraph()
        elif name == "w:r":
            raw = re.match(rb"<([^\s/>:]*:)?", self.data[self._at : self._at + 60])
            self._outer.append((self._run, self._look))
            self._run = RunBytes(self._at, (raw[1] if raw else None) or b"")
            self._run.inner = self._after(self._at)
            self._look = {}
        elif parent == "w:rPr" and self._path[-3:-2] == ["w:r"]:
            self._property(name, given)
        elif parent in ("w:pPr", "w:numPr") and self._open:
            self._paragraph_property(name, given)
        elif name in ("w:t", "m:t"):
            preserve = given.get("xml:space") == "preserve" or name == "m:t"
            self._piece = Piece("", self._run if name == "w:t" else None, self._at, whole=False)
            self._piece.preserve = preserve
        elif name in _SIGNS and parent == "w:r":
            self._sign(_SIGNS[name])
        elif name == "w:sym" and parent == "w:r":
            self._sign(_symbol(given))
        elif name == "w:fldChar":
            self._field(given.get("w:fldCharType", ""))
        elif name in ("w:footnoteReference", "w:endnoteReference"):
            if self._open and self._visible():
                key = ("f" if name[2] == "f" else "e") + given.get("w:id", "")
                self._add(Piece("", self._run, self._at, self._after(self._at), note=key))
        elif name == "w:hyperlink":
            target = self.links.get(given.get("r:id", ""))
            anchor = given.get("w:anchor")
            self._links.append(target or (f"#{anchor}" if anchor else None))
        elif name == "w:fldSimple":
            self._links.append(_address(given.get("w:instr", "")))
        elif name in ("w:commentRangeStart", "w:commentReference") and self._open:
            self._open[-1].comments.append(given.get("w:id", ""))
        else:
            self._structure(name, given)

    def _structure(self, name: str, given: Attributes) -> None:
        if name == "w:tbl":
            self._mark("open-table")
            self._first_row.append(False)
        elif name == "w:tblLook" and self._first_row:
            bits = given.get("w:val", "")
            named = given.get("w:firstRow")
            on = _on(named) if named is not None else _bit(bits, 0x20)
            self._first_row[-1] = on
        elif name == "w:tr":
            first = bool(self._first_row and self._first_row[-1])
            self._mark("open-row", number=int(first))
            if self._first_row:
                self._first_row[-1] = False
        elif name == "w:tblHeader" and _on(given.get("w:val")):
            self._amend("open-row", 1)
        elif name == "w:tc":
            self._mark("open-cell", number=1)
        elif name == "w:gridSpan":
            self._amend("open-cell", _int(given.get("w:val"), 1))
        elif name in ("w:footnote", "w:endnote", "w:comment"):
            if given.get("w:type", "normal") == "normal":
                kind = "" if name == "w:comment" else name[2]
                self._mark("open-note", kind + given.get("w:id", ""))
            else:
                self._unseen = len(self._path)  # a line that parts notes from text

    def _end(self, full: str) -> None:
        name = self._path.pop()
        start = self._starts.pop()
        if self._unseen:
            if self._unseen > len(self._path):
                self._unseen = 0
            return
        if name == "w:t" or name == "m:t":
            self._end_text()
        elif name == "w:p":
            self._end_paragraph()
        elif name == "w:r":
            if self._run:
                self._run.end = self._after(self._at)
            self._run, self._look = self._outer.pop()
        elif name == "w:rPr" and self._path[-1:] == ["w:r"] and self._run:
            after = self._after(self._at)
            self._run.properties = self.data[start:after]
            self._run.inner = after
        elif name == "w:pPr" and self._path[-1:] == ["w:p"] and self._open:
            self._open[-1].start = self._after(self._at)
        elif name in ("w:hyperlink", "w:fldSimple"):
            self._links.pop()
        elif name == "w:tbl":
            self._mark("close-table")
            self._first_row.pop()
        elif name in ("w:tr", "w:tc"):
            self._mark("close-row" if name == "w:tr" else "close-cell")
        elif name in ("w:footnote", "w:endnote", "w:comment"):
            self._mark("close-note")

    # -- paragraphs ------------------------------------------------------------------------------

    def _start_paragraph(self) -> None:
        self._budget[0] -= 1
        if self._budget[0] < 0:
            raise DraftError(f"has more than {MAX_PARAGRAPHS} paragraphs: split the file")
        after = self._after(self._at)
        paragraph = Paragraph(start=after, empty=self.data[after - 2 : after] == b"/>")
        if self._open:
            self._open[0].boxes.append(paragraph)
        else:
            self.flow.append(paragraph)
        self._open.append(paragraph)

    def _end_paragraph(self) -> None:
        self._open[-1].end = self._at
        self._open.pop()

    def _paragraph_property(self, name: str, given: Attributes) -> None:
        paragraph, value = self._open[-1], given.get("w:val")
        if name == "w:pStyle":
            paragraph.style = value or ""
        elif name == "w:outlineLvl":
            paragraph.outline = _int(value, 9)
        elif name == "w:ilvl":
            paragraph.level = _int(value, 0)
        elif name == "w:numId":
            paragraph.level = -1 if value == "0" else max(paragraph.level or 0, 0)

    def _mark(self, what: str, key: str = "", number: int = 0) -> None:
        if not self._open:  # a table in a text box is read as its paragraphs
            self.flow.append(Mark(what, key, number))

    def _amend(self, what: str, number: int) -> None:
        for at in range(len(self.flow) - 1, -1, -1):
            one = self.flow[at]
            if isinstance(one, Mark) and one.what == what:
                self.flow[at] = Mark(what, one.key, number)
                return

    # -- text ------------------------------------------------------------------------------------

    def _property(self, name: str, given: Attributes) -> None:
        value = given.get("w:val")
        if name in ("w:vanish", "w:webHidden", "w:b"):
            self._look[name] = _on(value)
        elif name == "w:vertAlign":
            self._look[name] = value == "superscript"
        elif name == "w:rStyle":
            if value in self.hidden:
                self._look.setdefault("w:vanish", True)
            if value in self.bold:
                self._look.setdefault("w:b", True)

    def _visible(self) -> bool:
        return not self._look.get("w:vanish") and all(one.shown for one in self._fields)

    def _sign(self, text: str) -> None:
        if self._open and self._visible():
            self._add(Piece(text, self._run, self._at, self._after(self._at)))

    def _text(self, text: str) -> None:
        if self._unseen:
            return
        if self._piece is not None:
            piece = self._piece
            piece.bytes.append((len(piece.text), self._at))
            piece.text += text
            if len(piece.bytes) > 1:
                self._count()
        elif self._path[-1:] == ["w:instrText"] and self._fields:
            self._fields[-1].code = (self._fields[-1].code + text)[:2000]

    def _end_text(self) -> None:
        piece, self._piece = self._piece, None
        if piece is None:
            return
        piece.end = self._after(self._at)
        text = piece.text.replace("\n", " ").replace("\r", " ")
        if not piece.preserve and text != text.strip(_BLANKS):
            text, piece.whole = text.strip(_BLANKS), True
        piece.text = text
        if piece.text and self._open and self._visible():
            self._add(piece)

    def _add(self, piece: Piece) -> None:
        self._count()
        piece.link = self._links[-1] if self._links else self._field_link()
        piece.bold = self._look.get("w:b", False)
        piece.raised = self._look.get("w:vertAlign", False)
        self._open[-1].pieces.append(piece)

    def _count(self) -> None:
        self._budget[1] -= 1
        if self._budget[1] < 0:
            raise DraftError(f"has more than {MAX_PIECES} pieces of text: split the file")

    # -- fields ----------------------------------------------------------------------------------

    def _field(self, what: str) -> None:
        if what == "begin":
            self._fields.append(Field())
        elif what == "separate" and self._fields:
            self._fields[-1].shown = True
        elif what == "end" and self._fields:
            self._fields.pop()

    def _field_link(self) -> str | None:
        return next((url for one in self._fields if (url := _address(one.code))), None)


def short(name: str) -> str:
    """A name that expat gives, with the usual prefix of its namespace."""
    space, _, local = name.rpartition(" ")
    return _SPACES.get(space, space and "?:") + local


def _address(code: str) -> str | None:
    match = _HYPERLINK.match(code)
    return match[1] if match else None


def _symbol(given: Attributes) -> str:
    try:
        code = int(given.get("w:char", ""), 16)
    except ValueError:
        return "\ufffc"
    if given.get("w:font", "").lower() == "symbol":
        return _SYMBOLS.get(code & 0xFF, "\ufffc")
    return chr(code) if 0x20 <= code < 0xD800 else "\ufffc"


def _on(value: str | None) -> bool:
    return value not in ("0", "false", "off", "none")


def _int(value: str | None, other: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else other


def _bit(value: str, bit: int) -> bool:
    try:
        return bool(int(value, 16) & bit)
    except ValueError:
        return False
