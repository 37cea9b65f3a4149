"""Makes the plan of a pattern (see `steps`) from its tree.

A plan is the pattern with characters left out. It lets through every text that the pattern matches,
and few others, so that the pattern itself, which is slow, is tried on those alone. Where characters
cannot be counted in words the plan asks for nothing.

A draft is a plan in the making: its steps are groups themselves, not yet their numbers, and its
choices have no guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import regex

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.steps import (
    ANY_WORD,
    CAPITAL_WORD,
    EITHER,
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

# A word alternative is a string, a word class its number.
Group = frozenset[str | int]
Draft = tuple[Any, ...]
_ANY: Group = frozenset({ANY_WORD})
_NUMBER: Group = frozenset({NUMBER_WORD})
_MIXED: Group = frozenset({MIXED_WORD})
_WITH_DIGIT = _NUMBER | _MIXED
_CAPITAL: Group = frozenset({CAPITAL_WORD})

_LIMIT = 2000  # spellings of one run of glued parts
_LARGEST = 200  # steps of a run whose words are uncertain
_CLASS_MARK = 0xE000
_ITEM = regex.compile(rf"[{pat.NUMBER}{pat.TAINT}\w\ue000-\uefff]+|[ ]|[^\s.,']")
_SIGN = regex.compile(rf"[^ {pat.NUMBER}{pat.TAINT}\w\ue000-\uefff]")
_COMMON = frozenset(
    "a an the is are was were be been of in on to for with and or no not you your we our it its "
    "this that from by at as can may will have has do does".split()
)


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
                guard = _first(step[1:])
                number = -1 if guard is None else self.number(guard)
                steps.append((step[0], number, *map(self.plan, step[1:])))
        return tuple(steps)


def _first(options: Iterable[Draft]) -> Group | None:
    """The words that the options begin with; None if one may begin with any, or with none."""
    found: set[str | int] = set()
    for option in options:
        for step in option:
            if step in (SPACE, START):  # these only narrow where a word may stand
                continue
            if isinstance(step, int):
                return None
            words = step if isinstance(step, frozenset) else _first(_inside(step))
            if words is None or _is_sign(words):
                return None
            found |= words
            if isinstance(step, frozenset) or step[0] == EITHER or (step[0] == MANY and step[1]):
                break
        else:
            return None
    return None if ANY_WORD in found else frozenset(found)


def _inside(step: Draft) -> Draft:
    return step[3:] if step[0] == MANY else step[1:]


def needs(draft: Draft) -> list[Group]:
    """The groups of which a text must hold one word each to get through a plan."""
    found: list[Group] = []
    for step in draft:
        if isinstance(step, frozenset):
            if ANY_WORD not in step:
                found.append(step)
        elif isinstance(step, tuple) and step[0] == EITHER:
            options = [needs(option) for option in step[1:]]
            if all(options):
                found.append(frozenset().union(*(min(some, key=_commonness) for some in options)))
        elif isinstance(step, tuple) and step[0] == MANY and step[1] > 0:
            found += needs(step[3])
    return found


def _commonness(group: Group) -> tuple[bool, int]:
    return not _COMMON.isdisjoint(group), len(group)


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
        first = _first([draft]) if opens_with_word(tree, inline) else None
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
            return _either([without, with_it])
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
                number = _MIXED if _begins_with_letters(after) else _NUMBER
                draft = _either([draft + after, _loosened(draft, number) + _dropped(after)])
            before = part
        return draft if _size(draft) <= _LARGEST else (LATER,)

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
                    (_CAPITAL, *one[1:]) if one[:1] == (_ANY,) and begins_capital(option) else one
                    for option, one in zip(node.options, options, strict=True)
                ]
            return _either(options)
        if is_punctuation(node):
            found = signs(node)
            return (frozenset(SIGN + sign for sign in found),) if found else ()
        if isinstance(node, pat.Raw):
            word = _NUMBER if node.digit else _ANY
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
            return ((MANY, min(node.low, int(node.node.digit)), -1, (_NUMBER,)),)
        spelled = self._spelled([node], place)
        return (LATER,) if spelled is None else spelled

    def _ref(self, ref: pat.Ref, place: str) -> Draft:
        key = ref.name, ref.form
        if key not in self._classes:
            built = self._vocabulary.word_class(*key, place)
            options = [self.draft(tree, place) for tree in built.inline]
            if built.phrases or built.capitals:
                options.insert(0, (frozenset({built.number}),))
            self._classes[key] = _either(options)
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
        return _either(options)


def _size(draft: Draft) -> int:
    return sum(1 + _size(step) if isinstance(step, tuple) else 1 for step in draft)


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


def _group(words: Iterable[str | int]) -> Group:
    group = frozenset(words)
    return _ANY if ANY_WORD in group else group


def _either(options: list[Draft]) -> Draft:
    """One of several plans; what many begin or end with is not said many times."""
    distinct = list(dict.fromkeys(options))
    if len(distinct) == 1:
        return distinct[0]
    if () in distinct:
        distinct.remove(())
        return ((MAYBE, _either(distinct)),)
    distinct = _merged(_merged(distinct, 0), -1)
    return distinct[0] if len(distinct) == 1 else ((EITHER, *distinct),)


def _merged(options: list[Draft], side: int) -> list[Draft]:
    """Options that differ in their first (0) or last (-1) word only, as one."""
    found: dict[Draft, set[str | int]] = {}
    for option in options:
        end, rest = option[side], (option[1:] if side == 0 else option[:-1])
        # Signs are no words, and stay by themselves.
        if isinstance(end, frozenset) and not _is_sign(end):
            found.setdefault((rest,), set()).update(end)
        else:
            found[rest, end] = set()
    merged: list[Draft] = []
    for (rest, *other), words in found.items():
        end = other[0] if other else _group(words)
        merged.append((end, *rest) if side == 0 else (*rest, end))
    return merged


def _loosened(draft: Draft, number: Group) -> Draft:
    """A plan whose last word may be any, for it may be part of a longer one.

    One with a digit keeps it: it becomes `number`.
    """
    if not draft:
        return draft
    before, last = draft[:-1], draft[-1]
    if isinstance(last, frozenset):
        if last <= _WITH_DIGIT:
            return (*before, number)
        return draft if last == _CAPITAL or _is_sign(last) else (*before, _ANY)
    if isinstance(last, int):
        return draft
    if last[0] == MAYBE:
        return _either([_loosened(before, number), before + _loosened(last[1], number)])
    if last[0] == EITHER:
        return before + _either([_loosened(option, number) for option in last[1:]])
    _, low, high, inner = last
    some = (*before, (MANY, max(low - 1, 0), high, inner), *_loosened(inner, number))
    return _either([_loosened(before, number), some]) if low == 0 else some


def _begins_with_letters(draft: Draft) -> bool:
    """Whether every word that a plan may begin with has no digit; False if it may be empty."""
    if not draft:
        return False
    first = draft[0]
    if isinstance(first, int):
        return True  # it begins with no word, and shares none
    if isinstance(first, frozenset):
        return _is_sign(first) or all(isinstance(word, str) and word.isalpha() for word in first)
    if first[0] == EITHER:
        return all(map(_begins_with_letters, first[1:]))
    if first[0] == MAYBE:
        return _begins_with_letters(first[1]) and _begins_with_letters(draft[1:])
    inner = _begins_with_letters(first[3])
    return inner and (first[1] > 0 or _begins_with_letters(draft[1:]))


def _is_sign(group: Group) -> bool:
    return any(str(one).startswith(SIGN) for one in group)


def _dropped(draft: Draft) -> Draft:
    """A plan without its first word, which another plan has already."""
    if not draft:
        return draft
    first, rest = draft[0], draft[1:]
    if isinstance(first, frozenset):
        return draft if _is_sign(first) else rest
    if isinstance(first, int):
        return draft
    if first[0] == MAYBE:
        return _either([_dropped(rest), _dropped(first[1]) + rest])
    if first[0] == EITHER:
        return _either([_dropped(option) for option in first[1:]]) + rest
    _, low, high, inner = first
    some = (*_dropped(inner), (MANY, max(low - 1, 0), high, inner), *rest)
    return _either([_dropped(rest), some]) if low == 0 else some
