"""Kind `cues`: weighted cues and a threshold, for claims that have no fixed wording.

The score of a unit is `bias` plus the weight of each cue that is true of it; the rule finds units
at or above `threshold`. Weights are fitted from labelled text (benchmarks/accuracy/fit.py) and
stand in YAML; the message can name the cues that spoke for the finding (`{cues}`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.context import holds
from healthlint.errors import RuleError
from healthlint.match import Match
from healthlint.rulebook.model import Condition, Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Tables
    from healthlint.rulebook.yamltree import Node

KEYS = ("cues", "threshold", "bias", "needs")


class Cue(NamedTuple):
    """Patterns in the unit (any of them), or a condition; `weight` may be below 0."""

    name: str
    weight: float
    patterns: tuple[int, ...] = ()
    condition: Condition | None = None


class Cues(NamedTuple):
    """`needs` names pattern cues of which at least one must be true of the unit."""

    cues: tuple[Cue, ...]
    threshold: float
    bias: float
    needs: frozenset[str]


def read(node: Node, compiler: Compiler, tables: Tables) -> Cues:
    """The body of a cues rule. Raises `RuleError`."""
    from healthlint.rulebook.yamltree import hint

    listed, needs = node.get("cues"), node.get("needs")
    if listed is None or needs is None:
        raise RuleError(f"{node.place}: a cues rule needs `cues` and `needs`")
    cues = tuple(_cue(part, compiler) for part in listed.elements())
    by_pattern = {cue.name for cue in cues if cue.patterns}
    for name, part in needs.texts():
        if name not in by_pattern:
            raise RuleError(
                f"{part.place}: no cue with patterns is called `{name}`{hint(name, by_pattern)}"
            )
    return Cues(
        cues,
        _number(node.get("threshold"), node),
        _number(node.get("bias"), node, 0.0),
        frozenset(name for name, _ in needs.texts()),
    )


def _cue(node: Node, compiler: Compiler) -> Cue:
    from healthlint.rulebook.yamltree import check_keys

    name = node.get("name")
    if name is None:
        raise RuleError(f"{node.place}: a cue needs a `name`")
    weight = _number(node.get("weight"), node)
    if (patterns := node.get("any")) is not None:
        check_keys(node, ("name", "weight", "any"), "a cue")
        return Cue(name.text(), weight, patterns=compiler.patterns(patterns))
    if (when := node.get("when")) is not None:
        check_keys(node, ("name", "weight", "when"), "a cue")
        return Cue(name.text(), weight, condition=compiler.condition(when))
    raise RuleError(f"{node.place}: a cue needs `any` (patterns) or `when` (a condition)")


def _number(node: Node | None, owner: Node, default: float | None = None) -> float:
    if node is None and default is not None:
        return default
    value = node.scalar if node is not None else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RuleError(f"{(node or owner).place}: a number is missing here")
    return float(value)


def fields(body: Cues, compiler: Compiler) -> set[str]:
    """Template keys: the cues' names, and what their patterns capture."""
    return {"cues"} | compiler.keys(number for cue in body.cues for number in cue.patterns)


def values(body: Cues, reading: Reading) -> dict[int, dict[str, list[tuple[int, int]]]]:
    """Unit -> name of each cue that is true of it -> where (empty for a condition).

    Only units that `needs` lets through. The fitting script uses this too.
    """
    found: dict[int, dict[str, list[tuple[int, int]]]] = {}
    for cue in body.cues:
        for number in cue.patterns:
            for unit, hit in reading.find(number):
                found.setdefault(unit, {}).setdefault(cue.name, []).append((hit.start, hit.end))
    found = {unit: cues for unit, cues in found.items() if not body.needs.isdisjoint(cues)}
    for unit, cues in found.items():
        whole = Match(unit, 0, unit, len(reading.text(unit)))
        for cue in body.cues:
            if cue.condition and holds(cue.condition, reading, whole):
                cues[cue.name] = []
    return found


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """Units whose cues reach the threshold, from the first speaking cue to the last."""
    body: Cues = rule.body
    weights = {cue.name: cue.weight for cue in body.cues}
    for unit, cues in sorted(values(body, reading).items()):
        if body.bias + sum(weights[name] for name in cues) < body.threshold:
            continue
        speaking = sorted((n for n in cues if weights[n] > 0), key=lambda n: -weights[n])
        spans = [span for name in speaking for span in cues[name]]
        if spans:
            start, end = min(s for s, _ in spans), max(e for _, e in spans)
            yield Match(unit, start, unit, end, (("cues", ", ".join(speaking[:4])),))
