"""Every error that healthlint raises on purpose; each message says which, where and what to do.

HealthlintError
├── DraftError      a draft cannot be read
├── ConfigError     a configuration file or flag is wrong
└── RuleError       a rule pack is wrong
"""

from __future__ import annotations


class HealthlintError(Exception):
    """The root of the tree; its text is a line for the user, never a traceback."""


class DraftError(HealthlintError):
    """A draft cannot be read: missing, binary, too large, wrongly encoded."""


class ConfigError(HealthlintError):
    """A configuration file or flag is wrong; the text begins with `file:line:column` if known."""


class RuleError(HealthlintError):
    """A rule pack is wrong; the text begins with `file:line:column`."""
