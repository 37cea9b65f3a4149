"""What a run reports: findings, each at one place, and one result for each draft."""

from __future__ import annotations

from typing import NamedTuple

SEVERITIES = ("info", "warning", "error")
CATEGORIES = (
    "safety", "outcome", "statistics", "evidence", "approval", "anecdote", "paediatric",
    "comparison", "hype", "pressure", "crisis", "mechanism", "stigma", "disclosure",
    "terms", "metric", "housekeeping",
)  # fmt: skip


class Position(NamedTuple):
    """A place in the decoded source: line and column from 1, offset from 0, in code points."""

    line: int
    column: int
    offset: int


class Fix(NamedTuple):
    """Text to put in the place of the finding's span; safe when it changes no fact or claim."""

    text: str
    safe: bool


class Finding(NamedTuple):
    """One rule at one place.

    `text` is the source from `start` to `end`, markup included. `fingerprint` is 16 hexadecimal
    digits without any position in them: it stays when lines move or other sentences change.
    """

    rule: str
    name: str
    category: str
    severity: str
    start: Position
    end: Position
    text: str
    message: str
    suggestions: tuple[str, ...] = ()
    fix: Fix | None = None
    authority: tuple[str, ...] = ()
    fingerprint: str = ""
    merged: tuple[Finding, ...] = ()  # of other rules on the same claim, told by this one


#: What may take a finding out of a report, in the order in which they are asked.
DECIDERS = ("suppression", "claim", "waiver", "baseline", "unchanged")


class Decided(NamedTuple):
    """A finding that was taken out: `by` one of `DECIDERS`, why, who answers for it, until when.

    `until` is a date such as 2027-01-31; what is not known is empty.
    """

    finding: Finding
    by: str
    reason: str = ""
    who: str = ""
    role: str = ""
    until: str = ""


class Result(NamedTuple):
    """What became of one draft: its findings in order of place, or why it could not be read."""

    path: str
    findings: tuple[Finding, ...] = ()
    error: str | None = None
    source: str = ""
    suppressed: int = 0
    notices: tuple[str, ...] = ()  # what the reader of a report should know, e.g. a rule timed out
    decided: tuple[Decided, ...] = ()  # the findings that `suppressed` counts
