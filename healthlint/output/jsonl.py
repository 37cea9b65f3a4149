"""JSON Lines: a `run` line, one `finding` or `error` line each, and a `summary` line.

A finding has the same keys as in the JSON report (`report.schema.json`), with `type` and `path`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from healthlint import __version__
from healthlint.finding import Result
from healthlint.output import Look, Tally
from healthlint.output.json import VERSION, entry


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """One line at a time, as results come."""
    tool = {"name": "healthlint", "version": __version__, "profile": look.profile}
    yield _line("run", version=VERSION, tool=tool)
    tally = Tally()
    for result in results:
        tally.add(result)
        draft = entry(result)
        if result.error is not None:
            yield _line("error", path=result.path, error=result.error)
        for finding in draft["findings"]:
            yield _line("finding", path=result.path, **finding)
    yield _line("summary", files=tally.files, **tally.severities, suppressed=tally.suppressed)


def _line(type: str, **values: object) -> str:
    return json.dumps({"type": type, **values}, ensure_ascii=False) + "\n"
