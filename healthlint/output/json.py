"""The JSON report, version 1: the base of every other format. `report.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from healthlint import __version__
from healthlint.finding import Finding, Position, Result
from healthlint.output import Look, Tally

VERSION = 1


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """The report, one draft a line, written as results come."""
    head = {"name": "healthlint", "version": __version__, "profile": look.profile}
    yield f'{{"version": {VERSION}, "tool": {_dump(head)},\n "files": ['
    tally = Tally()
    for result in results:
        yield ("," if tally.files else "") + "\n  " + _dump(entry(result))
        tally.add(result)
    summary = {"files": tally.files, **tally.severities, "suppressed": tally.suppressed}
    yield f'],\n "summary": {_dump(summary)}}}\n'


def entry(result: Result) -> dict[str, Any]:
    """One member of `files`."""
    return {
        "path": result.path,
        "error": result.error,
        "findings": [finding_entry(finding) for finding in result.findings],
    }


def finding_entry(finding: Finding) -> dict[str, Any]:
    """One member of `findings`."""
    fix = finding.fix
    return {
        "rule": finding.rule,
        "name": finding.name,
        "category": finding.category,
        "severity": finding.severity,
        "start": _position(finding.start),
        "end": _position(finding.end),
        "text": finding.text,
        "message": finding.message,
        "suggestions": list(finding.suggestions),
        "fix": {"text": fix.text, "safe": fix.safe} if fix else None,
        "authority": list(finding.authority),
        "fingerprint": finding.fingerprint,
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column, "offset": position.offset}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
