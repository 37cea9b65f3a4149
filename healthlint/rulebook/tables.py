"""The fact tables: authorities, uses, labels and profiles, read from a folder and checked.

    authorities.yaml   laws, guidance and style sources, by id
    uses.yaml          the conditions that copy names, and the patterns that name them
    labels/*.yaml      what each treatment's label covers (the keys: labels/mental-health.yaml)
    profiles/*.yaml    whose law speaks: regulator, crisis lines, authorities, severities

Facts carry the day they were checked. An entry that is not `verified` may be shown, but never with
severity `error`, and an unverified crisis line is never suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from healthlint.errors import RuleError
from healthlint.finding import CATEGORIES, SEVERITIES
from healthlint.rulebook.facts import (
    KINDS as KINDS,
)
from healthlint.rulebook.facts import (
    STATUSES as STATUSES,
)
from healthlint.rulebook.facts import (
    Authority as Authority,
)
from healthlint.rulebook.facts import (
    CrisisLine as CrisisLine,
)
from healthlint.rulebook.facts import (
    Elsewhere as Elsewhere,
)
from healthlint.rulebook.facts import (
    Label as Label,
)
from healthlint.rulebook.facts import (
    Profile as Profile,
)
from healthlint.rulebook.facts import (
    Tables as Tables,
)
from healthlint.rulebook.facts import (
    Use as Use,
)
from healthlint.rulebook.pattern import BREAK, NUMBER, TAINT, PatternError, parse, strings
from healthlint.rulebook.yamltree import Node, check_keys, hint, load
from healthlint.settings import PROFILES

AUTHORITY_STATUSES = (
    "law", "regulation", "guidance", "professional", "style", "platform", "research",
)  # fmt: skip
JURISDICTIONS = (*PROFILES, "int")
SPELLINGS = ("en-US", "en-GB")
#: A pattern of the tables spells out at most this many strings.
MOST_SPELLINGS = 3000


_T = TypeVar("_T", Authority, Label)


def load_tables(folder: Path) -> Tables:
    """The tables of a rule folder.

    Raises `RuleError`, with file, line and column, for a file that cannot be read, an unknown key,
    value or id, a missing key, a pattern that is not finite, or an id that stands twice.
    """
    uses: dict[str, Use] = {}
    broader: list[tuple[str, Node]] = []
    for key, node in _load(folder, "uses.yaml").items():
        uses[key.text()] = _use(key.text(), node, broader)
    for name, node in broader:
        _known(name, node, uses, "use")
        if any(one in uses[name].broader for one in _below(name, uses)):
            raise RuleError(f"{node.place}: `{name}` is broader than itself")
    authorities = _collect(folder, ["authorities.yaml"], _authority)
    labels = _collect(folder, _names(folder, "labels"), lambda node: _label(node, uses))
    profiles: dict[str, Profile] = {}
    for name in _names(folder, "profiles"):
        root = _load(folder, name)
        profile = _profile(root, authorities)
        if profile.id in profiles:
            raise RuleError(f"{root.place}: the profile `{profile.id}` stands twice")
        profiles[profile.id] = profile
    return Tables(authorities, uses, labels, profiles)


def spellings(pattern: str) -> frozenset[str]:
    """Every string a pattern of the tables stands for, lower case unless it is all capitals.

    Raises `PatternError` for a pattern that cannot be read or has no finite list of spellings.
    """
    found = strings(parse(pattern), MOST_SPELLINGS, {})
    if found is None:
        raise PatternError(f"it stands for more than {MOST_SPELLINGS} spellings")
    if any(mark in text for text in found for mark in (BREAK, TAINT, NUMBER)):
        raise PatternError("only plain words, `( |)`, `a|b` and `?` can stand here")
    texts = {" ".join(text.split()) for text in found}
    if not all(text and text[0].isalnum() and text[-1].isalnum() for text in texts):
        raise PatternError("every spelling must begin and end with a letter or a digit")
    return frozenset(text.upper() for text in texts) if capitals(pattern) else frozenset(texts)


def capitals(pattern: str) -> bool:
    """Whether a pattern is written in capitals only, and so matches capitals only."""
    return len(pattern) > 1 and pattern == pattern.upper() and any(c.isalpha() for c in pattern)


def _load(folder: Path, name: str) -> Node:
    return load(folder / name, f"{folder.name}/{name}")


def _names(folder: Path, part: str) -> list[str]:
    found = sorted(f"{part}/{path.name}" for path in (folder / part).glob("*.yaml"))
    if not found:
        raise RuleError(f"{folder.name}/{part}: there is no `.yaml` file in this folder")
    return found


def _collect(folder: Path, names: list[str], read: Callable[[Node], _T]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for name in names:
        for node in _load(folder, name).elements():
            entry = read(node)
            if entry.id in found:
                raise RuleError(f"{node.place}: `{entry.id}` stands twice")
            found[entry.id] = entry
    return found


def _below(use: str, uses: Mapping[str, Use]) -> set[str]:
    """A use and all that belong to it, directly or not."""
    found = {use}
    while more := {one for one in uses if found & set(uses[one].broader)} - found:
        found |= more
    return found


class _Entry:
    """A map of the tables while it is read: `what` names it in messages."""

    def __init__(self, node: Node, what: str, keys: Collection[str]) -> None:
        check_keys(node, keys, what)
        self.node, self.what = node, what

    def need(self, key: str) -> Node:
        value = self.node.get(key)
        if value is None:
            raise RuleError(f"{self.node.place}: {self.what} needs `{key}`")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and self.node.get(key) is None:
            return default
        value = self.need(key)
        if not value.text().strip():
            raise RuleError(f"{value.place}: `{key}` is empty")
        return " ".join(value.text().split())

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(text for text, _ in self.need(key).texts())

    def patterns(self, key: str) -> tuple[str, ...]:
        for text, node in self.need(key).texts():
            try:
                spellings(text)
            except PatternError as error:
                raise RuleError(f"{node.place}: the pattern `{text}`: {error}") from None
        return self.texts(key)

    def ids(self, key: str, known: Collection[str], what: str) -> tuple[str, ...]:
        for name, node in self.need(key).texts():
            _known(name, node, known, what)
        return self.texts(key)

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        value = self.need(key)
        if value.text() not in known:
            raise RuleError(
                f"{value.place}: `{key}` is one of {', '.join(known)}, not `{value.text()}`"
                f"{hint(value.text(), known)}"
            )
        return value.text()

    def flag(self, key: str, default: bool | None = None) -> bool:
        if default is not None and self.node.get(key) is None:
            return default
        value = self.need(key)
        if not isinstance(value.scalar, bool):
            raise RuleError(f"{value.place}: `{key}` is true or false, not {value.describe()}")
        return value.scalar

    def number(self, key: str) -> int:
        value = self.need(key)
        if not isinstance(value.scalar, int) or isinstance(value.scalar, bool):
            raise RuleError(f"{value.place}: `{key}` is a number, not {value.describe()}")
        return value.scalar

    def day(self, key: str) -> str:
        value = self.need(key)
        try:
            return date.fromisoformat(value.text()).isoformat()
        except ValueError:
            raise RuleError(
                f"{value.place}: `{key}` is a day such as 2026-11-22, not {value.describe()}"
            ) from None


def _keys(model: Any) -> set[str]:
    return set(model._fields) - {"place"}


def _known(name: str, node: Node, known: Collection[str], what: str) -> None:
    if name not in known:
        raise RuleError(f"{node.place}: there is no {what} `{name}`{hint(name, known)}")


def _use(name: str, node: Node, broader: list[tuple[str, Node]]) -> Use:
    entry = _Entry(node, "a use", _keys(Use) - {"id"})
    wider = node.get("broader")
    found = wider.texts() if wider else []
    broader += found
    ids = tuple(text for text, _ in found)
    return Use(name, entry.text("label"), entry.patterns("words"), ids, node.place)


def _authority(node: Node) -> Authority:
    entry = _Entry(node, "an authority", _keys(Authority))
    return Authority(
        id=entry.text("id"),
        title=entry.text("title"),
        issuer=entry.text("issuer"),
        jurisdiction=entry.choice("jurisdiction", JURISDICTIONS),
        year=entry.number("year"),
        url=entry.text("url"),
        says=entry.text("says"),
        status=entry.choice("status", AUTHORITY_STATUSES),
        verified=entry.flag("verified"),
        checked=entry.day("checked"),
        note=entry.text("note", ""),
    )


def _label(node: Node, uses: Mapping[str, Use]) -> Label:
    entry = _Entry(node, "a label", _keys(Label))
    covers = entry.ids("covers", uses, "use")
    marketed = entry.ids("marketed", uses, "use")
    for name, place in entry.need("marketed").texts():
        if name in covers:
            raise RuleError(f"{place.place}: `{name}` is both covered and marketed off-label")
    elsewhere = {}
    if there := node.get("elsewhere"):
        for key, value in there.items():
            _known(key.text(), key, PROFILES[1:], "profile")
            elsewhere[key.text()] = _elsewhere(value, uses)
    controlled = node.get("controlled")
    return Label(
        id=entry.text("id"),
        kind=entry.choice("kind", KINDS),
        names=entry.patterns("names"),
        label=entry.text("label"),
        status=entry.choice("status", STATUSES),
        covers=covers,
        marketed=marketed,
        risks=entry.texts("risks"),
        risk_words=entry.patterns("risk_words"),
        source=entry.text("source"),
        checked=entry.day("checked"),
        verified=entry.flag("verified"),
        place=node.place,
        weak_names=entry.patterns("weak_names") if node.get("weak_names") else (),
        covers_text=entry.text("covers_text", ""),
        elsewhere=elsewhere,
        boxed=entry.flag("boxed"),
        controlled=None if controlled is None or controlled.scalar is None else controlled.text(),
        note=entry.text("note", ""),
    )


def _elsewhere(node: Node, uses: Mapping[str, Use]) -> Elsewhere:
    entry = _Entry(node, "an entry of `elsewhere`", _keys(Elsewhere))
    return Elsewhere(
        covers=entry.ids("covers", uses, "use") if node.get("covers") else None,
        text=entry.text("text", ""),
        pom=entry.flag("pom", False),
        schedule=entry.number("schedule") if node.get("schedule") else None,
        verified=entry.flag("verified", True),
    )


def _profile(node: Node, authorities: Mapping[str, Authority]) -> Profile:
    keys = _keys(Profile) - {"crisis_lines", "emergency"} | {"crisis"}
    entry = _Entry(node, "a profile", keys)
    crisis = _Entry(entry.need("crisis"), "`crisis`", ("lines", "emergency"))
    speaking = {}
    for key, value in entry.need("authorities").items():
        _known(key.text(), key, CATEGORIES, "category")
        for name, place in value.texts():
            _known(name, place, authorities, "authority")
        speaking[key.text()] = tuple(name for name, _ in value.texts())
    severities = {}
    for key, value in entry.need("severities").items():
        _known(value.text(), value, (*SEVERITIES, "off"), "severity")
        severities[key.text()] = value.text()
    return Profile(
        id=entry.choice("id", PROFILES),
        name=entry.text("name"),
        regulator=entry.text("regulator"),
        regulator_words=entry.patterns("regulator_words"),
        approved_words=entry.patterns("approved_words"),
        emergency=crisis.text("emergency"),
        crisis_lines=tuple(map(_line, crisis.need("lines").elements())),
        crisis_words=entry.patterns("crisis_words"),
        testimonials_banned=entry.flag("testimonials_banned"),
        pom_naming_banned=entry.flag("pom_naming_banned"),
        authorities=speaking,
        severities=severities,
        spelling=entry.choice("spelling", SPELLINGS),
    )


def _line(node: Node) -> CrisisLine:
    entry = _Entry(node, "a crisis line", _keys(CrisisLine))
    name, number, text = (entry.text(key) for key in ("name", "number", "text"))
    return CrisisLine(name, number, text, entry.flag("verified"))
