"""A rulebook from the built-in pack and a user's packs, read anew or taken from the cache.

A pack is a YAML file or a folder. Every `*.yaml` in a folder is read: files with `rules:` hold
rules (and may hold `lexicons:` of their own), files in `lexicons/` hold lexicons, `signals.yaml`
and files in `signals/` hold signals; a signal in several files has the triggers of all. The
built-in pack also has the fact tables (`tables`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from healthlint.errors import RuleError
from healthlint.rulebook import cache
from healthlint.rulesdir import rules_dir

if TYPE_CHECKING:
    from healthlint.rulebook.model import Rulebook

_TABLES = ("authorities.yaml", "uses.yaml")
_TABLE_FOLDERS = ("labels", "profiles")


class PackFile(NamedTuple):
    """One YAML file of a pack; `shown` is its name in messages."""

    path: Path
    shown: str
    role: str  # "rules", "lexicons", "signals"


def load_rulebook(packs: tuple[Path, ...] = (), use_cache: bool = True) -> Rulebook:
    """The built-in pack with `packs` after it. Raises `RuleError`."""
    root = rules_dir()
    files = list(_files(root, "rules"))
    for pack in packs:
        files += _pack_files(pack)
    tables = [root / name for name in _TABLES]
    for folder in _TABLE_FOLDERS:
        tables += sorted((root / folder).glob("*.yaml"))
    digest = cache.digest([file.path for file in files] + tables, packs)
    if use_cache and (found := cache.read(digest)) is not None:
        return found
    from healthlint.rulebook.build import build  # with YAML and the compiler, only when needed

    rulebook = build(root, files)._replace(digest=digest)
    if use_cache:
        cache.write(digest, rulebook)
    return rulebook


def _pack_files(pack: Path) -> list[PackFile]:
    if pack.is_dir():
        found = list(_files(pack, str(pack)))
        if not found:
            raise RuleError(f"{pack}: a rule pack without any .yaml file")
        return found
    if not pack.exists():
        raise RuleError(f"{pack}: there is no such rule pack")
    return [PackFile(pack, str(pack), "rules")]


def _files(folder: Path, shown: str) -> Iterator[PackFile]:
    for path in sorted(folder.rglob("*.yaml")):
        inside = path.relative_to(folder)
        if inside.parts[0] in _TABLE_FOLDERS or str(inside) in _TABLES:
            continue
        role = "lexicons" if inside.parts[0] == "lexicons" else "rules"
        if inside.name == "signals.yaml" or inside.parts[0] == "signals":
            role = "signals"
        yield PackFile(path, f"{shown}/{inside.as_posix()}", role)
