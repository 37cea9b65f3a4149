"""From a finding to the edits that mend it, each proven on the text that comes out.

A mend is tried out before anybody sees it: the draft with its edits is read again, and every block
must show what it did before, but for the new words. So whatever the words or the markup, a mend
that would break a draft is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from healthlint.checks.terms import keep_case
from healthlint.decisions.suppress import Edit, removals
from healthlint.document import Block, Document
from healthlint.errors import DraftError
from healthlint.finding import Finding
from healthlint.fix import english
from healthlint.fix.encode import (
    encoders,
    html_text,
    in_front_matter,
    markdown,
    needs_quotes,
    quote_around,
    yaml_quoted,
)
from healthlint.fix.errors import Refused
from healthlint.fix.markup import edit_for
from healthlint.fix.place import Places, Words
from healthlint.readers import read
from healthlint.readers.runs import BlockBuilder

#: What a mend puts where: in place of the words found, of their whole unit, or at the draft's end.
SCOPES = ("match", "unit", "end", "comment")
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
    """Makes mends for one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.places = Places(document)

    def mend(self, finding: Finding, candidate: Candidate) -> Mend:
        """The mend for a finding. Raises `Refused`."""
        if candidate.scope == "comment":
            return Mend(finding, candidate, removals(self.document.source, [finding]))
        if candidate.scope == "end":
            return self._added(finding, candidate)
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
        elif self._kind(first) in _LABELS and not english.stopped(old):
            text = english.unstopped(text)
        if any("\ufffc" in self._text(one) for one in words):
            raise Refused("there is an address or code inside it")
        return [(first, text), *((one, "") for one in words[1:])]

    def _kind(self, words: Words) -> str:
        return self.document.blocks[words.block].kind

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
        if in_front_matter(document, block) and not quote_around(document.source, block):
            whole = _changed(block.text, changes)
            if document.source.removeprefix("\ufeff").startswith("---") and needs_quotes(whole):
                start, end = block.runs[0].start, block.runs[-1].end
                line = document.source[document.source.rfind("\n", 0, start) + 1 : start]
                if line.strip(" -"):  # else it is a block scalar, which needs none
                    yield (Edit(start, end, yaml_quoted(whole)),)
                    return
        at = block.span(first.start, first.start + 1).start
        for encode in encoders(document, block, at):
            edits = []
            for words, text in changes:
                if text or not self._is_whole(words):
                    edits.append(edit_for(document, words, text, encode))
                else:
                    edits.append(self._gone(words, encode))
            yield tuple(sorted(edits, key=lambda edit: edit.start))

    def _is_whole(self, words: Words) -> bool:
        text = self.document.blocks[words.block].text
        return not (text[: words.start].strip() or text[words.end :].strip())

    def _gone(self, words: Words, encode: object) -> Edit:
        """The edit that takes a whole block out, with its lines or its element."""
        document = self.document
        edit = edit_for(document, words, "", str)
        source, start, end = document.source, edit.start, edit.end
        if document.format == "html":
            opened = source.rfind("<", 0, start)
            name = source[opened + 1 : start].split(">")[0].split()[:1]
            closing = f"</{name[0]}>" if name else ""
            if closing and source[opened:start].endswith(">") and source.startswith(closing, end):
                return Edit(opened, end + len(closing), edit.text)
            return edit
        since = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1
        until = _line_end(source, end)
        marks = source[since:start].strip(" \t>*+-0123456789.)")
        if edit.text or marks or source[end:until].strip():
            return edit
        return Edit(since, until + len(_newline_at(source, until)), "")

    def _shows(self, edits: tuple[Edit, ...], changes: list[tuple[Words, str]]) -> bool:
        """Whether the draft with these edits shows the new words, and all else as before."""
        wanted = []
        for number, block in enumerate(self.document.blocks):
            mine = [change for change in changes if change[0].block == number]
            wanted.append(_changed(block.text, mine) if mine else block.text)
        try:
            new = read(edited(self.document.source, edits), self.document.format)
        except (DraftError, ValueError):
            return False
        if len(new.comments) != len(self.document.comments):
            return False
        return _seen(wanted, new) == _seen((block.text for block in new.blocks), new)

    def _added(self, finding: Finding, candidate: Candidate) -> Mend:
        """A paragraph of its own at the end of the running text. Raises `Refused`."""
        document = self.document
        last = self._last_block()
        if document.format == "html":
            edit = _html_paragraph(document, last, candidate.text)
        else:
            edit = _paragraph(document, last.runs[-1].end, candidate.text)
        if not self._gains(edit, candidate.text):
            raise Refused("there is no plain place for a new paragraph")
        return Mend(finding, candidate, (edit,))

    def _last_block(self) -> Block:
        """The block that running text ends with; a footer of links in HTML is none."""
        listed = ("paragraph", "list-item", "cell")
        orders = [listed, ("heading",)]
        if self.document.format == "html":
            orders = [("paragraph",), *orders]
        for kinds in orders:
            some = [b for b in self.document.blocks if b.kind in kinds and b.runs]
            if some:
                return max(some, key=lambda block: block.runs[-1].end)
        raise Refused("the draft has no running text to add a sentence to")

    def _gains(self, edit: Edit, text: str) -> bool:
        """Whether the draft with this edit shows the text, and all else as before."""
        new = read(edited(self.document.source, (edit,)), self.document.format)
        old = _seen((block.text for block in self.document.blocks), new)
        after, added = _seen((block.text for block in new.blocks), new), _seen([text], new)
        if new.format == "text":
            rest = " ".join(after).replace(" ".join(added), " ", 1)
            return bool(added) and rest.split() == " ".join(old).split()
        return bool(added) and sorted(after) == sorted(old + added)


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The source with edits that stand apart, whatever their order."""
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def _changed(text: str, changes: list[tuple[Words, str]]) -> str:
    for words, new in sorted(changes, key=lambda change: change[0].start, reverse=True):
        text = text[: words.start] + new + text[words.end :]
    return text


def _seen(texts: Iterable[str], document: Document) -> list[str]:
    """Texts as blocks show them, blanks collapsed; plain text as one, for its lines may move."""
    found = []
    for text in texts:
        builder = BlockBuilder()
        builder.add(text, 0, len(text))
        shown = " ".join(builder.finish()[0].split())
        if shown:
            found.append(shown)
    return [" ".join(found)] if document.format == "text" and len(found) > 1 else found


def _line_end(source: str, at: int) -> int:
    ends = [place for place in (source.find("\n", at), source.find("\r", at)) if place >= 0]
    return min(ends, default=len(source))


def _newline_at(source: str, at: int) -> str:
    return "\r\n" if source.startswith("\r\n", at) else source[at : at + 1]


def newline(source: str) -> str:
    """The line end that a draft uses."""
    at = _line_end(source, 0)
    return _newline_at(source, at) or "\n"


def _paragraph(document: Document, at: int, text: str) -> Edit:
    source = document.source
    line = newline(source)
    end = _line_end(source, at)
    said = markdown(text, at_start=True) if document.format == "markdown" else text
    return Edit(end, end, f"{line}{line}{said}")


#: Where an element ends that a paragraph may follow, by the kind of its last block.
_HTML_ENDS = {
    "list-item": re.compile(r".*?</(?:ul|ol|menu)\s*>", re.DOTALL | re.IGNORECASE),
    "cell": re.compile(r".*?</table\s*>", re.DOTALL | re.IGNORECASE),
    "paragraph": re.compile(r"(?:\s*</(?!div|section|main|body|article)\w+\s*>)*", re.IGNORECASE),
    "heading": re.compile(r"(?:\s*</(?!div|section|main|body|article)\w+\s*>)*", re.IGNORECASE),
}


def _html_paragraph(document: Document, last: Block, text: str) -> Edit:
    source, at = document.source, last.runs[-1].end
    if match := _HTML_ENDS[last.kind].match(source, at):
        at = match.end()
    return Edit(at, at, f"{newline(source)}<p>{html_text(text)}</p>")


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
