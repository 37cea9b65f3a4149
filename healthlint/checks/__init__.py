"""One module a kind of rule. A check knows neither severity nor suppression nor path.

Each module has `KEYS` (its own rule keys), `read(node, compiler, tables) -> body`,
`fields(body, compiler) -> set of template keys`, `patterns(body) -> numbers of the patterns it
searches for`, and `check(rule, reading) -> Iterator[Match]`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

KINDS = ("phrase", "missing", "offlabel", "story", "cues", "terms", "metric", "prescription")


@cache
def kind_module(kind: str) -> Any:
    """The module of a kind."""
    return import_module(f"healthlint.checks.{kind}")
