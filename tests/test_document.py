from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.document import Block, Document, Run, Span

# "safe & sound" from "**safe** &amp; sound": a gap, and an entity of five characters.
BLOCK = Block(
    "paragraph",
    "safe & sound",
    (Run(0, 4, 2, 6), Run(4, 1, 8, 9), Run(5, 1, 9, 14), Run(6, 6, 14, 20)),
)


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        (0, 4, Span(2, 6)),
        (0, 5, Span(2, 9)),
        (0, 6, Span(2, 14)),
        (5, 6, Span(9, 14)),
        (3, 8, Span(5, 16)),
        (0, 12, Span(2, 20)),
        (0, 0, Span(2, 2)),
        (4, 4, Span(8, 8)),
        (12, 12, Span(20, 20)),
    ],
)
def test_span(start: int, end: int, span: Span) -> None:
    assert BLOCK.span(start, end) == span


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 13)])
def test_span_refuses_what_is_no_range(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is not a range of a text of 12"):
        BLOCK.span(start, end)


def test_span_refuses_a_block_without_text() -> None:
    with pytest.raises(ValueError, match="is not a range"):
        Block("paragraph", "", ()).span(0, 0)


def test_lines_end_with_any_line_end() -> None:
    document = Document("a\r\nb\rc\nd😀e\n", "text", ())
    assert document.line_starts == (0, 3, 5, 7, 11)
    places = [document.line_column(offset) for offset in (0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11)]
    assert places == [
        (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (4, 1), (4, 2), (4, 3), (4, 4), (5, 1),
    ]  # fmt: skip


@given(st.text(alphabet="ab\r\n😀"), st.data())
@settings(deadline=None)
def test_line_column_leads_back(source: str, data: st.DataObject) -> None:
    document = Document(source, "text", ())
    offset = data.draw(st.integers(0, len(source)))
    line, column = document.line_column(offset)
    assert document.line_starts[line - 1] + column - 1 == offset
    assert line == 1 + source[:offset].replace("\r\n", "\n").replace("\r", "\n").count("\n") or (
        source[offset - 1 : offset + 1] == "\r\n"
    )
