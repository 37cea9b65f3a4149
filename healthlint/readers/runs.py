"""The text of one block, built piece by piece, with the source range of every character."""

from __future__ import annotations

import re

from healthlint.document import Link, Note, Run
from healthlint.lazyre import lazy

#: What stands for something that is there but is not prose: code, a bare address.
OPAQUE = "\ufffc"

_BLANK = " \t\n\r\f\v"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
)
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_MARK = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
_RAISED = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079"

#: What cannot be copied as it stands. A lone line feed can: it becomes a blank, one for one.
_SPECIAL = lazy(
    rf"(?P<blank>[ \n][{_BLANK}]+|[\t\r\f\v][{_BLANK}]*)"
    rf"|(?P<gone>[{_INVISIBLE}]+|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}]))"
    rf"|(?P<mark>[{_MARK}]+)"
    rf"|(?P<raised>[{_RAISED}]+(?:[,\u02d2\u207b\u2013-] ?[{_RAISED}]+)*"
    rf"(?![{_RAISED}\u207a\u207b]))"
)
#: The first test for it must be fast: one class, and no ordinary blank in it.
_RARE = lazy(rf"[\n\t\r\f\v\u200d{_INVISIBLE}{_MARK}{_RAISED}]")
_GONE = lazy(rf"[{_INVISIBLE}\u200d]+")
_ONLY_MARKS = lazy(rf"[{_MARK}]+")

_URL = lazy(
    r"(?:https?://|(?<![\w.])www\.)[^\s<>\"\u201c\u201d\u2018\ufffc]+", re.IGNORECASE
)
_URL_REST = lazy(r"[^\s<>\"\u201c\u201d\u2018\ufffc]+")

_DIGITS = "0123456789"
_RAISED_DIGITS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_TO_RAISED = str.maketrans(_DIGITS, _RAISED_DIGITS)
_FROM_RAISED = str.maketrans(_RAISED_DIGITS + "\u02d2\u207b\u2013", _DIGITS + ",--")
#: Before a raised number these make it an exponent: 10⁶, kg/m², 5 cm³, R², χ².
_EXPONENT_BASE = lazy(
    r"(?:(?<![\d.,])10|(?<![^\W\d_])(?:[mcdkn\u00b5\u03bc]?m|ft|yd|[sxyrRnkI\u03c7]))$"
)
_AFTER_WORD = lazy(r"[^\W_]$|[.,;:!?)\]}%\"'*\u2019\u201d\u00bb\u2122\u00ae\ufffc]$")
_KEYS = lazy(
    r"\[?\s*(\d{1,3}|[*\u2020\u2021\u00a7]{1,3})(?:\s*([,;-])\s*(\d{1,3}))*\s*\]?$"
)


def note_keys(mark: str) -> tuple[str, ...]:
    """The notes a raised mark leads to: "1,3-5" gives 1, 3, 4, 5; no mark of a note gives ()."""
    mark = mark.translate(_FROM_RAISED).strip()
    if not _KEYS.match(mark):
        return ()
    keys: list[str] = []
    for part in re.split(r"[,;]", mark.strip("[] ")):
        first, _, last = (side.strip() for side in part.partition("-"))
        if last.isdigit() and first.isdigit() and 0 < int(last) - int(first) < 50:
            keys += map(str, range(int(first), int(last) + 1))
        elif first:
            keys.append(first)
    return tuple(keys)


