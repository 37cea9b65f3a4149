"""One pass over a unit's words: which word classes stand where, and which patterns can match.

Tagged text is the unit's text in which each phrase of a word class stands between two private-use
characters, the class's opening and closing mark; patterns are written for it (`rulebook.emit`).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import regex

from healthlint.rulebook.lookup import Index, PhraseTable

_TOKEN = regex.compile(r"\w+")
_OPENS, _CLOSES = 0xE000, 0xF000
# One character for one character: what looks alike to a reader is alike to a pattern.
_ALIKE = {
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
    text = text if text.isascii() else _PRIVATE.sub("\ufffc", text.translate(_ALIKE))
    return text.replace("\t", " ")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A unit's text with class marks. `marks` are the places of the marks in `text`, ascending."""

    plain: str
    text: str
    marks: tuple[int, ...]
    mask: int
    hits: tuple[tuple[int, int, int], ...]  # (start, end, word class number) in `plain`

    def offset(self, at: int) -> int:
        """The offset in `plain` of a place in `text`."""
        return at - bisect_left(self.marks, at)


class Tagger:
    """Finds words and word classes; one for each rulebook."""

    def __init__(self, table: PhraseTable, index: Index) -> None:
        self._table = table
        self._index = index

    def tag(self, text: str) -> Tagged:
        """The tagged form of a unit's text."""
        plain = alike(text)
        lower = plain.lower()
        tokens = [match.span() for match in _TOKEN.finditer(lower)]
        words, classes = self._index.words, self._index.classes
        mask = 0
        hits: list[tuple[int, int, tuple[int, ...]]] = []
        joined, starts, ends = self._joined(lower, tokens)
        for i, (start, end) in enumerate(tokens):
            word = lower[start:end]
            mask |= words.get(word, 0)
            if not word.isalpha():
                mask |= self._index.number_bits
            phrases = self._table.get(word)
            if phrases is None or _inside_number(lower, start):
                continue
            for length in phrases.lengths:
                if i + length > len(tokens):
                    break
                numbers = phrases.lower.get(joined[starts[i] : ends[i + length - 1]], ())
                if phrases.capitals and plain[start].isupper():
                    capital = self._joined(plain, tokens[i : i + length])[0]
                    numbers += phrases.capitals.get(capital, ())
                if numbers:
                    hits.append((i, i + length - 1, numbers))
                    for number in numbers:
                        mask |= classes.get(number, 0)
        tagged, marks = _insert(plain, tokens, hits)
        spans = tuple(
            (tokens[first][0], tokens[last][1], number)
            for first, last, numbers in hits
            for number in numbers
        )
        return Tagged(plain, tagged, marks, mask, spans)

    @staticmethod
    def _joined(text: str, tokens: list[tuple[int, int]]) -> tuple[str, list[int], list[int]]:
        """The tokens with what stands between them, blanks and hyphens as one blank."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at, last = 0, -1
        for start, end in tokens:
            if last >= 0:
                between = text[last:start]
                if not between.strip(" -\n"):
                    between = " "
                pieces.append(between)
                at += len(between)
            starts.append(at)
            pieces.append(text[start:end])
            at += end - start
            ends.append(at)
            last = end
        return "".join(pieces), starts, ends


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
) -> tuple[str, tuple[int, ...]]:
    if not hits:
        return plain, ()
    opens: dict[int, set[int]] = {}
    closes: dict[int, set[int]] = {}
    for first, last, numbers in hits:
        opens.setdefault(first, set()).update(numbers)
        closes.setdefault(last, set()).update(numbers)
    pieces: list[str] = []
    marks: list[int] = []
    size = last_end = 0
    for i, (start, end) in enumerate(tokens):
        for at, table, base in ((start, opens, _OPENS), (end, closes, _CLOSES)):
            if at > last_end:
                pieces.append(plain[last_end:at])
                size += at - last_end
                last_end = at
            if i in table:
                some = [chr(base + number) for number in sorted(table[i])]
                pieces += some
                marks += range(size, size + len(some))
                size += len(some)
    pieces.append(plain[last_end:])
    return "".join(pieces), tuple(marks)
