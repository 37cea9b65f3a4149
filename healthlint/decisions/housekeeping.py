"""The findings that decisions raise themselves: they are named and switched off like rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from healthlint.finding import Finding, Fix, Position
from healthlint.fingerprint import fingerprint
from healthlint.rulebook.model import Rule
from healthlint.selection import enabled

if TYPE_CHECKING:
    from healthlint.document import Document
    from healthlint.settings import Settings

CATEGORY = "housekeeping"


def _rule(code: str, name: str, severity: str, message: str, why: str) -> Rule:
    return Rule(code, name, CATEGORY, severity, "decision", f"healthlint/{code}", message, why)


OWN = (
    _rule(
        "CLM001", "near-approved-claim", "info",
        "This is close to an approved claim, but it is not word for word what was approved.",
        "A claim was approved in certain words. A changed word can change what the evidence has to "
        "show, so the draft says exactly what was approved or goes to approval again.",
    ),
    _rule(
        "CLM002", "lapsed-approval", "warning",
        "The approval of this claim is not in force.",
        "Evidence and labels change, so approvals end. Until the claim is approved again, the "
        "rules look at it as at any other.",
    ),
    _rule(
        "SUP001", "unknown-suppression", "warning",
        "A suppression names a rule, code or category that does not exist.",
        "A misspelled name suppresses nothing, and whoever wrote it believes that it does.",
    ),
    _rule(
        "SUP002", "unused-suppression", "warning",
        "A suppression suppresses nothing.",
        "It may once have had something to suppress. Left behind, it would hide the next finding "
        "of its rule unseen. `healthlint fix` removes it.",
    ),
    _rule(
        "SUP003", "suppression-without-reason", "warning",
        "A suppression gives no reason.",
        "Whoever reads the draft next must be able to see why a finding may stand. A suppression "
        "without a reason does not count, unless `require-reason: false` is configured.",
    ),
    _rule(
        "SUP004", "malformed-suppression", "warning",
        "A comment looks like a suppression and is none.",
        "Such a comment suppresses nothing, and whoever wrote it believes that it does.",
    ),
)  # fmt: skip

_BY_CODE = {rule.code: rule for rule in OWN}


def raise_own(
    code: str,
    document: Document,
    settings: Settings,
    place: tuple[int, int],
    message: str,
    *about: str,
    suggestions: tuple[str, ...] = (),
    fix: Fix | None = None,
) -> list[Finding]:
    """The finding of one of our own rules at a source range, or none where it is switched off.

    `about` is what the finding is known by again (its fingerprint); it holds no position.
    """
    rule = _BY_CODE[code]
    severity = enabled(rule, settings)
    if severity is None:
        return []
    start, end = (Position(*document.line_column(at), at) for at in place)
    return [
        Finding(
            rule.code, rule.name, rule.category, severity, start, end,
            document.source[place[0] : place[1]], message, suggestions, fix,
            fingerprint=fingerprint(code, *about),
        )
    ]  # fmt: skip
