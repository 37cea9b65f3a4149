"""Kind `metric`: a figure worked out from the whole draft, with a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from healthlint.errors import RuleError
from healthlint.lazyre import lazy
from healthlint.match import Match
from healthlint.rulebook.model import Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Tables
    from healthlint.rulebook.yamltree import Node

KEYS = ("metric", "limit", "words")
_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_GROUPS = lazy(r"[aeiouy]+")


class Metric(NamedTuple):
    """`name` is a key of `METRICS`; drafts of fewer than `words` words are not measured."""

    name: str
    limit: float
    words: int


def read(node: Node, compiler: Compiler, tables: Tables) -> Metric:
    """The body of a metric rule. Raises `RuleError`."""
    from healthlint.rulebook.yamltree import hint

    name, limit, words = (node.get(key) for key in KEYS)
    if name is None or limit is None:
        raise RuleError(f"{node.place}: a metric rule needs `metric` and `limit`")
    if name.text() not in METRICS:
        raise RuleError(
            f"{name.place}: there is no metric `{name.text()}`{hint(name.text(), METRICS)}"
        )
    if isinstance(limit.scalar, bool) or not isinstance(limit.scalar, (int, float)):
        raise RuleError(f"{limit.place}: `limit` is a number")
    return Metric(name.text(), float(limit.scalar), int(words.value) if words else 100)


def fields(body: Metric, compiler: Compiler) -> set[str]:
    """Template keys: the figure and its limit."""
    return {"figure", "limit"}


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; a silent final e does not count."""
    lower = word.lower()
    count = len(_GROUPS.findall(lower))
    if lower.endswith("e") and not lower.endswith(("le", "ee", "ie", "ye")) and count > 1:
        count -= 1
    if lower.endswith("ed") and not lower.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def reading_grade(reading: Reading) -> tuple[float, int, int]:
    """Flesch-Kincaid grade of the running text, with its first unit and its number of words.

    Kincaid, Fishburne, Rogers, Chissom: Derivation of new readability formulas. Naval Technical
    Training Command, 1975. Headings, table cells and list items of a word or two are no sentences.
    """
    sentences = words = sounds = 0
    first = -1
    for unit in range(len(reading.units)):
        if reading.block(unit).kind not in ("paragraph", "list-item"):
            continue
        found = _WORD.findall(reading.text(unit))
        if len(found) < 4:
            continue
        first = unit if first < 0 else first
        sentences += 1
        words += len(found)
        sounds += sum(map(syllables, found))
    if not sentences:
        return 0.0, first, 0
    return 0.39 * words / sentences + 11.8 * sounds / words - 15.59, first, words


METRICS: dict[str, Callable[[Reading], tuple[float, int, int]]] = {"reading-grade": reading_grade}


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """The first unit that was measured, if the figure is above the limit."""
    body: Metric = rule.body
    figure, first, words = METRICS[body.name](reading)
    if words >= body.words and figure > body.limit:
        captures = (("figure", f"{figure:.1f}"), ("limit", f"{body.limit:g}"))
        yield Match(first, 0, first, len(reading.text(first)), captures)
