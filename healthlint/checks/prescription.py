"""Kind `prescription`: a medicine is named that may not be advertised to the public in the profile.

In some countries naming a prescription-only medicine on a page that sells is itself the breach. The
label table says, under `elsewhere`, which are prescription-only (`pom`) or stand in an Australian
schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.match import Match
from healthlint.rulebook.model import Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Label, Tables
    from healthlint.rulebook.yamltree import Node

KEYS = ("verified",)
#: Schedules of the Australian Poisons Standard that may not be advertised to the public.
_SCHEDULES = (4, 8, 9)


class Prescription(NamedTuple):
    """`verified` asks for labels whose legal status was checked (or not); None for both."""

    verified: bool | None


def read(node: Node, compiler: Compiler, tables: Tables) -> Prescription:
    """The body of a prescription rule."""
    verified = node.get("verified")
    return Prescription(verified.value if verified else None)


def fields(body: Prescription, compiler: Compiler) -> set[str]:
    """Template keys: none of its own beside the treatment."""
    return set()


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """The first place where the draft names each such medicine."""
    body: Prescription = rule.body
    for name, places in reading.treatments.items():
        label = reading.rulebook.tables.labels[name]
        verified = _restricted(label, reading.profile.id)
        if verified is not None and body.verified in (None, verified):
            unit, start, end = min(places)
            yield Match(unit, start, unit, end, (("treatment", label.label),))


def _restricted(label: Label, profile: str) -> bool | None:
    """None when the label may be named; else whether that was checked."""
    there = label.elsewhere.get(profile)
    if there is None or not (there.pom or there.schedule in _SCHEDULES):
        return None
    return there.verified and label.verified
