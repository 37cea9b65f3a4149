"""HTML as tokens with exact places, read as a browser reads it, in time linear in its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from healthlint.lazyre import lazy
from healthlint.readers.builder import Piece

#: Elements whose content is text up to their end tag, whatever it looks like.
RAW = frozenset(["script", "style", "xmp", "iframe", "noembed", "noframes", "noscript"])
RCDATA = frozenset(["title", "textarea"])

_TAG = lazy(r"</?([A-Za-z][^\t\n\f\r />]*)(>)?")
_ATTRIBUTE = lazy(
    r"[\t\n\f\r /]*(?:(>)|([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*"
    r"(?:\"([^\"]*)(\"?)|'([^']*)('?)|([^\t\n\f\r >]+))?)?)"
)
_COMMENT_END = lazy(r"--!?>")
_REFERENCE = lazy(r"&(?:#(?:[xX][0-9A-Fa-f]+|[0-9]+);?|[A-Za-z][A-Za-z0-9]*;?)")
_LONGEST_BARE_NAME = 6  # &Aacute
_COMMON = {
    "amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'", "nbsp;": "\u00a0",
    "shy;": "\u00ad", "ndash;": "\u2013", "mdash;": "\u2014", "lsquo;": "\u2018",
    "rsquo;": "\u2019", "ldquo;": "\u201c", "rdquo;": "\u201d", "hellip;": "\u2026",
    "bull;": "\u2022", "middot;": "\u00b7", "copy;": "\u00a9", "reg;": "\u00ae",
    "trade;": "\u2122", "rarr;": "\u2192", "eacute;": "\u00e9",
}  # fmt: skip


@dataclass(slots=True)
class Token:
    """Text (no name), a start tag or an end tag at `[start, end)` of the text that was scanned.

    `attributes` maps lower-case names to the range of their raw values; `raw` text has no
    character references.
    """

    name: str
    start: int
    end: int
    closing: bool = False
    self_closing: bool = False
    raw: bool = False
    attributes: dict[str, tuple[int, int]] | None = None


def tokens(text: str, comments: list[tuple[int, int]] | None = None) -> Iterator[Token]:
    """The tokens of HTML text in order; comments, declarations and unfinished tags are left out.

    The ranges of comments, marks included, are put into `comments`.
    """
    done = at = 0
    while (at := text.find("<", at)) >= 0:
        tag = _TAG.match(text, at)
        end = None if tag else _markup_end(text, at)
        if not tag and end is None:  # a plain "<"
            at += 1
            continue
        if at > done:
            yield Token("", done, at)
        if end is not None:
            if comments is not None and text.startswith("<!--", at):
                comments.append((at, end))
            done = at = end
            continue
        assert tag
        token = _read_tag(text, tag)
        if token is None:
            return
        yield token
        done = at = token.end
        if not token.closing and (token.name in RAW or token.name in RCDATA):
            close = re.compile(rf"</{token.name}(?=[\t\n\f\r />])", re.IGNORECASE).search(text, at)
            done = at = close.start() if close else len(text)
            if done > token.end:
                yield Token("", token.end, done, raw=token.name in RAW)
        elif not token.closing and token.name == "plaintext":
            break
    if done < len(text):
        yield Token("", done, len(text))


def _markup_end(text: str, at: int) -> int | None:
    """Where a comment, declaration or `</>` at `at` ends; None if the "<" is just text."""
    following = text[at + 1 : at + 3]
    if following == "!-" and text.startswith("<!--", at):
        if text.startswith((">", "->"), at + 4):
            return text.index(">", at) + 1
        close = _COMMENT_END.search(text, at + 4)
        return close.end() if close else len(text)
    if following[:1] in ("!", "?") or (following[:1] == "/" and following != "/"):
        close_at = text.find(">", at + 2)
        return close_at + 1 if close_at >= 0 else len(text)
    return None


def _read_tag(text: str, tag: re.Match[str]) -> Token | None:
    """The tag that begins with `tag`; None if the text ends inside it."""
    token = Token(tag[1].lower(), tag.start(), tag.end(), closing=text[tag.start() + 1] == "/")
    if tag[2]:
        return token
    attributes = token.attributes = {}
    at = tag.end()
    while part := _ATTRIBUTE.match(text, at):
        at = part.end()
        if part[1]:
            token.end = at
            token.self_closing = text[at - 2] == "/"
            return token
        if part[4] == "" or part[6] == "":  # a quoted value without an end
            return None
        group = 3 if part[3] is not None else 5 if part[5] is not None else 7
        value = part.span(group) if part[group] is not None else (at, at)
        attributes.setdefault(part[2].lower(), value)
    return None


def decoded(text: str, start: int, end: int, base: int, attribute: bool = False) -> Iterator[Piece]:
    """The pieces of `text[start:end]`, character references decoded; `base` is added to ranges."""
    done = start
    if text.find("&", start, end) >= 0:
        for match in _REFERENCE.finditer(text, start, end):
            at = match.start()
            value, length = _character(match[0], text[match.end() : match.end() + 1], attribute)
            if not length:
                continue
            if at > done:
                yield text[done:at], base + done, base + at
            done = at + length
            yield value, base + at, base + done
    if done < end:
        yield text[done:end], base + done, base + end


def plain(text: str, start: int, end: int) -> str:
    """The decoded attribute value at `text[start:end]`."""
    return "".join(piece for piece, _, _ in decoded(text, start, end, 0, attribute=True))


def _character(reference: str, following: str, attribute: bool) -> tuple[str, int]:
    """What a character reference stands for and how much of it counts; ("", 0) if it is text."""
    name = reference[1:]
    if name[0] == "#":
        digits = name[1:].rstrip(";")
        number = digits[1:] if digits[0] in "xX" else digits
        code = int(number, 16 if digits[0] in "xX" else 10) if len(number) < 12 else -1
        return _from_code(code), len(reference)
    if name in _COMMON:
        return _COMMON[name], len(reference)
    from html.entities import html5

    if name.endswith(";") and name in html5:
        return html5[name], len(reference)
    for length in range(min(len(name), _LONGEST_BARE_NAME), 1, -1):
        if name[:length] in html5:
            after = name[length : length + 1] or following
            if attribute and (after == "=" or after.isalnum()):
                return "", 0
            return html5[name[:length]], length + 1
    return "", 0


def _from_code(code: int) -> str:
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", errors="ignore") or chr(code)
    if code <= 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)
