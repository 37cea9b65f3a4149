"""Labelled passages: their units, where each stands in its source, and what two readers said of it.

A corpus is a folder of drafts with `labels.jsonl`, one object a draft:
`{"file", "units": [{"text", "labels", "maybe"}], "document": [], "document_maybe": []}`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CATEGORIES = (
    "safety", "outcome", "statistics", "evidence", "approval", "anecdote", "paediatric",
    "comparison", "hype", "pressure", "crisis", "mechanism", "stigma",
)  # fmt: skip
DOCUMENT = ("offlabel", "risks-missing", "sources-missing", "crisis-missing")

_UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|noscript|template|svg)\b.*?</\1\s*>"
    r"|</?[A-Za-z][^<>]*>|(?<=\])\([^()\s]*\)",
    re.S | re.I,
)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")


@dataclass(frozen=True, slots=True)
class LabelledUnit:
    """One unit: `labels` are what every reader gave it, `maybe` what only some gave.

    `span` is its range in the source in code points, or None when it was not found.
    """

    text: str
    labels: frozenset[str]
    maybe: frozenset[str]
    span: tuple[int, int] | None

    @property
    def clean(self) -> bool:
        """Whether nobody found anything wrong with it."""
        return not self.labels and not self.maybe


@dataclass(frozen=True, slots=True)
class Passage:
    """One labelled draft. `topic` is its file name up to the last hyphen."""

    path: Path
    source: str
    units: tuple[LabelledUnit, ...]
    document: frozenset[str]
    document_maybe: frozenset[str]

    @property
    def topic(self) -> str:
        """What the passage is about, e.g. `ketamine` for `ketamine-01.md`."""
        return self.path.stem.rpartition("-")[0] or self.path.stem


def load(folder: Path) -> list[Passage]:
    """Every passage of a corpus. Raises `OSError` when there is no `labels.jsonl`."""
    return list(_passages(folder))


def _passages(folder: Path) -> Iterator[Passage]:
    for line in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        if not line.strip():
            continue
        entry = json.loads(line)
        path = folder / entry["file"]
        source = path.read_bytes().decode("utf-8")
        spans = _locate(source, [unit["text"] for unit in entry["units"]])
        yield Passage(
            path,
            source,
            tuple(
                LabelledUnit(
                    unit["text"],
                    frozenset(unit["labels"]),
                    frozenset(unit.get("maybe", ())),
                    span,
                )
                for unit, span in zip(entry["units"], spans, strict=True)
            ),
            frozenset(entry.get("document", ())),
            frozenset(entry.get("document_maybe", ())),
        )


def _locate(source: str, texts: list[str]) -> list[tuple[int, int] | None]:
    """Where each text stands, by its letters and digits, in order."""
    letters, places = _letters(source)
    spans: list[tuple[int, int] | None] = []
    cursor = 0
    for text in texts:
        key = "".join(char for char in text.lower() if char.isalnum())
        at = letters.find(key, cursor) if key else -1
        if at < 0 and key:
            at = letters.find(key)
        if at < 0:
            spans.append(None)
            continue
        spans.append((places[at], places[at + len(key) - 1] + 1))
        cursor = at + len(key)
    return spans


def _letters(source: str) -> tuple[str, list[int]]:
    """Letters and digits of the visible text, lower case, each with its place in the source."""
    visible = list(source)
    for unseen in _UNSEEN.finditer(source):
        visible[unseen.start() : unseen.end()] = " " * (unseen.end() - unseen.start())
    for entity in _ENTITY.finditer(source):
        if visible[entity.start()] == "&":
            blank = [""] * (entity.end() - entity.start())
            blank[0] = html.unescape(entity[0])
            visible[entity.start() : entity.end()] = blank
    letters: list[str] = []
    places: list[int] = []
    for place, piece in enumerate(visible):
        for char in piece.lower():
            if char.isalnum():
                letters.append(char)
                places.append(place)
    return "".join(letters), places
