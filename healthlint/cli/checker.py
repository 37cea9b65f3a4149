"""What is done with each draft of a run, in this process or in another."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from healthlint.errors import HealthlintError
from healthlint.finding import Result

if TYPE_CHECKING:
    from pathlib import Path

    from healthlint.api import Opened
    from healthlint.cli.session import Task
    from healthlint.decisions import Decisions
    from healthlint.decisions.policy import Policy
    from healthlint.resultcache import ResultCache

#: Bytes of drafts that are worth a process; to start one costs as much as to check some of them.
WORTH = 128 * 1024
#: Drafts that are read together, unless one is larger than so many bytes.
AHEAD, AHEAD_BYTES = 8, 100_000


class Checker:
    """Checks one task at a time, with the decisions of its policy. Can be pickled."""

    def __init__(
        self, decisions: Mapping[Policy, Decisions], cache: ResultCache | None = None
    ) -> None:
        self._decisions = dict(decisions)
        self._cache = cache
        #: Drafts that have been read before their turn.
        self._ahead: dict[Path, Opened] = {}

    def __call__(self, task: Task) -> Result:
        """The result of a task; whatever goes wrong is its error."""
        if task.error is not None:
            return Result(task.name, error=task.error)
        try:
            return self._check(task)
        except Exception as error:  # a fault of ours in one draft must not cost the others
            if os.environ.get("HEALTHLINT_DEBUG"):
                raise
            return Result(task.name, error=_fault(error))

    def ahead(self, tasks: Sequence[Task]) -> None:
        """Reads the drafts of tasks that are to come: several together cost less."""
        if len(tasks) < 2:
            return
        from healthlint.api import look_ahead, open_file

        self._ahead = {}
        read = []
        for task in tasks:
            if _is_here(task) or _size(task) > AHEAD_BYTES:
                continue
            settings, decisions = task.plan.settings, self._decisions[task.plan.policy]
            try:
                opened = open_file(
                    task.path, settings=settings, format=task.format, decisions=decisions,
                    cache=self._cache,
                )  # fmt: skip
            except Exception:  # it is told when its turn comes
                continue
            self._ahead[task.path] = opened
            read.append((opened, settings))
        with suppress(Exception):
            look_ahead(read)

    def close(self) -> None:
        """Keeps what a process has compiled, for later runs."""
        from healthlint.api import keep_patterns

        keep_patterns()

    def _check(self, task: Task) -> Result:
        from healthlint.api import lint_bytes, lint_file, lint_opened

        settings, decisions = task.plan.settings, self._decisions[task.plan.policy]
        if (opened := self._ahead.pop(task.path, None)) is not None:
            return lint_opened(
                opened, str(task.path), settings=settings, decisions=decisions, cache=self._cache
            )
        if task.page is None and not task.stdin:
            return lint_file(
                task.path, settings=settings, format=task.format, decisions=decisions,
                cache=self._cache,
            )  # fmt: skip
        if task.page is None:
            data = sys.stdin.buffer.read()
        else:
            from healthlint.rendered.audit import NotHtml

            try:
                data = task.page.read()
            except NotHtml as what:
                return Result(task.name, notices=(f"passed over: {what}",))
        return lint_bytes(
            data, task.name, settings=settings, format=task.format,
            decisions=decisions, cache=self._cache,
        )  # fmt: skip


def _fault(error: Exception) -> str:
    if isinstance(error, HealthlintError):
        return str(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"a fault of healthlint's, please report it with HEALTHLINT_DEBUG=1: {what}"


def check_all(checker: Checker, tasks: Sequence[Task], jobs: int | None) -> Iterator[Result]:
    """The result of each task, in order; by `jobs` processes, or as many as are worth it."""
    wanted = processes(tasks, jobs)
    if wanted == 1:
        return _one_by_one(checker, tasks)
    from healthlint.cli.workers import in_order

    return in_order(checker, tasks, wanted, lost=_lost, here=_is_here)


def _one_by_one(checker: Checker, tasks: Sequence[Task]) -> Iterator[Result]:
    for first in range(0, len(tasks), AHEAD):
        some = tasks[first : first + AHEAD]
        checker.ahead(some)
        yield from map(checker, some)


def processes(tasks: Sequence[Task], jobs: int | None) -> int:
    """How many processes to check with, 1 for this one alone; `jobs` is None to decide by the work.

    What goes wrong in a draft can only be looked into in this process (`HEALTHLINT_DEBUG`).
    """
    away = [task for task in tasks if not _is_here(task)]
    if len(away) < 2 or jobs == 1 or os.environ.get("HEALTHLINT_DEBUG"):
        return 1
    if jobs is None:
        most = min(_cores(), len(away))
        jobs = min(most, _bytes(away, most * WORTH) // WORTH)
    return max(1, min(jobs, len(away)))


def _is_here(task: Task) -> bool:
    return task.stdin or task.page is not None or task.error is not None


def _lost(task: Task, how: str) -> Result:
    return Result(
        str(task.path),
        error=f"the process that checked it {how}, perhaps for want of memory; check it alone with "
        "--jobs 1",
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bytes(tasks: Sequence[Task], enough: int) -> int:
    """The size of the drafts together, as far as it matters."""
    total = 0
    for task in tasks:
        total += _size(task)
        if total >= enough:
            break
    return total


def _size(task: Task) -> int:
    try:
        return os.stat(task.path).st_size
    except OSError:
        return 0  # told when it is read
