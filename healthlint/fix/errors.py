"""Why a finding cannot be mended by a program."""

from __future__ import annotations

from healthlint.errors import HealthlintError


class Refused(HealthlintError):
    """A mend is not made; the text says why, to be read after the finding's place."""
