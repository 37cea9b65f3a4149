"""Options that several subcommands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from healthlint.config import Configs, Layer, Word
from healthlint.settings import PROFILES

if TYPE_CHECKING:
    from healthlint.resultcache import ResultCache
    from healthlint.rulebook import Rulebook

_F = TypeVar("_F", bound=Callable[..., Any])


class RuleName(click.ParamType[str]):
    """Codes, names and categories of rules; `listed` allows several with commas between them."""

    name = "rule"

    def __init__(self, listed: bool = False, categories: bool = True) -> None:
        self._listed = listed
        self._categories = categories

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that go on from what was typed after the last comma."""
        from healthlint.errors import HealthlintError
        from healthlint.rulebook import load_rulebook

        done, comma, word = incomplete.rpartition(",") if self._listed else ("", "", incomplete)
        try:
            rules = load_rulebook().rules
        except HealthlintError:
            return []
        known: dict[str, str] = {}
        for rule in rules:
            known[rule.code] = rule.name
        for rule in rules:
            known[rule.name] = rule.code
        if self._categories:
            known |= {rule.category: "category" for rule in rules}
        return [
            CompletionItem(done + comma + name, help=about)
            for name, about in known.items()
            if name.lower().startswith(word.lower())
        ]


def profile_option(command: _F) -> _F:
    """`--profile`."""
    return click.option(
        "--profile",
        type=click.Choice(PROFILES),
        help="Whose law speaks: us, uk, eu, au or ca.  [default: the configuration's, or us]",
    )(command)


class DraftFormat(click.ParamType[str]):
    """The name of a reader's format."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "FORMAT"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        from healthlint.readers import FORMATS as READERS

        if value not in READERS:
            self.fail(f"there is no format `{value}`; there are: {', '.join(READERS)}", param, ctx)
        return value


def draft_options(command: _F) -> _F:
    """`--as` and `--stdin-filename`: what a draft is when its name does not say."""
    command = click.option(
        "--stdin-filename",
        metavar="NAME",
        help="With - as the path: what the draft is called, for its type and its configuration.",
    )(command)
    return click.option(
        "--as",
        "as_format",
        type=DraftFormat(),
        help="Read the drafts as this (markdown, html, text, ...), whatever their names say.",
    )(command)


class Jobs(click.ParamType[int | None]):
    """`auto`, which is None, or a number of processes."""

    name = "jobs"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value == "auto":
            return None
        try:
            number = int(value)
        except ValueError:
            number = 0
        if number < 1:
            self.fail(f"`{value}` is no number of processes; write auto, 1, 2, ...", param, ctx)
        return number


def speed_options(command: _F) -> _F:
    """`--jobs`, `--cache-dir` and `--no-cache`."""
    command = click.option(
        "--no-cache", is_flag=True, help="Check every draft, and keep no results for later runs."
    )(command)
    command = click.option(
        "--cache-dir",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Keep results in DIR; what has not changed is not checked again.  "
        "[default: a folder of this user's]",
    )(command)
    return click.option(
        "--jobs",
        "-j",
        type=Jobs(),
        default="auto",
        show_default=True,
        metavar="N",
        help="Check with N processes; auto decides by the cores and the size of the drafts.",
    )(command)


def open_cache(folder: Path | None, off: bool) -> ResultCache | None:
    """The cache of results in a folder, or in this user's; None if it is off or not to be trusted.

    Of a folder that was named stderr has a line on why it is not used.
    """
    if off:
        return None
    from healthlint.resultcache import ResultCache

    try:
        return ResultCache.open(folder)
    except OSError as error:
        if folder is not None:
            click.echo(f"--cache-dir: {folder}: not used: {error.strerror or error}", err=True)
        return None


def config_options(command: _F) -> _F:
    """`--config` and `--no-config`."""
    command = click.option(
        "--no-config", is_flag=True, help="Read no configuration file."
    )(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Use this configuration and look for no other.",
    )(command)


def words(values: tuple[str, ...], place: str) -> tuple[Word, ...]:
    """The names in repeated options with commas; `place` is what a message calls them."""
    parts = (part.strip() for value in values for part in value.split(","))
    return tuple(Word(part, place) for part in parts if part)


def open_configs(layer: Layer, config: Path | None, no_config: bool) -> Configs:
    """The configurations of a run. Raises `ConfigError` for a wrong `--config`."""
    if config and no_config:
        raise click.UsageError("--config and --no-config exclude each other; leave one out")
    return Configs(layer, only=config, search=not no_config)


def rulebook_here(packs: tuple[Path, ...] = ()) -> Rulebook:
    """The rules that hold in the current folder, with extra packs. Raises what reading raises."""
    from healthlint.rulebook import load_rulebook

    settings = Configs(Layer(packs=packs)).plan(Path("draft.md")).settings
    return load_rulebook(settings.packs)


def wants_color(choice: str, terminal: bool) -> bool:
    """Whether to colour: as told, or at a terminal that is not asked to do without."""
    if choice != "auto":
        return choice == "always"
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """Columns of the terminal, or what COLUMNS says; 80 where there is none.

    `shutil` knows too, but loads three libraries of compression with it.
    """
    try:
        said = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        said = 0
    if said > 0:
        return said
    try:
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns or 80
    except (OSError, ValueError):
        return 80
