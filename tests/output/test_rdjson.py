from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from healthlint.finding import Fix, Result
from healthlint.output import renderer
from tests.output import LOOK, RESULTS, SCHEMAS, finding

SCHEMA = json.loads((SCHEMAS / "rdjson.schema.json").read_text("utf-8"))


def report(*results: Result) -> list[dict[str, Any]]:
    said = json.loads("".join(renderer("rdjson")(results, LOOK)))
    jsonschema.validate(said, SCHEMA)
    assert said["source"] == {"name": "healthlint"}
    diagnostics = said["diagnostics"]
    assert isinstance(diagnostics, list)
    return diagnostics


def test_the_diagnostics() -> None:
    first, second, third, fourth = report(*RESULTS)
    assert first == {
        "message": "“safe and\r\neffective” says too much.\nWrite: Name the risks.\n"
        "Write: Say {0} [of](it).",
        "location": {
            "path": "k/a b,c.md",
            "range": {"start": {"line": 3, "column": 20}, "end": {"line": 4, "column": 10}},
        },
        "severity": "ERROR",
        "code": {"value": "SAF001", "url": "https://example.org/ftc?a=1&b=2"},
    }
    place = {"start": {"line": 4, "column": 17}, "end": {"line": 4, "column": 31}}
    assert second["suggestions"] == [{"range": place, "text": "people with PTSD"}]
    assert second["code"] == {"value": "STI001"}
    assert third["suggestions"][0]["text"] == ""
    assert [one["severity"] for one in (first, second, third)] == ["ERROR", "INFO", "WARNING"]
    assert fourth == {
        "message": "This draft could not be checked: it is binary: <leave> it out",
        "location": {"path": "bad\ufffd:x.md"},
        "severity": "ERROR",
    }


def test_a_suggestion_in_place_is_the_fixed_draft() -> None:
    source = "“É💊” is safe, “yes”.\n"
    one = finding(source, "safe", fix=Fix("risky", False))
    ((suggestion,),) = [d["suggestions"] for d in report(Result("a.md", (one,), source=source))]
    data = source.encode("utf-8")
    start, end = (suggestion["range"][side]["column"] - 1 for side in ("start", "end"))
    fixed = data[:start] + suggestion["text"].encode("utf-8") + data[end:]
    assert fixed.decode("utf-8") == "“É💊” is risky, “yes”.\n"


def test_nothing() -> None:
    assert report() == []


def test_the_schema_refuses_what_reviewdog_does_not_read() -> None:
    (one, *_) = report(*RESULTS)
    for bad in ({**one, "severity": "error"}, {**one, "rule": "x"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"diagnostics": [bad]}, SCHEMA)
