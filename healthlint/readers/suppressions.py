"""Suppressions that are no comments: the front matter key, and the bracketed lines of plain text.

    ---
    healthlint-disable:
      - SAF001 -- the label says so in section 6
      - {rules: [statistics, evidence], reason: sources are in the printed leaflet}
    ---

What they mean is decided elsewhere; here they become comments that say `healthlint-disable-file …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from healthlint.document import Comment
from healthlint.lazyre import lazy

KEY = "healthlint-disable"
#: A line of plain text, or the end of one, that is a suppression and no prose.
BRACKETED = lazy(r"\[(healthlint-(?:dis|en)able.*)\]$")

_TOML_KEY = lazy(rf"^[ \t]*[\"']?{KEY}[\"']?[ \t]*=[ \t]*", re.MULTILINE)
_TOML_TEXT = lazy(r"\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*'")
_TOML_BLANK = lazy(r"(?:\s|,|#[^\r\n]*)*")


def yaml_comments(text: str, base: int) -> Iterator[Comment]:
    """The entries under the key in YAML front matter whose first character is `base`.

    Front matter that is no YAML mapping has none.
    """
    if KEY not in text:
        return
    import yaml

    try:
        root = yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError):
        return
    yield from node_comments(text, root, base)


def node_comments(text: str, root: object, base: int) -> Iterator[Comment]:
    """The same of a YAML node that was composed from `text`."""
    import yaml

    if not isinstance(root, yaml.MappingNode):
        return
    places = [(key.start_mark.index, _end(value)) for key, value in root.value]
    if root.flow_style:
        places = list(apart(places))
    for (key, value), (start, end) in zip(root.value, places, strict=True):
        if not isinstance(key, yaml.ScalarNode) or key.value != KEY:
            continue
        if not isinstance(value, yaml.SequenceNode):
            if value.value:
                yield _comment(value, base + start, base + end)
            continue
        for first, last, part in _items(text, value):
            yield _comment(part, base + first, base + last)


def toml_comments(text: str, base: int) -> Iterator[Comment]:
    """The same of TOML front matter, in which an entry is a string."""
    import json

    key = _TOML_KEY.search(text)
    if not key:
        return
    at, listed = key.end(), text.startswith("[", key.end())
    places: list[tuple[int, int]] = []
    if listed:
        at += 1
    while found := _TOML_TEXT.match(text, _skip(text, at) if listed else at):
        places.append(found.span())
        at = found.end()
        if not listed:
            break
    if (listed and not text.startswith("]", _skip(text, at))) or (not listed and not places):
        # Something else than strings: said to be malformed, not passed over.
        yield Comment(f"{KEY}-file", base + key.start(), base + max(at, key.end()))
        return
    if not listed:
        places = [(key.start(), places[0][1])]
    for (start, end), (first, last) in zip(apart(places), places, strict=True):
        raw = _TOML_TEXT.search(text, first, last)
        assert raw
        try:
            said = json.loads(raw[0]) if raw[0][0] == '"' else raw[0][1:-1]
        except ValueError:
            said = raw[0][1:-1]
        yield Comment(f"{KEY}-file {said}", base + start, base + end)


def _skip(text: str, at: int) -> int:
    blank = _TOML_BLANK.match(text, at)
    return blank.end() if blank else at


def _comment(node: object, start: int, end: int) -> Comment:
    import yaml

    said = ""
    if isinstance(node, yaml.ScalarNode):
        said = node.value
    elif isinstance(node, yaml.MappingNode):
        fields = {key.value: value for key, value in node.value if isinstance(key.value, str)}
        rules, reason = fields.get("rules"), fields.get("reason")
        parts = rules.value if isinstance(rules, yaml.SequenceNode) else [rules]
        said = ", ".join(part.value for part in parts if isinstance(part, yaml.ScalarNode))
        if isinstance(reason, yaml.ScalarNode) and reason.value:
            said += f" -- {reason.value}"
    return Comment(f"{KEY}-file {said}", start, end)


def _items(text: str, node: object) -> Iterator[tuple[int, int, object]]:
    """Each member of a YAML list with the range to take out if it is to go."""
    import yaml

    assert isinstance(node, yaml.SequenceNode)
    ends = [(part.start_mark.index, _end(part)) for part in node.value]
    if node.flow_style:
        places = list(apart(ends))
    else:
        places = [(text.rindex("-", 0, start), end) for start, end in ends]
    for (start, end), part in zip(places, node.value, strict=True):
        yield start, end, part


def apart(places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ranges of the members of a list with commas, each with one comma if there are several."""
    for number, (start, end) in enumerate(places):
        if number + 1 < len(places):
            yield start, places[number + 1][0]
        elif number:
            yield places[number - 1][1], end
        else:
            yield start, end


def _end(node: object) -> int:
    """Where the last scalar in a YAML node ends; the node itself ends behind what follows it."""
    import yaml

    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    assert isinstance(node, yaml.Node)
    end: int = node.end_mark.index
    return end
