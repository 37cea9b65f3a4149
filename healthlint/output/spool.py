"""Results that are needed more than once, on disk rather than in memory when they are many."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile, gettempdir

from healthlint.errors import HealthlintError
from healthlint.finding import Result

_IN_MEMORY = 16 * 1024 * 1024


class Spool:
    """Takes all results and gives them in order as often as asked, once at a time.

    The file has no name and belongs to this process alone. Raises `HealthlintError` when it cannot
    be written.
    """

    def __init__(self, results: Iterable[Result]) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        for result in results:
            try:
                pickle.dump(result, self._file, pickle.HIGHEST_PROTOCOL)
            except OSError as error:
                said = error.strerror or str(error)
                raise HealthlintError(f"{gettempdir()}: cannot be written: {said}") from None

    def __iter__(self) -> Iterator[Result]:
        self._file.seek(0)
        while True:
            try:
                result: Result = pickle.load(self._file)
            except EOFError:
                return
            yield result


def again(results: Iterable[Result]) -> Iterable[Result]:
    """The results as something that can be gone through more than once."""
    return results if isinstance(results, Spool) else Spool(results)
