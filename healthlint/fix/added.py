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
#: The same among components, of which nobody knows what they hold: behind a paragraph only.
_PARAGRAPH_END = re.compile(r"(?:\s*</(?:a|b|i|u|q|em|strong|small|span)\s*>)*\s*</p\s*>")
#: What opens and closes a part of a template that is shown sometimes, or often.
_SOMETIMES = {"svelte": (r"\{#", r"\{/"), "astro": (r"\{", r"\}")}


def additions(document: Document, text: str) -> Iterator[Edit]:
    """The edits that may add a paragraph, the likeliest first; whether one does is to be tried."""
    if document.format in (*_DATA, *_COMPONENTS):
        blocks = _in_order(document, ("paragraph", "list-item"))
        blocks = [one for one in blocks if document.format in _DATA or one.kind == "paragraph"]
        blocks = blocks[-_LOOKED_AT:]
        for block in reversed(blocks):
            inside = container(document, block.runs[-1].end - 1)
            if inside is None:
                continue
            if inside.kind == "html":
                yield from _beside(document, block, text, inside)
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


def _element(document: Document, last: Block, text: str) -> Edit:
    source, at = document.source, last.runs[-1].end
    if match := _HTML_ENDS[last.kind].match(source, at):
        at = match.end()
    return Edit(at, at, f"{newline(source)}<p>{html_text(text)}</p>")


def _beside(document: Document, last: Block, text: str, inside: Container) -> Iterator[Edit]:
    """Behind a paragraph of a component that is always shown, and once."""
    source, at = document.source, last.runs[-1].end
    end = _PARAGRAPH_END.match(source, at)
    if end is None:
        return
    if document.format in ("script", "typescript"):
        from healthlint.fix.scripts import always_shown

        always = always_shown(source, at - 1, document.format == "script")
    else:
        signs = _SOMETIMES.get(document.format, ())
        counts = {len(re.findall(sign, source[:at])) for sign in signs}
        always = len(counts) < 2
    if always:
        said = inside.encode(html_text(text))
        yield Edit(end.end(), end.end(), f"{newline(source)}<p>{said}</p>")


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
