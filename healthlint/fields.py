"""A page that comes as several texts (a title, an introduction, blocks of a CMS), judged as one.

What a whole page lacks or says elsewhere decides many findings, so the texts are read one by one,
joined into one `Document`, checked together, and each finding goes back to the text it stands in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from healthlint.document import BLOCK_KINDS, Block, Comment, Document, Run
from healthlint.errors import DraftError
from healthlint.finding import Decided, Finding, Position, Result

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a page, under an id that is its own.

    `format` is a text format of `healthlint.readers.FORMATS`. `kind`, one of `BLOCK_KINDS`, is what
    its paragraphs stand for where the text alone cannot say so (the page's title, a heading of a
    `level`, a caption); `anchor` is what the caller finds the place by, and is handed through.
    """

    id: str
    text: str
    format: str = "text"
    kind: str | None = None
    level: int = 0
    anchor: str | None = None


@dataclass(frozen=True)
class Page:
    """Fields read into one document; `starts` are their offsets in its source, ascending.

    `errors` says of each field why it could not be read, or None; such a field is an empty text.
    """

    document: Document
    fields: tuple[Field, ...]
    documents: tuple[Document, ...]
    starts: tuple[int, ...]
    errors: tuple[str | None, ...]

    def split(self, result: Result) -> list[Result]:
        """The page's result as one for each field, its path the field's id.

        Notices, which are about the page, stand with the first field.
        """
        found: list[list[Finding]] = [[] for _ in self.fields]
        decided: list[list[Decided]] = [[] for _ in self.fields]
        for finding in result.findings:
            found[self._field_at(finding)].append(self._inside(finding))
        for one in result.decided:
            moved = one._replace(finding=self._inside(one.finding))
            decided[self._field_at(one.finding)].append(moved)
        return [
            Result(
                field.id,
                tuple(found[at]),
                error=self.errors[at],
                source=self.documents[at].source,
                suppressed=len(decided[at]),
                notices=result.notices if at == 0 else (),
                decided=tuple(decided[at]),
            )
            for at, field in enumerate(self.fields)
        ]

    def _field_at(self, finding: Finding) -> int:
        return bisect_right(self.starts, finding.start.offset) - 1

    def _inside(self, finding: Finding) -> Finding:
        """A finding with places in its field; one that runs over several ends with its first."""
        at = self._field_at(finding)
        document, base = self.documents[at], self.starts[at]
        start = finding.start.offset - base
        end = min(finding.end.offset - base, len(document.source))
        return finding._replace(
            start=Position(*document.line_column(start), start),
            end=Position(*document.line_column(end), end),
            text=document.source[start:end],
            merged=tuple(self._inside(one) for one in finding.merged),
        )


def read_page(fields: Iterable[Field], comments: bool = True) -> Page:
    """The fields as one document; without `comments` no suppression in the text counts."""
    listed = tuple(fields)
    documents: list[Document] = []
    errors: list[str | None] = []
    seen: set[str] = set()
    for field in listed:
        try:
            documents.append(_read(field, seen))
            errors.append(None)
        except DraftError as error:
            documents.append(Document("", field.format, ()))
            errors.append(str(error))
        seen.add(field.id)
    page, starts = (
        (documents[0], (0,)) if len(documents) == 1 and comments else _joined(documents, comments)
    )
    return Page(page, listed, tuple(documents), starts, tuple(errors))


def _read(field: Field, seen: set[str]) -> Document:
    from healthlint.readers import is_binary, read

    if field.id in seen:
        raise DraftError("two fields have this id; give each an id of its own")
    if is_binary(field.format):
        raise DraftError(f"{field.format} is not a format of text")
    if "\0" in field.text:
        raise DraftError(f"not a text: there is a NUL at character {field.text.find(chr(0))}")
    if field.kind is not None and field.kind not in BLOCK_KINDS:
        raise DraftError(f"no kind {field.kind!r}: use one of {', '.join(BLOCK_KINDS)}")
    return _as_kind(read(field.text, field.format), field)


def _as_kind(document: Document, field: Field) -> Document:
    if field.kind is None:
        return document
    level = field.level or int(field.kind in ("heading", "list-item"))
    blocks = tuple(
        block._replace(kind=field.kind, level=level) if block.kind == "paragraph" else block
        for block in document.blocks
    )
    return document._replace(blocks=blocks)


def _joined(documents: Sequence[Document], comments: bool) -> tuple[Document, tuple[int, ...]]:
    """The documents as one, and where each begins in its source."""
    blocks: list[Block] = []
    notes: list[Comment] = []
    starts: list[int] = []
    pieces: list[str] = []
    size = 0
    for document in documents:
        if pieces:
            pieces.append(_BETWEEN)
            size += len(_BETWEEN)
        starts.append(size)
        first = len(blocks)
        for block in document.blocks:
            blocks.append(_placed(_moved(block, size, first), blocks))
        notes += (one._replace(start=one.start + size, end=one.end + size)
                  for one in document.comments if comments)  # fmt: skip
        pieces.append(document.source)
        size += len(document.source)
    format = documents[0].format if len({one.format for one in documents}) == 1 else "fields"
    return Document("".join(pieces), format, tuple(blocks), tuple(notes)), tuple(starts)


def _moved(block: Block, by: int, first: int) -> Block:
    """A block whose source places and neighbours' numbers are those of the page."""

    def number(at: int | None) -> int | None:
        return None if at is None else at + first

    return block._replace(
        runs=tuple(Run(r.at, r.length, r.start + by, r.end + by) for r in block.runs),
        heading=number(block.heading),
        lead=number(block.lead),
        row_head=number(block.row_head),
        column_head=number(block.column_head),
    )


def _placed(block: Block, before: Sequence[Block]) -> Block:
    """A block that its own text puts under no heading, under the page's nearest one before it.

    The page's title and descriptions stand outside; items that begin a field are led by what
    stands before them.
    """
    if block.kind in ("title", "meta", "note"):
        return block
    heading, lead = block.heading, block.lead
    if heading is None:
        levels = block.level if block.kind == "heading" else 7
        at = len(before) - 1
        while at >= 0:
            if before[at].kind == "heading" and before[at].level < levels:
                heading = at
                break
            at -= 1
    if lead is None and block.kind == "list-item" and before:
        last = before[-1]
        if last.kind in ("paragraph", "heading"):
            lead = len(before) - 1
        elif last.kind == "list-item":
            lead = last.lead
    return block._replace(heading=heading, lead=lead)
