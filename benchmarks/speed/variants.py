"""What is made of the rulebook: fewer rules, its words, and rules whose words never occur.

Run these `apart`: a process that holds a rulebook is large, and on Linux the peak memory of what it
starts is never told as less than its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")


def apart(function: Callable[..., _T], *args: Any) -> _T:
    """What a function of a module gives, called in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, args)


def write_words(path: Path, most: int | None) -> None:
    """The words that the rulebook's patterns need, one a line; `most` of them, evenly taken."""
    from healthlint.rulebook.load import load_rulebook

    words = sorted(word for word, _ in load_rulebook().index.words.items())
    some = words if most is None else words[:: len(words) // most][:most]
    path.write_text("\n".join(some) + "\n", "utf-8")


def with_every(nth: int, folder: Path) -> int:
    """Put a copy of healthlint into `folder` that has every nth rule; how many it has.

    Run it with `folder` as PYTHONPATH. `--select` is no measure of fewer rules: what a rule finds
    can lift what another says, so that some that are not selected run all the same.
    """
    import yaml

    import healthlint
    from healthlint.rulebook.load import load_rulebook
    from healthlint.rulesdir import rules_dir

    package = Path(healthlint.__file__).parent
    left_out = shutil.ignore_patterns("__pycache__", "rules")
    shutil.copytree(package, folder / "healthlint", ignore=left_out)
    shutil.copytree(rules_dir(), folder / "rules")
    keep = {rule.code for rule in load_rulebook().rules[::nth]}
    for path in (folder / "rules").glob("*.yaml"):
        tree = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        if isinstance(tree, dict) and "rules" in tree:
            tree["rules"] = [rule for rule in tree["rules"] if rule["code"] in keep]
            path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
    return len(keep)


def unused_pack(rules: int, folder: Path) -> Path:
    """A pack of so many rules, none of whose words exists, with its configuration; the latter."""
    import yaml

    word = "zoxiquent{:03}"
    listed = [
        {
            "code": f"UNUSED{number:03}",
            "name": f"unused-{number:03}",
            "severity": "warning",
            "any": [
                f"{{treatment}} {{gap:3}} {word.format(number)}s?",
                f"({word.format(number)}|un{word.format(number)}) of the {{condition}}",
            ],
            "unless": ["negated"],
            "message": "“{match}” never occurs.",
            "suggest": ["Ask your doctor."],
            "why": "To measure what a rule costs that finds nothing.",
            "examples": {
                "flag": [f"[Ketamine {word.format(number)}] {n}." for n in "abc"],
                "pass": [f"It is {n}." for n in ("this", "that", "so")],
            },
        }
        for number in range(rules)
    ]
    folder.mkdir(parents=True)
    pack = yaml.safe_dump({"category": "terms", "rules": listed}, allow_unicode=True)
    (folder / "unused.yaml").write_text(pack, "utf-8")
    config = folder / "config.yaml"
    config.write_text("rules: [unused.yaml]\n", "utf-8")
    return config
