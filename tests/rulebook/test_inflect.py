from __future__ import annotations

import pytest

from healthlint.rulebook.inflect import adjective, inflect, noun, verb


@pytest.mark.parametrize(
    ("base", "third", "past", "ing"),
    [
        ("relieve", "relieves", {"relieved"}, "relieving"),
        ("stop", "stops", {"stopped"}, "stopping"),
        ("heal", "heals", {"healed"}, "healing"),
        ("remedy", "remedies", {"remedied"}, "remedying"),
        ("enjoy", "enjoys", {"enjoyed"}, "enjoying"),
        ("get", "gets", {"got", "gotten"}, "getting"),
        ("grow", "grows", {"grew", "grown"}, "growing"),
        ("fix", "fixes", {"fixed"}, "fixing"),
        ("control", "controls", {"controlled"}, "controlling"),
        ("prevent", "prevents", {"prevented"}, "preventing"),
        ("banish", "banishes", {"banished"}, "banishing"),
        ("lie", "lies", {"lay", "lain", "lied"}, "lying"),
        ("free", "frees", {"freed"}, "freeing"),
        ("melt", "melts", {"melted"}, "melting"),
        ("repair", "repairs", {"repaired"}, "repairing"),
    ],
)
def test_verb(base: str, third: str, past: set[str], ing: str) -> None:
    assert verb(base) == {"base": {base}, "s": {third}, "ed": past, "ing": {ing}}


def test_verbs_in_l_have_both_spellings() -> None:
    assert verb("cancel")["ed"] == {"canceled", "cancelled"}
    assert verb("signal")["ing"] == {"signaling", "signalling"}


@pytest.mark.parametrize(
    ("base", "plural"),
    [("side effect", "side effects"), ("therapy", "therapies"), ("diagnosis", "diagnoses"),
     ("woman", "women"), ("brush", "brushes"), ("day", "days")],
)  # fmt: skip
def test_the_last_word_of_a_noun_phrase_is_inflected(base: str, plural: str) -> None:
    assert inflect(base, "noun") == {"base": {base}, "s": {plural}}


def test_the_first_word_of_a_verb_phrase_is_inflected() -> None:
    assert inflect("get rid of", "verb")["ed"] == {"got rid of", "gotten rid of"}


def test_adjectives_compare() -> None:
    assert adjective("safe") == {"base": {"safe"}, "er": {"safer"}, "est": {"safest"}}
    assert adjective("happy") == {"base": {"happy"}, "er": {"happier"}, "est": {"happiest"}}
    assert adjective("big")["er"] == {"bigger"}
    assert adjective("good")["est"] == {"best"}
    assert adjective("effective")["er"] == set()


def test_nouns_in_o() -> None:
    assert noun("placebo")["s"] == {"placebos"}
    assert noun("tomato")["s"] == {"tomatoes"}
