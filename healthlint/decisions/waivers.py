"""Waivers: a named person's decision that a finding may stand, with a reason and an end date.

A waiver holds for one finding: its fingerprint has the rule, the words and the sentence in it, so
that it dies when the sentence changes. It dies with its date too, which is its last day in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from healthlint.decisions.outcome import Step, sift
from healthlint.decisions.policy import Policy
from healthlint.decisions.register import (
    date_of,
    entries,
    gone,
    inside,
    keys,
    read_text,
    rewrite,
    shown,
    text_of,
)
from healthlint.errors import ConfigError, RuleError
from healthlint.finding import Decided, Finding
from healthlint.rulebook.yamltree import Node

FIELDS = ("fingerprint", "rule", "path", "text", "by", "role", "reason", "until", "created")
_OPTIONAL = ("role",)
_HEAD = """\
# Findings that may stand, and who decided so. Write to it with: healthlint waive
version: 1
waivers:
"""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One decision; `path` is relative to the register's folder, `until` is the last day."""

    fingerprint: str
    rule: str
    path: str
    text: str
    by: str
    role: str
    reason: str
    until: date
    created: date
    place: str = ""

    def lapse(self, today: date, max_days: int) -> str | None:
        """Why it is not in force on a day; None if it is."""
        if today > self.until:
            return f"ended on {self.until}"
        if today < self.created:
            return f"begins only on {self.created}"
        if self.until > self.created + timedelta(days=max_days):
            return f"runs longer than the {max_days} days that are allowed"
        return None


@dataclass(frozen=True)
class Waivers:
    """All waivers of one register."""

    folder: str
    items: tuple[Waiver, ...] = ()
    policy: Policy = Policy()
    gone: frozenset[str] = frozenset()

    @cached_property
    def _by_fingerprint(self) -> dict[str, list[Waiver]]:
        found: dict[str, list[Waiver]] = {}
        for waiver in self.items:
            found.setdefault(waiver.fingerprint, []).append(waiver)
        return found

    def of(self, finding: Finding, path: str) -> list[Waiver]:
        """The waivers of a finding in a draft: those of its path, or of a path that is no more."""
        here = inside(self.folder, path)
        some = [
            one
            for one in self._by_fingerprint.get(finding.fingerprint, ())
            if one.rule == finding.rule
        ]
        own = [one for one in some if one.path == here]
        return own or [one for one in some if one.path in self.gone]

    def fault(self, waiver: Waiver, severity: str, today: date) -> str | None:
        """Why a waiver does not count for a finding of a severity; None if it does."""
        lapse = waiver.lapse(today, self.policy.max_days)
        refusal = self.policy.refusal(waiver.role, severity)
        return lapse or (refusal and f"is not theirs to give: {refusal}")

    def apply(self, findings: tuple[Finding, ...], path: str, today: date) -> Step:
        """Take out what is waived; a waiver that does not count is told of."""
        notices = []

        def decide(finding: Finding) -> Decided | None:
            waivers = self.of(finding, path)
            faults = [self.fault(one, finding.severity, today) for one in waivers]
            if None in faults:
                one = waivers[faults.index(None)]
                until = one.until.isoformat()
                return Decided(finding, "waiver", one.reason, one.by, one.role, until)
            if waivers:
                notices.append(
                    f"line {finding.start.line}, {finding.rule}: the waiver by {waivers[-1].by} "
                    f"does not hold: it {faults[-1]}"
                )
            return None

        return Step(*sift(findings, decide), tuple(notices))


def read_waivers(path: Path, policy: Policy | None = None) -> Waivers:
    """The waivers of a register. Raises `ConfigError` with the place of what is wrong."""
    return parse_waivers(read_text(path), path, policy or Policy())


def parse_waivers(text: str, path: Path, policy: Policy) -> Waivers:
    """The waivers in the text of the register at `path`. Raises `ConfigError`."""
    folder = str(path.absolute().parent)
    try:
        items = tuple(_waiver(node) for node in entries(text, shown(path), "waivers"))
    except RuleError as error:
        raise ConfigError(str(error)) from None
    return Waivers(folder, items, policy, gone(folder, {item.path for item in items}))


def _waiver(node: Node) -> Waiver:
    required = tuple(field for field in FIELDS if field not in _OPTIONAL)
    keys(node, required, _OPTIONAL, "a waiver")
    said = {key: text_of(node, key) for key in required}
    return Waiver(
        **{key: said[key] for key in ("fingerprint", "rule", "path", "text", "by", "reason")},
        role=text_of(node, "role", ""),
        until=date_of(node, "until"),
        created=date_of(node, "created"),
        place=node.place,
    )


def add_waiver(path: Path, waiver: Waiver, policy: Policy | None = None) -> None:
    """Append a waiver to a register, or begin one; the rest of the text stays as it is.

    Raises `ConfigError`.
    """
    chosen = policy or Policy()

    def change(text: str | None) -> str:
        before = parse_waivers(text, path, chosen).items if text is not None else ()
        after = _appended(text if text is not None else _HEAD, waiver, shown(path))
        read = parse_waivers(after, path, chosen).items
        if [_facts(one) for one in read] != [_facts(one) for one in (*before, waiver)]:
            raise ConfigError(
                f"{shown(path)}: the list of waivers cannot be added to as it is written; "
                "begin each of its entries with `- ` on a line of its own"
            )
        return after

    rewrite(path, change)


def _facts(waiver: Waiver) -> tuple[str, ...]:
    values = (getattr(waiver, field) for field in FIELDS)
    return tuple(" ".join(str(value).split()) for value in values)


def _appended(text: str, waiver: Waiver, name: str) -> str:
    """The text with one more entry behind the last one, indented as that is."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    value = next((v for k, v in root.value if k.value == "waivers"), None) if root else None
    newline = "\r\n" if "\r\n" in text else "\n"
    indent, lead = 2, ""
    if value is None:
        at, lead = len(text), "waivers:\n"
    elif not value.value:  # `waivers: []`, or nothing behind the colon
        head = text[: value.start_mark.index].rstrip(" ")
        at, text = len(head), head + text[value.end_mark.index :]
    elif value.flow_style:
        raise ConfigError(
            f"{name}:{value.start_mark.line + 1}: write the waivers as a list with one `- ` for "
            "each, so that one can be added"
        )
    else:
        at, indent = _end(value), value.start_mark.column
    if at and text[at - 1] != "\n":
        line_end = text.find("\n", at)
        at = len(text) if line_end < 0 else line_end + 1
    before, after = text[:at], text[at:]
    if before and before[-1] != "\n":
        before += newline
    return before + (lead + _entry(waiver, indent)).replace("\n", newline) + after


def _end(node: Any) -> int:
    """Where the last scalar in a YAML node ends; the node itself ends behind what follows it."""
    import yaml

    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    end: int = node.end_mark.index
    return end


def _entry(waiver: Waiver, indent: int) -> str:
    lines: list[str] = []
    for field, said in zip(FIELDS, _facts(waiver), strict=True):
        if said:
            value = said if field in ("until", "created") else _quoted(said)
            lines.append(f"{' ' * indent}{'  ' if lines else '- '}{field}: {value}\n")
    return "".join(lines)


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar on one line; a JSON string is one, but for two characters."""
    import json

    said = json.dumps(text, ensure_ascii=False)
    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08x}" for char in said
    )
