"""What words stand in where a draft is no page but holds texts: a string, an element, a field.

New words are first written as their text wants them (Markdown, HTML or plainly), then as what it
stands in wants that: with the escapes of its quotes, its braces, its entities.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from healthlint.document import Document

if TYPE_CHECKING:
    from yaml import ScalarNode

_WITH_FRONT_MATTER = ("markdown", "mdx", "html")
Encode = Callable[[str], str]

#: How the text in a container is read: by what it looks like, as HTML, or as it stands.
_PLAIN_YAML = re.compile(r"[\[\]{}>|*&!%#`@,?:\"'-]|.*(?::(?:\s|$)|\s#)")
KINDS = ("string", "html", "plain")


@dataclass(frozen=True, slots=True)
class Container:
    """A container at `[start, end)` of the source, quotes included, its content at `[low, high)`.

    `encode` writes text for its inside. `again` writes a whole content anew, with other quotes,
    where new words do not fit into these; None where they do.
    """

    start: int
    end: int
    low: int
    high: int
    kind: str
    encode: Encode
    again: Callable[[str], str | None] | None = None


def container(document: Document, at: int) -> Container | None:
    """What the character at a source offset stands in; None where a format has no containers."""
    source, format = document.source, document.format
    if format in ("json", "jsonl"):
        return in_json(source, at)
    if format == "yaml":
        return _yaml(source, at)
    if format == "toml":
        return _toml(source, at)
    if format == "feed":
        return _feed(source, at)
    if format in ("script", "typescript"):
        start = 1 if source.startswith("\ufeff") else 0
        from healthlint.fix.scripts import in_script

        return in_script(source, start, len(source), at, format == "script")
    if format in ("vue", "svelte", "astro"):
        from healthlint.fix.scripts import in_component

        return in_component(source, format, at)
    return _front_matter(source, at) if format in _WITH_FRONT_MATTER else None


def _front_matter(source: str, at: int) -> Container | None:
    """A field of front matter, whose words stand there plainly."""
    from healthlint.readers.frontmatter import FRONT_TOML, FRONT_YAML

    start = 1 if source.startswith("\ufeff") else 0
    found = FRONT_YAML.match(source, start)
    reader = _yaml if found else _toml
    found = found or FRONT_TOML.match(source, start)
    if found is None or at >= found.end():
        return None
    inside = reader(source, at, *found.span(1))
    return replace(inside, kind="plain") if inside else None


# -- content data --------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """Inside of double quotes, in JSON, YAML and TOML alike."""
    written = json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")
    return re.sub("[\u0085\u2028\u2029\ufeff]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


def in_json(source: str, at: int) -> Container | None:
    """The string of JSON that a place stands in."""
    from healthlint.readers.jsonpos import STRING

    for match in STRING.finditer(source, _line_start(source, at)):
        if match.start() > at:
            break
        if at < match.end():
            low, high = match.start() + 1, match.end() - 1
            return Container(*match.span(), low, high, "string", quoted)
    return None


def _line_start(source: str, at: int) -> int:
    """The beginning of the line, where no JSON string is open: line ends in strings are escaped."""
    return max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) + 1


def _toml(source: str, at: int, start: int = 0, end: int | None = None) -> Container | None:
    from healthlint.readers.data import TOML_TOKEN

    for token in TOML_TOKEN.finditer(source, start, len(source) if end is None else end):
        if not token["string"] or not token.start() <= at < token.end():
            continue
        first, last = token.span()
        quote = source[first]
        marks = 3 if source.startswith(quote * 3, first) and last - first >= 6 else 1
        low, high = first + marks, last - marks

        if quote == '"':
            return Container(first, last, low, high, "string", quoted)
        return Container(first, last, low, high, "string", str, _literal(quote * marks))
    return None


def _literal(quotes: str) -> Callable[[str], str | None]:
    """A TOML string without escapes, which not every text can stand in."""

    def again(content: str) -> str | None:
        return f'"{quoted(content)}"' if quotes in f"{content}'" and "'" in content else None

    return again


def _yaml(source: str, at: int, base: int = 0, until: int | None = None) -> Container | None:
    import yaml

    text = source[base:until]
    text = text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        nodes = list(_scalars(yaml.compose_all(text, loader)))
    except yaml.YAMLError:  # front matter that is read line by line
        return None
    for node, flow in nodes:
        start, end = base + node.start_mark.index, base + node.end_mark.index
        if not start <= at < end:
            continue
        properties = re.compile(r"(?:[&!]\S*\s+)*").match(source, start, end)
        start = properties.end() if properties else start
        style = node.style
        if style == '"':
            return Container(start, end, start + 1, end - 1, "string", quoted)
        if style == "'":
            return Container(start, end, start + 1, end - 1, "string", _doubled)
        if style in ("|", ">"):
            return Container(start, end, start, end, "string", str)
        return Container(start, end, start, end, "string", str, _plain(flow))
    return None


def _plain(flow: bool) -> Callable[[str], str | None]:
    """A YAML scalar without quotes, which stands in `[ ]` or `{ }` if that is `flow`."""

    def again(content: str) -> str | None:
        text = _unfolded(content)
        wrong = needs_quotes(text) or (flow and re.search(r"[,\[\]{}]", text))
        return f'"{quoted(text)}"' if wrong else None

    return again


def needs_quotes(text: str) -> bool:
    """Whether YAML would read these words, written plainly, as something else."""
    import yaml

    if _PLAIN_YAML.match(text) or text != text.strip():
        return True
    try:
        return bool(yaml.safe_load(text) != text)
    except (yaml.YAMLError, ValueError):
        return True


def _scalars(roots: Iterator[object]) -> Iterator[tuple[ScalarNode, bool]]:
    """Every scalar of YAML documents, and whether it stands in `[ ]` or `{ }`."""
    import yaml

    seen: set[int] = set()
    stack = [(root, False) for root in roots]
    while stack:
        node, flow = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node, flow
        elif isinstance(node, yaml.SequenceNode):
            stack += [(one, flow or bool(node.flow_style)) for one in node.value]
        elif isinstance(node, yaml.MappingNode):
            inside = flow or bool(node.flow_style)
            stack += [(one, inside) for pair in node.value for one in pair]


def _doubled(text: str) -> str:
    return text.replace("'", "''")


def _unfolded(content: str) -> str:
    """What a plain scalar over several lines says."""
    return re.sub(
        r"[ \t]*((?:\r?\n[ \t]*)+)",
        lambda found: "\n" * (found[1].count("\n") - 1) or " ",
        content,
    )


# -- XML -----------------------------------------------------------------------------------------


def _feed(source: str, at: int) -> Container:
    opened = source.rfind("<![CDATA[", 0, at)
    if opened >= 0 and source.find("]]>", opened) >= at:
        low, high = opened + 9, source.find("]]>", opened)
        return Container(opened, high + 3, low, high, "string", _in_cdata)
    low, high = source.rfind(">", 0, at) + 1, source.find("<", at)
    return Container(low, high, low, high, "string", _in_xml)


def _in_cdata(text: str) -> str:
    return text.replace("]]>", "]]&gt;")


def _in_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
