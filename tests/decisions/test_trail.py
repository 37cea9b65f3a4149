from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from healthlint import __version__
from healthlint.decisions.trail import Trail, rules_hash, text_hash
from healthlint.errors import ConfigError
from healthlint.finding import Result
from healthlint.settings import Settings
from tests.decisions import PACK, SETTINGS, lint

NOW = datetime(2027, 3, 10, 8, 30, tzinfo=timezone.utc)
TEXT = (
    "It is zero bother.\n\nIt is utterly harmless. <!-- healthlint-disable-line TST001 -- "
    "as labelled -->\n"
)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_one_line_a_run(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    result = lint(TEXT, path="é.md")
    [suppressed] = result.decided
    for _ in range(2):
        trail = Trail(path, NOW)
        trail.add(result, SETTINGS)
        trail.add(Result("b.md", error="cannot be read"), Settings(profile="uk"))
        trail.write()
    first, second = lines(path)
    assert first == second == {
        "version": 1,
        "time": "2027-03-10T08:30:00Z",
        "healthlint": __version__,
        "files": [
            {
                "path": "é.md",
                "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
                "profile": "us",
                "rules": rules_hash((PACK,)),
                "error": None,
                "counts": {"error": 0, "warning": 1, "info": 0},
                "decided": [
                    {
                        "by": "suppression",
                        "rule": "TST001",
                        "fingerprint": suppressed.finding.fingerprint,
                        "line": 3,
                        "reason": "as labelled",
                    }
                ],
            },
            {
                "path": "b.md",
                "sha256": None,
                "profile": "uk",
                "rules": rules_hash(()),
                "error": "cannot be read",
                "counts": {"error": 0, "warning": 0, "info": 0},
                "decided": [],
            },
        ],
        "summary": {
            "files": 2, "failed": 1, "error": 0, "warning": 1, "info": 0, "suppressed": 1,
        },
    }  # fmt: skip


def test_a_line_that_was_cut_off_does_not_eat_the_next(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"version": 1, "ti')
    Trail(path, NOW).write()
    cut, whole = path.read_text().splitlines()
    assert cut == '{"version": 1, "ti'
    assert json.loads(whole)["files"] == []


def test_a_trail_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--log: .*log.jsonl cannot be written: No such file"):
        Trail(tmp_path / "none" / "log.jsonl")


def test_rules_hash(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "a.yaml").write_text("a")
        (tmp_path / name / "note.txt").write_text(name)
    one, two = ((tmp_path / "one",), (tmp_path / "two",))
    assert rules_hash(one) == rules_hash(two) != rules_hash(())
    (tmp_path / "two" / "sub" / "a.yaml").write_text("b")
    assert rules_hash(one) != rules_hash(two)
    assert rules_hash((PACK,)) != rules_hash(())


def test_text_hash_is_the_file_s_own() -> None:
    assert text_hash("\ufeffa\r\n") == hashlib.sha256(b"\xef\xbb\xbfa\r\n").hexdigest()
