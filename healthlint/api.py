"""The public ladder: `lint_text` → `lint_file` → `lint_paths`, and `lint_fields` for a CMS's page.

A draft that cannot be read is a result with an error, never the end of the run.
"""

from __future__ import annotations

import atexit
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from healthlint.decisions import Decisions, apply, has_directives
from healthlint.document import Document
from healthlint.errors import DraftError
from healthlint.finding import Finding, Result
from healthlint.readers import format_by_name, format_for, is_binary, read, read_bytes
from healthlint.readers.decode import decode
from healthlint.rulebook.load import load_rulebook
from healthlint.selection import enabled
from healthlint.settings import Settings

if TYPE_CHECKING:
    from healthlint.fields import Field
    from healthlint.resultcache import Kept, ResultCache
    from healthlint.rulebook.matcher import Matcher
    from healthlint.rulebook.model import Rulebook


class Opened(NamedTuple):
    """A draft that has been read; with a cache also its key there, and what is kept under it."""

    document: Document
    key: str = ""
    kept: Kept | None = None


@lru_cache(maxsize=8)
def rulebook_for(packs: tuple[Path, ...]) -> Rulebook:
    """The rulebook of the built-in pack and `packs`. Raises `RuleError`."""
    return load_rulebook(packs)


def matcher_for(packs: tuple[Path, ...] = ()) -> Matcher:
    """That rulebook ready to run. Raises `RuleError`."""
    return _matcher_for(packs)


@lru_cache(maxsize=8)
def _matcher_for(packs: tuple[Path, ...]) -> Matcher:
    from healthlint.rulebook.matcher import Matcher  # what is found in a cache needs no engine

    matcher = Matcher(rulebook_for(packs))
    _matchers.append(matcher)
    return matcher


#: Those that this process has made.
_matchers: list[Matcher] = []


@atexit.register
def keep_patterns() -> None:
    """Keeps what this process has compiled, for later runs."""
    for matcher in _matchers:
        matcher.keep()


def lint_text(
    text: str,
    *,
    format: str = "markdown",
    settings: Settings | None = None,
    matcher: Matcher | None = None,
) -> Iterator[Finding]:
    """Findings of one text, in order of place. Raises `RuleError` and `DraftError`."""
    ready = settings or Settings()
    yield from _lint("", text, format, ready, None, matcher).findings


def lint_file(
    path: Path,
    *,
    settings: Settings | None = None,
    format: str | None = None,
    decisions: Decisions | None = None,
    cache: ResultCache | None = None,
) -> Result:
    """The result of one draft; `Result.error` says why it could not be read."""
    try:
        return lint_bytes(
            _bytes(path), str(path), settings=settings, format=format, decisions=decisions,
            cache=cache,
        )  # fmt: skip
    except DraftError as error:
        return Result(str(path), error=str(error))


def lint_bytes(
    data: bytes,
    path: str,
    *,
    settings: Settings | None = None,
    format: str | None = None,
    decisions: Decisions | None = None,
    cache: ResultCache | None = None,
) -> Result:
    """The result of a draft's bytes; `path` names it and, without `format`, decides its format.

    What the rules say is taken from `cache` if it has it, and kept there if not.
    """
    try:
        ready = settings or Settings()
        opened = _open(data, path, ready, format, decisions, cache)
        return _judged(path, opened, ready, decisions, cache)
    except DraftError as error:
        return Result(path, error=str(error))


def open_file(
    path: Path,
    *,
    settings: Settings | None = None,
    format: str | None = None,
    decisions: Decisions | None = None,
    cache: ResultCache | None = None,
) -> Opened:
    """A draft as `lint_file` reads it. Raises `DraftError`."""
    return _open(_bytes(path), str(path), settings or Settings(), format, decisions, cache)


def lint_opened(
    opened: Opened,
    path: str,
    *,
    settings: Settings | None = None,
    decisions: Decisions | None = None,
    cache: ResultCache | None = None,
) -> Result:
    """The result of a draft that has been opened, with the same arguments."""
    return _judged(path, opened, settings or Settings(), decisions, cache)


def look_ahead(drafts: Iterable[tuple[Opened, Settings]]) -> None:
    """Work out at once what the texts of several drafts could match, which is cheaper together."""
    from healthlint.segment import texts

    together: dict[tuple[Path, ...], list[str]] = {}
    for opened, settings in drafts:
        if opened.kept is None:
            together.setdefault(settings.packs, []).extend(texts(opened.document))
    for packs, some in together.items():
        matcher_for(packs).read(some)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DraftError(f"cannot be read: {error.strerror or error}") from None


def _typed(data: bytes, path: str, format: str | None) -> tuple[str, str]:
    """The format of a draft and, unless it is binary, its text."""
    chosen = format or format_by_name(path, data)
    source = "" if chosen is not None and is_binary(chosen) else decode(data)
    chosen = chosen or format_for(path, source)
    if chosen is None:
        raise DraftError("its type is not known; name it with --as, such as --as markdown")
    return chosen, source


