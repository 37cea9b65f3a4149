"""What each step of the decisions hands to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from healthlint.finding import Decided, Finding


class Step(NamedTuple):
    """Findings that stay, those that a decision took out, and what the reader should know."""

    kept: tuple[Finding, ...]
    decided: tuple[Decided, ...] = ()
    notices: tuple[str, ...] = ()


def sift(
    findings: Iterable[Finding], decide: Callable[[Finding], Decided | None]
) -> tuple[tuple[Finding, ...], tuple[Decided, ...]]:
    """The findings that stay, and what `decide` says of the others.

    One finding may stand for several of other rules on the same claim: when it is taken out, the
    next of them takes its place, and is asked about in turn.
    """
    kept: list[Finding] = []
    decided: list[Decided] = []
    for finding in findings:
        left: Finding | None = finding
        while left is not None and (verdict := decide(left)) is not None:
            decided.append(verdict)
            others = left.merged
            left = others[0]._replace(merged=others[1:]) if others else None
        if left is not None:
            kept.append(left)
    return tuple(kept), tuple(decided)
