"""`healthlint check`: check drafts and report."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from healthlint.cli.annotated import Annotated, annotate_option
from healthlint.cli.decided import Decided, decision_options
from healthlint.cli.options import (
    RuleName,
    config_options,
    draft_options,
    open_cache,
    open_configs,
    profile_option,
    speed_options,
    terminal_width,
    wants_color,
    words,
)
from healthlint.cli.passed import passed_over
from healthlint.cli.reports import Report, ReportType, deliver, drafts_base, spare, wanted
from healthlint.cli.session import Session, Task, profiles, rulebooks
from healthlint.cli.site import site_options, site_pages
from healthlint.config import Layer
from healthlint.finding import SEVERITIES, Result
from healthlint.output import FORMATS, Look

_LONG_RUN = 40  # drafts from which on a terminal shows a progress bar


@click.command(epilog="Exit codes: 0 nothing to fail on, 1 findings, 2 something could not be run.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=ReportType(),
    help=f"A report, or several; =FILE writes one to a file. There are: {', '.join(FORMATS)}."
    "  [default: text]",
)
@click.option("--statistics", is_flag=True, help="Count by rule, category and draft instead.")
@click.option(
    "--select",
    multiple=True,
    type=RuleName(listed=True),
    metavar="RULES",
    help="Run these rules only: codes, names or categories, with commas between them.",
)
@click.option(
    "--ignore",
    multiple=True,
    type=RuleName(listed=True),
    metavar="RULES",
    help="Leave these rules out: codes, names or categories, with commas between them.",
)
@profile_option
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="End with exit code 1 from this severity on.  [default: the configuration's, or error]",
)
@click.option("--exit-zero", is_flag=True, help="End with exit code 0 whatever is found.")
@click.option("--quiet", "-q", is_flag=True, help="One line for each finding and nothing else.")
@click.option("--verbose", "-v", is_flag=True, help="Also list the files that were passed over.")
@draft_options
@site_options
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colours in the report; auto is at a terminal only, and not if NO_COLOR is set.",
)
@speed_options
@annotate_option
@decision_options
@config_options
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    formats: tuple[Report, ...],
    statistics: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    fail_on: str | None,
    exit_zero: bool,
    quiet: bool,
    verbose: bool,
    as_format: str | None,
    stdin_filename: str | None,
    urls_from: str | None,
    root: str | None,
    allow_network: bool,
    color: str,
    annotate: Path | None,
    baseline: Path | None,
    write_baseline: bool,
    diff_base: str | None,
    log: Path | None,
    jobs: int | None,
    cache_dir: Path | None,
    no_cache: bool,
    config: Path | None,
    no_config: bool,
) -> None:
    """Check drafts for claims that mislead.

    PATHS are drafts, folders or patterns such as "posts/**/*.md"; a single - reads the draft from
    standard input. Without any, the current folder is checked. In folders healthlint reads
    Markdown, HTML, text, Word and site source, content data where its folder says that it is
    content, and keeps out of what .gitignore names.
    """
    layer = Layer(
        profile=profile,
        select=words(select, "--select"),
        ignore=words(ignore, "--ignore"),
        fail_on=fail_on,
    )
    if stdin_filename and "-" not in paths:
        raise click.UsageError("--stdin-filename needs - among the paths: ... | healthlint check -")
    reports = wanted(formats, statistics)
    own = spare(reports, paths)
    decided = Decided(baseline, write_baseline, diff_base, log)
    decided.check(paths, narrowed=bool(select or ignore))
    pages = site_pages(urls_from, root, allow_network, paths, {"--diff-base": diff_base})
    cache = open_cache(cache_dir, no_cache)
    session = Session(open_configs(layer, config, no_config), as_format, decided, jobs, cache)
    named = paths or (() if urls_from else (".",))
    tasks = session.tasks(path for path in named if path != "-")
    tasks += session.page_tasks(pages)
    if own:
        tasks = [task for task in tasks if os.path.realpath(task.path) not in own]
    if "-" in paths and (task := session.stdin_task(stdin_filename)):
        tasks.append(task)
    annotated = Annotated(annotate)
    annotated.check(paths, tasks)
    decided.compare(tasks)

    seen = _Outcome(tasks)
    look = Look(
        profile=profiles(tasks),
        width=terminal_width(),
        color=wants_color(color, sys.stdout.isatty()),
        quiet=quiet,
        rulebooks=rulebooks(tasks),
        formats={task.name: task.format for task in tasks if task.format},
        base=drafts_base(os.environ),
    )
    results = decided.follow(tasks, _with_progress(session, tasks, quiet))
    results = annotated.follow(tasks, results, look.rulebooks)
    deliver(reports, seen.watch(results), look)
    if cache:
        cache.tidy()
    _tell(session, seen, verbose)
    annotated.tell(quiet)
    ctx.exit(2 if seen.failed or annotated.error else int(seen.reached and not exit_zero))


class _Outcome:
    """What passes from the checks to the report, seen from the side."""

    def __init__(self, tasks: list[Task]) -> None:
        self._tasks = tasks
        self.failed: list[tuple[str, str]] = []
        self.notices: list[tuple[str, str]] = []
        self.reached = False

    def watch(self, results: Iterator[Result]) -> Iterator[Result]:
        for task, result in zip(self._tasks, results, strict=True):
            limit = SEVERITIES.index(task.plan.fail_on)
            self.reached |= any(SEVERITIES.index(f.severity) >= limit for f in result.findings)
            if result.error is not None:
                self.failed.append((result.path, result.error))
            self.notices += [(result.path, notice) for notice in result.notices]
            yield result


def _with_progress(session: Session, tasks: list[Task], quiet: bool) -> Iterable[Result]:
    if quiet or len(tasks) < _LONG_RUN or not _at_terminal():
        return session.results(tasks)
    from healthlint.output.spool import Spool

    bar = click.progressbar(
        session.results(tasks), length=len(tasks), label="Checking", file=sys.stderr
    )
    with bar as passing:  # the report waits, so that the two do not write over each other
        return Spool(passing)


def _at_terminal() -> bool:
    return sys.stderr.isatty()


def _tell(session: Session, seen: _Outcome, verbose: bool) -> None:
    """What could not be checked, and with --verbose what was passed over: on stderr."""
    for problem, drafts in session.blocked.items():
        these = "1 draft" if drafts == 1 else f"{drafts} drafts"
        click.echo(f"{problem} [{these} not checked]", err=True)
    for path, error in seen.failed:
        if error not in session.blocked:
            click.echo(error if error.startswith(path) else f"{path}: {error}", err=True)
    for path, notice in seen.notices:
        click.echo(f"{path}: note: {notice}", err=True)
    if verbose:
        for line in passed_over(session.unknown, session.excluded):
            click.echo(line, err=True)
