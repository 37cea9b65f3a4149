"""Results that are gone through more than once."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthlint.errors import HealthlintError
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.output import FORMATS, Look, renderer, spool
from healthlint.output.spool import Spool, again

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


@pytest.mark.parametrize("name", [*FORMATS, "statistics"])
def test_no_report_holds_the_texts_of_all_drafts(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", 100_000)

    def results() -> Iterator[Result]:
        for number in range(40):
            text = f"{number}\n" + "word " * 40_000
            yield Result(f"{number}.txt", (FINDING,), source=text)

    tracemalloc.start()
    try:
        for piece in renderer(name)(results(), Look()):
            del piece
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000  # of eight
