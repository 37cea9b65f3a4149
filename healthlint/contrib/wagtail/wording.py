"""Findings in words, with the rule's reason and authorities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthlint.finding import Finding
from healthlint.output.common import advice

SEVERITY_NAMES = {
    "error": gettext_lazy("Error"),
    "warning": gettext_lazy("Warning"),
    "info": gettext_lazy("Information"),
}
SEVERITY_SIGNS = {"error": "▲", "warning": "◆", "info": "●"}  # not by colour alone


@dataclass(frozen=True)
class Source:
    """An authority that a rule rests on."""

    title: str
    url: str


def unformulated(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def advised(finding: Finding) -> str:
    """One message for a form: severity, what is wrong, the rule, and what to write instead."""
    said = _("%(severity)s: %(message)s (%(rule)s)") % {
        "severity": SEVERITY_NAMES[finding.severity], "message": finding.message,
        "rule": finding.rule,
    }  # fmt: skip
    write = advice(finding)
    return said + (" " + _("Write: %(text)s") % {"text": write[0]} if write else "")


def sources(finding: Finding, packs: tuple[Path, ...] = ()) -> list[Source]:
    """The authorities of a finding, with their addresses."""
    known = _rulebook(packs).authorities
    found = [known[one] for one in finding.authority if one in known]
    return [Source(f"{one.title} ({one.issuer}, {one.year})", one.url) for one in found]


def why(finding: Finding, packs: tuple[Path, ...] = ()) -> str:
    """Why the rule is there."""
    rule = next((one for one in _rulebook(packs).rules if one.code == finding.rule), None)
    return " ".join(rule.why.split()) if rule else ""


@lru_cache(maxsize=4)
def _rulebook(packs: tuple[Path, ...]) -> Any:
    from healthlint.api import rulebook_for

    return rulebook_for(packs)
