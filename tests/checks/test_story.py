"""Stories: where they open, go on and end, and whose they are."""

from __future__ import annotations

from functools import lru_cache

import pytest

from healthlint.engine import lint
from healthlint.readers import read
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher


@lru_cache(maxsize=1)
def _matcher() -> Matcher:
    return Matcher(load_rulebook())


def told(draft: str) -> list[tuple[str, str]]:
    """Category and text of every story in a draft."""
    matcher = _matcher()
    findings, _ = lint(
        read(draft, "markdown"), matcher.rulebook, matcher, "us", lambda rule: rule.severity
    )
    stories = {rule.code for rule in matcher.rulebook.rules if rule.kind == "story"}
    return [(found.category, found.text) for found in findings if found.rule in stories]


@pytest.mark.parametrize(
    ("draft", "stories"),
    [
        # one finding over all its sentences, and no further
        (
            "Marcus, 44, could not sit. He tried yoga. Six weeks later he was rowing. Book today.",
            [
                (
                    "anecdote",
                    "Marcus, 44, could not sit. He tried yoga. Six weeks later he was rowing.",
                )
            ],
        ),
        # a new name opens a new story
        (
            "Tom, 50, lost his job. Now he is back. Linda, 61, was told to rest. She hikes.",
            [
                ("anecdote", "Tom, 50, lost his job. Now he is back."),
                ("anecdote", "Linda, 61, was told to rest. She hikes."),
            ],
        ),
        # a paragraph that does not take the story up ends it
        (
            "Nora couldn't sleep. She had tried it all.\n\nOur clinic opens at nine.",
            [("anecdote", "Nora couldn't sleep. She had tried it all.")],
        ),
        # a minor's story is paediatric, whoever tells it
        (
            "Owen, 15, had stopped eating. Today he captains the team.",
            [("paediatric", "Owen, 15, had stopped eating. Today he captains the team.")],
        ),
        (
            '"I was lost. Then he slept through." — Mum of Leo',
            [("paediatric", '"I was lost. Then he slept through." — Mum of Leo')],
        ),
        # a quotation counts when somebody speaks in it, or signs it
        ('"I feel brand new."', [("anecdote", '"I feel brand new."')]),
        ("“Ten years younger.” — Bea, 58", [("anecdote", "“Ten years younger.” — Bea, 58")]),
        ("“Ten years younger, or so.”", []),
        ('"Will I feel brand new?"', []),
        # staff, trials and pronouns without a person are no story
        ("Dr. Hart, 48, joined us from Leeds.", []),
        ("The study followed 300 men. One man had a heart attack.", []),
        ("Your doctor may ask how you feel. She may change the dose.", []),
    ],
)
def test_stories(draft: str, stories: list[tuple[str, str]]) -> None:
    assert told(draft) == stories
