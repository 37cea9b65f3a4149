"""JSON as a tree that knows where each string stands; escapes are decoded piece by piece."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from healthlint.errors import DraftError
from healthlint.readers.mapped import Mapped

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^u])"
)
MAX_DEPTH = 200


@dataclass(slots=True)
class Node:
    """A value of content data at `[start, end)`: a string, an object, a list or something else.

    `text` is set for a string, `items` for an object (with names) or a list (names are empty).
    """

    start: int
    end: int
    text: Mapped | None = None
    items: list[tuple[str, Node]] | None = None
    named: bool = False
    names: list[tuple[int, int]] = field(default_factory=list)

    def get(self, name: str) -> Node | None:
        """The value under a name, if this is an object that has it."""
        if self.named:
            return next((value for key, value in self.items or () if key == name), None)
        return None

    def string(self, name: str) -> str:
        """The string under a name, or an empty one."""
        node = self.get(name)
        return node.text.text if node and node.text else ""


def parse(source: str, start: int, end: int) -> Node:
    """The value at `source[start:end]`. Raises `DraftError` with the place of what is wrong."""
    text = source[start:end]
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        line = source.count("\n", 0, start) + error.lineno
        raise DraftError(
            f"not JSON: line {line}, column {error.colno}: {error.msg[0].lower()}{error.msg[1:]}; "
            "mend it, or leave the file out with `exclude`"
        ) from None
    except RecursionError:
        raise DraftError("not content: its values are nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise DraftError(f"not content: {error}") from None
    root = Node(start, end, items=[])
    stack = [root]
    key = ""
    key_next = False
    for token in _TOKEN.finditer(text):
        sign, at, to = token[0], start + token.start(), start + token.end()
        top = stack[-1]
        assert top.items is not None
        if sign in "{[":
            if len(stack) > MAX_DEPTH:
                raise DraftError("not content: its values are nested too deeply")
            node = Node(at, to, items=[], named=sign == "{")
            top.items.append((key, node))
            stack.append(node)
            key, key_next = "", sign == "{"
        elif sign in "}]":
            stack.pop().end = to
        elif sign == ",":
            key, key_next = "", top.named
        elif sign == ":":
            key_next = False
        elif sign[0] != '"':
            top.items.append((key, Node(at, to)))
        elif key_next:
            key = json.loads(sign)
            top.names.append((at, to))
        else:
            top.items.append((key, Node(at, to, decoded(source, at + 1, to - 1))))
    return root.items[0][1] if root.items else root


def decoded(source: str, start: int, end: int) -> Mapped:
    """What stands between the quotes of a JSON string."""
    mapped, done = Mapped(), start
    if source.find("\\", start, end) >= 0:
        for match in _ESCAPE.finditer(source, start, end):
            mapped.add(source[done : match.start()], done, match.start())
            done = match.end()
            sign = json.loads(f'"{match[0]}"')
            mapped.add("\ufffd" if "\ud800" <= sign <= "\udfff" else sign, match.start(), done)
    mapped.add(source[done:end], done, end)
    return mapped
