"""Where reports go: `--format NAME` and `--format NAME=FILE`, several at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

from healthlint.errors import HealthlintError
from healthlint.finding import Result
from healthlint.output import FORMATS, Look, renderer

_FILE_WIDTH = 100


class Report(NamedTuple):
    """One report that is wanted: its format, and its file or None for standard output."""

    format: str
    file: Path | None = None


class ReportType(click.ParamType[Report]):
    """`NAME` or `NAME=FILE`."""

    name = "report"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "NAME[=FILE]"

    def convert(
        self, value: str | Report, param: click.Parameter | None, ctx: click.Context | None
    ) -> Report:
        if isinstance(value, Report):
            return value
        name, equals, file = value.partition("=")
        if name not in FORMATS:
            from difflib import get_close_matches

            near = get_close_matches(name, FORMATS, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(FORMATS)}"
            self.fail(f"there is no report format `{name}` ({hint})", param, ctx)
        if equals and not file:
            self.fail(f"`{value}` names no file; write {name}=FILE or {name}", param, ctx)
        if file and Path(file).is_dir():
            self.fail(f"{file} is a folder; name a file in it", param, ctx)
        if file and not Path(file).parent.is_dir():
            folder = Path(file).parent
            self.fail(f"{file}: there is no folder {folder}; make it first", param, ctx)
        return Report(name, Path(file) if file else None)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names of formats; after `NAME=` the shell completes files."""
        name, equals, _ = incomplete.partition("=")
        if equals:
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(n, help=about) for n, about in FORMATS.items() if n.startswith(name)]


def wanted(reports: tuple[Report, ...], statistics: bool) -> tuple[Report, ...]:
    """The reports to make: text if none is named; with `statistics` counts in place of text.

    Raises `click.UsageError` for two on standard output or two in one file.
    """
    asked = reports or (() if statistics else (Report("text"),))
    shown = [report.format for report in asked if report.file is None]
    if len(shown) > 1:
        raise click.UsageError(
            f"--format {shown[0]} and --format {shown[1]} both go to standard output; "
            f"write one to a file: --format {shown[1]}=FILE"
        )
    if statistics and shown and shown != ["text"]:
        raise click.UsageError(
            f"--statistics and --format {shown[0]} both go to standard output; "
            f"write the report to a file: --format {shown[0]}=FILE"
        )
    files = [os.path.realpath(report.file) for report in asked if report.file is not None]
    for at, file in enumerate(files):
        if file in files[:at]:
            raise click.UsageError(f"two reports go to {file}; give each a file of its own")
    if statistics:
        return (*(one for one in asked if one.file is not None), Report("statistics"))
    return asked


def spare(reports: tuple[Report, ...], named: Iterable[str]) -> frozenset[str]:
    """The real paths of report files, which are no drafts however they were found.

    Raises `click.UsageError` if the user named one of them as a draft.
    """
    files = {os.path.realpath(report.file): report.file for report in reports if report.file}
    for name in named:
        if os.path.realpath(name) in files:
            raise click.UsageError(f"{name} is a draft to check and the file of a report too")
    return frozenset(files)


def deliver(reports: tuple[Report, ...], results: Iterable[Result], look: Look) -> None:
    """Write every report. Results are read once, and kept only if several reports need them.

    Raises `HealthlintError` for a file that cannot be written.
    """
    if len(reports) > 1:
        from healthlint.output.spool import again

        results = again(results)
    for report in reports:
        if report.file is None:
            for piece in renderer(report.format)(results, look):
                click.echo(piece, nl=False, color=True)
        else:
            plain = look._replace(color=False, width=_FILE_WIDTH)
            try:
                _write(report.file, renderer(report.format)(results, plain))
            except OSError as error:
                said = error.strerror or str(error)
                raise HealthlintError(f"{report.file}: cannot be written: {said}") from None


def _write(file: Path, pieces: Iterator[str]) -> None:
    """Put a file in place when it is complete, so that nobody reads half a report."""
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file():  # a device or a pipe
        with target.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            stream.writelines(pieces)
        return
    passing = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with passing.open("x", encoding="utf-8", errors="replace", newline="") as stream:
            stream.writelines(pieces)
        if target.exists():
            import shutil

            shutil.copymode(target, passing)
        os.replace(passing, target)
    finally:
        passing.unlink(missing_ok=True)


def drafts_base(environment: Mapping[str, str]) -> str:
    """The address of the checkout at its commit, if a CI service says so; ends with a slash."""
    server, repository, commit = (
        environment.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA")
    )
    if server and repository and commit:
        return f"{server}/{repository}/blob/{commit}/"
    project, commit = (environment.get(f"CI_{name}", "") for name in ("PROJECT_URL", "COMMIT_SHA"))
    return f"{project}/-/blob/{commit}/" if project and commit else ""
