"""Suppressions in the draft: what a comment or a front matter key says may stand, and why.

    <!-- healthlint-disable-next-block SAF001, statistics -- the label says so in section 6 -->
    <!-- healthlint-disable-line hype -- a quotation from the old leaflet -->
    <!-- healthlint-disable stigma -- a patient's own words -->  …  <!-- healthlint-enable -->
    <!-- healthlint-disable-file metric -- written for clinicians -->

Every reader puts the comments of its format into `Document.comments`; what they mean is the same in
all of them and is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from healthlint.decisions.directives import Directive, area, extents, parse, without
from healthlint.decisions.housekeeping import OWN, raise_own
from healthlint.decisions.outcome import Step, sift
from healthlint.finding import Decided, Finding, Fix
from healthlint.selection import hint, rank

if TYPE_CHECKING:
    from healthlint.document import Document
    from healthlint.rulebook.model import Rule
    from healthlint.settings import Settings

_LINE_END = re.compile(r"\r\n?|\n")
_EMPTY_LINE = re.compile(r"[ \t]*(?:\r\n?|\n)")


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of the source range `[start, end)`."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a directive: for each code it stands for, the source range it holds in."""

    directive: Directive
    word: str
    areas: dict[str, tuple[int, int]]
    touching: bool = False  # whether a finding that only reaches into the area is meant too

    def covers(self, finding: Finding) -> bool:
        """Whether a finding begins in the area of its rule, or touches it."""
        reach = self.areas.get(finding.rule)
        if reach is None:
            return False
        start, end = finding.start.offset, finding.end.offset
        if self.touching:
            return start < reach[1] and end > reach[0]
        return reach[0] <= start < reach[1]


