from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.readers.text import read
from tests.readers import assert_exact, cut, links, notes, outline

WRAPPED = (
    "Ketamine has been used as an anaesthetic for more than fifty years, and\n"
    "it is now given at lower doses to people whose depression has not been\n"
    "lifted by other medicines.\n"
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("\ufeffOne two three.", [("paragraph", "One two three.")]),
        (WRAPPED, [("paragraph", " ".join(WRAPPED.split()))]),
        (WRAPPED.replace("\n", "\r\n"), [("paragraph", " ".join(WRAPPED.split()))]),
        (WRAPPED + "Not for all.\n", [
            ("paragraph", " ".join(WRAPPED.split())), ("paragraph", "Not for all."),
        ]),
        ("One line.\nAnother line.\nA third.", [
            ("paragraph", "One line."), ("paragraph", "Another line."), ("paragraph", "A third."),
        ]),
        ("A title\n\nSome words here.", [("heading 1", "A title"), ("paragraph",
        "Some words here.")]),
        ("A title\n=======\n\nPart\n----\nWords.\n\n### Deep\nMore.", [
            ("heading 1", "A title"), ("heading 2", "Part"), ("paragraph", "Words."),
            ("heading 3", "Deep"), ("paragraph", "More."),
        ]),
        ("Intro words.\n\nIS IT SAFE?\nYes, it is.\n\nHow long?\nAn hour or so.", [
            ("paragraph", "Intro words."), ("heading 2", "IS IT SAFE?"), ("paragraph",
            "Yes, it is."),
            ("heading 3", "How long?"), ("paragraph", "An hour or so."),
        ]),
        ("Q: Is it safe\nA: Yes.\n\nQ. How long?\nA. Hours.", [
            ("heading 6", "Q: Is it safe"), ("paragraph", "A: Yes."),
            ("heading 6", "Q. How long?"), ("paragraph", "A. Hours."),
        ]),
        ("1. Is it safe?\nIt has risks.\n\n2. Who can have it?", [
            ("heading 1", "Is it safe?"), ("paragraph", "It has risks."),
            ("list-item 1", "Who can have it?"),
        ]),
        ("By Ann Lee\n\nPosted 3 May 2021\n\nCall 555-0101\n\n“So good”", [
            ("paragraph", "By Ann Lee"), ("paragraph", "Posted 3 May 2021"),
            ("paragraph", "Call 555-0101"), ("paragraph", "“So good”"),
        ]),
        ("Beware clinics that\n- promise\n- press", [
            ("paragraph", "Beware clinics that"), ("list-item 1", "promise"), ("list-item 1",
            "press"),
        ]),
        ("* a\n  * b\n    * c\n  * d\n* e\n\nf.", [
            ("list-item 1", "a"), ("list-item 2", "b"), ("list-item 3", "c"), ("list-item 2", "d"),
            ("list-item 1", "e"), ("paragraph", "f."),
        ]),
        ("• a\n• b\n\n1) c\n(2) d\na) e\n[x] f\n☐ g\n✓h", [
            ("list-item 1", text) for text in "abcdefgh"
        ]),
        ("So glad I came here.\n- Ann\n\nMore words.", [
            ("paragraph", "So glad I came here."), ("paragraph", "- Ann"), ("paragraph",
            "More words."),
        ]),
        ("a b c.\n\n----------\n* * *\n\nd e f.", [("paragraph", "a b c."), ("paragraph",
        "d e f.")]),
        ("> quoted\n> words here.\n\nplain.", [
            ("paragraph", "quoted"), ("paragraph", "words here."), ("paragraph", "plain."),
        ]),
        ("Prices 2 < 3 & <b> &amp; *x*.", [("paragraph", "Prices 2 < 3 & <b> &amp; *x*.")]),
    ],
)  # fmt: skip
def test_blocks(source: str, expected: list[tuple[str, str]]) -> None:
    document = read(source)
    assert outline(document) == expected
    assert_exact(document)


