from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.document import Document
from healthlint.finding import Fix, Position
from healthlint.output.common import (
    advice,
    advised,
    shown_path,
    tag,
    uri,
    utf8_column,
    utf16_column,
    xml,
)
from tests.output import SOURCE, finding

NAMES = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=30)


@pytest.mark.parametrize(
    ("path", "windows", "here", "shown", "address"),
    [
        ("a.md", False, "/w", "a.md", "a.md"),
        ("./k/a b#%?.md", False, "/w", "k/a b#%?.md", "k/a%20b%23%25%3F.md"),
        ("c:d.md", False, "/w", "c:d.md", "c%3Ad.md"),
        ("a\\b.md", False, "/w", "a\\b.md", "a%5Cb.md"),
        ("é/💊.md", False, "/w", "é/💊.md", "%C3%A9/%F0%9F%92%8A.md"),
        ("b\udcff.md", False, "/w", "b\ufffd.md", "b%FF.md"),
        ("b\ud800.md", False, "/w", "b?.md", "b%3F.md"),
        ("<stdin>", False, "/w", "<stdin>", "%3Cstdin%3E"),
        ("../a.md", False, "/w", "../a.md", "../a.md"),
        ("/w/k/a.md", False, "/w", "k/a.md", "k/a.md"),
        ("/x/a b.md", False, "/w", "/x/a b.md", "file:///x/a%20b.md"),
        ("k\\a b.md", True, "C:\\w", "k/a b.md", "k/a%20b.md"),
        ("C:\\w\\k\\a.md", True, "c:\\W", "k/a.md", "k/a.md"),
        ("D:\\x\\a b.md", True, "C:\\w", "D:/x/a b.md", "file:///D:/x/a%20b.md"),
        ("\\\\host\\share\\a.md", True, "C:\\w", "//host/share/a.md", "file://host/share/a.md"),
    ],
)
def test_paths(path: str, windows: bool, here: str, shown: str, address: str) -> None:
    assert shown_path(path, windows, here) == shown
    assert uri(path, windows, here) == address


@pytest.mark.parametrize(
    ("source", "offset", "utf16", "utf8"),
    [
        ("abc", 0, 1, 1),
        ("💊abc", 1, 3, 5),
        ("é\nä💊x", 4, 4, 7),
        ("\ufeffabc", 2, 2, 5),
        ("\ufeff\nabc", 3, 2, 2),
        ("a\r\nb", 3, 1, 1),
    ],
)
def test_columns(source: str, offset: int, utf16: int, utf8: int) -> None:
    position = Position(*Document(source, "text", ()).line_column(offset), offset)
    assert (utf16_column(source, position), utf8_column(source, position)) == (utf16, utf8)


@given(st.text(), st.integers(0, 60))
def test_columns_lead_back_to_the_offset(source: str, offset: int) -> None:
    source = source.lstrip("\ufeff")
    offset = min(offset, len(source))
    document = Document(source, "text", ())
    line, column = document.line_column(offset)
    place = Position(line, column, offset)
    rest = source[document.line_starts[line - 1] :]
    for encoding, size, at in (("utf-16-le", 2, utf16_column), ("utf-8", 1, utf8_column)):
        data = rest.encode(encoding)[(at(source, place) - 1) * size :]
        assert data.decode(encoding) == source[offset:]


def test_advice() -> None:
    one = finding(SOURCE, "safe", suggestions=("A.", "B."), fix=Fix("C", True))
    assert advice(one) == ("A.", "B.")
    assert advised(one) == "“safe” says too much.\nWrite: A.\nWrite: B."
    assert advice(finding(SOURCE, "safe", fix=Fix("C", True))) == ("C",)
    assert advice(finding(SOURCE, "safe", fix=Fix("", True))) == ("(leave it out)",)
    assert advice(finding(SOURCE, "safe")) == ()


@given(st.text())
def test_xml_holds_any_text(text: str) -> None:
    root = ElementTree.fromstring(f"<{tag('a', b=text)}>{xml(text)}</a>")
    kept = "".join(
        char
        for char in text
        if char in "\t\n\r" or (char >= " " and not "\ud800" <= char <= "\udfff")
    ).replace("\ufffe", "").replace("\uffff", "")
    assert (root.get("b"), root.text or "") == (kept, kept)


@given(NAMES)
def test_an_address_is_ascii(name: str) -> None:
    assert uri(name, False, "/w").isascii()
