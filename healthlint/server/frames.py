"""What goes between the service and its workers: frames of a length and a pickle.

Only processes of the service speak them, over pipes that nobody else holds.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from pathlib import Path

HEAD = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Job:
    """A request as it came: `what` is `check` or `fix`; media type, charset, query and body."""

    what: str
    media: str
    charset: str
    query: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker makes of a job: an HTTP status, a body, and counts for the metrics."""

    status: int
    media: str
    body: bytes
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """First frame: read the rules, and the configuration if there is one."""

    config: Path | None


@dataclass(frozen=True, slots=True)
class Take:
    """First frame: take the rules that another worker has read (a pickled `Loaded`)."""

    loaded: bytes


@dataclass(frozen=True, slots=True)
class Hello:
    """The worker's first frame. `error` is a line that says why there are no rules.

    The rest is there after a `Load` only: `loaded` for other workers, `rules`, the whole catalogue,
    the rulebook's `digest` and the `profile` that holds where a request names none.
    """

    error: str | None = None
    loaded: bytes = b""
    rules: tuple[dict[str, object], ...] = ()
    digest: str = ""
    profile: str = ""


def frame(value: object) -> bytes:
    """A value as it goes over the pipe."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(data)) + data
