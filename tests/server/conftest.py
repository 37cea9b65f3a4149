from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server import TOKEN, Live


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """A service without a token."""
    service = Live.start()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def locked() -> Iterator[Live]:
    """A service that asks for a token."""
    service = Live.start("--max-bytes", "100000", HEALTHLINT_TOKEN=TOKEN)
    yield service
    service.stop()
