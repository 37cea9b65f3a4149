"""Times commands: wall clock and the peak memory of the largest process, side by side."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Job:
    """A command to time. Exit codes in `fine` are no failure: linters end with 1 for findings."""

    name: str
    command: tuple[str, ...]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    fine: tuple[int, ...] = (0, 1)


@dataclass(frozen=True, slots=True)
class Timing:
    """What was measured: seconds of each run, and the largest process's memory in MB.

    `memory` is 0 where the system does not tell.
    """

    name: str
    seconds: tuple[float, ...]
    memory: float = 0.0

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def most(self) -> float:
        return max(self.seconds)


class Failed(Exception):
    """A command could not be run or said that it failed."""


def interleaved(
    jobs: Sequence[Job], runs: int, tell: Callable[[str], None] = lambda line: None
) -> list[Timing]:
    """Time each job so many times, in turn, so that what else the machine does hits all alike.

    Each runs once before anything counts: what it reads is then in the system's cache, and what it
    keeps between runs is kept. The order turns by one at each round. Raises `Failed`.
    """
    seconds: dict[str, list[float]] = {job.name: [] for job in jobs}
    memory = dict.fromkeys(seconds, 0.0)
    for turn in range(runs + 1):
        at = turn % len(jobs)
        for job in (*jobs[at:], *jobs[:at]):
            took, peak = once(job)
            tell(f"{job.name}: {took:.3f} s" + (" (warming up)" if turn == 0 else ""))
            if turn:
                seconds[job.name].append(took)
                memory[job.name] = max(memory[job.name], peak)
    return [Timing(name, tuple(seconds[name]), round(memory[name], 1)) for name in seconds]


def once(job: Job) -> tuple[float, float]:
    """Seconds and peak memory in MB of one run. Raises `Failed`."""
    environment = {**os.environ, **job.environment}
    before = time.perf_counter()
    try:
        process = subprocess.Popen(
            job.command, cwd=job.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise Failed(f"{job.name}: {job.command[0]} cannot be run: {error.strerror}") from None
    assert process.stderr
    said = process.stderr.read()
    peak = 0.0
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        # Kilobytes on Linux, bytes on macOS.
        peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    else:
        process.wait()
    took = time.perf_counter() - before
    process.stderr.close()
    if process.returncode not in job.fine:
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["(it said nothing)"]
        raise Failed(f"{job.name} ended with {process.returncode}: {last[0]}")
    return took, peak


def find(name: str, tools: Sequence[Path]) -> str | None:
    """The program of this name in the folders of `tools`, else on the path; None if nowhere."""
    places = [
        *(str(tool / inside) for tool in tools
          for inside in ("bin", "Scripts", "node_modules/.bin", "")),
        os.environ.get("PATH", ""),
    ]  # fmt: skip
    return shutil.which(name, path=os.pathsep.join(places))
