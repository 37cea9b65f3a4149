"""Work shared out to processes: in order, with a lost process told, however they begin."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthlint.cli import workers
from healthlint.cli.workers import in_order

METHODS = ["fork", "spawn", "forkserver"] if sys.platform == "linux" else ["spawn"]


class Doubler:
    """Doubles numbers; does what other items say. Notes in a folder what happened where."""

    def __init__(self, notes: Path | None = None) -> None:
        self.notes = notes

    def __call__(self, item: object) -> object:
        if item == "exit":
            os._exit(3)
        if item == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if item == "raise":
            raise ValueError(item)
        if item == "large":
            return "x" * 3_000_000
        if item == "slow":
            time.sleep(0.2)
        if item == "process":
            return os.getpid()
        self._note(f"did-{item}")
        return item * 2  # type: ignore[operator]

    def ahead(self, items: object) -> None:
        """Nothing to prepare."""

    def close(self) -> None:
        self._note(f"closed-{os.getpid()}")

    def _note(self, name: str) -> None:
        if self.notes:
            (self.notes / name).touch()


def lost(item: object, how: str) -> object:
    return f"{item} {how}"


def test_the_items_of_this_run_are_few_enough_for_windows() -> None:
    assert workers.MOST + 1 < 64


@pytest.mark.parametrize("method", METHODS)
def test_in_order_by_several_processes(method: str, tmp_path: Path) -> None:
    items = ["slow", "process", 1, "process", "slow", *range(2, 40), "process", "large", "process"]
    done = list(in_order(Doubler(tmp_path), items, 3, lost=lost, method=method))
    pids = [one for item, one in zip(items, done, strict=True) if item == "process"]
    assert [one for item, one in zip(items, done, strict=True) if item != "process"] == [
        "slowslow", 2, "slowslow", *(2 * n for n in range(2, 40)), "x" * 3_000_000,
    ]  # fmt: skip
    assert os.getpid() not in pids
    assert len(list(tmp_path.glob("closed-*"))) == 3


@pytest.mark.parametrize("method", METHODS)
def test_a_process_that_ends_costs_one_item(method: str) -> None:
    items = [1, "exit", 2, "raise", *range(3, 20), "exit"]
    done = list(in_order(Doubler(), items, 2, lost=lost, method=method))
    assert done == [
        2, "exit ended with 3", 4, "raise ended with 1", *(2 * n for n in range(3, 20)),
        "exit ended with 3",
    ]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end a process")
def test_the_signal_is_named() -> None:
    assert list(in_order(Doubler(), [1, "kill", 3], 2, lost=lost)) == [
        2, "kill ended by SIGKILL", 6,
    ]  # fmt: skip


def test_items_that_are_done_here() -> None:
    items = ["process", "slow", "process", "slow", "process"]
    done = list(in_order(Doubler(), items, 2, lost=lost, here=lambda item: item == "process"))
    assert done == [os.getpid(), "slowslow", os.getpid(), "slowslow", os.getpid()]


@pytest.mark.parametrize("method", METHODS)
def test_where_no_process_can_begin_the_work_is_done_all_the_same(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: object) -> None:
        raise OSError("no room")

    class Unloadable(Doubler):
        def __reduce__(self) -> tuple[object, ...]:
            return os._exit, (1,)

    items: list[object] = [1, "here", 2, 3, 4]
    if method != "fork":  # it ends before it is ready
        assert list(in_order(Unloadable(), [1, 2, 3], 2, lost=lost, method=method)) == [2, 4, 6]
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refused)
    done = list(in_order(Doubler(), items, 2, lost=lost, method=method))
    assert done == [2, "herehere", 4, 6, 8]


def test_little_is_done_ahead(tmp_path: Path) -> None:
    running = in_order(Doubler(tmp_path), range(1000), 2, lost=lost)
    assert next(running) == 0
    time.sleep(0.3)
    assert len(list(tmp_path.glob("did-*"))) <= 2 * (workers._AHEAD + workers._QUEUE)
    assert [next(running) for _ in range(3)] == [2, 4, 6]
    running.close()  # type: ignore[attr-defined]
    assert children() == []


def test_an_end_in_the_middle_ends_all_processes() -> None:
    running = in_order(Doubler(), [1, "slow", "slow", "slow"], 2, lost=lost)
    assert next(running) == 2
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert children() == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.one_of(st.integers(), st.sampled_from(["exit", "process", "slow"])), max_size=25),
    st.integers(1, 5),
)
def test_every_item_has_its_result(items: list[object], jobs: int) -> None:
    known = {"exit": "exit ended with 3", "slow": "slowslow", "process": os.getpid()}
    expected = [known.get(item, item * 2) for item in items]  # type: ignore
    done = in_order(Doubler(), items, jobs, lost=lost, here=lambda item: item == "process")
    assert list(done) == expected


def children() -> list[object]:
    import multiprocessing

    return list(multiprocessing.active_children())


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    assert children() == []
