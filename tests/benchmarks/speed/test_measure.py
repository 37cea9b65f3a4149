"""Commands are run in turn, once more than counts, and a failure is told."""

from __future__ import annotations

import sys

import pytest

from benchmarks.speed.measure import Failed, Job, find, interleaved, once


def python(name: str, code: str, **more: object) -> Job:
    return Job(name, (sys.executable, "-S", "-E", "-c", code), **more)  # type: ignore[arg-type]


def test_in_turn() -> None:
    told: list[str] = []
    timings = interleaved([python("a", ""), python("b", "raise SystemExit(1)")], 2, told.append)
    assert [line.partition(":")[0] for line in told] == ["a", "b", "b", "a", "a", "b"]
    assert [line.endswith("(warming up)") for line in told] == [True, True, *[False] * 4]
    assert [(one.name, len(one.seconds)) for one in timings] == [("a", 2), ("b", 2)]
    assert all(0 < one.least <= one.median <= one.most for one in timings)


def test_a_failure_is_told() -> None:
    with pytest.raises(Failed, match="^c ended with 3: too bad$"):
        once(python("c", "import sys; print('too bad', file=sys.stderr); sys.exit(3)"))
    with pytest.raises(Failed, match="^d: no-such-program-here cannot be run: "):
        once(Job("d", ("no-such-program-here",)))


def test_programs_are_found_where_told() -> None:
    assert find("no-such-program-here", ()) is None
