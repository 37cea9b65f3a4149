"""Where a project keeps its decisions and who may take which: the configuration's part of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from healthlint.errors import ConfigError
from healthlint.finding import SEVERITIES

if TYPE_CHECKING:
    from datetime import date

    from healthlint.decisions import Decisions
    from healthlint.decisions.changed import Changed
    from healthlint.rulebook.yamltree import Node

#: The keys of the configuration that are read here.
KEYS = ("waivers", "claims", "baseline", "require-reason")
WAIVERS_NAME = ".healthlint-waivers.yaml"
BASELINE_NAME = ".healthlint-baseline.json"


class Policy(NamedTuple):
    """`waivers` may name a file that is not there yet; `claims` and `baseline` may not.

    `roles` says which severities each role may waive; without any, everybody may waive everything.
    """

    waivers: Path | None = None
    claims: Path | None = None
    baseline: Path | None = None
    require_reason: bool = True
    max_days: int = 365
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def refusal(self, role: str, severity: str) -> str | None:
        """Why somebody in a role may not waive a finding of a severity; None if they may."""
        if not self.roles:
            return None
        allowed = dict(self.roles).get(role)
        if allowed is None:
            known = ", ".join(name for name, _ in self.roles)
            return f"there is no role `{role}`; there are: {known}"
        if severity in allowed:
            return None
        return f"the role `{role}` may waive {' and '.join(allowed) or 'nothing'}, not {severity}"


def read_policy(root: Node, folder: Path) -> Policy:
    """The policy of a configuration whose paths are relative to `folder`. Raises `ConfigError`."""
    policy = Policy(
        waivers=folder / WAIVERS_NAME,
        claims=_path(root.get("claims"), folder),
        baseline=_path(root.get("baseline"), folder),
        require_reason=_flag(root.get("require-reason")),
    )
    node = root.get("waivers")
    if node is None:
        return policy
    if node.kind == "scalar":
        return policy._replace(waivers=_path(node, folder))
    from healthlint.rulebook.yamltree import check_keys

    check_keys(node, ("file", "max-days", "roles"), "`waivers`")
    roles = node.get("roles")
    return policy._replace(
        waivers=_path(node.get("file"), folder) or policy.waivers,
        max_days=_days(node.get("max-days"), policy.max_days),
        roles=tuple(
            (key.text(), tuple(_severity(part) for _, part in value.texts()))
            for key, value in (roles.items() if roles else ())
        ),
    )


def load(
    policy: Policy,
    *,
    baseline: Path | None = None,
    use_baseline: bool = True,
    changed: Changed | None = None,
    today: date | None = None,
) -> Decisions:
    """Read the files of a policy, once for a run; `baseline` stands in place of the policy's.

    Raises `ConfigError` for a file that is wrong: then no draft under it may be reported on.
    """
    from healthlint.decisions import Decisions

    found = Decisions(changed=changed, require_reason=policy.require_reason, today=today)
    if policy.claims:
        from healthlint.decisions.claims import read_claims

        found = replace(found, claims=read_claims(policy.claims))
    if policy.waivers and os.path.lexists(policy.waivers):
        from healthlint.decisions.waivers import read_waivers

        found = replace(found, waivers=read_waivers(policy.waivers, policy))
    chosen = baseline or policy.baseline
    if chosen and use_baseline:
        from healthlint.decisions.baseline import read_baseline

        found = replace(found, baseline=read_baseline(chosen))
    return found


def _path(node: Node | None, folder: Path) -> Path | None:
    return None if node is None else Path(os.path.normpath(folder / node.text()))


def _flag(node: Node | None) -> bool:
    if node is None:
        return True
    if not isinstance(node.scalar, bool):
        raise ConfigError(f"{node.place}: `require-reason` is true or false")
    return node.scalar


def _days(node: Node | None, default: int) -> int:
    if node is None:
        return default
    if type(node.scalar) is not int or node.scalar < 1:
        raise ConfigError(f"{node.place}: `max-days` is a number of days, such as 365")
    return node.scalar


def _severity(node: Node) -> str:
    from healthlint.rulebook.yamltree import hint

    if node.text() not in SEVERITIES:
        near = hint(node.text(), SEVERITIES) or f"; there are: {', '.join(SEVERITIES)}"
        raise ConfigError(f"{node.place}: there is no severity `{node.text()}`{near}")
    return node.text()
