"""The results as a picture: SVG that reads alike on light and dark pages and without colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

from benchmarks.speed.table import for_all, middle

WIDTH = 820
_LEFT, _RIGHT, _BAR, _STEP = 200, 720, 18, 30
_PANEL, _PANEL_HEIGHT = 330, 190
_STYLE = """
text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.own { font-weight: 700 }
.quiet { font-size: 12px; fill: #57606a }
.bar { fill: #8c959f }
.bar.own, .dot { fill: #0072b2 }
.about { fill-opacity: .35; stroke: #8c959f; stroke-width: 1.5; stroke-dasharray: 4 3 }
.grid { stroke: #d0d7de; stroke-width: 1 }
.line { stroke: #0072b2; stroke-width: 2.5; fill: none }
.even { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 5 4; fill: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .quiet { fill: #9da7b3 }
  .bar { fill: #7d8590 }
  .bar.own, .dot { fill: #56b4e9 }
  .about { stroke: #9da7b3 }
  .grid { stroke: #30363d }
  .line { stroke: #56b4e9 }
  .even { stroke: #9da7b3 }
}
"""


def render(results: dict[str, Any]) -> str:
    """The picture of the parts that were measured."""
    parts = results["parts"]
    pieces: list[str] = []
    below = 16
    if "folder" in parts:
        bars = _bars(parts["folder"], results)
        title = f"{results['pages']} pages of 8 KB: seconds (each line is ten times the one before)"
        pieces += [_text(10, below + 14, title, "title"), *_chart(bars, below + 34)]
        below += 34 + _STEP * len(bars) + 52
    panels = [
        (name, title, unit, points)
        for name, title, unit in (
            ("more-pages", "More pages", "pages"),
            ("more-rules", "More rules", "rules"),
        )
        if (points := [(row[unit], middle(row)) for row in parts.get(name, ())])
    ]
    for number, (_, title, unit, points) in enumerate(panels):
        pieces += _panel(60 + number * (_PANEL + 60), below, title, unit, points)
    height = below + (_PANEL_HEIGHT + 70 if panels else 0)
    machine = results["machine"]
    about = (
        f"{machine['processor']}, Python {machine['python']}, medians of {results['runs']} runs; "
        "dashed bars: estimated from fewer pages"
    )
    pieces.append(_text(10, height - 8, about, "quiet"))
    said = "Seconds that healthlint and other tools take over the same pages"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{said}">\n<title>{said}</title>\n<style>{_STYLE}</style>\n'
        + "\n".join(pieces)
        + "\n</svg>\n"
    )


def _bars(rows: Sequence[dict[str, Any]], results: dict[str, Any]) -> list[tuple[str, float, bool]]:
    """Name, seconds, whether estimated; the fastest first."""
    pages = max(row["pages"] for row in rows)
    bars = [
        (row["name"], for_all(row, results, pages), row["pages"] != pages)
        for row in rows
        if row["name"] != "healthlint, same pages"
    ]
    return sorted(bars, key=lambda bar: bar[1])


def _chart(bars: Sequence[tuple[str, float, bool]], top: float) -> Iterator[str]:
    low = floor(log10(min(seconds for _, seconds, _ in bars)))
    high = max(ceil(log10(max(seconds for _, seconds, _ in bars))), low + 1)
    scale = (_RIGHT - _LEFT) / (high - low)
    bottom = top + _STEP * len(bars)
    for power in range(low, high + 1):
        x = _LEFT + (power - low) * scale
        yield f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>'
        yield _text(x, bottom + 16, f"{10.0**power:g} s", "quiet", "middle")
    for number, (name, seconds, about) in enumerate(bars):
        y = top + number * _STEP + (_STEP - _BAR) / 2
        own = " own" if name.startswith("healthlint") else ""
        size = max((log10(seconds) - low) * scale, 2)
        yield _text(_LEFT - 10, y + 14, name, own.strip(), "end")
        yield (
            f'<rect class="bar{own}{" about" if about else ""}" x="{_LEFT}" y="{y:.1f}" '
            f'width="{size:.1f}" height="{_BAR}" rx="2"/>'
        )
        label = f"{'≈ ' if about else ''}{_seconds(seconds)}"
        yield _text(_LEFT + size + 8, y + 14, label, own.strip())


def _panel(
    left: float, top: float, title: str, unit: str, points: Sequence[tuple[int, float]]
) -> Iterator[str]:
    """A curve through the points on scales of ratios, and a dashed line of what would be even."""
    width, height = _PANEL - 60, _PANEL_HEIGHT - 40
    base, ground = top + 40, top + 40 + height
    first, last = points[0], points[-1]
    even = last[0], first[1] * last[0] / first[0]
    wide = log10(last[0] / first[0]) or 1.0
    highest = max(even[1], *(seconds for _, seconds in points))
    lowest = min(seconds for _, seconds in points)
    high = log10(highest / lowest) or 1.0

    def place(count: float, seconds: float) -> tuple[float, float]:
        return (
            left + 30 + (width - 30) * log10(count / first[0]) / wide,
            ground - 34 - (height - 34) * log10(seconds / lowest) / high,
        )

    yield _text(left - 50, top + 14, f"{title}: seconds", "title")
    yield f'<line class="grid" x1="{left}" y1="{ground}" x2="{left + width}" y2="{ground}"/>'
    yield f'<line class="grid" x1="{left}" y1="{base}" x2="{left}" y2="{ground}"/>'
    start, end = place(*first), place(*even)
    yield (
        f'<line class="even" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" '
        f'y2="{end[1]:.1f}"/>'
    )
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
    yield f'<polyline class="line" points="{way}"/>'
    for count, seconds in points:
        x, y = place(count, seconds)
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        yield _text(x + 4, y + 20, _seconds(seconds), "own", "start")
        yield _text(x, ground + 18, f"{count:,}", "quiet", "middle")
    said = f"{unit} (dashed: in proportion; scales of ratios)"
    yield _text(left + width / 2, ground + 36, said, "quiet", "middle")


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 100 else f"{value:.2g} s"


def _text(x: float, y: float, said: str, style: str = "", anchor: str = "start") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named} text-anchor="{anchor}">{escape(said)}</text>'
