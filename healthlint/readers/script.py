"""JavaScript and TypeScript, with or without JSX: the copy in elements, attributes and strings.

JSX is put together as HTML and read as such; other strings are read if they look like copy. Parsing
is done by tree-sitter, which `healthlint[web]` installs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from healthlint.document import Comment, Document
from healthlint.errors import DraftError
from healthlint.readers.htmltokens import plain
from healthlint.readers.mapped import (
    UNKNOWN,
    Mapped,
    joined,
    read_html,
    read_string,
)
from healthlint.readers.prose import is_prose, plain_name
from healthlint.readers.utf8 import byte_places

if TYPE_CHECKING:
    from tree_sitter import Node

MISSING = (
    "site source needs a parser that is not installed; install it with "
    "`pip install 'healthlint[web]'`"
)
#: A line longer than this was not written by a person.
LONGEST_LINE = 50_000
#: Nor was a script longer than this.
LONGEST_SCRIPT = 2_000_000
#: Attributes that say something whatever it looks like.
SPOKEN = frozenset(["alt", "title", "aria-label", "placeholder", "content", "description"])

#: Calls whose strings no visitor of a site sees.
_MESSAGES = re.compile(
    r"(?:console|logger|log|warn|debug|require|import|test|it|describe|expect|assert|invariant"
    r"|g?tag|ga|track|analytics|posthog|mixpanel|dataLayer)\b"
)
_TAGGED = re.compile(r"(?:css|styled|gql|graphql|sql|createglobalstyle|keyframes|groq|tw)\b")
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,8})\}|(.?))", re.S
)
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPED = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "",
    "f": "",
    "v": " ",
    "0": "",
    "\n": "",
    "\r": "",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSX = frozenset(["jsx_element", "jsx_self_closing_element", "jsx_fragment"])
_TYPES = frozenset(
    "import_statement literal_type type_annotation interface_declaration type_alias_declaration "
    "type_arguments regex predefined_type".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data dfn em i img kbd mark q s samp small span strong sub sup "
    "time u var wbr".split()
)
_ENTITY_NODES = frozenset(["jsx_text", "html_character_reference"])


def read(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a script. Raises `DraftError` if it does not parse or the parser is missing."""
    parts, comments = collect(source, 0, len(source), jsx=True)
    return joined(source, "script", parts, comments)


def read_typed(source: str, fields: tuple[str, ...] = ()) -> Document:
    """As `read`, of a TypeScript file without JSX."""
    parts, comments = collect(source, 0, len(source), jsx=False)
    return joined(source, "typescript", parts, comments)


def collect(
    source: str, start: int, end: int, jsx: bool = False, format: str = "script"
) -> tuple[list[Document], list[Comment]]:
    """The parts of a script at `source[start:end]` that are copy, and its comments."""
    text = source[start:end]
    if start == 0 and text.startswith("\ufeff"):
        text, start = text[1:], 1
    if len(text) > LONGEST_SCRIPT:
        raise DraftError(
            f"looks generated: it has {len(text):,} characters; check what it is made from, or "
            "leave it out with `exclude`"
        )
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LONGEST_LINE:
        raise DraftError(
            f"looks generated: one of its lines has {longest:,} characters; check what it is made "
            "from, or leave it out with `exclude`"
        )
    root = parsed(text, jsx)
    place = byte_places(text, start)
    if root.has_error:
        at = place(_first_error(root))
        line = source.count("\n", 0, at) + 1
        column = at - source.rfind("\n", 0, at)
        raise DraftError(
            f"does not parse: line {line}, column {column}; mend it, or leave the file out with "
            "`exclude`"
        )
    reader = _ScriptReader(source, format, place)
    try:
        reader.walk(root)
    except RecursionError:
        raise DraftError("is nested too deeply to be read") from None
    return reader.parts, reader.comments


def parsed(text: str, jsx: bool) -> Node:
    """The tree of a script; its places are bytes. Raises `DraftError` without the parser."""
    try:
        import tree_sitter
        import tree_sitter_typescript as grammar
    except ImportError:
        raise DraftError(MISSING) from None
    language = grammar.language_tsx() if jsx else grammar.language_typescript()
    data = _SURROGATE.sub("\ufffd", text).encode()
    root: Node = tree_sitter.Parser(tree_sitter.Language(language)).parse(data).root_node
    return root


def _first_error(root: Node) -> int:
    """Where the innermost of what is wrong first begins: an element that is not closed, if any."""
    node = root
    while inner := next((one for one in node.children if one.has_error or one.is_missing), None):
        node = inner
    opened = [one for one in node.children if one.type == "jsx_opening_element"]
    return int(opened[-1].start_byte if opened else node.start_byte)


