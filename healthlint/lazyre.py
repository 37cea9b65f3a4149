"""Regular expressions that are compiled when they are first used.

To compile one costs up to a millisecond, the readers have some sixty, and most drafts need a few.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, cast


def lazy(source: str, flags: int | re.RegexFlag = 0, engine: str = "re") -> re.Pattern[str]:
    """What `compile` of an engine, `re` or `regex`, gives; made when it is first asked for.

    The engine is imported then as well.
    """
    return cast("re.Pattern[str]", _Lazy(engine, source, flags))


class _Lazy:
    def __init__(self, engine: str, *arguments: Any) -> None:
        self._engine = engine
        self._arguments = arguments

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet; what was asked for once is kept."""
        if name.startswith("__"):
            raise AttributeError(name)
        if "_made" not in self.__dict__:
            self._made = import_module(self._engine).compile(*self._arguments)
        found = self.__dict__[name] = getattr(self._made, name)
        return found
