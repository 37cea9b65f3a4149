"""One edit of the source for new words in a block, with the markup around them in balance.

Between the words that a reader sees stand emphasis, links, tags and note marks. What opens and
closes inside the replaced range goes with it; a link goes around its words again where the new
words hold them; what only opens or only closes inside stays. Note marks and comments stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from healthlint.decisions.suppress import Edit
from healthlint.document import Block, Document
from healthlint.fix.errors import Refused
from healthlint.fix.place import Words

_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike "
    "strong sub sup tt u var".split()
)
_VOID = frozenset(["br", "wbr"])
_URL_PART = r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
_TOKEN = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<raised><sup\b[^>]*>.*?</sup>|\[\^[^\]\s]+\])"
    r"|(?P<tag></?[a-zA-Z][\w:-]*(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>)"
    rf"|(?P<unlink>\]{_URL_PART}|\]\[[^\]]*\]|\])"
    r"|(?P<link>(?<!!)\[)"
    r"|(?P<emphasis>\*+|_+|~~)"
    r"|(?P<nothing>[\s>\\\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+)",
    re.DOTALL,
)
_RAISED_DIGITS = re.compile(r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+")
#: Formats whose own marks these are not: what they mark is proven by reading the draft again.
_UNMARKED = ("text", "rst", "asciidoc")
_SCRIPTS = ("script", "typescript", "vue", "svelte", "astro")
#: Between two strings that are put together, or around one among the children of an element.
_JOINT = re.compile(r"([\"'`])\s*\+\s*\1|\{\s*[\"'`]|[\"'`]\s*\}")


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of markup: `name` tells which end belongs to which start."""

    role: str  # open, close, keep
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """A link that lies inside the replaced range: its two tokens and its words."""

    opens: str
    closes: str
    words: str


def edit_for(
    document: Document, words: Words, text: str, encode: Callable[[str], str]
) -> Edit:
    """The edit that puts `text` in the place of some words. Raises `Refused`."""
    block, source = document.blocks[words.block], document.source
    if document.format in _UNMARKED:
        _refuse_links(block, words)
    pieces = _pieces(block, words)
    low, high = pieces[0][0], pieces[-1][1]
    tokens: list[_Token] = []
    for (_, end, _, _), (start, _, _, _) in zip(pieces, pieces[1:], strict=False):
        if start > end:
            tokens += _tokens(document, block, end, start)
    pairs, left = _paired(tokens)
    low, high, pairs, left = _widened(source, low, high, pairs, left)

    links = [
        _Wrapped(
            source[a.start : a.end],
            source[b.start : b.end],
            _between(block, pieces, a.end, b.start),
        )
        for a, b in pairs
        if a.name in ("link", "a")
    ]
    kept = "".join(source[token.start : token.end] for token in left if token.role == "keep")
    closes = "".join(source[token.start : token.end] for token in left if token.role == "close")
    opens = "".join(source[token.start : token.end] for token in left if token.role == "open")
    new = _linked(text, links, encode) + kept + closes
    return Edit(low, high, new + opens if closes else opens + new)


def _refuse_links(block: Block, words: Words) -> None:
    for link in block.links:
        if link.start < link.end and link.start < words.end and words.start < link.end:
            said = block.text[link.start : link.end]
            raise Refused(f"its link “{said}” has no place in the new words")
    if any(words.start < note.at < words.end for note in block.notes):
        raise Refused("there is the mark of a note inside it")


def _pieces(block: Block, words: Words) -> list[tuple[int, int, int, int]]:
    """Source start and end, text start and end, of what the words are made of."""
    found = []
    for run in block.runs:
        since, until = max(run.at, words.start), min(run.at + run.length, words.end)
        if since >= until:
            continue
        if run.length == run.end - run.start:
            shift = run.start - run.at
            found.append((since + shift, until + shift, since, until))
        else:
            found.append((run.start, run.end, since, until))
    return found


