"""`healthlint waivers`: list the waivers and check that they still hold."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from healthlint import decisions
from healthlint.cli.options import config_options, open_configs
from healthlint.cli.waive import policy_here
from healthlint.config import Configs, Layer
from healthlint.decisions.policy import WAIVERS_NAME, load
from healthlint.decisions.register import shown
from healthlint.finding import Finding

if TYPE_CHECKING:
    from healthlint.decisions.waivers import Waiver, Waivers


@click.group()
def waivers() -> None:
    """List the waivers, or check that they still hold."""


@waivers.command("list")
@click.option("--expired", is_flag=True, help="Only those that are not in force today.")
@config_options
def list_waivers(expired: bool, config: Path | None, no_config: bool) -> None:
    """List every waiver: what may stand, who decided so, why and until when."""
    _, register = _register(config, no_config)
    today = decisions.utc_today()
    shown_now = 0
    for one in register.items:
        lapse = one.lapse(today, register.policy.max_days)
        if expired and not lapse:
            continue
        shown_now += 1
        who = f"{one.by} ({one.role})" if one.role else one.by
        state = lapse or f"until {one.until}"
        click.echo(f"{one.path}: {one.rule} “{one.text}” {state}, {who}: {one.reason}")
    click.echo(_count(shown_now), err=True)


@waivers.command()
@config_options
@click.pass_context
def check(ctx: click.Context, config: Path | None, no_config: bool) -> None:
    """Check that every waiver is in force, is its role's to give, and still has its finding.

    Exit codes: 0 all hold, 1 some do not, 2 the register or a draft cannot be read.
    """
    path, register = _register(config, no_config)
    today = decisions.utc_today()
    configs = open_configs(Layer(), config, no_config)
    found: dict[str, dict[str, Finding] | str] = {}
    wrong = failed = 0
    for one in register.items:
        if one.path not in found and one.path not in register.gone:
            found[one.path] = _found(os.path.join(register.folder, one.path), configs, today)
        here = found.get(one.path, {})
        if isinstance(here, str):
            failed += 1
            click.echo(f"{one.path}: {here}", err=True)
            continue
        if fault := _fault(one, register, here, today):
            wrong += 1
            click.echo(f"{one.place}: {one.path}: {one.rule} “{one.text}”, by {one.by}: {fault}")
    said = f"{wrong} of them do not hold" if wrong else "all hold"
    click.echo(f"{shown(path)}: {_count(len(register.items))}, {said}", err=True)
    ctx.exit(2 if failed else int(wrong > 0))


def _register(config: Path | None, no_config: bool) -> tuple[Path, Waivers]:
    from healthlint.decisions.waivers import Waivers, read_waivers

    policy = policy_here(config, no_config)
    path = policy.waivers or Path(WAIVERS_NAME)
    if not os.path.lexists(path):
        return path, Waivers(str(path.absolute().parent), policy=policy)
    return path, read_waivers(path, policy)


def _found(path: str, configs: Configs, today: date) -> dict[str, Finding] | str:
    """Everything that a draft's rules find, decided on or not, by fingerprint; or an error."""
    from healthlint.api import lint_file

    plan = configs.plan(path)
    result = lint_file(
        Path(path),
        settings=plan.settings,
        format=plan.format,
        decisions=load(plan.policy, use_baseline=False, today=today),
    )
    if result.error is not None:
        return result.error
    every = [*result.findings, *(one.finding for one in result.decided)]
    every += [other for one in every for other in one.merged]
    return {one.fingerprint: one for one in every}


def _fault(
    one: Waiver, register: Waivers, found: dict[str, Finding], today: date
) -> str | None:
    """Why a waiver does not hold; None too for an old one that a newer one has replaced."""
    lapse = one.lapse(today, register.policy.max_days)
    if lapse:
        for other in register.items:
            same = (other.fingerprint, other.rule, other.path) == (
                one.fingerprint, one.rule, one.path,
            )  # fmt: skip
            if same and other.lapse(today, register.policy.max_days) is None:
                return None
        return f"it {lapse}"
    if one.path in register.gone:
        return "its draft is no more; if it was renamed, change `path`, else delete the waiver"
    finding = found.get(one.fingerprint)
    if finding is None or finding.rule != one.rule:
        return "its sentence has changed or is found no more; delete it, or waive anew"
    fault = register.fault(one, finding.severity, today)
    return f"it {fault}" if fault else None


def _count(number: int) -> str:
    return "1 waiver" if number == 1 else f"{number} waivers"
