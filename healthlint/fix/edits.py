"""Edits of a source, the texts that come of them, and how two texts are compared."""

from __future__ import annotations

from collections.abc import Iterable

from healthlint.decisions.suppress import Edit
from healthlint.document import Document
from healthlint.fix.containers import Container
from healthlint.fix.place import Words
from healthlint.readers.runs import BlockBuilder


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The source with edits that stand apart, whatever their order."""
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def requoted(
    source: str, edits: list[Edit], inside: Container | None
) -> tuple[Edit, ...]:
    """The edits in order; as one that writes a whole string anew where its quotes ask for it."""
    edits = sorted(edits, key=lambda edit: edit.start)
    if inside is None or inside.again is None:
        return tuple(edits)
    mine = [one for one in edits if inside.low <= one.start and one.end <= inside.high]
    moved = [Edit(e.start - inside.low, e.end - inside.low, e.text) for e in mine]
    whole = inside.again(edited(source[inside.low : inside.high], moved))
    if whole is None:
        return tuple(edits)
    others = [one for one in edits if one not in mine]
    new = [*others, Edit(inside.start, inside.end, whole)]
    return tuple(sorted(new, key=lambda edit: edit.start))


def changed(text: str, changes: list[tuple[Words, str]]) -> str:
    """The text of a block with new words in it."""
    for words, new in sorted(changes, key=lambda change: change[0].start, reverse=True):
        text = text[: words.start] + new + text[words.end :]
    return text


def seen(texts: Iterable[str], document: Document) -> list[str]:
    """Texts as blocks show them, blanks collapsed; plain text as one, for its lines may move."""
    found = []
    for text in texts:
        builder = BlockBuilder()
        builder.add(text, 0, len(text))
        shown = " ".join(builder.finish()[0].split())
        if shown:
            found.append(shown)
    return [" ".join(found)] if document.format == "text" and len(found) > 1 else found


def line_end(source: str, at: int) -> int:
    """Where the line ends that an offset stands on."""
    ends = [place for place in (source.find("\n", at), source.find("\r", at)) if place >= 0]
    return min(ends, default=len(source))


def newline_at(source: str, at: int) -> str:
    """The line end at an offset."""
    return "\r\n" if source.startswith("\r\n", at) else source[at : at + 1]


def newline(source: str) -> str:
    """The line end that a draft uses."""
    at = line_end(source, 0)
    return newline_at(source, at) or "\n"
