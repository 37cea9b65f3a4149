"""Regular expressions that are compiled when they are first used.

To compile one costs up to a millisecond, the readers have some sixty, and most drafts need a few.
"""

from __future__ import annotations

import re
from typing import Any, cast


def lazy(source: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """What `re.compile` gives, made when it is first asked for anything."""
    return cast("re.Pattern[str]", _Lazy(source, flags))


class _Lazy:
    def __init__(self, source: str, flags: int | re.RegexFlag) -> None:
        self._arguments = source, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet; what was asked for once is kept."""
        if name.startswith("__"):
            raise AttributeError(name)
        if "_made" not in self.__dict__:
            self._made = re.compile(*self._arguments)
        found = self.__dict__[name] = getattr(self._made, name)
        return found
