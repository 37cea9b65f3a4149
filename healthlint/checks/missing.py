"""Kind `missing`: where the draft says one thing, it must say another somewhere.

What it says is `when` (patterns) or `claims` (categories of findings of the first pass); what it
must say is `must`: one unit of the draft, or of the section, has to meet one of these conditions.
With `amid`, the rule speaks only in a draft that sells: one in which so many units promote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.context import holds, reaches
from healthlint.errors import RuleError
from healthlint.finding import CATEGORIES
from healthlint.match import Match
from healthlint.rulebook.model import Condition, Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Tables
    from healthlint.rulebook.yamltree import Node

KEYS = ("when", "when_not", "claims", "must", "least", "amid", "within")
#: Categories of findings that make a unit a promotional one.
PROMOTES = frozenset({
    "safety", "outcome", "statistics", "evidence", "approval", "anecdote", "paediatric",
    "comparison", "hype", "pressure", "mechanism",
})  # fmt: skip


class Missing(NamedTuple):
    """Reported once, at the first hit of `when` (else of `claims`), if no unit meets `must`.

    `when_not` conditions drop single hits and claims; `least` is how many units must say so;
    `amid` is how many units of the draft must promote; `within` is "document" or "section".
    """

    when: tuple[int, ...]
    when_not: tuple[Condition, ...]
    claims: frozenset[str]
    must: tuple[Condition, ...]
    least: int
    amid: int
    within: str


def read(node: Node, compiler: Compiler, tables: Tables) -> Missing:
    """The body of a missing rule. Raises `RuleError`."""
    when, claims, must, within = (node.get(key) for key in ("when", "claims", "must", "within"))
    if (when is None and claims is None) or must is None:
        raise RuleError(f"{node.place}: a missing rule needs `when` or `claims`, and `must`")
    scope = within.text() if within else "document"
    if scope not in ("document", "section"):
        assert within
        raise RuleError(f"{within.place}: `within` is document or section, not `{scope}`")
    return Missing(
        compiler.patterns(when) if when else (),
        compiler.conditions(node.get("when_not")),
        categories(claims),
        tuple(
            compiler.condition(part)
            if part.kind != "scalar" or part.text() in compiler.signals
            else Condition("sentence", compiler.patterns(part))
            for part in (must.elements() if must.kind == "list" else [must])
        ),
        count(node, "least", 1),
        count(node, "amid", 0),
        scope,
    )


def count(node: Node, key: str, default: int) -> int:
    """A number of units under a key. Raises `RuleError` for what is no number."""
    found = node.get(key)
    if found is None:
        return default
    if not isinstance(found.scalar, int) or isinstance(found.scalar, bool):
        raise RuleError(f"{found.place}: `{key}` is a number, not {found.describe()}")
    return found.scalar


def promoting(reading: Reading) -> int:
    """How many units promote: they carry a finding of the first pass of such a category."""
    return len({match.first for rule, match in reading.claims if rule.category in PROMOTES})


def categories(node: Node | None) -> frozenset[str]:
    """Names of categories. Raises `RuleError` for one that there is not."""
    from healthlint.rulebook.yamltree import hint

    found = node.texts() if node else []
    for name, part in found:
        if name not in CATEGORIES:
            raise RuleError(f"{part.place}: there is no category `{name}`{hint(name, CATEGORIES)}")
    return frozenset(name for name, _ in found)


def fields(body: Missing, compiler: Compiler) -> set[str]:
    """Template keys that `when` captures."""
    return compiler.keys(body.when)


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """The first place that says `when`, if no unit says what it must."""
    body: Missing = rule.body
    if body.amid and promoting(reading) < body.amid:
        return
    said = _in_order(
        Match(unit, hit.start, unit, hit.end, hit.captures)
        for number in body.when
        for unit, hit in reading.find(number)
    )
    claimed = _in_order(match for one, match in reading.claims if one.category in body.claims)
    found = [
        match
        for match in (*said, *claimed)
        if not any(holds(condition, reading, match) for condition in body.when_not)
    ]
    if len({match.first for match in found}) < body.least:
        return
    seen: set[int | None] = set()
    for match in found:
        part = reading.block(match.first).heading if body.within == "section" else None
        if part not in seen and not _told(body, reading, match):
            yield match
        seen.add(part)


def _in_order(matches: Iterator[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: (match.first, match.start, -match.end))


def _told(body: Missing, reading: Reading, match: Match) -> bool:
    """Whether some unit of the draft, or of the match's section, meets one of `must`."""
    units = reading.section(match.first) if body.within == "section" else range(len(reading.units))
    for condition in body.must:
        reach = reaches(condition, reading)
        for unit in units:
            if reach is None or unit in reach:
                if holds(condition, reading, Match(unit, 0, unit, len(reading.text(unit)))):
                    return True
    return False
