"""A bounded pool of worker processes for checks.

Processes and not threads, for three reasons that were measured: a thread cannot be stopped when a
text takes too long, a check in a thread delays every other request (the interpreter lock), and two
threads check no more than one. A process can be killed, and gives back all it held.

All workers of one generation hold the very same rules: the first reads them, the others, also those
that take the place of a killed one later, get its copy. A reload is a new generation.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import pickle
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from healthlint.errors import ConfigError
from healthlint.server.frames import HEAD, Answer, Hello, Job, Load, Take, frame
from healthlint.server.problem import Problem

#: How many requests may wait for each worker.
WAITING_EACH = 8
#: Seconds that a cancelled check may still take before its worker is killed.
GRACE = 1.0
#: Seconds before another try to start a worker that would not start.
_RETRY = 2.0
_MAIN = "import sys; sys.path[:] = {path!r}; from healthlint.server.worker import main; main()"

log = logging.getLogger("healthlint.server")


@dataclass(frozen=True)
class Generation:
    """The rules that workers have in common, and what the service tells of them."""

    number: int
    loaded: bytes
    rules: tuple[dict[str, Any], ...]
    digest: str
    profile: str


class Gone(Exception):
    """A worker ended when it should have answered."""


class Worker:
    """One process. It has one job at a time."""

    def __init__(self, process: asyncio.subprocess.Process, generation: int) -> None:
        self._process = process
        self.generation = generation

    @classmethod
    async def start(cls, first: Load | Take, generation: int) -> tuple[Worker, Hello]:
        """A worker that has its rules, or a hello that says why not. Raises `Gone`."""
        environment = {k: v for k, v in os.environ.items() if k != "HEALTHLINT_TOKEN"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _MAIN.format(path=sys.path),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment,
        )  # fmt: skip
        worker = cls(process, generation)
        try:
            hello = await worker._say(first)
        except BaseException:
            worker.kill()
            await process.wait()
            raise
        assert isinstance(hello, Hello)
        return worker, hello

    async def ask(self, job: Job) -> Answer:
        """The answer to a job. Raises `Gone`."""
        answer = await self._say(job)
        assert isinstance(answer, Answer)
        return answer

    async def _say(self, value: object) -> object:
        writer, reader = self._process.stdin, self._process.stdout
        assert writer is not None and reader is not None
        try:
            writer.write(frame(value))
            await writer.drain()
            (size,) = HEAD.unpack(await reader.readexactly(HEAD.size))
            return pickle.loads(await reader.readexactly(size))
        except (OSError, asyncio.IncompleteReadError):
            raise Gone from None

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def retire(self) -> None:
        """Let it end by itself; it has no job."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def ended(self, patience: float) -> None:
        """Wait until it has ended; it is killed when it takes too long."""
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except asyncio.TimeoutError:
            self.kill()
            await self._process.wait()


