"""With and without the index a pattern finds the same."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from healthlint.rulebook.compiler import FLAGS, Compiler, verify
from healthlint.rulebook.model import Pattern
from healthlint.rulebook.vocabulary import Vocabulary, read_lexicons
from healthlint.rulebook.yamltree import parse
from healthlint.tagging import Tagged, Tagger

LEXICONS = """
treatment:
  inflect: noun
  words: [ketamine, ketamine infusion, TMS, st\\. john's wort, "{gas} therapy"]
gas: [ozone, oxygen]
relief: {inflect: verb, words: [relieve, ease, get rid of, "(put an )?end"]}
share: ['\\d+ ?%', "{digit} in {digit}", half]
digit: [one, two, seven, ten]
"""
PATTERNS = [
    "{treatment} (is|are) {gap:3} safe( and effective)?",
    "{relief} {gap:2} pain",
    "{share} of {gap:1} patients",
    "^no side effects$",
    "{treatment} {relief.s}",
    "cure\\w*",
    "(no|zero|little) (known )?(risks?|downtime)",
    "\\d+ (days|weeks)",
    "(?<=not )safe",
    "safe(?! from)",
    "naïve|café",
    "don't {gap:2} wait",
]


def build() -> tuple[tuple[Pattern, ...], Tagger]:
    compiler = Compiler(Vocabulary(read_lexicons(parse(LEXICONS, "lexicons.yaml"))), [])
    for text in PATTERNS:
        compiler.pattern(text, "test")
    patterns, table, index = compiler.finish()
    verify(patterns)
    return patterns, Tagger(table, index)


READY, TAGGER = build()
WORDS = st.sampled_from(
    "Ketamine ketamine infusions TMS tms ozone therapy oxygen is are very truly safe and effective "
    "not relieves eases got rid of ended an end to put pain seven in ten half of patients 70% 12 "
    "days weeks no zero side-effects side effects known risks downtime curecumin cures naïve café "
    "don’t DON'T wait St. John’s Wort from — ; , ! the \u2011 \U0001f600 e\u0301te K\u017fafe"
    "".split(" ")
)
BLANKS = st.sampled_from([" ", " ", " ", "\u00a0", "-", "\u2011", "\n", "  ", ", "])
TEXTS = st.lists(st.tuples(WORDS, BLANKS), max_size=14).map(
    lambda pairs: "".join(word + blank for word, blank in pairs)
)


def spans(pattern: Pattern, tagged: Tagged) -> list[tuple[int, int]]:
    found = regex.finditer(pattern.regex, tagged.text, FLAGS)
    return [(tagged.offset(m.start()), tagged.offset(m.end())) for m in found]


@given(TEXTS)
def test_no_pattern_finds_what_the_index_rules_out(text: str) -> None:
    tagged = TAGGER.tag(text)
    for pattern in READY:
        if tagged.mask & pattern.need != pattern.need:
            assert spans(pattern, tagged) == [], pattern.text


@given(TEXTS)
def test_offsets_lead_back_to_the_plain_text(text: str) -> None:
    tagged = TAGGER.tag(text)
    assert len(tagged.plain) == len(text)
    stripped = "".join(c for c in tagged.text if not "\ue000" <= c <= "\uf8ff")
    assert stripped == tagged.plain
    for start, end, _ in tagged.hits:
        assert 0 <= start < end <= len(text)


def found(text: str) -> dict[str, list[str]]:
    tagged = TAGGER.tag(text)
    return {
        p.text: [tagged.plain[a:b] for a, b in spans(p, tagged)]
        for p in READY
        if tagged.mask & p.need == p.need and spans(p, tagged)
    }


def test_blanks_hyphens_and_quotes_are_alike() -> None:
    assert found("No\u00a0side\u2011effects.") == {"^no side effects$": ["No side-effects."]}
    assert found("“Don’t make me wait”") == {"don't {gap:2} wait": ["Don't make me wait"]}
    assert found("St. John’s Wort is safe") == {
        "{treatment} (is|are) {gap:3} safe( and effective)?": ["St. John's Wort is safe"],
        "safe(?! from)": ["safe"],
    }


def test_capital_entries_match_capitals_only() -> None:
    assert found("TMS eases it")["{treatment} {relief.s}"] == ["TMS eases"]
    assert found("tms eases it") == {}


def test_the_longer_and_the_shorter_phrase_both_match() -> None:
    text = "{treatment} {relief.s}"
    assert found("ketamine infusions eases")[text] == ["ketamine infusions eases"]
    assert found("ketamine eases")[text] == ["ketamine eases"]
    assert found("ozone therapy eases")[text] == ["ozone therapy eases"]


def test_a_class_with_patterns_in_line() -> None:
    share = "{share} of {gap:1} patients"
    assert found("70 % of all patients") == {share: ["70 % of all patients"]}
    assert found("seven in ten of patients") == {share: ["seven in ten of patients"]}


def test_a_phrase_that_ends_in_another_of_its_class_matches_whole() -> None:
    text = "{treatment} {relief.s}"
    assert found("oxygen therapy ketamine infusion relieves")[text] == [
        "ketamine infusion relieves"
    ]
    nested = "(our|the) {treatment}"
    compiler = Compiler(
        Vocabulary(read_lexicons(parse("treatment: [study, clinical study]", "l.yaml"))), []
    )
    compiler.pattern(nested, "test")
    patterns, table, index = compiler.finish()
    tagged = Tagger(table, index).tag("our clinical study shows")
    assert [tagged.plain[a:b] for a, b in spans(patterns[0], tagged)] == ["our clinical study"]
