"""Annotations in GitHub Actions: workflow commands, then one line for the log.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from healthlint.finding import Finding, Result
from healthlint.output import Look, Tally
from healthlint.output.common import advised, count, shown_path

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """One command for each finding and for each draft that could not be checked."""
    tally = Tally()
    for result in results:
        tally.add(result)
        file = shown_path(result.path)
        if result.error is not None:
            yield _command("error", result.error, file=file, title="healthlint: not checked")
        for finding in result.findings:
            title = f"{finding.rule} {finding.name}"
            command = _COMMANDS[finding.severity]
            yield _command(command, advised(finding), file=file, **_place(finding), title=title)
    found = ", ".join(count(n, severity) for severity, n in tally.severities.items())
    yield f"healthlint: {count(tally.files - tally.failed, 'draft')} checked: {found}\n"


def _place(finding: Finding) -> dict[str, int]:
    """Lines and, where both are the same, columns: GitHub takes columns on one line only."""
    place = {"line": finding.start.line, "endLine": finding.end.line}
    if finding.start.line == finding.end.line:
        place |= {"col": finding.start.column, "endColumn": finding.end.column}
    return place


def _command(command: str, message: str, **properties: object) -> str:
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{command} {said}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
