"""The examples of rules, run as tests: `[ ]` marks what a rule must find, in one short draft.

`{key=value}` right after the bracket asks for a captured value; `\\[` is a bracket of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from healthlint.engine import lint
from healthlint.finding import Finding
from healthlint.readers import read
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rule, Rulebook

_MARK = re.compile(r"\\([\[\]])|(\[)|(\])(\{(\w+)=([^{}]*)\})?")


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that does not do what it says: the rule's place and code, and what went wrong."""

    place: str
    code: str
    message: str


def unmarked(example: str) -> tuple[str, list[tuple[int, int]]]:
    """An example's draft without marks, and the marked ranges in it (code points)."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    size = at = 0
    opened = -1
    for mark in _MARK.finditer(example):
        out.append(example[at : mark.start()])
        size += mark.start() - at
        at = mark.end()
        if mark[1]:
            out.append(mark[1])
            size += 1
        elif mark[2]:
            opened = size
        elif opened >= 0:
            spans.append((opened, size))
            opened = -1
    out.append(example[at:])
    return "".join(out), spans


def test_rules(
    rulebook: Rulebook, rules: tuple[Rule, ...] | None = None
) -> Iterator[ExampleFailure]:
    """What is wrong with the examples of these rules (default: all)."""
    matcher = Matcher(rulebook)
    for rule in rulebook.rules if rules is None else rules:
        for example in rule.flag:
            text, spans = unmarked(example)
            found = found_by(rule, text, matcher)
            got = [(finding.start.offset, finding.end.offset) for finding in found]
            if not spans:
                yield _failure(rule, f"a flag example without [brackets]: {example!r}")
            elif got != spans:
                yield _failure(
                    rule,
                    f"expected {[text[a:b] for a, b in spans]}, found "
                    f"{[text[a:b] for a, b in got] or 'nothing'} in: {example!r}",
                )
        for example in rule.passes:
            text, _ = unmarked(example)
            if found := found_by(rule, text, matcher):
                yield _failure(rule, f"should pass, but {found[0].text!r} is found in: {example!r}")


def found_by(rule: Rule, text: str, matcher: Matcher) -> list[Finding]:
    """What one rule finds in a Markdown text, in its own profile."""
    profile = rule.profiles[0] if rule.profiles else "us"

    def decide(other: Rule) -> str | None:
        return rule.severity if other.code == rule.code else None

    if rule.kind in ("missing", "offlabel"):
        every = lint(
            read(text, "markdown"), matcher.rulebook, matcher, profile, lambda r: r.severity
        )
        return [finding for finding in every[0] if finding.rule == rule.code]
    return lint(read(text, "markdown"), matcher.rulebook, matcher, profile, decide)[0]


def _failure(rule: Rule, message: str) -> ExampleFailure:
    return ExampleFailure(rule.place, rule.code, message)
