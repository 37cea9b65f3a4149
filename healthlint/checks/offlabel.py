"""Kind `offlabel`: a treatment promoted for a use that its label does not cover.

Treatment and use must stand in one promotional unit: the unit names the use, names the treatment
(or stands on a page about it), and is not lifted by `use_unless`; and the draft must make `least`
claims.
A plain disclosure anywhere (`disclosed`) lifts the finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from healthlint.context import holds
from healthlint.errors import RuleError
from healthlint.reading import Match, Reading
from healthlint.rulebook.compiler import Compiler
from healthlint.rulebook.model import Condition, Rule
from healthlint.rulebook.tables import Label, Tables
from healthlint.rulebook.yamltree import Node

KEYS = ("promotes", "disclosed", "disclosed_unless", "use_unless", "least", "statuses", "verified")


@dataclass(frozen=True, slots=True)
class OffLabel:
    """`statuses` are the label states this rule speaks of; `verified` asks for checked facts."""

    promotes: tuple[Condition, ...]
    disclosed: tuple[int, ...]
    disclosed_unless: tuple[Condition, ...]
    use_unless: tuple[Condition, ...]
    least: int
    statuses: frozenset[str]
    verified: bool | None


def read(node: Node, compiler: Compiler, tables: Tables) -> OffLabel:
    """The body of an off-label rule. Raises `RuleError`."""
    promotes, disclosed, least, statuses, verified = (
        node.get(k) for k in ("promotes", "disclosed", "least", "statuses", "verified")
    )
    if promotes is None or disclosed is None or statuses is None:
        raise RuleError(f"{node.place}: an offlabel rule needs `promotes`, `disclosed`, `statuses`")
    return OffLabel(
        compiler.conditions(promotes),
        compiler.patterns(disclosed),
        compiler.conditions(node.get("disclosed_unless")),
        compiler.conditions(node.get("use_unless")),
        int(least.value) if least else 1,
        frozenset(text for text, _ in statuses.texts()),
        verified.value if verified else None,
    )


def fields(body: OffLabel, compiler: Compiler) -> set[str]:
    """Template keys: the treatment, the use, what the label covers and the label's state."""
    return {"treatment", "use", "covers", "status"}


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """The first promoted use that the label does not cover, for each treatment."""
    body: OffLabel = rule.body
    if len(reading.claims) < body.least or _disclosed(body, reading):
        return
    subject = main_treatment(reading)
    seen: set[str] = set()
    for unit, start, end, use in sorted(
        (unit, start, end, use)
        for use, places in reading.uses.items()
        for unit, start, end in places
    ):
        match = Match(unit, start, unit, end)
        if any(holds(condition, reading, match) for condition in body.use_unless):
            continue
        if not any(holds(condition, reading, match) for condition in body.promotes):
            continue
        for label in _treatments(reading, unit, subject):
            if (
                label.id in seen
                or label.status not in body.statuses
                or (body.verified is not None and label.verified is not body.verified)
                or reading.rulebook.tables.covers(label.id, use, reading.profile.id)
            ):
                continue
            seen.add(label.id)
            named = reading.rulebook.tables.uses[use]
            captures = (
                ("treatment", label.label),
                ("use", named.label),
                ("covers", label.covers_text or "no use"),
                ("status", label.status),
            )
            yield Match(unit, start, unit, end, captures)


def main_treatment(reading: Reading) -> str | None:
    """The label most often named in the draft, if it makes up half of all that are named."""
    counts = {name: len(places) for name, places in reading.treatments.items()}
    if not counts:
        return None
    best = max(counts, key=lambda name: (counts[name], name))
    return best if counts[best] * 2 >= sum(counts.values()) else None


def _treatments(reading: Reading, unit: int, subject: str | None) -> list[Label]:
    """Labels named in the unit, else in its headings, else the draft's main treatment."""
    labels = reading.rulebook.tables.labels
    for some in ((unit,), reading.headings(unit), reading.lead(unit)):
        named = {
            name for name, places in reading.treatments.items() for u, _, _ in places if u in some
        }
        if named:
            return [labels[name] for name in sorted(named)]
    return [labels[subject]] if subject else []


def _disclosed(body: OffLabel, reading: Reading) -> bool:
    for number in body.disclosed:
        for unit, hit in reading.find(number):
            match = Match(unit, hit.start, unit, hit.end)
            if not any(holds(condition, reading, match) for condition in body.disclosed_unless):
                return True
    return False
