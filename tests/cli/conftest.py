"""The command run in this process, on the stub engine of `tests/conftest.py`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from healthlint.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def run(engine: object, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `healthlint` with arguments; `stdin` is text or bytes."""
    for name in ("NO_COLOR", "HEALTHLINT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def invoke(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, args, input=stdin, prog_name="healthlint")

    return invoke
