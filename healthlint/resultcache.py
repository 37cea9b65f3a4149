"""Findings kept between runs, found again by what they depend on.

Kept is what the rules say of a draft, before anything is decided about it: waivers, baselines and
changed lines are asked anew in every run. An entry is JSON behind its own hash; one that is broken
is as good as none. The folder is one that the user names, or lies beside the rulebooks kept for
this user (`rulebook.cache`). It counts only while it belongs to this user and nobody else may write
to it, for whoever can write there decides what is found.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from healthlint import __version__
from healthlint.finding import Finding, Fix, Position
from healthlint.rulebook import cache
from healthlint.rulebook.cache import is_private, stamps

if TYPE_CHECKING:
    from healthlint.rulebook.model import Rulebook
    from healthlint.settings import Settings

#: The shape of an entry; another shape is another key.
VERSION = 1
#: Bytes of entries that are kept; the ones not used for longest go first.
LIMIT = 256 * 1024 * 1024
_SUFFIX = ".result"
#: Seconds after which an entry that is used again is marked as used, and old ones are let go.
_FRESH = 24 * 60 * 60
_PRUNED = ".pruned"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is a cache of healthlint and may be deleted (https://bford.info/cachedir/).\n"
)


class Kept(NamedTuple):
    """What the rules say of a draft; `directives` says that its comments speak to healthlint."""

    findings: tuple[Finding, ...]
    directives: bool


class ResultCache:
    """The entries in one folder. Can be pickled, and used by several processes at once.

    In a `portable` one the program is known by what its files hold, so that a fresh checkout of it
    finds the entries; else by when they were written, which is quicker to say.
    """

    def __init__(self, folder: Path, limit: int = LIMIT, portable: bool = True) -> None:
        self._folder = folder
        self._limit = limit
        self._portable = portable

    @classmethod
    def open(cls, folder: Path | None = None) -> ResultCache | None:
        """The cache in a folder, which is made if need be, or this user's own.

        None where `HEALTHLINT_NO_CACHE` is set, or it cannot be known where a user's own would be.
        Raises `OSError` for a folder that cannot be made, or that others could write to.
        """
        if os.environ.get("HEALTHLINT_NO_CACHE"):
            return None
        portable = folder is not None
        folder = folder or own_folder()
        if folder is None:
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(os.stat(folder)):
            raise PermissionError(
                0, "others may write to it, or it is not yours; take a folder of your own"
            )
        opened = cls(folder.absolute(), portable=portable)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            if not (folder / name).exists():
                opened._put(folder / name, text.encode())
        return opened

    def key(self, data: bytes, format: str, settings: Settings, rulebook: Rulebook) -> str:
        """A hash of all that the findings of a draft depend on; they do not depend on its path."""
        if self._portable:
            program, rules = _program(), _rules(settings.packs)
        else:
            program, rules = _readers(), rulebook.digest
        said = (
            format, settings.profile, settings.select, settings.ignore, settings.severities,
            sorted(settings.options.items()),
        )  # fmt: skip
        whole = hashlib.sha256(f"{program}|{rules}|{said!r}|".encode())
        whole.update(data)
        return whole.hexdigest()

    def read(self, key: str) -> Kept | None:
        """What is kept under a key; None for nothing, or nothing that can be read."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                state = os.fstat(file.fileno())
                head, _, body = file.read().partition(b"\n")
            if not is_private(state) or head.decode() != _seal(key, body):
                return None
            kept = json.loads(body)
            found = Kept(tuple(map(_finding, kept["findings"])), bool(kept["directives"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        self._used(path, state)
        return found

    def write(self, key: str, kept: Kept) -> None:
        """Keeps something under a key, in one step. Failures are silent."""
        plain = {"findings": list(map(_plain, kept.findings)), "directives": kept.directives}
        body = json.dumps(plain, separators=(",", ":")).encode()
        self._put(self._path(key), f"{_seal(key, body)}\n".encode() + body)

    def tidy(self) -> None:
        """Prunes, at most once a day."""
        mark = os.path.join(self._folder, _PRUNED)
        with suppress(OSError):
            if not _is_old(os.stat(mark)):
                return
        self._put(mark, b"")
        self.prune()

    def prune(self) -> None:
        """Lets old entries go until the rest is small enough. Failures are silent."""
        entries = sorted(self._entries(), reverse=True)  # the last used first
        total = 0
        for _, size, path in entries:
            total += size
            if total > self._limit:
                with suppress(OSError):  # another run was quicker
                    os.unlink(path)

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key[:2], key[2:] + _SUFFIX)

    def _put(self, path: str | Path, content: bytes) -> None:
        part = f"{path}.{os.urandom(6).hex()}.part"
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(part, "xb", opener=_private) as file:
                file.write(content)
            os.replace(part, path)
        except OSError:
            with suppress(OSError):
                os.unlink(part)

    def _used(self, path: str, state: os.stat_result) -> None:
        if _is_old(state):
            with suppress(OSError):
                os.utime(path)

    def _entries(self) -> Iterator[tuple[float, int, str]]:
        """When each file was last used, its size and its path; also what a killed run left."""
        for folder in _scan(self._folder):
            if folder.is_dir(follow_symlinks=False) and len(folder.name) == 2:
                for entry in _scan(folder.path):
                    if entry.name.endswith((_SUFFIX, ".part")):
                        try:
                            state = entry.stat(follow_symlinks=False)
                        except OSError:
                            continue
                        yield state.st_mtime, state.st_size, entry.path


def own_folder() -> Path | None:
    """Where this user's results are kept unless a folder is named; None if that is not known."""
    kept = cache.folder()
    return kept / "results" if kept else None


def _is_old(state: os.stat_result) -> bool:
    return time.time() - state.st_mtime > _FRESH


def _scan(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _seal(key: str, body: bytes) -> str:
    return hashlib.sha256(key.encode() + body).hexdigest()


@lru_cache(maxsize=1)
def _program() -> str:
    """The program that finds: its code, not its age, so that a fresh install finds the entries."""
    import pyromark
    import regex

    code = Path(__file__).parent
    whole = hashlib.sha256(
        f"{VERSION}|{__version__}|{sys.version_info[:3]}|{regex.__version__}|"
        f"{getattr(pyromark, '__version__', '')}".encode()
    )
    for source in sorted(code.rglob("*.py")):
        whole.update(f"|{source.relative_to(code).as_posix()}|".encode())
        whole.update(source.read_bytes())
    return whole.hexdigest()


@lru_cache(maxsize=1)
def _readers() -> str:
    """What no rulebook's digest tells of: the readers, and the libraries that they rest on."""
    from importlib.util import find_spec

    found = (find_spec(name) for name in ("pyromark", "regex"))
    files = [Path(spec.origin) for spec in found if spec and spec.origin]
    files += Path(__file__).parent.glob("readers/*.py")
    return "|".join([str(VERSION), *stamps(files)])


@lru_cache(maxsize=8)
def _rules(packs: tuple[Path, ...]) -> str:
    from healthlint.decisions.trail import rules_hash

    return rules_hash(packs)


# -- findings as JSON and back -------------------------------------------------------------------


def _plain(one: Finding) -> list[Any]:
    places = [[at.line, at.column, at.offset] for at in (one.start, one.end)]
    fix = None if one.fix is None else [one.fix.text, one.fix.safe]
    return [
        one.rule, one.name, one.category, one.severity, *places, one.text, one.message,
        list(one.suggestions), fix, list(one.authority), one.fingerprint,
        list(map(_plain, one.merged)),
    ]  # fmt: skip


def _finding(plain: list[Any]) -> Finding:
    """Raises `TypeError` or `ValueError` for what is no finding."""
    rule, name, category, severity, start, end, text, message, *rest = plain
    suggestions, fix, authority, fingerprint, merged = rest
    return Finding(
        rule, name, category, severity, Position(*start), Position(*end), text, message,
        tuple(suggestions), None if fix is None else Fix(*fix), tuple(authority), fingerprint,
        tuple(map(_finding, merged)),
    )  # fmt: skip
