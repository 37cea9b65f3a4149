"""Word drafts (.docx), with the standard library alone.

`Document.source` is the visible text, one paragraph a line, so that a line is the number of a
paragraph: the body first, then footnotes, endnotes, headers and footers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from healthlint.document import Comment, Document
from healthlint.errors import DraftError
from healthlint.readers.builder import DocumentBuilder
from healthlint.readers.docxpackage import Attributes, Package, parse
from healthlint.readers.docxparts import (
    MAX_PARAGRAPHS,
    MAX_PIECES,
    Mark,
    Paragraph,
    PartReader,
    Piece,
    short,
)

FORMAT = "docx"
_STYLE_DEPTH = 20
#: Parts beside the body, in the order in which they are read.
_BESIDE = ("footnotes", "endnotes", "header", "footer")


@dataclass(slots=True)
class _Style:
    name: str = ""
    based: str = ""
    outline: int | None = None
    level: int | None = None
    hidden: bool = False
    bold: bool = False
    character: bool = False


@dataclass(slots=True)
class Placed:
    """A piece of the body, where it stands in the source, and whether it can hold a comment.

    `host` is the paragraph of the body that it belongs to: of a text box, the one it hangs on.
    """

    at: int
    piece: Piece
    host: Paragraph
    anchor: bool


@dataclass(slots=True)
class Word:
    """A Word file that has been read, with what is needed to write comments into it."""

    package: Package
    document: Document
    body: PartReader
    placed: list[Placed] = field(default_factory=list)
    hosts: list[tuple[int, Paragraph]] = field(default_factory=list)  # of every line, by offset
    comments_part: str = ""


def read(source: str) -> Document:
    """The text of a Word draft as it was read before: each line is a paragraph."""
    builder = DocumentBuilder(source, FORMAT)
    at = 0
    for line in source.split("\n"):
        builder.block.add(line, at, at + len(line))
        builder.flush()
        at += len(line) + 1
    return builder.build()


def read_bytes(data: bytes) -> Document:
    """Read the bytes of a Word file. Raises `DraftError` for one that is not sound."""
    return read_word(data).document


def read_word(data: bytes) -> Word:
    """The same, with the places of everything in the file."""
    package = Package(data)
    relations = package.relations(package.main)
    first = {one.kind: one.target for one in reversed(relations) if not one.external}
    styles = _styles(package, first.get("styles", ""))
    hidden = frozenset(key for key, one in styles.items() if one.character and one.hidden)
    bold = frozenset(key for key, one in styles.items() if one.character and one.bold)
    budget = [MAX_PARAGRAPHS, MAX_PIECES]

    def part(name: str) -> PartReader:
        links = {one.id: one.target for one in package.relations(name) if one.external}
        return PartReader(package.read(name), name, links, hidden, bold, budget)

    body = part(package.main)
    if body.root != "w:document":
        raise DraftError("an archive, but not of a Word document; save the draft as .docx")
    beside = [
        (kind, part(name))
        for kind in _BESIDE
        for name in dict.fromkeys(one.target for one in relations if one.kind == kind)
        if name in package.names
    ]
    comments_part = first.get("comments", "")
    said = _comments(part(comments_part)) if comments_part in package.names else {}
    writer = _Writer(styles, said)
    writer.body(body)
    for kind, one in beside:
        writer.beside(one, notes=kind.endswith("notes"))
    word = Word(package, writer.document(), body, writer.placed, writer.hosts, comments_part)
    return word


class _Writer:
    """Puts parts into a `DocumentBuilder`, and their text into the source."""

    def __init__(self, styles: dict[str, _Style], comments: dict[str, str]) -> None:
        self.placed: list[Placed] = []
        self.hosts: list[tuple[int, Paragraph]] = []
        self._builder = DocumentBuilder("", FORMAT)
        self._styles, self._said = styles, comments
        self._lines: list[str] = []
        self._at = 0
        self._levels: list[int] = []
        self._notes: dict[str, str] = {}  # the id of a note -> the number it is shown with
        self._marks: dict[str, Paragraph] = {}  # the id of a note -> where its mark stands
        self._first: Paragraph | None = None
        self._cells = 0
        self._heads = False

    def document(self) -> Document:
        built = self._builder.build()
        comments = tuple(sorted(built.comments, key=lambda one: one.start))
        return Document("\n".join(self._lines), FORMAT, built.blocks, comments)

    def body(self, part: PartReader) -> None:
        self._number(part)
        for one in part.flow:
            if isinstance(one, Mark):
                self._mark(one)
                continue
            self._first = self._first or one
            self._paragraph(one, one, anchor=True)
            for box in one.boxes:
                self._paragraph(box, one)
        self._end_lists()

    def beside(self, part: PartReader, notes: bool) -> None:
        builder = self._builder
        builder.end_section(0)
        host = self._first
        for one in part.flow:
            if isinstance(one, Mark):
                if one.what == "open-note":
                    host = self._marks.get(one.key, self._first)
                    builder.enter("note", note_key=self._notes.get(one.key, one.key))
                elif one.what == "close-note":
                    self._end_lists()
                    builder.leave()
                else:
                    self._mark(one)
                continue
            for paragraph in (one, *one.boxes):
                self._paragraph(paragraph, host or one, note=notes)
        self._end_lists()

    def _number(self, part: PartReader) -> None:
        counts = {"f": 0, "e": 0}
        for host in part.flow:
            if isinstance(host, Mark):
                continue
            for paragraph in (host, *host.boxes):
                for piece in paragraph.pieces:
                    if piece.note and piece.note not in self._notes:
                        counts[piece.note[0]] += 1
                        number = str(counts[piece.note[0]])
                        self._notes[piece.note] = number if piece.note[0] == "f" else "e" + number
                        self._marks[piece.note] = host

    def _mark(self, one: Mark) -> None:
        builder = self._builder
        self._end_lists()
        match one.what:
            case "open-table":
                builder.open_table()
            case "open-row":
                self._heads = bool(one.number)
                builder.open_row()
            case "open-cell":
                builder.open_cell(self._heads, one.number)
                self._cells += 1
            case "close-cell":
                builder.close_cell()
                self._cells -= 1
            case "close-row":
                builder.close_row()
                self._heads = False
            case "close-table":
                builder.close_table()

    # -- paragraphs ------------------------------------------------------------------------------

    def _paragraph(
        self, one: Paragraph, host: Paragraph, anchor: bool = False, note: bool = False
    ) -> None:
        builder, start = self._builder, self._at
        self.hosts.append((start, host))
        style = self._styles.get(one.style) or _Style()
        text = one.text
        for key in dict.fromkeys(one.comments):
            if self._said.get(key):
                builder.comments.append(Comment(self._said[key], start, start))
        inside = False
        if text.strip():
            inside = not note and self._enter(one, style)
        if not style.hidden:
            self._pieces(one, host, anchor)
        builder.flush()
        if inside:
            builder.leave()
        if style.name in ("quote", "intense quote") and builder.quotes:
            builder.quotes -= 1
        self._lines.append("" if style.hidden else text)
        self._at = start + len(self._lines[-1]) + 1

    def _enter(self, one: Paragraph, style: _Style) -> bool:
        """Say what kind of text follows; whether that ends with the paragraph."""
        builder = self._builder
        outline = one.outline if one.outline is not None else style.outline
        level = one.level if one.level is not None else style.level
        heading = outline is not None and outline < 9
        if (heading or style.name == "title") and not self._cells:
            self._end_lists()
            builder.enter("heading", min((outline if heading and outline else 0) + 1, 6))
            return True
        if level is not None and level >= 0 and not heading:
            self._item(min(level, 8) + 1)
            return False
        self._end_lists()
        if style.name in ("quote", "intense quote"):
            builder.flush()
            builder.quotes += 1
        elif style.name == "caption":
            builder.enter("caption")
            return True
        return False

    def _item(self, level: int) -> None:
        builder, levels = self._builder, self._levels
        while levels and levels[-1] > level:
            builder.leave()
            builder.close_list()
            levels.pop()
        if levels and levels[-1] == level:
            builder.leave()
        else:
            builder.open_list()
            levels.append(level)
        builder.enter("list-item", level)

    def _end_lists(self) -> None:
        while self._levels:
            self._builder.leave()
            self._builder.close_list()
            self._levels.pop()

    def _pieces(self, one: Paragraph, host: Paragraph, anchor: bool) -> None:
        builder = self._builder
        block = builder.block
        at = self._at
        link: str | None = None
        bold, raised = False, -1
        for piece in one.pieces:
            if raised >= 0 and not piece.raised:
                block.raise_from(raised)
                raised = -1
            if piece.link != link:
                if link is not None:
                    block.close_link()
                if piece.link is not None:
                    block.open_link(piece.link)
                link = piece.link
            if piece.bold != bold and (piece.bold or piece.text.strip()):
                bold = piece.bold
                if bold:
                    block.open_bold(True)
                else:
                    block.close_bold()
            if piece.note is not None:
                block.note(self._notes.get(piece.note, piece.note))
                continue
            if piece.raised and raised < 0:
                raised = block.length
            if piece.text == "\u2028":
                builder.line_break(at, at + 1)
                block = builder.block
                if raised >= 0:
                    raised = block.length
            else:
                block.add(piece.text, at, at + len(piece.text))
            self.placed.append(Placed(at, piece, host, anchor))
            at += len(piece.text)
        if raised >= 0:
            block.raise_from(raised)
        if bold:
            block.close_bold()


# -- styles and comments -------------------------------------------------------------------------


def _comments(part: PartReader) -> dict[str, str]:
    """The text of every comment by its id."""
    found: dict[str, list[str]] = {}
    key = ""
    for one in part.flow:
        if isinstance(one, Mark):
            key = one.key if one.what == "open-note" else key
        else:
            found.setdefault(key, []).append(one.text)
    return {key: " ".join(" ".join(lines).split()) for key, lines in found.items()}


def _styles(package: Package, name: str) -> dict[str, _Style]:
    """What styles say, their own and what they inherit."""
    found: dict[str, _Style] = {}
    if name not in package.names:
        return found
    style = _Style()
    path: list[str] = []

    def start(full: str, attributes: Attributes) -> None:
        nonlocal style
        tag = short(full)
        path.append(tag)
        given = {short(key): value for key, value in attributes.items()}
        value = given.get("w:val", "")
        number = int(value) if value.isascii() and value.isdigit() else 0
        on = value not in ("0", "false", "off")
        if tag == "w:style":
            style = found[given.get("w:styleId", "")] = _Style()
            style.character = given.get("w:type") == "character"
        elif "w:style" not in path:
            return
        elif tag == "w:name":
            style.name = value.lower()
        elif tag == "w:basedOn":
            style.based = value
        elif tag == "w:outlineLvl":
            style.outline = number
        elif tag == "w:ilvl":
            style.level = number
        elif tag == "w:numId":
            style.level = -1 if value == "0" else style.level or 0
        elif path[-2] == "w:rPr" and path[-3:-2] == ["w:style"]:
            style.hidden = style.hidden or (tag == "w:vanish" and on)
            style.bold = style.bold or (tag == "w:b" and on)

    def end(_: str) -> None:
        path.pop()

    parse(package.read(name), name, start, end)
    for one in found.values():
        base, depth = found.get(one.based), 0
        while base and depth < _STYLE_DEPTH:
            one.outline = base.outline if one.outline is None else one.outline
            one.level = base.level if one.level is None else one.level
            one.hidden = one.hidden or base.hidden
            one.bold = one.bold or base.bold
            base, depth = found.get(base.based), depth + 1
        if one.outline is None and one.name.startswith("heading ") and one.name[8:].isdigit():
            one.outline = int(one.name[8:]) - 1
    return found

