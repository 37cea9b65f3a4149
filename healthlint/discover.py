"""From what the user named to drafts: files, folders and globs, in a fixed order, each once.

In folders, what `.gitignore` files leave out is left out (that of the git root, those between and
those below), and so are folders that hold no writing and minified files. A draft that is named
itself is always taken, unless the configuration excludes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SKIPPED_FOLDERS = frozenset(
    "_site .astro .cache .docusaurus .git .next .nuxt .output .svelte-kit .venv bower_components "
    "build dist node_modules vendor".split()
)


class Found(NamedTuple):
    """One path and what it is: a draft, an unknown type, excluded, or not to be had (`error`).

    `named` says that the user named this very file.
    """

    path: Path
    kind: Literal["draft", "unknown", "excluded", "error"]
    named: bool = False
    error: str | None = None


class Excludes(Protocol):
    """Says whether the configuration leaves out a file or folder."""

    def __call__(self, path: str | Path, folder: bool = False) -> bool: ...


class _Ignore(NamedTuple):
    """The patterns of one `.gitignore` and the folder they are relative to."""

    folder: str
    spec: GitIgnoreSpec


def discover(
    names: Iterable[str], known: Callable[[Path], bool], excludes: Excludes
) -> Iterator[Found]:
    """Every file under the names: `known` tells drafts by their names, `excludes` what to leave.

    A name that is no file or folder is a glob. Nothing is raised: what cannot be had is a `Found`
    with an error.
    """
    seen: set[str] = set()
    for name in names:
        for found in _under(name, known, excludes):
            full = os.path.abspath(found.path)
            if full not in seen:
                seen.add(full)
                yield found


def _under(name: str, known: Callable[[Path], bool], excludes: Excludes) -> Iterator[Found]:
    path = Path(name)
    if os.path.isdir(name):
        nothing = True
        for found in _walk(name, known, excludes):
            nothing = nothing and found.kind == "unknown"
            yield found
        if nothing:
            error = "no drafts in this folder; name one, or one that holds Markdown, HTML or text"
            yield Found(path, "error", error=error)
    elif os.path.lexists(name):
        yield _draft(path, excludes, named=True)
    elif any(sign in name for sign in "*?["):
        from glob import glob

        named = set(name.replace(os.sep, "/").split("/"))
        matched = [
            match
            for match in sorted(glob(name, recursive=True))
            if not (SKIPPED_FOLDERS - named).intersection(match.split(os.sep))
        ]
        for match in matched:
            inner = _walk if os.path.isdir(match) else _one
            yield from inner(match, known, excludes)
        if not matched:
            yield Found(path, "error", error="nothing matches this pattern; check the spelling")
    else:
        yield Found(path, "error", error="there is no such file or folder; check the spelling")


def _one(name: str, known: Callable[[Path], bool], excludes: Excludes) -> Iterator[Found]:
    path = Path(name)
    if not known(path) or _minified(path.name):
        yield Found(path, "unknown")
    else:
        yield _draft(path, excludes)


def _draft(path: Path, excludes: Excludes, named: bool = False) -> Found:
    if excludes(path):
        return Found(path, "excluded", named)
    if not os.path.exists(path):
        problem = "this link leads nowhere; mend it or remove it"
        return Found(path, "error", named, problem)
    return Found(path, "draft", named)


def _walk(root: str, known: Callable[[Path], bool], excludes: Excludes) -> Iterator[Found]:
    folders = [(root, _ignores_above(root))]
    while folders:
        folder, ignores = folders.pop()
        ignores = (*ignores, *_ignore_in(folder))
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            problem = f"this folder cannot be read: {error.strerror}; check its permissions"
            yield Found(Path(folder), "error", error=problem)
            continue
        below: list[tuple[str, tuple[_Ignore, ...]]] = []
        for entry in listed:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and entry.is_dir():
                continue  # a link to a folder: what is behind it has a place of its own
            if is_folder and entry.name in SKIPPED_FOLDERS:
                continue
            if _ignored(os.path.abspath(entry.path), is_folder, ignores):
                continue
            if is_folder:
                if excludes(entry.path, folder=True):
                    yield Found(Path(entry.path), "excluded")
                else:
                    below.append((entry.path, ignores))
            else:
                yield from _one(entry.path, known, excludes)
        folders.extend(reversed(below))


def _minified(name: str) -> bool:
    return ".min." in name


def _ignores_above(folder: str) -> tuple[_Ignore, ...]:
    """The `.gitignore` files from the git root to above the folder; none outside a repository.

    A folder that they themselves leave out was named by the user, so they are not asked below it.
    """
    full = os.path.abspath(folder)
    above = [full]
    while not os.path.exists(os.path.join(above[-1], ".git")):
        parent = os.path.dirname(above[-1])
        if parent == above[-1]:
            return ()
        above.append(parent)
    exclude = os.path.join(above[-1], ".git", "info", "exclude")
    ignores = [*_read_ignore(exclude, above[-1])]
    for parent in reversed(above[1:]):
        ignores += _ignore_in(parent)
    for number in range(len(above) - 1):
        if _ignored(above[number], True, tuple(ignores)):
            return ()
    return tuple(ignores)


def _ignore_in(folder: str) -> tuple[_Ignore, ...]:
    return _read_ignore(os.path.join(folder, ".gitignore"), os.path.abspath(folder))


def _read_ignore(path: str, folder: str) -> tuple[_Ignore, ...]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return ()
    from pathspec import GitIgnoreSpec

    good = []
    for line in lines:  # git passes over a pattern that it cannot read; so do we
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        good.append(line)
    return (_Ignore(folder, GitIgnoreSpec.from_lines(good)),)


def _ignored(full: str, is_folder: bool, ignores: tuple[_Ignore, ...]) -> bool:
    """Whether the nearest `.gitignore` that speaks of this path leaves it out."""
    for ignore in reversed(ignores):
        inside = os.path.relpath(full, ignore.folder).replace(os.sep, "/")
        verdict = ignore.spec.check_file(inside + "/" if is_folder else inside).include
        if verdict is not None:
            return verdict
    return False
