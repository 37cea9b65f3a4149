"""Results to report on, and the rulebook behind them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from healthlint.document import Document
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.output import Look
from healthlint.rulebook.model import Rule
from healthlint.rulebook.tables import Authority

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"

SOURCE = (
    "# Ketamine\r\n\r\n"
    "💊 Ketamine is **safe and\r\neffective** for PTSD sufferers & <all>.\r\n\r\n"
    "- No side effects | none\r\n- A “breakthrough”\r\n"
)


def finding(source: str, text: str, **more: Any) -> Finding:
    """A finding at the first place of `text` in `source`."""
    start = source.index(text)
    document = Document(source, "text", ())
    places = [Position(*document.line_column(at), at) for at in (start, start + len(text))]
    values = {
        "rule": "SAF001", "name": "absolute-safety", "category": "safety", "severity": "error",
        "message": f"“{text}” says too much.", "fingerprint": "0f" * 8, **more,
    }  # fmt: skip
    return Finding(start=places[0], end=places[1], text=text, **values)


FINDINGS = (
    finding(
        SOURCE, "safe and\r\neffective", suggestions=("Name the risks.", "Say {0} [of](it)."),
        authority=("ftc", "unknown"),
    ),
    finding(
        SOURCE, "PTSD sufferers", rule="STI001", name="sufferers", category="stigma",
        severity="info", fix=Fix("people with PTSD", True), message="50%, a:b\nc | `d` @e",
    ),
    finding(
        SOURCE, "No side effects", severity="warning", fix=Fix("", False),
        message="See {0} and [it](x).\x0b\ud800",
    ),
)  # fmt: skip
RESULTS = (
    Result("k/a b,c.md", FINDINGS, source=SOURCE, suppressed=1),
    Result("clean.md"),
    Result("bad\udcff:x.md", error="it is binary: <leave> it out", notices=("slow",)),
)

_RULE = Rule(
    "SAF001", "absolute-safety", "safety", "error", "phrase", "r.yaml:1:1", "m", "It\n misleads.",
    authority=("ftc", "unknown"),
)  # fmt: skip
_FTC = Authority(
    "ftc", "Health & Products", "FTC", "us", 2022, "https://example.org/ftc?a=1&b=2",
    "Claims need\nevidence.", "guidance", True, "2026-11-21",
)  # fmt: skip
RULEBOOK: Any = SimpleNamespace(rules=(_RULE,), authorities={"ftc": _FTC})
LOOK = Look(rulebooks=(RULEBOOK,))
