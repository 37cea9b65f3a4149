"""Where the built-in rules are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from healthlint.errors import RuleError


def rules_dir() -> Path:
    """The folder of the built-in rules. Raises `RuleError` when the installation has lost it."""
    package = Path(__file__).resolve().parent
    for folder in (package / "rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    raise RuleError(f"{package}: the built-in rules are missing here; install healthlint again")
