"""Files in which a project keeps its decisions: read strictly, so that none is silently lost.

Whatever is wrong with one is a `ConfigError` that begins with its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from healthlint.errors import ConfigError, RuleError
from healthlint.rulebook.yamltree import Node, check_keys, parse

VERSION = 1

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def shown(path: str | Path) -> str:
    """The path as a message gives it: relative where it is below the current folder."""
    full = os.path.abspath(path)
    try:
        relative = os.path.relpath(full)
    except ValueError:  # another drive
        return full
    return full if relative.split(os.sep, 1)[0] == os.pardir else relative


def inside(folder: str, path: str) -> str:
    """The path of a draft as a register in `folder` writes it: relative, with forward slashes."""
    full = os.path.abspath(path)
    try:
        full = os.path.relpath(full, folder)
    except ValueError:
        pass
    return full.replace(os.sep, "/")


def gone(folder: str, paths: set[str]) -> frozenset[str]:
    """Those of a register's paths at which there is no file any more."""
    return frozenset(path for path in paths if not os.path.lexists(os.path.join(folder, path)))


def read_text(path: Path) -> str:
    """The text of a register. Raises `ConfigError`, also for a merge conflict that is left."""
    name = shown(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    refuse_conflict(text, name)
    return text


def refuse_conflict(text: str, name: str) -> None:
    """Raises `ConfigError` at the first mark that a merge of two people's changes left."""
    if conflict := _CONFLICT.search(text.replace("\r\n", "\n")):
        line = text.replace("\r\n", "\n").count("\n", 0, conflict.start()) + 1
        raise ConfigError(
            f"{name}:{line}:1: two people changed this file at once and a merge conflict is left; "
            "keep what both wrote and delete the lines with <<<<<<<, ======= and >>>>>>>"
        )


def entries(text: str, name: str, key: str) -> list[Node]:
    """The members of the list `key` of a YAML register, its version checked.

    Raises `ConfigError`.
    """
    try:
        root = parse(text, name)
        version = root.get("version")
        if version is None:
            raise ConfigError(f"{root.place}: this file has no `version`; begin it: version: 1")
        refuse_version(version.scalar, version.place)
        check_keys(root, ("version", key), f"a file of {key}")
        listed = root.get(key)
        if listed is None or (listed.kind == "scalar" and listed.scalar is None):
            return []
        return listed.elements()
    except RuleError as error:  # the tree speaks of rules; here it is a decision
        raise ConfigError(str(error)) from None


def refuse_version(version: object, place: str) -> None:
    """Raises `ConfigError` for a version that is not ours."""
    if type(version) is not int or version < 1:
        raise ConfigError(f"{place}: `version` is a number, {VERSION} for this healthlint")
    if version > VERSION:
        raise ConfigError(
            f"{place}: this file is of version {version}, but this healthlint reads version "
            f"{VERSION}; update healthlint"
        )


def keys(node: Node, required: tuple[str, ...], optional: tuple[str, ...], what: str) -> None:
    """Raises `ConfigError` where a map lacks a key or has one too many."""
    try:
        check_keys(node, (*required, *optional), what)
    except RuleError as error:
        raise ConfigError(str(error)) from None
    present = {key.scalar for key, _ in node.items()}
    for key in required:
        if key not in present:
            needed = ", ".join(required)
            raise ConfigError(f"{node.place}: {what} without `{key}`; it needs: {needed}")


def text_of(node: Node, key: str, default: str | None = None) -> str:
    """The text under a key, blanks collapsed; `default` where there is none."""
    value = node.get(key)
    if value is None and default is not None:
        return default
    if value is None or value.kind != "scalar" or value.scalar is None:
        place = (value or node).place
        raise ConfigError(f"{place}: `{key}` must be text")
    if not isinstance(value.scalar, str):
        raise ConfigError(f"{value.place}: put `{key}` in quotes, so that it is read as text")
    said = " ".join(value.scalar.split())
    if not said and default is None:
        raise ConfigError(f"{value.place}: `{key}` is empty")
    return said


def date_of(node: Node, key: str) -> date:
    """The date under a key, as `2027-01-31`."""
    value = node.get(key)
    return parse_date(text_of(node, key), (value or node).place, key)


def parse_date(text: str, place: str, key: str) -> date:
    """A date in UTC. Raises `ConfigError` that begins with `place`."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ConfigError(f"{place}: `{key}` is a date such as 2027-01-31, not `{text}`")


def rewrite(path: Path, change: Callable[[str | None], str]) -> None:
    """Put `change(text)` in the place of a file's text (None: no file), in one step.

    Whoever reads it meanwhile sees the old text or the new one, never a part; if somebody else
    wrote it meanwhile, `change` is asked again with what they wrote. Raises `ConfigError`.
    """
    target = Path(os.path.realpath(path))
    try:
        for _ in range(5):
            before = target.read_bytes() if target.exists() else None
            text = None if before is None else read_text(path)
            data = change(text).encode("utf-8")
            part = _written_beside(target, data)
            try:
                if (target.read_bytes() if target.exists() else None) == before:
                    os.replace(part, target)
                    return
            finally:
                if os.path.exists(part):
                    os.unlink(part)
    except OSError as error:
        raise ConfigError(f"{shown(path)}: cannot be written: {error.strerror}") from None
    raise ConfigError(f"{shown(path)}: somebody else keeps writing this file; try again")


def _written_beside(target: Path, data: bytes) -> str:
    import stat
    import tempfile

    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~mask
        os.chmod(part, mode)
    except BaseException:
        os.unlink(part)
        raise
    return part
