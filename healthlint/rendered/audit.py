"""The pages of a site, one after the other: addresses from listings, and a way to read each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from healthlint.errors import ConfigError, DraftError
from healthlint.rendered.fetch import fetch
from healthlint.rendered.folder import file_for, read_file
from healthlint.rendered.listing import MAX_ADDRESSES, MAX_BYTES, read_listing

#: How deep sitemap indexes may lead to sitemaps (the protocol knows one step), and how many there
#: may be in all.
_DEPTH = 3
_SITEMAPS = 1000
_HTML = ("text/html", "application/xhtml+xml")
_SUFFIXES = {".html": _HTML[0], ".htm": _HTML[0], ".xhtml": _HTML[1], ".php": _HTML[0]}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


class NotHtml(Exception):
    """What stands at an address is no page; the text says what it is."""


@dataclass(frozen=True)
class Site:
    """Where the pages of addresses are: in a folder, on a server, or where the addresses say."""

    root: Path | None = None
    server: str | None = None
    network: bool = False

    @classmethod
    def at(cls, root: str | None, network: bool) -> Site:
        """The site of `--root`, a folder or the address of a server. Raises `ConfigError`."""
        if root is None:
            return cls(network=network)
        if re.match(r"https?://", root, re.IGNORECASE):
            return cls(server=root, network=network)
        folder = Path(root)
        if not folder.is_dir():
            raise ConfigError(f"--root: {root}: there is no such folder")
        return cls(root=folder, network=network)

    def file(self, address: str) -> Path | None:
        """The file of an address, None if it is fetched instead. Raises `DraftError`."""
        return None if self.root is None else file_for(self.root, address)

    def get(self, address: str, limit: int = 0) -> tuple[bytes, str, str]:
        """The bytes at an address, their media type and charset ("" if unknown).

        Raises `DraftError`.
        """
        if (path := self.file(address)) is not None:
            return read_file(path), _SUFFIXES.get(path.suffix.lower(), ""), ""
        more = {"limit": limit} if limit else {}
        found = fetch(self._served(address), self.network, **more)
        return found.body, found.media, found.charset

    def _served(self, address: str) -> str:
        if self.server is None:
            return address
        parts = urlsplit(address)
        query = f"?{parts.query}" if parts.query else ""
        return self.server.rstrip("/") + (parts.path or "/") + query


@dataclass(frozen=True)
class Page:
    """One address of a site, read when it is its turn; `wrong` says why it cannot be."""

    address: str
    site: Site
    wrong: str | None = None

    def read(self) -> bytes:
        """The page as HTML in UTF-8. Raises `DraftError`, and `NotHtml` for what is no page."""
        if self.wrong is not None:
            raise DraftError(self.wrong)
        data, media, charset = self.site.get(self.address)
        if media and media not in _HTML:
            raise NotHtml(media)
        if not media and not _looks_like_html(data):
            raise NotHtml("a file that is no HTML")
        return _as_utf8(data, charset)


def pages(source: str, site: Site) -> Iterator[Page]:
    """Every page that a sitemap or list names, each once; `source` is a file or an address.

    What is wrong with a further sitemap is a page's error of its own. Raises `ConfigError` when the
    first one cannot be read.
    """
    try:
        data = _source(source, site)
        first = read_listing(data)
    except DraftError as error:
        raise ConfigError(f"--urls-from: {source}: {error}") from None
    base = source if _is_address(source) else ""
    seen: set[str] = set()
    waiting = [(address, 1) for address in first.sitemaps]
    yield from _new(first.pages, base, site, seen)
    for number, (name, depth) in enumerate(waiting):
        address = urljoin(base, name)
        try:
            if number >= _SITEMAPS or depth > _DEPTH:
                raise DraftError("there are too many sitemaps, or an index leads in a circle")
            found = read_listing(site.get(address, MAX_BYTES)[0])
        except DraftError as error:
            yield Page(address, site, f"this sitemap cannot be read: {error}")
            if number >= _SITEMAPS:
                return
            continue
        listed = {one for one, _ in waiting}
        waiting += [(one, depth + 1) for one in found.sitemaps if one not in listed]
        yield from _new(found.pages, address, site, seen)


def _source(source: str, site: Site) -> bytes:
    if _is_address(source):
        return site.get(source, MAX_BYTES)[0] if site.root is None else _fetched(source, site)
    try:
        with open(source, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DraftError(f"cannot be read: {error.strerror or error}") from None


def _fetched(source: str, site: Site) -> bytes:
    return fetch(source, site.network, MAX_BYTES).body


def _new(addresses: tuple[str, ...], base: str, site: Site, seen: set[str]) -> Iterator[Page]:
    for name in addresses:
        address = urldefrag(urljoin(base, name)).url
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MAX_ADDRESSES:
            yield Page(address, site, f"more than {MAX_ADDRESSES} pages; the rest is not checked")
            return
        somewhere = site.root is not None or site.server is not None
        known = _is_address(address) or (address.startswith("/") and somewhere)
        yield Page(address, site, None if known else "this is no http or https address")


def _is_address(text: str) -> bool:
    return re.match(r"https?://", text, re.IGNORECASE) is not None


def _looks_like_html(data: bytes) -> bool:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--"))


def _as_utf8(data: bytes, charset: str) -> bytes:
    """A page in another charset, as its header or `<meta>` says, in UTF-8. Raises `DraftError`."""
    if not charset:
        found = _CHARSET.search(data[:2048])
        charset = found[1].decode("ascii") if found else ""
    if charset.lower() in ("", "utf-8", "utf8", "utf-16") or data.startswith(b"\xef\xbb\xbf"):
        return data
    if charset.lower() in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"):
        charset = "windows-1252"  # what browsers take these for (WHATWG Encoding Standard)
    try:
        return data.decode(charset, "replace").encode("utf-8")
    except LookupError:
        raise DraftError(f"its charset `{charset[:50]}` is not known") from None