@dataclass(frozen=True)
class Suppressions:
    """All suppressions of one draft."""

    directives: tuple[Directive, ...]
    entries: tuple[Entry, ...]
    names: dict[str, frozenset[str]]  # the codes that each name stands for
    rules: tuple[Rule, ...]
    require_reason: bool

    @classmethod
    def read(
        cls, document: Document, rules: tuple[Rule, ...], require_reason: bool = True
    ) -> Suppressions:
        """The suppressions that stand in a document's comments."""
        found = (parse(one) for one in sorted(document.comments, key=lambda one: one.start))
        directives = tuple(one for one in found if one is not None)
        if not directives:
            return cls((), (), {}, rules, require_reason)
        said = {word for one in directives for word in one.words}
        names = {word: _codes(word, rules) for word in said}
        blocks = extents(document)
        entries: list[Entry] = []
        ends: dict[str, int] = {}  # for each code that an `enable` further down names, its place
        end = len(document.source) + 1  # the same for all others
        for one in reversed(directives):
            if not _counts(one, require_reason):
                continue
            if one.verb == "enable":
                if not one.words:
                    ends, end = {}, one.comment.start
                for word in one.words:
                    ends |= dict.fromkeys(names[word], one.comment.start)
                continue
            reach = area(one, document, blocks)
            for word in reversed(one.words):
                areas = dict.fromkeys(names[word], reach)
                if one.verb == "disable":
                    areas = {code: (reach[0], ends.get(code, end)) for code in areas}
                entries.append(Entry(one, word, areas, touching=one.verb == "disable-line"))
        return cls(directives, tuple(reversed(entries)), names, rules, require_reason)

    @cached_property
    def _by_code(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for code in entry.areas:
                found.setdefault(code, []).append(entry)
        return found

    @cached_property
    def _by_directive(self) -> dict[int, list[Entry]]:
        found: dict[int, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(id(entry.directive), []).append(entry)
        return found

    def apply(self, findings: Iterable[Finding]) -> Step:
        """Take out the findings that are suppressed."""
        if not self.entries:
            return Step(tuple(findings))

        def decide(finding: Finding) -> Decided | None:
            mine = self._by_code.get(finding.rule, ())
            entry = next((one for one in mine if one.covers(finding)), None)
            if entry is None:
                return None
            return Decided(finding, "suppression", reason=entry.directive.reason)

        return Step(*sift(findings, decide))

    def problems(
        self,
        document: Document,
        settings: Settings,
        suppressed: Iterable[Finding],
        ran: frozenset[str],
    ) -> list[Finding]:
        """Our own findings about these suppressions, in order of place.

        `suppressed` is all that they suppressed. Whether a name is of use is judged only when every
        rule it stands for is in `ran`: one that did not run might have found something.
        """
        done = list(suppressed)
        found: list[Finding] = []
        opened: set[str] = set()  # codes that a `disable` above has switched off
        for one in self.directives:
            if one.wrong:
                message = f"This suppresses nothing: {one.wrong}."
                found += self._raise("SUP004", document, settings, one, _place(one), message)
                continue
            found += self._unknown(document, settings, one)
            if one.verb == "enable":
                known = {code for word in one.words for code in self.names[word]}
                if not (opened & known if one.words else opened):
                    message = "This ends nothing: no `healthlint-disable` above it is still open."
                    fix = Fix("", safe=True)
                    found += self._raise(
                        "SUP002", document, settings, one, _place(one), message, fix
                    )
                opened = opened - known if one.words else set()
                continue
            if not _counts(one, self.require_reason):
                message = (
                    "This suppression gives no reason, so it does not count. Write why the finding "
                    f"may stand after the names: `{', '.join(one.words)} -- …`."
                )
                found += self._raise("SUP003", document, settings, one, _place(one), message)
                continue
            if one.verb == "disable":
                opened.update(code for word in one.words for code in self.names[word])
            found += self._unused(document, settings, one, done, ran)
        return found

    def _unknown(self, document: Document, settings: Settings, one: Directive) -> list[Finding]:
        found = []
        for word in one.words:
            if self.names[word]:
                continue
            if any(rank(rule, word) for rule in OWN):
                what = f"`{word}` cannot be suppressed in a draft; switch it off in the settings"
            else:
                what = f"No rule, code or category is called `{word}`{hint(word, self.rules)}"
            message = f"{what.rstrip('.')}. This name suppresses nothing."
            place = _word_place(one, word, document.source)
            found += self._raise("SUP001", document, settings, one, place, message, about=word)
        return found

    def _unused(
        self,
        document: Document,
        settings: Settings,
        one: Directive,
        done: list[Finding],
        ran: frozenset[str],
    ) -> list[Finding]:
        idle = [
            entry.word
            for entry in self._by_directive.get(id(one), ())
            if entry.areas
            and ran.issuperset(entry.areas)
            and not any(entry.covers(finding) for finding in done)
        ]
        if not idle:
            return []
        which = ", ".join(f"`{word}`" for word in idle)
        message = f"This suppresses nothing: {which} would find nothing here. Take it out."
        text = "" if len(idle) == len(one.words) else without(one, idle, document.source)
        fix = None if text is None else Fix(text, safe=True)
        return self._raise("SUP002", document, settings, one, _place(one), message, fix)

    @staticmethod
    def _raise(
        code: str,
        document: Document,
        settings: Settings,
        one: Directive,
        place: tuple[int, int],
        message: str,
        fix: Fix | None = None,
        about: str = "",
    ) -> list[Finding]:
        return raise_own(code, document, settings, place, message, about, one.comment.text, fix=fix)


def removals(source: str, findings: Iterable[Finding]) -> tuple[Edit, ...]:
    """The edits that take unused suppressions (SUP002) out of a draft, in order and apart.

    A comment that stands alone on its lines takes these with it; one that shares a line takes the
    blanks before it. Findings of other rules are passed over.
    """
    edits: list[Edit] = []
    for finding in findings:
        if finding.rule != "SUP002" or finding.fix is None:
            continue
        start, end = finding.start.offset, finding.end.offset
        if not finding.fix.text:
            start, end = _with_line(source, start, end)
        edits.append(Edit(start, end, finding.fix.text))
    joined: list[Edit] = []
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if joined and edit.start < joined[-1].end:
            last = joined.pop()
            edit = Edit(last.start, max(last.end, edit.end), last.text + edit.text)
        joined.append(edit)
    return tuple(joined)


def _with_line(source: str, start: int, end: int) -> tuple[int, int]:
    before, after = start, end
    while before and source[before - 1] in " \t":
        before -= 1
    while after < len(source) and source[after] in " \t":
        after += 1
    at_start = not before or source[before - 1] in "\r\n"
    at_end = after == len(source) or source[after] in "\r\n"
    if at_start and at_end:
        for pattern in (_LINE_END, _EMPTY_LINE if _after_empty_line(source, before) else None):
            if pattern and (found := pattern.match(source, after)):
                after = found.end()
        return before, after
    if at_end:
        return before, end
    return (start, after) if at_start or source[start - 1].isspace() else (start, end)


def _after_empty_line(source: str, at: int) -> bool:
    """Whether the line before the one that begins at `at` is empty, or there is none."""
    lines = re.split(r"\r\n?|\n", source[max(0, at - 200) : at])
    return at == 0 or (len(lines) > 2 and not lines[-2].strip())


def _counts(one: Directive, require_reason: bool) -> bool:
    if one.wrong:
        return False
    return one.verb == "enable" or bool(one.reason) or not require_reason


def _codes(word: str, rules: tuple[Rule, ...]) -> frozenset[str]:
    """The codes that a name stands for; claims' own findings can be suppressed, ours cannot."""
    own = (rule for rule in OWN if rule.code.startswith("CLM") and rank(rule, word) > 1)
    return frozenset(rule.code for rule in (*rules, *own) if rank(rule, word))


def _place(one: Directive) -> tuple[int, int]:
    return one.comment.start, one.comment.end


def _word_place(one: Directive, word: str, source: str) -> tuple[int, int]:
    """Where a name stands in its comment; the whole comment where that is not plain to see."""
    found = _named(word).search(source, one.comment.start, one.comment.end)
    return found.span() if found else _place(one)


def _named(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
