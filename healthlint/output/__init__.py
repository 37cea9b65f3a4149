"""Reports: one module a format, each with `render(results, look)` that yields pieces of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from healthlint.finding import SEVERITIES, Result

#: What `--format` offers; each is a module here.
FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look. `width` is in terminal cells; only some formats use each field."""

    profile: str = "us"
    width: int = 100
    color: bool = False
    quiet: bool = False


class Renderer(Protocol):
    """What a format's module offers."""

    def __call__(self, results: Iterable[Result], look: Look) -> Iterator[str]: ...


def renderer(name: str) -> Renderer:
    """The `render` of a format in `FORMATS`."""
    from importlib import import_module

    render: Renderer = import_module(f"healthlint.output.{name}").render
    return render


class Tally:
    """Counts results as they pass by."""

    def __init__(self) -> None:
        self.files = 0
        self.failed = 0
        self.suppressed = 0
        self.severities = dict.fromkeys(reversed(SEVERITIES), 0)

    def add(self, result: Result) -> None:
        """Count one result."""
        self.files += 1
        self.failed += result.error is not None
        self.suppressed += result.suppressed
        for finding in result.findings:
            self.severities[finding.severity] += 1

    @property
    def findings(self) -> int:
        """All findings, of whatever severity."""
        return sum(self.severities.values())
