"""`healthlint fix --interactive`: one finding after another, and what a person decides on each.

Every mend is written at once, so that an interruption loses nothing that was decided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from healthlint import decisions
from healthlint.decisions.policy import WAIVERS_NAME
from healthlint.errors import ConfigError
from healthlint.finding import Finding, Result
from healthlint.fix.errors import Refused
from healthlint.fix.plan import Candidate, Planner, offers
from healthlint.fix.run import try_one
from healthlint.readers import read

if TYPE_CHECKING:
    from healthlint.fix.draft import Draft

Say = Callable[[str], object]
#: Asks a question and returns the line that was typed, or None when there is no more to come.
Ask = Callable[[str], "str | None"]

_KEYS = "o own words, s skip, w waive, q quit"
_WAIVED_DAYS = 90
_PLACES = {
    "match": "  [for these words]",
    "unit": "  [for the sentence]",
    "end": "  [as a paragraph at the end of the draft]",
    "comment": "",
}


class Stopped(Exception):
    """The user wants no more questions."""


def walk(draft: Draft, say: Say, ask: Ask) -> None:
    """Ask about every finding of a draft, in order of place. Raises `Stopped` and `DraftError`."""
    result = draft.check(draft.source)
    passed: set[tuple[str, str]] = set()
    while True:
        finding = next(
            (one for one in result.findings if (one.fingerprint, one.rule) not in passed), None
        )
        if finding is None:
            return
        passed.add((finding.fingerprint, finding.rule))
        result = _decide(draft, result, finding, say, ask)


def _decide(draft: Draft, result: Result, finding: Finding, say: Say, ask: Ask) -> Result:
    ways = offers(finding)
    _present(draft, finding, ways, say)
    numbers = f"1-{len(ways)} to use it, " if len(ways) > 1 else "1 to use it, " if ways else ""
    while True:
        said = ask(f"{numbers}{_KEYS}: ")
        answer = "q" if said is None else said.strip().lower()
        if answer in ("q", "quit"):
            raise Stopped
        if answer in ("s", "skip", ""):
            return result
        if answer in ("w", "waive"):
            if _waive(draft, finding, say, ask):
                return result
        elif answer in ("o", "own"):
            own = ask("in place of the sentence: ")
            if own is None:
                raise Stopped
            after = _use(draft, result, finding, Candidate(own.strip(), "unit"), say)
            if own.strip() and after is not None:
                return after
        elif answer.isdigit() and 1 <= int(answer) <= len(ways):
            after = _use(draft, result, finding, ways[int(answer) - 1], say)
            if after is not None:
                return after
        else:
            say(f"there is no answer `{answer}`")


def _present(draft: Draft, finding: Finding, ways: tuple[Candidate, ...], say: Say) -> None:
    say("")
    say(f"{draft.name}:{finding.start.line}:{finding.start.column}: {finding.severity} "
        f"{finding.rule} {finding.name}")  # fmt: skip
    say(f"  {finding.message}")
    for line in _unit(draft, finding).splitlines():
        say(f"  | {line}")
    for number, way in enumerate(ways, 1):
        say(f"  {number}. {way.text or '(take it out)'}{_PLACES[way.scope]}")


def _unit(draft: Draft, finding: Finding) -> str:
    planner = _planner(draft)
    found = planner.places.whole(
        planner.places.words(finding.start.offset, finding.end.offset)
    )
    texts = [planner.document.blocks[one.block].text[one.start : one.end] for one in found]
    return "\n".join(texts) or finding.text


def _planner(draft: Draft) -> Planner:
    return Planner(read(draft.source, draft.format, draft.fields), draft.fields)


def _use(
    draft: Draft, result: Result, finding: Finding, way: Candidate, say: Say
) -> Result | None:
    """The result with a mend written, or None if it cannot be."""
    if not way.text and way.scope == "unit":
        say("that is empty; to take the sentence out, edit the draft")
        return None
    try:
        mend = _planner(draft).mend(finding, way)
        if not mend.edits:
            raise Refused("there is nothing to change")
    except Refused as refused:
        say(f"not possible: {refused}")
        return None
    source, after, against = try_one(
        draft.source, draft.format, result, mend, draft.check, draft.fields
    )
    draft.save(source)
    for one in against:  # a person decided so; they are asked about it next
        say(f"note: {one.rule} {one.name} there: {one.message}")
    say("done")
    return after


def _waive(draft: Draft, finding: Finding, say: Say, ask: Ask) -> bool:
    """Write a waiver for a finding; False if that is not done."""
    from healthlint.decisions.register import inside, parse_date, shown
    from healthlint.decisions.waivers import Waiver, add_waiver

    policy, today = draft.policy, decisions.utc_today()
    if draft.stdin or finding.category == "housekeeping":
        say("this cannot be waived")
        return False
    default = today + timedelta(days=min(_WAIVED_DAYS, policy.max_days))
    reason = _needed(ask("reason: "))
    by = _needed(ask("who decides so: "))
    role = _needed(ask("role: ")) if policy.roles else ""
    until = _needed(ask(f"until [{default}]: ")) or default.isoformat()
    if not (reason and by):
        say("a waiver needs a reason and a name; nothing was written")
        return False
    register = policy.waivers or Path(WAIVERS_NAME)
    try:
        last = parse_date(until, "until", "date")
        if not today <= last <= today + timedelta(days=policy.max_days):
            raise ConfigError(f"until: from {today} to {policy.max_days} days ahead, not {last}")
        if refusal := policy.refusal(role, finding.severity):
            raise ConfigError(refusal)
        waiver = Waiver(
            finding.fingerprint, finding.rule, inside(str(register.absolute().parent), draft.name),
            finding.text, by, role, reason, last, today,
        )  # fmt: skip
        add_waiver(register, waiver, policy)
    except ConfigError as error:
        say(str(error))
        return False
    say(f"{shown(register)}: waived until {last}")
    return True


def _needed(said: str | None) -> str:
    if said is None:
        raise Stopped
    return said.strip()
