"""`healthlint fix`: mend what can be mended, show what would be, or ask about each finding."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click

from healthlint.cli.annotated import is_word
from healthlint.cli.options import (
    RuleName,
    config_options,
    draft_options,
    open_configs,
    profile_option,
    wants_color,
    words,
)
from healthlint.cli.session import Session, Task
from healthlint.config import Layer
from healthlint.decisions import Decisions
from healthlint.decisions.policy import Policy, load
from healthlint.errors import DraftError, HealthlintError
from healthlint.fix.apply import encoded, read_bytes
from healthlint.fix.draft import Draft
from healthlint.fix.interactive import Stopped, walk
from healthlint.fix.run import Mended, mend

_WORD = (
    "a Word file is not rewritten; `healthlint check {} --annotate FILE.docx` writes a copy with "
    "the findings and what to write instead as comments"
)
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(
    epilog="Exit codes: 0 done (findings may be left for you), 1 with --diff if anything would "
    "change, 2 something could not be run or written."
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--unsafe",
    is_flag=True,
    help="Also put suggestions in the place of whole sentences. They may change what is said, or "
    "leave a [PLACEHOLDER] to fill in: read them before you publish.",
)
@click.option("--diff", is_flag=True, help="Show what would change and change nothing.")
@click.option(
    "--interactive", "-i", is_flag=True, help="Ask about each finding: mend, reword, skip, waive."
)
@click.option(
    "--select",
    multiple=True,
    type=RuleName(listed=True),
    metavar="RULES",
    help="Mend what these rules find only: codes, names or categories, with commas between them.",
)
@click.option(
    "--ignore",
    multiple=True,
    type=RuleName(listed=True),
    metavar="RULES",
    help="Leave what these rules find: codes, names or categories, with commas between them.",
)
@profile_option
@draft_options
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colours in the diff; auto is at a terminal only, and not if NO_COLOR is set.",
)
@config_options
@click.pass_context
def fix(
    ctx: click.Context,
    paths: tuple[str, ...],
    unsafe: bool,
    diff: bool,
    interactive: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    as_format: str | None,
    stdin_filename: str | None,
    color: str,
    config: Path | None,
    no_config: bool,
) -> None:
    """Mend drafts: terms and wounding words, and with --unsafe whole sentences.

    PATHS are as for `healthlint check`; with - the draft is read from standard input and written,
    mended, to standard output. Every draft is checked again before it is written; a mend that
    would leave or bring a finding is not made. What is suppressed, waived or in the baseline is
    left alone, and suppressions that suppress nothing are taken out.
    """
    if interactive and (diff or unsafe or "-" in paths):
        other = "--diff" if diff else "--unsafe" if unsafe else "-"
        raise click.UsageError(f"--interactive and {other} exclude each other; leave one out")
    if stdin_filename and "-" not in paths:
        raise click.UsageError("--stdin-filename needs - among the paths: ... | healthlint fix -")
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("- is mended to standard output; mend other drafts in another run")
    layer = Layer(
        profile=profile, select=words(select, "--select"), ignore=words(ignore, "--ignore")
    )
    session = Session(open_configs(layer, config, no_config), as_format)
    tasks = session.tasks(path for path in paths or (".",) if path != "-")
    if "-" in paths and (task := session.stdin_task(stdin_filename)):
        tasks.append(task)
    named = frozenset(map(Path, paths))
    run = _Run(session, wants_color(color, sys.stdout.isatty()), named)
    if interactive:
        run.each(tasks, lambda draft: walk(draft, click.echo, _ask))
    else:
        run.each(tasks, lambda draft: run.mend(draft, unsafe, diff))
        run.sum_up(diff)
    ctx.exit(2 if run.failed else int(diff and run.changed > 0))


@dataclass
class _Run:
    """All drafts of one run, and what became of them."""

    session: Session
    color: bool
    named: frozenset[Path] = frozenset()  # what the user named, folders among it
    failed: bool = False
    changed: int = 0
    drafts_seen: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"fixed": 0, "left": 0})
    _decisions: dict[Policy, Decisions] = field(default_factory=dict)

    def each(self, tasks: list[Task], do: Callable[[Draft], object]) -> None:
        """Do something with every draft; what goes wrong with one must not cost the others."""
        told: set[str] = set()
        for task in tasks:
            try:
                if task.error is not None:
                    raise DraftError(task.error)
                if is_word(task):
                    self.failed |= task.path in self.named
                    self._tell(task.path, _WORD.format(task.path))
                    continue
                do(self._draft(task))
            except Stopped:
                return
            except HealthlintError as error:
                self.failed = True
                if str(error) not in told:
                    self._tell(task.path, str(error))
                if str(error) in self.session.blocked:
                    told.add(str(error))
            except Exception as error:
                if os.environ.get("HEALTHLINT_DEBUG") or isinstance(error, click.ClickException):
                    raise
                self.failed = True
                what = " ".join(f"{type(error).__name__}: {error}".split())
                self._tell(
                    task.path,
                    f"a fault of healthlint's, please report it with HEALTHLINT_DEBUG=1: {what}",
                )

    def _draft(self, task: Task) -> Draft:
        from healthlint.readers import format_for
        from healthlint.readers.decode import decode

        data = sys.stdin.buffer.read() if task.stdin else read_bytes(task.path)
        source = decode(data)
        chosen = task.format or format_for(str(task.path), source)
        if chosen is None:
            raise DraftError("its type is not known; name it with --as (markdown, html or text)")
        policy, settings = task.plan.policy, task.plan.settings
        if policy not in self._decisions:
            self._decisions[policy] = load(policy)
        found = self._decisions[policy]
        return Draft(task.path, data, source, chosen, settings, policy, found, task.stdin)

    def mend(self, draft: Draft, unsafe: bool, diff: bool) -> None:
        """Mend one draft, or show how."""
        self.drafts_seen += 1
        done = mend(draft.source, draft.format, draft.check, unsafe, draft.fields)
        changed = done.source != draft.source
        if diff:
            self._show(draft, done.source)
        elif draft.stdin:
            sys.stdout.flush()
            sys.stdout.buffer.write(encoded(done.source, draft.data))
            sys.stdout.buffer.flush()
        elif changed:
            draft.save(done.source)
        self.changed += changed
        self.counts["fixed"] += len(done.fixed)
        self.counts["left"] += len(done.left)
        self._report(draft.name, done, aside=diff or draft.stdin)

    def _report(self, name: str, done: Mended, aside: bool) -> None:
        if not done.fixed and not done.left:
            return
        said = [f"{len(done.fixed)} fixed"] if done.fixed else []
        said += [f"{len(done.left)} left for you"] if done.left else []
        click.echo(f"{name}: {', '.join(said)}", err=aside)
        for one in done.left:
            place = f"{one.finding.start.line}:{one.finding.start.column}"
            about = f"{one.finding.rule} {one.finding.name}: {one.why}"
            click.echo(f"  {place} {about}", err=aside)

    def _show(self, draft: Draft, source: str) -> None:
        from difflib import unified_diff

        name = draft.name.replace(os.sep, "/")
        lines = unified_diff(
            _lines(draft.source), _lines(source), f"a/{name}", f"b/{name}"
        )
        for line in lines:
            text = line.rstrip("\r\n")
            colour = _COLOURS.get(text[:1]) if self.color else None
            bold = text.startswith(("+++ ", "--- "))
            styled = click.style(text, fg=colour, bold=bold) if colour else text
            click.echo(styled, color=self.color)
            if not line.endswith(("\n", "\r")):
                click.echo("\\ No newline at end of file")

    def sum_up(self, diff: bool) -> None:
        """One line at the end, on standard error."""
        drafts = "1 draft" if self.drafts_seen == 1 else f"{self.drafts_seen} drafts"
        would = "would be fixed" if diff else "fixed"
        fixed, left = self.counts["fixed"], self.counts["left"]
        if not fixed and not left:
            click.echo(f"{drafts} checked: nothing to fix.", err=True)
            return
        tail = f", {left} left for you" if left else ""
        click.echo(f"{drafts} checked: {fixed} {would}{tail}.", err=True)

    def _tell(self, path: Path, error: str) -> None:
        whole = error in self.session.blocked or error.startswith(str(path))
        click.echo(error if whole else f"{path}: {error}", err=True)


def _lines(source: str) -> list[str]:
    """The lines of a text with their ends, LF, CRLF or CR; nothing else parts lines."""
    import re

    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", source)


def _ask(question: str) -> str | None:
    """A line from the user; None at the end of what they type."""
    click.echo(question, nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None
