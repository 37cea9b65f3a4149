"""Findings as comments in a copy of a Word draft, each anchored to its exact words.

The parts are edited as bytes, at the places where the reader saw the words, so that everything
else in the file stays as it was, down to the byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from healthlint.annotate.anchors import Anchors
from healthlint.annotate.parts import Comments, packed, words
from healthlint.errors import DraftError, HealthlintError
from healthlint.finding import Finding, Result
from healthlint.readers.docx import read_word

if TYPE_CHECKING:
    from healthlint.rulebook.tables import Authority

EXISTS = "{}: exists already; name another file for the comments, or move it away"


def annotate(
    data: bytes,
    findings: Iterable[Finding],
    authorities: Mapping[str, Authority] | None = None,
    now: datetime | None = None,
) -> bytes:
    """The bytes of a Word file with a comment for every finding; `now` dates them, in UTC.

    The findings are those of the same bytes. What stands in a header, footer, note or text box,
    where Word knows no comments, is told at the nearest paragraph of the body; what a comment of
    an earlier run says is not said again. Raises `DraftError` for a file that cannot be read or
    written back.
    """
    found = list(findings)
    word = read_word(data)
    if not found:
        return data
    if not word.body.utf8:
        raise DraftError("its text is not UTF-8, so comments cannot be put in; save it from Word")
    comments = Comments(word)
    anchors = Anchors(word, comments.space)
    day = now or datetime.now(timezone.utc)
    number = comments.next
    for finding in found:
        said = words(finding, authorities or {})
        if comments.told(said):
            continue
        if not anchors.anchor(number, finding):
            said.append(
                f"This is about “{' '.join(finding.text.split())}” in a header, footer, note or "
                "text box, where no comment can stand."
                if finding.text.strip()
                else "This is about the draft as a whole."
            )
        comments.add(number, said, day)
        number += 1
    if number == comments.next:
        return data
    changed = {word.package.main: anchors.applied(), **comments.changed()}
    copy = packed(word.package.archive, changed)
    try:
        same = read_word(copy).document.source == word.document.source
    except DraftError:
        same = False
    if not same:
        raise DraftError("its markup is unusual, and comments would damage it; save it from Word")
    return copy


def write_annotated(
    draft: Path, target: Path, result: Result, authorities: Mapping[str, Authority]
) -> None:
    """Write the annotated copy of a draft with this result, whole or not at all.

    Raises `HealthlintError`, also where `target` exists or the draft has changed meanwhile.
    """
    try:
        data = draft.read_bytes()
        if read_word(data).document.source != result.source:
            raise DraftError("was changed while it was checked; run healthlint again")
        copy = annotate(data, result.findings, authorities)
    except DraftError as error:
        raise HealthlintError(f"{draft}: {error}") from None
    except OSError as error:
        raise HealthlintError(f"{draft}: cannot be read: {error.strerror or error}") from None
    passing = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        try:
            with passing.open("xb") as stream:
                stream.write(copy)
            if target.exists():
                raise HealthlintError(EXISTS.format(target))
            os.replace(passing, target)
        finally:
            passing.unlink(missing_ok=True)
    except OSError as error:
        raise HealthlintError(f"{target}: cannot be written: {error.strerror or error}") from None
