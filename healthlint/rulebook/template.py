"""Messages and suggestions: text with `{key}` and `{key|default}` in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FIELD = re.compile(r"\{([a-z_]+)(?:\|([^{}]*))?\}")


def fields(template: str) -> list[tuple[str, str | None]]:
    """Each field of a template with its default, if it has one."""
    return [(match[1], match[2]) for match in _FIELD.finditer(template)]


def render(template: str, values: Mapping[str, str], in_place: bool = False) -> str:
    """The template with its fields filled in.

    A field that begins the text, follows a stop, or has a capitalised default is capitalised;
    not so words that go `in_place` into a sentence of the draft.
    """

    def fill(match: re.Match[str]) -> str:
        value, default = values.get(match[1]) or "", match[2]
        if not value:
            return default or ""
        before = template[: match.start()].rstrip(" “\"'")
        starts = not before or before[-1] in ".!?:" or (default or "")[:1].isupper()
        if starts and match[1] != "match" and not in_place:
            return value[:1].upper() + value[1:]
        return value

    return _FIELD.sub(fill, template)
