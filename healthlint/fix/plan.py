"""From a finding to the edits that mend it, each proven on the text that comes out.

A mend is tried out before anybody sees it: the draft with its edits is read again, and every block
must show what it did before, but for the new words. So whatever the words or the markup, a mend
that would break a draft is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from healthlint.checks.terms import keep_case
from healthlint.decisions.suppress import Edit, removals
from healthlint.document import Document
from healthlint.errors import DraftError
from healthlint.finding import Finding
from healthlint.fix import english
from healthlint.fix.added import additions
from healthlint.fix.containers import container
from healthlint.fix.edits import changed, edited, line_end, newline_at, requoted, seen
from healthlint.fix.encode import encoders
from healthlint.fix.errors import Refused
from healthlint.fix.markup import edit_for
from healthlint.fix.place import Places, Words
from healthlint.readers import read

#: What a mend puts where: in place of the words found, of their whole unit, or at the draft's end.
SCOPES = ("match", "unit", "end", "comment")
_LINE_END = re.compile(r"\s*[\r\n]+\s*")
_TAGGED = ("html", "feed", "script", "typescript", "vue", "svelte", "astro")
_LABELS = frozenset(["heading", "title", "cell", "list-item", "caption", "alt", "meta"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to mend a finding: words, and what they take the place of (one of `SCOPES`)."""

    text: str
    scope: str


@dataclass(frozen=True, slots=True)
class Mend:
    """A finding and the edits that mend it, in order and apart; `words` is what they change."""

    finding: Finding
    candidate: Candidate
    edits: tuple[Edit, ...]
    words: tuple[Words, ...] = ()


def candidates(finding: Finding, unsafe: bool) -> tuple[Candidate, ...]:
    """The ways to mend a finding without asking anybody, the best first.

    Safe is what a rule's `fix` says is safe. With `unsafe` come its other fixes and, for a rule
    without any, its suggestions: for a gap in the whole draft at its end, else for the whole unit.
    """
    if finding.fix is not None:
        if not (finding.fix.safe or unsafe):
            return ()
        scope = "comment" if finding.category == "housekeeping" else "match"
        return (Candidate(finding.fix.text, scope),)
    return offers(finding) if unsafe else ()


def offers(finding: Finding) -> tuple[Candidate, ...]:
    """Everything that a person may choose from for a finding."""
    found = []
    if finding.fix is not None:
        scope = "comment" if finding.category == "housekeeping" else "match"
        found.append(Candidate(finding.fix.text, scope))
    elif finding.category != "metric":
        scope = "end" if finding.category == "disclosure" else "unit"
        found += [Candidate(text, scope) for text in finding.suggestions]
    return tuple(found)


