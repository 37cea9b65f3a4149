"""Kind `missing`: what makes a draft owe the reader words, and what pays the debt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from healthlint.engine import lint
from healthlint.errors import RuleError
from healthlint.readers import read
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher

COMMON = """
    severity: warning
    message: "“{match}” lacks something."
    why: Because.
    authority: [ftc-section-5]
    examples: {flag: ["a"], pass: ["b"]}
"""
PACK = f"""
category: disclosure
rules:
  - code: TST001
    name: wonder
    category: outcome
    any: ["wondrous"]
{COMMON}
  - code: TST002
    name: when-and-claims
    kind: missing
    when: ["sparkling"]
    when_not: [question]
    claims: [outcome]
    least: 2
    must:
      - "the fine print"
      - all: [{{sentence: "harm"}}, {{not: {{sentence: "no harm"}}}}]
{COMMON}
  - code: TST003
    name: within-section
    kind: missing
    when: ["tingling"]
    within: section
    must: ["numbness"]
{COMMON}
  - code: TST004
    name: risk-of-the-label
    kind: missing
    when: ["sunny"]
    must: [label-risk]
{COMMON}
  - code: TST005
    name: help-at-hand
    kind: missing
    when: ["desperate"]
    must: [crisis-help]
{COMMON}
  - code: TST006
    name: amid-promotion
    kind: missing
    when: ["glossy"]
    amid: 2
    must: ["the fine print"]
{COMMON}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[tuple[str, str]]]:
    """(rule, text) of what the pack's rules find in a Markdown draft."""
    pack = tmp_path_factory.mktemp("pack") / "pack.yaml"
    pack.write_text(PACK, "utf-8")
    rulebook = load_rulebook((pack,), use_cache=False)
    matcher = Matcher(rulebook)

    def run(text: str, profile: str = "us") -> list[tuple[str, str]]:
        def decide(rule: object) -> str | None:
            code = getattr(rule, "code", "")
            return "warning" if code.startswith("TST") and code != "TST001" else None

        findings = lint(read(text, "markdown"), rulebook, matcher, profile, decide)[0]
        return [(finding.rule, finding.text) for finding in findings]

    return run


def test_own_words_and_claims_count_together_and_own_words_give_the_place(found) -> None:
    assert found("It is wondrous. It is sparkling.") == [("TST002", "sparkling")]


def test_claims_of_rules_that_are_switched_off_count(found) -> None:
    assert found("It is wondrous.\n\nIt is wondrous again.") == [("TST002", "wondrous")]


def test_fewer_units_than_least_owe_nothing(found) -> None:
    assert found("It is wondrous, wondrous and sparkling.") == []


def test_when_not_drops_a_hit(found) -> None:
    assert found("It is wondrous. Is it sparkling?") == []


def test_one_unit_that_says_what_it_must_is_enough(found) -> None:
    assert found("It is wondrous. It is sparkling.\n\n- Read the fine print") == []


def test_conditions_that_go_together_must_hold_of_one_unit(found) -> None:
    assert found("Wondrous. Sparkling. It can harm you.") == []
    assert found("Wondrous. Sparkling. It does no harm.") == [("TST002", "Sparkling")]


def test_each_section_owes_for_itself(found) -> None:
    text = "# A\n\nA tingling. Numbness follows.\n\n# B\n\nMore tingling. Yet more tingling."
    assert found(text) == [("TST003", "tingling")]
    assert found("# A\n\nA tingling.\n\n# B\n\nMore tingling.") != []


def test_a_risk_of_another_treatment_does_not_count(found) -> None:
    assert found("Botox is sunny.") == [("TST004", "sunny")]
    assert found("Ketamine is sunny. It can cause dissociation.") == []
    assert found("Isotretinoin is sunny. It can cause dissociation.") == [("TST004", "sunny")]


def test_crisis_help_is_the_profiles(found) -> None:
    assert found("I was desperate. Call 988.") == []
    assert found("I was desperate. Call Samaritans on 116 123.", "uk") == []
    assert found("I was desperate. Call 13 11 14.", "au") == []
    assert found("I was desperate. Call the clinic.") == [("TST005", "desperate")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('    when: ["sunny"]\n', "", "needs `when` or `claims`, and `must`"),
        ("claims: [outcome]", "claims: [outcomes]", "there is no category `outcomes`"),
        ("within: section", "within: chapter", "`within` is document or section"),
        ("must: [label-risk]", "must: [{sentense: x}]", "there is no scope `sentense`"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in PACK
    pack = tmp_path / "pack.yaml"
    pack.write_text(PACK.replace(old, new), "utf-8")
    with pytest.raises(RuleError, match=message):
        load_rulebook((pack,), use_cache=False)


def test_amid_asks_for_a_draft_that_sells(found) -> None:
    assert found("Glossy. It is wondrous.") == []
    assert ("TST006", "Glossy") in found("Glossy. It is wondrous. It is truly wondrous.")
