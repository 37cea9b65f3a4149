"""Kind `terms`: a wrong or wounding term and the right one; the case of the draft is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.errors import RuleError
from healthlint.match import Match
from healthlint.rulebook.model import Rule
from healthlint.rulebook.template import fields as template_fields
from healthlint.rulebook.template import render

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Tables
    from healthlint.rulebook.yamltree import Node

KEYS = ("swap",)


class Terms(NamedTuple):
    """(pattern number, replacement): a replacement may use what its pattern captures."""

    swaps: tuple[tuple[int, str], ...]


def read(node: Node, compiler: Compiler, tables: Tables) -> Terms:
    """The body of a terms rule: `swap` maps patterns to replacements. Raises `RuleError`."""
    swap = node.get("swap")
    if swap is None:
        raise RuleError(
            f"{node.place}: a terms rule needs `swap`: the wrong term and the right one"
        )
    swaps = []
    for wrong, right in swap.items():
        number = compiler.pattern(wrong.text(), wrong.place)
        for key, _ in template_fields(right.text()):
            if key not in compiler.keys((number,)):
                raise RuleError(f"{right.place}: nothing fills in `{{{key}}}` here")
        swaps.append((number, right.text()))
    return Terms(tuple(swaps))


def fields(body: Terms, compiler: Compiler) -> set[str]:
    """Template keys: the replacement, and what the patterns capture."""
    return {"replacement"} | compiler.keys(number for number, _ in body.swaps)


def keep_case(model: str, text: str) -> str:
    """`text` in the case of `model`: all capitals, or a capital at the start, or as it is."""
    letters = [char for char in model if char.isalpha()]
    if len(letters) > 3 and all(char.isupper() for char in letters):
        return text.upper()
    if letters and letters[0].isupper() and not (len(letters) > 1 and letters[1].isupper()):
        return text[:1].upper() + text[1:]
    return text


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """Every wrong term, with its replacement captured."""
    body: Terms = rule.body
    for number, right in body.swaps:
        for unit, hit in reading.find(number):
            found = reading.plain(unit)[hit.start : hit.end]
            replacement = keep_case(found, render(right, dict(hit.captures), in_place=True))
            yield Match(
                unit, hit.start, unit, hit.end, (*hit.captures, ("replacement", replacement))
            )
