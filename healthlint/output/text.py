"""The report that people read: place, severity, rule, message, source line with carets, advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from healthlint.finding import Finding, Result
from healthlint.output import Look, Tally
from healthlint.output.cells import cut, shown, wrap

_STYLES = {"error": "1;31", "warning": "1;33", "info": "1;36", "place": "1", "dim": "2"}
_NARROWEST = 40


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """One piece a finding and one line at the end; with `look.quiet` one line a finding only."""
    tally = Tally()
    first = ""
    for result in results:
        tally.add(result)
        lines = None if look.quiet else _lines(result.source)
        for finding in result.findings:
            first = first or finding.rule
            if lines is None:
                yield _line(result.path, finding) + "\n"
            else:
                yield _block(result.path, finding, lines, look) + "\n\n"
    if not look.quiet:
        yield _summary(tally, first) + "\n"


def _line(path: str, finding: Finding) -> str:
    where = f"{_safe(path)}:{finding.start.line}:{finding.start.column}"
    message = _safe(" ".join(finding.message.split()))
    return f"{where}: {finding.severity} {finding.rule} {finding.name}: {message}"


def _block(path: str, finding: Finding, lines: list[str], look: Look) -> str:
    def paint(text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if look.color else text

    room = max(look.width, _NARROWEST)
    severity = finding.severity
    where = paint(f"{_safe(path)}:{finding.start.line}:{finding.start.column}", "place")
    out = [f"{where}: {paint(severity, severity)} {finding.rule} {finding.name}"]
    out += [f"  {line}" for line in wrap(_safe(finding.message), room - 2)]
    number = str(finding.start.line)
    blank = " " * len(number)
    text, carets = _source(finding, lines, room - len(number) - 5)
    bar = paint("|", "dim")
    out.append(f"  {blank} {bar}")
    out.append(f"  {paint(number, 'dim')} {bar} {text}".rstrip())
    marks = carets.lstrip()
    indent = " " * (len(carets) - len(marks))
    out.append(f"  {blank} {bar} {indent}{paint(marks, severity)}")
    for advice in finding.suggestions or ((finding.fix.text,) if finding.fix else ()):
        head, *rest = wrap(_safe(advice), room - len(blank) - 12)
        out.append(f"  {blank} = write: {head}")
        out += [f"  {blank}          {line}" for line in rest]
    return "\n".join(out)


def _source(finding: Finding, lines: list[str], room: int) -> tuple[str, str]:
    """The finding's first line and its carets; "…" stands for the lines that follow."""
    line = lines[finding.start.line - 1] if finding.start.line <= len(lines) else ""
    start = finding.start.column - 1
    if finding.end.line == finding.start.line:
        return cut(line, start, finding.end.column - 1, room)
    text, carets = cut(line.rstrip(), start, len(line.rstrip()), room - 2)
    return (text if text.endswith("…") else f"{text} …"), carets


def _lines(source: str) -> list[str]:
    return re.split(r"\r\n?|\n", source)


def _safe(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return text if text.isprintable() else "".join(char for char, _ in shown(text))


def _summary(tally: Tally, first: str) -> str:
    drafts = _count(tally.files - tally.failed, "draft")
    if tally.findings:
        counts = [_count(n, severity) for severity, n in tally.severities.items() if n]
        said = f"{drafts} checked: {', '.join(counts)}"
    else:
        nothing = tally.failed and tally.failed == tally.files
        said = "nothing was checked" if nothing else f"{drafts} checked: no findings"
    if tally.suppressed:
        said += f"; {tally.suppressed} suppressed"
    if tally.failed:
        said += f"; {_count(tally.failed, 'draft')} could not be checked"
    if first:
        said += f". Why and what to do: healthlint explain {first}"
    return said + ("" if first else ".")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 or what == 'info' else 's'}"
