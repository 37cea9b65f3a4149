"""The results as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

_TITLES = {
    "page": "One page of 8 KB, the program started anew",
    "folder": "The folder",
    "more-pages": "More pages",
    "more-rules": "More rules",
    "unused": "Rules whose words do not occur",
}


def render(results: dict[str, Any]) -> str:
    """Sections with a table each, for the parts that were measured."""
    machine, versions = results["machine"], results["versions"]
    lines = [
        f"Measured on {results['date']}: {machine['processor']}, {machine['cores']} cores, "
        f"Python {machine['python']}, {machine['system']}. Medians of at least {results['runs']} "
        "runs, with the least and the most; the commands took turns, after one run each that does "
        "not count. " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".",
    ]
    for part, rows in results["parts"].items():
        lines += ["", f"### {_TITLES[part]}", "", *_table(part, rows, results)]
    return "\n".join(lines) + "\n"


def _table(part: str, rows: list[dict[str, Any]], results: dict[str, Any]) -> Iterable[str]:
    if part == "folder":
        return _folder(rows, results)
    head = ["", "seconds", "least to most", "peak memory"]
    if part == "page":
        first, lowest = "above `import click`", _named(rows, "python -c 'import click'")
        more = [f"{1000 * (middle(row) - lowest):+.0f} ms" for row in rows]
    else:
        first = {"more-pages": "times the first", "more-rules": "share of all"}.get(part, "ratio")
        base = middle(rows[-1] if part == "more-rules" else rows[0])
        more = [f"{middle(row) / base:.2f}" for row in rows]
    cells = [[row["name"], *_figures(row), extra] for row, extra in zip(rows, more, strict=True)]
    return _grid([*head, first], cells)


def _folder(rows: list[dict[str, Any]], results: dict[str, Any]) -> Iterable[str]:
    most = max(row["pages"] for row in rows)
    own = for_all(_row(rows, "healthlint"), results, most)
    head = ["", "pages", "seconds", "least to most", "peak memory", f"all {most}", "healthlint is"]
    cells = []
    for row in rows:
        whole = for_all(row, results, most)
        ratio = whole / own
        said = f"{ratio:.1f}× faster" if ratio >= 1 else f"{1 / ratio:.1f}× slower"
        cells.append(
            [row["name"], str(row["pages"]), *_figures(row),
             f"{whole:.2f} s" if row["pages"] == most else f"≈ {whole:.0f} s",
             "" if row["name"].startswith("healthlint") else said]
        )  # fmt: skip
    yield from _grid(head, cells)
    if any(row["pages"] != most for row in rows):
        yield ""
        yield (
            "≈: measured on fewer pages; the start (one page) is counted once, the rest in "
            "proportion to the pages."
        )


def middle(row: dict[str, Any]) -> float:
    """The median of a row's seconds."""
    return float(median(row["seconds"]))


def for_all(row: dict[str, Any], results: dict[str, Any], pages: int) -> float:
    """Seconds for so many pages, in proportion where a row was measured on fewer."""
    took = middle(row)
    if row["pages"] == pages:
        return took
    starts = [r for r in results["parts"].get("page", ()) if r["name"] == row["name"]]
    start = min(middle(starts[0]), took) if starts else 0.0
    return start + (took - start) * (pages - 1) / float(row["pages"] - 1)


def _named(rows: list[dict[str, Any]], name: str) -> float:
    return middle(_row(rows, name))


def _row(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["name"] == name)


def _figures(row: dict[str, Any]) -> list[str]:
    least, most = min(row["seconds"]), max(row["seconds"])
    digits = 3 if middle(row) < 1 else 2
    memory = f"{row['memory']:.0f} MB" if row["memory"] else ""
    return [f"{middle(row):.{digits}f}", f"{least:.{digits}f} to {most:.{digits}f}", memory]


def _grid(head: list[str], rows: list[list[str]]) -> list[str]:
    rule = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
