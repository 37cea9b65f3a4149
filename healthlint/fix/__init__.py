"""Fixes: what may be mended without asking anybody, and how it is written back.

`mend` takes a text to a fixed point; `apply.write` puts it in the place of its draft. Nothing here
knows rules: what is found comes from a function that checks a text.
"""

from __future__ import annotations

from healthlint.fix.errors import Refused
from healthlint.fix.run import Left, Mended, mend

__all__ = ["Left", "Mended", "Refused", "mend"]
