"""From bytes to a `Document`: one module a format, each with `read(source: str) -> Document`.

A reader never searches the text again: every `Run` is made from the place it was read at.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from healthlint.errors import DraftError

if TYPE_CHECKING:
    from healthlint.document import Document


class Format(NamedTuple):
    """File name suffixes of a format, lower case, and the module that reads it."""

    suffixes: tuple[str, ...]
    module: str


FORMATS = {
    "markdown": Format(
        (".md", ".markdown", ".mdown", ".mkd", ".mkdn"), "healthlint.readers.markdown"
    ),
    "html": Format((".html", ".htm", ".xhtml"), "healthlint.readers.html"),
    "text": Format((".txt", ".text"), "healthlint.readers.text"),
}


def read(source: str, format: str) -> Document:
    """Read a decoded draft of a format named in `FORMATS`; raises `DraftError` for another name."""
    if format not in FORMATS:
        raise DraftError(f"no format {format!r}: use one of {', '.join(FORMATS)}")
    document: Document = import_module(FORMATS[format].module).read(source)
    return document


def format_for(path_name: str, source: str | None = None) -> str | None:
    """The format of a file by the suffix of its name or, failing that, by its text.

    Text that begins with a tag is HTML. Any other text is plain text if the name has no suffix
    (as standard input has none); for an unknown suffix the answer is None.
    """
    name = path_name.replace("\\", "/").rpartition("/")[2].lower()
    stem, dot, suffix = name.rpartition(".")
    for format, known in FORMATS.items():
        if dot and f".{suffix}" in known.suffixes:
            return format
    if source is None:
        return None
    import re

    if re.match(r"\ufeff?\s*<(?:!doctype\s+html|!--|[a-z][a-z0-9]*[\s>/])", source, re.IGNORECASE):
        return "html"
    return None if dot and stem else "text"
