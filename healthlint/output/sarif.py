"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from healthlint import __version__
from healthlint.finding import Finding, Result
from healthlint.output import Look
from healthlint.output.common import advised, uri, utf16_column

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
# In a message `{0}` is a placeholder and `[text](target)` a link.
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """The whole log in one piece: which rules it describes is known only at the end."""
    rules: dict[str, int] = {}
    descriptors: list[dict[str, Any]] = []
    artifacts: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    failed = False
    for result in results:
        artifact = {**_location(result.path), "index": len(artifacts)}
        artifacts.append({"location": _location(result.path), "roles": ["analysisTarget"]})
        if result.error is not None:
            failed = True
            notifications.append(_notification(artifact, "error", result.error))
        notifications += [_notification(artifact, "warning", text) for text in result.notices]
        for finding in result.findings:
            if finding.rule not in rules:
                rules[finding.rule] = len(rules)
                descriptors.append(_descriptor(finding, look))
            found.append(_result(finding, rules[finding.rule], artifact, result.source))
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "healthlint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": descriptors,
                "properties": {"profile": look.profile},
            }
        },
        "invocations": [
            {"executionSuccessful": not failed, "toolExecutionNotifications": notifications}
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "Where healthlint was run."}}},
        "artifacts": artifacts,
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": found,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _location(path: str) -> dict[str, Any]:
    address = uri(path)
    return {"uri": address} if address.startswith("file:") else {"uri": address, "uriBaseId": ROOT}


def _notification(artifact: dict[str, Any], level: str, text: str) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": _message(text)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact}}],
    }


def _result(
    finding: Finding, index: int, artifact: dict[str, Any], source: str
) -> dict[str, Any]:
    region = {
        "startLine": finding.start.line,
        "startColumn": utf16_column(source, finding.start),
        "endLine": finding.end.line,
        "endColumn": utf16_column(source, finding.end),
    }
    place = {"artifactLocation": artifact, "region": {**region, "snippet": {"text": finding.text}}}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(advised(finding))},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"healthlint/v1": finding.fingerprint},
        "properties": {"category": finding.category, "authority": list(finding.authority)},
    }
    if finding.fix is not None:
        asks = "changes no claim" if finding.fix.safe else "read it in place before you keep it"
        replacement = {"deletedRegion": region, "insertedContent": {"text": finding.fix.text}}
        change = {"artifactLocation": artifact, "replacements": [replacement]}
        description = f"Write “{finding.fix.text}” ({asks})."
        result["fixes"] = [
            {"description": {"text": _message(description)}, "artifactChanges": [change]}
        ]
    return result


def _descriptor(finding: Finding, look: Look) -> dict[str, Any]:
    """What the rulebook tells of a finding's rule; without one, what the finding itself tells."""
    rule = look.rules.get(finding.rule)
    authority = rule.authority if rule else finding.authority
    known = [look.authorities[name] for name in authority if name in look.authorities]
    title = finding.name.replace("-", " ").capitalize()
    why = " ".join(rule.why.split()) if rule else title + "."
    plain, marked = [why], [why]
    for one in known:
        says = " ".join(one.says.split())
        plain.append(f"{one.title} ({one.issuer}, {one.year}): {says} {one.url}")
        marked.append(f"[{one.title}]({one.url}) ({one.issuer}, {one.year}): {says}")
    descriptor: dict[str, Any] = {
        "id": finding.rule,
        "name": finding.name,
        "shortDescription": {"text": f"{title} ({finding.category})"},
        "fullDescription": {"text": why},
        "help": {"text": "\n\n".join(plain), "markdown": "\n\n".join(marked)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity if rule else finding.severity]},
        "properties": {"tags": [finding.category]},
    }
    if known:
        descriptor["helpUri"] = known[0].url
    return descriptor


def _message(text: str) -> str:
    return _LINK.sub(r"\\[", _PLACEHOLDER.sub(r"{{\1}}", text))
