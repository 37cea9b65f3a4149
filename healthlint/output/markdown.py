"""A summary in Markdown, for a comment on a pull request or a job's page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from healthlint.finding import Finding, Result
from healthlint.output import Look, Tally
from healthlint.output.common import advice, count, shown_path, uri

#: GitHub takes comments of 65 536 characters; what does not fit is counted.
MOST = 60_000
_MARKS = {"error": "🛑", "warning": "⚠️", "info": "ℹ️"}
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~&$]")
_PINGS = re.compile(r"(?<!\w)([@#])(?=\w)")


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """A table of drafts with counts, then a table of findings for each draft."""
    tally = Tally()
    kept = []
    for result in results:
        tally.add(result)
        kept.append(result._replace(source=""))
    found = [count(n, severity) for severity, n in tally.severities.items() if n]
    drafts = count(tally.files - tally.failed, "draft")
    pieces = [f"## healthlint: {', '.join(found) or 'no findings'} in {drafts}\n"]
    if tally.findings or tally.failed:
        pieces.append("\n| Draft | Errors | Warnings | Info |\n| --- | ---: | ---: | ---: |\n")
        pieces += [_row(result, look) for result in kept if result.findings or result.error]
    left = MOST - sum(map(len, pieces))
    yield from pieces
    unsaid = 0
    for result in kept:
        if not result.findings:
            continue
        head = (
            f"\n### {_link(shown_path(result.path), _address(result.path, look))}\n\n"
            "| Line | Rule | What to change |\n| ---: | --- | --- |\n"
        )
        for finding in result.findings:
            row = _finding(finding, result, look)
            left -= len(head) + len(row)
            if left < 0:
                unsaid += 1
            else:
                yield head + row
                head = ""
    if unsaid:
        yield f"\n… and {count(unsaid, 'finding')} more than fit here.\n"
    if tally.suppressed:
        yield f"\n{count(tally.suppressed, 'finding')} suppressed.\n"


def _row(result: Result, look: Look) -> str:
    draft = _link(shown_path(result.path), _address(result.path, look))
    if result.error is not None:
        return f"| {draft}: not checked: {_text(result.error)} | | | |\n"
    numbers = [sum(f.severity == s for f in result.findings) for s in ("error", "warning", "info")]
    return f"| {draft} | {' | '.join(map(str, numbers))} |\n"


def _finding(finding: Finding, result: Result, look: Look) -> str:
    first, last = finding.start.line, finding.end.line
    anchor = f"#L{first}" + (f"-L{last}" if last > first else "")
    line = _link(str(first), _address(result.path, look) + anchor)
    rule = f"{_MARKS[finding.severity]} {finding.severity} {finding.rule} {_text(finding.name)}"
    said = "<br>".join(
        [_text(finding.message), *(f"**Write:** {_text(text)}" for text in advice(finding))]
    )
    return f"| {line} | {rule} | {said} |\n"


def _address(path: str, look: Look) -> str:
    address = uri(path)
    return address if address.startswith("file:") else look.base + address


def _link(text: str, address: str) -> str:
    return f"[{_text(text)}]({address})"


def _text(text: str) -> str:
    """Text that Markdown shows as it is, on one line, and that calls nobody by name."""
    plain = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _PINGS.sub(r"\1<!-- -->", plain)
