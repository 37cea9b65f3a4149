"""Every pattern of the built-in pack: the index loses nothing, and no text stalls a search."""

from __future__ import annotations

import random
import re

import pytest
import regex

from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import FLAGS
from healthlint.rulebook.model import Pattern, Rulebook
from healthlint.tagging import Tagged, Tagger

#: Seconds for one search of a text some ten times as long as a sentence; normal is under a
#: thousandth of it. A pattern that goes back and forth takes minutes.
MOST = 5.0
_BRACKETS = re.compile(r"\{[^}]*\}|[\[\]]")


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


@pytest.fixture(scope="module")
def tagger(book: Rulebook) -> Tagger:
    return Tagger(book.table, book.index)


def disguised(text: str, chance: random.Random) -> str:
    """The text with look-alike blanks, quotation marks and hyphens, accents and cases changed."""
    swaps = {" ": "    \u00a0\u2009-\n", "'": "'’", '"': '"“”', "-": "-\u2011", "e": "eeeeeeeeé"}
    out = "".join(chance.choice(swaps.get(char, char)) for char in text)
    return out.upper() if chance.random() < 0.1 else out


def test_no_pattern_of_the_pack_finds_what_the_index_rules_out(
    book: Rulebook, tagger: Tagger
) -> None:
    chance = random.Random(20)
    texts = [text for rule in book.rules for text in (*rule.flag, *rule.passes)]
    units = [
        tagger.tag(disguised(_BRACKETS.sub("", text), chance)) for text in chance.sample(texts, 20)
    ]
    ruled_out = 0
    for pattern in book.patterns:
        compiled = regex.compile(pattern.regex, FLAGS)
        for unit in units:
            if unit.mask & pattern.need != pattern.need:
                ruled_out += 1
                assert compiled.search(unit.text) is None, (pattern.place, unit.plain)
    assert ruled_out > len(book.patterns) * len(units) / 2


def hostile(pattern: Pattern, samples: dict[str, str], tagger: Tagger) -> list[Tagged]:
    """Long runs of a pattern's own fragments."""
    names = re.findall(r"\{(?:\w+=)?(\w+)", pattern.text)
    words = re.findall(r"[A-Za-z']{2,}", re.sub(r"\{[^}]*\}|\\.|\(\?<?[=!:]", " ", pattern.text))
    parts = [*(samples[name] for name in names if name in samples), *words, "7", "a"]
    few = parts[:6]
    return [
        tagger.tag(" ".join(few * (240 // len(few)))),
        tagger.tag((few[0] + " ") * 150 + few[-1] * 50),
    ]


def test_no_text_stalls_a_pattern_of_the_pack(book: Rulebook, tagger: Tagger) -> None:
    samples = {"gap": "some", "treatment": "ketamine", "condition": "depression", "be": "is"}
    for pattern in book.patterns:
        compiled = regex.compile(pattern.regex, FLAGS)
        for unit in hostile(pattern, samples, tagger):
            try:
                for _ in compiled.finditer(unit.text, timeout=MOST):
                    pass
            except TimeoutError:
                pytest.fail(f"{pattern.place}: `{pattern.text}` stalls on {unit.plain[:80]}")
