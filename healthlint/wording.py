"""The words that messages and suggestions are filled in with, from a match and the fact tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from healthlint.match import Match
from healthlint.rulebook.facts import Label
from healthlint.rulebook.model import Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading


def values(rule: Rule, match: Match, reading: Reading) -> dict[str, str]:
    """Template key -> words. Keys without words are left out, so that defaults speak."""
    known = {
        "match": _shown(match, reading),
        "regulator": reading.profile.regulator,
        "emergency": reading.profile.emergency,
        "crisis_line": reading.profile.crisis_line,
    }
    label = _label(match, reading)
    if label:
        known["treatment"] = label.label
        known["covers"] = label.covers_text
        if label.verified and label.risks:
            known["risks"] = listed(label.risks[:4])
    known.update((key, words) for key, words in match.captures if words)
    return {key: words for key, words in known.items() if words}


def listed(words: tuple[str, ...]) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _shown(match: Match, reading: Reading) -> str:
    if match.first != match.last:
        text = reading.text(match.first)
        return text if len(text) < 80 else text[:77].rsplit(" ", 1)[0] + " …"
    return " ".join(reading.text(match.first)[match.start : match.end].split())


def _label(match: Match, reading: Reading) -> Label | None:
    """The label named in the match's unit or headings, else the draft's main treatment."""
    from healthlint.checks.offlabel import main_treatment

    labels, named = reading.rulebook.tables.labels, reading.treatments_in
    for some in ((match.first,), reading.headings(match.first)):
        found = set().union(*(named.get(unit, ()) for unit in some))
        if found:
            return labels[min(found)]
    subject = main_treatment(reading)
    return labels[subject] if subject else None
