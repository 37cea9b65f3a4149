"""Small rulebooks, text made of their patterns, and whether the sieve loses a hit in it."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import regex
from hypothesis import strategies as st

from healthlint.match import Hit
from healthlint.rulebook import build
from healthlint.rulebook import pattern as pat
from healthlint.rulebook.compiler import Compiler
from healthlint.rulebook.facts import Tables
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import FLAGS, TIME_LIMIT, Matcher, _hit
from healthlint.rulebook.model import Patterns, Rulebook
from healthlint.rulebook.vocabulary import Vocabulary, read_lexicons
from healthlint.rulebook.yamltree import parse
from healthlint.unittext import UnitText

_T = TypeVar("_T")
#: Chooses one of several.
Choose = Callable[[Sequence[_T]], _T]

_CHARS = "aeszéxаЖαA7½1,%£'\" -(/.;)_–&★\n"
_BLANKS = (" ", " ", " ", "-", "\u00a0", "\u2011", "\n", "  ", "\u2009")
_FILLER = ("very", "1,000", "it’s", "(the", "well-known", "x.", "12.5%", "e\u0301te", "\U0001f600")
_EDGES = (
    "", "", "", " ", "“", "”", "’s", "'s", ". ", "—", "(", ")", "x ", "the ", "x", "s", "7", "-",
    "\u2011", "! ", "\U0001f600 ", "e\u0301 ", ", ", "1,", "\n",
)  # fmt: skip


class Book:
    """A rulebook of patterns alone, with the trees and word classes that they are made of."""

    def __init__(self, rulebook: Rulebook, compiler: Compiler) -> None:
        self.rulebook = rulebook
        self.vocabulary = compiler.vocabulary
        self.trees = [tree for _, tree, _ in compiler._trees]
        self.matcher = Matcher(rulebook)
        self._codes: dict[int, Any] = {}

    def compiled(self, number: int) -> Any:
        """A pattern's regular expression."""
        if number not in self._codes:
            self._codes[number] = regex.compile(self.rulebook.patterns[number].regex, FLAGS)
        return self._codes[number]

    def everywhere(self, number: int, text: UnitText) -> list[Hit]:
        """Hits of a pattern, looked for at every character of a text. Raises `TimeoutError`."""
        compiled, tagged = self.compiled(number), text.tagged(self.matcher._tagger)
        matches = compiled.finditer(tagged.text, timeout=TIME_LIMIT)
        found = (_hit(match, compiled, tagged) for match in matches)
        return [hit for hit in found if hit is not None]

    def sieved(self, number: int, text: UnitText) -> list[Hit]:
        """Hits of a pattern, looked for where the sieve says."""
        return self.matcher.search(number, text) if number in text.candidates else []

    def lost(self, texts: Sequence[str], numbers: Iterable[int] | None = None) -> list[str]:
        """What the two do not find alike in texts that are read together. Raises `TimeoutError`."""
        numbers = range(len(self.rulebook.patterns)) if numbers is None else list(numbers)
        return [
            f"`{self.rulebook.patterns[number].text}` on {text!r}: {whole} and not {sieved}"
            for text, unit in zip(texts, self.matcher.read(texts), strict=True)
            for number in numbers
            if (whole := self.everywhere(number, unit)) != (sieved := self.sieved(number, unit))
        ]

    def found(self, text: str) -> dict[str, list[str]]:
        """The words that each pattern finds in a text."""
        unit = self.matcher.read([text])[0]
        return {
            pattern.text: [unit.words.plain[hit.start : hit.end] for hit in hits]
            for pattern in self.rulebook.patterns
            if (hits := self.sieved(pattern.number, unit))
        }


def book(lexicons: str | Vocabulary, patterns: Iterable[str]) -> Book:
    """The rulebook of some patterns. Raises `RuleError`."""
    if isinstance(lexicons, str):
        lexicons = vocabulary(lexicons)
    compiler = Compiler(lexicons, [])
    for text in patterns:
        compiler.pattern(text, "test")
    made, table, index = compiler.finish()
    return Book(Rulebook((), Patterns(made), {}, table, index, Tables({}, {}, {}, {})), compiler)


def vocabulary(lexicons: str) -> Vocabulary:
    """The word classes of some YAML."""
    return Vocabulary(read_lexicons(parse(lexicons, "lexicons.yaml")))


@functools.cache
def built_in() -> Book:
    """The built-in pack."""
    made: list[Compiler] = []

    class Kept(Compiler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    real, build.Compiler = build.Compiler, Kept  # type: ignore[misc]
    try:
        rulebook = load_rulebook(use_cache=False)
    finally:
        build.Compiler = real  # type: ignore[misc]
    return Book(rulebook, made[0])


class Speaker:
    """Says what patterns look for, or nearly."""

    def __init__(self, vocabulary: Vocabulary, choose: Choose[Any]) -> None:
        self._vocabulary = vocabulary
        self._choose = choose

    def text(self, trees: Sequence[pat.Seq]) -> str:
        """One or two of the patterns, glued to what may stand around them."""
        choose, say = self._choose, self.say
        more = say(choose(trees)) if choose((True, False)) else ""
        return choose(_EDGES) + say(choose(trees)) + choose(_EDGES) + more + choose(_EDGES)

    def say(self, node: pat.Node) -> str:
        """What a part of a pattern could match."""
        choose = self._choose
        if isinstance(node, pat.Text):
            return choose((node.char, node.char, node.char, node.char.upper()))
        if isinstance(node, pat.Space):
            return choose(_BLANKS)
        if isinstance(node, pat.Edge):
            return ""
        if isinstance(node, pat.Raw):
            return choose([c for c in _CHARS if regex.fullmatch(node.source, c)] or ["x"])
        if isinstance(node, pat.Gap):
            words = (choose(_FILLER) for _ in range(choose(range(node.most + 1))))
            return f" {' '.join(words)} "
        if isinstance(node, pat.Ref):
            return self._word(node)
        if isinstance(node, pat.Group):
            if node.look and node.look[-1] != ":" and (node.look != "?=" or choose((0, 1))):
                return ""
            return self.say(choose(node.options))
        if isinstance(node, pat.Repeat):
            most = node.low + 3 if node.high is None else min(node.high, node.low + 3)
            return "".join(self.say(node.node) for _ in range(choose(range(node.low, most + 1))))
        return "".join(map(self.say, node.parts))

    def _word(self, ref: pat.Ref) -> str:
        built = self._vocabulary.word_class(ref.name, ref.form, "test")
        phrases = sorted(built.phrases | built.capitals)
        if built.inline and (not phrases or self._choose((True, False))):
            return self.say(self._choose(built.inline))
        return str(self._choose(phrases))


@st.composite
def spoken(draw: st.DrawFn, some: Book) -> str:
    """A text made of a book's patterns."""
    return Speaker(some.vocabulary, lambda parts: draw(st.sampled_from(parts))).text(some.trees)


def speech(some: Book, number: int, dice: random.Random) -> Iterator[str]:
    """Ever more texts made of one pattern."""
    speaker = Speaker(some.vocabulary, dice.choice)
    while True:
        yield speaker.text([some.trees[number]])