def test_long_lines_are_paragraphs_and_short_lines_between_them_stand_alone() -> None:
    long = "word " * 40 + "end."
    document = read(f"{long}\n{long}\nNo wires.\nNo pain.\n{long}")
    assert [block.text for block in document.blocks] == [long, long, "No wires.", "No pain.", long]


def test_a_wrapped_item_goes_on_in_the_next_line() -> None:
    document = read(
        WRAPPED + "\nRisks:\n"
        "* Redness and swelling around the place of the injection, for two to\n"
        "  five days or so.\n"
        "* Bruising.\n"
        "It is not for everyone.\n"
    )
    assert outline(document)[1:] == [
        ("paragraph", "Risks:"),
        (
            "list-item 1",
            "Redness and swelling around the place of the injection, for two to five days or so.",
        ),
        ("list-item 1", "Bruising."),
        ("paragraph", "It is not for everyone."),
    ]
    assert [block.lead for block in document.blocks] == [None, None, 1, 1, None]


def test_a_number_at_the_start_of_a_wrapped_line_is_no_item() -> None:
    source = (
        "In the trial the people who were given it had fewer bad days, down to\n"
        "12. That is about the figure that was seen before in other groups, and\n"
        "a little less than in most of them.\n"
    )
    assert outline(read(source)) == [("paragraph", " ".join(source.split()))]


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("all-", "natural", "all-natural"),
        ("treat\u00ad", "ment", "treatment"),
        ("pre-", "and late", "pre- and late"),
    ],
)
def test_words_that_a_wrap_splits(end: str, start: str, joined: str) -> None:
    lead = "Leaves that were chewed for ages in the fields now give you the same "
    document = read(WRAPPED + f"\n{lead}{end}\n{start} lift at home, every day of the week.")
    assert joined in document.blocks[1].text
    assert cut(document, joined) == f"{end}\n{start}"
    assert_exact(document)


@pytest.mark.parametrize(
    ("lines", "headed"),
    [
        (["Gel\tLasts\tCost", "A\t12 months\t$5", "B\t18 months\t$6"], True),
        (
            ["Gel | Lasts | Cost", "----|-------|-----", "A | months | dear", "B | years | cheap"],
            True,
        ),
        (["| Gel | Lasts | Cost |", "| A | 12 | $5 |", "| B | 18 | $6 |"], True),
        (["Gel     Lasts   Cost", "A       12      $5", "B       18      $6"], True),
        (["Mon   9   5", "Tue   9   6", "Wed   9   7"], False),
    ],
)
def test_tables(lines: list[str], headed: bool) -> None:
    document = read("See the table:\n\n" + "\n".join(lines) + "\n\nThe end.")
    cells = [block for block in document.blocks if block.kind == "cell"]
    assert len(document.blocks) == 11
    assert [block.lead for block in cells] == [0] * 9
    first, second = (1, 2) if headed else (None, None)
    assert [block.column_head for block in cells[3:5]] == [first, second]
    assert [block.row_head for block in cells] == [
        *([None] * 3 if headed else [None, 1, 1]), None, 4, 4, None, 7, 7,
    ]  # fmt: skip
    assert_exact(document)


def test_double_blanks_in_running_text_make_no_table() -> None:
    source = "It works  and it helps.\nIt lasts for  a year.\nThis is a very  fine thing."
    assert [block.kind for block in read(source).blocks] == ["paragraph"] * 3


def test_double_blanks_after_a_full_stop_make_no_table() -> None:
    source = "It works.  We know.\nIt lasts.  We hope.\nIt is fine.  We say."
    assert [block.kind for block in read(source).blocks] == ["paragraph"] * 3


def test_structure() -> None:
    document = read(
        "OUR CLINIC\n\nFees\n\nThe fees are these:\n\n- a\n- b"
        "\n\nWHAT NOW?\n> Said she.\nCall us now."
    )
    assert [(block.text, block.heading, block.lead, block.quoted) for block in document.blocks] == [
        ("OUR CLINIC", None, None, False), ("Fees", 0, None, False),
        ("The fees are these:", 1, None, False), ("a", 1, 2, False), ("b", 1, 2, False),
        ("WHAT NOW?", 0, None, False), ("Said she.", 5, None, True),
        ("Call us now.", 5, None, False),
    ]  # fmt: skip


