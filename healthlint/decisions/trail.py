"""The trail: one JSON line for each run, so that it can be shown what was checked and who let pass.

    {"version": 1, "time": "2027-01-31T09:30:00Z", "healthlint": "0.1.0", "files": [
      {"path": "a.md", "sha256": "…", "profile": "us", "rules": "…", "error": null,
       "counts": {"error": 0, "warning": 1, "info": 0},
       "decided": [{"by": "waiver", "rule": "SAF001", "fingerprint": "…", "line": 3,
                    "who": "…", "role": "…", "reason": "…", "until": "…"}]}],
     "summary": {"files": 1, "failed": 0, "error": 0, "warning": 1, "info": 0, "suppressed": 1}}

`sha256` is of the draft's text in UTF-8, which is the file's own for a file in UTF-8. `rules` is of
the rule files, built-in ones and packs.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from healthlint import __version__
from healthlint.errors import ConfigError
from healthlint.finding import SEVERITIES, Decided, Result
from healthlint.settings import Settings

VERSION = 1


class Trail:
    """Collects the results of one run and appends them to a file at its end."""

    def __init__(self, path: Path, now: datetime | None = None) -> None:
        """Raises `ConfigError` at once if the file cannot be written to; `now` is in UTC."""
        self._path = path
        self._now = now or datetime.now(timezone.utc)
        self._files: list[dict[str, Any]] = []
        self._digests: dict[tuple[Path, ...], str] = {}
        try:
            with path.open("ab"):
                pass
        except OSError as error:
            raise self._unwritable(error) from None

    def add(self, result: Result, settings: Settings) -> None:
        """Take down one result."""
        self._files.append(
            {
                "path": result.path.replace(os.sep, "/"),
                "sha256": None if result.error else text_hash(result.source),
                "profile": settings.profile,
                "rules": self._rules(settings.packs),
                "error": result.error,
                "counts": {
                    severity: sum(f.severity == severity for f in result.findings)
                    for severity in reversed(SEVERITIES)
                },
                "decided": [_decided(one) for one in result.decided],
            }
        )

    def write(self) -> None:
        """Append the run. Raises `ConfigError`."""
        counts = {
            severity: sum(one["counts"][severity] for one in self._files)
            for severity in reversed(SEVERITIES)
        }
        entry = {
            "version": VERSION,
            "time": self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "healthlint": __version__,
            "files": self._files,
            "summary": {
                "files": len(self._files),
                "failed": sum(one["error"] is not None for one in self._files),
                **counts,
                "suppressed": sum(len(one["decided"]) for one in self._files),
            },
        }
        line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        try:
            with self._path.open("r+b") as file:  # a line that was cut off must not eat this one
                if file.seek(0, os.SEEK_END):
                    file.seek(-1, os.SEEK_END)
                    line = line if file.read(1) == b"\n" else b"\n" + line
        except OSError:
            pass  # a pipe, or a file that may be appended to and not read
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            with os.fdopen(handle, "ab", buffering=0) as log:
                while line:  # one call as a rule, so that two runs at once do not mix
                    line = line[log.write(line) :]
        except OSError as error:
            raise self._unwritable(error) from None

    def _rules(self, packs: tuple[Path, ...]) -> str:
        if packs not in self._digests:
            self._digests[packs] = rules_hash(packs)
        return self._digests[packs]

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(f"--log: {self._path} cannot be written: {error.strerror}")


def text_hash(source: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def rules_hash(packs: tuple[Path, ...]) -> str:
    """SHA-256 of all rule files, by their names within their packs: the same on every machine."""
    from healthlint.rulesdir import rules_dir

    whole = hashlib.sha256()
    for number, root in enumerate((rules_dir(), *packs)):
        files = sorted(root.rglob("*.yaml")) if root.is_dir() else [root]
        for file in files:
            inside = file.relative_to(root).as_posix() if root.is_dir() else file.name
            try:
                content = file.read_bytes()
            except OSError:
                content = b""
            whole.update(f"{number}\0{inside}\0{len(content)}\0".encode())
            whole.update(content)
    return whole.hexdigest()


def _decided(one: Decided) -> dict[str, Any]:
    entry = {
        "by": one.by,
        "rule": one.finding.rule,
        "fingerprint": one.finding.fingerprint,
        "line": one.finding.start.line,
        "who": one.who,
        "role": one.role,
        "reason": one.reason,
        "until": one.until,
    }
    return {key: value for key, value in entry.items() if value != ""}
