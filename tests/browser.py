"""A headless Chromium for tests of pages. Import the fixture `chromium` where it is used.

Without the browser or its driver such tests are skipped with a word on what to install; where the
environment says CI=true they fail instead, so that nobody loses them by accident.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing(what: str) -> NoReturn:
    """Skip the test, or fail it in continuous integration."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A `playwright.sync_api.Browser` on the Chromium of this machine."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing("this test needs Chromium; on Debian or Ubuntu: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("this test needs Playwright for Python: pip install playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


def axe_violations(page: Any, inside: str = "html") -> list[str]:
    """What axe-core finds wrong in a part of a page: `impact rule: how many places, the first`."""
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        missing("this test needs axe-core: pip install axe-playwright-python")
    page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("(inside) => axe.run(inside).then((all) => all.violations)", inside)
    return [
        f"{one['impact']} {one['id']}: {len(one['nodes'])}, {one['nodes'][0]['html'][:200]}"
        for one in found
    ]
