"""Findings held against labels: per category, per rule, for whole drafts, and on clean units.

A finding is right when its category is a label of the unit it starts in or, failing that, of a
unit it overlaps; one that covers several units (a story) speaks of each. Several findings of one
category in one unit count once. A finding on a `maybe` counts neither for nor against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.accuracy.labelled import CATEGORIES, DOCUMENT, Passage
from healthlint.finding import Finding


@dataclass(slots=True)
class Count:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        gold = self.right + self.missed
        return self.right / gold if gold else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, other: Count) -> None:
        """Adds another count to this one."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


@dataclass(slots=True)
class Score:
    """All that was counted on some passages. `misses` and `alarms` are (file, what, text)."""

    categories: dict[str, Count] = field(default_factory=lambda: {c: Count() for c in CATEGORIES})
    documents: dict[str, Count] = field(default_factory=lambda: {d: Count() for d in DOCUMENT})
    rules: dict[str, Count] = field(default_factory=dict)
    drafts: dict[str, set[str]] = field(default_factory=dict)
    clean: int = 0
    clean_flagged: int = 0
    misses: list[tuple[str, str, str]] = field(default_factory=list)
    alarms: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def micro(self) -> Count:
        """All categories together."""
        return _total(self.categories.values())

    @property
    def micro_documents(self) -> Count:
        """All document labels together."""
        return _total(self.documents.values())


def _total(counts: Iterable[Count]) -> Count:
    total = Count()
    for count in counts:
        total.add(count)
    return total


def measure(passages: Iterable[Passage], found: Mapping[str, list[Finding]]) -> Score:
    """The score of findings, given by file name."""
    score = Score()
    for passage in passages:
        _passage(passage, found.get(passage.path.name, []), score)
    return score


def _passage(passage: Passage, findings: list[Finding], score: Score) -> None:
    name = passage.path.name
    said: list[dict[str, str]] = [{} for _ in passage.units]
    gaps: dict[str, str] = {}
    for finding in findings:
        if finding.category == "disclosure":
            gaps.update((d, finding.rule) for d in DOCUMENT if finding.name.startswith(d))
            continue
        for home in _homes(passage, finding):
            said[home].setdefault(finding.category, finding.rule)
    for unit, got in zip(passage.units, said, strict=True):
        score.clean += unit.clean
        score.clean_flagged += unit.clean and bool(set(got) & set(CATEGORIES))
        for category in CATEGORIES:
            rule = got.get(category)
            if category in unit.labels:
                if rule:
                    score.categories[category].right += 1
                    _rule(score, rule, name).right += 1
                else:
                    score.categories[category].missed += 1
                    score.misses.append((name, category, unit.text))
            elif rule and category not in unit.maybe:
                score.categories[category].wrong += 1
                _rule(score, rule, name).wrong += 1
                score.alarms.append((name, rule, unit.text))
    for label in DOCUMENT:
        count, rule = score.documents[label], gaps.get(label)
        if label in passage.document:
            count.right += bool(rule)
            count.missed += not rule
            if rule:
                _rule(score, rule, name).right += 1
            else:
                score.misses.append((name, label, "(the whole draft)"))
        elif rule and label not in passage.document_maybe:
            count.wrong += 1
            _rule(score, rule, name).wrong += 1
            score.alarms.append((name, rule, "(the whole draft)"))


def _rule(score: Score, rule: str, draft: str) -> Count:
    score.drafts.setdefault(rule, set()).add(draft)
    return score.rules.setdefault(rule, Count())


def _homes(passage: Passage, finding: Finding) -> list[int]:
    """The units that a finding speaks of."""
    start, end = finding.start.offset, max(finding.end.offset, finding.start.offset + 1)
    overlapped = [
        (number, unit.span)
        for number, unit in enumerate(passage.units)
        if unit.span and unit.span[0] < end and start < unit.span[1]
    ]
    covered = [
        number for number, (a, b) in overlapped if min(end, b) - max(start, a) >= 0.6 * (b - a)
    ]
    if len(covered) > 1:
        return covered
    labelled = [n for n, _ in overlapped if finding.category in passage.units[n].labels]
    return labelled[:1] or [n for n, _ in overlapped[:1]]
