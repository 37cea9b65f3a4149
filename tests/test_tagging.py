"""Words and word classes stand where the text has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.tagging import Tagger, alike
from tests.rulebook import hostile
from tests.rulebook.agreement import book, spoken

BOOK = book(hostile.LEXICONS, hostile.PATTERNS)
TAGGER = Tagger(BOOK.rulebook.table)
NAMES = {built.number: name for (name, _), built in BOOK.vocabulary.classes.items()}


@given(spoken(BOOK) | st.text(max_size=40))
def test_offsets_lead_back_to_the_plain_text(text: str) -> None:
    words = TAGGER.read(text)
    tagged = TAGGER.tag(words)
    assert len(tagged.plain) == len(text)
    assert "".join(c for c in tagged.text if not "\ue000" <= c <= "\uf8ff") == tagged.plain
    marks = [at for at, c in enumerate(tagged.text) if "\ue000" <= c <= "\uf8ff"]
    assert tagged.marks == marks
    assert [tagged.offset(at) for at in tagged.starts] == [start for start, _ in words.tokens]
    for (start, end), word, at in zip(words.tokens, words.words, tagged.starts, strict=True):
        assert word == tagged.plain[start:end].lower()
        assert not at or not "\ue000" <= tagged.text[at - 1] <= "\uefff"  # its marks stand behind
    for first, last, numbers in words.hits:
        assert 0 <= first <= last < len(words.tokens)
        assert list(numbers) == sorted(set(numbers))


def hits(text: str) -> set[tuple[str, str]]:
    words = TAGGER.read(text)
    return {
        (NAMES[number], words.plain[words.tokens[first][0] : words.tokens[last][1]])
        for first, last, numbers in words.hits
        for number in numbers
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ST. JOHN’S\u00a0WORT", {("treatment", "ST. JOHN'S WORT")}),
        (
            "ozone-therapies",
            {("treatment", "ozone-therapies"), ("gas", "ozone")},
        ),
        (
            "one two\nthree",
            {
                ("digit", "one"), ("digit", "two"), ("nested", "one"), ("nested", "two"),
                ("nested", "one two"), ("nested", "two\nthree"), ("nested", "one two\nthree"),
                ("nested", "three"),
            },
        ),
        ("It is IT", {("capital", "IT")}),
        ("the US", {("nested", "the"), ("capital", "US"), ("capital", "the US")}),
        ("the us", {("nested", "the"), ("capital", "the us")}),
        ("half, not ozone.therapy", {("share", "half"), ("gas", "ozone")}),
        ("ketaminelike", set()),
    ],
)  # fmt: skip
def test_phrases_are_found(text: str, found: set[tuple[str, str]]) -> None:
    kept = {"treatment", "gas", "digit", "nested", "capital", "share"}
    assert {hit for hit in hits(text) if hit[0] in kept} == found


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("a well-known one", "1111"),
        ("it's 1,000 (or so)", "101011"),
        ("safe—effective", "10"),
        ("", ""),
        ("…a,\nb", "11"),
    ],
)
def test_a_chunk_begins_behind_a_blank_or_hyphen(text: str, chunks: str) -> None:
    assert TAGGER.read(text).chunks == chunks


@given(st.text(max_size=60))
def test_what_looks_alike_is_alike(text: str) -> None:
    assert len(alike(text)) == len(text)
    assert alike(alike(text)) == alike(text)
    assert not any("\ue000" <= c <= "\uf8ff" for c in alike(text))


def test_each_look_alike() -> None:
    looks = "a\u00a0b\tc\u2011d\u2018e\u201cf\u00ab\ue000\u017f\u0130"
    assert alike(looks) == "a b c-d'e\"f\"\ufffcsI"
