"""What counts as a source, and how far it reaches."""

from __future__ import annotations

import functools

import pytest

from healthlint.context import STRUCTURAL, counts_as_source, has_source
from healthlint.match import Match
from healthlint.readers import read
from healthlint.reading import Reading
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rulebook


@functools.cache
def _rules() -> tuple[Rulebook, Matcher]:
    book = load_rulebook()
    return book, Matcher(book)


def _reading(text: str) -> Reading:
    book, matcher = _rules()
    return Reading(read(text, "markdown"), book, matcher, book.tables.profiles["us"])


def _sourced(text: str) -> list[str]:
    reading = _reading(text)
    return [reading.text(u.index) for u in reading.units if has_source(reading, u.index)]


def _cited(text: str) -> list[str]:
    reading = _reading(text)
    return [
        reading.text(u.index)
        for u in reading.units
        if STRUCTURAL["cited"](reading, Match(u.index, 0, u.index, 1))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Pain fell by 20% (doi:10.1000/xyz123).",
        "Pain fell by 20% (NCT01234567).",
        "Pain fell by 20% (Smith et al., 2019).",
        "Pain fell by 20% (Smith, 2019).",
        "Smith and Jones (2019) measured pain.",
        "About 4% have it, according to the CDC.",
        "About 4% have it, according to the 2020 CDC report.",
        "About 4% have [it](https://www.cdc.gov/x).",
    ],
)
def test_a_source_a_reader_can_find(text: str) -> None:
    assert len(_sourced(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Since May 2019 pain fell by 20%.",
        "Pain (home trial, Brandname 2022) fell by 20%.",
        "Pain fell by 20% (January, 2020).",
        "Pain fell by [20%](https://clinic.example/blog).",
        "Pain fell by 20% [4].",
        "Studies show that pain fell by 20%.",
    ],
)
def test_no_source(text: str) -> None:
    assert _sourced(text) == []


def test_references_set_as_one_paragraph_resolve() -> None:
    text = (
        "Pain fell by 20% [2]. It came back [3].\n\n"
        "## References\n\n[1] Sordo L. A trial.\n[2] Lee J. Another trial.\n"
    )
    assert _sourced(text)[0] == "Pain fell by 20% [2]."
    assert "It came back [3]." not in _sourced(text)


def test_a_source_reaches_its_neighbours_in_the_paragraph_only() -> None:
    text = "One. Pain fell by 20% (doi:10.1000/xyz123). Three. Four.\n\nFive."
    assert _cited(text) == ["One.", "Pain fell by 20% (doi:10.1000/xyz123).", "Three."]


def test_a_source_in_a_row_reaches_its_cells() -> None:
    text = "| What | Change |\n|---|---|\n| Pain (doi:10.1000/xyz123) | 20% |\n| Sleep | 30% |\n"
    cited = _cited(text)
    assert "20%" in cited
    assert "30%" not in cited


@pytest.mark.parametrize(
    ("url", "counts"),
    [
        ("https://www.cdc.gov/x", True),
        ("https://pubmed.ncbi.nlm.nih.gov/1", True),
        ("https://cdc.gov.example", False),
        ("/blog", False),
        ("http://[", False),
    ],
)
def test_hosts(url: str, counts: bool) -> None:
    assert counts_as_source(_reading("Text."), url) is counts
