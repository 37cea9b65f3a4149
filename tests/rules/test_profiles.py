"""What a profile changes in the built-in rules: whose law speaks, and how severely."""

from __future__ import annotations

import pytest

from healthlint import lint_text
from healthlint.finding import Finding
from healthlint.rulebook.load import load_rulebook
from healthlint.settings import PROFILES, Settings

STORY = "Maria, 34, came to us in tears. After two visits she danced at her wedding."


def found(text: str, profile: str) -> list[Finding]:
    return list(lint_text(text, settings=Settings(profile=profile)))


def named(text: str, profile: str, prefix: str = "pom-named") -> list[tuple[str, str, str]]:
    return [(f.name, f.severity, f.text) for f in found(text, profile) if f.name.startswith(prefix)]


@pytest.mark.parametrize("profile", ["uk", "eu", "au"])
def test_a_prescription_medicine_may_not_be_named(profile: str) -> None:
    assert named("Book your Botox appointment at our clinic.", profile) == [
        ("pom-named", "error", "Botox")
    ]


@pytest.mark.parametrize("profile", ["us", "ca"])
def test_elsewhere_it_may(profile: str) -> None:
    assert named("Book your Botox appointment at our clinic.", profile) == []


def test_a_page_that_sells_nothing_may_name_it() -> None:
    assert named("Botulinum toxin is a medicine for migraine.", "uk") == []


def test_what_was_not_checked_only_warns() -> None:
    assert named("We offer modafinil by post.", "uk") == [
        ("pom-named-unverified", "warning", "modafinil")
    ]


def test_testimonials_are_barred_in_australia() -> None:
    severities = {
        profile: sorted({f.severity for f in found(STORY, profile) if f.category == "anecdote"})
        for profile in PROFILES
    }
    assert severities == {
        profile: ["error"] if profile == "au" else ["warning"] for profile in PROFILES
    }


@pytest.mark.parametrize(
    ("profile", "regulator"),
    [("us", "FDA"), ("uk", "MHRA"), ("eu", "EMA"), ("au", "TGA"), ("ca", "Health Canada")],
)
def test_the_regulator_of_the_profile_speaks(profile: str, regulator: str) -> None:
    text = "Our TMS sessions relieve anxiety without drugs. You feel calmer within days."
    said = [s for f in found(text, profile) if f.name.startswith("offlabel") for s in f.suggestions]
    assert said and all(regulator in one for one in said if "off-label:" in one or "The " in one)


@pytest.mark.parametrize(
    ("profile", "number"),
    [("us", "988"), ("uk", "116 123"), ("eu", "116 123"), ("au", "13 11 14"), ("ca", "9-8-8")],
)
def test_the_crisis_line_of_the_profile_is_offered(profile: str, number: str) -> None:
    (finding,) = [
        f for f in found("He wanted to die.", profile) if f.name.startswith("crisis-missing")
    ]
    assert number in finding.suggestions[0]


@pytest.mark.parametrize(
    ("profile", "flagged"), [("us", False), ("uk", True), ("eu", True), ("au", True)]
)
def test_help_in_another_country_is_no_help(profile: str, flagged: bool) -> None:
    text = "He wanted to die. Call or text 988."
    names = [f.name for f in found(text, profile)]
    assert ("crisis-missing" in names) is flagged


def test_what_a_label_covers_goes_by_profile() -> None:
    """Mounjaro is licensed for weight in the United Kingdom; its American label is for diabetes."""
    text = "Mounjaro helps our members lose weight. Weight loss of this kind changes lives."
    names = {
        profile: [f.name for f in found(text, profile) if f.name.startswith("offlabel")]
        for profile in ("us", "uk")
    }
    assert names == {"us": ["offlabel-use"], "uk": []}


def test_unverified_labels_never_speak_with_severity_error() -> None:
    """Off-label rules of severity error ask for verified labels, or for labels that are."""
    book = load_rulebook()
    wrong = [
        (rule.code, label.id)
        for rule in book.rules
        if rule.kind == "offlabel" and rule.severity == "error"
        for label in book.tables.labels.values()
        if rule.body.speaks_of(label) and not label.verified
    ]
    wrong += [
        (rule.code, "")
        for rule in book.rules
        if rule.kind == "prescription" and rule.severity == "error" and not rule.body.verified
    ]
    assert wrong == []
