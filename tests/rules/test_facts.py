"""The fact tables that are shipped: that they hang together, and facts that must not slip."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from healthlint.finding import CATEGORIES
from healthlint.rulebook.tables import JURISDICTIONS, Label, Tables, load_tables, spellings
from healthlint.settings import PROFILES

RULES = Path(__file__).parents[2] / "rules"
PSYCHIATRIC = (
    "mental-health", "depression", "treatment-resistant-depression", "bipolar-depression",
    "postpartum-depression", "suicidal-thoughts", "anxiety", "panic", "social-anxiety", "ptsd",
    "ocd", "adhd", "eating-disorders",
)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables(RULES)


def test_every_use_of_a_use_is_sound(tables: Tables) -> None:
    """No two uses are named by the same words."""
    first: dict[str, str] = {}
    shared = []
    for use in tables.uses.values():
        for text in {text for words in use.words for text in spellings(words)}:
            other = first.setdefault(text, use.id)
            if other != use.id:
                shared.append((text, other, use.id))
    assert shared == []


def test_names_do_not_collide(tables: Tables) -> None:
    """A name belongs to one label: only a longer name may contain it."""
    first: dict[str, str] = {}
    shared = []
    for label in tables.labels.values():
        for text in {text.lower() for words in label.names for text in spellings(words)}:
            other = first.setdefault(text, label.id)
            if other != label.id:
                shared.append((text, other, label.id))
    assert shared == []


def test_weak_names_are_no_names(tables: Tables) -> None:
    names = {text for label in tables.labels.values() for n in label.names for text in spellings(n)}
    weak = {text for label in tables.labels.values() for n in label.weak_names
            for text in spellings(n)}  # fmt: skip
    assert sorted(names & weak) == []


def test_every_fact_has_a_source_and_a_day(tables: Tables) -> None:
    entries = [(label.id, label.source, label.checked) for label in tables.labels.values()]
    entries += [(one.id, one.url, one.checked) for one in tables.authorities.values()]
    assert [
        id_ for id_, source, day in entries
        if not source.startswith(("https://", "http://"))
        or not date(2026, 1, 1) <= date.fromisoformat(day)
    ] == []  # fmt: skip


def test_verified_entries_have_a_secure_source(tables: Tables) -> None:
    assert [
        one.id for one in tables.labels.values()
        if one.verified and not one.source.startswith("https://")
    ] + [
        one.id for one in tables.authorities.values()
        if one.verified and not one.url.startswith("https://")
    ] == []  # fmt: skip


def test_what_is_unverified_says_why(tables: Tables) -> None:
    states = [(one.id, one.verified, one.note) for one in tables.labels.values()]
    states += [(one.id, one.verified, one.note) for one in tables.authorities.values()]
    assert [id_ for id_, verified, note in states if not verified and not note] == []


def test_states_and_covers_agree(tables: Tables) -> None:
    """What has no label or no approval covers nothing; what covers a use says so in words."""
    assert [
        label.id for label in tables.labels.values()
        if (label.status in ("unapproved", "none") and (label.covers or label.covers_text))
        or (label.covers and not label.covers_text)
    ] == []  # fmt: skip


def test_every_label_names_its_risks(tables: Tables) -> None:
    assert [
        label.id for label in tables.labels.values() if len(label.risks) < 2 or not label.risk_words
    ] == []


def test_no_use_is_both_covered_and_marketed(tables: Tables) -> None:
    assert [
        (label.id, use)
        for label in tables.labels.values()
        for use in label.marketed
        if use in label.covers or tables.covers(label.id, use)
    ] == []


def test_profiles_are_complete(tables: Tables) -> None:
    assert sorted(tables.profiles) == sorted(PROFILES)
    assert {id_: sorted(one.authorities) for id_, one in tables.profiles.items()} == {
        id_: sorted(set(CATEGORIES) - {"housekeeping"}) for id_ in PROFILES
    }


def test_the_authority_that_speaks_first_is_verified_and_of_the_place(tables: Tables) -> None:
    wrong = []
    for profile in tables.profiles.values():
        for category, names in profile.authorities.items():
            speaks = tables.authorities[names[0]]
            if not speaks.verified:
                wrong.append((profile.id, category, speaks.id, "not verified"))
            general = category in ("stigma", "terms", "metric")  # style guides know no border
            if speaks.jurisdiction not in (profile.id, "int") and not general:
                wrong.append((profile.id, category, speaks.id, speaks.jurisdiction))
    assert wrong == []
    assert {one.jurisdiction for one in tables.authorities.values()} == set(JURISDICTIONS)


def test_crisis_lines_are_words_of_crisis_help(tables: Tables) -> None:
    """A suggestion that is followed is recognised as crisis help."""
    missing = []
    for profile in tables.profiles.values():
        known = {text for words in profile.crisis_words for text in spellings(words)}
        for number in [profile.emergency, *(x.number for x in profile.crisis_lines if x.verified)]:
            if number.replace("-", " ") not in known:
                missing.append((profile.id, number))
    assert missing == []


def test_crisis_numbers(tables: Tables) -> None:
    assert {
        id_: (one.emergency, [line.number for line in one.crisis_lines if line.verified])
        for id_, one in tables.profiles.items()
    } == {
        "us": ("911", ["988"]),
        "uk": ("999", ["116 123"]),
        "eu": ("112", ["116 123"]),
        "au": ("000", ["13 11 14"]),
        "ca": ("911", ["9-8-8"]),
    }
    for profile in tables.profiles.values():
        offered = next(line for line in profile.crisis_lines if line.verified)
        assert offered.number in profile.crisis_line


def test_what_the_law_bars(tables: Tables) -> None:
    assert [id_ for id_, one in tables.profiles.items() if one.testimonials_banned] == ["au"]
    assert sorted(id_ for id_, one in tables.profiles.items() if one.pom_naming_banned) == [
        "au", "eu", "uk",
    ]  # fmt: skip
    assert tables.profiles["au"].severities == {"anecdote": "error"}


# Facts that were looked up, and that a change of the tables must not lose.


@pytest.mark.parametrize("name", ["ketamine", "compounded-ketamine", "psilocybin", "mdma"])
@pytest.mark.parametrize("profile", PROFILES)
def test_covers_no_psychiatric_use(tables: Tables, name: str, profile: str) -> None:
    assert [use for use in PSYCHIATRIC if tables.covers(name, use, profile)] == []


def test_ketamine(tables: Tables) -> None:
    ketamine = tables.labels["ketamine"]
    assert (ketamine.status, ketamine.covers, ketamine.covers_text, ketamine.controlled) == (
        "approved", ("anesthesia",), "general anaesthesia", "III",
    )  # fmt: skip
    assert ketamine.verified


def test_esketamine(tables: Tables) -> None:
    esketamine = tables.labels["esketamine"]
    assert esketamine.verified and esketamine.boxed
    assert [use for use in PSYCHIATRIC if tables.covers("esketamine", use)] == [
        "mental-health", "depression", "treatment-resistant-depression",
    ]  # fmt: skip


def named(tables: Tables, text: str) -> list[str]:
    return [
        label.id for label in tables.labels.values()
        if any(text in {one.lower() for one in spellings(words)} for words in label.names)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("ketamine infusions", "ketamine"),
        ("ketamine lozenges", "compounded-ketamine"),
        ("spravato nasal spray", "esketamine"),
        ("semaglutide", "semaglutide"),
        ("compounded semaglutide", "compounded-semaglutide"),
        ("deep tms", "tms"),
        ("o shot", "prp"),
        ("wharton's jelly", "stem-cells"),
        ("myers' cocktail", "iv-vitamins"),
        ("oral minoxidil", "minoxidil-oral"),
        ("lip flip", "botulinum-toxin"),
        ("pt141", "bremelanotide"),
        ("gainswave", "shockwave"),
        ("b12 shots", "vitamin-b12-injections"),
    ],
)
def test_lay_names_find_their_label(tables: Tables, text: str, label: str) -> None:
    assert named(tables, text) == [label]


def status(label: Label) -> str:
    return f"{label.status}{'' if label.verified else ', unverified'}"


def test_states(tables: Tables) -> None:
    expected = {
        "tms": "cleared", "ect": "cleared", "prp": "cleared", "hyperbaric-oxygen": "cleared",
        "coolsculpting": "cleared", "emsella": "cleared", "vaginal-laser": "cleared",
        "tdcs": "approved", "esketamine": "approved", "wegovy": "approved", "ozempic": "approved",
        "botulinum-toxin": "approved", "testosterone": "approved", "leucovorin": "approved",
        "compounded-semaglutide": "unapproved", "compounded-tirzepatide": "unapproved",
        "exosomes": "unapproved", "stem-cells": "unapproved", "nad": "unapproved",
        "iv-vitamins": "unapproved", "cbd": "unapproved", "ozone": "unapproved",
        "hormone-pellets": "unapproved", "healing-peptides": "unapproved",
        "low-dose-naltrexone": "unapproved", "ibogaine": "unapproved", "homeopathy": "unapproved",
        "chiropractic": "none",
    }  # fmt: skip
    assert {name: status(tables.labels[name]) for name in expected} == expected


@pytest.mark.parametrize(
    ("label", "use", "profile", "covered"),
    [
        ("ozempic", "weight-loss", "us", False),
        ("wegovy", "weight-loss", "us", True),
        ("mounjaro", "weight-loss", "us", False),
        ("mounjaro", "weight-loss", "uk", True),
        ("tms", "depression", "us", True),
        ("tms", "ptsd", "us", False),
        ("propranolol", "anxiety", "us", False),
        ("propranolol", "anxiety", "uk", True),
        ("trazodone", "insomnia", "us", False),
        ("prp", "hair-loss", "us", False),
        ("hyperbaric-oxygen", "autism", "us", False),
        ("shockwave", "erectile-dysfunction", "us", False),
        ("vaginal-laser", "menopause", "us", False),
        ("leucovorin", "autism", "us", False),
        ("methylene-blue", "brain-fog", "us", False),
        ("rapamycin", "longevity", "us", False),
        ("ivermectin", "cancer", "us", False),
        ("chelation", "heart-disease", "us", False),
        ("testosterone", "age-related-low-testosterone", "us", False),
        ("testosterone", "libido", "au", True),
        ("minoxidil", "hair-loss", "us", True),
        ("minoxidil-oral", "hair-loss", "us", False),
        ("finasteride", "female-hair-loss", "us", False),
        ("cbd", "epilepsy", "us", False),
        ("epidiolex", "epilepsy", "us", True),
    ],
)
def test_what_labels_cover(
    tables: Tables, label: str, use: str, profile: str, covered: bool
) -> None:
    assert tables.covers(label, use, profile) is covered


def test_prescription_only(tables: Tables) -> None:
    for name in ("semaglutide", "wegovy", "mounjaro", "botulinum-toxin", "glp-1"):
        uk = tables.labels[name].elsewhere["uk"]
        assert (name, uk.pom, uk.verified) == (name, True, True)
    assert tables.labels["botulinum-toxin"].elsewhere["au"].schedule == 4
    assert not tables.labels["isotretinoin"].elsewhere["uk"].verified
