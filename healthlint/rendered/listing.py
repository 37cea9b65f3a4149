"""The addresses that a sitemap, a sitemap index (sitemaps.org, protocol 0.9) or a plain list names.

XML with a DOCTYPE is refused: no sitemap has one, and entities are what attacks are made of.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from healthlint.errors import DraftError

#: What the protocol allows: bytes of one sitemap once it is unpacked, and its addresses.
MAX_BYTES = 52_428_800
MAX_ADDRESSES = 50_000
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Listing:
    """Addresses of pages and of further sitemaps, in order."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_listing(data: bytes) -> Listing:
    """What a sitemap or list names; either may be packed with gzip. Raises `DraftError`."""
    data = _unpacked(data)
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<") or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _sitemap(text if text.startswith(b"<") else data)
    return _list(data)


def _unpacked(data: bytes) -> bytes:
    if data.startswith(_GZIP):
        unpack = zlib.decompressobj(wbits=31)
        try:
            data = unpack.decompress(data, MAX_BYTES + 1)
        except zlib.error:
            raise DraftError("this gzip file is broken") from None
        if not unpack.eof and len(data) <= MAX_BYTES:
            raise DraftError("this gzip file is cut off")
    if len(data) > MAX_BYTES:
        raise DraftError(f"a sitemap may have {MAX_BYTES // 1_000_000} MB; split it")
    return data


def _list(data: bytes) -> Listing:
    try:
        lines = re.split(r"\r\n?|\n", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DraftError("this is no sitemap and no list of addresses in UTF-8") from None
    pages = []
    for number, line in enumerate(lines, 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if not re.match(r"https?://|/", address, re.IGNORECASE) or re.search(r"\s", address):
            raise DraftError(
                f"line {number} is no address; write one a line, such as https://example.org/a/"
            )
        pages.append(address)
    return Listing(_bounded(pages))


def _bounded(addresses: list[str]) -> tuple[str, ...]:
    if len(addresses) > MAX_ADDRESSES:
        raise DraftError(f"more than {MAX_ADDRESSES} addresses; split the list")
    return tuple(addresses)


def _sitemap(data: bytes) -> Listing:
    if re.match(rb"<(!doctype\s+html|html)\b", data, re.IGNORECASE):
        raise DraftError("this is an HTML page and no sitemap")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DraftError(
            f"line {error.lineno}, column {error.offset + 1}: this XML cannot be read: "
            f"{expat.ErrorString(error.code)}"
        ) from None
    return Listing(_bounded(reader.found["urlset"]), _bounded(reader.found["sitemapindex"]))


class _Reader:
    """Follows the parser through `urlset/url/loc` and `sitemapindex/sitemap/loc`."""

    _PATHS = (("urlset", "url", "loc"), ("sitemapindex", "sitemap", "loc"))

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {"urlset": [], "sitemapindex": []}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[str] = []
        self._namespace = ""
        self._words: list[str] = []

    def _doctype(self, *_: object) -> None:
        raise DraftError("a sitemap has no DOCTYPE, so this file is not read")

    def _start(self, name: str, _: object) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._open:
            if local not in self.found:
                raise DraftError(f"this is no sitemap: it begins with <{local[:50]}>")
            self._namespace = namespace
        self._open.append(local if namespace == self._namespace else "")
        self._words = []

    def _text(self, text: str) -> None:
        self._words.append(text)

    def _end(self, _: str) -> None:
        if tuple(self._open) in self._PATHS and (address := "".join(self._words).strip()):
            self.found[self._open[0]].append(address)
        self._open.pop()
        self._words = []
