"""YAML as a tree in which every key and value knows its place, so that errors can name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from healthlint.errors import RuleError

_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:null": lambda text: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in ("true", "yes", "on"),
    "tag:yaml.org,2002:int": lambda text: int(text.replace("_", ""), 10),
    "tag:yaml.org,2002:float": lambda text: float(text.replace("_", "")),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One YAML value: `kind` is "map", "list" or "scalar"; `place` reads `file:line:column`."""

    kind: str
    place: str
    scalar: Any = None
    pairs: tuple[tuple[Node, Node], ...] = ()
    parts: tuple[Node, ...] = ()

    @property
    def value(self) -> Any:
        """The value as plain Python: dict, list or scalar."""
        if self.kind == "map":
            return {key.scalar: value.value for key, value in self.pairs}
        if self.kind == "list":
            return [part.value for part in self.parts]
        return self.scalar

    def items(self) -> Iterator[tuple[Node, Node]]:
        """Key and value nodes of a map; raises `RuleError` for anything else."""
        if self.kind != "map":
            raise RuleError(
                f"{self.place}: expected `key: value` pairs here, found {self.describe()}"
            )
        return iter(self.pairs)

    def elements(self) -> list[Node]:
        """The members of a list; raises `RuleError` for anything else."""
        if self.kind != "list":
            raise RuleError(f"{self.place}: expected a list here, found {self.describe()}")
        return list(self.parts)

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        return next((value for name, value in self.items() if name.scalar == key), None)

    def text(self) -> str:
        """The scalar as a string; raises `RuleError` for anything else."""
        if self.kind == "scalar" and isinstance(self.scalar, str):
            return self.scalar
        if (
            self.kind == "scalar"
            and isinstance(self.scalar, (int, float))
            and not isinstance(self.scalar, bool)
        ):
            return str(self.scalar)
        raise RuleError(f"{self.place}: expected text here, found {self.describe()}")

    def texts(self) -> list[tuple[str, Node]]:
        """A string, or each string of a list, with its node."""
        nodes = self.elements() if self.kind == "list" else [self]
        return [(node.text(), node) for node in nodes]

    def describe(self) -> str:
        """What this is, for a message."""
        if self.kind == "scalar":
            return "nothing" if self.scalar is None else repr(self.scalar)
        return {"map": "`key: value` pairs", "list": "a list"}[self.kind]


def load(path: Path, shown: str | None = None) -> Node:
    """The tree of a YAML file; `shown` is the name used in places (default: the path).

    Raises `RuleError` for a file that cannot be read, is no YAML, or repeats a key.
    """
    name = shown or str(path)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{name}: cannot be read: {error}") from None
    return parse(text, name)


def parse(text: str, name: str) -> Node:
    """The tree of a YAML text, as `load` gives it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise RuleError(f"{where}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise RuleError(f"{name}: not valid YAML: {' '.join(str(error).split())}") from None
    if root is None:
        return Node("map", f"{name}:1:1")
    return _convert(root, name)


def _convert(node: Any, name: str) -> Node:
    place = f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    if node.id == "mapping":
        pairs = tuple((_convert(k, name), _convert(v, name)) for k, v in node.value)
        seen: set[Any] = set()
        for key, _ in pairs:
            if key.kind != "scalar":
                raise RuleError(f"{key.place}: a key must be a word, found {key.describe()}")
            if key.scalar in seen:
                raise RuleError(f"{key.place}: `{key.scalar}` stands twice in the same place")
            seen.add(key.scalar)
        return Node("map", place, pairs=pairs)
    if node.id == "sequence":
        return Node("list", place, parts=tuple(_convert(part, name) for part in node.value))
    convert = _SCALARS.get(node.tag)
    try:
        return Node("scalar", place, scalar=convert(node.value) if convert else node.value)
    except ValueError:
        return Node("scalar", place, scalar=node.value)


def hint(word: str, known: Any) -> str:
    """` (did you mean …?)` when one of the known words is near, else nothing."""
    near = get_close_matches(word, [str(k) for k in known], 1)
    return f" (did you mean `{near[0]}`?)" if near else ""


def check_keys(node: Node, known: Any, what: str) -> None:
    """Raises `RuleError` at the first key of a map that is not known."""
    for key, _ in node.items():
        if key.scalar not in known:
            raise RuleError(
                f"{key.place}: {what} has no `{key.scalar}`{hint(str(key.scalar), known)}"
            )
