"""The commands of healthlint and its peers over one folder of pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed import variants
from benchmarks.speed.measure import Job, find

#: What textlint is asked to check: its rules that look for words, as healthlint's do.
TEXTLINT_RULES = ("write-good", "alex", "terminology")


#: Name, program, whether it is slow.
_KNOWN = (
    ("ripgrep, some words", "rg", False),
    ("ripgrep, all words", "rg", False),
    ("codespell", "codespell", False),
    ("write-good", "write-good", True),
    ("proselint", "proselint", True),
    ("textlint", "textlint", True),
)
#: How many words ripgrep looks for when it does not look for all.
SOME_WORDS = 270


@dataclass(frozen=True, slots=True)
class Setting:
    """Where things are: folders with programs, a folder for caches and settings of this run."""

    tools: tuple[Path, ...]
    work: Path


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool that was found, with its version."""

    name: str
    program: str
    version: str
    slow: bool = False  # minutes over hundreds of pages: measured on fewer


def healthlint() -> str:
    """The console script beside this interpreter."""
    script = Path(sys.executable).with_name("healthlint.exe" if os.name == "nt" else "healthlint")
    if not script.exists():
        sys.exit(f"{script}: there is no such script; install healthlint where this Python is")
    return str(script)


def installed(setting: Setting) -> list[Peer]:
    """The peers that can be found, fastest first."""
    found = []
    for name, program, slow in _KNOWN:
        path = find(program, setting.tools)
        if path:
            found.append(Peer(name, path, _version(path), slow))
    return found


def _version(program: str) -> str:
    for ask in ("--version", "version"):
        done = subprocess.run([program, ask], capture_output=True, text=True)
        words = (done.stdout or done.stderr).split("\n")[0].split()
        numbers = [word for word in words if word.lstrip("v")[:1].isdigit()]
        if done.returncode == 0 and numbers:
            return numbers[0].removeprefix("v")
    return "?"


def own_job(
    name: str,
    pages: Path,
    setting: Setting,
    extra: Sequence[str] = (),
    program: str = "",
    again: bool = False,
) -> Job:
    """healthlint over a folder or one page, with a cache of its own, without any configuration.

    Every page is new to it, unless it is to check `again` what it checked in the run before.
    """
    where = [] if "--config" in extra else ["--no-config"]
    where += [] if again else ["--no-cache"]
    return Job(
        name,
        (program or healthlint(), "check", *where, "--quiet", "--exit-zero", *extra, str(pages)),
        environment={"XDG_CACHE_HOME": str(setting.work / "cache"),
                     "LOCALAPPDATA": str(setting.work / "cache")},
        fine=(0,),
    )  # fmt: skip


def peer_job(peer: Peer, pages: Path, setting: Setting) -> Job:
    """A peer over a folder or one page of Markdown."""
    files = [str(pages)] if pages.is_file() else sorted(map(str, pages.rglob("*.md")))
    folder = None
    command: tuple[str, ...]
    if peer.name.startswith("ripgrep"):
        words = _words(setting, None if "all" in peer.name else SOME_WORDS)
        command = ("--threads", "1", "-c", "-i", "-w", "-F", "-f", str(words), str(pages))
    elif peer.name == "codespell":
        command = (str(pages),)
    elif peer.name == "proselint":
        command = ("check", str(pages))
    elif peer.name == "textlint":
        folder = _home(peer)
        target = str(pages) if pages.is_file() else f"{pages.as_posix()}/**/*.md"
        command = ("--config", str(_textlintrc(setting)), "--format", "unix", target)
    else:
        command = tuple(files)
    # write-good ends with the number of its findings, codespell and others with small codes.
    fine = tuple(range(256)) if peer.name == "write-good" else (0, 1, 64, 65)
    return Job(peer.name, (peer.program, *command), folder, fine=fine)


def _words(setting: Setting, most: int | None) -> Path:
    path = setting.work / f"words-{most or 'all'}.txt"
    if not path.exists():
        variants.apart(variants.write_words, path, most)
    return path


def _textlintrc(setting: Setting) -> Path:
    path = setting.work / "textlintrc.json"
    path.write_text(json.dumps({"rules": dict.fromkeys(TEXTLINT_RULES, True)}), "utf-8")
    return path


def _home(peer: Peer) -> Path | None:
    """The folder whose node_modules holds a program, so that it finds its rules there."""
    parts = Path(os.path.abspath(peer.program)).parents
    return next((p.parent for p in parts if p.name == "node_modules"), None)
