from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.document import Link, Note, Run
from healthlint.readers.runs import BlockBuilder, note_keys


def built(*pieces: str) -> BlockBuilder:
    """A builder that was given these pieces, one behind the other."""
    builder, at = BlockBuilder(), 0
    for piece in pieces:
        builder.add(piece, at, at + len(piece))
        at += len(piece)
    return builder


@pytest.mark.parametrize(
    ("pieces", "text", "runs"),
    [
        (["plain"], "plain", [Run(0, 5, 0, 5)]),
        (["two ", "parts"], "two parts", [Run(0, 9, 0, 9)]),
        (["a\nb"], "a b", [Run(0, 3, 0, 3)]),
        (["a\r\n  b"], "a b", [Run(0, 1, 0, 1), Run(1, 1, 1, 5), Run(2, 1, 5, 6)]),
        (["a \t b"], "a b", [Run(0, 1, 0, 1), Run(1, 1, 1, 4), Run(2, 1, 4, 5)]),
        (["a ", " ", " b"], "a b", [Run(0, 2, 0, 2), Run(2, 1, 4, 5)]),
        (["  a ", "\n"], "a", [Run(0, 1, 2, 3)]),
        (["treat\u00adment"], "treatment", [Run(0, 5, 0, 5), Run(5, 4, 6, 10)]),
        (["a\u200bb\ufeffc\u2060d"], "abcd", [Run(i, 1, 2 * i, 2 * i + 1) for i in range(4)]),
        (["cafe\u0301s"], "cafés", [Run(0, 3, 0, 3), Run(3, 1, 3, 5), Run(4, 1, 5, 6)]),
        (["cafe", "\u0301s"], "cafés", [Run(0, 3, 0, 3), Run(3, 1, 3, 5), Run(4, 1, 5, 6)]),
        (["q\u0301 x"], "q\u0301 x", [Run(0, 4, 0, 4)]),
        (["\u0301"], "\u0301", [Run(0, 1, 0, 1)]),
        (["👩\u200d⚕️ ok"], "👩\u200d⚕️ ok", [Run(0, 7, 0, 7)]),
        (["in\u200dsert"], "insert", [Run(0, 2, 0, 2), Run(2, 4, 3, 7)]),
        (["5\u00a0mg “x” under\u2011eye"], "5\u00a0mg “x” under\u2011eye", [Run(0, 18, 0, 18)]),
        (["", "x"], "x", [Run(0, 1, 0, 1)]),
        (["   "], "", []),
    ],
)
def test_text_and_runs(pieces: list[str], text: str, runs: list[Run]) -> None:
    assert built(*pieces).finish() == (text, tuple(runs), (), ())


def test_an_entity_is_one_run() -> None:
    builder = BlockBuilder()
    builder.add("a", 0, 1)
    builder.add("&", 1, 6)
    builder.add("b", 6, 7)
    assert builder.finish()[:2] == ("a&b", (Run(0, 1, 0, 1), Run(1, 1, 1, 6), Run(2, 1, 6, 7)))


def test_entities_that_are_blank_or_invisible() -> None:
    builder = built("a ")
    builder.add(" ", 2, 7)  # &#32;
    builder.add("\u00ad", 7, 12)  # &shy;
    builder.add("e", 12, 13)
    builder.add("\u0301", 13, 19)  # &#769;
    assert builder.finish()[:2] == ("a é", (Run(0, 2, 0, 2), Run(2, 1, 12, 19)))


def test_a_line_break_takes_the_blanks_around_it() -> None:
    builder = built("one ")
    builder.line_break(4, 8)
    builder.add(" two", 8, 12)
    builder.line_break(12, 16)
    assert builder.finish()[:2] == (
        "one\ntwo",
        (Run(0, 3, 0, 3), Run(3, 1, 4, 8), Run(4, 3, 9, 12)),
    )


def test_a_line_break_at_the_start_is_nothing() -> None:
    builder = BlockBuilder()
    builder.line_break(0, 4)
    assert builder.finish() == ("", (), (), ())


@pytest.mark.parametrize(
    ("source", "text", "urls"),
    [
        ("see https://a.org/b.", "see \ufffc.", ["https://a.org/b"]),
        ("(www.a.org/x_y)", "(\ufffc)", ["www.a.org/x_y"]),
        ("https://a.org/x_(y)", "\ufffc", ["https://a.org/x_(y)"]),
        ("a http://b, “https://c”.", "a \ufffc, “\ufffc”.", ["http://b", "https://c"]),
        ("awww. how", "awww. how", []),
    ],
)
def test_addresses_are_no_prose(source: str, text: str, urls: list[str]) -> None:
    built_text, _, links, _ = built(source).finish()
    assert (built_text, [link.url for link in links]) == (text, urls)


def test_an_address_goes_on_in_the_next_piece() -> None:
    text, runs, links, _ = built("see https://a.org/x", "_y", "_z now").finish()
    assert text == "see \ufffc now"
    assert runs == (Run(0, 4, 0, 4), Run(4, 1, 4, 23), Run(5, 4, 23, 27))
    assert links == (Link(4, 5, "https://a.org/x_y_z"),)