class BlockBuilder:
    """Takes pieces of text with their source ranges, in order, and makes a block's text and runs.

    All source offsets are code points into the draft.
    """

    __slots__ = (
        "_address_end", "_blank", "_bold_depth", "_bold_end", "_open", "_parts", "_runs",
        "length", "links", "notes", "strong",
    )  # fmt: skip

    def __init__(self) -> None:
        self.length = 0
        self.links: list[Link] = []
        self.notes: list[Note] = []
        self.strong = False
        self._parts: list[str] = []
        self._runs: list[list[int]] = []  # at, length, start, end
        self._blank = True  # a blank here would be one too many
        self._open: list[tuple[int, str]] = []
        self._address_end = -1
        self._bold_depth = 0
        self._bold_end = -1  # up to here the text is emphasised from its very start

    # -- text ------------------------------------------------------------------------------------

    def add(self, text: str, start: int, end: int) -> None:
        """Add text that stands at `[start, end)`: character for character, or decoded from it."""
        exact = len(text) == end - start
        rest = _URL_REST.match(text) if start == self._address_end else None
        if rest and (exact or rest.end() == len(text)):
            self._address_goes_on(rest[0], text, start, end)
        elif not exact:
            self._add_decoded(text, start, end)
        elif "://" in text or "www." in text:
            self._add_addresses(text, start)
        else:
            self._add_plain(text, start)

    def opaque(self, start: int, end: int) -> None:
        """Add the one character that stands for code or another thing that is not prose."""
        self._append(OPAQUE, start, end)

    def line_break(self, start: int, end: int) -> None:
        """Add a forced line break; blanks on both sides of it go."""
        self._strip()
        if self.length:
            self._append("\n", start, end)
            self._blank = True

    def at_line_start(self) -> bool:
        """Whether a forced line break is the last thing that was added."""
        return self.since(max(0, self.length - 2)).rstrip(" ").endswith("\n")

    def _add_plain(self, text: str, start: int) -> None:
        if "  " not in text and not _RARE.search(text):  # most text: nothing to do
            self._copy(text, start)
            return
        done = 0
        for match in _SPECIAL.finditer(text):
            at, end = match.span()
            self._copy(text[done:at], start + done)
            done = end
            match match.lastgroup:
                case "blank":
                    if not self._blank:
                        self._append(" ", start + at, start + end)
                        self._blank = True
                case "mark":
                    self._combine(match[0], start + at, start + end)
                case "raised":
                    if self._raised(match[0], text[end : end + 2]):
                        for key in note_keys(match[0]):
                            self.note(key)
                    else:
                        self._copy(match[0], start + at)
        self._copy(text[done:], start + done)

    def _copy(self, text: str, start: int) -> None:
        """Add text that needs no work but at its first character."""
        if self._blank and text[:1] in (" ", "\n"):
            text, start = text[1:], start + 1
        if text:
            self._append(text.replace("\n", " "), start, start + len(text))
            self._blank = text[-1] in " \n"

    def _add_decoded(self, text: str, start: int, end: int) -> None:
        text = _GONE.sub("", text)
        if not text:
            return
        if not text.strip(_BLANK):
            if not self._blank:
                self._append(" ", start, end)
                self._blank = True
        elif _ONLY_MARKS.fullmatch(text):
            self._combine(text, start, end)
        else:
            self._append(text, start, end)

    def _append(self, text: str, start: int, end: int) -> None:
        length = len(text)
        last = self._runs[-1] if self._runs else None
        if last and last[3] == start and last[1] == start - last[2] and length == end - start:
            last[1] += length
            last[3] = end
        else:
            self._runs.append([self.length, length, start, end])
        self._parts.append(text)
        self.length += length
        self._blank = False

    def _combine(self, marks: str, start: int, end: int) -> None:
        """Add combining marks, composed with the character before them where Unicode has one."""
        import unicodedata

        base = self.since(self.length - 1) if self.length else ""
        composed = unicodedata.normalize("NFC", base + marks)
        run = self._runs[-1] if self._runs else None
        if run is None or len(composed) > len(marks):
            self._append(marks, start, end)
            return
        exact = run[1] == run[3] - run[2]
        if not exact and run[1] > 1:
            self._append(marks, start, end)
            return
        base_start = run[3] - 1 if exact else run[2]
        self._cut_text(self.length - 1)
        self._append(composed, base_start, end)

    def _add_addresses(self, text: str, start: int) -> None:
        done = 0
        for match in _URL.finditer(text):
            url = match[0].rstrip(".,;:!?'\u2019*_]")
            if url.endswith(")") and "(" not in url:
                url = url.rstrip(").,;:!?")
            at, end = match.start(), match.start() + len(url)
            self._add_plain(text[done:at], start + done)
            if not self._open:
                self.links.append(Link(self.length, self.length + 1, url))
            self.opaque(start + at, start + end)
            done = end
        self._address_end = start + done if done == len(text) else -1
        self._add_plain(text[done:], start + done)

    def _address_goes_on(self, rest: str, text: str, start: int, end: int) -> None:
        """Part of the address before it: a parser cuts text at every `_`, `*` and entity."""
        if len(text) == end - start:
            end = start + len(rest)
        self._runs[-1][3] = self._address_end = end
        link = self.links[-1] if self.links else None
        if link and link.end == self.length and not self._open:
            self.links[-1] = Link(link.start, link.end, link.url + rest)
        if len(rest) < len(text):
            self._add_plain(text[len(rest) :], end)

    # -- links, notes, emphasis ------------------------------------------------------------------

    def open_link(self, url: str) -> None:
        """What follows is a link to `url`."""
        self._open.append((self.length, url))

    def close_link(self) -> None:
        """The innermost open link ends here."""
        if self._open:
            start, url = self._open.pop()
            self.links.append(Link(start, self.length, url))

    def open_urls(self) -> list[str]:
        """The addresses of the links that are open, outermost first."""
        return [url for _, url in self._open]

    def note(self, key: str) -> None:
        """A note mark with this key stands here; it is no part of the text."""
        self.notes.append(Note(self.length, key))

    def raise_from(self, at: int) -> None:
        """What was added since offset `at` is raised: make it a note mark or an exponent."""
        text = self.since(at)
        keys = note_keys(text)
        linked = any(link.start >= at for link in self.links) or bool(self._open)
        if keys and (linked or not _EXPONENT_BASE.search(self.since(max(0, at - 4), at))):
            self.cut(at)
            for key in keys:
                self.note(key)
        elif text.isascii() and text.isdigit():
            self._cut_parts(at)
            self._parts.append(text.translate(_TO_RAISED))
            self.length = at + len(text)

    def _raised(self, mark: str, after: str) -> bool:
        """Whether raised digits are the mark of a note, not an exponent or an isotope."""
        if not self.length:
            return after[:1] == " " or (after[:1].isupper() and after[1:].islower())
        tail = self.since(max(0, self.length - 4))
        return bool(_AFTER_WORD.search(tail)) and not _EXPONENT_BASE.search(tail)

    def open_bold(self, strong: bool) -> None:
        """What follows is emphasised."""
        self._bold_depth += 1
        if not self.length:
            self._bold_end = 0
            self.strong = self.strong or strong

    def close_bold(self) -> None:
        """The innermost emphasis ends here."""
        if self._bold_depth:
            self._bold_depth -= 1
            if not self._bold_depth and self._bold_end == 0:
                self._bold_end = self.length or -1

    # -- looking back ----------------------------------------------------------------------------

    def since(self, at: int, to: int | None = None) -> str:
        """The text from offset `at` on, up to `to`; costs no more than that text is long."""
        index, begin = len(self._parts), self.length
        while begin > at:
            index -= 1
            begin -= len(self._parts[index])
        return "".join(self._parts[index:])[at - begin : None if to is None else to - begin]

    def cut(self, at: int) -> None:
        """Take back everything that was added since offset `at`; links there lose their text."""
        self._cut_text(at)
        for index in range(len(self.links) - 1, -1, -1):
            link = self.links[index]
            if link.end <= at:
                break
            self.links[index] = Link(min(link.start, at), at, link.url)

    def _cut_parts(self, at: int) -> None:
        while self.length > at:
            part = self._parts.pop()
            self.length -= len(part)
            if self.length < at:
                self._parts.append(part[: at - self.length])
                self.length = at

    def _cut_text(self, at: int) -> None:
        self._cut_parts(at)
        while self._runs and self._runs[-1][0] + self._runs[-1][1] > at:
            run = self._runs[-1]
            if run[0] >= at:
                self._runs.pop()
                continue
            if run[1] == run[3] - run[2]:
                run[3] = run[2] + at - run[0]
            run[1] = at - run[0]
        self._blank = not self.length or self._parts[-1][-1] in " \n"

    def _strip(self) -> None:
        while self.length and self._parts[-1][-1] in " \n":
            self._cut_text(self.length - 1)

    # -- the result ------------------------------------------------------------------------------

    @property
    def bold(self) -> bool:
        """Whether the whole text is one emphasised run; call after `finish`."""
        return self._bold_end >= self.length > 0 or (self._bold_end == 0 and self._bold_depth > 0)

    def finish(self) -> tuple[str, tuple[Run, ...], tuple[Link, ...], tuple[Note, ...]]:
        """The text without blanks at its ends, its runs, links and notes; offsets in the text."""
        self._strip()
        while self._open:
            self.close_link()
        text = "".join(self._parts)
        links = []
        for link in self.links:
            start, end = min(link.start, len(text)), min(link.end, len(text))
            while start < end and text[start] in " \n":
                start += 1
            while start < end and text[end - 1] in " \n":
                end -= 1
            links.append(Link(start, end, link.url))
        links.sort(key=lambda link: (link.start, -link.end))
        notes = tuple(Note(min(note.at, len(text)), note.key) for note in self.notes)
        return text, tuple([Run(*run) for run in self._runs]), tuple(links), notes
