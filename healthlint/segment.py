"""Where sentences begin and end.

A stop with a blank behind it, or a forced line break, may end a sentence; whether it does depends
on the word before it and on what follows. The words are data, in `abbreviations`. Every look back
or ahead is bounded, so that time grows with the length of the text and no faster. Offsets are code
points into the text of a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from healthlint.abbreviations import (
    CONTINUATIONS,
    LETTERED,
    LOOSE,
    NAMED,
    NAMES,
    NUMBERED,
    OPEN,
    OWNERS,
    REPORTING,
    STARTERS,
    SURNAMES,
    TITLES,
)
from healthlint.document import Document
from healthlint.lazyre import lazy


class Unit(NamedTuple):
    """A sentence, or a block without sentences: `[start, end)` of the text of a block.

    `index` counts the units of the document, `block` is an index into `Document.blocks`.
    """

    index: int  # type: ignore[assignment]  # tuples have a method of this name
    block: int
    start: int
    end: int


def units(document: Document) -> tuple[Unit, ...]:
    """All units of a document, in reading order, worked out once. A block of blanks has none."""
    found: tuple[Unit, ...] | None = vars(document).get("units")
    if found is None:
        places = (
            (number, start, end)
            for number, block in enumerate(document.blocks)
            for start, end in sentences(block.text)
        )
        found = tuple(Unit(index, *place) for index, place in enumerate(places))
        vars(document)["units"] = found
    return found


def texts(document: Document) -> list[str]:
    """The text of each unit of a document."""
    blocks = document.blocks
    return [blocks[unit.block].text[unit.start : unit.end] for unit in units(document)]


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as half-open ranges, in order and without blanks at their ends.

    Every character that is no blank lies in exactly one of them. What runs on for longer than any
    sentence (a list of words, a transcript without stops) is cut at blanks.
    """
    start, last = len(text) - len(text.lstrip()), len(text.rstrip())
    found: list[tuple[int, int]] = []
    for end, after in _ends(text, start, last):
        found.append((start, end))
        start = after
    if start < last:
        found.append((start, last))
    if any(end - start > LONGEST for start, end in found):
        return [part for start, end in found for part in _cut(text, start, end)]
    return found


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch in parts of at most `LONGEST` characters, cut at blanks where there are any."""
    while end - start > LONGEST:
        stop = start + LONGEST
        while stop > start and not text[stop].isspace():
            stop -= 1
        if stop == start:
            stop = start + LONGEST
        yield start, start + len(text[start:stop].rstrip())
        while text[stop].isspace():
            stop += 1
        start = stop
    yield start, end


#: Characters of the longest sentence; patterns take longer than in proportion to it.
LONGEST = 4000
_STOPS = ".!?…‽‼⁉"
_BULLETS = "•▪‣◦●○■□►▶▸→➔➜➤✓✔✅☑✗✘✖❌👉"  # they lead what follows, so none of them is an emoji here
_CLOSERS = r"\"'”’»›)\]}*†‡§"
_NOTE = (  # "works.1 Another", "works.[2] Another", "works.¹ Another", "works.^3,4^ Another"
    r"(?: \d{1,3} (?:[,–-]\d{1,3}){0,9} | \[[\w^][^\s\]]{0,20}\] | \^[\d,–-]{1,20}\^"
    r" | [¹²³⁰⁴-⁹] [¹²³⁰⁴-⁹,–⁻]{0,20} )"
)
_EMOJI = rf"(?![{_BULLETS}]) [\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_CANDIDATE = lazy(
    rf"""
    [\n{_STOPS}]  # one set of characters to begin with, which `re` finds quickly
    (?: (?<= \n ) \s*
    | (?<! [{_STOPS}]{{2}} ) [{_STOPS}]*
      (?P<tail>
        [{_CLOSERS}]{{0,8}} (?: {_NOTE} [{_CLOSERS}]{{0,8}} )?
        (?: [ ]? {_EMOJI} [\ufe0f\u200d]* ){{0,20}}
      )
      \s+
    )
    """,
    re.VERBOSE,
)
_SPACED_NOTE = lazy(r"(\[\d{1,3}(?:[,–-]\d{1,3}){0,9}\])(?:\s+|\Z)")
_ITEM = lazy(rf"[-–—*]\s|{_EMOJI.replace(' ', '')}")  # of a list written as lines
_OPENERS = lazy(r"[\"'“‘«‹„(\[{¿¡*†‡§$£€¥~≈<>≤≥+#]*")
_BRAND = lazy(r"[a-z]{1,4}[A-Z]|[α-ω]-")  # iPhone, rTMS, mRNA, β-blockers
_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LAST_WORD = lazy(r"(?<![^\W\d_])[^\W\d_]+\Z")
_ACRONYM = lazy(r"(?:[^\W\d_]\.)+[^\W\d_]")  # U.S, b.i.d, J.R
_NUMERAL = lazy(
    r"[(\[]?(?:\d{1,2}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})"
)  # "2." before its item
_NUMBER = lazy(r"#?\d|[IVXLC]+\b|[A-Z]-?\d|[A-Z]\b")
_AUTHORS = lazy(
    r"\b[A-Z]{1,3},? et\Z"
)  # as a reference lists them, and not as prose does
_NAME = r"[^\W\d_a-z][\w.'’-]{0,30}"
_SIGNATURE = lazy(rf"{_NAME},?(?: {_NAME},?){{0,2}}")
_SPEAKER = lazy(rf"(?:{_NAME} ){{1,3}}(?:{REPORTING.replace(' ', '|')})\b")
_BEFORE_NOTE = "%)]\"'”’\ufffc"  # besides letters, in "a third (30%).1 Another"
_LOOK = 40  # characters looked at before a word, or in a signature


def _ends(text: str, start: int, last: int) -> Iterator[tuple[int, int]]:
    """For each sentence but the last one: where it ends and where the next one starts."""
    in_list = text.startswith("[", start)  # a list of references, whose numbers lead their items
    for match in _CANDIDATE.finditer(text, start):
        after = match.end()
        if match["tail"] is None:
            end = match.start()
            while end > start and text[end - 1].isspace():
                end -= 1
            split = _opens(text, after) or _ITEM.match(text, after) is not None
        else:
            end = match.end("tail")
            if not in_list and (mark := _SPACED_NOTE.match(text, after)):
                end, after = mark.end(1), mark.end()
            split = _is_end(text, start, match, after)
            if not split and "\n" in match[0]:
                word = _word_before(text, start, match.start())
                split = word not in TITLES and word.lower() not in OPEN
        if after >= last:
            return
        if split and start < end:
            yield end, after
            start = after


def _opens(text: str, at: int) -> bool:
    """Whether a sentence could start at `at`."""
    opener = _OPENERS.match(text, at)
    place = opener.end() if opener else at
    first = text[place : place + 1]
    return (
        first.isnumeric()
        or (first.isalpha() and not first.islower())
        or first == "\ufffc"
        or (first != "" and first in _BULLETS)
        or _BRAND.match(text, place) is not None
    )


def _is_end(text: str, start: int, match: re.Match[str], after: int) -> bool:
    """Whether the stop of `match` ends the sentence that started at `start`."""
    at, tail = match.start(), match["tail"]
    stop = text[at : match.start("tail")]
    if not _opens(text, after) or (tail.startswith(")") and text[at - 1 : at] == "("):
        return False
    if ("★" in tail or "⭐" in tail) and _signed(text, after):
        return False  # stars, and the name of whoever gave them
    if stop == ".":
        return _is_full_stop(text, start, at, tail, after)
    if stop.strip(".…") == "":  # a pause: "But … I did", "knee … 22 athletes"
        return not text[after].isnumeric() and _next_word(text, after) not in ("i", "i'm")
    return not (tail and tail[0] in '"”’' and _SPEAKER.match(text, after))


def _signed(text: str, at: int) -> bool:
    """Whether the line that starts at `at` is no more than a name."""
    line, _, _ = text[at : at + 100].partition("\n")  # a name by the pattern is shorter than that
    return _SIGNATURE.fullmatch(line.rstrip()) is not None


def _is_full_stop(text: str, start: int, at: int, tail: str, after: int) -> bool:
    """Whether the single stop at `at`, before what could be a start, ends more than a word."""
    if _NUMERAL.fullmatch(text, start, at):
        return False
    marked = tail[:1].isdecimal()
    left = text[max(start, at - 1) : at]
    if marked and not (left and (left.isalpha() or left in _BEFORE_NOTE)):  # "3.5 Million"
        return False
    word = _word_before(text, start, at)
    small, before = word.lower(), text[max(start, at - len(word) - _LOOK) : at - len(word)].rstrip()
    last_word = _LAST_WORD.search(before)
    last = last_word[0] if last_word else ""
    following = _next_word(text, after)
    starts = following in STARTERS and text[after + 1 : after + 2] != "."  # "A." is an initial

    if word in TITLES:
        return starts and last.lower() in OWNERS
    if small in OPEN:
        return False
    if small in NUMBERED and (marked or (_NUMBER.match(text, after) and not starts)):
        return False
    if len(word) == 1 and word.isupper():
        return _ends_with_letter(word, before, last, following, starts)
    if small == "al" and last == "et":
        return starts and not _AUTHORS.search(before)
    if small in LOOSE and ("." not in word or word == small or small in ("a.m", "p.m")):
        return following != "" and following not in CONTINUATIONS
    if small in NAMED:
        return starts or text[after].isdigit()
    if small in NAMES and word != small:
        return starts
    if _ACRONYM.fullmatch(word):
        return following != "" if word.islower() else starts
    return True


def _ends_with_letter(word: str, before: str, last: str, following: str, starts: bool) -> bool:
    """Whether the sentence ends with this capital, which otherwise is the initial of a name."""
    if last.lower() in LETTERED or before[-1:].isdigit() or (word == "I" and last.islower()):
        return True
    return starts and (last[:1].isupper() or following not in SURNAMES)


def _word_before(text: str, start: int, at: int) -> str:
    """What stands between the last blank and `at`, less quotes, brackets and figures before it."""
    near = text[max(start, at - _LOOK) : at]
    if not near or near[-1].isspace():
        return ""
    return near.split()[-1].rpartition("/")[2].lstrip("\"'“”‘’«([{–—-+~≈<>≤≥|.,0123456789")


def _next_word(text: str, at: int) -> str:
    """The word that starts at `at`, quotes and brackets left aside, in lower case."""
    opener = _OPENERS.match(text, at)
    word = _WORD.match(text, opener.end() if opener else at)
    return word[0].lower().replace("’", "'") if word else ""
