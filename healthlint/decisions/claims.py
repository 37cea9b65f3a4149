"""Substantiated claims: a register of statements that were approved, with their evidence.

A claim stands in a draft word for word when its sentences stand there as whole sentences, one
behind the other in one block, with the same words; case, blanks and the shape of quotation marks
and dashes do not count, nor does a full stop at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from healthlint.decisions.housekeeping import raise_own
from healthlint.decisions.outcome import Step, sift
from healthlint.decisions.register import date_of, entries, keys, read_text, shown, text_of
from healthlint.errors import ConfigError, RuleError
from healthlint.finding import Decided, Finding
from healthlint.segment import sentences, units
from healthlint.selection import rank
from healthlint.settings import PROFILES

if TYPE_CHECKING:
    from healthlint.document import Document
    from healthlint.rulebook.yamltree import Node
    from healthlint.settings import Settings

#: From this likeness on (of words, as difflib measures it) a sentence is near a claim.
NEAR = 0.85

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2033": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim rests on: a reference a reader could find, and where it is."""

    reference: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One approved statement. It is clear of `rules`, or of all that look at a sentence."""

    text: str
    evidence: tuple[Evidence, ...]
    approved_by: str
    approved_on: date
    until: date
    rules: tuple[tuple[str, str], ...] = ()  # names, each with its place
    profiles: tuple[str, ...] = ()
    place: str = ""

    def lapse(self, today: date) -> str | None:
        """Why the approval is not in force on a day; None if it is."""
        if today > self.until:
            return f"ended on {self.until}"
        return f"begins only on {self.approved_on}" if today < self.approved_on else None

    def clears(self, finding: Finding) -> bool:
        """Whether the finding is of a rule that the claim is approved against."""
        if self.rules:
            return any(rank(_Found(finding), word) for word, _ in self.rules)
        return finding.category != "disclosure"  # those speak of the whole draft


class _Found:
    """A finding as names of rules are compared with it."""

    def __init__(self, finding: Finding) -> None:
        self.code, self.name = finding.rule, finding.name
        self.category, self.severity = finding.category, finding.severity


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Whole units in a row: their source range and words."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Claims:
    """All claims of one register."""

    items: tuple[Claim, ...]

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Every name of a rule that a claim gives, with its place, for `check_names`."""
        return tuple(pair for claim in self.items for pair in claim.rules)

    @cached_property
    def _by_size(self) -> dict[int, list[tuple[Claim, tuple[str, ...]]]]:
        """Claims and their words, by how many sentences they have."""
        found: dict[int, list[tuple[Claim, tuple[str, ...]]]] = {}
        for claim in self.items:
            found.setdefault(len(sentences(claim.text)), []).append((claim, words(claim.text)))
        return found

    def apply(
        self, findings: tuple[Finding, ...], document: Document, settings: Settings, today: date
    ) -> tuple[Step, list[Finding]]:
        """Take out what approved claims say; the findings raised are near and lapsed claims."""
        cleared: list[tuple[_Stretch, Claim]] = []
        lapsed: list[tuple[_Stretch, Claim]] = []
        near: list[tuple[_Stretch, Claim]] = []
        for size, claims in self._by_size.items():
            here = [pair for pair in claims if settings.profile in (pair[0].profiles or PROFILES)]
            for stretch in _stretches(document, size) if here else ():
                exact = [claim for claim, said in here if said == stretch.words]
                good = [claim for claim in exact if claim.lapse(today) is None]
                if exact:
                    to = cleared if good else lapsed
                    to.extend((stretch, one) for one in good or exact[-1:])
                elif found := _nearest(stretch, here, today):
                    near.append((stretch, found))

        def decide(finding: Finding) -> Decided | None:
            claim = next((one for place, one in cleared if _clears(place, one, finding)), None)
            if claim is None:
                return None
            reference = "; ".join(part.reference for part in claim.evidence)
            until = claim.until.isoformat()
            return Decided(finding, "claim", reference, claim.approved_by, until=until)

        raised: list[Finding] = []
        exactly = [place for place, _ in (*cleared, *lapsed)]
        for place, one in lapsed:
            message = (
                f"The approval of this claim by {one.approved_by} {one.lapse(today)}. "
                "Have it approved again, or take it out."
            )
            span = place.start, place.end
            raised += raise_own("CLM002", document, settings, span, message, one.text)
        for place, one in near:
            if any(place.start < other.end and other.start < place.end for other in exactly):
                continue
            message = (
                f"This is close to a claim that {one.approved_by} approved until {one.until}, but "
                f"not word for word: “{one.text}”"
            )
            raised += raise_own(
                "CLM001", document, settings, (place.start, place.end), message,
                " ".join(place.words), suggestions=(one.text,),
            )  # fmt: skip
        raised.sort(key=lambda finding: finding.start.offset)
        return Step(*sift(findings, decide)), raised


