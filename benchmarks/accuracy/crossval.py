"""Cross-validation by topic: what is fitted on some topics is measured on the others.

For each topic the weights of `cues` rules are fitted on all other topics, and rules that were
wrong there more often than right are left out. The wording of the other rules is not fitted, so
the figure is kinder than text that nobody has seen; it is the one to trust among those to be had.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy.fit import Sample, fit, samples
from benchmarks.accuracy.labelled import Passage
from benchmarks.accuracy.measure import Score, measure
from healthlint.engine import lint
from healthlint.finding import Finding
from healthlint.readers import format_for, read
from healthlint.reading import Reading
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rule, Rulebook


def find_all(
    passages: Sequence[Passage], rulebook: Rulebook, matcher: Matcher, profile: str = "us"
) -> dict[str, list[Finding]]:
    """Findings by file name."""
    return {
        passage.path.name: lint(
            read(passage.source, _format(passage)),
            rulebook,
            matcher,
            profile,
            lambda rule: rule.severity,
        )[0]
        for passage in passages
    }


def all_samples(
    passages: Sequence[Passage], rulebook: Rulebook, matcher: Matcher
) -> dict[str, list[Sample]]:
    """Code of each `cues` rule -> its samples."""
    rules = [rule for rule in rulebook.rules if rule.kind == "cues"]
    found: dict[str, list[Sample]] = {rule.code: [] for rule in rules}
    for passage in passages if rules else ():
        document = read(passage.source, _format(passage))
        reading = Reading(document, rulebook, matcher, rulebook.tables.profiles["us"])
        for rule in rules:
            found[rule.code] += samples(rule, passage, reading)
    return found


def refitted(rule: Rule, data: Sequence[Sample], penalty: float) -> Rule:
    """A `cues` rule with weights fitted on these samples."""
    weights, bias = fit(data, len(rule.body.cues), penalty)
    cues = tuple(
        cue._replace(weight=round(weight, 2))
        for cue, weight in zip(rule.body.cues, weights, strict=True)
    )
    return rule._replace(body=rule.body._replace(cues=cues, bias=round(bias, 2)))


def cross_validate(
    passages: Sequence[Passage], rulebook: Rulebook, penalty: float = 1.0
) -> dict[str, list[Finding]]:
    """Findings by file name, each topic's made by a rulebook fitted without it."""
    matcher = Matcher(rulebook)
    known = find_all(passages, rulebook, matcher)
    data = all_samples(passages, rulebook, matcher)
    found: dict[str, list[Finding]] = {}
    for topic in sorted({passage.topic for passage in passages}):
        rest = [passage for passage in passages if passage.topic != topic]
        poor = _poor(measure(rest, known))
        rules = tuple(
            refitted(rule, [s for s in data[rule.code] if s.topic != topic], penalty)
            if rule.kind == "cues"
            else rule
            for rule in rulebook.rules
            if rule.code not in poor
        )
        here = [passage for passage in passages if passage.topic == topic]
        found |= find_all(here, rulebook._replace(rules=rules), matcher)
    return found


def _poor(score: Score) -> set[str]:
    return {
        code
        for code, count in score.rules.items()
        if count.wrong > count.right and not code.startswith("DIS")
    }


def _format(passage: Passage) -> str:
    return format_for(passage.path.name, passage.source) or "text"
