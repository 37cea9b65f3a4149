"""The rules as the service tells them: a list, and each one whole."""

from __future__ import annotations

from typing import Any

from healthlint.rulebook.model import Rule, Rulebook
from healthlint.rulebook.pages import example, plain
from healthlint.settings import PROFILES


def catalogue(book: Rulebook) -> list[dict[str, Any]]:
    """Every rule (`Rule` of the contract), by code; also those about waivers and suppressions."""
    from healthlint.decisions.housekeeping import OWN

    rules = sorted((*book.rules, *OWN), key=lambda rule: rule.code)
    return [{**summary(rule), **_more(rule, book)} for rule in rules]


def summary(rule: Rule) -> dict[str, Any]:
    """What the list says of a rule (`RuleSummary`)."""
    return {
        "code": rule.code,
        "name": rule.name,
        "category": rule.category,
        "severity": rule.severity,
        "kind": rule.kind,
        "profiles": list(rule.profiles or PROFILES),
        "about": plain(rule.message),
        "pack": rule.pack,
    }


def _more(rule: Rule, book: Rulebook) -> dict[str, Any]:
    known = [book.authorities[name] for name in rule.authority if name in book.authorities]
    return {
        "why": " ".join(rule.why.split()),
        "suggest": [plain(text) for text in rule.suggest],
        "examples": {
            "flag": [example(text) for text in rule.flag],
            "pass": [example(text) for text in rule.passes],
        },
        "authorities": [
            {
                "id": one.id, "title": one.title, "url": one.url,
                "jurisdiction": one.jurisdiction, "issuer": one.issuer, "year": one.year,
                "says": " ".join(one.says.split()),
            }
            for one in known
        ],
    }  # fmt: skip
