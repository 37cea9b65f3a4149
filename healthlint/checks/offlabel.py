"""Kind `offlabel`: a treatment promoted for a use that its label does not cover.

The use must stand in a promotional unit: one that meets `promotes`, or in which the first pass
found a claim of one of the categories `claims`; and no `use_unless` may hold of it. The treatment
is the one that the unit speaks of (`treatments_of`). A unit that meets `disclosed` anywhere in the
draft lifts the finding.

With `uses: any` a use need not be named: every unit with such a claim promotes the treatment that
it speaks of. That is for treatments that no label covers for anything copy would promise.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.checks.missing import categories, count
from healthlint.context import holds
from healthlint.errors import RuleError
from healthlint.match import Match, within
from healthlint.rulebook.facts import KINDS, STATUSES
from healthlint.rulebook.model import Condition, Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Label, Tables
    from healthlint.rulebook.yamltree import Node

KEYS = (
    "promotes", "claims", "uses", "use_unless", "least", "disclosed",
    "statuses", "kinds", "labels", "labels_not", "uses_not", "verified",
    "within",
)  # fmt: skip


class OffLabel(NamedTuple):
    """Which labels a rule speaks of, and what promotes or lifts.

    `statuses`, `kinds`, `labels` (ids, all when empty) but not `labels_not`; `verified` facts only,
    unverified only, or both (None). `uses_not` are left out; `least` is how many units promote.
    """

    promotes: tuple[Condition, ...]
    claims: frozenset[str]
    use_unless: tuple[Condition, ...]
    least: int
    disclosed: tuple[Condition, ...]
    statuses: frozenset[str]
    kinds: frozenset[str]
    labels: frozenset[str]
    labels_not: frozenset[str]
    uses_not: frozenset[str]
    verified: bool | None
    any_use: bool  # uses need not be named
    within: str  # "unit": the treatment must be named in the same unit; else "draft"

    def speaks_of(self, label: Label) -> bool:
        """Whether the rule speaks of a label."""
        return (
            label.status in self.statuses
            and label.kind in self.kinds
            and (not self.labels or label.id in self.labels)
            and label.id not in self.labels_not
            and self.verified in (None, label.verified)
        )


def read(node: Node, compiler: Compiler, tables: Tables) -> OffLabel:
    """The body of an off-label rule. Raises `RuleError`."""
    promotes, disclosed, statuses, verified, within, uses = (
        node.get(key)
        for key in ("promotes", "disclosed", "statuses", "verified", "within", "uses")
    )
    if (promotes is None and uses is None) or statuses is None:
        raise RuleError(f"{node.place}: an offlabel rule needs `promotes` and `statuses`")
    if uses and uses.text() not in ("any", "named"):
        raise RuleError(f"{uses.place}: `uses` is any or named, not `{uses.text()}`")
    if within and within.text() not in ("unit", "draft"):
        raise RuleError(f"{within.place}: `within` is unit or draft, not `{within.text()}`")
    return OffLabel(
        compiler.conditions(promotes),
        categories(node.get("claims")),
        compiler.conditions(node.get("use_unless")),
        count(node, "least", 1),
        compiler.conditions(disclosed),
        _known(statuses, STATUSES, "label status"),
        _known(node.get("kinds"), KINDS, "kind of treatment") or frozenset(KINDS),
        _known(node.get("labels"), tuple(tables.labels), "label"),
        _known(node.get("labels_not"), tuple(tables.labels), "label"),
        _known(node.get("uses_not"), tuple(tables.uses), "use"),
        verified.value if verified else None,
        uses is not None and uses.text() == "any",
        within.text() if within else "draft",
    )


def _known(node: Node | None, known: tuple[str, ...], what: str) -> frozenset[str]:
    from healthlint.rulebook.yamltree import hint

    found = node.texts() if node else []
    for name, part in found:
        if name not in known:
            raise RuleError(f"{part.place}: there is no {what} `{name}`{hint(name, known)}")
    return frozenset(name for name, _ in found)


def fields(body: OffLabel, compiler: Compiler) -> set[str]:
    """Template keys: the treatment, the use, what the label covers and the label's state."""
    return {"treatment", "use", "covers", "status"}


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """The first promoted use that a label does not cover."""
    body: OffLabel = rule.body
    labels = reading.rulebook.tables.labels
    if not any(body.speaks_of(labels[name]) for name in reading.treatments):
        return
    claimed = {m.first for one, m in reading.claims if one.category in body.claims}
    if body.any_use:
        yield from _promoted(body, reading)
        return
    promoted = [
        (use, match)
        for use, match in _uses(reading)
        if use not in body.uses_not
        and (match.first in claimed or _any(body.promotes, reading, match))
        and not _any(body.use_unless, reading, match)
    ]
    if len({match.first for _, match in promoted} | claimed) < body.least:
        return
    for use, match in promoted:
        named = treatments_of(match.first, reading, body.within == "unit")
        if body.within == "unit" and any(_covered(label, use, reading) for label in named):
            continue  # “A is approved for this, B for that” speaks of each in turn
        for label in named:
            if body.speaks_of(label) and _outside(label, use, reading):
                if not _disclosed(body, reading):
                    yield _match(match, label, use, reading)
                return


