"""Text made to keep a pattern busy: long runs of its own pieces, and nearly what it looks for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.compiler import Compiler
from healthlint.rulebook.vocabulary import Vocabulary

_FILLER = ("very", "good", "seven", "of", "the", "7", "patients", "well", "it's", "care")
_CHARS = "a7,%$£'\" -(/x"


class Adversary:
    """Makes text for the patterns of one rulebook."""

    def __init__(self, vocabulary: Vocabulary, dice: random.Random) -> None:
        self._vocabulary = vocabulary
        self._dice = dice

    def periods(self, tree: pat.Seq) -> Iterator[str]:
        """What is to be repeated to make the texts for a pattern."""
        pieces = [piece for part in _pieces(tree) if (piece := self._sample(part).strip())]
        for _ in range(2):
            yield self._sample(tree) + " "
            yield " ".join(self._sample(part) for part in _pieces(tree)[:-1]) + " "
            yield " ".join(self._sample(part) for part in _pieces(tree)[1:]) + " "
        for piece in self._dice.sample(pieces, min(3, len(pieces))):
            yield piece + " "
            yield piece
            yield piece + " - \n"
        for _ in range(2):
            if pieces:
                some = self._dice.choices([*pieces, *self._dice.sample(_FILLER, 3)], k=12)
                yield " ".join(some) + " "
        for first in pieces[:2]:
            yield f"{first} {' '.join(self._dice.choices(_FILLER, k=40))} "

    def _sample(self, node: pat.Node) -> str:
        dice = self._dice
        if isinstance(node, pat.Text):
            return node.char
        if isinstance(node, pat.Space):
            return " "
        if isinstance(node, pat.Edge):
            return ""
        if isinstance(node, pat.Raw):
            return next((c for c in _CHARS if re.fullmatch(_plain(node.source), c)), "x")
        if isinstance(node, pat.Gap):
            return " " + " ".join(dice.choices(_FILLER, k=dice.randint(0, node.most))) + " "
        if isinstance(node, pat.Ref):
            return self._word(node)
        if isinstance(node, pat.Group):
            if node.look and node.look[-1] != ":":
                return ""
            return self._sample(dice.choice(node.options))
        if isinstance(node, pat.Repeat):
            most = node.low + 2 if node.high is None else node.high
            times = dice.randint(node.low, min(most, node.low + 3))
            return "".join(self._sample(node.node) for _ in range(times))
        return "".join(map(self._sample, node.parts))

    def _word(self, ref: pat.Ref) -> str:
        built = self._vocabulary.word_class(ref.name, ref.form, "")
        phrases = sorted(built.phrases or built.capitals)
        if built.inline and (not phrases or self._dice.random() < 0.3):
            return self._sample(self._dice.choice(built.inline))
        return self._dice.choice(phrases)


def _pieces(tree: pat.Seq) -> list[pat.Seq]:
    """A pattern cut at its own blanks and gaps."""
    found: list[list[pat.Node]] = [[]]
    for part in tree.parts:
        if isinstance(part, (pat.Space, pat.Gap)):
            found.append([])
        else:
            found[-1].append(part)
    return [pat.Seq(tuple(parts)) for parts in found if parts]


def _plain(source: str) -> str:
    return r"\w" if source.startswith("\\p") else source


def trees(compiler: Compiler) -> list[pat.Seq]:
    """The trees of a compiler's patterns, by number."""
    return [tree for _, tree, _ in compiler._trees]


class Marker:
    """Puts the marks of word classes around their phrases, as the tagger does."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._known: dict[str, list[int]] = {}
        for built in vocabulary.classes.values():
            for phrase in (*built.phrases, *(word.lower() for word in built.capitals)):
                self._known.setdefault(phrase, []).append(built.number)

    def marked(self, text: str) -> str:
        """The text in tagged form; where it is repeated, marks do not reach over the seam."""
        words = [(found.start(), found.end()) for found in re.finditer(r"\w+", text)]
        opens: dict[int, set[int]] = {}
        closes: dict[int, set[int]] = {}
        for at, (start, _) in enumerate(words):
            for _, end in words[at : at + 6]:
                for number in self._known.get(" ".join(text[start:end].lower().split()), ()):
                    opens.setdefault(start, set()).add(number)
                    closes.setdefault(end, set()).add(number)
        out = []
        for at in range(len(text) + 1):
            out += [chr(0xF000 + number) for number in sorted(closes.get(at, ()))]
            out += [chr(0xE000 + number) for number in sorted(opens.get(at, ()))]
            out.append(text[at : at + 1])
        return "".join(out)
