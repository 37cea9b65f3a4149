"""Front matter: the prose in its fields, such as the title, the excerpt or a call to action."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from healthlint.lazyre import lazy
from healthlint.readers.builder import DocumentBuilder, Piece
from healthlint.readers.suppressions import toml_comments, yaml_comments

if TYPE_CHECKING:
    import yaml

#: Fields whose value is prose, at any depth; every field ending in one of these after "_" is too.
PROSE_FIELDS = frozenset(
    "title description excerpt summary subtitle tagline lead lede intro introduction hero heading "
    "subheading headline caption alt cta quote testimonial testimonials blurb teaser abstract "
    "question answer faq faqs message highlight highlights benefit benefits".split()
)

_FENCED = re.DOTALL | re.MULTILINE
FRONT_YAML = lazy(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", _FENCED)
FRONT_TOML = lazy(r"\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", _FENCED)
_LINE = lazy(
    r"^[ \t]*[\"']?([A-Za-z_][\w-]*)[\"']?[ \t]*[:=][ \t]*"
    r"(?:\"((?:[^\"\\\r\n]|\\.)*)\"|'([^'\r\n]*)'|([^\"'\s\[{|>&*!][^\r\n]{0,2000}?))"
    r"[ \t]*(?:[ \t]#[^\r\n]*)?\r?$",
    re.MULTILINE,
)
_ESCAPE = lazy(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\r?\n[ \t]*|(.))", re.DOTALL
)
_PROPERTIES = lazy(r"(?:[&!]\S*\s+)*")  # an anchor and a tag before a value
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "_": "\u00a0", "N": "\u0085", "0": " "}
_NOT_PROSE = lazy(
    r"(?:[a-z][a-z0-9+.-]*://|mailto:|tel:|[/#.])\S*$|\S+\.\w{2,5}$", re.IGNORECASE
)


def read_front_matter(doc: DocumentBuilder, source: str, start: int) -> int:
    """Read front matter that begins at offset `start`, if any; return where the draft goes on."""
    if match := FRONT_YAML.match(source, start):
        at, text = match.start(1), match[1]
        if not text.strip() or text[0] in "\r\n":  # a rule, then text
            return start
        try:
            fields = list(_yaml_fields(text))
        except ValueError:
            if not _LINE.search(text):
                return start
            fields = list(_line_fields(text))
        doc.comments += yaml_comments(text, at)
    elif match := FRONT_TOML.match(source, start):
        at, fields = match.start(1), list(_line_fields(match[1]))
        doc.comments += toml_comments(match[1], at)
    else:
        return start
    for kind, pieces in fields:
        doc.aside(kind, ((piece, at + first, at + last) for piece, first, last in pieces))
    return match.end()


def _kind(key: str, depth: int) -> str | None:
    """The kind of block a field's value is; None if it is not prose."""
    name = key.strip().lower().replace("-", "_")
    if name == "title":
        return "title" if depth == 0 else "meta"
    return "meta" if name.rpartition("_")[2] in PROSE_FIELDS else None


# -- TOML, and YAML that does not parse ----------------------------------------------------------


def _line_fields(text: str) -> Iterator[tuple[str, list[Piece]]]:
    for match in _LINE.finditer(text):
        group = next(number for number in (2, 3, 4) if match[number] is not None)
        kind = _kind(match[1], 0)
        if kind and not _NOT_PROSE.match(match[group]):
            yield kind, list(_quoted(text, *match.span(group), double=group == 2))


# -- YAML ----------------------------------------------------------------------------------------


def _yaml_fields(text: str) -> Iterator[tuple[str, list[Piece]]]:
    """The prose fields of a YAML mapping; raises `ValueError` if it is none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("front matter is a mapping")
    yield from _walk(text, root, None, 0, set())


def _walk(
    text: str, node: yaml.Node, kind: str | None, depth: int, seen: set[int]
) -> Iterator[tuple[str, list[Piece]]]:
    import yaml

    if id(node) in seen:  # an alias of what was read before
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            own = _kind(key.value, depth) if isinstance(key, yaml.ScalarNode) else None
            yield from _walk(text, value, own or (kind and "meta"), depth + 1, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _walk(text, value, kind, depth + 1, seen)
    elif not isinstance(node, yaml.ScalarNode):
        return
    elif kind and node.tag == "tag:yaml.org,2002:str" and not _NOT_PROSE.match(node.value):
        for pieces in _scalar(text, node):
            yield kind, pieces


def _scalar(text: str, node: yaml.ScalarNode) -> Iterator[list[Piece]]:
    """The pieces of each paragraph of a string."""
    properties = _PROPERTIES.match(text, node.start_mark.index)
    assert properties
    start, end = properties.end(), node.end_mark.index
    style = node.style
    if style in ('"', "'"):
        yield list(_quoted(text, start + 1, end - 1, double=style == '"'))
        return
    if style in ("|", ">"):
        start = text.index("\n", start) + 1
    for match in re.finditer(r"\S.*?(?=\s*\r?\n[ \t]*\r?\n|\s*\Z)", text[start:end], re.DOTALL):
        yield [(match[0], start + match.start(), start + match.end())]


def _quoted(text: str, start: int, end: int, double: bool) -> Iterator[Piece]:
    """What stands between quotes, escapes decoded."""
    done = start
    for match in (_ESCAPE if double else re.compile("''")).finditer(text, start, end):
        if match.start() > done:
            yield text[done : match.start()], done, match.start()
        done = match.end()
        yield _unescaped(match) if double else "'", match.start(), done
    if done < end:
        yield text[done:end], done, end


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return "\ufffd" if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else chr(number)
    return _ESCAPED.get(match[4], match[4]) if match[4] else ""
