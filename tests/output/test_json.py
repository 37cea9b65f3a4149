from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import healthlint.output.json as json_report
from healthlint import __version__
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.output import FORMATS, Look, renderer

SCHEMA = json.loads((Path(json_report.__file__).parent / "report.schema.json").read_text("utf-8"))
FINDING = Finding(
    "SAF001", "absolute-safety", "safety", "error", Position(3, 12, 57), Position(3, 30, 75),
    "safe and **effective** 💊", "“safe” …", ("Name the risks.",), Fix("x", False), ("ftc",),
    "0f" * 8,
)  # fmt: skip
RESULTS = [
    Result("a.md", (FINDING, FINDING._replace(severity="info", fix=None, suggestions=()))),
    Result("b.md", suppressed=2),
    Result("c\udcff.md", error="it is binary"),
]


def report(results: list[Result], profile: str = "us") -> object:
    return json.loads("".join(renderer("json")(results, Look(profile=profile))))


def test_the_whole_report() -> None:
    one = {
        "rule": "SAF001", "name": "absolute-safety", "category": "safety", "severity": "error",
        "start": {"line": 3, "column": 12, "offset": 57},
        "end": {"line": 3, "column": 30, "offset": 75},
        "text": "safe and **effective** 💊", "message": "“safe” …",
        "suggestions": ["Name the risks."], "fix": {"text": "x", "safe": False},
        "authority": ["ftc"], "fingerprint": "0f" * 8,
    }  # fmt: skip
    other = {**one, "severity": "info", "fix": None, "suggestions": []}
    assert report(RESULTS, "uk") == {
        "version": 1,
        "tool": {"name": "healthlint", "version": __version__, "profile": "uk"},
        "files": [
            {"path": "a.md", "error": None, "findings": [one, other]},
            {"path": "b.md", "error": None, "findings": []},
            {"path": "c\udcff.md", "error": "it is binary", "findings": []},
        ],
        "summary": {"files": 3, "error": 1, "warning": 0, "info": 1, "suppressed": 2},
    }


@pytest.mark.parametrize("results", [[], RESULTS[:1], RESULTS])
def test_it_keeps_to_its_schema(results: list[Result]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(report(results), SCHEMA)


def test_the_schema_refuses_what_is_not_a_report() -> None:
    broken = report(RESULTS)
    assert isinstance(broken, dict)
    broken["files"][0]["findings"][0]["start"]["line"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_every_format_renders_nothing_at_all() -> None:
    for name in FORMATS:
        assert "".join(renderer(name)([], Look()))
