"""`healthlint waive`: write down that a finding may stand, who decided so, why and until when."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import click

from healthlint import decisions
from healthlint.cli.options import RuleName, config_options, open_configs
from healthlint.config import Layer, Plan
from healthlint.decisions.policy import WAIVERS_NAME, Policy, load
from healthlint.decisions.register import inside, parse_date, shown
from healthlint.errors import ConfigError
from healthlint.finding import Finding

_PLACE = re.compile(r"(.+?)(?::(\d+))?(?::(\d+))?")


@click.command()
@click.argument("place", metavar="PATH[:LINE]")
@click.argument("rule", type=RuleName(categories=False), metavar="RULE")
@click.option("--reason", required=True, metavar="TEXT", help="Why the finding may stand.")
@click.option("--until", required=True, metavar="DATE", help="The last day of it: 2027-01-31.")
@click.option("--by", required=True, metavar="NAME", help="Who decides so.")
@click.option("--role", default="", metavar="ROLE", help="As what, if roles are configured.")
@config_options
def waive(
    place: str,
    rule: str,
    reason: str,
    until: str,
    by: str,
    role: str,
    config: Path | None,
    no_config: bool,
) -> None:
    """Write down that one finding may stand, in the register of waivers.

    PATH:LINE and RULE are what stands in the report, such as posts/a.md:12 and SAF001. The waiver
    ends when the sentence changes, and with its date.
    """
    from healthlint.decisions.waivers import Waiver, add_waiver

    path, line, column = _place(place)
    for option, said in (("--reason", reason), ("--by", by)):
        if not said.strip():
            raise click.UsageError(f"{option} is empty")
    plan = open_configs(Layer(), config, no_config).plan(path)
    today = decisions.utc_today()
    last = parse_date(until, "--until", "DATE")
    if last < today:
        raise ConfigError(f"--until: {last} is over; it is {today} (UTC)")
    if last > today + timedelta(days=plan.policy.max_days):
        latest = today + timedelta(days=plan.policy.max_days)
        raise ConfigError(
            f"--until: {last} is too far ahead; a waiver may last {plan.policy.max_days} days, "
            f"so until {latest}"
        )
    finding = _the_one(_findings(path, plan), path, rule, line, column)
    if refusal := plan.policy.refusal(role, finding.severity):
        raise ConfigError(f"--role: {refusal}")
    register = plan.policy.waivers or Path(WAIVERS_NAME)
    folder = str(register.absolute().parent)
    waiver = Waiver(
        finding.fingerprint, finding.rule, inside(folder, path), finding.text, by, role, reason,
        last, today,
    )  # fmt: skip
    add_waiver(register, waiver, plan.policy)
    click.echo(f"{shown(register)}: {finding.rule} in {path} waived until {last}")


def _place(place: str) -> tuple[str, int | None, int | None]:
    if os.path.lexists(place):
        return place, None, None
    parts = _PLACE.fullmatch(place)
    if not parts or not os.path.isfile(parts[1]):
        raise ConfigError(f"{parts[1] if parts else place}: there is no such draft")
    line, column = (int(part) if part else None for part in (parts[2], parts[3]))
    return parts[1], line, column


def _findings(path: str, plan: Plan) -> tuple[Finding, ...]:
    from healthlint.api import lint_file

    policy = plan.policy
    result = lint_file(
        Path(path),
        settings=plan.settings,
        format=plan.format,
        decisions=load(policy, use_baseline=False, today=decisions.utc_today()),
    )
    if result.error is not None:
        raise ConfigError(f"{path}: {result.error}")
    return result.findings


def _the_one(
    findings: tuple[Finding, ...], path: str, rule: str, line: int | None, column: int | None
) -> Finding:
    """The one finding that is meant; raises `ConfigError` that lists what there is."""
    same = [f for f in findings if rule.upper() == f.rule or rule.lower() == f.name]
    meant = [f for f in same if line is None or f.start.line <= line <= f.end.line]
    if len(meant) > 1 and line is not None:
        meant = [f for f in meant if f.start.line == line] or meant
    if len(meant) > 1 and column is not None:
        meant = [f for f in meant if f.start.column == column]
    if len(meant) == 1:
        return meant[0]
    here = path if line is None else f"{path}:{line}"
    if not same:
        others = ", ".join(sorted({f.rule for f in findings}))
        there = f"; what stands there: {others}" if others else ""
        raise ConfigError(f"{here}: {rule} finds nothing here that is not waived yet{there}")
    places = ", ".join(f"{path}:{f.start.line}:{f.start.column}" for f in meant or same)
    if not meant:
        raise ConfigError(f"{here}: {rule} finds nothing here; it does at {places}")
    raise ConfigError(f"{here}: {rule} is found {len(meant)} times; name one: {places}")


def policy_here(config: Path | None, no_config: bool) -> Policy:
    """The policy that holds in the current folder."""
    return open_configs(Layer(), config, no_config).plan("draft.md").policy
