"""Kind `prescription`: medicines that may not be named to the public."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from healthlint.engine import lint
from healthlint.readers import read
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher

RULE = """
  - code: TST00{number}
    name: test-{number}
    kind: prescription
    severity: warning
    {verified}
    message: "{{treatment}} may not be named."
    why: Because.
    authority: [uk-cap-12-12]
    examples: {{flag: ["a"], pass: ["b"]}}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[tuple[str, str]]]:
    """(rule, text) of what the pack's rules find in a Markdown draft."""
    pack = tmp_path_factory.mktemp("pack") / "pack.yaml"
    kinds = ((1, "verified: true"), (2, "verified: false"))
    rules = "".join(RULE.format(number=n, verified=text) for n, text in kinds)
    pack.write_text("category: approval\nrules:" + rules, "utf-8")
    rulebook = load_rulebook((pack,), use_cache=False)
    matcher = Matcher(rulebook)

    def run(text: str, profile: str) -> list[tuple[str, str]]:
        findings = lint(
            read(text, "markdown"),
            rulebook,
            matcher,
            profile,
            lambda rule: "warning" if rule.code.startswith("TST") else None,
        )[0]
        return [(finding.rule, finding.text) for finding in findings]

    return run


def test_the_first_naming_of_each_medicine(found) -> None:
    text = "We give ketamine.\n\nKetamine again.\n\nAnd Botox."
    assert found(text, "uk") == [("TST001", "ketamine"), ("TST001", "Botox")]


def test_a_schedule_counts_in_australia(found) -> None:
    assert found("We give ketamine.", "au") == [("TST001", "ketamine")]


def test_what_was_not_checked_is_another_rule(found) -> None:
    assert found("We give Spravato.", "uk") == [("TST002", "Spravato")]


def test_the_united_states_have_no_such_list(found) -> None:
    assert found("We give ketamine.", "us") == []


def test_what_needs_no_prescription_may_be_named(found) -> None:
    assert found("We give massage.", "uk") == []
