"""Checkstyle XML, as its XMLLogger writes it, for the many programs that read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from healthlint import __version__
from healthlint.finding import Result
from healthlint.output import Look
from healthlint.output.common import advised, shown_path, tag


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """One file at a time, as results come; columns count code points."""
    head = tag("checkstyle", version=f"healthlint-{__version__}")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{head}>\n'
    for result in results:
        yield f"<{tag('file', name=shown_path(result.path))}>\n"
        if result.error is not None:
            yield _error(1, 1, "error", result.error, "healthlint.draft.unreadable")
        for finding in result.findings:
            source = f"healthlint.{finding.category}.{finding.rule}"
            place = finding.start.line, finding.start.column
            yield _error(*place, finding.severity, advised(finding), source)
        yield "</file>\n"
    yield "</checkstyle>\n"


def _error(line: int, column: int, severity: str, message: str, source: str) -> str:
    error = tag(
        "error", line=line, column=column, severity=severity, message=message, source=source
    )
    return f"  <{error}/>\n"
