from __future__ import annotations

import pytest

from healthlint.fix import english


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("person", "a"), ("addict", "an"), ("hour", "an"), ("university", "a"), ("user", "a"),
        ("unmet need", "an"), ("uninsured man", "an"), ("SSRI", "an"), ("PTSD", "a"),
        ("FDA-approved drug", "an"), ("UTI", "a"), ("8-week course", "an"), ("18-year-old", "an"),
        ("180 mg dose", "a"), ("one-off", "a"), ("onerous", "an"), ("“ill” man", "an"),
        ("European", "a"), ("IV infusion", "an"), ("", "a"),
    ],
)  # fmt: skip
def test_article(text: str, wanted: str) -> None:
    assert english.article(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("people", "People"), ("rTMS", "rTMS"), ("“so”", "“So”"), ("1", "1")]
)
def test_capital(text: str, wanted: str) -> None:
    assert english.capital(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("One.", "One"), ("One. Two.", "One. Two."), ("One", "One"), ("Why?", "Why?")],
)
def test_unstopped(text: str, wanted: str) -> None:
    assert english.unstopped(text) == wanted
