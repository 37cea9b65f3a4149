"""One run of `healthlint check`: from what the user named to results, whatever is wrong with some.

What is wrong with one draft, or with the configuration that governs it, is that draft's error; the
others are checked all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from healthlint.cli.decided import Decided
from healthlint.config import Configs, Plan
from healthlint.discover import Found, discover
from healthlint.errors import ConfigError, DraftError, RuleError
from healthlint.finding import Result
from healthlint.settings import Settings

if TYPE_CHECKING:
    from healthlint.decisions import Decisions
    from healthlint.decisions.policy import Policy
    from healthlint.rendered.audit import Page
    from healthlint.resultcache import ResultCache
    from healthlint.rulebook import Rulebook


class Task(NamedTuple):
    """One draft and how to check it, or why it cannot be checked."""

    path: Path
    plan: Plan = Plan()
    format: str | None = None
    error: str | None = None
    stdin: bool = False
    page: Page | None = None

    @property
    def name(self) -> str:
        """How the report calls it: its path, or the address of a site's page."""
        return self.page.address if self.page else str(self.path)


class Session:
    """Finds drafts, plans each and checks it; collects what to tell beside the report.

    `jobs` is how many processes check, None for as many as are worth it.
    """

    def __init__(
        self,
        configs: Configs,
        as_format: str | None = None,
        decided: Decided | None = None,
        jobs: int | None = None,
        cache: ResultCache | None = None,
    ) -> None:
        self._configs = configs
        self._jobs = jobs
        self._cache = cache
        self._format = as_format
        self._decided = decided or Decided()
        self._decisions: dict[Policy, Decisions] = {}
        self._ready: dict[int, str | None] = {}
        self.unknown: list[Path] = []
        self.excluded: list[Path] = []
        #: What is wrong with a configuration or rule pack -> how many drafts it stopped.
        self.blocked: dict[str, int] = {}

    def tasks(self, names: Iterable[str]) -> list[Task]:
        """A task for every draft under the names, in order."""
        tasks = []
        for found in discover(names, self._known, self._configs.excludes):
            if found.kind == "unknown":
                self.unknown.append(found.path)
            elif found.kind == "excluded":
                self.excluded.append(found.path)
            else:
                tasks.append(self._task(found))
        return tasks

    def stdin_task(self, name: str | None) -> Task | None:
        """The task for a draft on standard input that is called `name`; None if it is excluded."""
        if name and self._configs.excludes(name):
            self.excluded.append(Path(name))
            return None
        task = self._task(Found(Path(name or "stdin.md"), "draft", named=True))
        if name:
            return task._replace(stdin=True)
        return task._replace(path=Path("<stdin>"), format=task.format or "markdown", stdin=True)

    def page_tasks(self, pages: Iterable[Page]) -> list[Task]:
        """A task for every page of a site; it is checked as its file, or else this folder, says."""
        tasks = []
        for page in pages:
            try:
                file = page.site.file(page.address)
            except DraftError:  # it is told when the page is read
                file = None
            if file and self._configs.excludes(file):
                self.excluded.append(file)
                continue
            task = self._task(Found(file or Path("page.html"), "draft", named=True))
            tasks.append(task._replace(page=page, format=task.format or "html"))
        return tasks

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """The result of each task, in order."""
        from healthlint.cli.checker import Checker, check_all

        decisions = {policy: self._decided.finish(d) for policy, d in self._decisions.items()}
        return check_all(Checker(decisions, self._cache), list(tasks), self._jobs)

    def _known(self, path: Path) -> bool:
        from healthlint.readers import format_for
        from healthlint.readers.places import is_content

        if format_for(path.name) is not None and is_content(path):
            return True
        try:
            plan = self._configs.plan(path)
            return plan.format is not None or bool(plan.settings.options.get("fields"))
        except ConfigError:
            return False

    def _task(self, found: Found) -> Task:
        if found.error is not None:
            return Task(found.path, error=found.error)
        try:
            plan = self._configs.plan(found.path)
        except ConfigError as error:
            return self._stopped(found.path, str(error))
        wrong = self._check(plan)
        if wrong is not None:
            return self._stopped(found.path, wrong)
        return Task(found.path, plan, self._format or plan.format)

    def _stopped(self, path: Path, error: str) -> Task:
        self.blocked[error] = self.blocked.get(error, 0) + 1
        return Task(path, error=error)

    def _check(self, plan: Plan) -> str | None:
        """What is wrong with the rules of a plan; looked at once for each plan."""
        if id(plan) not in self._ready:
            self._ready[id(plan)] = _wrong_rules(plan) or self._wrong_decisions(plan)
        return self._ready[id(plan)]

    def _wrong_decisions(self, plan: Plan) -> str | None:
        """What is wrong with the waivers, claims or baseline of a plan; they are read once."""
        from healthlint.api import rulebook_for
        from healthlint.selection import check_names

        try:
            if plan.policy not in self._decisions:
                self._decisions[plan.policy] = self._decided.load(plan.policy)
            if claims := self._decisions[plan.policy].claims:
                check_names(claims.names, rulebook_for(plan.settings.packs))
        except ConfigError as error:
            return str(error)
        return None


def _wrong_rules(plan: Plan) -> str | None:
    from healthlint.api import rulebook_for
    from healthlint.selection import check_names

    try:
        check_names(plan.names, rulebook_for(plan.settings.packs))
    except (RuleError, ConfigError) as error:
        return str(error)
    return None


def rulebooks(tasks: Iterable[Task]) -> tuple[Rulebook, ...]:
    """The rulebooks that the tasks are checked with."""
    from healthlint.api import rulebook_for

    packs = dict.fromkeys(task.plan.settings.packs for task in tasks if task.error is None)
    return tuple(rulebook_for(these) for these in packs)


def profiles(tasks: Iterable[Task]) -> str:
    """The profile that the tasks are checked under; several with commas."""
    found = dict.fromkeys(task.plan.settings.profile for task in tasks if task.error is None)
    return ", ".join(found) or Settings().profile
