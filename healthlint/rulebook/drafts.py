"""Plans in the making: what can be said of them, and what they become beside each other.

A draft's steps (see `steps`) are groups themselves, not yet their numbers, and its choices have no
guards.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from healthlint.rulebook.steps import (
    ANY_WORD,
    CAPITAL_WORD,
    EITHER,
    MANY,
    MAYBE,
    MIXED_WORD,
    NUMBER_WORD,
    SIGN,
    SPACE,
    START,
)

# A word alternative is a string, a word class its number.
Group = frozenset[str | int]
Draft = tuple[Any, ...]
ANY: Group = frozenset({ANY_WORD})
NUMBER: Group = frozenset({NUMBER_WORD})
MIXED: Group = frozenset({MIXED_WORD})
CAPITAL: Group = frozenset({CAPITAL_WORD})
_WITH_DIGIT = NUMBER | MIXED
_COMMON = frozenset(
    "a an the is are was were be been of in on to for with and or no not you your we our it its "
    "this that from by at as can may will have has do does".split()
)


def first_words(options: Iterable[Draft]) -> Group | None:
    """The words that the options begin with; None if one may begin with any, or with none."""
    found: set[str | int] = set()
    for option in options:
        for step in option:
            if step in (SPACE, START):  # these only narrow where a word may stand
                continue
            if isinstance(step, int):
                return None
            words = step if isinstance(step, frozenset) else first_words(_inside(step))
            if words is None or is_sign(words):
                return None
            found |= words
            if isinstance(step, frozenset) or step[0] == EITHER or (step[0] == MANY and step[1]):
                break
        else:
            return None
    return None if ANY_WORD in found else frozenset(found)


def _inside(step: Draft) -> Draft:
    return step[3:] if step[0] == MANY else step[1:]


def needs(draft: Draft) -> list[Group]:
    """The groups of which a text must hold one word each to get through a plan."""
    found: list[Group] = []
    for step in draft:
        if isinstance(step, frozenset):
            if ANY_WORD not in step:
                found.append(step)
        elif isinstance(step, tuple) and step[0] == EITHER:
            options = [needs(option) for option in step[1:]]
            if all(options):
                found.append(frozenset().union(*(min(some, key=_commonness) for some in options)))
        elif isinstance(step, tuple) and step[0] == MANY and step[1] > 0:
            found += needs(step[3])
    return found


def _commonness(group: Group) -> tuple[bool, int]:
    return not _COMMON.isdisjoint(group), len(group)


def size(draft: Draft) -> int:
    """How many steps a plan has, those inside of others too."""
    return sum(1 + size(step) if isinstance(step, tuple) else 1 for step in draft)


def _group(words: Iterable[str | int]) -> Group:
    group = frozenset(words)
    return ANY if ANY_WORD in group else group


def either(options: list[Draft]) -> Draft:
    """One of several plans; what many begin or end with is not said many times."""
    distinct = list(dict.fromkeys(options))
    if len(distinct) == 1:
        return distinct[0]
    if () in distinct:
        distinct.remove(())
        return ((MAYBE, either(distinct)),)
    distinct = _merged(_merged(distinct, 0), -1)
    return distinct[0] if len(distinct) == 1 else ((EITHER, *distinct),)


def _merged(options: list[Draft], side: int) -> list[Draft]:
    """Options that differ in their first (0) or last (-1) word only, as one."""
    found: dict[Draft, set[str | int]] = {}
    for option in options:
        end, rest = option[side], (option[1:] if side == 0 else option[:-1])
        # Signs are no words, and stay by themselves.
        if isinstance(end, frozenset) and not is_sign(end):
            found.setdefault((rest,), set()).update(end)
        else:
            found[rest, end] = set()
    merged: list[Draft] = []
    for (rest, *other), words in found.items():
        end = other[0] if other else _group(words)
        merged.append((end, *rest) if side == 0 else (*rest, end))
    return merged


def loosened(draft: Draft, number: Group) -> Draft:
    """A plan whose last word may be any, for it may be part of a longer one.

    One with a digit keeps it: it becomes `number`.
    """
    if not draft:
        return draft
    before, last = draft[:-1], draft[-1]
    if isinstance(last, frozenset):
        if last <= _WITH_DIGIT:
            return (*before, number)
        return draft if last == CAPITAL or is_sign(last) else (*before, ANY)
    if isinstance(last, int):
        return draft
    if last[0] == MAYBE:
        return either([loosened(before, number), before + loosened(last[1], number)])
    if last[0] == EITHER:
        return before + either([loosened(option, number) for option in last[1:]])
    _, low, high, inner = last
    some = (*before, (MANY, max(low - 1, 0), high, inner), *loosened(inner, number))
    return either([loosened(before, number), some]) if low == 0 else some


def begins_with_letters(draft: Draft) -> bool:
    """Whether every word that a plan may begin with has no digit; False if it may be empty."""
    if not draft:
        return False
    first = draft[0]
    if isinstance(first, int):
        return True  # it begins with no word, and shares none
    if isinstance(first, frozenset):
        return is_sign(first) or all(isinstance(word, str) and word.isalpha() for word in first)
    if first[0] == EITHER:
        return all(map(begins_with_letters, first[1:]))
    if first[0] == MAYBE:
        return begins_with_letters(first[1]) and begins_with_letters(draft[1:])
    inner = begins_with_letters(first[3])
    return inner and (first[1] > 0 or begins_with_letters(draft[1:]))


def is_sign(group: Group) -> bool:
    """Whether a group is of a sign rather than of words."""
    return any(str(one).startswith(SIGN) for one in group)


def dropped(draft: Draft) -> Draft:
    """A plan without its first word, which another plan has already."""
    if not draft:
        return draft
    first, rest = draft[0], draft[1:]
    if isinstance(first, frozenset):
        return draft if is_sign(first) else rest
    if isinstance(first, int):
        return draft
    if first[0] == MAYBE:
        return either([dropped(rest), dropped(first[1]) + rest])
    if first[0] == EITHER:
        return either([dropped(option) for option in first[1:]]) + rest
    _, low, high, inner = first
    some = (*dropped(inner), (MANY, max(low - 1, 0), high, inner), *rest)
    return either([dropped(rest), some]) if low == 0 else some
