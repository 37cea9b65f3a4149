"""Mending one draft to a fixed point: plan, edit, check again, take back what does not help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from healthlint.decisions.suppress import Edit
from healthlint.document import Document
from healthlint.finding import SEVERITIES, Finding, Result
from healthlint.fix.edits import edited
from healthlint.fix.errors import Refused
from healthlint.fix.place import Places
from healthlint.fix.plan import Mend, Planner, candidates, collide, shifted
from healthlint.readers import read

#: Checks a text as the draft it stands for is checked.
Check = Callable[[str], Result]

PASSES = 100
_NO_SUGGESTION = "needs a person"
_UNSAFE = "mended with --unsafe only"
_NOT_ASKED = "not asked for"
_NEW = "what would stand there is a finding too"


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that stays, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a draft: its new source, the findings mended and those left for a person."""

    source: str
    fixed: tuple[Finding, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass
class _Tried:
    """Which ways to mend were refused, and why the last one was."""

    next: dict[tuple[str, str], int] = field(default_factory=dict)
    why: dict[tuple[str, str], str] = field(default_factory=dict)

    def blame(self, finding: Finding, why: str) -> None:
        key = finding.fingerprint, finding.rule
        self.next[key] = self.next.get(key, 0) + 1
        self.why[key] = why


def mend(
    source: str,
    format: str,
    check: Check,
    unsafe: bool = False,
    fields: tuple[str, ...] = (),
    wanted: Collection[str] | None = None,
) -> Mended:
    """Mend what can be mended without asking anybody; `fields` are those that `check` reads.

    Only findings with a fingerprint in `wanted` are mended; None means all.

    Each pass plans on the text that the last one left. A mend is taken back when its finding
    stays, or when a new finding stands in the words it changed.
    """
    tried = _Tried()
    fixed: list[Finding] = []
    result = check(source)
    for _ in range(PASSES):
        document = read(source, format, fields)
        asked = _asked(result.findings, wanted)
        mends = _planned(Planner(document, fields), asked, unsafe, tried)
        kept, source, after = _kept(document, result, mends, check, tried, fields)
        if not mends:
            break
        if kept:
            tried = _Tried()  # what had no place in the old text may have one in the new
        fixed += (one.finding for one in kept)
        fixed += _swept(document, kept, result, after)
        result = after
    mine = {id(one) for one in _asked(result.findings, wanted)}
    left = tuple(
        Left(one, _why(one, unsafe, tried) if id(one) in mine else _NOT_ASKED)
        for one in result.findings
    )
    return Mended(source, tuple(fixed), left)


def try_one(
    source: str,
    format: str,
    result: Result,
    mend: Mend,
    check: Check,
    fields: tuple[str, ...] = (),
) -> tuple[str, Result, list[Finding]]:
    """The source and result with one mend, and the findings that speak against it."""
    document = read(source, format, fields)
    text = edited(source, mend.edits)
    after = check(text)
    return text, after, _against(document, result, mend, mend.edits, after, fields)


def _asked(
    findings: tuple[Finding, ...], wanted: Collection[str] | None
) -> tuple[Finding, ...]:
    return findings if wanted is None else tuple(f for f in findings if f.fingerprint in wanted)


def _planned(
    planner: Planner, findings: tuple[Finding, ...], unsafe: bool, tried: _Tried
) -> list[Mend]:
    """Mends that can be made at once, the graver findings first."""
    mends: list[Mend] = []
    for finding in sorted(findings, key=_gravity):
        ways = candidates(finding, unsafe)
        key = finding.fingerprint, finding.rule
        while (number := tried.next.get(key, 0)) < len(ways):
            try:
                one = planner.mend(finding, ways[number])
            except Refused as refused:
                tried.blame(finding, str(refused))
                continue
            if one.edits and not any(collide(one, other, planner.places) for other in mends):
                mends.append(one)
            elif not one.edits:
                tried.blame(finding, _NO_SUGGESTION)
            break
    return mends


def _gravity(finding: Finding) -> tuple[bool, int, int]:
    late = finding.category in ("disclosure", "housekeeping")  # other mends may settle these
    return late, -SEVERITIES.index(finding.severity), finding.start.offset


def _kept(
    document: Document,
    result: Result,
    mends: list[Mend],
    check: Check,
    tried: _Tried,
    fields: tuple[str, ...],
) -> tuple[list[Mend], str, Result]:
    """The mends that hold, all together, with the source and result that come of them."""
    mends = _settle_first(mends)
    while mends:
        edits = [edit for one in mends for edit in one.edits]
        text = edited(document.source, edits)
        after = check(text)
        if after.error is not None:
            bad = list(mends)
        else:
            bad = [
                one
                for one in mends
                if _against(document, result, one, edits, after, fields)
            ]
        if not bad:
            return mends, text, after
        places = Places(document)
        alone = [one for one in bad if not _shares(one, mends, places)]
        for one in alone:
            tried.blame(one.finding, _NEW)
        # Of several in one unit nobody knows which is to blame: the later ones wait.
        waiting = [] if alone else bad[1:] or bad
        if not alone and len(bad) == 1:
            tried.blame(bad[0].finding, _NEW)
        drop = {id(one) for one in (*alone, *waiting)}
        mends = [one for one in mends if id(one) not in drop]
    return [], document.source, result


def _settle_first(mends: list[Mend]) -> list[Mend]:
    """Words first, then additions one at a time, then suppressions: each may settle the next."""
    words = [one for one in mends if one.candidate.scope in ("match", "unit")]
    if words:
        return words
    added = [one for one in mends if one.candidate.scope == "end"]
    return added[:1] or mends


def _shares(one: Mend, mends: list[Mend], places: Places) -> bool:
    mine = {unit.index for words in one.words for unit in places.touched(words)}
    return any(
        unit.index in mine
        for other in mends
        if other is not one
        for words in other.words
        for unit in places.touched(words)
    )


def _against(
    document: Document,
    result: Result,
    one: Mend,
    edits: Iterable[Edit],
    after: Result,
    fields: tuple[str, ...],
) -> list[Finding]:
    """The findings that speak against a mend: its own that stayed, or new ones in its words."""
    rule = one.finding.rule
    whole = _codes(after.findings, whole=True)
    if one.candidate.scope == "comment":
        same = [f for f in after.findings if f.rule == rule]
        return same if len(same) >= sum(f.rule == rule for f in result.findings) else []
    if one.finding.category == "disclosure":
        if whole[rule] >= _codes(result.findings, whole=True)[rule]:
            return [one.finding]
    start, end = shifted(one, edits)
    new = read(after.source, document.format, fields)
    here = _within(after.findings, Places(new), start, end)
    there = _within(result.findings, Places(document), one.edits[0].start, one.edits[-1].end)
    allowed = _codes(there)
    if one.finding.category != "disclosure":
        allowed[rule] -= 1
    before_all = _codes(result.findings, whole=True)
    return [
        finding
        for finding in here
        if finding.category != "metric"
        and (
            whole[finding.rule] > before_all[finding.rule]
            if finding.category == "disclosure"
            else _codes(here)[finding.rule] > allowed[finding.rule]
        )
    ]


def _within(
    findings: Iterable[Finding], places: Places, start: int, end: int
) -> list[Finding]:
    ranges = list(places.units_in(start, max(end, start + 1)))
    return [
        one
        for one in findings
        if any(one.start.offset < b and a < one.end.offset for a, b in ranges)
    ]


def _codes(findings: Iterable[Finding], whole: bool = False) -> Counter[str]:
    """How often each rule is found; also those that another finding stands for."""
    counts: Counter[str] = Counter()
    for one in findings:
        counts[one.rule] += 1
        counts.update(other.rule for other in one.merged if not whole)
    return counts


def _swept(
    document: Document, kept: list[Mend], before: Result, after: Result
) -> list[Finding]:
    """Findings that went with the unit that another one's mend replaced."""
    places, done = Places(document), {id(one.finding) for one in kept}
    still = Counter((one.rule, one.fingerprint) for one in after.findings)
    found = []
    for one in kept:
        if one.candidate.scope != "unit":
            continue
        for finding in _within(before.findings, places, one.edits[0].start, one.edits[-1].end):
            if id(finding) not in done and not still[finding.rule, finding.fingerprint]:
                done.add(id(finding))
                found.append(finding)
    return found


def _why(finding: Finding, unsafe: bool, tried: _Tried) -> str:
    key = finding.fingerprint, finding.rule
    if key in tried.why:
        return tried.why[key]
    if not unsafe and candidates(finding, True):
        return _UNSAFE
    return _NO_SUGGESTION
