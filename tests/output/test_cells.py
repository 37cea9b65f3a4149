from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.output.cells import cut, shown, width, wrap


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("äé", 2),
        ("e\u0301", 1),
        ("健康", 4),
        ("ｆ", 2),
        ("💊", 2),
        ("❤\ufe0f", 2),
        ("👍🏽", 2),
        ("👩\u200d⚕\ufe0f", 2),
        ("a\tb", 6),
        ("a\u00a0b", 3),
        ("soft\u00adly", 6),
        ("zero\u200bwidth", 9),
        ("“x”…", 4),
    ],
)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells


def test_nothing_that_a_terminal_obeys() -> None:
    text = "a\x1b[31mb\u202ec\rd\u2028e"
    assert "".join(char for char, _ in shown(text)) == "a\ufffd[31mb\ufffdc\ufffdd\ufffde"


@pytest.mark.parametrize(
    ("line", "start", "end", "expected"),
    [
        ("It is safe.", 6, 10, ("It is safe.", "      ^^^^")),
        ("\tIs safe.", 4, 8, ("    Is safe.", "       ^^^^")),
        ("健康 is safe.", 6, 10, ("健康 is safe.", "        ^^^^")),
        ("safe 健康", 5, 7, ("safe 健康", "     ^^^^")),
        ("💊 safe", 2, 6, ("💊 safe", "   ^^^^")),
        ("", 0, 0, ("", "^")),
        ("end", 3, 3, ("end", "   ^")),
        ("one two three four five", 8, 13, ("…two three fo…", "     ^^^^^")),
        ("one two three four five", 0, 3, ("one two thre…", "^^^")),
        ("one two three four five", 19, 23, ("…ee four five", "         ^^^^")),
        ("one two three four five", 2, 23, ("…e two three …", " ^^^^^^^^^^^^")),
    ],
)
def test_cut(line: str, start: int, end: int, expected: tuple[str, str]) -> None:
    assert cut(line, start, end, 14) == expected


@given(st.integers(0, 3000), st.integers(1, 200), st.integers(12, 60))
def test_a_line_without_end_is_cut_as_its_part_is(start: int, length: int, room: int) -> None:
    line = "so it goes on, and on: " * 200
    near = range(max(start - 200, 0), start + 400)
    part = cut("…" * (near.start > 0) + line[near.start : near.stop] + "…",
               start - near.start + (near.start > 0),
               start + length - near.start + (near.start > 0), room)  # fmt: skip
    assert cut(line, start, start + length, room) == part


@given(st.text(), st.integers(0, 60), st.integers(0, 20), st.integers(12, 60))
def test_the_carets_stand_under_the_span_and_within_the_room(
    line: str, start: int, length: int, room: int
) -> None:
    start = min(start, len(line))
    end = min(start + length, len(line))
    text, carets = cut(line, start, end, room)
    assert width(text) <= room
    assert len(carets) <= room + 1
    marks = carets.lstrip()
    assert set(marks) == {"^"}
    if end > start and shown(line)[start][1] > 0:
        under = 0
        for char, cells in shown(text):
            if under >= len(carets) - len(marks) and cells:
                assert char == shown(line)[start][0].strip(" ") or char == " "
                break
            under += cells


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 20, ["one two three"]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two\nthree", 3, ["one", "two", "three"]),
        ("健康 健康", 8, ["健康", "健康"]),
    ],
)
def test_wrap(text: str, room: int, lines: list[str]) -> None:
    assert list(wrap(text, room)) == lines
