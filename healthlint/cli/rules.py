"""`healthlint rules` and `healthlint explain`: read the rulebook and test it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from healthlint.cli.options import RuleName, profile_option, rulebook_here, terminal_width
from healthlint.errors import ConfigError
from healthlint.finding import CATEGORIES
from healthlint.output.cells import wrap

if TYPE_CHECKING:
    from healthlint.rulebook import Rulebook
    from healthlint.rulebook.model import Rule

#: `{name|else}` in a suggestion: without a draft it is what stands after the bar.
_FALLBACK = re.compile(r"\{\w+\|([^{}]*)\}")
#: What only the tests of examples read: `{name=value}` after `]`, and `\\` before a bracket.
_CAPTURED = re.compile(r"(?<!\\)(\])\{\w+=[^{}]*\}|\\([\[\]])")


@click.group()
def rules() -> None:
    """List the rules, show one, or test a pack of your own."""


@rules.command("list")
@click.option(
    "--category", type=click.Choice(CATEGORIES), help="Only the rules of this category."
)
@profile_option
def list_rules(category: str | None, profile: str | None) -> None:
    """List every rule: code, severity, category and name."""
    found = [rule for rule in rulebook_here().rules if category in (None, rule.category)]
    if profile:
        found = [rule for rule in found if not rule.profiles or profile in rule.profiles]
    for rule in sorted(found, key=lambda rule: rule.code):
        only = f" ({', '.join(rule.profiles)} only)" if rule.profiles else ""
        click.echo(f"{rule.code:9} {rule.severity:8} {rule.category:11} {rule.name}{only}")
    click.echo(_rules(len(found)), err=True)


@rules.command()
@click.argument("code", type=RuleName(categories=False))
def show(code: str) -> None:
    """Show a rule as the rulebook has it: what it says, where it stands, what it rests on."""
    from healthlint.rulebook.pages import accuracy, precision

    rule = _rule(rulebook_here(), code)
    rows = {
        "code": rule.code,
        "name": rule.name,
        "category": rule.category,
        "severity": rule.severity,
        "kind": rule.kind,
        "message": rule.message,
        "suggest": rule.suggest,
        "authority": rule.authority,
        "defined": rule.place,
        "accuracy": precision(rule.code, accuracy()) if rule.pack == "built-in" else (),
    }
    for key, value in rows.items():
        for line in (value,) if isinstance(value, str) else value:
            click.echo(f"{key:10} {line}")
            key = ""


@rules.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def pages(folder: Path) -> None:
    """Write a Markdown page for every rule, and a catalogue, into FOLDER."""
    from healthlint.rulebook.pages import pages as made

    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, text in made(rulebook_here()):
        (folder / name).write_text(text, "utf-8", newline="\n")
        written += 1
    click.echo(f"{folder}: {written} pages", err=True)


@rules.command()
@click.argument("packs", nargs=-1, metavar="[PACK]...", type=click.Path(path_type=Path))
@click.pass_context
def test(ctx: click.Context, packs: tuple[Path, ...]) -> None:
    """Try every rule on its own examples; PACK is a file or folder of rules of your own.

    A sentence under `flag` must be found at exactly the words in [ ]; a sentence under `pass` must
    not be found at all.
    """
    from healthlint.rulebook.examples import test_rules

    for pack in packs:
        if not pack.exists():
            raise ConfigError(f"{pack}: there are no rules here; check the spelling")
    rulebook = rulebook_here(packs)
    tested = tuple(rule for rule in rulebook.rules if not packs or rule.pack != "built-in")
    failures = 0
    for failure in test_rules(rulebook, tested):
        failures += 1
        click.echo(f"{failure.place}: {failure.code}: {failure.message}")
    examples = sum(len(rule.flag) + len(rule.passes) for rule in tested)
    tried = f"{_rules(len(tested))}, {examples} examples"
    click.echo(f"{tried}: {failures} failed" if failures else f"{tried}: all hold")
    ctx.exit(int(failures > 0))


@click.command()
@click.argument("code", type=RuleName(categories=False))
def explain(code: str) -> None:
    """Explain a rule: why it exists, whose guidance it rests on, what to write and what not.

    CODE is what stands in a report, such as SAF001 or absolute-safety.
    """
    book = rulebook_here()
    width = min(terminal_width(), 100)
    click.echo("\n".join(_explanation(book, _rule(book, code), width)))


def _explanation(book: Rulebook, rule: Rule, width: int) -> Iterator[str]:
    def indented(text: str, mark: str = "") -> Iterator[str]:
        for number, line in enumerate(wrap(text, width - 2 - len(mark))):
            yield "  " + (mark if number == 0 else " " * len(mark)) + line

    yield f"{rule.code} {rule.name} ({rule.category}, {rule.severity})"
    if rule.why:
        yield from ("", "Why", *indented(rule.why))
    if rule.suggest:
        yield from ("", "Write instead")
        for text in rule.suggest:
            yield from indented(_FALLBACK.sub(r"\1", text), "- ")
    if rule.authority:
        yield from ("", "On whose authority")
        for name in rule.authority:
            authority = book.authorities.get(name)
            if authority is None:
                yield from indented(name, "- ")
                continue
            facts = ", ".join(str(f) for f in (authority.issuer, authority.year) if f)
            yield from indented(f"{authority.title} ({facts})" if facts else authority.title, "- ")
            if authority.says:
                yield from indented(" ".join(authority.says.split()), "  ")
            yield f"    {authority.url}"
    if rule.flag:
        yield from ("", "Is found (the words in [ ])")
        for example in rule.flag:
            yield from indented(" ".join(_CAPTURED.sub(r"\1\2", example).split()), "✗ ")
    if rule.passes:
        yield from ("", "Is fine")
        for example in rule.passes:
            yield from indented(" ".join(_CAPTURED.sub(r"\1\2", example).split()), "✓ ")


def _rules(number: int) -> str:
    return "1 rule" if number == 1 else f"{number} rules"


def _rule(book: Rulebook, code: str) -> Rule:
    from healthlint.decisions.housekeeping import OWN

    rules = (*book.rules, *OWN)
    for rule in rules:
        if code.upper() == rule.code or code.lower() == rule.name:
            return rule
    from difflib import get_close_matches

    known = {name.lower(): name for rule in rules for name in (rule.code, rule.name)}
    near = get_close_matches(code.lower(), known, 1)
    hint = f"did you mean `{known[near[0]]}`?" if near else "`healthlint rules list` shows them all"
    raise ConfigError(f"no rule is called `{code}`; {hint}")
