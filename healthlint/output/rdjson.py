"""Reviewdog's diagnostic format (`rdjson`): columns in bytes of UTF-8, fixes as suggestions.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from healthlint.finding import Finding, Position, Result
from healthlint.output import Look
from healthlint.output.common import advised, shown_path, utf8_column


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """One diagnostic a line, as results come."""
    yield '{"source": {"name": "healthlint"},\n "diagnostics": ['
    comma = ""
    for result in results:
        for diagnostic in _diagnostics(result, look):
            yield f"{comma}\n  {json.dumps(diagnostic, ensure_ascii=False)}"
            comma = ","
    yield "]}\n"


def _diagnostics(result: Result, look: Look) -> Iterator[dict[str, Any]]:
    path = shown_path(result.path)
    if result.error is not None:
        message = f"This draft could not be checked: {result.error}"
        yield {"message": message, "location": {"path": path}, "severity": "ERROR"}
    for finding in result.findings:
        place = {
            "start": _position(result.source, finding.start),
            "end": _position(result.source, finding.end),
        }
        diagnostic: dict[str, Any] = {
            "message": advised(finding),
            "location": {"path": path, "range": place},
            "severity": finding.severity.upper(),
            "code": _code(finding, look),
        }
        if finding.fix is not None:
            diagnostic["suggestions"] = [{"range": place, "text": finding.fix.text}]
        yield diagnostic


def _position(source: str, position: Position) -> dict[str, int]:
    return {"line": position.line, "column": utf8_column(source, position)}


def _code(finding: Finding, look: Look) -> dict[str, str]:
    known = (look.authorities.get(name) for name in finding.authority)
    address = next((one.url for one in known if one is not None and one.url), None)
    return {"value": finding.rule, **({"url": address} if address else {})}
