"""What several reports need: paths and addresses, columns in other units, advice, safe XML."""

from __future__ import annotations

import os
import re
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import quote

from healthlint.finding import Finding, Position

_WINDOWS = os.name == "nt"
_BOM = "\ufeff"
#: The path of a result that is a page of a site.
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: Characters that no XML 1.0 document may hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def shown_path(path: str, windows: bool = _WINDOWS, here: str | None = None) -> str:
    """A path with forward slashes; relative to `here` (the current folder) if it lies below it.

    What is not Unicode in it is U+FFFD. The address of a page stays as it is.
    """
    if _ADDRESS.match(path):
        return path
    return _bytes(_relative(path, windows, here).as_posix()).decode("utf-8", "replace")


def uri(path: str, windows: bool = _WINDOWS, here: str | None = None) -> str:
    """A path as an address: percent-encoded, relative where `shown_path` is, else `file:`."""
    if _ADDRESS.match(path):
        return path
    pure = _relative(path, windows, here)
    return pure.as_uri() if pure.is_absolute() else quote(_bytes(pure.as_posix()), safe="/")


def _relative(path: str, windows: bool, here: str | None) -> PurePath:
    flavour = PureWindowsPath if windows else PurePosixPath
    pure = flavour(path)
    if pure.is_absolute():
        try:
            return pure.relative_to(flavour(here if here is not None else os.getcwd()))
        except ValueError:
            return pure
    return pure


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a name that only Windows allows
        return path.encode("utf-8", "replace")


def utf16_column(source: str, position: Position) -> int:
    """The column from 1 in UTF-16 code units; a byte order mark does not count."""
    before = _before(source, position)
    units = len(before.encode("utf-16-le", "surrogatepass")) // 2
    return units + 1 - (position.line == 1 and before.startswith(_BOM))


def utf8_column(source: str, position: Position) -> int:
    """The column from 1 in bytes of UTF-8."""
    return len(_before(source, position).encode("utf-8", "surrogatepass")) + 1


def _before(source: str, position: Position) -> str:
    """What stands before a position on its line."""
    return source[position.offset - position.column + 1 : position.offset]


def advice(finding: Finding) -> tuple[str, ...]:
    """What to write instead: the suggestions or, without any, the fix."""
    if finding.suggestions or finding.fix is None:
        return finding.suggestions
    return (finding.fix.text or "(leave it out)",)


def advised(finding: Finding) -> str:
    """The message and, one a line, what to write instead."""
    return "\n".join([finding.message, *(f"Write: {text}" for text in advice(finding))])


def xml(text: str) -> str:
    """Text escaped for XML content and attributes, without what XML cannot hold."""
    text = _NOT_XML.sub("", text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    for char in "\t\n\r":  # or an attribute's value would lose them
        text = text.replace(char, f"&#{ord(char)};")
    return text


def tag(name: str, /, **attributes: object) -> str:
    """`name a="…" b="…"`, to be put between angle brackets."""
    return name + "".join(f' {key}="{xml(str(value))}"' for key, value in attributes.items())


def count(number: int, what: str) -> str:
    """`1 error`, `2 errors`, `2 info`."""
    return f"{number} {what}{'' if number == 1 or what == 'info' else 's'}"
