from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from healthlint.finding import Result
from healthlint.output import renderer
from tests.output import FINDINGS, LOOK, RESULTS, SCHEMAS, SOURCE

SCHEMA = json.loads((SCHEMAS / "gitlab-code-quality.schema.json").read_text("utf-8"))


def report(*results: Result) -> list[dict[str, Any]]:
    issues = json.loads("".join(renderer("gitlab")(results, LOOK)))
    jsonschema.validate(issues, SCHEMA)
    assert isinstance(issues, list)
    return issues


def test_the_issues() -> None:
    found = [
        (
            one["check_name"],
            one["severity"],
            one["location"]["path"],
            *one["location"]["lines"].values(),
        )
        for one in report(*RESULTS)
    ]
    assert found == [
        ("SAF001", "major", "k/a b,c.md", 3, 4),
        ("STI001", "info", "k/a b,c.md", 4, 4),
        ("SAF001", "minor", "k/a b,c.md", 6, 6),
        ("unreadable-draft", "blocker", "bad\ufffd:x.md", 1, 1),
    ]
    texts = [one["description"] for one in report(*RESULTS)]
    assert texts[1] == "50%, a:b\nc | `d` @e\nWrite: people with PTSD"
    assert texts[3] == "This draft could not be checked: it is binary: <leave> it out"


def test_fingerprints_are_unique_and_stay() -> None:
    twice = Result("a.md", FINDINGS[:1] * 2, source=SOURCE)
    other = Result("b.md", FINDINGS[:1] * 2, source=SOURCE)
    prints = [one["fingerprint"] for one in report(twice, other)]
    assert len(set(prints)) == 4
    assert [one["fingerprint"] for one in report(other, twice)] == prints[2:] + prints[:2]


def test_nothing() -> None:
    assert report() == []


def test_the_schema_refuses_what_gitlab_does_not_read() -> None:
    (issue, *_) = report(*RESULTS)
    for key, value in (("severity", "error"), ("location", {"path": "a.md"})):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([{**issue, key: value}], SCHEMA)
