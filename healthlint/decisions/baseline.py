"""The baseline: the findings a repository had on the day it adopted the linter.

    {"version": 1, "tool": "0.1.0", "drafts": {
      "posts/a.md": [
       {"fingerprint": "0123456789abcdef", "rule": "SAF001", "text": "safe and effective"}]}}

Fingerprints hold no position, so lines may move. A finding counts as known under the path it was
written down for, or under any path if that draft is no more: it was renamed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from healthlint import __version__
from healthlint.decisions.outcome import Step
from healthlint.decisions.register import (
    gone,
    inside,
    read_text,
    refuse_version,
    rewrite,
    shown,
)
from healthlint.errors import ConfigError
from healthlint.finding import Decided, Finding, Result

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One finding that was there: its fingerprint, its rule's code and the words it was at."""

    fingerprint: str
    rule: str
    text: str


@dataclass(frozen=True)
class Baseline:
    """All that was there; paths are relative to `folder`, with forward slashes."""

    folder: str
    drafts: dict[str, tuple[Known, ...]] = field(default_factory=dict, hash=False)
    gone: frozenset[str] = frozenset()

    @cached_property
    def _moved(self) -> frozenset[str]:
        """Fingerprints under paths that are no more."""
        return frozenset(one.fingerprint for path in self.gone for one in self.drafts[path])

    def apply(
        self,
        findings: tuple[Finding, ...],
        path: str,
        idle: frozenset[str],
    ) -> Step:
        """Take out what was there before; tell when some of it is no more.

        A known finding whose rule did not run (`idle` holds the codes of such) is not called gone.
        """
        known = self.drafts.get(inside(self.folder, path), ())
        here = {one.fingerprint for one in known}
        kept, decided = [], []
        for finding in findings:  # what a known finding stands for was there with it
            if finding.fingerprint in here or finding.fingerprint in self._moved:
                decided.append(Decided(finding, "baseline"))
            else:
                kept.append(finding)
        met = {one.finding.fingerprint for one in decided}
        left = sum(one.fingerprint not in met and one.rule not in idle for one in known)
        notices: tuple[str, ...] = ()
        if left:
            what = "1 finding" if left == 1 else f"{left} findings"
            notices = (f"{what} of the baseline no longer here; update it with --write-baseline",)
        return Step(tuple(kept), tuple(decided), notices)

    def known(self, result: Result) -> Result:
        """The result without what is known, as on the next run."""
        step = self.apply(result.findings, result.path, frozenset())
        return result._replace(
            findings=step.kept,
            decided=result.decided + step.decided,
            suppressed=result.suppressed + len(step.decided),
        )


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file. Raises `ConfigError` with the place of what is wrong."""
    name = shown(path)
    if not path.exists():
        raise ConfigError(f"{name}: there is no such baseline; write it with --write-baseline")
    text = read_text(path)
    return parse_baseline(text, path)


def parse_baseline(text: str, path: Path) -> Baseline:
    """The baseline in the text of the file at `path`. Raises `ConfigError`."""
    name = shown(path)
    try:
        data = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{name}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}; mend it, or write "
            "the baseline again with --write-baseline"
        ) from None
    except (_Twice, RecursionError) as error:
        raise ConfigError(f"{name}: not a baseline: {error}") from None
    if not isinstance(data, dict) or "version" not in data:
        raise ConfigError(f"{name}: not a baseline: it has no `version`")
    refuse_version(data["version"], name)
    drafts = data.get("drafts")
    if not isinstance(drafts, dict):
        raise ConfigError(f"{name}: not a baseline: it has no `drafts`")
    read = {draft: _known(listed, draft, name) for draft, listed in drafts.items()}
    folder = str(path.absolute().parent)
    return Baseline(folder, read, gone(folder, set(read)))


class _Twice(ValueError):
    """A key stands twice in one object: two people wrote, and one of them would be lost."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Twice(f"`{twice}` stands twice in the same place; keep what both have in one")
    return found


def _known(listed: object, draft: str, name: str) -> tuple[Known, ...]:
    found = []
    for number, one in enumerate(listed if isinstance(listed, list) else [None], 1):
        facts = [one.get(key) for key in Known.__slots__] if isinstance(one, dict) else [None]
        if not all(isinstance(fact, str) for fact in facts) or not facts[0]:
            raise ConfigError(
                f"{name}: entry {number} of `{draft}` is not a finding with fingerprint, rule and "
                "text; write the baseline again with --write-baseline"
            )
        found.append(Known(*facts))
    return tuple(found)


def write_baseline(path: Path, results: Iterable[Result]) -> Baseline:
    """Write down the findings of these results and return the baseline that is now in force.

    What an earlier baseline knows of drafts that were not checked now, or could not be, stays;
    what it knows of drafts that are no more goes. Raises `ConfigError`.
    """
    folder = str(path.absolute().parent)
    checked = {
        inside(folder, result.path): tuple(
            sorted({Known(f.fingerprint, f.rule, f.text) for f in result.findings})
        )
        for result in results
        if result.error is None
    }
    drafts: dict[str, tuple[Known, ...]] = {}

    def change(text: str | None) -> str:
        old = parse_baseline(text, path) if text is not None else Baseline(folder)
        kept = {draft: one for draft, one in old.drafts.items() if draft not in old.gone}
        drafts.clear()
        drafts.update(sorted((kept | checked).items()))
        return _text({draft: listed for draft, listed in drafts.items() if listed})

    rewrite(path, change)
    return Baseline(folder, {draft: listed for draft, listed in drafts.items() if listed})


def _text(drafts: dict[str, tuple[Known, ...]]) -> str:
    """One finding a line, so that a baseline differs where a draft did."""
    parts = []
    for draft, listed in drafts.items():
        facts = ({key: getattr(one, key) for key in Known.__slots__} for one in listed)
        lines = ",\n".join("   " + json.dumps(one, ensure_ascii=False) for one in facts)
        parts.append(f"  {json.dumps(draft, ensure_ascii=False)}: [\n{lines}]")
    inner = ",\n".join(parts)
    body = f"{{\n{inner}}}" if parts else "{}"
    return f'{{"version": {VERSION}, "tool": "{__version__}",\n "drafts": {body}}}\n'
