"""The tests of the Wagtail app are left out without Wagtail; this one says so."""

from __future__ import annotations

import importlib.util

from tests.browser import missing


def test_wagtail_is_there_to_be_tested_with() -> None:
    if importlib.util.find_spec("wagtail") is None:
        missing("the tests of the publish check need Wagtail: pip install 'healthlint[wagtail]'")
