"""What the fact tables hold, without the YAML that it comes from (see `tables`).

A run with a cached rulebook imports this module and not its reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

KINDS = ("drug", "device", "procedure", "biologic", "supplement", "hands-on")
STATUSES = ("approved", "cleared", "unapproved", "none")


class Authority(NamedTuple):
    """A law, guidance or style source a rule rests on; `says` is our own wording."""

    id: str
    title: str
    issuer: str
    jurisdiction: str
    year: int
    url: str
    says: str
    status: str
    verified: bool
    checked: str
    note: str = ""


class Use(NamedTuple):
    """A condition or use that copy names; `words` are patterns, `broader` ids of wider uses."""

    id: str
    label: str
    words: tuple[str, ...]
    broader: tuple[str, ...]
    place: str  # `file:line:column`, for messages about its patterns


class Elsewhere(NamedTuple):
    """How a label differs in another profile; `covers` None means as in the United States."""

    covers: tuple[str, ...] | None = None
    text: str = ""
    pom: bool = False  # prescription only: may not be advertised to the public
    schedule: int | None = None  # of the Australian Poisons Standard
    verified: bool = True


class Label(NamedTuple):
    """What the label of one treatment covers, what it is sold for, and what can go wrong."""

    id: str
    kind: str
    names: tuple[str, ...]
    label: str
    status: str
    covers: tuple[str, ...]
    marketed: tuple[str, ...]
    risks: tuple[str, ...]
    risk_words: tuple[str, ...]
    source: str
    checked: str
    verified: bool
    place: str  # `file:line:column`, for messages about its patterns
    weak_names: tuple[str, ...] = ()  # ambiguous alone: they count only beside a sure sign
    covers_text: str = ""
    elsewhere: Mapping[str, Elsewhere] = {}
    boxed: bool = False
    controlled: str | None = None
    note: str = ""


class CrisisLine(NamedTuple):
    """One crisis line: its name, its number as it is printed, and a sentence that offers it."""

    name: str
    number: str
    text: str
    verified: bool


class Profile(NamedTuple):
    """Whose law speaks: `authorities` go by category, `severities` by category or rule name."""

    id: str
    name: str
    regulator: str
    regulator_words: tuple[str, ...]
    approved_words: tuple[str, ...]
    emergency: str
    crisis_lines: tuple[CrisisLine, ...]
    crisis_words: tuple[str, ...]
    testimonials_banned: bool
    pom_naming_banned: bool
    authorities: Mapping[str, tuple[str, ...]]
    severities: Mapping[str, str]
    spelling: str

    @property
    def crisis_line(self) -> str:
        """A sentence that offers the first confirmed crisis line; empty when there is none."""
        return next((line.text for line in self.crisis_lines if line.verified), "")


class Tables(NamedTuple):
    """All tables, each by id."""

    authorities: Mapping[str, Authority]
    uses: Mapping[str, Use]
    labels: Mapping[str, Label]
    profiles: Mapping[str, Profile]

    def wider(self, use: str) -> frozenset[str]:
        """A use and every use it belongs to."""
        found: set[str] = set()
        open_ = [use]
        while open_:
            one = open_.pop()
            if one not in found:
                found.add(one)
                open_.extend(self.uses[one].broader)
        return frozenset(found)

    def covers(self, label: str, use: str, profile: str = "us") -> bool:
        """Whether a label covers a use in a profile.

        Copy that is vaguer than the label ("depression" for treatment-resistant depression) or
        narrower is covered, unless the label lists the use as one it is marketed for.
        """
        entry = self.labels[label]
        there = entry.elsewhere.get(profile)
        covered = entry.covers if there is None or there.covers is None else there.covers
        if use in covered:
            return True
        if use in entry.marketed:
            return False
        wider = self.wider(use)
        return any(one in wider or use in self.wider(one) for one in covered)
