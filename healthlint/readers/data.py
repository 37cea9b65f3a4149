"""Content data: JSON, JSON Lines, YAML and TOML files whose strings a site shows.

Which strings are read is decided by the names they stand under and by what they look like, or by
patterns of fields: `*.body`, `sections.*.text`. A string is read as Markdown, or as HTML if it has
tags. Rich text that is cut into spans (portable text, Contentful, block editors) is joined again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from healthlint.document import Comment, Document
from healthlint.errors import DraftError
from healthlint.readers.jsonpos import MAX_DEPTH, Node, parse
from healthlint.readers.mapped import Mapped, joined, read_html, read_string
from healthlint.readers.prose import is_prose
from healthlint.readers.suppressions import KEY, apart, node_comments, toml_comments

_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"(?<![^\s])#[ \t]*(healthlint-[^\r\n]*)")
_HEADING = re.compile(r"(?:h|heading-?)([1-6])$")
_DOUBLE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\r?\n[ \t]*|(.))", re.DOTALL
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "_": "\u00a0", "b": "", "f": "", "e": "", "a": ""}
_TOML_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
TOML_TOKEN = re.compile(
    rf"(?P<comment>#[^\r\n]*)|(?P<string>{_TOML_STRING.pattern})"
    r"|(?P<table>^[ \t]*\[\[?[^\]\r\n]+\]\]?)"
    r"|(?P<equals>=)|(?P<bare>[\w.-]+)|(?P<line>\r?\n)",
    re.DOTALL | re.MULTILINE,
)


def read_json(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a JSON file. Raises `DraftError` if it is none."""
    start = 1 if source.startswith("\ufeff") else 0
    if not source[start:].strip():
        return Document(source, "json", ())
    node = parse(source, start, len(source))
    return read_strings(source, "json", [node], fields, _key_comments(node, "file"))