class _ScriptReader:
    def __init__(self, source: str, format: str, place: Callable[[int], int]) -> None:
        self.parts: list[Document] = []
        self.comments: list[Comment] = []
        self._source, self._format, self._place = source, format, place

    def _range(self, node: Node) -> tuple[int, int]:
        return self._place(node.start_byte), self._place(node.end_byte)

    def _text(self, node: Node | None) -> str:
        return "" if node is None else self._source[slice(*self._range(node))]

    def walk(self, node: Node) -> None:
        """Take what is copy in a node and below."""
        stack = [node]
        while stack:
            one = stack.pop()
            kind = one.type
            if kind in _TYPES or kind == "jsx_opening_element":
                continue
            if kind == "comment":
                self._comment(one)
            elif kind in _JSX:
                html = Mapped()
                self._element(one, html, False)
                self.parts.append(read_html(html, self._source, self._format))
            elif kind in ("string", "template_string"):
                self._string(one)
            elif kind == "binary_expression" and self._sum(one):
                continue
            elif kind == "call_expression" and self._not_shown(one):
                continue
            elif kind == "new_expression" and self._is_error(one):
                continue
            elif kind == "export_statement":
                source = one.child_by_field_name("source")
                stack += [part for part in reversed(one.children) if part != source]
            else:
                stack += reversed(one.children)

    def _comment(self, node: Node) -> None:
        start, end = self._range(node)
        words = self._source[start:end]
        words = words[2:-2] if words.startswith("/*") else words.lstrip("/")
        self.comments.append(Comment(words, start, end))

    # -- strings ---------------------------------------------------------------------------------

    def _not_shown(self, node: Node) -> bool:
        called = self._text(node.child_by_field_name("function"))
        inner = node.child_by_field_name("arguments")
        if inner is not None and inner.type == "template_string":
            return bool(_TAGGED.match(called.lower()))
        return bool(_MESSAGES.match(called))

    def _is_error(self, node: Node) -> bool:
        return self._text(node.child_by_field_name("constructor")).endswith("Error")

    def _string(self, node: Node) -> None:
        parent = node.parent
        if parent is None or parent.type in ("expression_statement", "subscript_expression"):
            return
        if parent.type == "pair" and parent.child_by_field_name("key") == node:
            return
        self._copy(self._decoded(node), self._name(parent, node))
        if node.type == "template_string":
            for part in node.children:
                if part.type == "template_substitution":
                    self.walk(part)

    def _name(self, parent: Node, node: Node) -> str:
        """The name that a value has: of its key, variable or attribute."""
        up: Node | None = parent
        for _ in range(4):
            if up is None:
                break
            if up.type == "pair":
                return self._text(up.child_by_field_name("key"))
            if up.type in ("variable_declarator", "public_field_definition"):
                return self._text(up.child_by_field_name("name"))
            if up.type == "jsx_attribute":
                return self._text(up.children[0])
            if up.type in ("statement_block", "arguments", "object"):
                break
            up = up.parent
        return ""

    def _copy(self, mapped: Mapped, name: str) -> None:
        if is_prose(mapped.text, name):
            self.parts.append(read_string(mapped, self._source, self._format))

    def _decoded(self, node: Node) -> Mapped:
        mapped = Mapped()
        done = -1
        for part in node.children:
            start, end = self._range(part)
            if start < done:
                continue
            if part.type == "string_fragment":
                mapped.add(self._source[start:end], start, end)
            elif part.type == "html_character_reference":
                mapped.add(plain(self._source, start, end), start, end)
            elif part.type == "escape_sequence":
                if pair := _PAIR.match(self._source, start):
                    done = pair.end()
                    high, low = int(pair[1], 16), int(pair[2], 16)
                    sign = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
                    mapped.add(sign, start, done)
                    continue
                match = _ESCAPE.match(self._source, start, end)
                mapped.add(_sign(match) if match else UNKNOWN, start, end)
            elif part.type == "template_substitution":
                mapped.add(UNKNOWN, start, end)
        return mapped

    def _sum(self, node: Node) -> bool:
        """Read strings that are put together with `+` as one."""
        terms: list[Node] = []
        stack = [node]
        while stack:
            one = stack.pop()
            operator = one.child_by_field_name("operator")
            if one.type == "binary_expression" and self._text(operator) == "+":
                right, left = one.child_by_field_name("right"), one.child_by_field_name("left")
                stack += [part for part in (right, left) if part is not None]
            elif one.type != "comment":
                terms.append(one)
        if not any(term.type in ("string", "template_string") for term in terms):
            return False
        joint = Mapped()
        for term in terms:
            if term.type in ("string", "template_string"):
                self._decoded(term).copy_to(joint)
            else:
                joint.add(UNKNOWN, *self._range(term))
                self.walk(term)
        if node.parent is not None:
            self._copy(joint, self._name(node.parent, node))
        return True

    # -- JSX -------------------------------------------------------------------------------------

    def _element(self, node: Node, html: Mapped, inline: bool) -> None:
        """Put an element together as HTML; `inline` says that text stands beside it."""
        opening = node if node.type == "jsx_self_closing_element" else node.children[0]
        name = self._text(opening.child_by_field_name("name"))
        start, end = self._range(opening)
        if name in ("style", "script", "code", "pre"):
            if name == "code":
                html.add(UNKNOWN, *self._range(node))
            return
        tag = name if name and name[0].islower() and "." not in name else None
        if tag is None:
            tag = "span" if inline or not name else "div"
            if plain_name(name).endswith("link"):
                tag = "span"
        attributes = self._attributes(opening)
        href = attributes.get("href")
        extra = f' href="{_attribute(href)}"' if tag == "a" and href else ""
        html.mark(f"<{tag}{extra}>", start)
        if opening is node:
            if tag not in ("br", "img", "input", "hr"):
                html.mark(f"</{tag}>", end)
            return
        children = node.children[1:-1] if node.children[-1].type != "jsx_text" else []
        beside = any(one.type == "jsx_text" and self._text(one).strip() for one in children)
        for child in children:
            self._child(child, html, beside)
        html.mark(f"</{tag}>", self._range(node)[1])

    def _child(self, child: Node, html: Mapped, beside: bool) -> None:
        start, end = self._range(child)
        if child.type in _ENTITY_NODES:
            html.add(self._source[start:end], start, end)
        elif child.type in _JSX:
            self._element(child, html, beside)
        elif child.type == "jsx_expression":
            self._expression(child, html, beside)

    def _expression(self, node: Node, html: Mapped, beside: bool) -> None:
        inner = [one for one in node.named_children if one.type != "comment"]
        for comment in node.named_children:
            if comment.type == "comment":
                start, end = self._range(comment)
                words = self._source[start:end]
                words = words[2:-2] if words.startswith("/*") else words.lstrip("/")
                whole = self._range(node) if not inner else (start, end)
                self.comments.append(Comment(words, *whole))
        if not inner:
            return
        if inner[0].type in ("string", "template_string"):
            html.markup(self._decoded(inner[0]))
            return
        elements = self._elements(inner[0])
        for element in elements:
            self._element(element, html, beside)
        if not elements:
            html.add(UNKNOWN, *self._range(node))
            self.walk(inner[0])

    def _elements(self, node: Node) -> list[Node]:
        """The outermost elements in an expression; other strings in it are read by themselves."""
        found: list[Node] = []
        stack = [node]
        while stack:
            one = stack.pop()
            if one.type in _JSX:
                found.append(one)
            else:
                stack += reversed(one.children)
        if found:
            stack = [node]
            while stack:
                one = stack.pop()
                if one.type in ("string", "template_string"):
                    self._string(one)
                elif one.type == "comment":
                    self._comment(one)
                elif one.type not in _JSX:
                    stack += reversed(one.children)
        return found

    def _attributes(self, opening: Node) -> dict[str, str]:
        """Read an element's attributes that say something; return all that are plain strings."""
        found: dict[str, str] = {}
        for attribute in opening.children:
            if attribute.type != "jsx_attribute":
                if attribute.type == "jsx_expression":
                    self.walk(attribute)
                continue
            name = self._text(attribute.children[0])
            value = attribute.children[-1] if len(attribute.children) > 1 else None
            if value is None:
                continue
            inner = value
            if value.type == "jsx_expression" and value.named_children:
                inner = value.named_children[0]
            if inner.type not in ("string", "template_string"):
                self.walk(inner)
                continue
            mapped = self._decoded(inner)
            found[name] = mapped.text
            if name in SPOKEN:
                self._spoken(mapped, name)
            else:
                self._copy(mapped, name)
        return found

    def _spoken(self, mapped: Mapped, name: str) -> None:
        html = Mapped()
        at = mapped.range(0, 0)[0]
        aside = name in ("alt", "title", "aria-label")
        html.mark('<img alt="' if aside else "<p>", at)
        html.markup(mapped)
        html.mark('">' if aside else "</p>", at)
        self.parts.append(read_html(html, self._source, self._format))


def _attribute(value: str) -> str:
    from html import escape

    return escape(value)


def _sign(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _ESCAPED.get(match[4], match[4])
    number = int(code, 16)
    return "\ufffd" if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else chr(number)