def test_notes() -> None:
    document = read(
        "It works.¹ It lasts [2]. See https://a.org/b_c.\n\nREFERENCES\n\n"
        "1. Smith J. 2001.\n2. Jones K. 2002.\n\n[3] Brown L. 2003.\n[4] Green M. 2004."
    )
    assert notes(document) == [("It works.", "1")]
    assert links(document) == [("\ufffc", "https://a.org/b_c")]
    assert [(block.kind, block.note_key, block.text) for block in document.blocks] == [
        ("paragraph", None, "It works. It lasts [2]. See \ufffc."), ("heading", None, "REFERENCES"),
        ("note", "1", "Smith J. 2001."), ("note", "2", "Jones K. 2002."),
        ("note", "3", "[3] Brown L. 2003."), ("note", "4", "[4] Green M. 2004."),
    ]  # fmt: skip


# -- against known places ------------------------------------------------------------------------

WORDS = [
    ("safe", "safe"), ("treat\u00adment", "treatment"), ("cafe\u0301", "café"), ("😀ok", "😀ok"),
    ("un\u2011safe", "un\u2011safe"), ("5\u00a0mg", "5\u00a0mg"), ("“quoted”", "“quoted”"),
    ("long-lasting", "long-lasting"), ("*not*", "*not*"), ("in\u200bside", "inside"),
    ("👩\u200d⚕️ok", "👩\u200d⚕️ok"), ("<b>", "<b>"), ("&amp;", "&amp;"), ("anticonvulsants",
    "anticonvulsants"),
]  # fmt: skip


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, list[list[tuple[str, int, int]]]]:
    """Paragraphs wrapped at 60 characters, and for each its words with their source ranges."""
    source, blocks = draw(st.sampled_from(["", "\ufeff"])), []
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    indent = draw(st.sampled_from(["", "  ", "\t"]))
    for _ in range(draw(st.integers(1, 3))):
        words, width = [], 0
        source += indent
        for core, text in [
            *draw(st.lists(st.sampled_from(WORDS), min_size=20, max_size=40)),
            ("end.", "end."),
        ]:
            if words:
                fits = width + 1 + len(core) <= 60
                source += draw(st.sampled_from([" ", " \u200b"])) if fits else line_end + indent
                width = width + 2 if fits else 0
            words.append((text, len(source), len(source) + len(core)))
            source += core
            width += len(core)
        blocks.append(words)
        source += line_end * 2
    return source, blocks


@given(passages())
@settings(deadline=None)
def test_every_range_of_words_has_its_place(
    passage: tuple[str, list[list[tuple[str, int, int]]]],
) -> None:
    source, expected = passage
    document = read(source)
    assert [block.text for block in document.blocks] == [
        " ".join(text for text, _, _ in words) for words in expected
    ]
    for block, words in zip(document.blocks, expected, strict=True):
        ends, at = [], 0
        for text, _, _ in words:
            ends.append((at, at + len(text)))
            at += len(text) + 1
        for first, (_, start, _) in enumerate(words):
            for last in range(first, len(words)):
                span = block.span(ends[first][0], ends[last][1])
                assert (span.start, span.end) == (start, words[last][2])
    assert_exact(document)


@given(st.text(alphabet="aB1 .?:|-=*>#•\t\r\n\u00ad[]()\u0301¹", max_size=80))
@settings(deadline=None)
def test_any_characters_give_exact_runs_and_lose_no_letter(source: str) -> None:
    document = read(source)
    assert_exact(document)
    text = unicodedata.normalize("NFD", "".join(block.text for block in document.blocks))
    assert [char for char in text if char in "aB"] == [char for char in source if char in "aB"]
