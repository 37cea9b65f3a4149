from __future__ import annotations

import json
from pathlib import Path

import jsonschema

import healthlint.output.json as json_report
from healthlint import __version__
from healthlint.output import Look, renderer
from healthlint.output.json import entry
from tests.output import RESULTS

SCHEMA = json.loads((Path(json_report.__file__).parent / "report.schema.json").read_text("utf-8"))


def test_the_lines() -> None:
    out = "".join(renderer("jsonl")(RESULTS, Look(profile="uk")))
    lines = [json.loads(line) for line in out.splitlines()]
    tool = {"name": "healthlint", "version": __version__, "profile": "uk"}
    assert lines == [
        {"type": "run", "version": 1, "tool": tool},
        *({"type": "finding", "path": "k/a b,c.md", **f} for f in entry(RESULTS[0])["findings"]),
        {"type": "error", "path": "bad\udcff:x.md", "error": "it is binary: <leave> it out"},
        {"type": "summary", "files": 3, "error": 1, "warning": 1, "info": 1, "suppressed": 1},
    ]
    finding = {"$ref": "#/$defs/finding", "$defs": SCHEMA["$defs"]}
    for line in lines[1:4]:
        line.pop("type")
        line.pop("path")
        jsonschema.validate(line, finding)
