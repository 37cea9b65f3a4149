"""What decides how one draft is checked: the materialised configuration, without files or flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PROFILES = ("us", "uk", "eu", "au", "ca")


@dataclass(frozen=True)
class Settings:
    """Settings for one draft.

    `select` and `ignore` name rule codes, rule names, code prefixes or categories; nothing selected
    means every rule. `severities` maps the same names to `info`, `warning`, `error` or `off`.
    `packs` are folders or files of extra rules, read after the built-in ones.
    """

    profile: str = "us"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, str], ...] = ()
    packs: tuple[Path, ...] = ()
    options: dict[str, str] = field(default_factory=dict, hash=False)
