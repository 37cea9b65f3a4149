"""How many examples a property is tried on: more where HEALTHLINT_EXAMPLES asks for it."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def tried(usual: int) -> settings:
    """Settings for a property whose examples may take long to make."""
    number = int(os.environ.get("HEALTHLINT_EXAMPLES") or usual)
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=number, deadline=None, suppress_health_check=slow)
