"""The file of an exported site that stands at an address."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from healthlint.errors import DraftError
from healthlint.readers.decode import MAX_BYTES

_INDEX = ("index.html", "index.htm")


def file_for(root: Path, address: str) -> Path:
    """The file below `root` at the path of an address. Raises `DraftError`.

    `/a/` is `a/index.html`, `/a` is `a.html` or `a/index.html` or a file `a`; an address with a
    query is the file that has it in its name, as wget saves it. Nothing outside `root` is found,
    through `..` or through links.
    """
    parts = urlsplit(address)
    try:
        path = unquote_to_bytes(parts.path).decode("utf-8")
        query = unquote_to_bytes(parts.query).decode("utf-8")
    except UnicodeDecodeError:
        raise DraftError("its path is not UTF-8") from None
    names = [name for name in path.split("/") if name not in ("", ".")]
    if any(_leads_out(name) for name in names) or "/" in query or _leads_out(query or "-"):
        raise DraftError("its path leads out of the folder")
    below = root.joinpath(*names)
    suffix = f"?{query}" if query else ""
    for candidate in _candidates(below, path.endswith("/") or not names, suffix):
        if os.path.isfile(candidate):
            real = os.path.realpath(candidate)
            if not Path(real).is_relative_to(os.path.realpath(root)):
                raise DraftError("a link leads out of the folder")
            return candidate
    if query:
        raise DraftError(f"no file in {root} is called like an address with this query")
    raise DraftError(f"there is no file for it in {root}")


def read_file(path: Path) -> bytes:
    """The bytes of a page. Raises `DraftError`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DraftError(f"over the limit of {MAX_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise DraftError(f"cannot be read: {error.strerror or error}") from None


def _leads_out(name: str) -> bool:
    foreign = "\\" in name or (os.name == "nt" and ":" in name)
    return name == ".." or "/" in name or "\0" in name or foreign


def _candidates(below: Path, folder: bool, suffix: str) -> list[Path]:
    if folder:
        return [below / (name + suffix) for name in _INDEX]
    names = [below.with_name(below.name + suffix)]
    names += [below.with_name(below.name + end + suffix) for end in (".html", ".htm")]
    return [*names, *(below / (name + suffix) for name in _INDEX)]