def test_links_lose_the_blanks_at_their_ends() -> None:
    builder = built("see")
    builder.open_link("/a")
    builder.add(" this ", 3, 9)
    builder.close_link()
    builder.add("now", 9, 12)
    builder.open_link("/b")
    builder.close_link()
    builder.close_link()
    assert builder.finish()[2] == (Link(4, 8, "/a"), Link(12, 12, "/b"))


@pytest.mark.parametrize(
    ("source", "text", "keys"),
    [
        ("relief.¹", "relief.", [(7, "1")]),
        ("relief¹² and", "relief and", [(6, "12")]),
        ("relief”¹,³ and", "relief” and", [(7, "1"), (7, "3")]),
        ("in 2019⁴", "in 2019", [(7, "4")]),
        ("relief¹⁻³", "relief", [(6, "1"), (6, "2"), (6, "3")]),
        ("10⁶ cells", "10⁶ cells", []),
        ("5 cm² and kg/m²", "5 cm² and kg/m²", []),
        ("Ca²⁺", "Ca²⁺", []),
        ("R² = 0.4", "R² = 0.4", []),
        ("the ¹⁴C label", "the ¹⁴C label", []),
        ("¹ Smith J.", "Smith J.", [(0, "1")]),
        ("see [1]", "see [1]", []),
    ],
)
def test_raised_digits(source: str, text: str, keys: list[tuple[int, str]]) -> None:
    built_text, _, _, notes = built(source).finish()
    assert (built_text, list(notes)) == (text, [Note(*key) for key in keys])


@pytest.mark.parametrize(
    ("before", "raised", "text", "keys"),
    [
        ("relief", "1", "relief", ["1"]),
        ("relief", "[2, 3]", "relief", ["2", "3"]),
        ("relief", "4-6", "relief", ["4", "5", "6"]),
        ("relief", "†", "relief", ["†"]),
        ("10", "6", "10⁶", []),
        ("5 m", "2", "5 m²", []),
        ("the 5", "th", "the 5th", []),
    ],
)
def test_raise_from(before: str, raised: str, text: str, keys: list[str]) -> None:
    builder = built(before)
    builder.add(raised, len(before) + 5, len(before) + 5 + len(raised))
    builder.raise_from(len(before))
    built_text, runs, _, notes = builder.finish()
    assert (built_text, [note.key for note in notes]) == (text, keys)
    assert sum(run.length for run in runs) == len(text)


def test_a_raised_link_keeps_its_place() -> None:
    builder = built("relief")
    builder.open_link("#fn1")
    builder.add("1", 10, 11)
    builder.close_link()
    builder.raise_from(6)
    builder.add(" and more", 20, 29)
    assert builder.finish()[2:] == ((Link(6, 6, "#fn1"),), (Note(6, "1"),))


@pytest.mark.parametrize(
    ("mark", "keys"),
    [
        ("1", ("1",)),
        ("[12]", ("12",)),
        ("1,3–5", ("1", "3", "4", "5")),
        ("9-3", ("9",)),
        ("*", ("*",)),
        ("th", ()),
        ("", ()),
        ("1999", ()),
    ],
)
def test_note_keys(mark: str, keys: tuple[str, ...]) -> None:
    assert note_keys(mark) == keys


@pytest.mark.parametrize(
    ("spans", "bold"),
    [
        ([("x", True)], True),
        ([("x", True), (" y", False)], False),
        ([("x ", False), ("y", True)], False),
    ],
)
def test_bold(spans: list[tuple[str, bool]], bold: bool) -> None:
    builder, at = BlockBuilder(), 0
    for text, strong in spans:
        if strong:
            builder.open_bold(True)
        builder.add(text, at, at + len(text))
        at += len(text)
        if strong:
            builder.close_bold()
    builder.finish()
    assert builder.bold is bold


ODD = "ab \n\t\r\u00ad\u200b\u200d\u0301\u0327é😀👩⚕\ufe0f\u00a0\u2011“¹²1.,"


@given(st.lists(st.text(alphabet=ODD, max_size=6), max_size=8))
@settings(deadline=None)
def test_any_pieces_give_exact_runs(pieces: list[str]) -> None:
    source = "".join(pieces)
    text, runs, _, notes = built(*pieces).finish()
    assert "".join(text.split()) == text.replace(" ", "").replace("\u00a0", "")
    assert "  " not in text
    at = place = 0
    for run in runs:
        assert (run.at, run.length > 0, run.start >= place) == (at, True, True)
        at, place = run.at + run.length, run.end
        part, origin = text[run.at : at], source[run.start : run.end]
        if run.length == run.end - run.start:
            assert part == origin.replace("\n", " ").replace("\r", " ").replace("\t", " ")
        elif part != " ":
            origin = re.sub("[\u00ad\u200b\u200d¹²]", "", origin)
            assert unicodedata.normalize("NFC", origin) == part
    assert at == len(text)
    assert all(0 <= note.at <= len(text) for note in notes)
