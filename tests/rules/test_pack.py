"""The built-in pack as a whole: complete, true to its examples, with wording fit to paste."""

from __future__ import annotations

from pathlib import Path

import pytest

from healthlint.api import matcher_for
from healthlint.engine import lint
from healthlint.readers import read
from healthlint.rulebook import examples
from healthlint.rulebook.compiler import verify
from healthlint.rulebook.examples import found_by, unmarked
from healthlint.rulebook.model import Rule
from healthlint.rulebook.pages import pages

MATCHER = matcher_for()
BOOK = MATCHER.rulebook
PAGES = Path(__file__).parents[2] / "docs" / "rules"


def test_every_rule_is_complete() -> None:
    lacking = [
        f"{rule.code}: {what}"
        for rule in BOOK.rules
        for what, there in (
            ("why", rule.why),
            ("a suggestion", rule.suggest),
            ("an authority", rule.authority),
            ("three flag examples", len(rule.flag) >= 3),
            ("three pass examples", len(rule.passes) >= 3),
        )
        if not there
    ]
    assert lacking == []


def test_every_pattern_compiles_and_matches_something() -> None:
    verify(BOOK.patterns)


def test_all_examples_hold() -> None:
    assert [f"{f.place} {f.code}: {f.message}" for f in examples.test_rules(BOOK)] == []


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.code)
def test_suggestions_are_free_of_findings(rule: Rule) -> None:
    profile = rule.profiles[0] if rule.profiles else "us"
    wrong = []
    for example in rule.flag:
        for finding in found_by(rule, unmarked(example)[0], MATCHER):
            for suggestion in finding.suggestions:
                document = read(suggestion + "\n", "text")
                found = lint(document, BOOK, MATCHER, profile, lambda other: other.severity)[0]
                wrong += [
                    f"{suggestion} -> {one.rule} {one.text!r}"
                    for one in found
                    if one.category not in ("disclosure", "metric")
                ]
    assert wrong == []


def test_no_rule_with_unchecked_facts_is_an_error() -> None:
    unchecked = [
        f"{rule.code}: {name}"
        for rule in BOOK.rules
        if rule.severity == "error"
        for name in rule.authority[:1]
        if not BOOK.authorities[name].verified
    ]
    assert unchecked == []


def test_the_pages_of_the_rules_are_up_to_date() -> None:
    """`healthlint rules pages docs/rules` writes them."""
    made = dict(pages(BOOK))
    kept = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.md")}
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert stale == []
