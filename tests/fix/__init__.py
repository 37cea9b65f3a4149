"""A pack of five rules, so that these tests do not hang on the built-in ones.

FIX001 (error) has suggestions and no fix, FIX002 and FIX003 safe fixes (the latter takes its word
out), FIX004 only suggestions that are findings themselves, FIX005 an unsafe fix.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from healthlint.api import lint_bytes
from healthlint.finding import Result
from healthlint.fix import Mended, mend
from healthlint.settings import Settings

PACK = Path(__file__).with_name("pack.yaml")
SETTINGS = Settings(select=("FIX", "SUP"), packs=(PACK,))


def checker(format: str, settings: Settings = SETTINGS) -> Callable[[str], Result]:
    """Checks texts of a format under the pack."""

    def check(source: str) -> Result:
        return lint_bytes(source.encode("utf-8"), "draft", settings=settings, format=format)

    return check


def mended(source: str, format: str = "markdown", unsafe: bool = False) -> Mended:
    """A text, mended under the pack."""
    return mend(source, format, checker(format), unsafe)


def left(done: Mended) -> list[tuple[str, str]]:
    """The rule of each finding that was left, and why."""
    return [(one.finding.rule, one.why) for one in done.left]
