"""A pack of three rules, so that these tests do not hang on the built-in ones.

TST001 (safety, error) finds "utterly harmless", TST002 (safety, warning) "zero bother",
TST003 (hype, warning) "wondrous balm". Built-in rules are switched off.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from healthlint.api import lint_bytes
from healthlint.decisions import Decisions
from healthlint.finding import Result
from healthlint.settings import Settings

PACK = Path(__file__).with_name("pack.yaml")
TODAY = date(2027, 3, 10)
SETTINGS = Settings(select=("TST", "SUP", "CLM"), packs=(PACK,))


def lint(
    text: str,
    decisions: Decisions | None = None,
    *,
    path: str = "draft.md",
    format: str | None = None,
    settings: Settings = SETTINGS,
) -> Result:
    """The result of a text under the pack."""
    chosen = decisions or Decisions(today=TODAY)
    return lint_bytes(
        text.encode("utf-8"), path, settings=settings, format=format, decisions=chosen
    )


def codes(result: Result) -> list[str]:
    """`line code` of each finding."""
    return [f"{one.start.line} {one.rule}" for one in result.findings]


def taken(result: Result) -> list[str]:
    """`line code by` of each finding that was taken out."""
    return [f"{one.finding.start.line} {one.finding.rule} {one.by}" for one in result.decided]
