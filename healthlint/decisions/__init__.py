"""What becomes of findings: some are suppressed, approved, waived, known or not on changed lines.

`apply` is all there is to call; command line, hooks and services call it alike. The order is fixed:
suppressions → claims → waivers → baseline → changed lines. A finding that an earlier step took out
is not seen by a later one, so a waiver is not used up by what the draft itself suppresses. Nothing
is lost: every finding that is taken out stands in `Result.decided` with what took it out and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from healthlint.decisions.baseline import Baseline
    from healthlint.decisions.changed import Changed
    from healthlint.decisions.claims import Claims
    from healthlint.decisions.outcome import Step
    from healthlint.decisions.waivers import Waivers
    from healthlint.document import Document
    from healthlint.finding import Result
    from healthlint.rulebook.model import Rule, Rulebook
    from healthlint.settings import Settings

__all__ = ["Decisions", "apply", "has_directives", "utc_today"]


@dataclass(frozen=True)
class Decisions:
    """What was decided before the run, read once by whoever runs it; `today` is a date in UTC.

    Without `today` it is the day on which `apply` is called.
    """

    claims: Claims | None = None
    waivers: Waivers | None = None
    baseline: Baseline | None = None
    changed: Changed | None = None
    require_reason: bool = True
    today: date | None = None


def apply(
    result: Result,
    document: Document,
    rulebook: Rulebook,
    settings: Settings,
    decisions: Decisions | None = None,
) -> Result:
    """The result with what remains of its findings, in order of place.

    `document`, `rulebook` and `settings` are those that the findings were made with. `Result.path`
    is what waivers, baseline and changed lines know the draft by. The findings taken out are
    counted in `suppressed` and listed in `decided`. Nothing that stands in a draft makes it raise.
    """
    if result.error is not None:
        return result
    given = decisions or Decisions()
    registers = given.claims or given.waivers or given.baseline or given.changed
    if not (has_directives(document) or registers):
        return result
    today = given.today or utc_today()
    ran = _codes_that_ran(rulebook, settings)
    steps = [_in_draft(result, document, rulebook.rules, ran, settings, given, today)]
    if given.waivers:
        steps.append(given.waivers.apply(steps[-1].kept, result.path, today))
    if given.baseline:
        idle = frozenset(rule.code for rule in rulebook.rules) - ran
        steps.append(given.baseline.apply(steps[-1].kept, result.path, idle))
    if given.changed:
        steps.append(given.changed.apply(steps[-1].kept, result.path, document.source))
    decided = tuple(one for step in steps for one in step.decided)
    return result._replace(
        findings=steps[-1].kept,
        decided=result.decided + decided,
        suppressed=result.suppressed + len(decided),
        notices=result.notices + tuple(text for step in steps for text in step.notices),
    )


def has_directives(document: Document) -> bool:
    """Whether a comment in the draft speaks to healthlint."""
    return any("healthlint" in comment.text.lower() for comment in document.comments)


def utc_today() -> date:
    """The day it is in UTC."""
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).date()


def _in_draft(
    result: Result,
    document: Document,
    rules: tuple[Rule, ...],
    ran: frozenset[str],
    settings: Settings,
    given: Decisions,
    today: date,
) -> Step:
    """Suppressions and claims, with the findings that these raise themselves.

    What claims raise can be suppressed in the draft; what suppressions raise cannot.
    """
    from healthlint.decisions.outcome import Step
    from healthlint.decisions.suppress import Suppressions
    from healthlint.fingerprint import numbered

    suppressions = Suppressions.read(document, rules, given.require_reason)
    first = suppressions.apply(result.findings)
    own, second = Step(()), Step(first.kept)
    if given.claims:
        second, raised = given.claims.apply(first.kept, document, settings, today)
        own = suppressions.apply(raised)
    suppressed = [one.finding for one in first.decided + own.decided]
    if result.notices:  # a rule that ran out of time may have had something to suppress
        ran = frozenset()
    problems = suppressions.problems(document, settings, suppressed, ran)
    kept = sorted(
        (*second.kept, *numbered([*own.kept, *problems])), key=lambda one: one.start.offset
    )
    return Step(tuple(kept), first.decided + second.decided + own.decided)


def _codes_that_ran(rulebook: Rulebook, settings: Settings) -> frozenset[str]:
    from healthlint.selection import enabled

    severities = rulebook.tables.profiles[settings.profile].severities
    return frozenset(
        rule.code
        for rule in rulebook.rules
        if (not rule.profiles or settings.profile in rule.profiles)
        and enabled(rule, settings, severities) is not None
    )
