"""From the bytes of a file to text, or one clear line that says why not."""

from __future__ import annotations

import codecs

from healthlint.errors import DraftError

#: Larger drafts are refused: nobody publishes a book in one file, and it keeps memory bounded.
MAX_BYTES = 20_000_000

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Files that drafts are kept in, but that are not read, by what they begin with.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word's old format; save it as .docx"),
    (b"%PDF-", "a PDF, which is not read; check the draft that it was made from"),
    (b"{\\rtf", "rich text (.rtf), which is not read; save it as .docx"),
    (b"PK\x03\x04", "an archive, not a text; if it is a draft, save it as .docx"),
)


def decode(data: bytes) -> str:
    """The text of a draft: UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    A byte order mark stays as U+FEFF at offset 0 and line ends stay as they are, so that offsets
    are those of the file's own characters. Raises `DraftError` if the data is too large, binary or
    encoded otherwise.
    """
    if len(data) > MAX_BYTES:
        raise DraftError(
            f"{len(data) / 1e6:.1f} MB is over the limit of {MAX_BYTES / 1e6:.0f} MB: "
            "split the file"
        )
    for sign, what in _OTHERS:
        if data.startswith(sign):
            raise DraftError(what)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                text = "\ufeff" + data.decode(encoding)
            except UnicodeDecodeError as error:
                raise DraftError(_wrong(data, error, encoding.upper())) from error
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            if b"\0" in data:
                raise DraftError(_binary(data)) from error
            raise DraftError(_wrong(data, error, "UTF-8")) from error
    if "\0" in text:
        raise DraftError(_binary(data))
    return text


def _binary(data: bytes) -> str:
    return (
        f"not a text file: there is a NUL at byte {data.find(0)}; "
        "give a text file, or save UTF-16 text with a byte order mark"
    )


def _wrong(data: bytes, error: UnicodeDecodeError, encoding: str) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    return (
        f"not {encoding}: byte {error.start} (0x{data[error.start]:02x}, line {line}) "
        f"cannot be decoded; save the file as UTF-8"
    )
