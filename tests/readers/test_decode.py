from __future__ import annotations

import pytest

from healthlint.errors import DraftError
from healthlint.readers import decode as module
from healthlint.readers.decode import decode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("é\r\nx\ry\n".encode(), "é\r\nx\ry\n"),
        (b"\xef\xbb\xbfx", "\ufeffx"),
        ("é😀".encode("utf-16"), "\ufeffé😀"),
        (b"\xfe\xff\x00x", "\ufeffx"),
        ("é😀".encode("utf-32"), "\ufeffé😀"),
        (b"\x00\x00\xfe\xff\x00\x00\x00x", "\ufeffx"),
    ],
)
def test_decode(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"a\nb\xe9c",
            "not UTF-8: byte 3 (0xe9, line 2) cannot be decoded; save the file as UTF-8",
        ),
        (
            b"\xff\xfex",
            "not UTF-16: byte 2 (0x78, line 1) cannot be decoded; save the file as UTF-8",
        ),
        (
            b"a\x00b",
            "not a text file: there is a NUL at byte 1; give a text file, or save UTF-16 "
            "text with a byte order mark",
        ),
        (
            b"\x89PNG\r\n\x1a\n\x00",
            "not a text file: there is a NUL at byte 8; give a text file, or save UTF-16 "
            "text with a byte order mark",
        ),
    ],
)
def test_what_cannot_be_decoded(data: bytes, message: str) -> None:
    with pytest.raises(DraftError) as caught:
        decode(data)
    assert str(caught.value) == message


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1_000_000)
    assert len(decode(b"x" * 1_000_000)) == 1_000_000
    with pytest.raises(DraftError) as caught:
        decode(b"x" * 1_500_000)
    assert str(caught.value) == "1.5 MB is over the limit of 1 MB: split the file"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "Word's old format; save it as .docx"),
        (b"%PDF-1.7\n", "a PDF, which is not read; check the draft that it was made from"),
        (b"{\\rtf1 A}", "rich text (.rtf), which is not read; save it as .docx"),
        (b"PK\3\4", "an archive, not a text; if it is a draft, save it as .docx"),
    ],
)
def test_other_files_that_drafts_are_kept_in(data: bytes, said: str) -> None:
    with pytest.raises(DraftError) as caught:
        decode(data)
    assert str(caught.value) == said
