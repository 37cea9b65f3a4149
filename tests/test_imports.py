"""What a run with a kept rulebook must not import: each costs milliseconds at every start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HEAVY = (
    "yaml", "difflib", "importlib.metadata", "importlib.resources", "multiprocessing", "hypothesis",
    "concurrent.futures", "asyncio", "logging", "pydantic", "rich", "tempfile", "subprocess",
    "healthlint.rulebook.build", "healthlint.rulebook.compiler", "healthlint.rulebook.emit",
    "healthlint.rulebook.drafts", "healthlint.rulebook.plan", "healthlint.rulebook.wordends",
    "healthlint.rulebook.index",
    "healthlint.rulebook.inflect", "healthlint.rulebook.pattern", "healthlint.rulebook.read",
    "healthlint.rulebook.tables", "healthlint.rulebook.vocabulary", "healthlint.rulebook.yamltree",
    "healthlint.readers.data", "healthlint.readers.script", "healthlint.readers.mdx",
    "healthlint.fix", "healthlint.output.html", "healthlint.output.sarif",
)  # fmt: skip
#: And what a run must not that finds its results kept.
ENGINE = (
    "regex", "pyromark", "healthlint.engine", "healthlint.reading", "healthlint.rulebook.matcher",
    "healthlint.readers.markdown", "healthlint.segment",
)  # fmt: skip
CHECK = """
import sys
import click
with_click = set(sys.modules)
from healthlint.cli import main
sys.argv = ["healthlint", "check", "--no-config", "--exit-zero", "draft.md", *{more!r}]
try:
    main()
finally:
    print(*{heavy!r} & sys.modules.keys() - with_click, file=sys.stderr)
"""


def imported(folder: Path, *more: str) -> set[str]:
    (folder / "draft.md").write_text("Ketamine is a safe and effective treatment.\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})"
         + CHECK.format(heavy={*HEAVY, *ENGINE}, more=more)],
        cwd=folder, env={**os.environ, "XDG_CACHE_HOME": str(folder), "LOCALAPPDATA": str(folder)},
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert "draft.md:1" in done.stdout, done.stderr
    return set(done.stderr.split())


ROOT = Path(__file__).resolve().parent.parent


def test_a_run_with_a_kept_rulebook_imports_nothing_heavy(tmp_path: Path) -> None:
    first = imported(tmp_path, "--no-cache")  # which builds the rulebook and keeps it
    assert "healthlint.rulebook.build" in first
    assert imported(tmp_path, "--no-cache") == set(ENGINE)
    imported(tmp_path)
    assert imported(tmp_path) == set()
