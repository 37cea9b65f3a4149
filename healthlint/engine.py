"""From a document to findings: every rule on every unit, then one finding for one claim.

The order is fixed: find (the rule's kind), restrict (`where`, `answers`, `under`, `only`), lift
(`unless`), merge. The engine knows no files and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from healthlint.checks import kind_module
from healthlint.context import APART, holds, stands_in
from healthlint.document import Document
from healthlint.finding import SEVERITIES, Finding, Fix, Position
from healthlint.fingerprint import fingerprint, numbered
from healthlint.match import Match
from healthlint.reading import Reading
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rule, Rulebook
from healthlint.rulebook.template import render
from healthlint.wording import values

#: Kinds that ask what the other rules found, and so run after them.
_SECOND = ("missing", "offlabel")
#: Categories that a story already tells.
_TOLD_BY_STORY = frozenset({"outcome"})
#: A rule's severity under the settings, or None when it is switched off.
Decide = Callable[[Rule], "str | None"]


class Raised(NamedTuple):
    """A match that stands, with its rule and severity."""

    rule: Rule
    severity: str
    match: Match


def lint(
    document: Document, rulebook: Rulebook, matcher: Matcher, profile: str, decide: Decide
) -> tuple[list[Finding], list[str]]:
    """Findings in order of place, and notices (rules whose patterns ran out of time)."""
    reading = Reading(document, rulebook, matcher, rulebook.tables.profiles[profile])
    raised: list[Raised] = []
    for second in (False, True):
        for rule in rulebook.rules:
            if (rule.kind in _SECOND) is not second:
                continue
            if rule.profiles and profile not in rule.profiles:
                continue
            severity = decide(rule)
            matches = matches_of(rule, reading) if severity or not second else iter(())
            for match in matches:
                if not second:
                    reading.claims.append((rule, match))
                if severity:
                    raised.append(Raised(rule, severity, match))
    return _findings(merge(untold(raised)), reading), _notices(reading)


def matches_of(rule: Rule, reading: Reading) -> Iterator[Match]:
    """What a rule finds, restricted and lifted."""
    for match in kind_module(rule.kind).check(rule, reading):
        if rule.where:
            if not stands_in(rule.where, reading, match.first):
                continue
        elif stands_in(APART, reading, match.first):
            continue
        if not all(holds(condition, reading, match) for condition in rule.only):
            continue
        if any(holds(condition, reading, match) for condition in rule.unless):
            continue
        yield match


def untold(raised: list[Raised]) -> list[Raised]:
    """Without promises of benefit inside a patient's story: the story is the finding there."""
    told = {
        unit
        for one in raised
        if one.rule.kind == "story"
        for unit in range(one.match.first, one.match.last + 1)
    }
    return [
        one
        for one in raised
        if one.rule.category not in _TOLD_BY_STORY or one.match.first not in told
    ]


def merge(raised: list[Raised]) -> list[tuple[Raised, list[Raised]]]:
    """One finding for one claim: of one category, in one unit, the most telling stands.

    Each comes with those of other rules that it stands for, the most telling first.

    Most telling is the highest severity, then the rule's `rank`, then the longest match. Findings
    that carry a fix stand beside each other unless they overlap: each is a word to mend.
    """
    kept: list[tuple[Raised, list[Raised]]] = []
    places: dict[tuple[str, int], list[int]] = {}  # category and unit -> numbers in `kept`
    for one in sorted(raised, key=_telling):
        near = sorted({number for place in _places(one) for number in places.get(place, ())})
        same = next((kept[number] for number in near if _same_claim(one, kept[number][0])), None)
        if same is None:
            for place in _places(one):
                places.setdefault(place, []).append(len(kept))
            kept.append((one, []))
        elif all(one.rule is not other.rule for other in (same[0], *same[1])):
            same[1].append(one)
    return sorted(kept, key=_in_order)


