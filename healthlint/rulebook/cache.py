"""Rulebooks kept between runs, in a folder that only this user can write.

The cache is a pickle, and a pickle can run code: a file is read only when it and its folder belong
to this user and nobody else may write to them. Anything wrong with the cache is silent: the
rulebook is simply read from its YAML again. The large tables of a rulebook stay in its file, and
are mapped from it. `HEALTHLINT_NO_CACHE=1` switches it off.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import pickle
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from healthlint.rulebook.model import Rulebook

_KEPT = 4
_SIZE = 8  # bytes of a number at the head of a file


def digest(files: list[Path], packs: tuple[Path, ...]) -> str:
    """A hash of everything a compiled rulebook depends on: rules, code, interpreter."""
    code = Path(__file__).parent.parent
    whole = hashlib.sha256(f"{sys.version}|{sys.implementation.cache_tag}|{packs}".encode())
    sources = [*code.glob("*.py"), *code.glob("rulebook/*.py"), *code.glob("checks/*.py")]
    for stamp in stamps(sources):
        whole.update(stamp.encode())
    for path in files:
        whole.update(f"|{path}|".encode())
        try:
            whole.update(path.read_bytes())
        except OSError:
            pass  # reported, with its name, when the file is read
    return whole.hexdigest()


def stamps(files: Iterable[Path]) -> Iterator[str]:
    """The name of each file, its size and when it was written, in order of their paths."""
    for path in sorted(files):
        state = path.stat()
        yield f"{path.name}|{state.st_size}|{state.st_mtime_ns}"


def folder() -> Path | None:
    """The folder of this user's caches, or None when it cannot be known."""
    if os.environ.get("HEALTHLINT_NO_CACHE"):
        return None
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    if base and os.path.isabs(base):
        return Path(base) / "healthlint"
    try:
        return Path.home() / ".cache" / "healthlint"
    except RuntimeError:
        return None


def read(key: str) -> Rulebook | None:
    """The rulebook kept under a digest, or None."""
    parts = _load(f"{key[:32]}.rulebook")
    try:
        found: Rulebook | None = pickle.loads(parts[0], buffers=parts[1:]) if parts else None
    except Exception:  # a stale or broken cache is never worth a message
        return None
    return found if getattr(found, "digest", None) == key else None


def write(key: str, rulebook: Rulebook) -> None:
    """Keeps a rulebook, in one step; old ones go. Failures are silent."""
    buffers: list[pickle.PickleBuffer] = []
    whole = pickle.dumps(rulebook, protocol=5, buffer_callback=buffers.append)
    _save(f"{key[:32]}.rulebook", [whole, *(buffer.raw() for buffer in buffers)])


def read_codes(key: str) -> Mapping[int, Any]:
    """Compiled patterns of a rulebook by number, each a pickle of its own."""
    parts = _load(f"{key[:32]}.patterns") if key else None
    if parts is None:
        return {}
    try:
        places: dict[int, tuple[int, int]] = marshal.loads(parts[0])
        return {number: parts[1][begin:end] for number, (begin, end) in places.items()}
    except Exception:
        return {}


def write_codes(key: str, codes: Mapping[int, Any]) -> None:
    """Keeps compiled patterns beside those that other runs have kept. Failures are silent."""
    if not key:
        return
    places: dict[int, tuple[int, int]] = {}
    whole = bytearray()
    for number, code in {**read_codes(key), **codes}.items():
        places[number] = len(whole), len(whole) + len(code)
        whole += code
    _save(f"{key[:32]}.patterns", [marshal.dumps(places), bytes(whole)])


def _load(name: str) -> list[memoryview] | None:
    """The parts of a file, mapped from it, or None."""
    where = folder()
    if where is None:
        return None
    try:
        if not is_private(os.lstat(where)):
            return None
        handle = os.open(
            where / name,
            os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0),
        )
        with os.fdopen(handle, "rb") as file:
            if not is_private(os.fstat(file.fileno())):
                return None
            return _parts(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))
    except (OSError, ValueError):
        return None


def _parts(whole: memoryview) -> list[memoryview]:
    """The parts behind their sizes. Raises `ValueError` for a file that is cut off."""
    count = int.from_bytes(whole[:_SIZE], "little")
    if _SIZE * (count + 1) > len(whole):
        raise ValueError("no file of ours")
    sizes = [
        int.from_bytes(whole[_SIZE * at : _SIZE * (at + 1)], "little") for at in range(1, count + 1)
    ]
    begin = _SIZE * (count + 1)
    if begin + sum(map(_padded, sizes)) != len(whole):
        raise ValueError("cut off")
    found = []
    for size in sizes:
        found.append(whole[begin : begin + size])
        begin += _padded(size)
    return found


def _padded(size: int) -> int:
    return size + -size % _SIZE  # numbers in a part are read where they stand, and must be aligned


def _save(name: str, parts: Sequence[bytes | memoryview]) -> None:
    import tempfile  # costs some milliseconds, and most runs keep nothing

    where = folder()
    if where is None:
        return
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(os.lstat(where)):
            return
        handle, passing = tempfile.mkstemp(dir=where, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                for number in (len(parts), *map(len, parts)):
                    file.write(number.to_bytes(_SIZE, "little"))
                for part in parts:
                    file.write(part)
                    file.write(bytes(_padded(len(part)) - len(part)))
            os.replace(passing, where / name)
        except BaseException:
            os.unlink(passing)
            raise
        for kind in ("*.rulebook", "*.patterns"):
            files = sorted(where.glob(kind), key=lambda path: path.stat().st_mtime)
            for old in files[:-_KEPT]:
                old.unlink()
    except OSError:
        pass


def is_private(state: os.stat_result) -> bool:
    """Whether a file or folder is this user's, and nobody else may write to it."""
    if os.name == "nt":
        return True  # the folder lies in the user's profile
    return state.st_uid == os.geteuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