def _promoted(body: OffLabel, reading: Reading) -> Iterator[Match]:
    """The first claim for a treatment the rule speaks of, when `least` units make such claims."""
    found: dict[str, list[Match]] = {}
    labels = reading.rulebook.tables.labels
    seen: set[int] = set()
    for rule, match in sorted(reading.claims, key=lambda one: (one[1].first, one[1].start)):
        if rule.category not in body.claims or match.first in seen:
            continue
        if _any(body.use_unless, reading, match):
            continue
        seen.add(match.first)
        for label in treatments_of(match.first, reading, body.within == "unit"):
            if body.speaks_of(label):
                found.setdefault(label.id, []).append(match)
    for name, matches in found.items():
        if len(matches) >= body.least:
            if not _disclosed(body, reading):
                yield _match(matches[0], labels[name], None, reading)
            return


def _outside(label: Label, use: str, reading: Reading) -> bool:
    """Whether a label does not cover a use that the treatment is known to be sold for.

    A use that the table does not list under `marketed`, nor a wider one, is more often a word in
    passing than a claim.
    """
    tables = reading.rulebook.tables
    sold = not tables.wider(use).isdisjoint(label.marketed)
    return sold and not _covered(label, use, reading)


def _covered(label: Label, use: str, reading: Reading) -> bool:
    return reading.rulebook.tables.covers(label.id, use, reading.profile.id)


def _uses(reading: Reading) -> list[tuple[str, Match]]:
    """Each use named in the draft with its place, in order: “acne scars” are not also acne."""
    inside: dict[int, set[tuple[int, int]]] = {}
    for places in reading.uses.values():
        for unit, start, end in places:
            inside.setdefault(unit, set()).add((start, end))
    inside = {unit: within(spans) for unit, spans in inside.items()}
    found = [
        (use, Match(unit, start, unit, end))
        for use, places in reading.uses.items()
        for unit, start, end in places
        if (start, end) not in inside[unit]
    ]
    return sorted(found, key=lambda one: (one[1].first, one[1].start, -one[1].end, one[0]))


def _match(match: Match, label: Label, use: str | None, reading: Reading) -> Match:
    there = label.elsewhere.get(reading.profile.id)
    covers = (there.text if there else "") or label.covers_text
    captures = (
        ("treatment", label.label),
        ("use", reading.rulebook.tables.uses[use].label if use else ""),
        ("covers", covers),
        ("status", label.status),
    )
    return Match(match.first, match.start, match.last, match.end, captures)


def main_treatment(reading: Reading) -> str | None:
    """The label most often named in the draft, if it makes up half of all that are named."""
    counts = {name: len(places) for name, places in reading.treatments.items()}
    if not counts:
        return None
    best = max(counts, key=lambda name: (counts[name], name))
    return best if counts[best] * 2 >= sum(counts.values()) else None


def treatments_of(unit: int, reading: Reading, here: bool = False) -> list[Label]:
    """The labels a unit speaks of; only those named in it when `here`.

    Those named in it, else in its heads, lead or headings, else last before it in its section; else
    the draft's main treatment, else the one last named before it.
    """
    labels, named = reading.rulebook.tables.labels, reading.treatments_in
    if here:
        return [labels[name] for name in sorted(named.get(unit, ()))]
    above = reading.treated[: bisect_left(reading.treated, unit)]
    section = set(reading.section(unit))
    subject = main_treatment(reading)
    for units in (
        (unit,),
        (*reading.heads(unit), *reading.lead(unit)),
        reading.headings(unit),
        [at for at in reversed(above) if at in section][:1],
        () if subject else above[-1:],
    ):
        found = set().union(*(named.get(at, set()) for at in units))
        if found:
            return [labels[name] for name in sorted(found)]
    return [labels[subject]] if subject else []


def _any(conditions: tuple[Condition, ...], reading: Reading, match: Match) -> bool:
    return any(holds(condition, reading, match) for condition in conditions)


def _disclosed(body: OffLabel, reading: Reading) -> bool:
    return any(
        _any(body.disclosed, reading, Match(unit, 0, unit, len(reading.text(unit))))
        for unit in range(len(reading.units))
    )
