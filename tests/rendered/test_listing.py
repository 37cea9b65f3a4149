"""Sitemaps, indexes and lists, good ones and hostile ones."""

from __future__ import annotations

import gzip
import zlib

import pytest

from healthlint.errors import DraftError
from healthlint.rendered import listing
from healthlint.rendered.listing import Listing, read_listing

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc> https://c.example/a/?x=1&amp;y=2 </loc><lastmod>2026-01-01</lastmod>
    <image:image><image:loc>https://c.example/a.png</image:loc></image:image></url>
  <url><loc><![CDATA[https://c.example/b]]></loc></url>
  <url><loc></loc></url>
</urlset>""".encode()
PAGES = ("https://c.example/a/?x=1&y=2", "https://c.example/b")


@pytest.mark.parametrize(
    "data",
    [
        SITEMAP,
        b"\xef\xbb\xbf\n" + SITEMAP.partition(b"\n")[2],
        SITEMAP.replace(f" {NS}".encode(), b""),
        SITEMAP.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        gzip.compress(SITEMAP),
    ],
)
def test_a_sitemap(data: bytes) -> None:
    assert read_listing(data) == Listing(PAGES)


def test_an_index() -> None:
    index = f"<sitemapindex {NS}><sitemap><loc>https://c.example/1.xml.gz</loc></sitemap>" \
        "</sitemapindex>"  # fmt: skip
    assert read_listing(index.encode()) == Listing((), ("https://c.example/1.xml.gz",))


def test_a_list() -> None:
    text = "\ufeff# Pages\r\nhttps://c.example/a/\r\n\r\n  /b  \nHTTP://c.example/c"
    assert read_listing(text.encode()) == Listing(
        ("https://c.example/a/", "/b", "HTTP://c.example/c")
    )
    assert read_listing(b"") == Listing()


LAUGHS = b'<!DOCTYPE urlset [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><urlset>&b;</urlset>'
EXTERNAL = b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset>&x;</urlset>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (LAUGHS, "no DOCTYPE"),
        (EXTERNAL, "no DOCTYPE"),
        (b'<!DOCTYPE urlset SYSTEM "http://evil.example/x.dtd"><urlset/>', "no DOCTYPE"),
        (b"<urlset><url><loc>&nbsp;</loc></url></urlset>", "line 1, column 19: this XML"),
        (b"<urlset><url>", "cannot be read"),
        (b"<html><body>Not found</body></html>", "an HTML page"),
        (b"<rss/>", "begins with <rss>"),
        (b"\xff\x00\x80", "no list of addresses in UTF-8"),
        (b"https://c.example/a\nfile:///etc/passwd\n", "line 2 is no address"),
        (b"https://c.example/a b\n", "line 1 is no address"),
        (b"\x1f\x8bbroken", "gzip file is broken"),
        (gzip.compress(SITEMAP)[:-12], "gzip file is cut off"),
    ],
)
def test_what_is_none(data: bytes, says: str) -> None:
    with pytest.raises(DraftError, match="^") as refused:
        read_listing(data)
    assert says in str(refused.value)


def test_a_packed_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_BYTES", 1_000_000)
    pack = zlib.compressobj(wbits=31)
    bomb = b"".join([*(pack.compress(b"\n" * 1_000_000) for _ in range(100)), pack.flush()])
    assert len(bomb) < 200_000
    with pytest.raises(DraftError, match="may have 1 MB"):
        read_listing(bomb)


def test_too_many_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_ADDRESSES", 3)
    assert len(read_listing(b"/a\n/b\n/c\n").pages) == 3
    with pytest.raises(DraftError, match="more than 3 addresses"):
        read_listing(b"/a\n/b\n/c\n/d\n")
