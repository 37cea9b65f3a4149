"""What words stand in, in scripts and components: strings, attributes, texts of elements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from healthlint.fix.containers import Container, in_json
from healthlint.readers.components import FENCE, SECTION
from healthlint.readers.script import parsed
from healthlint.readers.utf8 import byte_places

if TYPE_CHECKING:
    from tree_sitter import Node

_MARKUP = ("jsx_text", "html_character_reference", "jsx_element", "jsx_fragment")


def always_shown(source: str, at: int, jsx: bool) -> bool:
    """Whether text of an element in a script stands among nothing but elements."""
    start = 1 if source.startswith("\ufeff") else 0
    byte = len(source[start:at].encode("utf-8", "replace"))
    node: Node | None = parsed(source[start:], jsx).descendant_for_byte_range(byte, byte + 1)
    while node is not None and node.type in _MARKUP:
        node = node.parent
    return node is not None and node.type != "jsx_expression" and not _in_markup(node)


def _in_markup(node: Node | None) -> bool:
    while node is not None:
        if node.type in _MARKUP:
            return True
        node = node.parent
    return False


def in_script(source: str, start: int, end: int, at: int, jsx: bool) -> Container | None:
    """The string or text of an element in the script at `source[start:end]`."""
    text = source[start:end]
    place = byte_places(text, start)
    byte = len(text[: at - start].encode("utf-8", "replace"))
    node: Node | None = parsed(text, jsx).descendant_for_byte_range(byte, byte + 1)
    while node is not None:
        first, last = place(node.start_byte), place(node.end_byte)
        parent = node.parent
        if node.type == "string":
            if parent is not None and parent.type == "jsx_attribute":
                return Container(first, last, first + 1, last - 1, "plain", _in_attribute)
            return _in_quotes(source, first, last)
        if node.type == "template_string":
            return _in_quotes(source, first, last)
        if node.type in ("jsx_text", "html_character_reference"):
            return Container(first, last, first, last, "html", _in_braces)
        node = parent
    return None


def _in_quotes(source: str, start: int, end: int) -> Container:
    quote = source[start]

    def encode(text: str) -> str:
        text = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
        text = text.replace("\r", "\\r").replace("\n", "\\n")
        text = re.sub("[\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", text)
        if quote == "`":
            text = text.replace("${", "\\${")
        return re.sub(r"<(?=/script|!--)", r"<\\", text, flags=re.IGNORECASE)

    return Container(start, end, start + 1, end - 1, "string", encode)


def _in_braces(text: str) -> str:
    """HTML text where braces hold code."""
    return text.replace("{", "&#123;").replace("}", "&#125;")


def _in_attribute(text: str) -> str:
    text = re.sub(r"&(?=#?\w)", "&amp;", text)
    return text.replace('"', "&quot;").replace("'", "&#39;").replace("<", "&lt;")


# -- components ----------------------------------------------------------------------------------


def in_component(source: str, format: str, at: int) -> Container | None:
    """What a place stands in, in the script or the template of a component."""
    if format == "astro" and (fence := FENCE.match(source)) and at < fence.end():
        return in_script(source, *fence.span(1), at, jsx=False)
    for section in SECTION.finditer(source):
        if not section.start("body") <= at < section.end("body"):
            continue
        if section["name"].lower() == "i18n":
            return in_json(source, at)
        jsx = bool(re.search(r"lang=[\"'](?:jsx|tsx)", section["attributes"]))
        return in_script(source, *section.span("body"), at, jsx)
    mask = _in_mustaches if format == "vue" else _in_braces
    if source.rfind("<", 0, at) > source.rfind(">", 0, at):
        return Container(at, at, at, at, "plain", lambda text: mask(_in_attribute(text)))
    return Container(at, at, at, at, "html", mask)


def _in_mustaches(text: str) -> str:
    """HTML text where double braces hold code."""
    return text.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")
