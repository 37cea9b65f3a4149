"""Counts by rule, by category and by draft, for `--statistics`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from healthlint.finding import SEVERITIES, Finding, Result
from healthlint.output import Look, Tally
from healthlint.output.cells import shown, width
from healthlint.output.common import count, shown_path

_COLUMNS = tuple(reversed(SEVERITIES))
_Counts = dict[str, dict[str, int]]


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """Three tables, the most frequent first, and a line with the totals."""
    tally = Tally()
    tables: dict[str, _Counts] = {"Rule": {}, "Category": {}, "Draft": {}}
    for result in results:
        tally.add(result)
        for finding in result.findings:
            _add(tables["Rule"], f"{finding.rule} {finding.name}", finding)
            _add(tables["Category"], finding.category, finding)
            _add(tables["Draft"], shown_path(result.path), finding)
    for head, counts in tables.items():
        if counts:
            yield from _table(head, counts)
            yield "\n"
    found = ", ".join(count(n, severity) for severity, n in tally.severities.items())
    total = f"{count(tally.files - tally.failed, 'draft')} checked: {found}"
    failed = f"; {count(tally.failed, 'draft')} could not be checked" if tally.failed else ""
    yield f"{total}; {tally.suppressed} suppressed{failed}.\n"


def _add(counts: _Counts, name: str, finding: Finding) -> None:
    counts.setdefault(name, dict.fromkeys(_COLUMNS, 0))[finding.severity] += 1


def _table(head: str, counts: _Counts) -> Iterator[str]:
    rows = sorted(counts.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    names = ["".join(char for char, _ in shown(name)) for name, _ in rows]
    room = max(map(width, [head, *names]))
    yield f"{head:<{room}}  {'all':>6}" + "".join(f"  {name:>7}" for name in _COLUMNS) + "\n"
    for name, (_, row) in zip(names, rows, strict=True):
        blanks = " " * (room - width(name))
        numbers = "".join(f"  {number:>7}" for number in row.values())
        yield f"{name}{blanks}  {sum(row.values()):>6}{numbers}\n"
