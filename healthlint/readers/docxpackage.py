"""The zip archive that a Word file is: its parts, within limits, and how they lead to each other.

Nothing in it is fetched or run, and nothing is unpacked to disk.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

from healthlint.errors import DraftError

#: Limits that no honest draft reaches; they keep memory bounded whatever an archive claims.
MAX_FILE = 100_000_000
MAX_XML = 30_000_000

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part leads to: `kind` such as "footnotes", a part's name or an address."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The parts of a Word file. Everything raises `DraftError` for a file that is not sound."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_FILE:
            raise DraftError(
                f"{len(data) / 1e6:.1f} MB is over the limit of {MAX_FILE / 1e6:.0f} MB: "
                "split the file, or make its pictures smaller"
            )
        if data.startswith(_OLD):
            raise DraftError(
                "protected by a password; save it without one"
                if _ENCRYPTED in data
                else "not a .docx file but Word's old format; save it as .docx"
            )
        self._left = MAX_XML
        try:
            self.archive = zipfile.ZipFile(BytesIO(data))
        except _BROKEN:
            what = "cut short or damaged" if data.startswith(b"PK") else "not a Word file"
            raise DraftError(f"{what}; open it in Word and save it as .docx again") from None
        self.names = frozenset(self.archive.namelist())
        mains = [one for one in self.relations("") if one.kind == "officeDocument"]
        if not mains or mains[0].external:
            raise DraftError("an archive, but not of a Word document; save the draft as .docx")
        self.main = mains[0].target

    def read(self, name: str) -> bytes:
        """The bytes of an XML part; all that are read together stay within the limit."""
        try:
            if self.archive.getinfo(name).flag_bits & 1:
                raise DraftError("protected by a password; save it without one")
            with self.archive.open(name) as stream:
                data = stream.read(self._left + 1)
        except KeyError:
            raise DraftError(f"damaged: its part {name} is missing; save it again") from None
        except (*_BROKEN, RuntimeError):
            what = f"damaged: its part {name} cannot be unpacked; save it again"
            raise DraftError(what) from None
        self._left -= len(data)
        if self._left < 0:
            raise DraftError(
                f"unpacks to more than {MAX_XML / 1e6:.0f} MB of text and markup: split the file"
            )
        return data

    def relations(self, name: str) -> list[Relation]:
        """What a part leads to, in order; of the package itself with an empty name."""
        folder = posixpath.dirname(name)
        where = relations_name(name)
        if where not in self.names:
            return []
        found: list[Relation] = []

        def start(tag: str, attributes: Attributes) -> None:
            if tag.rpartition(" ")[2] != "Relationship":
                return
            kind, target = attributes.get("Type", ""), attributes.get("Target", "")
            for known in (_RELATIONS, _STRICT):
                kind = kind.removeprefix(known)
            external = attributes.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.append(Relation(attributes.get("Id", ""), kind, target, external))

        parse(self.read(where), where, start)
        return found


def relations_name(name: str) -> str:
    """The name of the part that says what a part leads to."""
    return posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")


def parse(
    data: bytes,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    prepare: Callable[[expat.XMLParserType], None] | None = None,
) -> None:
    """Run an XML part past handlers; names are `namespace name`.

    Raises `DraftError` for XML that is not well-formed or declares a document type or entities.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = False

    def declares(*_: object) -> None:
        raise DraftError(
            f"its part {name} declares a document type, which no Word file does; not read"
        )

    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    if prepare:
        prepare(parser)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DraftError(
            f"damaged: its part {name} is no sound XML at line {error.lineno}; save it again"
        ) from None
