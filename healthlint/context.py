"""What is true of a match or its unit: signals, and the conditions of rules.

Signals with triggers follow ConText (Harkema, Dowling, Thornblade, Chapman. J Biomed Inform
2009;42:839-851): a trigger reaches forward or backward to a match unless a terminator stands
between. `question`, `answer`, `cited`, `cited-here` and `quoted` are worked out from structure,
`label-risk` and `crisis-help` from the fact tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from itertools import islice
from typing import TYPE_CHECKING

from healthlint.lazyre import lazy
from healthlint.match import Hit, Match
from healthlint.rulebook.model import Condition, Rule, Signal

if TYPE_CHECKING:
    from healthlint.reading import Reading, Signalled

_BRACKET_NOTE = lazy(r"\[(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)\]")
_WORD = lazy(r"\w+")


def holds(condition: Condition, reading: Reading, match: Match) -> bool:
    """Whether a condition is true of a match."""
    reach = reaches(condition, reading)
    if reach is not None and reach.isdisjoint(range(match.first, match.last + 1)):
        return False
    if condition.scope == "all":
        found = all(holds(part, reading, match) for part in condition.parts)
    elif condition.scope == "signal":
        found = _signal(condition.name, reading, match)
    elif condition.scope == "where":
        found = stands_in(condition.places, reading, match.first)
    elif condition.scope in _PARTS_OF_UNIT:
        inside = _PARTS_OF_UNIT[condition.scope]
        hits = reading.hits_any(condition.patterns, match.first)
        found = any(inside(hit, match) for hit in hits)
    else:
        found = reading.has(condition.patterns, _SCOPES[condition.scope](reading, match))
    return found is not condition.negated


def reaches(condition: Condition, reading: Reading) -> Set[int] | None:
    """The units of matches that a condition could be true of, by words alone; None for any."""
    known = reading.reached.get(id(condition))
    if known is None:  # the condition is kept, so that no other can have its id
        known = reading.reached[id(condition)] = condition, _reach(condition, reading)
    return known[1]


def _reach(condition: Condition, reading: Reading) -> Set[int] | None:
    if condition.negated or condition.scope == "where":
        return None
    if condition.scope == "all":
        known = [some for part in condition.parts if (some := reaches(part, reading)) is not None]
        return frozenset(known[0]).intersection(*known[1:]) if known else None
    if condition.scope == "signal":
        return _signal_reach(condition.name, reading)
    found = reading.where_any(condition.patterns).keys()
    return found if condition.scope in _OF_THE_UNIT or not found else None


def _signal_reach(name: str, reading: Reading) -> Set[int] | None:
    if name == "label-risk":
        return reading.where_any(reading.label_risks).keys()
    if name == "crisis-help":
        return reading.where_any(reading.rulebook.crisis_help[reading.profile.id]).keys()
    if name in STRUCTURAL:
        return None
    signal = reading.rulebook.signals[name]
    if reading.where_any(signal.previous) or reading.where_any(signal.heading):
        return None
    own = (signal.unit, signal.before, signal.after)
    return frozenset().union(*(reading.where_any(numbers) for numbers in own))


_PARTS_OF_UNIT: dict[str, Callable[[Hit, Match], bool]] = {
    "match": lambda hit, match: match.start <= hit.start and hit.end <= match.end,
    "before": lambda hit, match: hit.end <= match.start,
    "after": lambda hit, match: hit.start >= match.end,
}
_SCOPES: dict[str, Callable[[Reading, Match], tuple[int, ...] | range]] = {
    "sentence": lambda reading, match: range(match.first, match.last + 1),
    "previous": lambda reading, match: reading.beside(match.first, -1),
    "next": lambda reading, match: reading.beside(match.last, 1),
    "near": lambda reading, match: (
        *reading.beside(match.first, -1),
        *range(match.first, match.last + 1),
        *reading.beside(match.last, 1),
    ),
    "block": lambda reading, match: reading.units_of(reading.units[match.first].block),
    "question": lambda reading, match: reading.question(match.first),
    "heading": lambda reading, match: reading.headings(match.first),
    "heads": lambda reading, match: reading.heads(match.first),
    "lead": lambda reading, match: reading.lead(match.first),
    "section": lambda reading, match: reading.section(match.first),
    "document": lambda reading, match: range(len(reading.units)),
}


_OF_THE_UNIT = frozenset({"sentence", "match", "before", "after"})
#: Scopes whose texts are the same for all matches of one unit.
_ABOUT_UNITS = frozenset({"question", "heading", "heads", "lead"})
#: Places that are not searched unless a rule's `where` names them.
APART = frozenset({"note"})


def stands_in(places: frozenset[str], reading: Reading, unit: int) -> bool:
    """Whether a unit stands in one of these places."""
    block = reading.block(unit)
    kind = "sentence" if block.kind == "paragraph" else block.kind
    return kind in places or (block.quoted and "quote" in places)


def admits(rule: Rule, reading: Reading, unit: int) -> bool:
    """Whether a rule can speak of a unit at all, whatever is found in it."""
    if not stands_in(rule.where, reading, unit) if rule.where else stands_in(APART, reading, unit):
        return False
    whole = Match(unit, 0, unit, 0)
    return all(
        holds(condition, reading, whole)
        for condition in rule.only
        if condition.scope in _ABOUT_UNITS
    )


# -- signals -----------------------------------------------------------------------------------


def _signal(name: str, reading: Reading, match: Match) -> bool:
    if name in STRUCTURAL:
        return STRUCTURAL[name](reading, match)
    return _triggered(reading.rulebook.signals[name], reading, match)


def _triggered(signal: Signal, reading: Reading, match: Match) -> bool:
    key = signal.name, match.first, match.last
    known = reading.signalled.get(key)
    if known is None:
        known = reading.signalled[key] = _signalled(signal, reading, match.first, match.last)
    everywhere, triggers, ends = known
    if everywhere:
        return True
    for hit, forward in triggers:
        left, right = (hit.end, match.start) if forward else (match.end, hit.start)
        if left <= right and _reaches(reading, match.first, left, right, ends, signal.reach):
            return True
    return False


def _signalled(signal: Signal, reading: Reading, first: int, last: int) -> Signalled:
    """What a signal says of units whatever the place in them, and its triggers in the first."""
    if (
        (signal.unit and reading.has(signal.unit, range(first, last + 1)))
        or (signal.previous and reading.has(signal.previous, reading.beside(first, -1)))
        or (signal.heading and reading.has(signal.heading, reading.headings(first)))
    ):
        return True, [], []
    found = [
        (hit, forward)
        for numbers, forward in ((signal.before, True), (signal.after, False))
        for hit in reading.hits_any(numbers, first)
    ]
    if not found:
        return False, [], []
    feints = reading.hits_any(signal.pseudo, first)
    found = [
        (hit, forward)
        for hit, forward in found
        if not any(feint.start <= hit.start and hit.end <= feint.end for feint in feints)
    ]
    return False, found, reading.hits_any(signal.ends, first)


def _reaches(
    reading: Reading, unit: int, left: int, right: int, ends: list[Hit], reach: int
) -> bool:
    if any(left <= end.start and end.end <= right for end in ends):
        return False
    words = _WORD.finditer(reading.plain(unit), left, right)
    return sum(1 for _ in islice(words, reach + 1)) <= reach


def _cited_here(reading: Reading, match: Match) -> bool:
    return any(has_source(reading, unit) for unit in range(match.first, match.last + 1))


def _cited(reading: Reading, match: Match) -> bool:
    if _cited_here(reading, match):
        return True
    block = reading.block(match.first)
    if block.kind == "cell":
        others = [
            *reading.heads(match.first),
            *reading.lead(match.first),
            *_row(reading, match.first),
        ]
    else:
        others = [
            unit
            for unit in (*reading.beside(match.first, -1), *reading.beside(match.last, 1))
            if reading.units[unit].block == reading.units[match.first].block
            or reading.block(unit).kind == "caption"
        ]
        if block.kind == "list-item":
            others += reading.lead(match.first)
    return any(has_source(reading, unit) for unit in others)


def _row(reading: Reading, unit: int) -> list[int]:
    head = reading.block(unit).row_head
    if head is None:
        return []
    return [u.index for u in reading.units if reading.document.blocks[u.block].row_head == head]


def has_source(reading: Reading, unit: int) -> bool:
    """Whether a unit names a source a reader could find: see ANNOTATION, second test."""
    which, block = reading.units[unit], reading.block(unit)
    signal = reading.rulebook.signals.get("cited")
    if signal and reading.has(signal.unit, (unit,)):
        return True
    for link in block.links:
        if which.start <= link.start <= which.end and counts_as_source(reading, link.url):
            return True
    keys = {note.key for note in block.notes if which.start <= note.at <= which.end + 1}
    for found in _BRACKET_NOTE.finditer(reading.text(unit)):
        keys.update(re.findall(r"\d+", found[1]))
    return not keys.isdisjoint(reading.note_keys)


def counts_as_source(reading: Reading, url: str) -> bool:
    """Whether a link leads to a host that counts as a source."""
    from urllib.parse import urlsplit  # a draft without links need not load it

    try:
        host = (urlsplit(url if "//" in url else "//" + url).hostname or "").removeprefix("www.")
    except ValueError:
        return False
    parts = host.split(".")
    return any(".".join(parts[at:]) in reading.rulebook.hosts for at in range(len(parts)))


def _quoted(reading: Reading, match: Match) -> bool:
    if reading.block(match.first).quoted:
        return True
    plain = reading.plain(match.first)
    return plain[: match.start].count('"') % 2 == 1


def _asks(reading: Reading, match: Match) -> bool:
    return reading.asks(match.first)


def _answers(reading: Reading, match: Match) -> bool:
    return bool(reading.question(match.first))


def _label_risk(reading: Reading, match: Match) -> bool:
    return reading.has(reading.label_risks, range(match.first, match.last + 1))


def _crisis_help(reading: Reading, match: Match) -> bool:
    numbers = reading.rulebook.crisis_help[reading.profile.id]
    return reading.has(numbers, range(match.first, match.last + 1))


#: Signals worked out from structure, or from the fact tables, rather than from triggers:
#: `label-risk` is a risk on the label of a treatment that the draft names, `crisis-help` is help in
#: the profile's country.
STRUCTURAL: dict[str, Callable[[Reading, Match], bool]] = {
    "question": _asks,
    "answer": _answers,
    "cited": _cited,
    "cited-here": _cited_here,
    "quoted": _quoted,
    "label-risk": _label_risk,
    "crisis-help": _crisis_help,
}
