"""What a comment says to us, and how far it reaches.

A suppression is a comment such as `healthlint-disable-line SAF001, hype -- the reason`; `VERBS` has
all that may stand in the place of `disable-line`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from healthlint.document import Comment, Document

#: What may follow `healthlint-`, and what it reaches.
VERBS = {
    "disable-next-block": "the next paragraph, heading, list item or table",
    "disable-line": "what touches the line it stands on",
    "disable": "from here to `healthlint-enable` or the end of the draft",
    "disable-file": "the whole draft",
    "enable": "ends `healthlint-disable`",
}

_MEANT = re.compile(r"\s*healthlint(?:-|[:\s]+(?=(?:dis|en)able))\s*([\w-]*)", re.IGNORECASE)
_REASON = re.compile(r"(?:^|\s)(?:--+|[\u2013\u2014])(?:\s+|(?=\w)|$)")
_BLANK_LINE = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t>]*(?:\r\n?|\n)")
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|td|th|figure|section|article)\b", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directive:
    """One comment that is meant for us: `verb` is a key of `VERBS`, or `wrong` says why not."""

    comment: Comment
    verb: str
    words: tuple[str, ...] = ()
    reason: str = ""
    wrong: str = ""


def parse(comment: Comment) -> Directive | None:
    """What a comment says to us; None for a comment that is meant for somebody else."""
    meant = _MEANT.match(comment.text)
    if not meant:
        return None
    verb = meant[1].lower()
    said = " ".join(comment.text[meant.end() :].split())
    if "healthlint-" not in comment.text[: meant.end()].lower():
        return Directive(comment, "", wrong=f"write `healthlint-{verb}`, with a hyphen")
    if verb not in VERBS:
        from difflib import get_close_matches

        # Other linters know a next line; prose has blocks.
        next_one = verb.startswith("disable-next")
        near = ["disable-next-block"] if next_one else get_close_matches(verb, VERBS, 1)
        wrong = f"there is no `healthlint-{verb}`" + (
            f" (did you mean `healthlint-{near[0]}`?)"
            if near
            else "; there are: " + ", ".join(f"healthlint-{known}" for known in VERBS)
        )
        return Directive(comment, "", wrong=wrong)
    mark = _REASON.search(said)
    named, reason = (said[: mark.start()], said[mark.end() :]) if mark else (said, "")
    words = tuple(dict.fromkeys(word for word in re.split(r"[,\s]+", named) if word))
    if not words and verb != "enable":
        wrong = f"name the rules, codes or categories after `healthlint-{verb}`"
        return Directive(comment, verb, wrong=wrong)
    return Directive(comment, verb, words, reason.strip())


def area(one: Directive, document: Document, blocks: list[Extent]) -> tuple[int, int]:
    """The source range of a directive; where a `disable` ends is not looked at."""
    start, end, whole = one.comment.start, one.comment.end, len(document.source) + 1
    if one.verb == "disable-file":
        return 0, whole
    if one.verb == "disable":
        return start, whole
    if one.verb == "disable-line":
        lines = document.line_starts
        first, _ = document.line_column(start)
        last, _ = document.line_column(max(start, end - 1))
        return lines[first - 1], lines[last] if last < len(lines) else whole
    return _next_block(end, document, blocks)


@dataclass(frozen=True, slots=True, order=True)
class Extent:
    """A block's source range and kind."""

    start: int
    end: int
    kind: str


def extents(document: Document) -> list[Extent]:
    return sorted(
        Extent(min(r.start for r in b.runs), max(r.end for r in b.runs), b.kind)
        for b in document.blocks
        if b.runs
    )


def _next_block(at: int, document: Document, blocks: list[Extent]) -> tuple[int, int]:
    """The block that begins at or after `at`, with the images in it; before a table, all of it."""
    source = document.source
    number = bisect_left(blocks, Extent(at, -1, ""))
    if number == len(blocks):
        return at, at
    table_end = _TABLE_END if document.format == "html" else _BLANK_LINE
    before = blocks[number - 1] if number else None
    in_table = before and before.kind == "cell" and not table_end.search(source, before.end, at)
    first = last = blocks[number]
    end = first.end
    for one in islice(blocks, number + 1, None):
        gap = source[end : one.start]
        if one.start < end:
            apart = None
        elif one.kind == "cell" == last.kind and not in_table:
            apart = table_end.search(gap)
        elif "alt" in (one.kind, last.kind):
            apart = _BLANK_LINE.search(gap) or _BLOCK_END.search(gap)
        else:
            break
        if apart:
            break
        end, last = max(end, one.end), one
    return first.start, end


def without(one: Directive, idle: list[str], source: str) -> str | None:
    """The comment without some of its names; None where its words are not literally there."""
    start, end = one.comment.start, one.comment.end
    whole = source[start:end]
    at = whole.find(one.comment.text)
    if at < 0:
        return None
    meant = _MEANT.match(one.comment.text)
    assert meant
    head, said = one.comment.text[: meant.end()], one.comment.text[meant.end() :]
    mark = _REASON.search(said)
    named, rest = (said[: mark.start()], said[mark.start() :]) if mark else (said, "")
    lead = named[: len(named) - len(named.lstrip())]
    kept = ", ".join(word for word in one.words if word not in idle)
    tail = named[len(named.rstrip()) :]
    said = f"{head}{lead}{kept}{tail}{rest}"
    return whole[:at] + said + whole[at + len(one.comment.text) :]
