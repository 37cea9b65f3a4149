"""Plain words written as a format wants them, at one place of a draft.

Where more than one way of writing is possible (Markdown may hold HTML), all are given, the likelier
one first; whoever edits reads the result again and takes the one that shows the right words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from healthlint.document import Block, Document
from healthlint.fix.containers import Container
from healthlint.readers.mapped import HTML

Encode = Callable[[str], str]

_MARKUP = re.compile(
    r"[\\`*~]|(?<!\w)_|_(?!\w)|<(?=[a-zA-Z/!?])|&(?=#?\w{1,31};)"
    r"|\](?=[(\[:])|!(?=\[)|\[(?=\^)"
)
_LEADING = re.compile(r"(?:[#>]|[-+=](?=[\s=-]|$)|\[(?=[ xX]\]))|(\d{1,9})([.)])(?=\s|$)")


def encoders(
    document: Document, block: Block, at: int, inside: Container | None = None
) -> tuple[Encode, ...]:
    """The ways to write words at the source offset `at` of a block, which stands `inside` that."""
    source, format = document.source, document.format
    if inside is not None:
        ways = _within(source[inside.low : inside.high], inside.kind, block)
        return tuple(_both(way, inside.encode) for way in ways)
    cell, at_start = block.kind == "cell", _starts_line(source, at)
    if format == "html":
        opened = source.rfind("<", 0, at) > source.rfind(">", 0, at)
        return (_both(html_attribute if opened else html_text, _undirected),)
    if format == "markdown":
        ways = (markdown_label, html_attribute) if block.kind == "alt" else (
            lambda text: markdown(text, cell, at_start), html_text
        )  # fmt: skip
        return tuple(_both(way, _undirected) for way in ways)
    if format == "mdx":
        if block.kind == "alt":
            return html_attribute, markdown_label
        return (_both(lambda text: markdown(text, cell, at_start), _unbraced), html_attribute)
    return _LIGHT.get(format, (_same,))


def beginnings(format: str, text: str) -> tuple[str, ...]:
    """The ways to write words that are a paragraph of their own."""
    if format in ("markdown", "mdx"):
        return ((_unbraced if format == "mdx" else _undirected)(markdown(text, at_start=True)),)
    return tuple(way(text) for way in _LIGHT.get(format, (_same,)))


def _within(content: str, kind: str, block: Block) -> tuple[Encode, ...]:
    """The ways to write words in a text with this content: plainly where that shows them."""
    cell = block.kind == "cell"
    if kind == "html" or kind == "string" and HTML.search(content):
        return (html_attribute,) if block.kind == "alt" else (html_text,)
    if block.kind == "alt" and kind == "string":
        return markdown_label, _same, html_attribute
    return (
        _same,
        lambda text: markdown(text, cell),
        lambda text: markdown(text, cell, at_start=True),
        html_text,
    )


def _both(first: Encode, second: Encode) -> Encode:
    return lambda text: second(first(text))


def _undirected(text: str) -> str:
    """Words in which no template sees a directive."""
    return re.sub(r"\{(?=[{%#!])", "&#123;", text)


def _unbraced(text: str) -> str:
    """Words in which MDX sees no code."""
    return re.sub(r"[{}]", r"\\\g<0>", text)


def html_text(text: str) -> str:
    """For the text of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def html_attribute(text: str) -> str:
    """For an attribute's value, in quotes of either kind."""
    return html_text(text).replace('"', "&quot;").replace("'", "&#39;")


def markdown(text: str, cell: bool = False, at_start: bool = False) -> str:
    """For running Markdown: what would become markup is escaped, the rest left as it is."""
    out = _MARKUP.sub(lambda match: "\\" + match[0], text)
    if cell:
        out = out.replace("|", "\\|")
    if at_start and (lead := _LEADING.match(out)):
        head = f"{lead[1]}\\{lead[2]}" if lead[1] else f"\\{lead[0]}"
        out = head + out[lead.end() :]
    return out


def markdown_label(text: str) -> str:
    """For the text that stands for an image, and for the title of a link."""
    return re.sub(r"[\\`*_\[\]\"'<]", lambda match: "\\" + match[0], text)


def _same(text: str) -> str:
    return text


def _rst(text: str) -> str:
    return re.sub(r"[\\*`|]|_(?!\w)", r"\\\g<0>", text)


def _asciidoc(text: str) -> str:
    return re.sub(r"[*_`#^~\[{<+]", r"\\\g<0>", text)


#: Formats in which an escape is shown where it escapes nothing: plainly first.
_LIGHT: dict[str, tuple[Encode, ...]] = {"rst": (_same, _rst), "asciidoc": (_same, _asciidoc)}


def _starts_line(source: str, at: int) -> bool:
    """Whether nothing but blanks and the marks of quotations and lists stands before `at`."""
    line = source[max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) + 1 : at]
    return not re.search(r"[^\s>*+\-\ufeff]", re.sub(r"\d{1,9}[.)](?=\s)", "", line))
