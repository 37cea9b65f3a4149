"""`healthlint check --annotate`: the findings as comments in a copy of a Word draft."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from healthlint.errors import HealthlintError
from healthlint.finding import Result

if TYPE_CHECKING:
    from healthlint.cli.session import Task
    from healthlint.rulebook import Rulebook

_F = TypeVar("_F", bound=Callable[..., Any])
_SUFFIX = ".docx"


def annotate_option(command: _F) -> _F:
    """`--annotate`."""
    return click.option(
        "--annotate",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Also write a copy of a Word draft to FILE, with a comment for every finding.",
    )(command)


@dataclass
class Annotated:
    """The copy that one run writes, if it is wanted; `error` says why it was not written."""

    target: Path | None = None
    error: str | None = None
    written: int | None = None  # comments in the copy

    def check(self, paths: tuple[str, ...], tasks: list[Task]) -> None:
        """Raises `UsageError` where there is not one Word draft, or no place for its copy."""
        target = self.target
        if target is None:
            return
        if "-" in paths:
            raise click.UsageError("--annotate needs a Word file; it cannot be used with -")
        if not tasks:
            raise click.UsageError("--annotate needs a Word draft, and there is none to check")
        if len(tasks) > 1:
            raise click.UsageError(
                f"--annotate takes one Word draft, and these are {len(tasks)}; "
                "check them one by one"
            )
        [task] = tasks
        if task.error is None and not is_word(task):
            raise click.UsageError(
                f"--annotate puts comments into Word files, and {task.path} is none; "
                "for a page with all findings in place use --format html=FILE"
            )
        from healthlint.annotate import EXISTS

        if target.is_dir():
            raise click.UsageError(f"{target} is a folder; name a file in it")
        if os.path.realpath(target) == os.path.realpath(task.path) or (
            target.exists() and task.path.exists() and target.samefile(task.path)
        ):
            raise click.UsageError(
                f"{target} is the draft itself; name another file for the comments"
            )
        if target.exists() or target.is_symlink():
            raise click.UsageError(EXISTS.format(target))
        if not target.parent.is_dir():
            raise click.UsageError(f"{target}: there is no folder {target.parent}; make it first")
        if target.suffix.lower() != _SUFFIX:
            raise click.UsageError(f"{target}: Word opens no such name; end it in {_SUFFIX}")

    def follow(
        self, tasks: list[Task], results: Iterator[Result], books: tuple[Rulebook, ...]
    ) -> Iterator[Result]:
        """The results as they are; the copy is written as soon as its draft has one."""
        for task, result in zip(tasks, results, strict=True):
            if self.target is not None and result.error is None:
                self._write(task.path, self.target, result, books)
            yield result

    def _write(
        self, draft: Path, target: Path, result: Result, books: tuple[Rulebook, ...]
    ) -> None:
        from healthlint.annotate import write_annotated

        known = {key: one for book in books for key, one in book.authorities.items()}
        try:
            write_annotated(draft, target, result, known)
            self.written = len(result.findings)
        except HealthlintError as error:
            self.error = str(error)

    def tell(self, quiet: bool) -> None:
        """What became of the copy, on standard error."""
        if self.error is not None:
            click.echo(self.error, err=True)
        elif self.written is not None and not quiet:
            from healthlint.output.common import count

            click.echo(f"{self.target}: a copy with {count(self.written, 'comment')}", err=True)


def is_word(task: Task) -> bool:
    """Whether a draft is a Word file, or whatever else is no text."""
    from healthlint.readers import format_for, is_binary

    return is_binary(task.format or format_for(task.path.name))
