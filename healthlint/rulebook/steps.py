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

Step = int | tuple[Any, ...]
Plan = tuple[Step, ...]