def words(text: str) -> tuple[str, ...]:
    """The words of a text as claims compare them."""
    found = text.translate(_PLAIN).casefold().split()
    if found and found[-1].endswith(".") and not found[-1].endswith(".."):
        found[-1] = found[-1][:-1]
    return tuple(word for word in found if word)


def read_claims(path: Path) -> Claims:
    """The claims of a register. Raises `ConfigError` with the place of what is wrong."""
    try:
        return Claims(
            tuple(_claim(node) for node in entries(read_text(path), shown(path), "claims"))
        )
    except RuleError as error:
        raise ConfigError(str(error)) from None


def _claim(node: Node) -> Claim:
    required = ("text", "evidence", "approved_by", "approved_on", "until")
    keys(node, required, ("rules", "profile"), "a claim")
    rules, profile, evidence = node.get("rules"), node.get("profile"), node.get("evidence")
    assert evidence
    listed = evidence.elements() if evidence.kind == "list" else [evidence]
    if not listed:
        raise ConfigError(f"{evidence.place}: `evidence` is empty; give a reference at least")
    profiles = tuple(profile.texts()) if profile else ()
    for name, part in profiles:
        if name not in PROFILES:
            raise ConfigError(
                f"{part.place}: there is no profile `{name}`; there are: {', '.join(PROFILES)}"
            )
    text = text_of(node, "text")
    if not words(text):
        raise ConfigError(f"{node.place}: the `text` of this claim has no words")
    return Claim(
        text,
        tuple(_evidence(part) for part in listed),
        text_of(node, "approved_by"),
        date_of(node, "approved_on"),
        date_of(node, "until"),
        tuple((word, part.place) for word, part in rules.texts()) if rules else (),
        tuple(name for name, _ in profiles),
        node.place,
    )


def _evidence(node: Node) -> Evidence:
    keys(node, ("reference",), ("link",), "a piece of evidence")
    return Evidence(text_of(node, "reference"), text_of(node, "link", ""))


def _stretches(document: Document, size: int) -> Iterator[_Stretch]:
    """Every run of `size` units in one block."""
    found = units(document)
    for first, last in zip(found, found[size - 1 :], strict=False):
        if first.block == last.block:
            block = document.blocks[first.block]
            span = block.span(first.start, last.end)
            yield _Stretch(span.start, span.end, words(block.text[first.start : last.end]))


def _clears(place: _Stretch, claim: Claim, finding: Finding) -> bool:
    inside = place.start <= finding.start.offset and finding.end.offset <= place.end
    return inside and claim.clears(finding)


def _nearest(
    stretch: _Stretch, claims: list[tuple[Claim, tuple[str, ...]]], today: date
) -> Claim | None:
    """The claim in force that the stretch is most like, if it is near enough."""
    best, closest = NEAR, None
    counts = Counter(stretch.words)
    for claim, said in claims:
        total = len(said) + len(stretch.words)
        if 2 * min(len(said), len(stretch.words)) < best * total:
            continue
        if 2 * (counts & Counter(said)).total() < best * total or claim.lapse(today):
            continue
        ratio = SequenceMatcher(None, said, stretch.words, autojunk=False).ratio()
        if ratio > best or (ratio == best and closest is None):
            best, closest = ratio, claim
    return closest
