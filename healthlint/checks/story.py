"""Kind `story`: a patient's story over several units, from where a person is introduced.

It opens at a unit with an `opens` pattern and goes on, under the same heading, while units speak of
that person (`goes_on`), with at most `pause` other units in between; a `stops` pattern ends it.
"""

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

KEYS = ("opens", "goes_on", "stops", "pause", "minor", "minor_words", "opens_unless")


@dataclass(frozen=True, slots=True)
class Story:
    """`minor`: True finds only stories of minors, False only those of adults.

    A story is a minor's when one of `minor_words` stands in it.
    """

    opens: tuple[int, ...]
    opens_unless: tuple[Condition, ...]
    goes_on: tuple[int, ...]
    stops: tuple[int, ...]
    pause: int
    minor: bool | None
    minor_words: tuple[int, ...]


def read(node: Node, compiler: Compiler, tables: Tables) -> Story:
    """The body of a story rule. Raises `RuleError`."""
    opens, goes_on = node.get("opens"), node.get("goes_on")
    if opens is None or goes_on is None:
        raise RuleError(f"{node.place}: a story rule needs `opens` and `goes_on`")
    stops, pause, minor, words = (node.get(k) for k in ("stops", "pause", "minor", "minor_words"))
    if minor is not None and words is None:
        raise RuleError(f"{minor.place}: `minor` needs `minor_words`")
    return Story(
        compiler.patterns(opens),
        compiler.conditions(node.get("opens_unless")),
        compiler.patterns(goes_on),
        compiler.patterns(stops) if stops else (),
        int(pause.value) if pause else 0,
        minor.value if minor else None,
        compiler.patterns(words) if words else (),
    )


def fields(body: Story, compiler: Compiler) -> set[str]:
    """Template keys that the opening captures."""
    return compiler.keys(body.opens)


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """Each story once, from its first unit to its last."""
    body: Story = rule.body
    starts: dict[int, Match] = {}
    for number in body.opens:
        for unit, hit in reading.find(number):
            match = Match(unit, hit.start, unit, hit.end, hit.captures)
            if unit not in starts and not any(holds(c, reading, match) for c in body.opens_unless):
                starts[unit] = match
    told = -1
    for unit in sorted(starts):
        if unit <= told:
            continue
        told = _last(body, reading, unit)
        minor = bool(body.minor_words) and reading.has(body.minor_words, range(unit, told + 1))
        if body.minor is None or body.minor is minor:
            yield Match(unit, 0, told, len(reading.text(told)), starts[unit].captures)


def _last(body: Story, reading: Reading, first: int) -> int:
    heading, last, quiet = reading.block(first).heading, first, 0
    quoted = reading.block(first).quoted
    for unit in range(first + 1, len(reading.units)):
        block = reading.block(unit)
        if block.kind in ("heading", "title", "meta", "note") or block.heading != heading:
            break
        if body.stops and reading.has(body.stops, (unit,)):
            break
        same_quote = (
            quoted and block.quoted and reading.units[unit].block == reading.units[last].block
        )
        if same_quote or reading.has(body.goes_on, (unit,)):
            last, quiet = unit, 0
        else:
            quiet += 1
            if quiet > body.pause:
                break
    return last
