"""Places for a paragraph of its own, at the end of the running text of a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator

from healthlint.decisions.suppress import Edit
from healthlint.document import Block, Document
from healthlint.fix.containers import Container, container
from healthlint.fix.edits import line_end, newline
from healthlint.fix.encode import beginnings, html_text, markdown
from healthlint.readers.mapped import HTML

_COMPONENTS = ("script", "typescript", "vue", "svelte", "astro")
_DATA = ("json", "jsonl", "yaml", "toml", "feed")
#: Blocks of content data that are looked at, from the last one on.
_LOOKED_AT = 20

#: Where an element ends that a paragraph may follow, by the kind of its last block.
_HTML_ENDS = {
    "list-item": re.compile(r".*?</(?:ul|ol|menu)\s*>", re.DOTALL | re.IGNORECASE),
    "cell": re.compile(r".*?</table\s*>", re.DOTALL | re.IGNORECASE),
    "paragraph": re.compile(r"(?:\s*</(?!div|section|main|body|article)\w+\s*>)*", re.IGNORECASE),
    "heading": re.compile(r"(?:\s*</(?!div|section|main|body|article)\w+\s*>)*", re.IGNORECASE),
}
#: The same among components, of which nobody knows what they hold.
_TEXT_ENDS = re.compile(
    r"(?:\s*</(?:p|a|b|i|u|q|em|strong|small|span|blockquote|h[1-6])\s*>)*", re.IGNORECASE
)


def additions(document: Document, text: str) -> Iterator[Edit]:
    """The edits that may add a paragraph, the likeliest first; whether one does is to be tried."""
    if document.format in (*_DATA, *_COMPONENTS):
        blocks = _in_order(document, ("paragraph", "list-item"))[-_LOOKED_AT:]
        for block in reversed(blocks):
            inside = container(document, block.runs[-1].end - 1)
            if inside is None:
                continue
            if inside.kind == "html":
                yield _element(document, block, text, inside)
            elif inside.kind == "string" and _is_body(document, inside):
                yield from _in_string(document, block, text, inside)
        return
    html = document.format == "html"
    orders = [("paragraph", "list-item", "cell"), ("heading",)]
    if html:  # a footer of links ends no running text
        orders = [("paragraph",), *orders]
    for kinds in orders:
        if blocks := _in_order(document, kinds):
            last = blocks[-1]
            if html:
                yield _element(document, last, text)
            else:
                yield from _paragraph(document, last, text)
            return


def _in_order(document: Document, kinds: tuple[str, ...]) -> list[Block]:
    some = [block for block in document.blocks if block.kind in kinds and block.runs]
    return sorted(some, key=lambda block: block.runs[-1].end)


def _paragraph(document: Document, last: Block, text: str) -> Iterator[Edit]:
    source = document.source
    line = newline(source)
    end = line_end(source, last.runs[-1].end)
    for said in beginnings(document.format, text):
        yield Edit(end, end, f"{line}{line}{said}")


def _element(
    document: Document, last: Block, text: str, inside: Container | None = None
) -> Edit:
    source, at = document.source, last.runs[-1].end
    ends = _HTML_ENDS[last.kind]
    if document.format in _COMPONENTS and last.kind != "list-item":
        ends = _TEXT_ENDS
    if match := ends.match(source, at):
        at = match.end()
    said = html_text(text)
    return Edit(at, at, f"{newline(source)}<p>{inside.encode(said) if inside else said}</p>")


def _is_body(document: Document, inside: Container) -> bool:
    """Whether a string holds more than a line: paragraphs, or elements of HTML."""
    if re.search(r"<(?:p|div|li|h[1-6])\b", document.source[inside.low : inside.high]):
        return True
    mine = [
        block
        for block in document.blocks
        if block.runs and inside.low <= block.runs[0].start < inside.high
    ]
    return len(mine) > 1


def _in_string(
    document: Document, last: Block, text: str, inside: Container
) -> Iterator[Edit]:
    source, at = document.source, last.runs[-1].end
    if HTML.search(source[inside.low : inside.high]):
        if match := _HTML_ENDS[last.kind].match(source, at, inside.high):
            at = match.end()
        yield Edit(at, at, inside.encode(f"<p>{html_text(text)}</p>"))
        return
    said = inside.encode("\n\n" + markdown(text, at_start=True))
    if "\n" not in said:  # with an escape for it
        yield Edit(inside.high, inside.high, said)
    elif source[inside.start] in "|>":
        line = newline(source)
        begin = max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) + 1
        indent = re.compile(r"[ \t]*").match(source, begin)
        end = line_end(source, at)
        lead = indent[0] if indent else ""
        yield Edit(end, end, f"{line}{line}{lead}{said.strip()}")
