"""A GitLab code quality report: https://docs.gitlab.com/ci/testing/code_quality/"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from healthlint.finding import Result
from healthlint.output import Look
from healthlint.output.common import advised, shown_path

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """An array with one issue for each finding and for each draft that could not be checked."""
    yield "["
    seen: dict[str, int] = {}
    comma = ""
    for issue in _issues(results):
        key = issue["fingerprint"]
        times = seen[key] = seen.get(key, 0) + 1
        issue["fingerprint"] = _hash(key, str(times))  # GitLab shows only the first of two alike
        yield f"{comma}\n {json.dumps(issue, ensure_ascii=False)}"
        comma = ","
    yield "\n]\n"


def _issues(results: Iterable[Result]) -> Iterator[dict[str, Any]]:
    for result in results:
        path = shown_path(result.path)
        if result.error is not None:
            message = f"This draft could not be checked: {result.error}"
            yield _issue(message, "unreadable-draft", path, "blocker", path, 1, 1)
        for finding in result.findings:
            yield _issue(
                advised(finding),
                finding.rule,
                f"{path}\0{finding.rule}\0{finding.fingerprint}",
                _SEVERITIES[finding.severity],
                path,
                finding.start.line,
                finding.end.line,
            )


def _issue(
    text: str, check: str, fingerprint: str, severity: str, path: str, begin: int, end: int
) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": begin, "end": end}},
    }


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:32]
