"""The parts of a Word file that comments are kept in, and the archive put together again."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from healthlint.errors import DraftError
from healthlint.finding import Finding
from healthlint.output.common import advice, xml
from healthlint.readers.docx import Word
from healthlint.readers.docxpackage import Attributes, parse, relations_name
from healthlint.readers.docxparts import short

if TYPE_CHECKING:
    from healthlint.rulebook.tables import Authority

AUTHOR, INITIALS = "healthlint", "hl"
MAX_COPY = 1_000_000_000

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_KIND_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPES = "[Content_Types].xml"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_SMALL = '<w:sz w:val="20"/><w:szCs w:val="20"/>'  # 10 points, for not every file has a style
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Comments:
    """The comments part of a file, old or new, and what has to know of it."""

    def __init__(self, word: Word) -> None:
        self._word = word
        self.space = W_STRICT if W_STRICT.encode() in word.body.data else W
        self._exists = word.comments_part in word.package.names
        main = word.package.main
        self._name = word.comments_part if self._exists else _free(word, posixpath.dirname(main))
        empty = f'<w:comments xmlns:w="{self.space}"></w:comments>'.encode()
        self._old = word.package.archive.read(self._name) if self._exists else _HEAD + empty
        self.next = _next_id(word.body.data, main, self._old, self._name)
        self._made: list[str] = []
        self._told = _told(self._old, self._name)

    def told(self, lines: list[str]) -> bool:
        """Whether a comment of an earlier run says this; each counts once."""
        said = " ".join(" ".join(lines).split())
        for at, text in enumerate(self._told):
            if text.startswith(said):
                del self._told[at]
                return True
        return False

    def add(self, number: int, lines: list[str], now: datetime) -> None:
        """One comment, a paragraph a line, the first one bold; `now` is in UTC."""
        stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        paragraphs = "".join(
            f"<w:p><w:r><w:rPr>{'' if at else '<w:b/>'}{_SMALL}</w:rPr>"
            f'<w:t xml:space="preserve">{xml(" ".join(line.split()))}</w:t></w:r></w:p>'
            for at, line in enumerate(lines)
        )
        self._made.append(
            f'<w:comment xmlns:w="{self.space}" w:id="{number}" w:author="{AUTHOR}" '
            f'w:date="{stamp}" w:initials="{INITIALS}">{paragraphs}</w:comment>'
        )

    def changed(self) -> dict[str, bytes]:
        """The parts that change, by name. Raises `DraftError` for one that is not UTF-8."""
        name, package = self._name, self._word.package
        changed = {name: _inside(self._old, name, "".join(self._made))}
        if self._exists:
            return changed
        read, main = package.archive.read, package.main
        override = f'<Override xmlns="{_TYPES_SPACE}" ' + (
            f'PartName="/{xml(name)}" ContentType="{_CONTENT}"/>'
        )
        changed[_TYPES] = _inside(read(_TYPES), _TYPES, override)
        where = relations_name(main)
        known = {one.id for one in package.relations(main)}
        key = next(f"rIdHl{n}" for n in range(len(known) + 1) if f"rIdHl{n}" not in known)
        kind = _KIND_STRICT if self.space == W_STRICT else _KIND
        relation = f'<Relationship xmlns="{_RELATIONS}" Id="{key}" Type="{kind}" ' + (
            f'Target="/{xml(name)}"/>'
        )
        empty = _HEAD + f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode()
        before = read(where) if where in package.names else empty
        changed[where] = _inside(before, where, relation)
        return changed


def words(finding: Finding, authorities: Mapping[str, Authority]) -> list[str]:
    """What a comment says of a finding, line by line."""
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


def _told(comments: bytes, name: str) -> list[str]:
    """What the comments say that an earlier run has written."""
    found: list[list[str]] = []
    ours = False

    def start(full: str, attributes: Attributes) -> None:
        nonlocal ours
        if short(full) == "w:comment":
            given = {short(key): value for key, value in attributes.items()}
            ours = given.get("w:author") == AUTHOR
            found.append([])
        elif short(full) == "w:p" and found:
            found[-1].append(" ")

    def text(said: str) -> None:
        if ours and found:
            found[-1].append(said)

    parse(comments, name, start, text=text)
    return [" ".join("".join(one).split()) for one in found if any(map(str.strip, one))]


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


def _free(word: Word, folder: str) -> str:
    """A name for a new part in a folder."""
    name, number = posixpath.join(folder, "comments.xml"), 1
    while name in word.package.names:
        number += 1
        name = posixpath.join(folder, f"comments{number}.xml")
    return name


def packed(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
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
