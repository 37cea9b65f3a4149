"""`[tool.healthlint]` of a pyproject.toml as the same tree that YAML gives.

TOML readers keep no positions, so each key and value is looked for again in the text after the
table's head; where it cannot be found its place is the line of the key it belongs to.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from healthlint.errors import ConfigError
from healthlint.rulebook.yamltree import Node


def load(path: Path, shown: str) -> Node | None:
    """The tree of the table, or None without one. Raises `ConfigError` for broken TOML."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: cannot be read: {error}") from None
    try:
        data = _parse(text)
    except ValueError as error:
        at = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        where = f"{shown}:{at[1]}:{at[2]}" if at else shown
        what = str(error)[: at.start()] if at else str(error)
        raise ConfigError(f"{where}: not valid TOML: {what}") from None
    tool = data.get("tool")
    table = tool.get("healthlint") if isinstance(tool, dict) else None
    if table is None:
        return None
    return _Tree(text, shown).node(table, max(text.find("tool.healthlint"), 0))


def _parse(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    table: dict[str, Any] = tomllib.loads(text)
    return table


class _Tree:
    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown

    def node(self, value: Any, at: int) -> Node:
        """The node of a parsed value that stands at or after `at`."""
        place = self._place(at)
        if isinstance(value, dict):
            pairs = []
            for key, inner in value.items():
                start = self._key(key, at)
                name = Node("scalar", self._place(start), scalar=key)
                pairs.append((name, self.node(inner, self._value(inner, start))))
            return Node("map", place, pairs=tuple(pairs))
        if isinstance(value, list):
            parts = []
            for number, inner in enumerate(value):
                at = self._element(inner, at, first=number == 0)
                parts.append(self.node(inner, at))
                at += len(inner) if isinstance(inner, str) else 0
            return Node("list", place, parts=tuple(parts))
        return Node("scalar", place, scalar=value)

    def _key(self, key: str, at: int) -> int:
        """Where a key stands: before `=`, in a dotted name or in the head of a table."""
        found = re.compile(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?(?=\s*[=.\]])").search(
            self._text, at
        )
        return found.start() if found else at

    def _value(self, value: Any, at: int) -> int:
        if not isinstance(value, str):
            return at
        found = re.compile(rf"(?<=[\"']){re.escape(value)}(?=[\"'])").search(self._text, at)
        return found.start() if found else at

    def _element(self, value: Any, at: int, first: bool) -> int:
        """Where the next member of a list stands: a value, `{…}` or a `[[…]]` table."""
        if not isinstance(value, dict):
            return self._value(value, at)
        if self._text.startswith("[[", self._text.rfind("\n", 0, at) + 1):
            found = at if first else self._text.find("\n[[", at) + 1
        else:
            found = self._text.find("{", at if first else at + 1)
        return max(found, at)

    def _place(self, at: int) -> str:
        line = self._text.count("\n", 0, at) + 1
        column = at - (self._text.rfind("\n", 0, at) + 1) + 1
        return f"{self._shown}:{line}:{column}"
