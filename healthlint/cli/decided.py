"""The options of `healthlint check` that say what becomes of findings, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from healthlint.decisions.policy import BASELINE_NAME, Policy, load
from healthlint.finding import Result

if TYPE_CHECKING:
    from healthlint.cli.session import Task
    from healthlint.decisions import Decisions
    from healthlint.decisions.changed import Changed
    from healthlint.decisions.trail import Trail

_F = TypeVar("_F", bound=Callable[..., Any])


def decision_options(command: _F) -> _F:
    """`--baseline`, `--write-baseline`, `--diff-base` and `--log`."""
    command = click.option(
        "--log",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Append a line of JSON to FILE: what was checked, and who let what pass.",
    )(command)
    command = click.option(
        "--diff-base",
        metavar="REVISION",
        help="Report only what lies on lines that changed since this git revision.",
    )(command)
    command = click.option(
        "--write-baseline",
        is_flag=True,
        help=f"Write down all findings as known, in --baseline's FILE or {BASELINE_NAME}.",
    )(command)
    return click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Leave out the findings that are written down in FILE.",
    )(command)


@dataclass
class Decided:
    """What the options ask for in one run."""

    baseline: Path | None = None
    write: bool = False
    base: str | None = None
    log: Path | None = None
    changed: Changed | None = None
    trail: Trail | None = None

    def check(self, paths: tuple[str, ...], narrowed: bool) -> None:
        """Raises `UsageError` for what excludes each other, `ConfigError` for a wrong `--log`."""
        if self.write and (narrowed or self.base):
            raise click.UsageError(
                "--write-baseline writes down everything that is found; leave out --select, "
                "--ignore and --diff-base"
            )
        if "-" in paths and (self.write or self.base):
            option = "--write-baseline" if self.write else "--diff-base"
            raise click.UsageError(f"{option} needs files; it cannot be used with -")
        if self.log:
            from healthlint.decisions.trail import Trail

            self.trail = Trail(self.log)

    def compare(self, tasks: Iterable[Task]) -> None:
        """Ask git what changed, if that is wanted. Raises `ConfigError`."""
        if self.base is not None:
            from healthlint.decisions.changed import changed_since

            drafts = [task.path for task in tasks if task.error is None]
            self.changed = changed_since(self.base, drafts)

    def load(self, policy: Policy) -> Decisions:
        """The decisions of a run under a policy. Raises `ConfigError`."""
        return load(policy, baseline=self.baseline, use_baseline=not self.write)

    def finish(self, decisions: Decisions) -> Decisions:
        """The same with what became known after the drafts were found."""
        return replace(decisions, changed=self.changed) if self.changed else decisions

    def follow(self, tasks: list[Task], results: Iterable[Result]) -> Iterator[Result]:
        """The results as they are to be reported; the baseline and the trail are written."""
        if self.write:
            results = self._written(tasks, results)
        for task, result in zip(tasks, results, strict=True):
            if self.trail:
                self.trail.add(result, task.plan.settings)
            yield result
        if self.trail:
            self.trail.write()

    def _written(self, tasks: list[Task], results: Iterable[Result]) -> Iterator[Result]:
        from healthlint.decisions.baseline import Baseline, write_baseline
        from healthlint.decisions.register import shown
        from healthlint.output.spool import again

        own, results = self.baseline, again(results)
        files = [own or task.plan.policy.baseline or Path(BASELINE_NAME) for task in tasks]
        baselines: dict[Path, Baseline] = {}
        for file in dict.fromkeys(files):
            number = 0

            def mine(file: Path = file) -> Iterator[Result]:
                nonlocal number
                for result, at in zip(results, files, strict=True):
                    if at == file:
                        number += len(result.findings)
                        yield result

            baselines[file] = write_baseline(file, mine())
            what = "1 finding" if number == 1 else f"{number} findings"
            click.echo(f"{shown(file)}: {what} written down as known", err=True)
        for result, file in zip(results, files, strict=True):
            yield baselines[file].known(result)
