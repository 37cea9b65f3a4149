"""Writes fitted weights back into a rule's YAML, touching nothing but the numbers."""

from __future__ import annotations

import re
from pathlib import Path

from healthlint.rulebook.model import Rule
from healthlint.rulebook.yamltree import Node, load
from healthlint.rulesdir import rules_dir


def rewrite(old: Rule, new: Rule) -> None:
    """Puts the weights and bias of `new` where the YAML of `old` has its own."""
    shown = old.place.split(":")[0]
    path = rules_dir() / Path(shown).relative_to("rules")
    rule = _rule(load(path, shown), old.code)
    numbers: list[tuple[Node, float]] = []
    listed, bias = rule.get("cues"), rule.get("bias")
    if listed is not None:
        for node, cue in zip(listed.elements(), new.body.cues, strict=True):
            weight = node.get("weight")
            if weight is not None:
                numbers.append((weight, cue.weight))
    if bias is not None:
        numbers.append((bias, new.body.bias))
    lines = path.read_text("utf-8").split("\n")
    for node, value in sorted(numbers, key=lambda pair: _place(pair[0]), reverse=True):
        line, column = _place(node)
        text = lines[line - 1]
        end = re.compile(r"[-+.\d]+").match(text, column - 1)
        if end is None:
            raise ValueError(f"{node.place}: a number was expected here")
        lines[line - 1] = text[: column - 1] + f"{value:g}" + text[end.end() :]
    path.write_text("\n".join(lines), "utf-8")


def _rule(root: Node, code: str) -> Node:
    listed = root.get("rules")
    for rule in listed.elements() if listed else []:
        named = rule.get("code")
        if named is not None and named.text() == code:
            return rule
    raise ValueError(f"{root.place}: no rule {code} in this file")


def _place(node: Node) -> tuple[int, int]:
    line, column = node.place.rsplit(":", 2)[1:]
    return int(line), int(column)
