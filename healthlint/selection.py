"""Which rules run on a draft, and how severe they are.

A word in `select`, `ignore` or `severities` names a rule by its code (`SAF001`) or name
(`absolute-safety`), several by the beginning of their codes (`SAF`, `SAF0`), or a category
(`safety`). The more specific word decides; where a word to run a rule and a word not to are
equally specific, the rule does not run. `off` in `severities` is a word not to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from healthlint.errors import ConfigError
from healthlint.settings import Settings

_CATEGORY, _PREFIX, _EXACT = 1, 2, 100  # a prefix ranks higher the longer it is


class Named(Protocol):
    """What a decision needs to know of a rule."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def severity(self) -> str: ...


class Book(Protocol):
    """What a check of names needs to know of a rulebook."""

    @property
    def rules(self) -> Iterable[Named]: ...


def rank(rule: Named, word: str) -> int:
    """How closely `word` names the rule: 0 not at all, more the more specific it is."""
    if word.upper() == rule.code or word.lower() == rule.name:
        return _EXACT
    # A prefix holds all letters of the code, so that a slip of one letter selects nothing.
    if len(word) >= len(rule.code.rstrip("0123456789")) and rule.code.startswith(word.upper()):
        return _PREFIX + len(word)
    return _CATEGORY if word.lower() == rule.category else 0


def enabled(
    rule: Named, settings: Settings, profile: Mapping[str, str] | None = None
) -> str | None:
    """The severity that the rule has under these settings, or None when it does not run.

    `profile` maps names of rules to the severities of the profile whose law speaks.
    """
    severity, closest = rule.severity, 0
    for word, level in (profile or {}).items():
        if (near := rank(rule, word)) > closest:
            severity, closest = level, near
    closest = 0
    for word, level in settings.severities:
        if (near := rank(rule, word)) and near >= closest:
            severity, closest = level, near
    selected = max((rank(rule, word) for word in settings.select), default=0)
    ignored = max((rank(rule, word) for word in settings.ignore), default=0)
    if severity == "off":
        ignored, severity = max(ignored, closest), rule.severity
    if (settings.select and not selected) or (ignored and ignored >= selected):
        return None
    return None if severity == "off" else severity


def check_names(words: Iterable[tuple[str, str]], rulebook: Book) -> None:
    """Raises `ConfigError` for the first word that names no rule; `words` are (word, place)."""
    from healthlint.decisions.housekeeping import OWN

    rules: tuple[Named, ...] = (*rulebook.rules, *OWN)
    for word, place in words:
        if not any(rank(rule, word) for rule in rules):
            near = hint(word, rules)
            raise ConfigError(f"{place}: no rule, code or category is called `{word}`{near}")


def settings_names(settings: Settings) -> list[tuple[str, str]]:
    """Every name in these settings with the field it stands in, for `check_names`."""
    return [
        *((word, "select") for word in settings.select),
        *((word, "ignore") for word in settings.ignore),
        *((word, "severities") for word, _ in settings.severities),
    ]


def hint(word: str, rules: Iterable[Named]) -> str:
    """` (did you mean …?)` when a name that is known is near, else where to look."""
    from difflib import get_close_matches

    known: dict[str, str] = {}
    for rule in rules:
        known |= {n.lower(): n for n in (rule.code, rule.name, rule.category)}
    near = get_close_matches(word.lower(), known, 1)
    if near:
        return f" (did you mean `{known[near[0]]}`?)"
    return "; `healthlint rules list` shows them all"
