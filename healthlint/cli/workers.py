"""Work shared out to processes, with results in the order of the items and little held at a time.

A process that ends suddenly costs the item it was at; another takes its place. Nothing here knows
what the work is.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Protocol, TypeVar

_Item = TypeVar("_Item")
_Done = TypeVar("_Done")
_Item_in = TypeVar("_Item_in", contravariant=True)
_Done_out = TypeVar("_Done_out", covariant=True)

#: Items that a process has at most: some in work and some to go on with.
_QUEUE = 12
#: How many results, for each process, may wait for an earlier one.
_AHEAD = 16
#: Items that a process looks at together.
_TOGETHER = 8
#: Windows waits for at most 63 things at once.
MOST = 60
#: Seconds that a process has to end when there is no more work.
_PATIENCE = 10.0
_READY, _PREPARING = -1, -2


class Work(Protocol[_Item_in, _Done_out]):
    """What is done with each item; `close` is called at the end in each process that did some.

    `ahead` is told of items that come next, so that they can be prepared together.
    """

    def __call__(self, item: _Item_in, /) -> _Done_out: ...
    def ahead(self, items: Sequence[_Item_in], /) -> None: ...
    def close(self) -> None: ...


def start_method() -> str:
    """How processes begin here: by `fork`, where that is safe, they have all that is loaded.

    macOS and Windows start anew (`spawn`), and so does a program that runs several threads.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1
    return "fork" if alone else "spawn"


def in_order(
    work: Work[_Item, _Done],
    items: Sequence[_Item],
    jobs: int,
    *,
    lost: Callable[[_Item, str], _Done],
    here: Callable[[_Item], bool] = lambda item: False,
    method: str | None = None,
) -> Iterator[_Done]:
    """What `work` makes of each item, in order, by up to `jobs` processes.

    `work`, items and results are pickled. `lost` makes the result of an item whose process ended
    suddenly, from the item and how it ended. Items that are `here` are done in this process. An
    exception in `work` ends the process that it happens in. All processes have ended when this has,
    however it ends.
    """
    pool = _Pool(work, items, min(jobs, MOST), lost, here, method or start_method())
    finished = False
    try:
        yield from pool.run()
        finished = True
    finally:
        pool.stop(at_once=not finished)


class _Worker:
    """One process: the end of its pipe that is ours, and the numbers of its items."""

    def __init__(self, process: Any, pipe: Connection) -> None:
        self.process = process
        self.pipe = pipe
        self.queue: deque[int] = deque()
        self.ready = False
        self.preparing = False


class _Pool(Generic[_Item, _Done]):
    def __init__(
        self,
        work: Work[_Item, _Done],
        items: Sequence[_Item],
        jobs: int,
        lost: Callable[[_Item, str], _Done],
        here: Callable[[_Item], bool],
        method: str,
    ) -> None:
        self._work, self._items, self._jobs = work, items, jobs
        self._lost, self._here, self._method = lost, here, method
        self._context: Any = get_context(method)
        self._workers: list[_Worker] = []
        self._again: deque[int] = deque()  # given to a process that did not come to them
        self._fresh = 0  # the first item that was given to none
        self._done: dict[int, _Done] = {}
        self._failing = False  # whether processes cannot be started here
        self._careful = False  # whether items are to be done one by one

    def run(self) -> Iterator[_Done]:
        for at, item in enumerate(self._items):
            if self._here(item):
                yield self._work(item)
                continue
            while at not in self._done:
                self._feed(at + _AHEAD * self._jobs)
                if not self._workers:  # none can be started: this process does it
                    self._again = deque(number for number in self._again if number != at)
                    self._fresh = max(self._fresh, at + 1)
                    self._done[at] = self._work(item)
                else:
                    for pipe in wait([worker.pipe for worker in self._workers]):
                        self._hear(next(w for w in self._workers if w.pipe is pipe))
            yield self._done.pop(at)

    def stop(self, at_once: bool) -> None:
        for worker in self._workers:
            worker.pipe.close()  # a process that waits for more ends with this
            if at_once:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(_PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers = []

    # -- giving out ----------------------------------------------------------------------------

    def _feed(self, limit: int) -> None:
        """Give every process what it has room for, of the items before `limit`."""
        for room in range(_QUEUE):
            for worker in self._workers:
                if len(worker.queue) == room and (number := self._take(limit)) is not None:
                    self._give(worker, number)
        while len(self._workers) < self._jobs and not self._failing:
            if (number := self._take(limit)) is None:
                return
            started = self._start()
            if started is None:
                self._again.appendleft(number)
                return
            self._give(started, number)

    def _take(self, limit: int) -> int | None:
        if self._again:
            return self._again.popleft()
        while self._fresh < min(limit, len(self._items)):
            self._fresh += 1
            if not self._here(self._items[self._fresh - 1]):
                return self._fresh - 1
        return None

    def _give(self, worker: _Worker, number: int) -> None:
        worker.queue.append(number)
        with suppress(OSError):  # it has ended, which is heard when its turn comes
            worker.pipe.send((number, self._items[number]))

    def _start(self) -> _Worker | None:
        ours, theirs = self._context.Pipe()
        # A forked process has our ends of all pipes too, and would keep them open.
        inherited = [worker.pipe for worker in self._workers] + [ours]
        together = 1 if self._careful else _TOGETHER
        arguments = (self._work, theirs, inherited if self._method == "fork" else [], together)
        process = self._context.Process(target=_serve, args=arguments, daemon=True)
        try:
            with _interrupt_ignored():
                process.start()
        except OSError:  # the system has no room for another
            self._failing = True
            ours.close()
            return None
        finally:
            theirs.close()
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]

    # -- hearing back --------------------------------------------------------------------------

    def _hear(self, worker: _Worker) -> None:
        try:
            number, result = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if number == _READY:
            worker.ready = True
        elif number == _PREPARING:
            worker.preparing = result
        else:
            worker.queue.remove(number)
            self._done[number] = result

    def _bury(self, worker: _Worker) -> None:
        """The process ended: what it was at is lost, what it had not come to is done by others."""
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join(_PATIENCE)
        if not worker.ready:  # it did not even begin, so that none would
            self._failing = True
        elif worker.preparing:  # nobody knows for which item
            self._careful = True
        elif worker.queue:
            number = worker.queue.popleft()
            self._done[number] = self._lost(self._items[number], _end(worker.process.exitcode))
        self._again.extendleft(reversed(worker.queue))


def _serve(
    work: Work[Any, Any], pipe: Connection, inherited: list[Connection], together: int
) -> None:
    """What a process does: items from the pipe, results into it, until the pipe is closed."""
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that began it all ends us
    with suppress(EOFError, OSError):
        pipe.send((_READY, None))
        while True:
            some = [pipe.recv()]
            while len(some) < together and pipe.poll():
                some.append(pipe.recv())
            if len(some) > 1:
                pipe.send((_PREPARING, True))
                work.ahead([item for _, item in some])
                pipe.send((_PREPARING, False))
            for number, item in some:
                pipe.send((number, work(item)))
    work.close()


@contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """So that Ctrl-C means nothing to a process from its first moment on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"ended by {signal.Signals(-code).name}"
    return f"ended with {code}"
