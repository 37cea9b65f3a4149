"""Every pattern of the built-in pack finds the same with and without the sieve; none stalls."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from healthlint.readers import read
from healthlint.rulebook.model import Pattern
from healthlint.segment import texts as unit_texts
from healthlint.tagging import Tagged, Tagger
from tests.rulebook.agreement import Book, built_in, speech

#: Seconds for one search of a text some ten times as long as a sentence; normal is under a
#: thousandth of it. A pattern that goes back and forth takes minutes.
MOST = 5.0
#: One pattern in so many is tried on its own texts in a quick run.
SAMPLE = 20
_BRACKETS = re.compile(r"\{[^}]*\}|[\[\]]")
_CORPUS = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus"
_FORMATS = {".md": "markdown", ".html": "html", ".txt": "text"}


@pytest.fixture(scope="module")
def book() -> Book:
    return built_in()


def disguised(text: str, chance: random.Random) -> str:
    """The text with look-alike blanks, quotation marks and hyphens, accents and cases changed."""
    swaps = {" ": "    \u00a0\u2009-\n", "'": "'’", '"': '"“”', "-": "-\u2011", "e": "eeeeeeeeé"}
    out = "".join(chance.choice(swaps.get(char, char)) for char in text)
    return out.upper() if chance.random() < 0.1 else out


def examples(book: Book) -> list[str]:
    """The examples of all rules."""
    rules = book.rulebook.rules
    return [_BRACKETS.sub("", text) for rule in rules for text in (*rule.flag, *rule.passes)]


def passages() -> Iterator[str]:
    """The units of the corpora."""
    for path in sorted(_CORPUS.rglob("*")):
        if path.suffix in _FORMATS:
            yield from unit_texts(read(path.read_text("utf-8"), _FORMATS[path.suffix]))


def test_every_pattern_finds_the_same_in_some_texts(book: Book) -> None:
    chance = random.Random(20)
    some = chance.sample(examples(book), 14) + chance.sample(list(islice(passages(), 400)), 6)
    texts = [disguised(text, chance) for text in some]
    assert book.lost(texts) == []
    candidates = sum(len(unit.candidates) for unit in book.matcher.read(texts))
    assert 0 < candidates < len(book.trees) * len(texts) / 20


def own_texts(book: Book, numbers: range, each: int, seed: int) -> tuple[list[str], int]:
    """What is lost of patterns in their own texts, and how many find something there."""
    chance = random.Random(seed)
    lost: list[str] = []
    found = 0
    for number in numbers:
        texts = [
            disguised(text, chance) if chance.random() < 0.3 else text
            for text in islice(speech(book, number, chance), each)
        ]
        lost += book.lost(texts, [number])
        found += any(book.sieved(number, unit) for unit in book.matcher.read(texts))
    return lost, found


def test_some_patterns_find_the_same_in_their_own_texts(book: Book) -> None:
    numbers = range(0, len(book.trees), SAMPLE)
    lost, found = own_texts(book, numbers, 6, 1)
    assert lost == []
    assert found > 0.6 * len(numbers)  # the texts are made of the patterns indeed


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_pattern_finds_the_same_in_its_own_texts(book: Book, part: int) -> None:
    assert own_texts(book, range(part, len(book.trees), 4), 12, part)[0] == []


@pytest.mark.slow
def test_every_pattern_finds_the_same_in_examples_and_passages(book: Book) -> None:
    """Each pattern in a fifth of them; with HEALTHLINT_EXAMPLES in all, which takes long."""
    chance = random.Random(21)
    texts = list(dict.fromkeys([*examples(book), *passages()]))
    texts = [disguised(text, chance) if chance.random() < 0.3 else text for text in texts]
    assert len(texts) > 3000
    shares = 1 if os.environ.get("HEALTHLINT_EXAMPLES") else 5
    for share in range(shares):
        some = range(share, len(book.trees), shares)
        assert book.lost(texts[share::shares], list(some)) == []


def hostile(pattern: Pattern, samples: dict[str, str], tagger: Tagger) -> list[Tagged]:
    """Long runs of a pattern's own fragments."""
    names = re.findall(r"\{(?:\w+=)?(\w+)", pattern.text)
    words = re.findall(r"[A-Za-z']{2,}", re.sub(r"\{[^}]*\}|\\.|\(\?<?[=!:]", " ", pattern.text))
    parts = [*(samples[name] for name in names if name in samples), *words, "7", "a"]
    few = parts[:6]
    texts = (" ".join(few * (240 // len(few))), (few[0] + " ") * 150 + few[-1] * 50)
    return [tagger.tag(tagger.read(text)) for text in texts]


def test_no_text_stalls_a_pattern_of_the_pack(book: Book) -> None:
    tagger = Tagger(book.rulebook.table)
    samples = {"gap": "some", "treatment": "ketamine", "condition": "depression", "be": "is"}
    for pattern in book.rulebook.patterns:
        compiled = book.compiled(pattern.number)
        for unit in hostile(pattern, samples, tagger):
            try:
                for _ in compiled.finditer(unit.text, timeout=MOST):
                    pass
            except TimeoutError:
                pytest.fail(f"{pattern.place}: `{pattern.text}` stalls on {unit.plain[:80]}")