def _places(one: Raised) -> list[tuple[str, int]]:
    """Where findings that could tell the same claim stand."""
    category = one.rule.category
    if category == "disclosure":  # about the whole draft
        return [(category, -1)]
    return [(category, unit) for unit in range(one.match.first, one.match.last + 1)]


def _in_order(pair: tuple[Raised, list[Raised]]) -> tuple[int, int, int, str]:
    match = pair[0].match
    return match.first, match.start, match.last, pair[0].rule.code


def _telling(one: Raised) -> tuple[int, int, int, int, str, int, int]:
    match = one.match
    length = match.end - match.start if match.first == match.last else 0
    return (
        -SEVERITIES.index(one.severity), -one.rule.rank, -(match.last - match.first), -length,
        one.rule.code, match.first, match.start,
    )  # fmt: skip


def _same_claim(one: Raised, other: Raised) -> bool:
    if one.rule.category != other.rule.category:
        return False
    a, b = one.match, other.match
    if one.rule.category == "disclosure":
        # What is missing from a whole draft is said once for each kind of gap.
        same_gap = one.rule.name.split("-")[0] == other.rule.name.split("-")[0]
        if one.rule.kind == other.rule.kind == "missing":
            return same_gap
        return same_gap and dict(a.captures).get("treatment") == dict(b.captures).get("treatment")
    if a.last < b.first or b.last < a.first:
        return False
    if a.first == b.first and a.last == b.last and one.rule.fix and other.rule.fix:
        return a.start < b.end and b.start < a.end
    return True


def _findings(kept: list[tuple[Raised, list[Raised]]], reading: Reading) -> list[Finding]:
    raised = [one for one, _ in kept] + [one for _, others in kept for one in others]
    found = numbered([_finding(one, reading) for one in raised])
    merged = iter(found[len(kept) :])
    return [
        finding._replace(merged=tuple(islice(merged, len(others)))) if others else finding
        for finding, (_, others) in zip(found, kept, strict=False)
    ]


def _finding(one: Raised, reading: Reading) -> Finding:
    rule, match = one.rule, one.match
    first, last = reading.units[match.first], reading.units[match.last]
    blocks = reading.document.blocks
    start = blocks[first.block].span(first.start + match.start, first.start + match.start + 1).start
    end = blocks[last.block].span(last.start + match.end - 1, last.start + match.end).end
    known = values(rule, match, reading)
    source = reading.document.source
    fix = Fix(render(rule.fix.text, known, in_place=True), rule.fix.safe) if rule.fix else None
    words = reading.text(match.first)[match.start : match.end] if match.first == match.last else ""
    unit = " ".join(reading.text(u) for u in range(match.first, match.last + 1))
    return Finding(
        rule=rule.code,
        name=rule.name,
        category=rule.category,
        severity=one.severity,
        start=_position(reading.document, start),
        end=_position(reading.document, end),
        text=source[start:end],
        message=render(rule.message, known),
        suggestions=tuple(dict.fromkeys(render(text, known) for text in rule.suggest)),
        fix=fix,
        authority=authorities_for(rule, reading),
        fingerprint=fingerprint(rule.code, words, unit),
    )


def authorities_for(rule: Rule, reading: Reading) -> tuple[str, ...]:
    """Ids of the authorities that speak in the profile: the rule's own there, else the profile's.

    A rule that names none for this jurisdiction rests on what the profile lists for its category;
    failing that, on all that it names.
    """
    known, profile = reading.rulebook.authorities, reading.profile
    own = tuple(a for a in rule.authority if known[a].jurisdiction in (profile.id, "int"))
    at_home = any(known[a].jurisdiction == profile.id for a in own)
    return own if at_home else (*profile.authorities.get(rule.category, ()), *own) or rule.authority


def _position(document: Document, offset: int) -> Position:
    line, column = document.line_column(offset)
    return Position(line, column, offset)


def _notices(reading: Reading) -> list[str]:
    patterns = reading.rulebook.patterns
    return [
        f"a pattern took too long and was skipped on part of this draft: {patterns[number].place}: "
        f"`{patterns[number].text}`"
        for number in sorted(reading.late)
    ]
