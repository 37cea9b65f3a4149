"""Kind `phrase`: one of several patterns stands in a unit; the match is the place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.context import admits
from healthlint.errors import RuleError
from healthlint.match import Match
from healthlint.rulebook.model import Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Tables
    from healthlint.rulebook.yamltree import Node

KEYS = ("any", "with")


class Phrase(NamedTuple):
    """`any` gives the place; each group of `beside` must be found in the same unit as well."""

    any: tuple[int, ...]
    beside: tuple[tuple[int, ...], ...] = ()


def read(node: Node, compiler: Compiler, tables: Tables) -> Phrase:
    """The body of a phrase rule. Raises `RuleError`."""
    found = node.get("any")
    if found is None:
        raise RuleError(f"{node.place}: a phrase rule needs `any`: the patterns to find")
    beside = node.get("with")
    groups: tuple[tuple[int, ...], ...] = ()
    if beside is not None:
        parts = beside.elements() if beside.kind == "list" else [beside]
        groups = tuple(compiler.patterns(part) for part in parts)
    return Phrase(compiler.patterns(found), groups)


def fields(body: Phrase, compiler: Compiler) -> set[str]:
    """Template keys that this rule's patterns capture."""
    return compiler.keys((*body.any, *(number for group in body.beside for number in group)))


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """Every hit of a pattern in a unit that has all that must stand beside it."""
    body: Phrase = rule.body
    admitted: dict[int, bool] = {}
    for number in reading.possible(body.any):
        for unit in reading.where(number):
            if unit not in admitted:
                admitted[unit] = admits(rule, reading, unit)
            if not admitted[unit]:
                continue
            for hit in reading.hits(number, unit):
                captures = list(hit.captures)
                for group in body.beside:
                    other = reading.hits_any(group, unit)
                    if not other:
                        break
                    captures += other[0].captures
                else:
                    yield Match(unit, hit.start, unit, hit.end, tuple(captures))
