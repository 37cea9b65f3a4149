"""What a pattern asks of a text's words, and in which order: a plan, which `healthlint.sieve` runs.

A plan is a sequence of steps over whole words. A step is a number or a tuple:

    n ≥ 0               one of the words and word classes of group n
    SPACE               the next word stands first behind a blank or hyphen
    START, END          nothing but this edge of the unit stands before, or behind
    LATER               whatever comes, of any length
    -(GAP + n)          up to n words
    (MAYBE, guard, plan)      this, or nothing
    (EITHER, guard, plan, …)  one of these
    (MANY, low, high, plan)   this so many times; `high` is -1 without bound

A guard is the group of all words that the plans behind it begin with, or -1 if that cannot be said.
"""

from __future__ import annotations

from typing import Any

SPACE, START, END, LATER, GAP = -1, -2, -3, -4, 10
MAYBE, EITHER, MANY = 0, 1, 2
#: Stand in a group for any word at all, any with a digit in it, any of those that has more than
#: digits, and any that begins with a capital.
ANY_WORD, NUMBER_WORD, MIXED_WORD, CAPITAL_WORD = "<any>", "<number>", "<mixed>", "<capital>"
#: Begins the name of a sign (of no word) that stands somewhere in the unit; ends the beginning of a
#: word, which is at least so long.
SIGN, PREFIX, SHORTEST = "<sign>", "*", 4
#: Letters that a pattern takes for others in any case, and `str.lower` does not: µ for μ.
_SAME = str.maketrans(
    "\u00b5\u03c2\u03d0\u03f5\u03d1\u03f0\u03d6\u03f1\u03d5\u0345\u1fbe\u1fd3\u1fe3"
    "\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u1e9b\ufb05",
    "\u03bc\u03c3\u03b2\u03b5\u03b8\u03ba\u03c0\u03c1\u03c6\u03b9\u03b9\u0390\u03b0"
    "\u0432\u0434\u043e\u0441\u0442\u0442\u044a\u0463\ua64b\u1e61\ufb06",
)

Step = int | tuple[Any, ...]
Plan = tuple[Step, ...]


def folded(word: str) -> str:
    """A lower-case word as groups have it: letters that patterns do not tell apart are one."""
    return word if word.isascii() else word.translate(_SAME)
