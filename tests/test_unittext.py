"""What is known of a text that comes again is what was known, and is not kept without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint import unittext
from healthlint.rulebook.matcher import Matcher
from healthlint.sieve import Sieve
from healthlint.tagging import Tagger
from healthlint.unittext import UnitTexts
from tests.rulebook import hostile
from tests.rulebook.agreement import book, spoken

BOOK = book(hostile.LEXICONS, hostile.PATTERNS)
TAGGER = Tagger(BOOK.rulebook.table)


def fresh() -> UnitTexts:
    return UnitTexts(BOOK.rulebook, TAGGER)


@given(st.lists(st.lists(spoken(BOOK) | st.just("It is safe."), max_size=4), max_size=4))
def test_texts_that_come_again_have_the_candidates_and_hits_of_the_first_time(
    drafts: list[list[str]],
) -> None:
    texts, matcher = fresh(), Matcher(BOOK.rulebook)
    for draft in drafts:
        found = texts.read(draft)
        again = texts.read(draft)
        anew = matcher.read(draft)
        assert [a is b for a, b in zip(found, again, strict=True)] == [True] * len(draft)
        for text, unit, new in zip(draft, found, anew, strict=True):
            assert unit.words == new.words == TAGGER.read(text)
            assert unit.candidates == new.candidates
            assert unit.tagged(TAGGER) == new.tagged(TAGGER)
            for number in unit.candidates:
                assert matcher.search(number, new) == BOOK.everywhere(number, unit)


def test_the_same_text_twice_in_one_draft_is_one() -> None:
    first, other, second = fresh().read(["It is safe.", "", "It is safe."])
    assert first is second
    assert (other.words.words, other.candidates) != (first.words.words, first.candidates)


def test_no_texts() -> None:
    assert fresh().read([]) == []


def test_texts_are_sieved_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [f"It is safe {at} " + "and so on " * (at % 7) for at in range(40)]
    whole = [unit.candidates for unit in fresh().read(some)]
    sizes: list[int] = []

    class Counted(Sieve):
        def __init__(self, units, index):  # type: ignore[no-untyped-def]
            sizes.append(sum(len(unit.words) for unit in units))
            super().__init__(units, index)

    monkeypatch.setattr(unittext, "Sieve", Counted)
    monkeypatch.setattr(unittext, "STRETCH", 50)
    assert [unit.candidates for unit in fresh().read(some)] == whole
    assert len(sizes) > 5
    assert all(50 <= size < 50 + 30 for size in sizes[:-1])
    assert sum(sizes) == sum(len(TAGGER.read(text).words) for text in some)


def test_the_texts_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unittext, "KEPT", 20)
    texts = fresh()
    met = texts.read(["Again."])[0]
    most = 0
    for at in range(200):
        texts.read([f"{at} {part}." for part in "abc"])
        assert texts.read(["Again."])[0] is met  # what comes on every page stays
        most = max(most, len(texts._recent) + len(texts._before))
    assert 20 < most <= 2 * (20 + 4)
    rare = texts.read(["0 a."])[0]
    for at in range(30):
        texts.read([f"x{at} {part}." for part in "abc"])
    assert texts.read(["0 a."])[0] is not rare  # what came once is forgotten
