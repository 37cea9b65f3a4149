"""Compiles the pack before the tests, so that no example of hypothesis pays for it."""

from __future__ import annotations

import pytest

from tests.decisions import lint


@pytest.fixture(autouse=True, scope="session")
def _rulebook() -> None:
    lint("warm")
