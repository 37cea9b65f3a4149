"""Turns the YAML of rules into patterns and conditions with numbers; shared by all kinds."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from healthlint.errors import RuleError
from healthlint.rulebook import pattern as pat
from healthlint.rulebook.drafts import needs
from healthlint.rulebook.emit import emit
from healthlint.rulebook.index import index
from healthlint.rulebook.lookup import Index, PhraseTable
from healthlint.rulebook.matcher import FLAGS
from healthlint.rulebook.model import PLACES, SCOPES, Condition, Pattern
from healthlint.rulebook.plan import Groups, Planner
from healthlint.rulebook.vocabulary import Vocabulary, phrase_table
from healthlint.rulebook.yamltree import Node, hint


class Compiler:
    """Collects patterns while rules are read; `finish` gives the tables of the whole book."""

    def __init__(self, vocabulary: Vocabulary, signals: Iterable[str]) -> None:
        self.vocabulary = vocabulary
        self.signals = tuple(signals)
        self._trees: list[tuple[str, pat.Seq, str]] = []
        self._numbers: dict[str, int] = {}

    def pattern(self, text: str, place: str) -> int:
        """The number of a pattern; the same text gets the same number. Raises `RuleError`."""
        if text in self._numbers:
            return self._numbers[text]
        try:
            tree = pat.parse(text)
        except pat.PatternError as error:
            raise RuleError(f"{place}: `{text}`: {error}") from None
        for name, form in sorted(pat.refs(tree)):
            self.vocabulary.word_class(name, form, place)
        self._numbers[text] = len(self._trees)
        self._trees.append((text, tree, place))
        return self._numbers[text]

    def patterns(self, node: Node) -> tuple[int, ...]:
        """Numbers of a pattern or a list of patterns."""
        found = tuple(self.pattern(text, part.place) for text, part in node.texts())
        if not found:
            raise RuleError(f"{node.place}: an empty list of patterns")
        return found

    def keys(self, numbers: Iterable[int]) -> set[str]:
        """The keys under which these patterns capture word classes."""
        return {key for number in numbers for key in _captures(self._trees[number][1])}

    def condition(self, node: Node) -> Condition:
        """A condition: a signal's name, or `scope: patterns`, `not:`, `all:`, `where:`."""
        if node.kind == "scalar":
            name = node.text()
            if name not in self.signals:
                raise RuleError(
                    f"{node.place}: there is no signal `{name}`{hint(name, self.signals)}"
                )
            return Condition("signal", name=name)
        pairs = list(node.items())
        if len(pairs) != 1:
            raise RuleError(
                f"{node.place}: a condition is one `scope: pattern`; put several in a list, "
                "or under `all:` when they must hold together"
            )
        key, value = pairs[0]
        scope = key.text()
        if scope == "not":
            inner = self.condition(value)
            return Condition("all", parts=(inner,), negated=True)
        if scope == "all":
            return Condition("all", parts=tuple(map(self.condition, value.elements())))
        if scope == "where":
            return Condition("where", places=self.places(value))
        if scope not in SCOPES:
            known = [*SCOPES, "not", "all", "where"]
            raise RuleError(f"{key.place}: there is no scope `{scope}`{hint(scope, known)}")
        return Condition(scope, patterns=self.patterns(value))

    def conditions(self, node: Node | None) -> tuple[Condition, ...]:
        """A list of conditions, or one alone."""
        if node is None:
            return ()
        nodes = node.elements() if node.kind == "list" else [node]
        return tuple(map(self.condition, nodes))

    def places(self, node: Node) -> frozenset[str]:
        """Names of places where a unit may stand."""
        found = set()
        for text, part in node.texts():
            if text not in PLACES:
                raise RuleError(f"{part.place}: there is no place `{text}`{hint(text, PLACES)}")
            found.add(text)
        return frozenset(found)

    def finish(self) -> tuple[tuple[Pattern, ...], PhraseTable, Index]:
        """Patterns, phrase table and index of all that was read. Raises `RuleError`."""
        planner, groups = Planner(self.vocabulary), Groups()
        patterns: list[Pattern] = []
        for number, (text, tree, place) in enumerate(self._trees):
            if pat.strings(tree, 1, {}) == {""}:
                raise RuleError(f"{place}: `{text}` matches nothing at all")
            source, draft = emit(tree, self.vocabulary, place), planner.draft(tree, place)
            need = tuple(groups.number(group) for group in needs(draft))
            first = planner.opening(tree, draft, place)
            opening = first if isinstance(first, int) else groups.number(first)
            plan = groups.plan(draft)
            patterns.append(Pattern(number, text, source, plan, need, opening, place))
        return tuple(patterns), phrase_table(self.vocabulary.classes), index(groups.all())


def _captures(node: pat.Node) -> set[str]:
    if isinstance(node, pat.Ref):
        return {node.key}
    if isinstance(node, pat.Seq):
        return set().union(*map(_captures, node.parts)) if node.parts else set()
    if isinstance(node, pat.Group):
        return set().union(*map(_captures, node.options)) if not node.look else set()
    if isinstance(node, pat.Repeat) and node.high == 1:
        return _captures(node.node)
    return set()


def verify(patterns: Iterable[Pattern]) -> None:
    """Compiles every pattern. Raises `RuleError` for one that fails or that matches nothing."""
    for pattern in patterns:
        try:
            compiled = regex.compile(pattern.regex, FLAGS)
        except regex.error as error:
            raise RuleError(f"{pattern.place}: `{pattern.text}`: {error}") from None
        if compiled.fullmatch(""):
            raise RuleError(f"{pattern.place}: `{pattern.text}` can match nothing at all")
