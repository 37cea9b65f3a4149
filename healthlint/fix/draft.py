"""One draft that is to be mended: how a text in its place is checked, and how it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from healthlint.decisions import Decisions
from healthlint.decisions.policy import Policy
from healthlint.errors import DraftError
from healthlint.finding import Result
from healthlint.fix.apply import digest, encoded, write
from healthlint.settings import Settings


@dataclass
class Draft:
    """A draft as it was read; `source` is its decoded text, `format` a key of the readers' FORMATS.

    `stdin` says that there is no file to save it to.
    """

    path: Path
    data: bytes
    source: str
    format: str
    settings: Settings
    policy: Policy
    decisions: Decisions
    stdin: bool = False

    @property
    def name(self) -> str:
        """How messages call it."""
        return str(self.path)

    @property
    def fields(self) -> tuple[str, ...]:
        """The patterns of fields that the draft is read with."""
        return tuple(self.settings.options.get("fields", "").split())

    def check(self, source: str) -> Result:
        """The result of a text in the draft's place. Raises `DraftError`."""
        from healthlint.api import lint_bytes

        result = lint_bytes(
            source.encode("utf-8"),
            self.name,
            settings=self.settings,
            format=self.format,
            decisions=self.decisions,
        )
        if result.error is not None:
            raise DraftError(result.error)
        return result

    def save(self, source: str) -> None:
        """Put a text in the place of the draft, unless it was changed since it was read.

        Raises `DraftError`.
        """
        data = encoded(source, self.data)
        write(self.path, data, digest(self.data))
        self.data, self.source = data, source
