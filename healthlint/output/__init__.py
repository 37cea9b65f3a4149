"""Reports: one module a format, each with `render(results, look)` that yields pieces of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from healthlint.finding import SEVERITIES, Result

if TYPE_CHECKING:
    from healthlint.rulebook.model import Rule, Rulebook
    from healthlint.rulebook.tables import Authority

#: What `--format` offers, and what each is for; each is a module here.
FORMATS = {
    "text": "for people, at a terminal",
    "json": "for programs; its schema is in the package",
    "jsonl": "JSON Lines: one finding a line",
    "sarif": "SARIF 2.1.0, for code scanning",
    "github": "annotations in GitHub Actions",
    "gitlab": "a GitLab code quality report",
    "junit": "JUnit XML, for test dashboards",
    "checkstyle": "Checkstyle XML",
    "rdjson": "Reviewdog's diagnostic format",
    "markdown": "a summary for a pull request",
    "html": "one page for a medical reviewer",
}


class _Fields(NamedTuple):
    profile: str = "us"
    width: int = 100
    color: bool = False
    quiet: bool = False
    rulebooks: tuple[Rulebook, ...] = ()
    formats: Mapping[str, str] = {}
    base: str = ""


class Look(_Fields):  # a named tuple itself has no place to keep what is worked out
    """How a report is to look; only some formats use each field.

    `width` is in terminal cells. `rulebooks` tell of the rules behind findings, and on whose
    authority they stand. `formats` names the reader of a path where its suffix does not. `base` is
    the address that the drafts' paths are relative to, such as a repository's at one commit.
    """

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Rule code -> rule."""
        return {rule.code: rule for book in self.rulebooks for rule in book.rules}

    @cached_property
    def authorities(self) -> Mapping[str, Authority]:
        """Authority id -> authority."""
        return {name: known for book in self.rulebooks for name, known in book.authorities.items()}


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
