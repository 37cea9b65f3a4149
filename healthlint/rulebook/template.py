"""Messages and suggestions: text with `{key}` and `{key|default}` in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FIELD = re.compile(r"\{([a-z_]+)(?:\|([^{}]*))?\}")


def fields(template: str) -> list[tuple[str, str | None]]:
    """Each field of a template with its default, if it has one."""
    return [(match[1], match[2]) for match in _FIELD.finditer(template)]


def render(template: str, values: Mapping[str, str]) -> str:
    """The template with its fields filled in.

    A field that begins the text, follows a stop, or has a capitalised default is capitalised.
    """

    def fill(match: re.Match[str]) -> str:
        value, default = values.get(match[1]) or "", match[2]
        if not value:
            return default or ""
        before = template[: match.start()].rstrip(" “\"'")
        starts = not before or before[-1] in ".!?:" or (default or "")[:1].isupper()
        if starts and match[1] != "match":
            return value[:1].upper() + value[1:]
        return value

    return _FIELD.sub(fill, template)
