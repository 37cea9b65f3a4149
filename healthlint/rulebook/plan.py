"""Makes the plan of a pattern (see `steps`) from its tree.

A plan is the pattern with characters left out. It lets through every text that the pattern matches,
and few others, so that the pattern itself, which is slow, is tried on those alone. Where characters
cannot be counted in words the plan asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.drafts import (
    ANY,
    CAPITAL,
    MIXED,
    NUMBER,
    Draft,
    Group,
    begins_with_letters,
    dropped,
    either,
    first_words,
    loosened,
    size,
)
from healthlint.rulebook.steps import (
    ANY_WORD,
    END,
    GAP,
    LATER,
    MANY,
    MAYBE,
    MIXED_WORD,
    NUMBER_WORD,
    PREFIX,
    SHORTEST,
    SIGN,
    SPACE,
    START,
    Plan,
    Step,
    folded,
)
from healthlint.rulebook.vocabulary import Vocabulary
from healthlint.rulebook.wordends import (
    CASE,
    Uncertain,
    begins,
    begins_capital,
    bridge,
    can_be_empty,
    ends,
    glued,
    is_nothing,
    is_punctuation,
    opens_with_word,
    plainer,
    present,
    signs,
    stands_alone,
)

_LIMIT = 2000  # spellings of one run of glued parts
_LARGEST = 200  # steps of a run whose words are uncertain
_CLASS_MARK = 0xE000
_ITEM = regex.compile(rf"[{pat.NUMBER}{pat.TAINT}\w\ue000-\uefff]+|[ ]|[^\s.,']")
_SIGN = regex.compile(rf"[^ {pat.NUMBER}{pat.TAINT}\w\ue000-\uefff]")


class Groups:
    """Gives each distinct group of alternatives a number, and so makes plans of drafts."""

    def __init__(self) -> None:
        self._numbers: dict[Group, int] = {}

    def number(self, group: Group) -> int:
        """The number of a group."""
        return self._numbers.setdefault(group, len(self._numbers))

    def all(self) -> tuple[Group, ...]:
        """The groups, by number."""
        return tuple(self._numbers)

    def plan(self, draft: Draft) -> Plan:
        """A draft with numbers for its groups, and with what each choice begins with."""
        steps: list[Step] = []
        for step in draft:
            if isinstance(step, frozenset):
                steps.append(self.number(step))
            elif isinstance(step, int):
                steps.append(step)
            elif step[0] == MANY:
                steps.append((*step[:3], self.plan(step[3])))
            else:
                guard = first_words(step[1:])
                number = -1 if guard is None else self.number(guard)
                steps.append((step[0], number, *map(self.plan, step[1:])))
        return tuple(steps)


class Planner:
    """Makes the drafts of one rulebook's patterns."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._classes: dict[tuple[str, str], Draft] = {}

    def draft(self, tree: pat.Seq, place: str) -> Draft:
        """The draft of a pattern's plan."""
        return self._seq(plainer(tree).parts, place)

    def opening(self, tree: pat.Seq, draft: Draft, place: str) -> Group | int:
        """The words that every match begins with; START if it begins with the unit; else -1."""

        def inline(ref: pat.Ref) -> list[pat.Seq]:
            return self._vocabulary.word_class(ref.name, ref.form, place).inline

        if tree.parts[:1] == (pat.Edge("^"),):
            return START
        first = first_words([draft]) if opens_with_word(tree, inline) else None
        return -1 if first is None else first

    def _seq(self, parts: tuple[pat.Node, ...], place: str) -> Draft:
        parts = tuple(part for part in parts if not is_nothing(part))
        if (found := bridge(parts)) is not None:
            # Left out, this part lets its neighbours run together into one word.
            first, last = found
            there = present(parts[first + 1])
            if can_be_empty(there):
                uncertain = Uncertain(parts[first : last + 1])
                return self._seq((*parts[:first], uncertain, *parts[last + 1 :]), place)
            without = self._seq(parts[: first + 1] + parts[first + 2 :], place)
            with_it = self._seq((*parts[: first + 1], there, *parts[first + 2 :]), place)
            return either([without, with_it])
        out: Draft = ()
        after_gap = False
        for run in glued(parts):
            # A gap brings its own blanks, as in `emit`.
            if not (after_gap and isinstance(run[0], pat.Space)):
                out += self._glued(run, place)
            after_gap = isinstance(run[-1], pat.Gap)
        return out

    def _glued(self, parts: list[pat.Node], place: str) -> Draft:
        """Steps of parts that no word's end separates for certain."""
        if len(parts) == 1:
            return self._one(parts[0], place)
        spelled = self._spelled(parts, place)
        return self._uncertain(parts, place) if spelled is None else spelled

    def _uncertain(self, parts: Iterable[pat.Node], place: str) -> Draft:
        """Steps of parts of which some may or may not share a word."""
        draft: Draft = ()
        before: pat.Node | None = None
        for part, after in self._spellable(list(parts), place):
            if before is None or (
                (ends(before) or begins(part)) and not (can_be_empty(before) or can_be_empty(part))
            ):
                draft += after
            else:
                # Either a word ends between the two after all, or they share one, whatever it is.
                number = MIXED if begins_with_letters(after) else NUMBER
                draft = either([draft + after, loosened(draft, number) + dropped(after)])
            before = part
        return draft if size(draft) <= _LARGEST else (LATER,)

    def _spellable(self, parts: list[pat.Node], place: str) -> Iterator[tuple[pat.Node, Draft]]:
        """The parts, as many together as can be spelled out, each time with their steps."""
        at = 0
        while at < len(parts):
            end = at + 1
            draft = self._one(parts[at], place)
            while end < len(parts):
                longer = self._spelled(parts[at : end + 1], place)
                if longer is None:
                    break
                draft, end = longer, end + 1
            yield (parts[at] if end == at + 1 else pat.Seq(tuple(parts[at:end]))), draft
            at = end

    def _one(self, node: pat.Node, place: str) -> Draft:
        if isinstance(node, pat.Space):
            return (SPACE,)
        if isinstance(node, pat.Gap):
            return (-(GAP + node.most),)
        if isinstance(node, pat.Edge):
            return (START,) if node.mark == "^" else (END,)
        if isinstance(node, pat.Ref):
            return self._ref(node, place)
        if isinstance(node, Uncertain):
            return self._uncertain(node.parts, place)
        if isinstance(node, pat.Group):
            options = [self._seq(option.parts, place) for option in node.options]
            if node.look == CASE:
                options = [
                    (CAPITAL, *one[1:]) if one[:1] == (ANY,) and begins_capital(option) else one
                    for option, one in zip(node.options, options, strict=True)
                ]
            return either(options)
        if is_punctuation(node):
            found = signs(node)
            return (frozenset(SIGN + sign for sign in found),) if found else ()
        if isinstance(node, pat.Raw):
            word = NUMBER if node.digit else ANY
            return (word,) if node.word else ((MAYBE, (word,)),)
        if isinstance(node, pat.Repeat):
            return self._repeat(node, place)
        spelled = self._spelled([node], place)
        return (LATER,) if spelled is None else spelled

    def _repeat(self, node: pat.Repeat, place: str) -> Draft:
        if stands_alone(node):
            inner = self._seq((node.node,), place)
            if not inner or (node.low, node.high) == (1, 1):
                return inner
            if (node.low, node.high) == (0, 1):
                return ((MAYBE, inner),)
            return ((MANY, node.low, -1 if node.high is None else node.high, inner),)
        if isinstance(node.node, pat.Raw) and node.node.numeric:
            return ((MANY, min(node.low, int(node.node.digit)), -1, (NUMBER,)),)
        spelled = self._spelled([node], place)
        return (LATER,) if spelled is None else spelled

    def _ref(self, ref: pat.Ref, place: str) -> Draft:
        key = ref.name, ref.form
        if key not in self._classes:
            built = self._vocabulary.word_class(*key, place)
            options = [self.draft(tree, place) for tree in built.inline]
            if built.phrases or built.capitals:
                options.insert(0, (frozenset({built.number}),))
            self._classes[key] = either(options)
        return self._classes[key]

    def _spelled(self, parts: list[pat.Node], place: str) -> Draft | None:
        """Steps of parts that must be spelled out to know their words; None if they cannot be."""
        names: dict[tuple[str, str], str] = {}
        numbers: dict[str, int] = {}
        for at, ref in enumerate(sorted(pat.refs(pat.Seq(tuple(parts))))):
            built = self._vocabulary.word_class(*ref, place)
            if not built.inline:
                names[ref] = chr(_CLASS_MARK + at)
                numbers[names[ref]] = built.number
        texts = pat.strings(pat.Seq(tuple(parts)), _LIMIT, names)
        if texts is None or any(pat.BREAK in text for text in texts):
            return None
        options: list[Draft] = []
        for text in sorted(texts):
            words = [_word(item, numbers) for item in _ITEM.findall(text)]
            if None in words:
                return None
            options.append(tuple(SPACE if w == " " else frozenset({w}) for w in words))
        return either(options)


def _word(item: str, numbers: dict[str, int]) -> str | int | None:
    """What a text's word must be for an item of a spelling; None if that cannot be said."""
    if item in numbers:
        return numbers[item]
    if item != " " and _SIGN.fullmatch(item):
        return SIGN + item
    if any(mark in item for mark in numbers):
        return None
    if pat.TAINT in item:
        head = folded(item.partition(pat.TAINT)[0])
        if pat.NUMBER in item:
            return NUMBER_WORD
        return head + PREFIX if len(head) >= SHORTEST else ANY_WORD
    if pat.NUMBER in item:
        return NUMBER_WORD if item.strip(pat.NUMBER + "0123456789") == "" else MIXED_WORD
    return folded(item)


