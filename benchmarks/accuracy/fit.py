"""Fits the weights of `cues` rules to labelled text, by logistic regression with an L2 penalty.

Standard library only; some thousand units and a hundred cues take seconds. `weights` are the
coefficients, `bias` the intercept, so that a score is a log-odds; `threshold` is chosen on held-out
topics (see `crossval`) and stays as the YAML has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.labelled import LabelledUnit, Passage
from healthlint.checks import cues as cues_kind
from healthlint.reading import Reading
from healthlint.rulebook.model import Rule


@dataclass(frozen=True, slots=True)
class Sample:
    """One unit as a rule sees it: the numbers of the cues that are true, and whether it is gold."""

    topic: str
    file: str
    cues: tuple[int, ...]
    gold: bool
    text: str


def samples(rule: Rule, passage: Passage, reading: Reading) -> list[Sample]:
    """The units of one passage that `needs` lets through, without those that readers doubted."""
    body: cues_kind.Cues = rule.body
    numbers = {cue.name: number for number, cue in enumerate(body.cues)}
    found = []
    for unit, true in cues_kind.values(body, reading).items():
        which = reading.units[unit]
        block = reading.document.blocks[which.block]
        start = block.span(which.start, which.start + 1).start
        labelled = _at(passage, start, block.span(which.end - 1, which.end).end)
        if labelled is None or rule.category in labelled.maybe:
            continue
        found.append(
            Sample(
                passage.topic,
                passage.path.name,
                tuple(sorted(numbers[name] for name in true)),
                rule.category in labelled.labels,
                labelled.text,
            )
        )
    return found


def _at(passage: Passage, start: int, end: int) -> LabelledUnit | None:
    best, most = None, 0
    for unit in passage.units:
        if unit.span:
            shared = min(end, unit.span[1]) - max(start, unit.span[0])
            if shared > most:
                best, most = unit, shared
    return best


def fit(
    data: Sequence[Sample], cues: int, penalty: float = 1.0, rounds: int = 400
) -> tuple[list[float], float]:
    """Weights and bias that fit the samples best: Newton steps on each coefficient in turn."""
    weights, bias = [0.0] * cues, 0.0
    rows: list[list[int]] = [[] for _ in range(cues)]
    for number, sample in enumerate(data):
        for cue in sample.cues:
            rows[cue].append(number)
    gold = [float(sample.gold) for sample in data]
    scores = [0.0] * len(data)
    everything: Iterable[int] = range(len(data))
    for _ in range(rounds):
        step = _newton(everything, gold, scores, 0.0, 0.0)
        bias += step
        scores = [score + step for score in scores]
        largest = abs(step)
        for cue, members in enumerate(rows):
            if not members:
                continue
            step = _newton(members, gold, scores, weights[cue], penalty)
            weights[cue] += step
            for number in members:
                scores[number] += step
            largest = max(largest, abs(step))
        if largest < 1e-4:
            break
    return weights, bias


def _newton(
    members: Iterable[int], gold: list[float], scores: list[float], weight: float, penalty: float
) -> float:
    slope, bend = -penalty * weight, penalty
    for number in members:
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, scores[number]))))
        slope += gold[number] - chance
        bend += chance * (1 - chance)
    return max(-2.0, min(2.0, slope / bend)) if bend > 1e-9 else 0.0
