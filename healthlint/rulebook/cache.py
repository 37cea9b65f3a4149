"""Rulebooks kept between runs, in a folder that only this user can write.

The cache is a pickle, and a pickle can run code: a file is read only when it and its folder belong
to this user and nobody else may write to them. Anything wrong with the cache is silent: the
rulebook is simply read from its YAML again. `HEALTHLINT_NO_CACHE=1` switches it off.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from healthlint.rulebook.model import Rulebook

_KEPT = 4


def digest(files: list[Path], packs: tuple[Path, ...]) -> str:
    """A hash of everything a compiled rulebook depends on: rules, code, interpreter."""
    code = Path(__file__).parent.parent
    whole = hashlib.sha256(f"{sys.version}|{sys.implementation.cache_tag}|{packs}".encode())
    for source in sorted(
        [*code.glob("*.py"), *code.glob("rulebook/*.py"), *code.glob("checks/*.py")]
    ):
        state = source.stat()
        whole.update(f"{source.name}|{state.st_size}|{state.st_mtime_ns}".encode())
    for path in files:
        whole.update(f"|{path}|".encode())
        try:
            whole.update(path.read_bytes())
        except OSError:
            pass  # reported, with its name, when the file is read
    return whole.hexdigest()


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
    found: Rulebook | None = _load(f"{key[:32]}.rulebook")
    return found if getattr(found, "digest", None) == key else None


def write(key: str, rulebook: Rulebook) -> None:
    """Keeps a rulebook, in one step; old ones go. Failures are silent."""
    _save(f"{key[:32]}.rulebook", rulebook)


def read_codes(key: str) -> dict[int, bytes]:
    """Compiled patterns of a rulebook by number, each a pickle of its own."""
    found = _load(f"{key[:32]}.patterns") if key else None
    return found if isinstance(found, dict) else {}


def write_codes(key: str, codes: dict[int, bytes]) -> None:
    """Keeps compiled patterns beside those that other runs have kept. Failures are silent."""
    if key:
        _save(f"{key[:32]}.patterns", {**read_codes(key), **codes})


def _load(name: str) -> Any:
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
            return pickle.load(file)
    except Exception:  # a stale or broken cache is never worth a message
        return None


def _save(name: str, kept: Any) -> None:
    import tempfile  # costs some milliseconds, and most runs keep nothing

    where = folder()
    if where is None:
        return
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(os.lstat(where)):
            return
        handle, part = tempfile.mkstemp(dir=where, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                pickle.dump(kept, file, protocol=pickle.HIGHEST_PROTOCOL)
            os.replace(part, where / name)
        except BaseException:
            os.unlink(part)
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