def _tokens(document: Document, block: Block, start: int, end: int) -> list[_Token]:
    source, found, at = document.source, [], start
    if document.format in _UNMARKED:
        return []
    while at < end:
        if document.format in _SCRIPTS and (joint := _JOINT.match(source, at, end)):
            at = joint.end()
            continue
        match = _TOKEN.match(source, at, end) or _RAISED_DIGITS.match(source, at, end)
        if match is None:
            raise Refused(
                "it runs over several strings"
                if document.format in ("json", "jsonl", "yaml", "toml")
                else "there is an image or other markup inside it"
            )
        at = match.end()
        kind = match.lastgroup
        if kind == "tag":
            found += _tag(match[0], match.start(), at)
        elif kind in ("comment", "raised", None):
            found.append(_Token("keep", "", match.start(), at))
        elif kind == "unlink":
            found.append(_Token("close", "link", match.start(), at))
        elif kind == "link":
            found.append(_Token("open", "link", match.start(), at))
        elif kind == "emphasis":
            opened = source.count(match[0], block.runs[0].start, match.start())
            opened += source.startswith(match[0], block.runs[0].start - len(match[0]))
            found.append(_Token("close" if opened % 2 else "open", match[0], match.start(), at))
    return found


def _tag(raw: str, start: int, end: int) -> list[_Token]:
    name = re.split(r"[\s/>]", raw.lstrip("</"), maxsplit=1)[0].lower()
    if name in _VOID:
        return []
    if name not in _INLINE:
        raise Refused(f"there is a <{name}> inside it")
    return [_Token("close" if raw.startswith("</") else "open", name, start, end)]


def _paired(tokens: list[_Token]) -> tuple[list[tuple[_Token, _Token]], list[_Token]]:
    """Starts with their ends, and the tokens that are left, in order."""
    pairs: list[tuple[_Token, _Token]] = []
    left: list[_Token] = []
    for token in tokens:
        if token.role == "close":
            same = (one for one in reversed(left) if one.role == "open" and one.name == token.name)
            if mine := next(same, None):
                left.remove(mine)
                pairs.append((mine, token))
                continue
        left.append(token)
    return pairs, left


def _widened(
    source: str, low: int, high: int, pairs: list[tuple[_Token, _Token]], left: list[_Token]
) -> tuple[int, int, list[tuple[_Token, _Token]], list[_Token]]:
    """Take in the other end of what is half inside, where it stands right at the edge."""
    pairs, left = list(pairs), list(left)
    for token in [one for one in left if one.role == "close"]:
        start = _start_before(source, low, token.name)
        if start is None:
            break
        pairs.append((_Token("open", token.name, start, low), token))
        low = start
        left.remove(token)
    for token in [one for one in reversed(left) if one.role == "open"]:
        end = _end_after(source, high, token.name)
        if end is None:
            break
        pairs.append((token, _Token("close", token.name, high, end)))
        high = end
        left.remove(token)
    return low, high, pairs, left


def _start_before(source: str, at: int, name: str) -> int | None:
    if name == "link":
        return at - 1 if source[at - 1 : at] == "[" and source[at - 2 : at - 1] != "!" else None
    if name[0] in "*_~":
        return at - len(name) if source.endswith(name, 0, at) else None
    start = source.rfind("<", 0, at)
    if start >= 0 and re.fullmatch(rf"<{name}\b[^<>]*>", source[start:at], re.IGNORECASE):
        return start
    return None


def _end_after(source: str, at: int, name: str) -> int | None:
    if name == "link":
        match = re.compile(rf"\]{_URL_PART}|\]\[[^\]]*\]").match(source, at)
    elif name[0] in "*_~":
        return at + len(name) if source.startswith(name, at) else None
    else:
        match = re.compile(rf"</{name}\s*>", re.IGNORECASE).match(source, at)
    return match.end() if match else None


def _between(block: Block, pieces: list[tuple[int, int, int, int]], start: int, end: int) -> str:
    return "".join(block.text[a:b] for since, until, a, b in pieces if start <= since < end)


def _linked(text: str, links: list[_Wrapped], encode: Callable[[str], str]) -> str:
    """The text with the links around their words again. Raises `Refused`."""
    places: list[tuple[int, int, _Wrapped]] = []
    for link in links:
        said = re.escape(" ".join(link.words.split())).replace(r"\ ", r"\s+")
        found = re.search(rf"(?<!\w){said}(?!\w)", text, re.IGNORECASE) if said else None
        if found is None:
            raise Refused(f"its link “{link.words}” has no place in the new words")
        places.append((found.start(), found.end(), link))
    places.sort(key=lambda place: place[0])
    parts, done = [], 0
    for start, end, link in places:
        if start < done:
            raise Refused(f"its link “{link.words}” has no place in the new words")
        parts += [encode(text[done:start]), link.opens, encode(text[start:end]), link.closes]
        done = end
    return "".join([*parts, encode(text[done:])])
