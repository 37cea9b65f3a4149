"""Kind `offlabel`: which treatment, which use, and what lifts the finding."""

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
    message: "{treatment}; {use}; {covers}; {status}"
    why: Because.
    authority: [fda-off-label]
    examples: {flag: ["a"], pass: ["b"]}
"""
PACK = f"""
category: disclosure
rules:
  - code: TST001
    name: wonder
    category: outcome
    any: ["wondrous"]
{COMMON.replace("{treatment}; {use}; {covers}; {status}", "x")}
  - code: TST002
    name: offlabel-test
    kind: offlabel
    statuses: [approved, cleared]
    kinds: [drug, device]
    labels_not: [metformin]
    uses_not: [grief]
    verified: true
    promotes: [{{before: "heals"}}]
    claims: [outcome]
    use_unless: [question]
    disclosed: [{{sentence: "plainly said"}}]
{COMMON}
  - code: TST003
    name: approval-test
    category: approval
    kind: offlabel
    statuses: [approved]
    within: unit
    promotes: [{{before: "stamped for"}}]
{COMMON}
  - code: TST004
    name: any-use-test
    kind: offlabel
    statuses: [unapproved]
    labels: [exosomes]
    uses: any
    least: 2
    claims: [outcome]
    disclosed: [{{sentence: "plainly said"}}]
{COMMON}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[tuple[str, str, str]]]:
    """(rule, text, message) of what the pack's rules find in a Markdown draft."""
    pack = tmp_path_factory.mktemp("pack") / "pack.yaml"
    pack.write_text(PACK, "utf-8")
    rulebook = load_rulebook((pack,), use_cache=False)
    matcher = Matcher(rulebook)

    def run(text: str, profile: str = "us") -> list[tuple[str, str, str]]:
        def decide(rule: object) -> str | None:
            code = getattr(rule, "code", "")
            return "warning" if code.startswith("TST") and code != "TST001" else None

        findings = lint(read(text, "markdown"), rulebook, matcher, profile, decide)[0]
        return [(finding.rule, finding.text, finding.message) for finding in findings]

    return run


KETAMINE = "ketamine; {}; general anaesthesia; approved"


def test_a_promoted_use_outside_the_label(found) -> None:
    assert found("Ketamine heals depression.") == [
        ("TST002", "depression", KETAMINE.format("depression").capitalize())
    ]


def test_a_claim_in_the_unit_promotes_too(found) -> None:
    assert [one[:2] for one in found("Ketamine is wondrous in PTSD.")] == [("TST002", "PTSD")]


def test_a_use_that_is_only_named_is_none(found) -> None:
    assert found("Ketamine and depression.") == []
    assert found("Does ketamine heal? Ketamine heals depression?") == []


def test_a_covered_use_is_none(found) -> None:
    assert found("TMS heals depression.") == []
    assert [one[1] for one in found("TMS heals tinnitus.")] == ["tinnitus"]


def test_a_use_that_the_table_does_not_list_is_none(found) -> None:
    assert found("Ketamine heals glaucoma.") == []


def test_uses_and_labels_left_out(found) -> None:
    assert found("Metformin heals obesity.") == []
    assert found("Psilocybin heals depression.") == []


def test_only_the_first_is_told(found) -> None:
    assert [one[1] for one in found("Ketamine heals PTSD.\n\nIt heals depression.")] == ["PTSD"]


def test_a_plain_disclosure_anywhere_lifts_it(found) -> None:
    assert found("Ketamine heals depression.\n\n---\n\nIt is plainly said here.") == []


def test_a_longer_name_hides_a_shorter_use(found) -> None:
    assert found("Microneedling heals acne scars.") == []


def test_the_treatment_may_stand_in_the_heading_or_before(found) -> None:
    assert [one[1] for one in found("# Ketamine\n\nIt heals PTSD.")] == ["PTSD"]
    assert [one[1] for one in found("Ketamine is old. TMS is new. It heals tinnitus.")] == [
        "tinnitus"
    ]
    assert found("TMS is old. Ketamine is new. It heals tinnitus.") == []


def test_within_unit_asks_for_the_treatment_beside_the_use(found) -> None:
    assert [one[1] for one in found("Ketamine is stamped for PTSD.")] == ["PTSD"]
    assert found("# Ketamine\n\nIt was stamped for PTSD.") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("statuses: [approved, cleared]", "statuses: [aproved]", "there is no label status"),
        ("kinds: [drug, device]", "kinds: [drugs]", "there is no kind of treatment `drugs`"),
        ("labels_not: [metformin]", "labels_not: [metformim]", "there is no label `metformim`"),
        ("uses_not: [grief]", "uses_not: [grieff]", "there is no use `grieff`"),
        ("within: unit", "within: block", "`within` is unit or draft"),
        ("    statuses: [approved]\n", "", "needs `promotes` and `statuses`"),
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


def test_a_use_need_not_be_named(found) -> None:
    text = "Exosomes are wondrous. Our exosomes stay wondrous."
    assert [(rule, words) for rule, words, _ in found(text)] == [("TST004", "wondrous")]
    assert found(text + " It is plainly said.") == []
    assert found("Exosomes are wondrous.") == []


def test_in_one_unit_each_treatment_has_its_use(found) -> None:
    text = "Wegovy is stamped for weight loss, Ozempic for diabetes."
    assert [one for one in found(text) if one[0] == "TST003"] == []


def test_a_weak_name_counts_where_the_draft_is_about_it(found) -> None:
    text = "Ketamine is given here.\n\n## Yoga\n\nKAP heals depression."
    assert [words for rule, words, _ in found(text) if rule == "TST002"] == ["depression"]
