"""With and without the sieve a pattern finds the same."""

from __future__ import annotations

from random import Random

import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from healthlint.errors import RuleError
from healthlint.match import Hit
from healthlint.rulebook import matcher
from healthlint.rulebook.compiler import verify
from healthlint.rulebook.matcher import FLAGS, Matcher
from healthlint.sieve import ANYWHERE, UNIT_START
from tests.examples import tried
from tests.rulebook import hostile
from tests.rulebook.agreement import book, speech, spoken, vocabulary

VOCABULARY = vocabulary(hostile.LEXICONS)
BOOK = book(VOCABULARY, hostile.PATTERNS)
WORDS = st.sampled_from(
    "Ketamine ketamine infusions TMS tms ozone therapy oxygen is are very truly safe and effective "
    "not relieves eases got rid of ended an end to put pain seven in ten half of patients 70% 12 "
    "days weeks no zero side-effects side effects known risks downtime curecumin cures naïve café "
    "don’t DON'T wait St. John’s Wort from — ; , ! the \u2011 \U0001f600 e\u0301te K\u017fafe "
    "1,000 12.5% £5 "
    "$1,200 a x one two three long lasting longlasting off organise The US WHO μg 5µg "
    "★ мг ‘safe’ ketamine’s (safe) safe—effective".split(" ")
)
BLANKS = st.sampled_from([" ", " ", " ", "\u00a0", "-", "\u2011", "\n", "  ", ", ", ""])
TEXTS = st.lists(st.tuples(WORDS, BLANKS), max_size=14).map(
    lambda pairs: "".join(word + blank for word, blank in pairs)
)


@tried(150)
@given(st.lists(TEXTS | spoken(BOOK), min_size=1, max_size=6))
def test_hostile_patterns_find_the_same_with_and_without_the_sieve(texts: list[str]) -> None:
    assert BOOK.lost(texts) == []


def check(pattern: str, data: st.DataObject) -> None:
    try:
        made = book(VOCABULARY, [pattern])
        verify(made.rulebook.patterns)
    except RuleError:
        assume(False)
    texts = data.draw(st.lists(spoken(made), min_size=4, max_size=8))
    try:
        lost = made.lost(texts)
    except TimeoutError:  # a pattern may be as slow as `((a+)*)+`: then there is no answer
        assume(False)
    assert lost == []


@tried(120)
@given(hostile.patterns(), st.data())
def test_any_pattern_finds_the_same_with_and_without_the_sieve(
    pattern: str, data: st.DataObject
) -> None:
    check(pattern, data)


@pytest.mark.slow
@tried(1500)
@given(hostile.patterns(), st.data())
def test_very_many_patterns_find_the_same(pattern: str, data: st.DataObject) -> None:
    check(pattern, data)


def test_the_texts_are_made_of_the_patterns() -> None:
    """Most patterns find something, and most are ruled out in most texts: the tests can fail."""
    dice = Random(1)
    texts = [next(speech(BOOK, number, dice)) for number in range(len(BOOK.trees)) for _ in "1234"]
    units = BOOK.matcher.read(texts)
    found = {n for n in range(len(BOOK.trees)) if any(BOOK.sieved(n, unit) for unit in units)}
    assert len(found) > 0.9 * len(BOOK.trees)
    assert sum(len(unit.candidates) for unit in units) < 0.4 * len(units) * len(BOOK.trees)
    assert {ANYWHERE, UNIT_START} < {at for unit in units for at in unit.candidates.values()}


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("µg", "5 μg and µg", ["μg", "µg"]),
        ("σας", "ΣΑΣ", ["ΣΑΣ"]),
        ("x[а-я]+", "xЖ", ["xЖ"]),
        ("[a-zа-я]+ safe", "да safe", ["да safe"]),
        ("safe \\p{P} pain", "safe & pain", ["safe & pain"]),
        ("safe \\p{N}{2}$", "safe ½½!", ["safe ½½!"]),
        ("{relief.ed} ?(pain)? ?", "eased - relieved it", ["eased -", "relieved"]),
        ("safe( |-)?effective", "safeeffective safe-effective",
         ["safeeffective", "safe-effective"]),
        ("(the )?x", "the x", ["the x"]),
        ("off? ?{gap:4}(x|y)", "offx, of all the y", ["offx", "of all the y"]),
    ],
)  # fmt: skip
def test_what_a_plan_could_lose(pattern: str, text: str, words: list[str]) -> None:
    made = book(VOCABULARY, [pattern])
    assert made.found(text).get(pattern, []) == words
    assert made.lost([text]) == []


