"""Findings as comments in a copy of a Word draft, each anchored to its exact words.

The parts are edited as bytes, at the places where the reader saw the words, so that everything
else in the file stays as it was, down to the byte.
"""

from __future__ import annotations

import os
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from healthlint.errors import DraftError, HealthlintError
from healthlint.finding import Finding
from healthlint.output.common import advice, xml
from healthlint.readers.docx import Placed, Word, read_word
from healthlint.readers.docxpackage import Attributes, parse, relations_name
from healthlint.readers.docxparts import Paragraph, Piece, short

if TYPE_CHECKING:
    from healthlint.rulebook.tables import Authority

AUTHOR, INITIALS = "healthlint", "hl"
MAX_COPY = 1_000_000_000

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_KIND_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPES = "[Content_Types].xml"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def annotate(
    data: bytes,
    findings: Iterable[Finding],
    authorities: Mapping[str, Authority] | None = None,
    now: datetime | None = None,
) -> bytes:
    """The bytes of a Word file with a comment for every finding; `now` dates them, in UTC.

    The findings are those of the same bytes. What stands in a header, footer, note or text box,
    where Word knows no comments, is told at the nearest paragraph of the body. Raises `DraftError`
    for a file that cannot be read or written back.
    """
    found = list(findings)
    word = read_word(data)
    if not word.body.utf8:
        raise DraftError("its text is not UTF-8, so comments cannot be put in; save it from Word")
    if not found:
        return data
    strict = _W_STRICT.encode() in word.body.data
    space, kind = (_W_STRICT, _KIND_STRICT) if strict else (_W, _KIND)
    name = word.comments_part
    exists = name in word.package.names
    if not exists:
        name = _free(word, posixpath.join(posixpath.dirname(word.package.main), "comments.xml"))
    root = f'<w:comments xmlns:w="{space}"></w:comments>'.encode()
    old = word.package.archive.read(name) if exists else _HEAD + root
    number = _next_id(word.body.data, word.package.main, old, name)
    edits = _Edits(word)
    made: list[str] = []
    stamp = (now or datetime.now(timezone.utc)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for at, finding in enumerate(found, number):
        said = _words(finding, authorities or {})
        if not edits.anchor(at, finding):
            said.append(
                f"This is about “{' '.join(finding.text.split())}” in a header, footer, note or "
                "text box, where no comment can stand."
                if finding.text.strip()
                else "This is about the draft as a whole."
            )
        made.append(_comment(at, said, stamp, space))
    changed = {word.package.main: edits.applied(), name: _inside(old, name, "".join(made))}
    if not exists:
        read = word.package.archive.read
        override = f'<Override xmlns="{_TYPES_SPACE}" ' + (
            f'PartName="/{xml(name)}" ContentType="{_CONTENT}"/>'
        )
        changed[_TYPES] = _inside(read(_TYPES), _TYPES, override)
        where = relations_name(word.package.main)
        known = {one.id for one in word.package.relations(word.package.main)}
        key = next(f"rIdHl{n}" for n in range(len(known) + 1) if f"rIdHl{n}" not in known)
        relation = f'<Relationship xmlns="{_RELATIONS}" Id="{key}" Type="{kind}" ' + (
            f'Target="/{xml(name)}"/>'
        )
        empty = _HEAD + f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode()
        before = read(where) if where in word.package.names else empty
        changed[where] = _inside(before, where, relation)
    made_whole = _packed(word.package.archive, changed)
    if read_word(made_whole).document.source != word.document.source:
        raise DraftError("its markup is unusual, and comments would damage it; save it from Word")
    return made_whole


def write_annotated(
    draft: Path,
    target: Path,
    findings: Iterable[Finding],
    authorities: Mapping[str, Authority],
) -> None:
    """Write the annotated copy of a draft, whole or not at all. Raises `HealthlintError`."""
    if os.path.realpath(draft) == os.path.realpath(target) or (
        target.exists() and draft.exists() and os.path.samefile(draft, target)
    ):
        raise HealthlintError(f"{target}: is the draft itself; name another file for the comments")
    passing = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        data = annotate(draft.read_bytes(), findings, authorities)
        try:
            with passing.open("xb") as stream:
                stream.write(data)
            os.replace(passing, target)
        finally:
            passing.unlink(missing_ok=True)
    except DraftError as error:
        raise HealthlintError(f"{draft}: {error}") from None
    except OSError as error:
        raise HealthlintError(f"{target}: cannot be written: {error.strerror or error}") from None


# -- places in the body --------------------------------------------------------------------------


class _Edits:
    """What is put into the bytes of the body, and where."""

    def __init__(self, word: Word) -> None:
        self._body = word.body
        self._word = word
        self._placed = [one for one in word.placed if one.anchor and one.piece.run]
        #: byte -> (what closes before it, what opens after it, marks that end, marks that begin)
        self._marks: dict[int, tuple[bytes, bytes, list[bytes], list[bytes]]] = {}
        self._preserved: set[int] = set()
        raw = word.body.data
        self._prefix = next((one.piece.run.prefix for one in self._placed if one.piece.run), b"w:")
        self._raw = raw

    def anchor(self, number: int, finding: Finding) -> bool:
        """Put a comment at the words of a finding; whether it stands at just these."""
        start, end = finding.start.offset, finding.end.offset
        inside = [
            one
            for one in self._placed
            if one.at < end and start < one.at + len(one.piece.text)
        ]
        covers = any(
            not one.anchor and one.at < end and start < one.at + len(one.piece.text)
            for one in self._word.placed
        )
        if inside and not covers:
            self._put(number, inside[0], max(start - inside[0].at, 0), inside[-1],
                      min(end - inside[-1].at, len(inside[-1].piece.text)))  # fmt: skip
            return True
        host = self._host(start)
        near = [one for one in self._placed if one.host is host] or inside
        if near:
            self._put(number, near[0], 0, near[-1], len(near[-1].piece.text))
        elif host is not None and not host.empty:
            self._mark(host.start, b"", b"", self._begin(number), opens=True)
            self._mark(host.end, b"", b"", self._finish(number))
        elif self._placed:
            first = self._placed[0]
            self._put(number, first, 0, first, len(first.piece.text))
        else:
            raise DraftError("has no text in its body that a comment could stand at")
        return False

    def _host(self, offset: int) -> Paragraph | None:
        host = None
        for at, one in self._word.hosts:
            if at > offset:
                break
            host = one
        return host

    def _put(self, number: int, first: Placed, start: int, last: Placed, end: int) -> None:
        at, close, open_ = self._place(first.piece, start)
        self._mark(at, close, open_, self._begin(number), opens=True)
        at, close, open_ = self._place(last.piece, end, after=True)
        self._mark(at, close, open_, self._finish(number))

    def _place(self, piece: Piece, offset: int, after: bool = False) -> tuple[int, bytes, bytes]:
        """The byte for a mark at an offset of a piece, and what parts the run there."""
        run = piece.run
        assert run
        prefix = run.prefix
        close = b"</" + prefix + b"r>"
        again = b"<" + prefix + b"r>" + run.properties
        if 0 < offset < len(piece.text) and not piece.whole:
            begin = max(one for one in piece.bytes if one[0] <= offset)
            chars = piece.text[begin[0] : offset]
            at = begin[1] + len(chars.encode())
            if not piece.preserve:
                self._preserved.add(piece.start + 1 + len(prefix) + 1)
            text = prefix + b"t"
            return (
                at,
                b"</" + text + b">" + close,
                again + b"<" + text + b' xml:space="preserve">',
            )
        if after:
            if self._raw.startswith(b"</", piece.end):
                return run.end, b"", b""
            return piece.end, close, again
        if piece.start == run.inner:
            return run.start, b"", b""
        return piece.start, close, again

    def _mark(self, at: int, close: bytes, open_: bytes, mark: bytes, opens: bool = False) -> None:
        _, _, ends, begins = self._marks.setdefault(at, (close, open_, [], []))
        (begins if opens else ends).append(mark)

    def _begin(self, number: int) -> bytes:
        return b'<%scommentRangeStart %sid="%d"/>' % (self._prefix, self._prefix, number)

    def _finish(self, number: int) -> bytes:
        p = self._prefix
        reference = b'<%sr><%scommentReference %sid="%d"/></%sr>' % (p, p, p, number, p)
        return b'<%scommentRangeEnd %sid="%d"/>' % (p, p, number) + reference

    def applied(self) -> bytes:
        """The body with everything put in."""
        new = dict.fromkeys(self._preserved, b' xml:space="preserve"')
        for at, (close, open_, ends, begins) in self._marks.items():
            new[at] = close + b"".join(ends) + b"".join(begins) + open_
        out, done = [], 0
        for at in sorted(new):
            out += [self._raw[done:at], new[at]]
            done = at
        return b"".join([*out, self._raw[done:]])


# -- other parts ---------------------------------------------------------------------------------


def _words(finding: Finding, authorities: Mapping[str, Authority]) -> list[str]:
    lines = [f"{finding.rule} {finding.name} ({finding.severity})", finding.message]
    lines += [f"Write: {text}" for text in advice(finding)]
    for key in finding.authority:
        one = authorities.get(key)
        lines.append(
            f"Authority: {one.title} ({one.issuer}, {one.year}) {one.url}".rstrip()
            if one
            else f"Authority: {key}"
        )
    return lines


def _comment(number: int, lines: list[str], stamp: str, space: str) -> str:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{xml(" ".join(line.split()))}</w:t></w:r></w:p>'
        for line in lines
    )
    return (
        f'<w:comment xmlns:w="{space}" w:id="{number}" w:author="{AUTHOR}" w:date="{stamp}" '
        f'w:initials="{INITIALS}">{paragraphs}</w:comment>'
    )


