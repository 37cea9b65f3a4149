"""The pattern language of rules: read into a tree, which `emit` and `index` work on.

Patterns are regular expressions with four additions: a space (or hyphen) is any run of blanks,
breaks or hyphens; `{name}` is a word class; `{gap:N}` is up to N words; `{key=name}` captures the
class under another key. `^` and `$` are the unit's ends, whatever quotation marks or stops stand
there. Matching ignores case; `(?-i:…)` does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One literal character, lower case or not."""

    char: str


@dataclass(frozen=True, slots=True)
class Space:
    """Any run of blanks, breaks or hyphens."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The start (`^`) or end (`$`) of the unit, or another assertion that is no lookaround."""

    mark: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A character class or escape, passed on as it is; `digit` when it stands for digits only."""

    source: str
    digit: bool = False
    word: bool = False  # matches word characters only
    numeric: bool = False  # matches digits, and what stands between them in numbers


@dataclass(frozen=True, slots=True)
class Ref:
    """A word class: `name`, one inflected `form` of it or all, captured as `key`."""

    name: str
    form: str
    key: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` words."""

    most: int


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives; `look` is the opening of a lookaround or of a flag group, else empty."""

    options: tuple[Seq, ...]
    look: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """`node` from `low` to `high` times (None: without bound); `suffix` is "", "?" or "+"."""

    node: Node
    low: int
    high: int | None
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other."""

    parts: tuple[Node, ...]


Node = Text | Space | Edge | Raw | Ref | Gap | Group | Repeat | Seq

_REF = re.compile(r"\{(?:([a-z][a-z0-9_]*)=)?([A-Za-z][A-Za-z0-9_]*)(?:\.([a-z]+))?\}")
_GAP = re.compile(r"\{gap:(\d+)\}")
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_LOOK = re.compile(r"\?(?:[=!:]|<[=!]|-?i:)")
_LETTERS = re.compile(r"L[ultmo]?|M[nce]?|Nd|Letter|Alphabetic|Latin|Greek|Cyrillic")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


class PatternError(ValueError):
    """A pattern cannot be read; the text says why, and at which character."""


def parse(pattern: str) -> Seq:
    """The tree of a pattern. Raises `PatternError`."""
    group, at = _alternatives(pattern, 0)
    if at < len(pattern):
        raise PatternError(f"`)` without `(` at character {at + 1}")
    return group.options[0] if len(group.options) == 1 else Seq((group,))


def _alternatives(pattern: str, at: int, look: str = "") -> tuple[Group, int]:
    options: list[Seq] = []
    parts: list[Node] = []
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            options.append(Seq(tuple(parts)))
            parts = []
            at += 1
            continue
        node, at = _atom(pattern, at)
        node, at = _quantified(pattern, at, node)
        if isinstance(node, Space) and parts and isinstance(parts[-1], (Space, Gap)):
            continue
        if isinstance(node, Gap) and parts and isinstance(parts[-1], Gap):
            raise PatternError(f"two gaps in a row at character {at}")
        parts.append(node)
    options.append(Seq(tuple(parts)))
    return Group(tuple(options), look), at


def _atom(pattern: str, at: int) -> tuple[Node, int]:
    char = pattern[at]
    if char in " -\t\n":
        return Space(), at + 1
    if char == "(":
        look = _LOOK.match(pattern, at + 1)
        if pattern.startswith("(?", at) and not look:
            raise PatternError(f"`(?` of this form is not supported, at character {at + 1}")
        opened = "" if not look or look[0] == "?:" else look[0]
        group, end = _alternatives(pattern, look.end() if look else at + 1, opened)
        if end >= len(pattern):
            raise PatternError(f"`(` at character {at + 1} is never closed")
        return group, end + 1
    if char == "{":
        return _braces(pattern, at)
    if char == "[":
        found = _CLASS.match(pattern, at)
        if not found:
            raise PatternError(f"`[` at character {at + 1} is never closed")
        digit = found[0] == "[0-9]"
        return Raw(found[0], digit, digit), found.end()
    if char == "\\":
        if at + 1 >= len(pattern):
            raise PatternError("a pattern cannot end with `\\`")
        escape = pattern[at + 1]
        if escape in "bB":
            return Edge("\\" + escape), at + 2
        if escape == "p":
            end = pattern.find("}", at)
            if not pattern.startswith("{", at + 2) or end < 0:
                raise PatternError(f"`\\p` needs a class in braces, at character {at + 1}")
            letters = _LETTERS.fullmatch(pattern, at + 3, end) is not None
            return Raw(pattern[at : end + 1], word=letters), end + 1
        if escape in "dDwWsS":
            return Raw("\\" + escape, escape == "d", escape in "dw"), at + 2
        if escape.isalnum():
            raise PatternError(f"`\\{escape}` is not supported, at character {at + 1}")
        return Text(escape), at + 2
    if char in "^$":
        return Edge(char), at + 1
    if char == ".":
        return Raw("."), at + 1
    if char in "*+?":
        raise PatternError(f"nothing to repeat before `{char}` at character {at + 1}")
    return Text({"‘": "'", "’": "'", "“": '"', "”": '"'}.get(char, char)), at + 1


