"""What a worker does with a request: rules and configuration loaded once, texts checked or mended.

Nothing here knows HTTP beyond a status; nothing of one request is kept for the next.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from healthlint import __version__
from healthlint.api import lint_fields, matcher_for, rulebook_for
from healthlint.config import Configs, Layer, Plan, Word
from healthlint.decisions import Decisions
from healthlint.decisions.policy import Policy, load
from healthlint.errors import ConfigError
from healthlint.fields import Field
from healthlint.finding import SEVERITIES, Finding, Result
from healthlint.fix.run import mend
from healthlint.output import Tally
from healthlint.output.json import VERSION, entry, finding_entry
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rulebook
from healthlint.selection import check_names
from healthlint.server.frames import Answer, Job
from healthlint.server.problem import MEDIA_TYPE as PROBLEM_TYPE
from healthlint.server.problem import Problem
from healthlint.server.request import Asked, escaped, read_request


@dataclass(frozen=True)
class Loaded:
    """Rules and configuration as they were at one time; it can be pickled for other processes."""

    configs: Configs
    rulebook: Rulebook
    packs: tuple[Path, ...]
    decisions: dict[Policy, Decisions] = field(default_factory=dict)
    folder: str = ""  # of the configuration; names of pages are paths below it

    @cached_property
    def matcher(self) -> Matcher:
        """The rulebook ready to run."""
        return Matcher(self.rulebook)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "matcher"}


def load_rules(config: Path | None) -> Loaded:
    """What the service works with. Raises `ConfigError` and `RuleError`.

    Without a configuration file none is searched for: where a service was started must not matter.
    """
    configs = Configs(only=config, search=False)
    plan = configs.plan("")
    book = rulebook_for(plan.settings.packs)
    check_names(plan.names, book)
    decisions = load(plan.policy, use_baseline=False)
    if decisions.claims:
        check_names(decisions.claims.names, book)
    if decisions.waivers:
        # A draft whose file is gone was renamed; a page never had a file, so its waivers stay its.
        decisions = replace(decisions, waivers=replace(decisions.waivers, gone=frozenset()))
    folder = str(config.absolute().parent) if config else ""
    return Loaded(configs, book, plan.settings.packs, {plan.policy: decisions}, folder)


def answer(job: Job, loaded: Loaded) -> Answer:
    """The answer to one request; a refusal is an answer too."""
    try:
        asked = read_request(job)
        if job.what == "check":
            said, counts = _checked(asked, loaded)
        else:
            said, counts = _mended(asked, loaded), ()
    except Problem as problem:
        return Answer(problem.status, PROBLEM_TYPE, problem.body())
    body = json.dumps(said, ensure_ascii=False).encode("utf-8")
    return Answer(200, "application/json", body, counts)


@dataclass(frozen=True)
class _Run:
    """One request with all that decides how it is checked."""

    asked: Asked
    plan: Plan
    loaded: Loaded
    matcher: Matcher
    path: str

    def check(self, fields: Sequence[Field]) -> list[Result]:
        return lint_fields(
            fields,
            name=self.path,
            settings=self.plan.settings,
            decisions=self.loaded.decisions[self.plan.policy],
            comments=self.asked.comments,
            matcher=self.matcher,
        )


def _run(asked: Asked, loaded: Loaded) -> _Run:
    flags = Layer(
        profile=asked.profile,
        select=_words("select", asked.select),
        ignore=_words("ignore", asked.ignore),
        severities=tuple(
            (Word(name, f"/severities/{escaped(name)}"), level) for name, level in asked.severities
        ),
        fail_on=asked.fail_on,
    )
    wrong = []
    for name in flags.names():
        try:
            check_names([name], loaded.rulebook)
        except ConfigError as error:
            wrong.append((name[1], str(error).removeprefix(f"{name[1]}: ")))
    if wrong:
        raise Problem("content", f"{wrong[0][0]}: {wrong[0][1]}.", tuple(wrong))
    path = os.path.join(loaded.folder, asked.name)
    plan = loaded.configs.under(flags).plan(path)
    # Overrides of the configuration may add packs for some names.
    own = plan.settings.packs == loaded.packs
    matcher = loaded.matcher if own else matcher_for(plan.settings.packs)
    return _Run(asked, plan, loaded, matcher, path)


def _words(key: str, names: tuple[str, ...]) -> tuple[Word, ...]:
    return tuple(Word(name, f"/{key}/{at}") for at, name in enumerate(names))


def _checked(asked: Asked, loaded: Loaded) -> tuple[dict[str, Any], tuple[tuple[str, int], ...]]:
    run = _run(asked, loaded)
    results = run.check(asked.fields)
    tally = Tally()
    files = []
    for one, result in zip(asked.fields, results, strict=True):
        tally.add(result)
        tell = _Teller(result.source, run.matcher.rulebook)
        entries = [tell.finding(finding) for finding in result.findings]
        files.append({**entry(result), "anchor": one.anchor, "findings": entries})
    limit = run.plan.fail_on
    graver = SEVERITIES[SEVERITIES.index(limit) :]
    blocked = tally.failed > 0 or any(tally.severities[name] for name in graver)
    said = {
        "version": VERSION,
        "tool": {
            "name": "healthlint", "version": __version__, "profile": run.plan.settings.profile,
        },
        "files": files,
        "summary": {"files": tally.files, **tally.severities, "suppressed": tally.suppressed},
        "verdict": {"blocked": blocked, "fail_on": limit, "counts": tally.severities},
        "notices": [notice for result in results for notice in result.notices],
    }  # fmt: skip
    return said, tuple(tally.severities.items())


def _mended(asked: Asked, loaded: Loaded) -> dict[str, Any]:
    """Each field mended in turn, the others as they have become by then."""
    run = _run(asked, loaded)
    fields = list(asked.fields)
    before = run.check(fields)
    told: list[dict[str, Any]] = []
    for at, old in enumerate(before):
        one = fields[at]
        if old.error is not None:
            told.append(
                {"id": one.id, "text": one.text, "error": old.error, "fixed": [], "left": []}
            )
            continue

        def check(text: str, at: int = at) -> Result:
            return run.check([*fields[:at], replace(fields[at], text=text), *fields[at + 1 :]])[at]

        done = mend(one.text, one.format, check, asked.unsafe, wanted=asked.fingerprints)
        fields[at] = replace(one, text=done.source)
        tell = _Teller(one.text, run.matcher.rulebook)
        after = _Teller(done.source, run.matcher.rulebook)
        told.append(
            {
                "id": one.id,
                "text": done.source,
                "error": None,
                "fixed": [tell.finding(finding) for finding in done.fixed],
                "left": [
                    {"finding": after.finding(left.finding), "why": left.why} for left in done.left
                ],
            }
        )
    return {"version": VERSION, "fields": told}


class _Teller:
    """Findings of one text as the service tells them."""

    def __init__(self, source: str, book: Rulebook) -> None:
        self._source = source
        self._book = book
        self._plain = source.isascii() or max(source) < "\U00010000"

    def finding(self, finding: Finding) -> dict[str, Any]:
        """The CLI's entry with UTF-16 offsets and with the authorities by name."""
        said = finding_entry(finding)
        for side in ("start", "end"):
            said[side]["utf16"] = self._utf16(said[side]["offset"])
        known = self._book.authorities
        said["authorities"] = [
            {"id": name, "title": known[name].title, "url": known[name].url}
            for name in finding.authority
            if name in known
        ]
        return said

    def _utf16(self, offset: int) -> int:
        if self._plain:
            return offset
        return len(self._source[:offset].encode("utf-16-le", "surrogatepass")) // 2
