"""The table and the plot of given results."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from benchmarks.speed import plot, table


def row(name: str, seconds: list[float], memory: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"name": name, "seconds": seconds, "memory": memory, **more}


RESULTS: dict[str, Any] = {
    "date": "2026-01-02",
    "machine": {"processor": "A & B", "cores": 2, "python": "3.12.1", "system": "Linux"},
    "versions": {"healthlint": "1.0", "slowlint": "2.0"},
    "runs": 3,
    "pages": 100,
    "parts": {
        "page": [
            row("python -c 'import click'", [0.04, 0.05, 0.06], 20, pages=1),
            row("healthlint", [0.1, 0.09, 0.3], 40, pages=1),
            row("slowlint", [1.0, 1.0, 1.0], pages=1),
        ],
        "folder": [
            row("healthlint", [2.0, 1.9, 2.2], 60.4, pages=100),
            row("fastlint", [0.5, 0.5, 0.6], pages=100),
            row("slowlint", [3.0, 3.0, 4.0], pages=11),
            row("healthlint, same pages", [0.3, 0.3, 0.3], pages=11),
        ],
        "more-pages": [
            row("1×", [2.0, 2.0, 2.0], pages=100), row("4×", [7.0, 8.4, 8.0], pages=400),
        ],
        "more-rules": [
            row("50 rules", [1.0, 1.0, 1.0], pages=100, rules=50),
            row("100 rules", [2.0, 2.0, 2.0], pages=100, rules=100),
        ],
        "unused": [row("the built-in rules", [2.0], pages=100), row("more", [2.02], pages=100)],
    },
}  # fmt: skip


def test_the_table() -> None:
    assert [line for line in table.render(RESULTS).splitlines() if line] == [
        "Measured on 2026-01-02: A & B, 2 cores, Python 3.12.1, Linux. Medians of at least 3 runs, "
        "with the least and the most; the commands took turns, after one run each that does not "
        "count. healthlint 1.0, slowlint 2.0.",
        "### One page of 8 KB, the program started anew",
        "|  | seconds | least to most | peak memory | above `import click` |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| python -c 'import click' | 0.050 | 0.040 to 0.060 | 20 MB | +0 ms |",
        "| healthlint | 0.100 | 0.090 to 0.300 | 40 MB | +50 ms |",
        "| slowlint | 1.00 | 1.00 to 1.00 |  | +950 ms |",
        "### The folder",
        "|  | pages | seconds | least to most | peak memory | all 100 | healthlint is |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| healthlint | 100 | 2.00 | 1.90 to 2.20 | 60 MB | 2.00 s |  |",
        "| fastlint | 100 | 0.500 | 0.500 to 0.600 |  | 0.50 s | 4.0× slower |",
        "| slowlint | 11 | 3.00 | 3.00 to 4.00 |  | ≈ 21 s | 10.4× faster |",
        "| healthlint, same pages | 11 | 0.300 | 0.300 to 0.300 |  | ≈ 3 s |  |",
        "≈: measured on fewer pages; the start (one page) is counted once, the rest in proportion "
        "to the pages.",
        "### More pages",
        "|  | seconds | least to most | peak memory | times the first |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| 1× | 2.00 | 2.00 to 2.00 |  | 1.00 |",
        "| 4× | 8.00 | 7.00 to 8.40 |  | 4.00 |",
        "### More rules",
        "|  | seconds | least to most | peak memory | share of all |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| 50 rules | 1.00 | 1.00 to 1.00 |  | 0.50 |",
        "| 100 rules | 2.00 | 2.00 to 2.00 |  | 1.00 |",
        "### Rules whose words do not occur",
        "|  | seconds | least to most | peak memory | ratio |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| the built-in rules | 2.00 | 2.00 to 2.00 |  | 1.00 |",
        "| more | 2.02 | 2.02 to 2.02 |  | 1.01 |",
    ]


def test_only_some_parts() -> None:
    some = {**RESULTS, "parts": {"unused": RESULTS["parts"]["unused"]}}
    assert table.render(some).count("###") == 1
    assert ElementTree.fromstring(plot.render(some)).tag.endswith("svg")


def test_the_plot_labels_each_bar_and_point() -> None:
    tree = ElementTree.fromstring(plot.render(RESULTS))
    said = [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert said == [
        "100 pages of 8 KB: seconds (each line is ten times the one before)",
        "0.1 s", "1 s", "10 s", "100 s",
        "fastlint", "0.5 s", "healthlint", "2 s", "slowlint", "≈ 21 s",
        "More pages: seconds", "2 s", "100", "8 s", "400",
        "pages (dashed: in proportion; scales of ratios)",
        "More rules: seconds", "1 s", "50", "2 s", "100",
        "rules (dashed: in proportion; scales of ratios)",
        "A & B, Python 3.12.1, medians of 3 runs; dashed bars: estimated from fewer pages",
    ]  # fmt: skip
    bars = [e.get("class") for e in tree.iter("{http://www.w3.org/2000/svg}rect")]
    assert bars == ["bar", "bar own", "bar about"]