def _next_id(body: bytes, body_name: str, comments: bytes, name: str) -> int:
    """The first number that no comment has, nor the mark of a comment that is gone."""
    highest = -1

    def start(full: str, attributes: Attributes) -> None:
        nonlocal highest
        if not short(full).startswith("w:comment"):
            return
        for key, value in attributes.items():
            if short(key) == "w:id" and value.isascii() and value.isdigit() and len(value) < 10:
                highest = max(highest, int(value))

    parse(body, body_name, start)
    parse(comments, name, start)
    return highest + 1


def _inside(data: bytes, name: str, new: str) -> bytes:
    """A part with something put in at the end of its root element."""
    if not data.isascii():
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise DraftError(f"its part {name} is not UTF-8; save it from Word again") from None
    at = data.rfind(b"</")
    tail = data[at:]
    if at >= 0 and b"/>" not in tail:
        return data[:at] + new.encode() + tail
    at = data.rfind(b"/>")  # the root is an empty element
    begin = data.rfind(b"<", 0, at) + 1
    root = data[begin:at].split()[0]
    return data[:at] + b">" + new.encode() + b"</" + root + b">" + data[at + 2 :]


def _free(word: Word, name: str) -> str:
    stem, number = name.removesuffix(".xml"), 1
    while name in word.package.names:
        number += 1
        name = f"{stem}{number}.xml"
    return name


def _packed(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """The archive again, in the same order, with changed and new parts."""
    out = BytesIO()
    if sum(info.file_size for info in archive.infolist()) > MAX_COPY:
        raise DraftError(f"unpacks to more than {MAX_COPY / 1e9:.0f} GB; it is not copied")
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            target.comment = archive.comment
            left = dict(changed)
            for info in archive.infolist():
                new = zipfile.ZipInfo(info.filename, info.date_time)
                new.compress_type = info.compress_type
                new.external_attr, new.comment = info.external_attr, info.comment
                if info.filename in changed:
                    if info.filename in left:
                        target.writestr(new, left.pop(info.filename))
                    continue
                with archive.open(info) as source, target.open(new, "w") as sink:
                    while piece := source.read(1 << 20):
                        sink.write(piece)
            for name, data in left.items():
                target.writestr(name, data)
    except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        raise DraftError(f"damaged: a part cannot be unpacked ({error}); save it again") from None
    return out.getvalue()
