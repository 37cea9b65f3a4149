from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.readers.htmltokens import Token, decoded, plain, tokens


def shown(source: str) -> list[str]:
    """Tokens in a short form: text as it stands, `<name a=value>`, `</name>`."""
    return [_shown(source, token) for token in tokens(source)]


def _shown(source: str, token: Token) -> str:
    if not token.name:
        return source[token.start : token.end]
    values = "".join(
        f" {name}={source[start:end]}" for name, (start, end) in (token.attributes or {}).items()
    )
    return f"<{'/' if token.closing else ''}{token.name}{values}>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a<b>c</b>d", ["a", "<b>", "c", "</b>", "d"]),
        ("<P CLASS=x Id='y z' hidden>", ["<p class=x id=y z hidden=>"]),
        ('<a b = "1" b=2 c= >x', ["<a b=1 c=>", "x"]),
        ("<a =b c/d>x", ["<a =b= c= d=>", "x"]),
        ("<img src=a/b/>x", ["<img src=a/b/>", "x"]),
        ("<a\nhref='x>y'\n>z", ["<a href=x>y>", "z"]),
        ("<5 % and < 3", ["<5 % and < 3"]),
        ("a<b c", ["a"]),
        ("a<b c='d>e", ["a"]),
        ("a <", ["a <"]),
        ("a </", ["a </"]),
        ("a</>b", ["a", "b"]),
        ("a</ b>c", ["a", "c"]),
        ("a<!-->b", ["a", "b"]),
        ("a<!--->b", ["a", "b"]),
        ("a<!-- > -- -->b", ["a", "b"]),
        ("a<!-- x --!>b", ["a", "b"]),
        ("a<!-- x", ["a"]),
        ("<!DOCTYPE html>a", ["a"]),
        ("a<![CDATA[b>c]]>d", ["a", "c]]>d"]),
        ("a<?php b ?>c", ["a", "c"]),
        ("<title>a<b></title >c", ["<title>", "a<b>", "</title>", "c"]),
        ("<script>a</scripts></SCRIPT>b", ["<script>", "a</scripts>", "</script>", "b"]),
        ("<style>a<p>", ["<style>", "a<p>"]),
        ("<plaintext>a<p></plaintext>", ["<plaintext>", "a<p></plaintext>"]),
    ],
)
def test_tokens(source: str, expected: list[str]) -> None:
    assert shown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "<a b='" + "b='" * 66_000,
        "<a " + 'b="' * 66_000,
        "<a" + " " * 200_000,
        "<a" + "/" * 200_000,
        "<" * 200_000,
        "</" * 100_000,
        "<!--" * 50_000,
        "<!" * 100_000,
        "<title>" * 30_000,
        "<script></scrip" * 13_000,
        "&" * 200_000,
        "&a" * 100_000,
        "&#" + "1" * 200_000,
    ],
    ids=lambda source: source[:12],
)
def test_long_nonsense_ends(source: str) -> None:
    for token in tokens(source):
        list(decoded(source, token.start, token.end, 0))


@pytest.mark.parametrize(
    ("source", "text", "attribute"),
    [
        ("a &amp; b", "a & b", "a & b"),
        ("&lt;5&nbsp;%", "<5\u00a0%", "<5\u00a0%"),
        ("&notit; &notin;", "¬it; ∉", "&notit; ∉"),
        ("&copy2024", "©2024", "&copy2024"),
        ("&copy=1 &copy!", "©=1 ©!", "&copy=1 ©!"),
        ("&copy", "©", "©"),
        ("&#8217;&#x2019&#X2019;", "’’’", "’’’"),
        ("&#150;&#0;&#xD800;&#1114112;&#99999999999999;", "–\ufffd\ufffd\ufffd\ufffd", None),
        ("&bogus; & &; &#; &#x;", "&bogus; & &; &#; &#x;", None),
        ("&NotEqualTilde;", "≂̸", None),
        ("&AMP &ampx", "& &x", "& &ampx"),
    ],
)
def test_character_references(source: str, text: str, attribute: str | None) -> None:
    pieces = list(decoded(source, 0, len(source), 0))
    assert "".join(piece for piece, _, _ in pieces) == text
    assert plain(source, 0, len(source)) == (text if attribute is None else attribute)
    ends = [0, *(end for _, _, end in pieces)]
    assert [start for _, start, _ in pieces] == ends[:-1]
    assert ends[-1] == len(source)


def test_ranges_are_moved_by_the_base() -> None:
    assert list(decoded("x&amp;y", 1, 7, 100)) == [("&", 101, 106), ("y", 106, 107)]


@given(st.text(alphabet="&#x1a;mpltcoy9 ", max_size=30))
@settings(deadline=None)
def test_text_is_decoded_as_the_standard_library_does(source: str) -> None:
    text = "".join(piece for piece, _, _ in decoded(source, 0, len(source), 0))
    if "\ufffd" not in text and not any(ord(char) < 32 for char in text):
        assert text == html.unescape(source)
