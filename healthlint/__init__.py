"""healthlint: a linter for health writing.

    from healthlint import lint_text
    for finding in lint_text("Ketamine is safe and effective."):
        print(finding.rule, finding.message)

Names are loaded when they are first used, so that `import healthlint` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from healthlint.api import lint_fields, lint_file, lint_paths, lint_text
    from healthlint.errors import ConfigError, DraftError, HealthlintError, RuleError
    from healthlint.fields import Field
    from healthlint.finding import Finding, Fix, Position, Result
    from healthlint.rulebook import Rulebook, load_rulebook
    from healthlint.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "DraftError",
    "Field",
    "Finding",
    "Fix",
    "HealthlintError",
    "Position",
    "Result",
    "RuleError",
    "Rulebook",
    "Settings",
    "__version__",
    "lint_fields",
    "lint_file",
    "lint_paths",
    "lint_text",
    "load_rulebook",
]

_HOMES = {
    "healthlint.api": ("lint_fields", "lint_file", "lint_paths", "lint_text"),
    "healthlint.errors": ("ConfigError", "DraftError", "HealthlintError", "RuleError"),
    "healthlint.fields": ("Field",),
    "healthlint.finding": ("Finding", "Fix", "Position", "Result"),
    "healthlint.rulebook": ("Rulebook", "load_rulebook"),
    "healthlint.settings": ("Settings",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
