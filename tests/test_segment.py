"""Sentences: own cases, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from healthlint import segment
from healthlint.abbreviations import LOOSE, NAMED, NAMES, NUMBERED, OPEN, STARTERS
from healthlint.document import Block, Document, Run
from healthlint.segment import Unit, sentences, units

CASES = [
    pytest.param(marked, id=f"{topic}-{number}")
    for topic, marked_texts in yaml.safe_load(
        (Path(__file__).parent / "data" / "sentences.yaml").read_text("utf-8")
    ).items()
    for number, marked in enumerate(marked_texts, 1)
]


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize("marked", CASES)
def test_cases(marked: str) -> None:
    expected = [part.strip() for part in marked.split("‖ " if "‖ " in marked else "‖")]
    text = marked.replace("‖ ", "").replace("‖", "")
    assert split(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0\t"])
def test_blank_text_has_no_sentence(text: str) -> None:
    assert sentences(text) == []


def test_ranges_are_code_points() -> None:
    assert sentences(" 𝔄 works 🎉. It does.  ") == [(1, 11), (12, 20)]


def block(kind: str, text: str) -> Block:
    return Block(kind, text, (Run(0, len(text), 0, len(text)),) if text else ())


def test_units_are_counted_over_all_blocks() -> None:
    texts = [
        block("heading", "Is it safe? Ask first"),
        block("paragraph", ""),
        block("list-item", "no driving"),
        block("cell", " "),
        block("caption", "Before. After."),
    ]
    assert units(Document("", "text", tuple(texts))) == (
        Unit(0, 0, 0, 11),
        Unit(1, 0, 12, 21),
        Unit(2, 2, 0, 10),
        Unit(3, 4, 0, 7),
        Unit(4, 4, 8, 14),
    )


def test_words_are_written_as_the_code_looks_them_up() -> None:
    listed = OPEN | NUMBERED | LOOSE | NAMED | NAMES | STARTERS
    assert [word for word in sorted(listed) if word != word.lower() or word.endswith(".")] == []
    assert OPEN & LOOSE == OPEN & NAMED == LOOSE & NAMED == frozenset()


PIECES = st.sampled_from(
    [*' \n\u00a0.!?…"”)(“[*,;:—-•|', "Dr.", "e.g.", "U.S.", "No.", "et al.", "a.m.", "mg.", "J."]
    + ["1", "2.", "[3]", "¹", "🎉", "★", "\ufffc", "The", "pain", "rTMS", "Hale", "asked", "v2.0"]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.text(' .A\na1"?)'))


@given(TEXTS)
def test_every_character_that_is_no_blank_lies_in_one_sentence(text: str) -> None:
    ranges = sentences(text)
    at = 0
    for start, end in ranges:
        assert at <= start < end <= len(text)
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""


@given(st.lists(st.sampled_from("().!?…”’)]*1[2]¹🎉★ \n"), max_size=60).map("".join), TEXTS)
def test_bare_marks_never_fail(marks: str, text: str) -> None:
    assert "".join("".join(split(marks + text)).split()) == "".join((marks + text).split())


WORDS = st.sampled_from(
    "pain sleep ketamine therapy dose clinic helps eases 12 3.5 0.5mg St.John e.g. Dr. vs.".split()
)
ORDINARY = st.builds(
    lambda first, words, last, stop: " ".join([first, *words, last]) + stop,
    st.sampled_from(["The", "Patients", "You", "It", "“Most", "(Some"]),
    st.lists(WORDS, max_size=8),
    st.sampled_from(["weeks", "nausea", "x-rays", "2019", "50%", "(rarely)", "“rested”", "DNA"]),
    st.sampled_from([".", "!", "?", "?!", ".”", ".)", ".1", ".[2]", ". [3]", ".²", "! 🎉"]),
).filter(lambda text: not text.endswith("2019.1"))  # a decimal


@given(ORDINARY, ORDINARY, st.sampled_from([" ", "\u00a0", "\n", "  "]))
def test_two_sentences_come_back(first: str, second: str, blank: str) -> None:
    assert split(first + blank + second) == [first, second]


@given(st.lists(ORDINARY, min_size=1, max_size=6), ORDINARY, st.data())
def test_a_sentence_can_be_replaced(texts: list[str], other: str, data: st.DataObject) -> None:
    assert split(" ".join(texts)) == texts
    texts[data.draw(st.integers(0, len(texts) - 1))] = other
    assert split(" ".join(texts)) == texts


@given(st.text("ab  \n\u00a0.", max_size=60), st.integers(1, 9))
def test_what_runs_on_is_cut_at_blanks(text: str, longest: int) -> None:
    whole = sentences(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "LONGEST", longest)
        parts = sentences(text)
    assert all(0 < end - start <= longest for start, end in parts)
    covered = [at for start, end in parts for at in range(start, end) if not text[at].isspace()]
    assert covered == [at for at, char in enumerate(text) if not char.isspace()]
    for start, end in parts:
        assert not text[start].isspace() and not text[end - 1].isspace()
        inside = next(one for one in whole if one[0] <= start and end <= one[1])
        if end < inside[1] and not text[end].isspace():  # a word is cut only if it is too long
            assert end - start == longest
            assert not any(char.isspace() for char in text[start:end])


def test_units_of_a_document_are_worked_out_once() -> None:
    document = Document("", "text", (block("paragraph", "It is. We do."),))
    assert units(document) is units(document)
