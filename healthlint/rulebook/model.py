"""What a rulebook holds once it is read: rules, patterns, signals, all frozen and picklable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from healthlint.rulebook.packed import PackedList

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

    `needs` and `openings` are what is looked at for every pattern of every text, `plans` for many
    of them. The texts, by far the largest part, are seldom asked for.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        some = tuple(patterns)
        self.needs = tuple(one.need for one in some)
        self.openings = tuple(one.opening for one in some)
        self.plans = PackedList(one.plan for one in some)
        self._texts = PackedList((one.text, one.regex, one.place) for one in some)

    def __len__(self) -> int:
        return len(self.needs)

    @overload
    def __getitem__(self, at: int) -> Pattern: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Pattern]: ...
    def __getitem__(self, at: int | slice) -> Pattern | Sequence[Pattern]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        text, source, place = self._texts[at]
        return Pattern(
            at, text, source, self.plans[at], self.needs[at], self.openings[at], place
        )


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


class Rulebook(NamedTuple):
    """Everything a run needs to know: rules with their patterns, signals and fact tables."""

    rules: tuple[Rule, ...]
    patterns: Patterns
    signals: Mapping[str, Signal]
    table: PhraseTable
    index: Index  # type: ignore[assignment]  # tuples have a method of this name
    tables: Tables
    #: Word class number -> id of the label or use it stands for.
    label_classes: Mapping[int, str] = {}
    weak_classes: Mapping[int, str] = {}
    use_classes: Mapping[int, str] = {}
    #: Label id -> patterns that name its material risks; profile id -> patterns of crisis help.
    label_risks: Mapping[str, tuple[int, ...]] = {}
    crisis_help: Mapping[str, tuple[int, ...]] = {}
    hosts: frozenset[str] = frozenset()
    digest: str = ""

    @property
    def authorities(self) -> Mapping[str, Authority]:
        return self.tables.authorities

    def rule(self, name: str) -> Rule | None:
        """The rule with this code or name, or None."""
        return next((r for r in self.rules if name in (r.code, r.name)), None)
