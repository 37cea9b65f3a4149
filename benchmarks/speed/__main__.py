"""Measures healthlint beside its peers, and writes results as JSON, a table and a plot.

python -m benchmarks.speed                           every part, 600 pages, five runs
python -m benchmarks.speed page folder               some parts; the others keep their figures
python -m benchmarks.speed --tools DIR               where peers are installed, beside the path
python -m benchmarks.speed --pages 60 --runs 3 --out /tmp/speed     a quick look
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import click

from benchmarks.speed import plot, table
from benchmarks.speed.measure import Failed
from benchmarks.speed.parts import PARTS, Scale
from benchmarks.speed.peers import Setting, installed
from healthlint import __version__

HERE = Path(__file__).parent
PLOT = HERE.parents[1] / "docs" / "images" / "speed.svg"


@click.command(help=(__doc__ or "").split("\n\n")[0])
@click.argument("parts", nargs=-1, type=click.Choice(tuple(PARTS)))
@click.option("--pages", default=600, show_default=True, help="Pages in the folder.")
@click.option("--sample", default=60, show_default=True, help="Pages for tools that take minutes.")
@click.option("--runs", default=5, show_default=True, help="Runs that count, of each command.")
@click.option(
    "--tools", multiple=True, type=click.Path(exists=True, path_type=Path),
    help="A folder in which peers are installed: a virtual environment, or where npm installed.",
)  # fmt: skip
@click.option(
    "--out", default=HERE, type=click.Path(path_type=Path),
    help="The folder for results.json and results.md.  [default: benchmarks/speed]",
)  # fmt: skip
@click.option("--plot", "image", type=click.Path(path_type=Path), help="The file of the plot.")
@click.option("--draw", is_flag=True, help="Measure nothing; write table and plot again.")
def main(
    parts: tuple[str, ...],
    pages: int,
    sample: int,
    runs: int,
    tools: tuple[Path, ...],
    out: Path,
    image: Path | None,
    draw: bool,
) -> None:
    """The command."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / "results.json"
    results: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if not draw:
        with tempfile.TemporaryDirectory(prefix="healthlint-speed-") as work:
            setting = Setting(tuple(tool.resolve() for tool in tools), Path(work))
            old = results.get("parts", {}) if results.get("pages") == pages else {}
            results = {**_about(setting), "runs": runs, "pages": pages, "parts": {}}
            scale = Scale(pages, min(sample, pages), runs, lambda line: click.echo(line, err=True))
            for name, measure in PARTS.items():
                if not parts or name in parts:
                    try:
                        results["parts"][name] = measure(setting, scale)
                    except Failed as failure:
                        sys.exit(f"benchmarks.speed: {failure}")
                elif name in old:
                    results["parts"][name] = old[name]
                # After each part, so that a run that is stopped has not been for nothing.
                file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (out / "results.md").write_text(text := table.render(results), "utf-8")
    where = image or (PLOT if out == HERE else out / "speed.svg")
    where.write_text(plot.render(results), "utf-8")
    click.echo(text)


def _about(setting: Setting) -> dict[str, Any]:
    versions = {"healthlint": __version__}
    versions |= {peer.name.partition(",")[0]: peer.version for peer in installed(setting)}
    return {
        "date": date.today().isoformat(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.system(),
        },
        "versions": versions,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
