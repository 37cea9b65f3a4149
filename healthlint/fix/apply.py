"""Writing a mended draft: in its own encoding, in one step, and only if nobody else wrote it."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from healthlint.errors import DraftError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def digest(data: bytes) -> str:
    """What a draft's bytes are known by again."""
    return hashlib.sha256(data).hexdigest()


def encoded(text: str, like: bytes) -> bytes:
    """A text in the encoding of the bytes it was decoded from; its byte order mark is in it."""
    encoding = next((name for mark, name in _MARKS if like.startswith(mark)), "utf-8")
    return text.encode(encoding)


def read_bytes(path: Path) -> bytes:
    """The bytes of a draft. Raises `DraftError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DraftError(f"cannot be read: {error.strerror or error}") from None


def write(path: Path, data: bytes, expected: str) -> None:
    """Put `data` in the place of a draft whose bytes have the digest `expected`.

    Whoever reads it meanwhile, or after an interruption, finds the old draft or the new one. Links
    are followed and permissions kept. Raises `DraftError`, also when somebody else has written it.
    """
    target = Path(os.path.realpath(path))
    try:
        part = _beside(target, data)
        try:
            if digest(target.read_bytes()) != expected:
                raise DraftError(
                    "it was changed by somebody else since it was checked; nothing was written, "
                    "run healthlint fix again"
                )
            os.replace(part, target)
        finally:
            if os.path.exists(part):
                os.unlink(part)
    except OSError as error:
        raise DraftError(f"cannot be written: {error.strerror or error}") from None


def _beside(target: Path, data: bytes) -> str:
    mode = stat.S_IMODE(target.stat().st_mode)
    if not os.access(target, os.W_OK):
        raise DraftError("it may not be written to")
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, mode)
    except BaseException:
        os.unlink(part)
        raise
    return part