def _braces(pattern: str, at: int) -> tuple[Node, int]:
    if gap := _GAP.match(pattern, at):
        if not 1 <= int(gap[1]) <= 15:
            raise PatternError(f"a gap holds 1 to 15 words, not {gap[1]}")
        return Gap(int(gap[1])), gap.end()
    if ref := _REF.match(pattern, at):
        return Ref(ref[2], ref[3] or "", ref[1] or ref[2]), ref.end()
    raise PatternError(f"`{{` at character {at + 1} is neither a word class nor a gap")


def _quantified(pattern: str, at: int, node: Node) -> tuple[Node, int]:
    if at >= len(pattern):
        return node, at
    char, low, high, end = pattern[at], 1, 1, at
    bound: int | None = high
    if char == "?":
        low, bound, end = 0, 1, at + 1
    elif char == "*":
        low, bound, end = 0, None, at + 1
    elif char == "+":
        low, bound, end = 1, None, at + 1
    elif char == "{" and (count := _COUNT.match(pattern, at)) and count[0] != "{}":
        low = int(count[1] or 0)
        bound = int(count[3]) if count[3] else None if count[2] else low
        end = count.end()
    else:
        return node, at
    if isinstance(node, (Gap, Edge)):
        raise PatternError(f"`{char}` cannot follow a gap or an end, at character {at + 1}")
    suffix = pattern[end] if end < len(pattern) and pattern[end] in "?+" else ""
    return Repeat(node, low, bound, suffix), end + len(suffix)


def refs(node: Node) -> set[tuple[str, str]]:
    """Every word class a tree names, as (name, form)."""
    if isinstance(node, Ref):
        return {(node.name, node.form)}
    children: tuple[Node, ...] = ()
    if isinstance(node, Seq):
        children = node.parts
    elif isinstance(node, Group):
        children = node.options
    elif isinstance(node, Repeat):
        children = (node.node,)
    found: set[tuple[str, str]] = set()
    for child in children:
        found |= refs(child)
    return found


def asserts(node: Node) -> bool:
    """Whether a tree holds a lookaround, an end or a case flag, which no spelling can show."""
    if isinstance(node, Edge):
        return True
    if isinstance(node, Group):
        return bool(node.look) or any(map(asserts, node.options))
    if isinstance(node, Seq):
        return any(map(asserts, node.parts))
    return isinstance(node, Repeat) and asserts(node.node)


TAINT = "\x02"  # unknown word characters
BREAK = "\x03"  # unknown characters, blanks perhaps among them
NUMBER = "\x01"  # a run of digits


def strings(node: Node, limit: int, name: dict[tuple[str, str], str]) -> set[str] | None:
    """Every string a tree can match, or None when there are more than `limit`.

    A space is " "; a word class is the character that `name` gives it; what cannot be spelled out
    is `TAINT`, `BREAK` or `NUMBER`. Lookarounds are empty.
    """
    if isinstance(node, Text):
        return {node.char.lower() if node.char.lower() != node.char else node.char}
    if isinstance(node, Space):
        return {" "}
    if isinstance(node, Edge):
        return {""}
    if isinstance(node, Raw):
        return {NUMBER if node.digit else TAINT if node.word else BREAK}
    if isinstance(node, Ref):
        return {name.get((node.name, node.form), BREAK)}
    if isinstance(node, Gap):
        return {f" {BREAK} "}
    if isinstance(node, Repeat):
        return _repeated(node, limit, name)
    if isinstance(node, Group):
        if node.look and node.look[-1] != ":":
            return {""}
        found: set[str] = set()
        for option in node.options:
            some = strings(option, limit, name)
            if some is None or len(found) + len(some) > limit:
                return None
            found |= some
        return found
    product = {""}
    for part in node.parts:
        some = strings(part, limit, name)
        if some is None or len(product) * len(some) > limit:
            return None
        product = {head + tail for head in product for tail in some}
    return product


def _repeated(node: Repeat, limit: int, name: dict[tuple[str, str], str]) -> set[str] | None:
    once = strings(node.node, limit, name)
    if once is None:
        return None
    if node.high is None or node.high > 4:
        if once <= {NUMBER}:
            found = {NUMBER}
        elif once <= {TAINT, NUMBER}:
            found = {TAINT}
        else:
            found = {BREAK}
        return found | {""} if node.low == 0 else found
    found = {""} if node.low == 0 else set()
    product = {""}
    for count in range(1, node.high + 1):
        product = {head + tail for head in product for tail in once}
        if len(product) + len(found) > limit:
            return None
        if count >= node.low:
            found |= product
    return found
