"""What a rulebook holds once it is read: rules, patterns, signals, all frozen and picklable."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, overload

if TYPE_CHECKING:
    from healthlint.rulebook.facts import Authority, Tables
    from healthlint.rulebook.lookup import Index, PhraseTable
    from healthlint.rulebook.steps import Plan

#: Where a unit stands, as rules name it.
PLACES = (
    "sentence", "list-item", "cell", "heading", "title", "meta", "caption", "alt", "note", "quote",
)  # fmt: skip
#: The texts a condition can look at.
SCOPES = {
    "sentence": "the unit itself",
    "match": "the matched words",
    "before": "the unit's words before the match",
    "after": "the unit's words after the match",
    "previous": "the unit before it in the same block, or the block before",
    "next": "the unit after it in the same block, or the block after",
    "near": "the unit, the one before and the one after",
    "block": "the paragraph, item or cell it stands in",
    "question": "the question that it answers",
    "heading": "the headings that it stands under",
    "heads": "its table row's and column's heads",
    "lead": "the words that introduce its list or table",
    "section": "everything under the same heading",
    "document": "the whole draft",
}


class Pattern(NamedTuple):
    """One pattern: its text, its regular expression over tagged text, its plan and what it needs.

    `need` are the groups of `rulebook.plan` of which a text must hold one word each, `opening` the
    one that holds the first word of every match, or START (of the unit), or -1.
    """

    number: int
    text: str
    regex: str
    plan: Plan
    need: tuple[int, ...]
    opening: int
    place: str


class Patterns(Sequence[Pattern]):
    """The patterns of a rulebook by number.

    `needs`, `plans` and `openings` are what a search looks at for every pattern. The texts, by far
    the largest part, stay packed until a pattern itself is asked for.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._all: tuple[Pattern, ...] | None = tuple(patterns)
        self.needs = tuple(pattern.need for pattern in self._all)
        self.plans = tuple(pattern.plan for pattern in self._all)
        self.openings = tuple(pattern.opening for pattern in self._all)
        self._packed = b""

    def __getstate__(self) -> tuple[bytes, bytes]:
        packed = self._packed or marshal.dumps([(p.text, p.regex, p.place) for p in self])
        return marshal.dumps((self.needs, self.plans, self.openings)), packed

    def __setstate__(self, state: tuple[bytes, bytes]) -> None:
        self.needs, self.plans, self.openings = marshal.loads(state[0])
        self._packed = state[1]
        self._all = None

    @property
    def _patterns(self) -> tuple[Pattern, ...]:
        if self._all is None:
            self._all = tuple(
                Pattern(
                    number, text, source,
                    self.plans[number], self.needs[number], self.openings[number], place,
                )  # fmt: skip
                for number, (text, source, place) in enumerate(marshal.loads(self._packed))
            )
        return self._all

    def __len__(self) -> int:
        return len(self.needs)

    @overload
    def __getitem__(self, at: int) -> Pattern: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Pattern]: ...
    def __getitem__(self, at: int | slice) -> Pattern | Sequence[Pattern]:
        return self._patterns[at]


class Condition(NamedTuple):
    """One thing that must hold (or must not).

    `scope` is a key of `SCOPES` with `patterns` (numbers, any of them), or "signal" with `name`, or
    "where" with `places`, or "all" with `parts`; `negated` turns it round.
    """

    scope: str
    patterns: tuple[int, ...] = ()
    name: str = ""
    places: frozenset[str] = frozenset()
    parts: tuple[Condition, ...] = ()
    negated: bool = False


class Signal(NamedTuple):
    """A ConText signal: triggers with a direction (Harkema et al., J Biomed Inform 2009;42:839).

    `before` reach forward over at most `reach` words to a match, `after` backward, `unit` cover the
    whole unit, `heading` everything under such a heading; `pseudo` look like triggers and are none;
    `ends` stop a trigger's reach. All are pattern numbers.
    """

    name: str
    about: str
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    unit: tuple[int, ...] = ()
    previous: tuple[int, ...] = ()
    heading: tuple[int, ...] = ()
    pseudo: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    reach: int = 12
    place: str = ""


class FixTemplate(NamedTuple):
    """A replacement for the match."""

    text: str
    safe: bool


class Rule(NamedTuple):
    """One rule. `body` is what the rule's kind makes of its own keys."""

    code: str
    name: str
    category: str
    severity: str
    kind: str
    place: str
    message: str
    why: str
    suggest: tuple[str, ...] = ()
    fix: FixTemplate | None = None
    authority: tuple[str, ...] = ()
    where: frozenset[str] = frozenset()
    only: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    profiles: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    rank: int = 0  # which of several overlapping findings tells most
    body: Any = None
    pack: str = "built-in"


@dataclass(frozen=True)
class Rulebook:
    """Everything a run needs to know: rules with their patterns, signals and fact tables."""

    rules: tuple[Rule, ...]
    patterns: Patterns
    signals: Mapping[str, Signal]
    table: PhraseTable
    index: Index
    tables: Tables
    #: Word class number -> id of the label or use it stands for.
    label_classes: Mapping[int, str] = field(default_factory=dict)
    weak_classes: Mapping[int, str] = field(default_factory=dict)
    use_classes: Mapping[int, str] = field(default_factory=dict)
    #: Label id -> patterns that name its material risks; profile id -> patterns of crisis help.
    label_risks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    crisis_help: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()
    digest: str = ""

    @property
    def authorities(self) -> Mapping[str, Authority]:
        return self.tables.authorities

    def rule(self, name: str) -> Rule | None:
        """The rule with this code or name, or None."""
        return next((r for r in self.rules if name in (r.code, r.name)), None)