def read_jsonl(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a file with one JSON value on each line. Raises `DraftError` for a line that is none."""
    start = 1 if source.startswith("\ufeff") else 0
    lines = [one.span() for one in _LINE.finditer(source, start) if one[0].strip()]
    nodes = [parse(source, *span) for span in lines]
    comments = [one for node in nodes for one in _key_comments(node, "line")]
    return read_strings(source, "jsonl", nodes, fields, comments)


def read_yaml(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a YAML file. Raises `DraftError` if it is none."""
    import yaml

    if not source.strip("\ufeff").strip():
        return Document(source, "yaml", ())
    bare = source.replace("\ufeff", " ", 1) if source.startswith("\ufeff") else source
    try:
        roots = list(yaml.compose_all(bare, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        nodes = [_from_yaml(bare, root, 0) for root in roots if root is not None]
    except RecursionError:
        raise DraftError("not content: its values are nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise DraftError(
            f"not YAML: {place}{problem}; mend it, or leave the file out with `exclude`"
        ) from None
    comments = _hash_comments(source, nodes)
    for root in roots:
        comments += node_comments(bare, root, 0)
    return read_strings(source, "yaml", nodes, fields, comments)


def read_toml(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a TOML file. Raises `DraftError` if it is none."""
    import sys

    if not source.strip("\ufeff").strip():
        return Document(source, "toml", ())
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    bare = source.removeprefix("\ufeff")
    try:
        tomllib.loads(bare.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise DraftError(
            f"not TOML: {error or 'nested too deeply'}; mend it, or leave the file out with "
            "`exclude`"
        ) from None
    root = Node(0, len(source), items=[], named=True)
    comments: list[Comment] = []
    table, key, value = "", "", False
    assert root.items is not None
    for token in TOML_TOKEN.finditer(source, len(source) - len(bare)):
        at, end = token.span()
        if token["comment"]:
            if found := _COMMENT.match(source, at):
                comments.append(Comment(found[1], at, end))
        elif token["table"] and not value:
            table, key = token["table"].strip(" \t[]") + ".", ""
        elif token["equals"]:
            value = True
        elif token["line"]:
            value = value and _open_value(source, at)
        elif not value:
            key = token[0].strip("\"'")
        elif token["string"]:
            name = key if key == KEY else table + key
            root.items.append((name, Node(at, end, _toml_string(source, at, end))))
            value = _open_value(source, end) or value
    comments += toml_comments(source, 0)
    return read_strings(source, "toml", [root], fields, comments)


def _open_value(source: str, at: int) -> bool:
    """Whether a TOML list goes on behind `at`: the next line begins with a value or a bracket."""
    rest = source[at : at + 500].lstrip()
    while rest.startswith("#"):
        rest = rest.partition("\n")[2].lstrip()
    if not rest or rest[0] not in "\"'],{}":
        return False
    found = _TOML_STRING.match(rest)
    return not (found and rest[found.end() :].lstrip(" \t")[:1] in ("=", "."))


def read_strings(
    source: str,
    format: str,
    nodes: list[Node],
    fields: tuple[str, ...],
    comments: list[Comment] | None = None,
) -> Document:
    """Read the strings in content data that are copy, or that the patterns of fields name."""
    parts: list[Document] = []
    for node in nodes:
        for path, rich, text in _strings(node, (), 0):
            if _chosen(path, text.text, fields):
                reader = read_html if rich else read_string
                parts.append(reader(text, source, format))
    return joined(source, format, parts, comments or ())


def _chosen(path: tuple[str, ...], text: str, fields: tuple[str, ...]) -> bool:
    """Whether a string is read: by the patterns of fields or, without any, by what it is."""
    name = next((part for part in reversed(path) if part and not part.isdigit()), "")
    if name == KEY or path[:1] == (KEY,):
        return False
    if fields:
        dotted = ".".join(path)
        return any(fnmatchcase(dotted, one) or fnmatchcase(name, one) for one in fields)
    if "slug" in path:  # of Sanity: {"slug": {"current": "…"}}
        return False
    plain = re.sub(r"<[^<>]*>", " ", text)
    return is_prose(plain, name.rpartition(".")[2])


def _strings(
    node: Node, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], bool, Mapped]]:
    """Every string with its path, and whether it was put together as HTML from rich text."""
    if node.text is not None:
        yield path, False, node.text
        return
    rich = _rich(node)
    if rich is not None:
        yield path, True, rich
        return
    for number, (name, value) in enumerate(node.items or ()):
        yield from _strings(value, (*path, name if node.named else str(number)), depth + 1)


def _rich(node: Node) -> Mapped | None:
    """The text of one block of rich text as HTML; None if this is no such block."""
    inner = node.get("children") or node.get("content")
    if inner is None or not inner.items or inner.named or not any(map(_leaf, _each(inner))):
        return None
    kind = node.string("style") or node.string("nodeType") or node.string("type")
    heading = _HEADING.match(kind)
    tag = f"h{heading[1]}" if heading else "li" if node.get("listItem") else "p"
    html = Mapped()
    html.mark(f"<{tag}>", node.start)
    _leaves(inner, html)
    html.mark(f"</{tag}>", node.end)
    return html


def _each(node: Node) -> Iterator[Node]:
    for _, value in node.items or ():
        yield value


def _leaf(node: Node) -> Mapped | None:
    """The string of a span of rich text."""
    for name in ("text", "value"):
        value = node.get(name)
        if value and value.text is not None and (name == "text" or node.get("nodeType")):
            return value.text
    return None


def _leaves(node: Node, html: Mapped) -> None:
    for one in _each(node):
        text = _leaf(one)
        if text is not None:
            html.markup(text)
            continue
        inner = one.get("children") or one.get("content")
        if inner is not None and not inner.named:
            _leaves(inner, html)


# -- suppressions --------------------------------------------------------------------------------


def _key_comments(node: Node, reach: str) -> list[Comment]:
    """What the key `healthlint-disable` at the top of JSON says; the place is what would go."""
    value = node.get(KEY)
    if value is None or not value.items and value.text is None:
        return []
    ends = [one.end for one in _each(node)]
    pairs = apart([(start, end) for (start, _), end in zip(node.names, ends, strict=True)])
    place = next(at for (name, _), at in zip(node.items or (), pairs, strict=True) if name == KEY)
    parts, places = [value], [place]
    if value.items and not value.named and len(value.items) > 1:
        parts = list(_each(value))
        places = list(apart([(one.start, one.end) for one in parts]))
    elif value.items and not value.named:
        parts = list(_each(value))
    found = []
    for one, (start, end) in zip(parts, places, strict=True):
        said = one.text.text if one.text else one.string("rules")
        rules = one.get("rules")
        if rules is not None and rules.items:
            said = ", ".join(part.text.text for part in _each(rules) if part.text)
        if one.string("reason"):
            said += f" -- {one.string('reason')}"
        found.append(Comment(f"{KEY}-{reach} {said}", start, end))
    return found


def _hash_comments(source: str, nodes: list[Node]) -> list[Comment]:
    """Comments of YAML that are meant for us, outside of its strings."""
    if "healthlint-" not in source:
        return []
    inside = sorted(
        (part.start, part.end) for node in nodes for part in _every(node) if part.text is not None
    )
    found = []
    for match in _COMMENT.finditer(source):
        if not any(start <= match.start() < end for start, end in inside):
            found.append(Comment(match[1], *match.span()))
    return found


def _every(node: Node) -> Iterator[Node]:
    yield node
    for one in _each(node):
        yield from _every(one)


# -- YAML and TOML -------------------------------------------------------------------------------


def _from_yaml(source: str, node: object, depth: int, seen: set[int] | None = None) -> Node:
    import yaml

    assert isinstance(node, yaml.Node)
    seen = set() if seen is None else seen
    made = Node(node.start_mark.index, node.end_mark.index)
    if id(node) in seen:  # an alias of what was read before
        return made
    seen.add(id(node))
    if depth > MAX_DEPTH:
        raise ValueError("its values are nested too deeply")
    if isinstance(node, yaml.MappingNode):
        made.named = True
        made.items = [
            (str(key.value), _from_yaml(source, value, depth + 1, seen))
            for key, value in node.value
            if isinstance(key, yaml.ScalarNode)
        ]
    elif isinstance(node, yaml.SequenceNode):
        made.items = [("", _from_yaml(source, value, depth + 1, seen)) for value in node.value]
    elif isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
        made.text = _yaml_string(source, made.start, made.end, node.style)
    return made


def _yaml_string(source: str, start: int, end: int, style: str | None) -> Mapped:
    properties = re.compile(r"(?:[&!]\S*\s+)*").match(source, start, end)
    start = properties.end() if properties else start
    mapped = Mapped()
    if style in ("|", ">"):
        line_end = source.find("\n", start, end)
        start = line_end + 1 if line_end >= 0 else end
        lines = list(re.finditer(r"([ \t]*)([^\r\n]*)(\r?\n|\Z)", source[start:end]))
        widths = [len(one[1]) for one in lines if one[2]]
        common = min(widths, default=0)
        for one in lines:
            at = start + one.start() + min(common, len(one[1]))
            mapped.add(source[at : start + one.end()], at, start + one.end())
    elif style in ('"', "'"):
        _quoted(source, start + 1, max(start + 1, end - 1), style == '"', mapped)
    else:
        _folded(source, start, end, mapped)
    return mapped


def _folded(source: str, start: int, end: int, mapped: Mapped) -> None:
    """Text whose lines are joined by blanks; an empty line stays a break between paragraphs."""
    done = start
    for match in re.finditer(r"(?:[ \t]*\r?\n)+[ \t]*", source[start:end]):
        at, stop = start + match.start(), start + match.end()
        mapped.add(source[done:at], done, at)
        if match[0].count("\n") > 1:
            mapped.mark("\n\n", at)
        else:
            mapped.add(" ", at, stop)
        done = stop
    mapped.add(source[done:end], done, end)


def _quoted(source: str, start: int, end: int, double: bool, mapped: Mapped) -> None:
    done = start
    for match in (_DOUBLE if double else re.compile("''")).finditer(source, start, end):
        _folded(source, done, match.start(), mapped)
        done = match.end()
        mapped.add(_sign(match) if double else "'", match.start(), done)
    _folded(source, done, end, mapped)


def _sign(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return "\ufffd" if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else chr(number)
    return _ESCAPED.get(match[4], match[4]) if match[4] else ""


def _toml_string(source: str, start: int, end: int) -> Mapped:
    mapped = Mapped()
    quote = source[start]
    marks = 3 if source.startswith(quote * 3, start) and end - start >= 6 else 1
    first, last = start + marks, end - marks
    if quote == "'":
        mapped.add(source[first:last], first, last)
        return mapped
    done = first
    for match in _DOUBLE.finditer(source, first, last):
        mapped.add(source[done : match.start()], done, match.start())
        done = match.end()
        mapped.add(_sign(match), match.start(), done)
    mapped.add(source[done:last], done, last)
    return mapped