def test_blanks_hyphens_and_quotes_are_alike() -> None:
    some = book(
        VOCABULARY,
        ["^no side effects$", "don't {gap:2} wait", "{treatment} (is|are) {gap:3} safe",
         "safe(?! from)"],
    )  # fmt: skip
    assert some.found("No\u00a0side\u2011effects.") == {"^no side effects$": ["No side-effects."]}
    assert some.found("“Don’t make me wait”") == {"don't {gap:2} wait": ["Don't make me wait"]}
    assert some.found("St. John’s Wort is safe") == {
        "{treatment} (is|are) {gap:3} safe": ["St. John's Wort is safe"],
        "safe(?! from)": ["safe"],
    }


EASES = "{treatment} {relief.s}"


def found(text: str, pattern: str = EASES) -> list[str]:
    return book(VOCABULARY, [pattern]).found(text).get(pattern, [])


def test_capital_entries_match_capitals_only() -> None:
    assert found("TMS eases it") == ["TMS eases"]
    assert found("tms eases it") == []


def test_the_longer_and_the_shorter_phrase_both_match() -> None:
    assert found("ketamine infusions eases") == ["ketamine infusions eases"]
    assert found("ketamine eases") == ["ketamine eases"]
    assert found("ozone therapy eases") == ["ozone therapy eases"]


def test_a_class_with_patterns_in_line() -> None:
    share = "{share} of {gap:1} patients"
    assert found("70 % of all patients", share) == ["70 % of all patients"]
    assert found("seven in ten of patients", share) == ["seven in ten of patients"]


def test_a_phrase_that_ends_in_another_of_its_class_matches_whole() -> None:
    assert found("oxygen therapy ketamine infusion relieves") == ["ketamine infusion relieves"]
    nested = "(our|the) {treatment}"
    some = book("treatment: [study, clinical study]", [nested])
    assert some.found("our clinical study shows") == {nested: ["our clinical study"]}


def test_a_hit_has_its_captures_and_no_blanks_at_its_ends() -> None:
    some = book(VOCABULARY, ["{what=treatment} (is|are) (safe)?"])
    text = "So “Ketamine\u00a0is  ” it."
    assert some.matcher.search(0, some.matcher.read([text])[0]) == [
        Hit(4, 15, (("what", "Ketamine"),))
    ]


def test_a_text_is_searched_once() -> None:
    some = book(VOCABULARY, [EASES])
    text = some.matcher.read(["Ketamine eases it"])[0]
    first = some.matcher.search(0, text)
    assert [(hit.start, hit.end) for hit in first] == [(0, 14)]
    assert some.matcher.search(0, some.matcher.read(["Ketamine eases it"])[0]) is first


def test_hits_after_a_timeout_are_not_kept_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    some = book(VOCABULARY, ["(a|a[a])+[bc]x"])
    text = some.matcher.read([f"Bx {'a' * 60} aabx"])[0]
    monkeypatch.setattr(matcher, "TIME_LIMIT", 0.01)
    with pytest.raises(TimeoutError):
        some.matcher.search(0, text)
    assert text.hits == {}
    with pytest.raises(TimeoutError):
        some.matcher.search(0, text)


class Slow:
    """A compiled pattern that runs out of time after its first hit, once."""

    def __init__(self, source: str) -> None:
        self._real = regex.compile(source, FLAGS)
        self.groupindex = self._real.groupindex
        self._late = True

    def finditer(self, text: str, timeout: float) -> object:
        for match in self._real.finditer(text):
            yield match
            if self._late:
                self._late = False
                raise TimeoutError


def test_half_the_hits_are_not_kept_as_all(monkeypatch: pytest.MonkeyPatch) -> None:
    some = book(VOCABULARY, ["\\W?safe"])
    text = some.matcher.read(["safe safe safe"])[0]
    assert text.candidates == {0: ANYWHERE}
    some.matcher._compiled[0] = Slow(some.rulebook.patterns[0].regex)
    with pytest.raises(TimeoutError):
        some.matcher.search(0, text)
    assert text.hits == {}
    assert [hit.start for hit in some.matcher.search(0, text)] == [0, 5, 10]


def test_compiled_patterns_are_kept_for_later_runs(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path_factory.mktemp("kept")
    monkeypatch.delenv("HEALTHLINT_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept))
    monkeypatch.setenv("LOCALAPPDATA", str(kept))
    rulebook = book(VOCABULARY, [EASES, "safe"]).rulebook
    rulebook = rulebook._replace(digest="d" * 64)
    first = Matcher(rulebook)
    hits = first.search(0, first.read(["Ketamine eases it"])[0])
    first.keep()

    def compile_again(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(matcher.regex, "compile", compile_again)
    second = Matcher(rulebook)
    assert second.search(0, second.read(["Ketamine eases it"])[0]) == hits
    with pytest.raises(AssertionError, match="compiled again"):
        second.search(1, second.read(["It is safe"])[0])
