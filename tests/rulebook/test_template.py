"""Templates: what is capitalised, and that words put into a draft are not."""

from __future__ import annotations

import pytest

from healthlint.rulebook.template import render


@pytest.mark.parametrize(
    ("template", "in_place", "text"),
    [
        ("{replacement}", False, "People with PTSD"),
        ("{replacement}", True, "people with PTSD"),
        ("Write “{replacement}”.", False, "Write “people with PTSD”."),
        ("{missing|This treatment} helps.", True, "This treatment helps."),
    ],
)
def test_render(template: str, in_place: bool, text: str) -> None:
    assert render(template, {"replacement": "people with PTSD"}, in_place) == text