class Planner:
    """Makes mends for one document; `fields` are those that it was read with."""

    def __init__(self, document: Document, fields: tuple[str, ...] = ()) -> None:
        self.document, self.fields = document, fields
        self.places = Places(document)

    def mend(self, finding: Finding, candidate: Candidate) -> Mend:
        """The mend for a finding. Raises `Refused`."""
        if candidate.scope == "comment":
            return Mend(finding, candidate, removals(self.document.source, [finding]))
        candidate = replace(candidate, text=_LINE_END.sub(" ", candidate.text))
        if candidate.scope == "end":
            for edit in additions(self.document, candidate.text):
                if self._gains(edit, candidate.text):
                    return Mend(finding, candidate, (edit,))
            raise Refused("there is no plain place for a new paragraph")
        found = self.places.words(finding.start.offset, finding.end.offset)
        if not found:
            raise Refused("it stands in no prose")
        if candidate.scope == "unit":
            words = self.places.whole(found)
            return self._proven(finding, candidate, self._as_units(words, candidate.text))
        if len(found) > 1:
            raise Refused("it runs over several paragraphs")
        return self._proven(finding, candidate, self._as_match(found[0], candidate.text))

    # -- words -----------------------------------------------------------------------------------

    def _as_match(self, words: Words, text: str) -> list[tuple[Words, str]]:
        """New words for those that were found: in their case, with the article they need."""
        full = self.document.blocks[words.block].text
        unit = next(iter(self.places.touched(words)))
        before, old = full[unit.start : words.start], full[words.start : words.end]
        leads = not any(char.isalnum() for char in before)
        if not text:
            return self._without(words, unit.end, leads)
        text = keep_case(old, text)
        if leads and english.starts_capital(old):
            text = english.capital(text)
        changes = [(words, text)]
        found = english.ARTICLE.search(before)
        if found and english.has_article(text):
            start = unit.start + found.start()
            kept = english.capital(text) if found[1][0].isupper() else text
            return [(Words(words.block, start, words.end), kept)]
        if found and english.article(old) == found[1].lower():
            changes = self._article(words, unit.start + found.start(), found[1], text) + changes
        return changes

    def _article(self, words: Words, at: int, old: str, text: str) -> list[tuple[Words, str]]:
        new = english.in_case_of(old, english.article(text))
        return [] if new == old else [(Words(words.block, at, at + len(old)), new)]

    def _without(self, words: Words, end: int, leads: bool) -> list[tuple[Words, str]]:
        """The words are taken out, with a blank beside them; what follows takes their capital."""
        full = self.document.blocks[words.block].text
        start, stop = words.start, words.end
        if full[stop : stop + 1] == " " and (leads or full[start - 1 : start] in (" ", "")):
            stop += 1
        elif full[start - 1 : start] == " ":
            start -= 1
        rest = full[stop:end]
        if not rest.strip():
            raise Refused("nothing would be left of it")
        if leads and english.starts_capital(full[words.start : words.end]):
            first = full[stop : stop + 1]
            return [(Words(words.block, start, stop + 1), english.capital(rest)[: len(first)])]
        changes = [(Words(words.block, start, stop), "")]
        unit = next(iter(self.places.touched(words)))
        if found := english.ARTICLE.search(full[unit.start : words.start]):
            changes = self._article(words, unit.start + found.start(), found[1], rest) + changes
        return changes

    def _as_units(self, words: list[Words], text: str) -> list[tuple[Words, str]]:
        """New words for whole units: a stop where others follow, none where there was none."""
        if not words:
            raise Refused("it stands in no prose")
        kinds = {self.document.blocks[one.block].kind for one in words}
        if len(words) > 1 and not kinds <= {"paragraph", "list-item", "alt", "caption"}:
            raise Refused("it runs over a heading or a table")
        beside = ("alt", "caption")  # what stands beside a story is left
        words = [one for one in words if one is words[0] or self._kind(one) not in beside]
        first = words[0]
        full = self.document.blocks[first.block].text
        old = full[first.start : first.end]
        if full[first.end :].strip() and not english.stopped(text):
            text += "."
        elif not english.stopped(old) and (self._kind(first) in _LABELS or self._is_value(first)):
            text = english.unstopped(text)
        if any("\ufffc" in self._text(one) for one in words):
            raise Refused("there is an address or code inside it")
        return [(first, text), *((one, "") for one in words[1:])]

    def _kind(self, words: Words) -> str:
        return self.document.blocks[words.block].kind

    def _is_value(self, words: Words) -> bool:
        """Whether words stand in a string, so that they may be a label that looks like a text."""
        span = self.document.blocks[words.block].span(words.start, words.start + 1)
        inside = container(self.document, span.start)
        return inside is not None and inside.kind != "html"

    def _text(self, words: Words) -> str:
        return self.document.blocks[words.block].text[words.start : words.end]

    # -- edits -----------------------------------------------------------------------------------

    def _proven(
        self, finding: Finding, candidate: Candidate, changes: list[tuple[Words, str]]
    ) -> Mend:
        """The mend of the first way of writing that shows the right words. Raises `Refused`."""
        tried: set[tuple[Edit, ...]] = set()
        for edits in self._ways(changes):
            if edits in tried:
                continue
            tried.add(edits)
            if self._shows(edits, changes):
                words = tuple(words for words, _ in changes)
                return Mend(finding, candidate, edits, words)
        raise Refused("its markup cannot be kept in order")

    def _ways(self, changes: list[tuple[Words, str]]) -> Iterator[tuple[Edit, ...]]:
        document = self.document
        first = changes[0][0]
        block = document.blocks[first.block]
        at = block.span(first.start, first.start + 1).start
        inside = container(document, at)
        for encode in encoders(document, block, at, inside):
            edits = []
            for words, text in changes:
                if text or not self._is_whole(words):
                    edits.append(edit_for(document, words, text, encode))
                else:
                    edits.append(self._gone(words, encode))
            yield requoted(document.source, edits, inside)

    def _is_whole(self, words: Words) -> bool:
        text = self.document.blocks[words.block].text
        return not (text[: words.start].strip() or text[words.end :].strip())

    def _gone(self, words: Words, encode: object) -> Edit:
        """The edit that takes a whole block out, with its lines or its element."""
        document = self.document
        edit = edit_for(document, words, "", str)
        source, start, end = document.source, edit.start, edit.end
        if document.format in _TAGGED:
            opened = source.rfind("<", 0, start)
            name = source[opened + 1 : start].split(">")[0].split()[:1]
            closing = f"</{name[0]}>" if name else ""
            if closing and source[opened:start].endswith(">") and source.startswith(closing, end):
                return Edit(opened, end + len(closing), edit.text)
            return edit
        since = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1
        until = line_end(source, end)
        marks = source[since:start].strip(" \t>*+-0123456789.)")
        if edit.text or marks or source[end:until].strip():
            return edit
        return Edit(since, until + len(newline_at(source, until)), "")

    def _shows(self, edits: tuple[Edit, ...], changes: list[tuple[Words, str]]) -> bool:
        """Whether the draft with these edits shows the new words, and all else as before."""
        wanted = []
        for number, block in enumerate(self.document.blocks):
            mine = [change for change in changes if change[0].block == number]
            wanted.append(changed(block.text, mine) if mine else block.text)
        try:
            new = self._read(edits)
        except (DraftError, ValueError):
            return False
        if len(new.comments) != len(self.document.comments):
            return False
        return seen(wanted, new) == seen((block.text for block in new.blocks), new)

    def _read(self, edits: Iterable[Edit]) -> Document:
        """The draft with these edits. Raises `DraftError`."""
        return read(edited(self.document.source, edits), self.document.format, self.fields)

    def _gains(self, edit: Edit, text: str) -> bool:
        """Whether the draft with this edit shows the text, and all else as before."""
        try:
            new = self._read((edit,))
        except (DraftError, ValueError):
            return False
        old = seen((block.text for block in self.document.blocks), new)
        after, added = seen((block.text for block in new.blocks), new), seen([text], new)
        if new.format == "text":
            rest = " ".join(after).replace(" ".join(added), " ", 1)
            return bool(added) and rest.split() == " ".join(old).split()
        return bool(added) and sorted(after) == sorted(old + added)


def shifted(mend: Mend, all_edits: Iterable[Edit]) -> tuple[int, int]:
    """The range of a mend's new words in the source with all of these edits."""
    start, end = mend.edits[0].start, mend.edits[-1].end
    before = inside = 0
    for edit in all_edits:
        grown = len(edit.text) - (edit.end - edit.start)
        if edit in mend.edits:
            inside += grown
        elif edit.end <= start:
            before += grown
        elif edit.start < end:
            inside += grown
    return start + before, end + before + inside


def collide(one: Mend, other: Mend, places: Places) -> bool:
    """Whether two mends cannot be made at once: edits that meet, or one unit for both."""
    for a in one.edits:
        for b in other.edits:
            if a.start <= b.end and b.start <= a.end:
                return True
    if "unit" not in (one.candidate.scope, other.candidate.scope):
        return False
    mine = {unit.index for words in one.words for unit in places.touched(words)}
    return any(unit.index in mine for words in other.words for unit in places.touched(words))
