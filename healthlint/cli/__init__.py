"""The `healthlint` command. Each subcommand is a module here, imported when it is asked for."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import IO, Any

import click

from healthlint import __version__
from healthlint.errors import HealthlintError

#: Subcommand -> the module and the name of its click command.
COMMANDS = {
    "check": ("healthlint.cli.check", "check"),
    "completion": ("healthlint.cli.completion", "completion"),
    "explain": ("healthlint.cli.rules", "explain"),
    "fix": ("healthlint.cli.fix", "fix"),
    "init": ("healthlint.cli.init", "init"),
    "rules": ("healthlint.cli.rules", "rules"),
    "serve": ("healthlint.cli.serve", "serve"),
    "waive": ("healthlint.cli.waive", "waive"),
    "waivers": ("healthlint.cli.waivers", "waivers"),
}


class Failure(click.ClickException):
    """The run itself failed: one line on stderr and exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"healthlint: {self.message}", file=file, err=True)


class Commands(click.Group):
    """A group that imports a subcommand when it is used, and shows our own errors as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not ctx.resilient_parsing:
            raise click.UsageError(_unknown(name), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HealthlintError as error:
            raise Failure(str(error)) from None
        except KeyboardInterrupt:
            click.echo("healthlint: stopped", err=True)
            ctx.exit(130)


def _unknown(name: str) -> str:
    from difflib import get_close_matches
    from os.path import lexists

    if lexists(name):
        return f"there is no command `{name}`. To check a draft: healthlint check {name}"
    near = get_close_matches(name, COMMANDS, 1)
    hint = f" (did you mean `{near[0]}`?)" if near else f"; there are: {', '.join(COMMANDS)}"
    return f"there is no command `{name}`{hint}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find claims in health writing that mislead, and learn what to write instead.

    \b
    healthlint check draft.md        check one draft
    healthlint check content/        check every draft in a folder
    healthlint explain SAF001        why a rule exists, and what the law says
    """


def main() -> None:
    # What a run allocates at first, it keeps: to look through it for garbage again and again costs
    # a tenth of a short run.
    gc.set_threshold(100_000, 20, 100)
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # Reports are UTF-8 everywhere; a file name that is not comes out as an escape.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    cli(prog_name="healthlint")
