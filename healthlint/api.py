"""The public ladder: `lint_text` → `lint_file` → `lint_paths`.

A draft that cannot be read is a result with an error, never the end of the run.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from healthlint.decisions import Decisions, apply
from healthlint.engine import lint
from healthlint.errors import DraftError
from healthlint.finding import Finding, Result
from healthlint.readers import format_for, read
from healthlint.readers.decode import decode
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher
from healthlint.selection import enabled
from healthlint.settings import Settings


def matcher_for(packs: tuple[Path, ...] = ()) -> Matcher:
    """The rulebook of the built-in pack and `packs`, ready to run. Raises `RuleError`."""
    return _matcher_for(packs)


@lru_cache(maxsize=8)
def _matcher_for(packs: tuple[Path, ...]) -> Matcher:
    matcher = Matcher(load_rulebook(packs))
    atexit.register(matcher.keep)
    return matcher


def lint_text(
    text: str,
    *,
    format: str = "markdown",
    settings: Settings | None = None,
    matcher: Matcher | None = None,
) -> Iterator[Finding]:
    """Findings of one text, in order of place. Raises `RuleError` and `DraftError`."""
    yield from _lint("", text, format, settings or Settings(), None, matcher).findings


def lint_file(
    path: Path,
    *,
    settings: Settings | None = None,
    format: str | None = None,
    decisions: Decisions | None = None,
) -> Result:
    """The result of one draft; `Result.error` says why it could not be read."""
    try:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DraftError(f"cannot be read: {error.strerror or error}") from None
        return lint_bytes(
            data, str(path), settings=settings, format=format, decisions=decisions
        )
    except DraftError as error:
        return Result(str(path), error=str(error))


def lint_bytes(
    data: bytes,
    path: str,
    *,
    settings: Settings | None = None,
    format: str | None = None,
    decisions: Decisions | None = None,
) -> Result:
    """The result of a draft's bytes; `path` names it and, without `format`, decides its format."""
    try:
        source = decode(data)
        chosen = format or format_for(path, source)
        if chosen is None:
            raise DraftError("its type is not known; name it with --as, such as --as markdown")
        return _lint(path, source, chosen, settings or Settings(), decisions)
    except DraftError as error:
        return Result(path, error=str(error))


def lint_paths(items: Iterable[tuple[Path, Settings]]) -> Iterator[Result]:
    """One result for each draft, in order."""
    for path, settings in items:
        yield lint_file(path, settings=settings)


def _lint(
    path: str,
    text: str,
    format: str,
    settings: Settings,
    decisions: Decisions | None,
    matcher: Matcher | None = None,
) -> Result:
    ready = matcher or matcher_for(settings.packs)
    fields = tuple(settings.options.get("fields", "").split())
    document = read(text, format, fields)
    severities = ready.rulebook.tables.profiles[settings.profile].severities
    findings, notices = lint(
        document,
        ready.rulebook,
        ready,
        settings.profile,
        lambda rule: enabled(rule, settings, severities),
    )
    result = Result(path, tuple(findings), source=text, notices=tuple(notices))
    return apply(result, document, ready.rulebook, settings, decisions)
