"""Kind `missing`: where the draft says one thing, it must say another somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from healthlint.context import holds
from healthlint.errors import RuleError
from healthlint.reading import Match, Reading
from healthlint.rulebook.compiler import Compiler
from healthlint.rulebook.model import Condition, Rule
from healthlint.rulebook.tables import Tables
from healthlint.rulebook.yamltree import Node

KEYS = ("when", "when_not", "must", "least", "within", "claims")


@dataclass(frozen=True, slots=True)
class Missing:
    """Reported once, at the first hit of `when`, if `must` holds nowhere.

    `when_not` conditions drop single hits of `when`; `least` is how many units must say `when`;
    `within` is "document" or "section".
    """

    when: tuple[int, ...]
    when_not: tuple[Condition, ...]
    must: tuple[Condition, ...]
    least: int
    within: str


def read(node: Node, compiler: Compiler, tables: Tables) -> Missing:
    """The body of a missing rule. Raises `RuleError`."""
    when, must, within, least = (node.get(key) for key in ("when", "must", "within", "least"))
    if when is None or must is None:
        raise RuleError(f"{node.place}: a missing rule needs `when` and `must`")
    scope = within.text() if within else "document"
    if scope not in ("document", "section"):
        assert within
        raise RuleError(f"{within.place}: `within` is document or section, not `{scope}`")
    nodes = must.elements() if must.kind == "list" else [must]
    conditions = tuple(
        Condition(scope, patterns=compiler.patterns(part))
        if part.kind == "scalar" and part.text() not in compiler.signals
        else compiler.condition(part)
        for part in nodes
    )
    return Missing(
        compiler.patterns(when),
        compiler.conditions(node.get("when_not")),
        conditions,
        int(least.value) if least else 1,
        scope,
    )


def fields(body: Missing, compiler: Compiler) -> set[str]:
    """Template keys that `when` captures."""
    return compiler.keys(body.when)


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """The first place that says `when`, if nothing says `must`."""
    body: Missing = rule.body
    found = sorted(
        (
            Match(unit, hit.start, unit, hit.end, hit.captures)
            for number in body.when
            for unit, hit in reading.find(number)
        ),
        key=lambda match: (match.first, match.start, -match.end),
    )
    found = [m for m in found if not any(holds(c, reading, m) for c in body.when_not)]
    if len({match.first for match in found}) < body.least:
        return
    seen: set[int | None] = set()
    for match in found:
        part = reading.block(match.first).heading if body.within == "section" else None
        if part in seen:
            continue
        seen.add(part)
        if not any(_said(condition, reading, match) for condition in body.must):
            yield match


def _said(condition: Condition, reading: Reading, match: Match) -> bool:
    """Whether the condition holds; a signal counts when it holds of any unit."""
    if condition.scope != "signal":
        return holds(condition, reading, match)
    return any(
        holds(condition, reading, Match(unit, 0, unit, 0)) for unit in range(len(reading.units))
    )
