"""A worker process: gets jobs on standard input, one at a time, and answers on standard output.

Frames are a length and a pickle; only the service's own process speaks them. The worker ends when
its input ends. It leaves signals to the service, which lets a job finish or kills the worker.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO

from healthlint.errors import HealthlintError
from healthlint.server.catalogue import catalogue
from healthlint.server.frames import HEAD, Answer, Hello, Job, Load, Take, frame
from healthlint.server.problem import MEDIA_TYPE as PROBLEM_TYPE
from healthlint.server.problem import Problem
from healthlint.server.work import Loaded, answer, load_rules

#: Seconds between two times that freshly compiled patterns are kept for later starts.
_KEEP_EVERY = 30.0
_WARM = b"Ketamine is a safe and effective cure for depression. 90% of patients recover fully."


def main() -> None:
    """The process: a first frame, then jobs until the input ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    source = sys.stdin.buffer
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get between the frames
    first = _read(source)
    if not isinstance(first, (Load, Take)):
        return
    loaded, hello = _start(first)
    _write(sink, hello)
    if loaded is None:
        return
    kept = time.monotonic()
    while isinstance(job := _read(source), Job):
        _write(sink, _safely(job, loaded))
        if time.monotonic() - kept > _KEEP_EVERY:
            loaded.matcher.keep()
            kept = time.monotonic()
    loaded.matcher.keep()


def _start(first: Load | Take) -> tuple[Loaded | None, Hello]:
    if isinstance(first, Take):
        taken: Loaded = pickle.loads(first.loaded)
        _warm(taken)
        return taken, Hello()
    try:
        loaded = load_rules(first.config)
    except HealthlintError as error:
        return None, Hello(str(error))
    _warm(loaded)
    loaded.matcher.keep()
    return loaded, Hello(
        None,
        pickle.dumps(loaded, pickle.HIGHEST_PROTOCOL),
        tuple(catalogue(loaded.rulebook)),
        loaded.rulebook.digest,
        loaded.configs.plan("").settings.profile,
    )


def _warm(loaded: Loaded) -> None:
    """Checks something, so that the first request does not wait for imports and patterns."""
    _safely(Job("check", "text/plain", "", (), _WARM), loaded)


def _safely(job: Job, loaded: Loaded) -> Answer:
    try:
        return answer(job, loaded)
    except Exception as error:  # a fault of ours must cost this one request only
        if os.environ.get("HEALTHLINT_DEBUG"):
            import traceback

            traceback.print_exc()
        else:  # the message of an error may hold the text that was checked: it is not told
            trace, where = error.__traceback__, ""
            while trace:
                where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
                trace = trace.tb_next
            print(f"healthlint: fault: {type(error).__name__} at {where}", file=sys.stderr)
        problem = Problem(
            "fault", "The text could not be checked. The service's log says where it failed."
        )
        return Answer(problem.status, PROBLEM_TYPE, problem.body())


def _read(source: BinaryIO) -> object:
    """The next frame; None at the end of the input."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (size,) = HEAD.unpack(head)
    data = source.read(size)
    return pickle.loads(data) if len(data) == size else None


def _write(sink: BinaryIO, value: object) -> None:
    try:
        sink.write(frame(value))
        sink.flush()
    except BrokenPipeError:
        os._exit(0)  # the service is gone


if __name__ == "__main__":
    main()