class Pool:
    """`size` workers, a line of requests for them, and the rules they hold."""

    def __init__(self, size: int, config: Path | None, time_limit: float) -> None:
        self.size = size
        self.time_limit = time_limit
        self.generation: Generation | None = None
        self._config = config
        self._free: list[Worker] = []
        self._all: set[Worker] = set()
        self._line: deque[asyncio.Future[Worker]] = deque()
        self._background: set[asyncio.Task[None]] = set()
        self._reloading = asyncio.Lock()
        self._closing = False
        self._usual = 0.2  # seconds that a check takes, as a moving mean

    # -- life ------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Read the rules and start all workers. Raises `ConfigError` if there can be no rules."""
        await self._new_generation()

    async def reload(self) -> bool:
        """Read the rules again. Wrong ones leave everything as it is, with a line in the log."""
        async with self._reloading:
            try:
                await self._new_generation()
            except ConfigError as error:
                log.error("the rules were not reloaded, the old ones stay: %s", error)
                return False
            assert self.generation is not None
            log.info("rules reloaded: %d rules", len(self.generation.rules))
            return True

    async def close(self) -> None:
        """Take no more work and end all workers."""
        self._closing = True
        for waiting in self._line:
            if not waiting.done():
                waiting.set_exception(Problem("unavailable", "The service is shutting down."))
        for task in tuple(self._background):
            task.cancel()
        for worker in self._all:
            worker.retire()
        await asyncio.gather(*(worker.ended(2.0) for worker in tuple(self._all)))

    @property
    def healthy(self) -> bool:
        """Whether there is a worker to do anything."""
        return bool(self._all) and not self._closing

    @property
    def waiting(self) -> int:
        """How many requests stand in line."""
        return sum(not one.done() for one in self._line)

    async def _new_generation(self) -> None:
        number = self.generation.number + 1 if self.generation else 1
        try:
            first, hello = await Worker.start(Load(self._config), number)
        except (Gone, OSError):
            raise ConfigError("a worker process ended while it read the rules") from None
        if hello.error is not None:
            await first.ended(2.0)
            raise ConfigError(hello.error)
        fresh = [first]
        try:
            for _ in range(self.size - 1):
                fresh.append((await Worker.start(Take(hello.loaded), number))[0])
        except (Gone, OSError):
            for worker in fresh:
                worker.kill()
                await worker.ended(2.0)
            raise ConfigError("a worker process ended while it took over the rules") from None
        self.generation = Generation(
            number, hello.loaded, hello.rules, hello.digest, hello.profile
        )
        old, self._free = self._free, []
        for worker in old:
            self._retire(worker)
        self._all.update(fresh)
        for worker in fresh:
            self._give(worker)

    # -- work ------------------------------------------------------------------------------------

    async def run(self, job: Job) -> Answer:
        """The answer to a job. Raises `Problem`: busy, time-limit, unavailable or fault.

        The time limit counts from here, waiting included. When the caller is cancelled its place is
        free at once: in the line as on a worker, which is killed unless it is soon done.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self.time_limit
        worker = await self._worker(end)
        began = loop.time()
        asking = asyncio.ensure_future(worker.ask(job))
        try:
            await asyncio.wait({asking}, timeout=max(end - loop.time(), 0))
        except asyncio.CancelledError:
            self._spawn(self._let_finish(worker, asking))
            raise
        if not asking.done():
            self._replace(worker)
            asking.cancel()
            raise self._too_long()
        try:
            answer = asking.result()
        except Gone:
            self._replace(worker)
            log.error("a worker process ended in the middle of a check")
            raise Problem("fault", "The process that checked the text ended. Try again.") from None
        self._usual += 0.1 * (loop.time() - began - self._usual)
        self._give(worker)
        return answer

    async def _worker(self, end: float) -> Worker:
        if self._closing:
            raise Problem("unavailable", "The service is shutting down.")
        if self._free:
            return self._free.pop()
        waiting = self.waiting
        if waiting >= WAITING_EACH * self.size:
            after = min(max(math.ceil(waiting * self._usual / self.size), 1), 60)
            raise Problem(
                "busy",
                f"{waiting} requests are waiting already. Try again in {after} s.",
                headers={"Retry-After": str(after)},
            )
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Worker] = loop.create_future()
        self._line.append(place)
        timer = loop.call_at(end, _give_up, place, self._too_long())
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._give(place.result())  # it came in the moment of cancelling
            raise
        finally:
            timer.cancel()

    def _give(self, worker: Worker) -> None:
        """A worker without a job: to whoever waits longest."""
        current = self.generation
        if self._closing or current is None or worker.generation != current.number:
            self._retire(worker)
            return
        while self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(worker)
                return
        self._free.append(worker)

    async def _let_finish(self, worker: Worker, asking: asyncio.Future[Answer]) -> None:
        await asyncio.wait({asking}, timeout=GRACE)
        if asking.done() and not asking.cancelled() and asking.exception() is None:
            self._give(worker)
        else:
            asking.cancel()
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        """Kill a worker and start another in its place."""
        worker.kill()
        self._all.discard(worker)
        if not self._closing and self.generation and worker.generation == self.generation.number:
            self._spawn(self._another(self.generation))

    async def _another(self, generation: Generation) -> None:
        while not self._closing and self.generation is generation:
            try:
                worker, _ = await Worker.start(Take(generation.loaded), generation.number)
            except (Gone, OSError):
                log.error("a worker process could not be started; trying again")
                await asyncio.sleep(_RETRY)
                continue
            self._all.add(worker)
            self._give(worker)
            return

    def _retire(self, worker: Worker) -> None:
        worker.retire()
        self._spawn(self._see_off(worker))

    async def _see_off(self, worker: Worker) -> None:
        await worker.ended(5.0)
        self._all.discard(worker)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _too_long(self) -> Problem:
        return Problem(
            "time-limit",
            f"The text was not checked within {self.time_limit:g} s. Send less at once, or try "
            "again when the service is less busy.",
        )


def _give_up(place: asyncio.Future[Worker], problem: Problem) -> None:
    if not place.done():
        place.set_exception(problem)
