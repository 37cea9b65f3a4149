"""How text stands in a terminal: the cells that each character takes, lines cut, lines wrapped."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category, east_asian_width

TAB = "    "
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
#: Characters for each cell of room that are looked at on both sides: most take at least one cell.
_NEAR = 8
_SKIN = range(0x1F3FB, 0x1F400)


def shown(text: str) -> list[tuple[str, int]]:
    """Each character as it is printed, with its cells: 0 for what joins the character before.

    A tab is four blanks; what would move the cursor or turn the text round is one U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return [(char, 1) for char in text]
    out: list[tuple[str, int]] = []
    joined = False
    for char in text:
        if char == "\t":
            out.append((TAB, len(TAB)))
        elif char == _EMOJI_STYLE and out and out[-1][1] == 1:
            out[-1] = (out[-1][0], 2)
            out.append((char, 0))
        elif joined or char == _JOINER or category(char) in ("Mn", "Me") or char == "\u200b":
            out.append((char, 0))
        elif ord(char) in _SKIN and out and out[-1][1] == 2:
            out.append((char, 0))
        elif category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            out.append(("" if char == "\u00ad" else "\ufffd", 0 if char == "\u00ad" else 1))
        else:
            out.append((char, 2 if east_asian_width(char) in "WF" else 1))
        joined = char == _JOINER and len(out) > 1
    return out


def width(text: str) -> int:
    """The cells that a text takes."""
    return sum(cells for _, cells in shown(text))


def cut(line: str, start: int, end: int, room: int) -> tuple[str, str]:
    """A line and the carets under `line[start:end]`, both cut to `room` cells around the span.

    The span's beginning is always in view; where text is cut off there stands "…". An empty span
    has one caret.
    """
    # Of a line without end, only what could come into view is looked at.
    begin, stop = max(start - _NEAR * room, 0), start + _NEAR * room
    cells = shown(line[begin:stop])
    start, end = start - begin, end - begin
    left, right = 0, len(cells)
    if begin or stop < len(line) or sum(size for _, size in cells) > room:
        left, right = _window(cells, start, end, max(room - 2, 10))
    before = "…" if begin or left else ""
    after = "…" if stop < len(line) or right < len(cells) else ""
    indent = len(before) + sum(size for _, size in cells[left:start])
    length = sum(size for _, size in cells[max(start, left) : min(end, right)])
    text = before + "".join(char for char, _ in cells[left:right]) + after
    return text, " " * indent + "^" * max(length, 1)


def _window(cells: list[tuple[str, int]], start: int, end: int, room: int) -> tuple[int, int]:
    """The range of characters to show: the span and, where there is room, as much on both sides."""
    left = right = min(start, len(cells))
    used = 0
    while right < min(end, len(cells)) and used + cells[right][1] <= room:
        used += cells[right][1]
        right += 1
    while True:
        grown = False
        if left > 0 and used + cells[left - 1][1] <= room:
            left -= 1
            used += cells[left][1]
            grown = True
        if right < len(cells) and used + cells[right][1] <= room:
            used += cells[right][1]
            right += 1
            grown = True
        if not grown:
            break
    while left < start and left > 0 and cells[left][1] == 0:  # not between a letter and its accent
        left += 1
    return left, right


def wrap(text: str, room: int) -> Iterator[str]:
    """The text in lines of at most `room` cells, broken between words, never inside one."""
    line, used = "", 0
    for word in text.split():
        size = width(word)
        if line and used + 1 + size > room:
            yield line
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    yield line
