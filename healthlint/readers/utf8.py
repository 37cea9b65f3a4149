"""From byte offsets, which parsers in C and Rust count, to code points, which we count."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

_WIDE = re.compile(r"[^\x00-\x7f]")


def byte_places(text: str, base: int = 0) -> Callable[[int], int]:
    """The function from a byte offset into `text` as UTF-8 to `base` plus the code point offset."""
    if text.isascii():
        return base.__add__
    ends: list[int] = []  # byte offsets behind each wide character
    surplus = [0]
    extra = 0
    for match in _WIDE.finditer(text):
        code = ord(match[0])
        width = 2 if code < 0x800 else 3 if code < 0x10000 else 4
        ends.append(match.start() + extra + width)
        extra += width - 1
        surplus.append(extra)
    return lambda offset: base + offset - surplus[bisect_right(ends, offset)]
