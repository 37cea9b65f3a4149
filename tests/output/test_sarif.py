from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest

from healthlint.finding import Result
from healthlint.output import Look, renderer
from tests.output import LOOK, RESULTS, SCHEMAS, SOURCE

SCHEMA = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))


def report(results: tuple[Result, ...], look: Look = LOOK) -> dict[str, Any]:
    log = json.loads("".join(renderer("sarif")(results, look)))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("results", [(), RESULTS[:1], RESULTS])
@pytest.mark.parametrize("look", [LOOK, Look()])
def test_it_keeps_to_the_schema(results: tuple[Result, ...], look: Look) -> None:
    report(results, look)


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads("".join(renderer("sarif")(RESULTS, LOOK)))
    log["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate(log)


def test_rules_tell_why_and_on_whose_authority() -> None:
    driver = report(RESULTS)["tool"]["driver"]
    assert driver["properties"] == {"profile": "us"}
    assert driver["rules"] == [
        {
            "id": "SAF001",
            "name": "absolute-safety",
            "shortDescription": {"text": "Absolute safety (safety)"},
            "fullDescription": {"text": "It misleads."},
            "help": {
                "text": "It misleads.\n\nHealth & Products (FTC, 2022): Claims need evidence. "
                "https://example.org/ftc?a=1&b=2",
                "markdown": "It misleads.\n\n[Health & Products](https://example.org/ftc?a=1&b=2) "
                "(FTC, 2022): Claims need evidence.",
            },
            "helpUri": "https://example.org/ftc?a=1&b=2",
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["safety"]},
        },
        {
            "id": "STI001",
            "name": "sufferers",
            "shortDescription": {"text": "Sufferers (stigma)"},
            "fullDescription": {"text": "Sufferers."},
            "help": {"text": "Sufferers.", "markdown": "Sufferers."},
            "defaultConfiguration": {"level": "note"},
            "properties": {"tags": ["stigma"]},
        },
    ]


def test_results() -> None:
    run = report(RESULTS)
    place = {"uri": "k/a%20b%2Cc.md", "uriBaseId": "%SRCROOT%", "index": 0}
    first, second, third = run["results"]
    assert first == {
        "ruleId": "SAF001",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "“safe and\r\neffective” says too much.\nWrite: Name the risks.\n"
            "Write: Say {{0}} \\[of](it)."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": place,
                    "region": {
                        "startLine": 3,
                        "startColumn": 18,
                        "endLine": 4,
                        "endColumn": 10,
                        "snippet": {"text": "safe and\r\neffective"},
                    },
                }
            }
        ],
        "partialFingerprints": {"healthlint/v1": "0f" * 8},
        "properties": {"category": "safety", "authority": ["ftc", "unknown"]},
    }
    assert (second["level"], third["level"]) == ("note", "warning")
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 0]
    region = {"startLine": 4, "startColumn": 17, "endLine": 4, "endColumn": 31}
    for result, text in ((second, "people with PTSD"), (third, "")):
        (fix,) = result["fixes"]
        (change,) = fix["artifactChanges"]
        assert change["artifactLocation"] == place
        (replacement,) = change["replacements"]
        assert replacement["insertedContent"] == {"text": text}
    assert second["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"] == region
    assert "fixes" not in first


def test_regions_count_utf16_units() -> None:
    run = report(RESULTS)
    assert run["columnKind"] == "utf16CodeUnits"
    lines = re.split("|".join(map(re.escape, run["newlineSequences"])), SOURCE)
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        if region["startLine"] == region["endLine"]:
            data = lines[region["startLine"] - 1].encode("utf-16-le")
            cut = data[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2]
            assert cut.decode("utf-16-le") == region["snippet"]["text"]


def test_what_could_not_be_checked_is_a_notification() -> None:
    (invocation,) = report(RESULTS)["invocations"]
    place = {"uri": "bad%FF%3Ax.md", "uriBaseId": "%SRCROOT%", "index": 2}
    where = [{"physicalLocation": {"artifactLocation": place}}]
    error = {"text": "it is binary: <leave> it out"}
    assert invocation == {
        "executionSuccessful": False,
        "toolExecutionNotifications": [
            {"level": "error", "message": error, "locations": where},
            {"level": "warning", "message": {"text": "slow"}, "locations": where},
        ],
    }
    assert report(RESULTS[:2])["invocations"] == [
        {"executionSuccessful": True, "toolExecutionNotifications": []}
    ]


def test_artifacts_are_all_drafts() -> None:
    run = report((*RESULTS, Result("/else/where.md")))
    assert [artifact["location"] for artifact in run["artifacts"]] == [
        {"uri": "k/a%20b%2Cc.md", "uriBaseId": "%SRCROOT%"},
        {"uri": "clean.md", "uriBaseId": "%SRCROOT%"},
        {"uri": "bad%FF%3Ax.md", "uriBaseId": "%SRCROOT%"},
        {"uri": "file:///else/where.md"},
    ]
    assert list(run["originalUriBaseIds"]) == ["%SRCROOT%"]
