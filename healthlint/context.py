"""What is true of a match or its unit: signals, and the conditions of rules.

Signals with triggers follow ConText (Harkema, Dowling, Thornblade, Chapman. J Biomed Inform
2009;42:839-851): a trigger reaches forward or backward to a match unless a terminator stands
between. `question`, `answer`, `cited`, `cited-here` and `quoted` are worked out from structure,
`label-risk` and `crisis-help` from the fact tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from healthlint.match import Hit, Match
from healthlint.reading import Reading
from healthlint.rulebook.model import Condition, Signal

_BRACKET_NOTE = re.compile(r"\[(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)\]")
_WORD = re.compile(r"\w+")


def holds(condition: Condition, reading: Reading, match: Match) -> bool:
    """Whether a condition is true of a match."""
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


def stands_in(places: frozenset[str], reading: Reading, unit: int) -> bool:
    """Whether a unit stands in one of these places."""
    block = reading.block(unit)
    kind = "sentence" if block.kind == "paragraph" else block.kind
    return kind in places or (block.quoted and "quote" in places)


# -- signals -----------------------------------------------------------------------------------


def _signal(name: str, reading: Reading, match: Match) -> bool:
    if name in STRUCTURAL:
        return STRUCTURAL[name](reading, match)
    return _triggered(reading.rulebook.signals[name], reading, match)


def _triggered(signal: Signal, reading: Reading, match: Match) -> bool:
    unit = match.first
    if signal.unit and reading.has(signal.unit, range(match.first, match.last + 1)):
        return True
    if signal.previous and reading.has(signal.previous, reading.beside(unit, -1)):
        return True
    if signal.heading and reading.has(signal.heading, reading.headings(unit)):
        return True
    triggers, ends = _triggers(signal, reading, unit)
    for hit, forward in triggers:
        left, right = (hit.end, match.start) if forward else (match.end, hit.start)
        if left <= right and _reaches(reading, unit, left, right, ends, signal.reach):
            return True
    return False


def _triggers(
    signal: Signal, reading: Reading, unit: int
) -> tuple[list[tuple[Hit, bool]], list[Hit]]:
    """A signal's triggers in a unit, with whether they reach forward, and what ends their reach."""
    key = signal.name, unit
    if (known := reading.triggers.get(key)) is not None:
        return known
    found = [
        (hit, forward)
        for numbers, forward in ((signal.before, True), (signal.after, False))
        for hit in reading.hits_any(numbers, unit)
    ]
    ends: list[Hit] = []
    if found:
        feints = reading.hits_any(signal.pseudo, unit)
        ends = reading.hits_any(signal.ends, unit)
        found = [
            (hit, forward)
            for hit, forward in found
            if not any(feint.start <= hit.start and hit.end <= feint.end for feint in feints)
        ]
    reading.triggers[key] = found, ends
    return found, ends


def _reaches(
    reading: Reading, unit: int, left: int, right: int, ends: list[Hit], reach: int
) -> bool:
    if any(left <= end.start and end.end <= right for end in ends):
        return False
    return len(_WORD.findall(reading.plain(unit), left, right)) <= reach


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
