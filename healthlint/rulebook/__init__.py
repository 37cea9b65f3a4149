"""Rules: read from YAML, checked, compiled, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from healthlint.rulebook.load import load_rulebook
    from healthlint.rulebook.model import Rule, Rulebook

__all__ = ["Rule", "Rulebook", "load_rulebook"]


def __getattr__(name: str) -> Any:
    """Imports on first use: a data module of this package costs no compiler."""
    if name == "load_rulebook":
        from healthlint.rulebook.load import load_rulebook

        return load_rulebook
    if name in ("Rule", "Rulebook"):
        from healthlint.rulebook import model

        return getattr(model, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
