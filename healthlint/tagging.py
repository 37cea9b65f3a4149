"""One pass over a unit's words: which word classes stand where.

Tagged text is the unit's text in which each phrase of a word class stands between two private-use
characters, the class's opening and closing mark; patterns are written for it (`rulebook.emit`).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

import regex

from healthlint.rulebook.lookup import PhraseTable

_TOKEN = regex.compile(r"\w+")
#: The opening and the closing mark of a word class, by its number.
_OPEN_MARKS = [chr(code) for code in range(0xE000, 0xF000)]
_CLOSE_MARKS = [chr(code) for code in range(0xF000, 0xF900)]
# One character for one character: what looks alike to a reader is alike to a pattern.
ALIKE = {
    0x00A0: " ", 0x1680: " ", **dict.fromkeys(range(0x2000, 0x200B), " "),
    0x202F: " ", 0x205F: " ", 0x3000: " ", 0x0009: " ",
    **dict.fromkeys(map(ord, "\u2010\u2011\u2212\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\uff07"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201f\u00ab\u00bb\uff02"), '"'),
    0x017F: "s", 0x212A: "k", 0x0130: "I", 0x0131: "i",
}  # fmt: skip
_PRIVATE = regex.compile("[\ue000-\uf8ff]")


def alike(text: str) -> str:
    """`text` with look-alike blanks, hyphens and quotation marks made one; the same length."""
    text = text if text.isascii() else _PRIVATE.sub("\ufffc", text.translate(ALIKE))
    return text.replace("\t", " ")


class Words(NamedTuple):
    """A unit's words, and the phrases of word classes among them.

    `tokens` are [start, end) in `plain`, and `words` the same in lower case. `chunks` has a "1" for
    each word that stands first behind a blank or hyphen, or first of all, else "0". `hits` are
    (first word, last word, numbers of the classes).
    """

    plain: str
    tokens: list[tuple[int, int]]
    words: list[str]
    chunks: str
    hits: list[tuple[int, int, tuple[int, ...]]]


class Tagged(NamedTuple):
    """A unit's text with class marks.

    `marks` are the places of the marks in `text`, ascending; `starts` the places in it where each
    word begins, marks that open there included.
    """

    plain: str
    text: str
    marks: list[int]
    starts: list[int]

    def offset(self, at: int) -> int:
        """The offset in `plain` of a place in `text`."""
        return at - bisect_left(self.marks, at)


class Tagger:
    """Finds words and word classes; one for each rulebook."""

    def __init__(self, table: PhraseTable) -> None:
        self._table = table

    def tag(self, words: Words) -> Tagged:
        """The tagged form of a unit's text."""
        return Tagged(words.plain, *_insert(words.plain, words.tokens, words.hits))

    def read(self, text: str) -> Words:
        """The words of a unit's text."""
        plain = alike(text)
        lower = plain.lower()
        tokens = [match.span() for match in _TOKEN.finditer(lower)]
        words = [lower[start:end] for start, end in tokens]
        hits: list[tuple[int, int, tuple[int, ...]]] = []
        table = self._table
        joined: tuple[str, list[int], list[int]] | None = None
        last = len(words) - 1
        for i, word in enumerate(words):
            entry = table.get(word)
            if entry is None or _inside_number(lower, tokens[i][0]):
                continue
            lengths, in_any_case, in_capitals = entry
            start, end = tokens[i]
            numbers = in_any_case.get(word, ())
            if in_capitals and plain[start].isupper():
                numbers += in_capitals.get(plain[start:end], ())
            if numbers:
                hits.append((i, i, numbers))
            if lengths[-1] == 1 or i == last:
                continue
            entry = table.get(f"{word} {words[i + 1]}")
            if entry is None:
                continue
            if joined is None:
                joined = _joined(lower, tokens)
            flat, starts, ends = joined
            lengths, in_any_case, in_capitals = entry
            for length in lengths:
                if i + length > len(tokens):
                    break
                numbers = in_any_case.get(flat[starts[i] : ends[i + length - 1]], ())
                if in_capitals and plain[start].isupper():
                    capital = _joined(plain, tokens[i : i + length])[0]
                    numbers += in_capitals.get(capital, ())
                if numbers:
                    hits.append((i, i + length - 1, numbers))
        return Words(plain, tokens, words, _chunks(lower, tokens), hits)


def _joined(text: str, tokens: list[tuple[int, int]]) -> tuple[str, list[int], list[int]]:
    """The tokens with what stands between them, blanks and hyphens as one blank."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, last = 0, -1
    for start, end in tokens:
        if last >= 0:
            between = text[last:start]
            if between != " " and not between.strip(" -\n"):
                between = " "
            pieces.append(between)
            at += len(between)
        starts.append(at)
        pieces.append(text[start:end])
        at += end - start
        ends.append(at)
        last = end
    return "".join(pieces), starts, ends


def _chunks(text: str, tokens: list[tuple[int, int]]) -> str:
    found: list[str] = []
    last = -1
    for start, end in tokens:
        if last < 0 or text[last] == " ":
            found.append("1")
        else:
            between = text[last:start]
            found.append("1" if "-" in between or any(map(str.isspace, between)) else "0")
        last = end
    return "".join(found)


def _inside_number(text: str, start: int) -> bool:
    """Whether a token is a later group of digits of one number: the 000 of 1,000."""
    return (
        start > 1
        and text[start].isdigit()
        and text[start - 1] in ".,"
        and text[start - 2].isdigit()
    )


def _insert(
    plain: str, tokens: list[tuple[int, int]], hits: list[tuple[int, int, tuple[int, ...]]]
) -> tuple[str, list[int], list[int]]:
    if not hits:
        return plain, [], [start for start, _ in tokens]
    opens: dict[int, tuple[int, ...]] = {}
    closes: dict[int, tuple[int, ...]] = {}
    for first, last, numbers in hits:
        opens[first] = opens[first] + numbers if first in opens else numbers
        closes[last] = closes[last] + numbers if last in closes else numbers
    pieces: list[str] = []
    marks: list[int] = []
    starts: list[int] = []
    done = count = 0
    for i, (start, end) in enumerate(tokens):
        starts.append(start + count)
        for at, table, side in ((start, opens, 0), (end, closes, 1)):
            if i in table:
                signs = _signs(table[i])[side]
                pieces += plain[done:at], signs
                marks += range(at + count, at + count + len(signs))
                done, count = at, count + len(signs)
    pieces.append(plain[done:])
    return "".join(pieces), marks, starts


@lru_cache(maxsize=4096)
def _signs(numbers: tuple[int, ...]) -> tuple[str, str]:
    """The opening and the closing marks of word classes, each once, in the order of the numbers."""
    some = sorted(set(numbers))
    return "".join(_OPEN_MARKS[n] for n in some), "".join(_CLOSE_MARKS[n] for n in some)
