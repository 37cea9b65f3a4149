"""The service keeps to its own OpenAPI document: schemathesis asks it for all that it tells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from healthlint.server.contract import SCHEMAS, schema
from healthlint.server.openapi import document
from healthlint.server.problem import KINDS
from tests.server import TOKEN, Live

ROOT = Path(__file__).parents[2]


def schemathesis(folder: Path, url: str, *options: str) -> str:
    """What a run with all checks says; it must find nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--checks", "all",
         "--seed", "1", "--suppress-health-check", "all", "--no-color", *options],
        capture_output=True, text=True, encoding="utf-8", timeout=300, cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.server.schemathesis_hooks",
             "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_service_does_what_the_document_says(live: Live, tmp_path: Path) -> None:
    said = schemathesis(tmp_path, live.url, "--max-examples", "30")
    assert "Tested: 7" in said


@pytest.mark.slow
def test_with_a_token_too(locked: Live, tmp_path: Path) -> None:
    said = schemathesis(
        tmp_path, locked.url, "--max-examples", "10", "-H", f"Authorization: Bearer {TOKEN}"
    )
    assert "Tested: 7" in said


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_shape_is_a_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_every_status_of_a_problem_is_told() -> None:
    told = {
        int(status)
        for item in document(True)["paths"].values()
        for operation in item.values()
        for status in operation["responses"]
    }
    assert told == {200} | {status for status, _ in KINDS.values()} - {405}


def test_the_document_speaks_of_a_token_only_if_there_is_one() -> None:
    assert "securitySchemes" not in document(False)["components"]
    secured = {path for path, item in document(True)["paths"].items()
               for operation in item.values() if "security" in operation}  # fmt: skip
    assert secured == {"/v1/check", "/v1/fix", "/v1/rules", "/v1/rules/{code}", "/metrics"}
