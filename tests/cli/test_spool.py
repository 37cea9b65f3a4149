"""Results that are gone through more than once."""

from __future__ import annotations

from pathlib import Path

import pytest

from healthlint.cli import spool
from healthlint.cli.spool import Spool, again
from healthlint.errors import HealthlintError
from healthlint.finding import Finding, Fix, Position, Result

AT = Position(1, 2, 1)
FINDING = Finding("A1", "a", "hype", "error", AT, AT, "é", "m", ("s",), Fix("x", True), ("w",), "f")
RESULTS = [Result("a.md", (FINDING,), source="é" * 100), Result("b.md", error="no")]


@pytest.mark.parametrize("in_memory", [10, 10_000_000])
def test_the_same_results_each_time(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", in_memory)
    kept = Spool(iter(RESULTS))
    assert [list(kept), list(kept)] == [RESULTS, RESULTS]
    assert again(kept) is kept
    assert list(again(iter(RESULTS))) == RESULTS
    assert list(Spool([])) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", 10)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(HealthlintError, match="gone: cannot be written: No such file"):
        Spool(RESULTS)
