"""Changed lines: what git says of the lines that differ from a revision.

git is asked once for each repository. A draft that git does not know, or knows as binary, counts as
changed in all its lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from healthlint.decisions.outcome import Step
from healthlint.errors import ConfigError
from healthlint.finding import Decided, Finding

#: First and last line that changed; where lines were only taken out, the last is the first less 1.
Lines = tuple[int, int]

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {
    b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r",
}  # fmt: skip
#: So that no configuration of the user or the repository changes what git writes, or runs programs.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=true", "-c", "diff.renameLimit=5000")
_DIFF = (
    "diff", "-U0", "--inter-hunk-context=0", "--no-ext-diff", "--no-textconv", "--no-color",
    "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short",
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """The lines that changed, by the real path of each draft; None means every line."""

    base: str
    drafts: dict[str, tuple[Lines, ...] | None] = field(default_factory=dict, hash=False)

    def apply(self, findings: tuple[Finding, ...], path: str, source: str) -> Step:
        """Take out what touches no changed line; a draft that was not asked about keeps all."""
        lines = self.drafts.get(_key(path))
        if lines is None:
            return Step(findings)
        # git ends lines at LF only, so the lines of a report may be others.
        ends = [match.start() for match in re.finditer("\n", source)]
        kept, decided = [], []
        for finding in findings:
            start, end = finding.start.offset, finding.end.offset
            first = bisect_left(ends, start) + 1
            last = bisect_left(ends, max(start, end - 1)) + 1
            if any(first <= to and last >= since for since, to in lines):
                kept.append(finding)
            else:
                decided.append(Decided(finding, "unchanged"))
        return Step(tuple(kept), tuple(decided))


def changed_since(base: str, paths: Iterable[str | Path]) -> Changed:
    """The changed lines of drafts since a revision.

    Raises `ConfigError` when git is missing, a draft is in no repository or git does not know the
    revision.
    """
    drafts: dict[str, tuple[Lines, ...] | None] = {}
    by_root: dict[str, list[str]] = {}
    for path in paths:
        key = _key(path)
        by_root.setdefault(_root(key, path), []).append(key)
    for root, keys in by_root.items():
        drafts |= _in_repository(root, base, keys)
    return Changed(base, drafts)


def _in_repository(
    root: str, base: str, keys: list[str]
) -> dict[str, tuple[Lines, ...] | None]:
    revision = _revision(root, base)
    with _git(root, "ls-files", "-z") as output:
        tracked = {_full(root, name) for name in output.read().split(b"\0") if name}
    wanted = set(keys)
    found: dict[str, tuple[Lines, ...] | None] = {
        key: () if key in tracked else None for key in keys
    }
    with _git(root, *_DIFF, revision, "--") as output:
        for name, lines in read_diff(output):
            if (key := _full(root, name)) in wanted:
                found[key] = lines
    return found


def read_diff(stream: IO[bytes]) -> Iterator[tuple[bytes, tuple[Lines, ...] | None]]:
    """The path and changed lines of each file in the output of `git diff -U0`.

    Only as many lines as a hunk's head announces are its content, so that nothing that stands in a
    draft is taken for a head.
    """
    name: bytes | None = None
    lines: list[Lines] | None = []
    for line in stream:
        if line.startswith(b"diff --git "):
            if name is not None:
                yield name, tuple(lines) if lines is not None else None
            name, lines = None, []
        elif line.startswith(b"+++ "):
            whole = _unquoted(line[4:])
            name = whole[2:] if whole.startswith(b"b/") else None  # /dev/null: it is deleted
        elif line.startswith(b"rename to "):
            name = _unquoted(line[10:])
        elif line.startswith(b"Binary files "):
            name, lines = name or _binary(line), None
        elif hunk := _HUNK.match(line):
            old, new = (1 if hunk[g] is None else int(hunk[g]) for g in (1, 3))
            for _ in range(old + new):
                content = next(stream, b"")
                if content.startswith(b"\\"):  # "\ No newline at end of file"
                    next(stream, b"")
            first = int(hunk[2])
            if lines is not None:
                lines.append((first, first + new - 1) if new else (first + 1, first))
    if name is not None:
        yield name, tuple(lines) if lines is not None else None


def _binary(line: bytes) -> bytes | None:
    """The name in "Binary files a/x and b/x differ", whatever stands in it; None if deleted."""
    both = line.rstrip(b"\n").removeprefix(b"Binary files ").removesuffix(b" differ")
    if both.endswith(b" and /dev/null"):
        return None
    new = both.startswith(b"/dev/null and ")
    # The names of a file that was not renamed are equally long.
    at = len(b"/dev/null and ") if new else (len(both) - len(b" and ")) // 2 + len(b" and ")
    return _unquoted(both[at:])[2:]


def _unquoted(raw: bytes) -> bytes:
    """A path as git writes it: without the tab or line end behind it, escapes decoded."""
    raw = raw.removesuffix(b"\n").removesuffix(b"\t")
    if not (raw.startswith(b'"') and raw.endswith(b'"')):
        return raw

    def plain(match: re.Match[bytes]) -> bytes:
        said = match[1]
        return bytes([int(said, 8) & 255]) if len(said) == 3 else _ESCAPED.get(said, said)

    return _ESCAPE.sub(plain, raw[1:-1])


def _full(root: str, name: bytes) -> str:
    return os.path.normcase(os.path.join(root, os.fsdecode(name)))


def _key(path: str | Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def _root(key: str, path: str | Path) -> str:
    folder = os.path.dirname(key)
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            raise ConfigError(
                f"--diff-base: {path} is in no git repository, so nothing can be said of its "
                "changed lines; check it without --diff-base"
            )
        folder = parent
    return folder


def _revision(root: str, base: str) -> str:
    """The commit that a name stands for; a name that looks like an option is refused."""
    if not base.startswith("-") and "\0" not in base:
        try:
            with _git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}") as output:
                return output.read().decode("ascii").strip()
        except _Silent:
            pass
    raise ConfigError(
        f"--diff-base: there is no revision `{base}` in {root}; name a branch, tag or commit "
        "(a shallow clone may lack it: git fetch --unshallow)"
    )


class _Silent(ConfigError):
    """git failed and said nothing."""


@contextmanager
def _git(root: str, *command: str) -> Iterator[IO[bytes]]:
    """What a git command writes. Raises `ConfigError` at the end if it fails."""
    clean = {key: value for key, value in os.environ.items() if key not in _ASTRAY}
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                ("git", *_SAFE, *command), cwd=root, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=errors,
                env={**clean, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            )  # fmt: skip
        except OSError:
            raise ConfigError("--diff-base needs git, which cannot be run here") from None
        with process:
            assert process.stdout
            yield process.stdout
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip().splitlines()
            if not said:
                raise _Silent(f"--diff-base: git failed in {root}")
            raise ConfigError(f"--diff-base: git failed in {root}: {said[0]}")


#: A hook runs with these set for its own repository, which need not be the draft's.
_ASTRAY = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
)  # fmt: skip