def lint_paths(items: Iterable[tuple[Path, Settings]]) -> Iterator[Result]:
    """One result for each draft, in order."""
    for path, settings in items:
        yield lint_file(path, settings=settings)


def lint_fields(
    fields: Iterable[Field],
    *,
    name: str = "",
    settings: Settings | None = None,
    decisions: Decisions | None = None,
    comments: bool = True,
    matcher: Matcher | None = None,
) -> list[Result]:
    """One result for each field of a page, in order; `Result.path` is the field's id.

    The page is judged as one draft, so that what one field discloses counts for all; decisions know
    it by `name`. Without `comments` no suppression inside the text counts, as where a waiver needs
    a right. One field alone gets the findings that `lint_text` gives for its text. A field that
    cannot be read is its own result's error; the others are checked without it.
    Raises `RuleError`.
    """
    from healthlint.fields import read_page

    page = read_page(fields, comments)
    opened = Opened(page.document)
    judged = _judged(name, opened, settings or Settings(), decisions, matcher=matcher)
    return page.split(judged)


def _lint(
    path: str,
    text: str,
    format: str,
    settings: Settings,
    decisions: Decisions | None,
    matcher: Matcher | None = None,
) -> Result:
    opened = Opened(_read(text, format, settings))
    return _judged(path, opened, settings, decisions, matcher=matcher)


def _read(text: str, format: str, settings: Settings) -> Document:
    return read(text, format, tuple(settings.options.get("fields", "").split()))


def _document(data: bytes, source: str, format: str, settings: Settings) -> Document:
    return read_bytes(data, format) if is_binary(format) else _read(source, format, settings)


def _open(
    data: bytes,
    path: str,
    settings: Settings,
    format: str | None,
    decisions: Decisions | None,
    cache: ResultCache | None,
) -> Opened:
    chosen, source = _typed(data, path, format)
    if cache is None:
        return Opened(_document(data, source, chosen, settings))
    key = cache.key(data, chosen, settings, rulebook_for(settings.packs))
    kept = cache.read(key)
    if kept and not (kept.directives or is_binary(chosen) or (decisions and decisions.claims)):
        return Opened(Document(source, chosen, ()), key, kept)  # what decides needs no more
    return Opened(_document(data, source, chosen, settings), key, kept)


def _judged(
    path: str,
    opened: Opened,
    settings: Settings,
    decisions: Decisions | None,
    cache: ResultCache | None = None,
    *,
    matcher: Matcher | None = None,
) -> Result:
    document, kept = opened.document, opened.kept
    notices: tuple[str, ...] = ()
    if kept is not None:
        findings = kept.findings
    else:
        findings, notices = _found(document, settings, matcher or matcher_for(settings.packs))
        if cache is not None and not notices:  # a rule that ran out of time may not do so again
            from healthlint.resultcache import Kept

            cache.write(opened.key, Kept(findings, has_directives(document)))
    rulebook = matcher.rulebook if matcher else rulebook_for(settings.packs)
    result = Result(path, findings, source=document.source, notices=notices)
    return apply(result, document, rulebook, settings, decisions)


def _found(
    document: Document, settings: Settings, matcher: Matcher
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """What the rules say of a document: findings, and notices."""
    from healthlint.engine import lint

    severities = _severities(settings, matcher)
    findings, notices = lint(
        document, matcher.rulebook, matcher, settings.profile, lambda rule: severities[rule.code]
    )
    if is_binary(document.format):
        findings = _with_headings(findings, document)
    findings = sorted(findings, key=lambda one: one.start.offset)  # not by block: parts may cross
    return tuple(findings), tuple(notices)


@lru_cache(maxsize=64)
def _severities(settings: Settings, matcher: Matcher) -> dict[str, str | None]:
    """The severity of each rule under some settings; None where it is switched off."""
    rulebook = matcher.rulebook
    profile = rulebook.tables.profiles[settings.profile].severities
    return {rule.code: enabled(rule, settings, profile) for rule in rulebook.rules}


def _with_headings(findings: list[Finding], document: Document) -> list[Finding]:
    """Findings that name the heading they stand under: nobody counts the paragraphs of a file."""
    starts = sorted((one.runs[0].start, at) for at, one in enumerate(document.blocks) if one.runs)
    told = []
    for finding in findings:
        near = bisect_right(starts, (finding.start.offset, len(starts))) - 1
        heading = document.blocks[starts[near][1]].heading if near >= 0 else None
        if heading is not None:
            words = document.blocks[heading].text.split()
            title = " ".join(words[:12]) + (" …" if len(words) > 12 else "")
            finding = finding._replace(message=f"{finding.message} (Under “{title}”.)")
        told.append(finding)
    return told
