"""Where words end inside a pattern: which of its parts are apart, and which may share a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import regex

from healthlint.rulebook import pattern as pat
from healthlint.tagging import ALIKE

_WORD = regex.compile(r"\w")
_N = TypeVar("_N", bound=pat.Node)
_USUAL = ".,'"  # punctuation too common to look for
_WIDE = ("\\w", "\\W", "\\D", "\\S", "\\d", "\\s", "\\p", "\\P")
# That a set of characters may spell out; a text has none of those that `tagging` makes others.
_CHARACTERS = [chr(code) for code in range(0x250) if code not in ALIKE]
# In the source of a set: a letter that is not among them, or a range that ends beyond them.
_FAR = regex.compile(r"[\w--[\x00-\u024f]]|(?<!\A\[)-[^\x00-\u024f\]]", regex.VERSION1)
_MOST = 60
#: Opens a group in which case counts.
CASE = "?-i:"
_CAPITALS = ("[A-Z]", "\\p{Lu}")


class Uncertain(pat.Seq):
    """Parts of which some may or may not share a word, for all between them may be left out."""


def is_nothing(node: pat.Node) -> bool:
    """Whether a part takes no characters and asks nothing that a plan could say."""
    if isinstance(node, pat.Edge):
        return node.mark not in "^$"
    return isinstance(node, pat.Group) and bool(node.look) and node.look[-1] != ":"


def glued(parts: tuple[pat.Node, ...]) -> Iterator[list[pat.Node]]:
    """The parts in runs, between which a word ends for certain."""
    run = list(parts[:1])
    for before, after in pairwise(parts):
        if ends(before) or begins(after):
            yield run
            run = []
        run.append(after)
    if run:
        yield run


def bridge(parts: tuple[pat.Node, ...]) -> tuple[int, int] | None:
    """Two parts that would run together if what stands between them is left out."""
    for first in range(len(parts)):
        apart = False
        for last in range(first + 1, len(parts)):
            apart = apart or ends(parts[last - 1]) or begins(parts[last])
            if last > first + 1 and apart and not (ends(parts[first]) or begins(parts[last])):
                return first, last
            if not can_be_empty(parts[last]):
                break
    return None


def present(node: pat.Node) -> pat.Node:
    """A part that may be empty, as it is when it is not."""
    if isinstance(node, pat.Repeat):
        return pat.Repeat(node.node, 1, node.high, node.suffix) if node.low == 0 else node
    if isinstance(node, pat.Group):
        return pat.Group(tuple(one for one in node.options if one.parts), node.look)
    return node


def can_be_empty(node: pat.Node) -> bool:
    """Whether a part may take no characters."""
    if is_nothing(node):
        return True
    if isinstance(node, pat.Repeat):
        return node.low == 0 or can_be_empty(node.node)
    if isinstance(node, pat.Group):
        return any(all(map(can_be_empty, option.parts)) for option in node.options)
    if isinstance(node, pat.Seq):
        return all(map(can_be_empty, node.parts))
    return isinstance(node, (pat.Edge, pat.Gap))


def begins(node: pat.Node) -> bool:
    """Whether all that a part matches, unless it is nothing, begins with no word character."""
    return _bounded(node, 0)


def ends(node: pat.Node) -> bool:
    """Whether all that a part matches, unless it is nothing, ends with no word character."""
    return _bounded(node, -1)


def _bounded(node: pat.Node, side: int) -> bool:
    if isinstance(node, pat.Group):
        if node.look and node.look[-1] != ":":
            return False
        return all(_bounded(option, side) for option in node.options)
    if isinstance(node, pat.Seq):
        parts = [part for part in node.parts if not is_nothing(part)]
        for part in parts if side == 0 else reversed(parts):
            if not _bounded(part, side):
                return False
            if not can_be_empty(part):
                return True
        return True
    if isinstance(node, pat.Repeat):
        return _bounded(node.node, side)
    if isinstance(node, pat.Edge):
        return node.mark in "^$"
    if isinstance(node, pat.Gap):
        return side == -1
    return isinstance(node, pat.Space) or is_punctuation(node)


def opens_with_word(node: pat.Node, inline: Callable[[pat.Ref], Iterable[pat.Seq]]) -> bool:
    """Whether every match begins with the first character of a word; `inline` are class entries."""
    if isinstance(node, pat.Seq):
        for part in node.parts:
            if isinstance(part, pat.Edge) or not (
                is_nothing(part) or opens_with_word(part, inline)
            ):
                return False
            if not can_be_empty(part):
                return True
        return False
    if isinstance(node, pat.Group):
        return all(
            opens_with_word(option, inline) for option in node.options if not can_be_empty(option)
        )
    if isinstance(node, pat.Repeat):
        return opens_with_word(node.node, inline)
    if isinstance(node, pat.Ref):
        return all(opens_with_word(tree, inline) for tree in inline(node))
    if isinstance(node, pat.Text):
        return _WORD.match(node.char) is not None
    if isinstance(node, pat.Raw):
        plain = _plain_set(node)
        return plain.word if isinstance(plain, pat.Raw) else True
    return False


def begins_capital(node: pat.Node) -> bool:
    """Whether all that a part matches begins with a capital, if case counts in it."""
    if isinstance(node, pat.Seq):
        parts = [part for part in node.parts if not is_nothing(part)]
        return bool(parts) and begins_capital(parts[0])
    if isinstance(node, pat.Repeat):
        return node.low > 0 and begins_capital(node.node)
    return isinstance(node, pat.Raw) and node.source in _CAPITALS


def stands_alone(node: pat.Repeat) -> bool:
    """Whether one repetition ends a word before the next."""
    return node.high == 1 or begins(node.node) or ends(node.node)


def is_punctuation(node: pat.Node) -> bool:
    """Whether a part is one character that stands in no word."""
    if isinstance(node, pat.Text):
        return not _WORD.match(node.char)
    return isinstance(node, pat.Raw) and not node.word and _no_word(node.source)


def signs(node: pat.Node) -> list[str]:
    """What may stand for punctuation; none if that is no short list, or too common."""
    if isinstance(node, pat.Text):
        return [node.char] if node.char not in _USUAL else []
    assert isinstance(node, pat.Raw)
    source = node.source
    if not source.startswith("[") or source.startswith("[^") or "\\" in source or "-" in source:
        return []
    found = sorted(set(source[1:-1]))
    return found if not any(sign in _USUAL or sign.isspace() for sign in found) else []


@lru_cache(maxsize=256)
def _no_word(source: str) -> bool:
    """Whether a set of characters holds no word character."""
    if source in ("\\W", "\\s") or (source.startswith("[^") and "\\w" in source):
        return True
    if not source.startswith("[") or source.startswith("[^"):
        return False
    if any(escape in source for escape in _WIDE) or _FAR.search(source):
        return False
    compiled = regex.compile(source, regex.IGNORECASE)
    return not any(_WORD.match(char) and compiled.match(char) for char in _CHARACTERS)


def plainer(node: _N) -> _N:
    """A tree in which the sets of characters that can be spelled out are alternatives."""
    changed: pat.Node = node
    if isinstance(node, pat.Raw):
        changed = _plain_set(node)
    elif isinstance(node, pat.Seq):
        changed = pat.Seq(tuple(map(plainer, node.parts)))
    elif isinstance(node, pat.Group):
        changed = pat.Group(tuple(map(plainer, node.options)), node.look)
    elif isinstance(node, pat.Repeat):
        changed = pat.Repeat(plainer(node.node), node.low, node.high, node.suffix)
    return changed  # type: ignore[return-value]  # a set of characters stands where any part may


@lru_cache(maxsize=512)
def _plain_set(node: pat.Raw) -> pat.Node:
    source = node.source
    if source in _CAPITALS:
        return replace(node, word=True)
    if node.word or not source.startswith("[") or source.startswith("[^"):
        return node
    if _FAR.search(source):
        return node
    if any(escape in source for escape in _WIDE):
        rest = source.replace("\\d", "")
        return replace(node, numeric="\\d" in source and (rest == "[]" or _no_word(rest)))
    compiled = regex.compile(source, regex.IGNORECASE)
    found = [char for char in _CHARACTERS if compiled.match(char)]
    if found and all(char in "0123456789" for char in found):
        return replace(node, digit=True, word=True, numeric=True)
    if 0 < len(found) <= _MOST and all(char.isalnum() and char.isascii() for char in found):
        return pat.Group(tuple(pat.Seq((pat.Text(c),)) for c in sorted(set(map(str.lower, found)))))
    return node
