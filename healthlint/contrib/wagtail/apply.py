"""One suggestion put in the place of what was found, as words that the editor can exchange.

Markup, drafts and unsaved work are the editor's. So nothing is written here: what comes out is the
paragraph as readers see it, before and after, and the browser changes what differs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from healthlint import Field, HealthlintError, Settings, lint_fields
from healthlint.contrib.wagtail.check import Found
from healthlint.contrib.wagtail.extract import page_places
from healthlint.document import Document
from healthlint.fields import read_page
from healthlint.finding import Finding, Result
from healthlint.fix.errors import Refused
from healthlint.fix.plan import Planner, edited, offers
from healthlint.output.common import advice


class NotApplicable(Exception):
    """A suggestion cannot be put in place by itself; the text says why, for the editor."""


@dataclass(frozen=True)
class Option:
    """Something to write instead; `number` is what `change` knows it by, None: copy it."""

    text: str
    number: int | None = None


@dataclass(frozen=True)
class Change:
    """A paragraph of the text at `contentpath`, as readers see it, before and after."""

    contentpath: str
    old: str
    new: str


def options(finding: Finding) -> list[Option]:
    """What may be written instead, the best first."""
    ways = offers(finding)
    found = [
        Option(way.text, number)
        for number, way in enumerate(ways)
        if way.scope in ("match", "unit") and way.text and not way.text.startswith("[")
    ]
    shown = {one.text for one in found}
    return found + [Option(text) for text in advice(finding) if text not in shown]


def change(page: Any, found: Found, number: int, settings: Settings) -> Change:
    """The change that a suggestion makes. Raises `NotApplicable`."""
    place, finding = found.place, found.finding
    before = _read(place.field)
    try:
        mend = Planner(before).mend(finding, offers(finding)[number])
        text = edited(before.source, mend.edits)
        after = _read(replace(place.field, text=text))
    except (Refused, IndexError, HealthlintError) as refused:
        raise NotApplicable(
            _("This must be written by hand: %(why)s.") % {"why": str(refused) or "?"}
        ) from None
    pairs = [
        (one.text, other.text)
        for one, other in zip(before.blocks, after.blocks, strict=False)
        if one.text != other.text
    ]
    if len(before.blocks) != len(after.blocks) or len(pairs) != 1:
        raise NotApplicable(_("This must be written by hand: it changes several paragraphs."))
    if _makes_worse(page, found, text, settings):
        raise NotApplicable(
            _("This must be written by hand: what would stand there is a finding too.")
        )
    return Change(place.contentpath, *pairs[0])


def _read(field: Field) -> Document:
    return read_page([field], comments=False).documents[0]


def _makes_worse(page: Any, found: Found, text: str, settings: Settings) -> bool:
    """Whether the page has a finding more in this text, or still the one that was to go."""
    fields = [place.field for place in page_places(page)]
    here = found.place.field.id
    changed = [replace(one, text=text) if one.id == here else one for one in fields]
    before = _rules(lint_fields(fields, settings=settings, comments=False), here)
    after = _rules(lint_fields(changed, settings=settings, comments=False), here)
    before[found.finding.rule] -= 1
    return bool(after - before)


def _rules(results: list[Result], here: str) -> Counter[str]:
    return Counter(f.rule for result in results if result.path == here for f in result.findings)
