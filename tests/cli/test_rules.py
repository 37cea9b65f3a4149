from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

Files = Callable[[dict[str, str]], Path]
Run = Callable[..., Any]


def test_list(run: Run) -> None:
    result = run("rules", "list")
    assert result.stdout.splitlines() == [
        "HYP001    warning  hype        breakthrough",
        "SAF001    error    safety      absolute-safety",
        "SAF002    error    safety      no-side-effects",
        "STI001    info     stigma      sufferers (uk only)",
    ]
    assert result.stderr == "4 rules\n"
    assert run("rules", "list", "--category", "hype").stdout.count("\n") == 1
    assert run("rules", "list", "--profile", "us").stdout.count("\n") == 3


@pytest.mark.parametrize("name", ["SAF001", "saf001", "absolute-safety"])
def test_show(run: Run, name: str) -> None:
    *lines, accuracy = run("rules", "show", name).stdout.splitlines()
    assert lines == [
        "code       SAF001",
        "name       absolute-safety",
        "category   safety",
        "severity   error",
        "kind       phrase",
        "message    “{match}” says too much.",
        "suggest    Say what the risks of {treatment|it} are.",
        "authority  ftc",
        "defined    rules/stub.yaml:3:5",
    ]
    assert accuracy.startswith("accuracy   ")


def test_explain(run: Run) -> None:
    assert run("explain", "SAF001").stdout == """\
SAF001 absolute-safety (safety, error)

Why
  Such words mislead.

Write instead
  - Say what the risks of it are.

On whose authority
  - Health Products Guidance (FTC, 2022)
    Claims need evidence.
    https://example.org/ftc

Is found (the words in [ ])
  ✗ It is [so] said [1].

Is fine
  ✓ Nothing is said.
"""


@pytest.mark.parametrize("command", [["explain"], ["rules", "show"]])
@pytest.mark.parametrize(
    ("name", "hint"),
    [("SAF01", "did you mean `SAF001`?"), ("zzz", "`healthlint rules list` shows them all")],
)
def test_no_such_rule(run: Run, command: list[str], name: str, hint: str) -> None:
    result = run(*command, name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"healthlint: no rule is called `{name}`; {hint}\n"


def test_test(run: Run, files: Files, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files({"house.yaml": "", "broken.yaml": ""})
    module = ModuleType("healthlint.rulebook.examples")
    tested: list[str] = []

    def test_rules(rulebook: Any, rules: Any) -> Any:
        for rule in rules:
            tested.append(rule.code)
            if rule.code == "HYP001":
                yield SimpleNamespace(place=rule.place, code=rule.code, message="found nothing")

    module.test_rules = test_rules  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "healthlint.rulebook.examples", module)
    result = run("rules", "test")
    assert result.exit_code == 1
    assert result.stdout == (
        "rules/stub.yaml:3:5: HYP001: found nothing\n4 rules, 8 examples: 1 failed\n"
    )

    tested.clear()
    house = replace(engine.rules[1], code="HOU001", name="house", pack="house.yaml")
    engine.rules += (house,)
    result = run("rules", "test", "house.yaml")
    assert (result.exit_code, result.stdout) == (0, "1 rule, 2 examples: all hold\n")
    assert tested == ["HOU001"]
    result = run("rules", "test", "missing.yaml")
    assert result.exit_code == 2
    assert result.stderr == (
        "healthlint: missing.yaml: there are no rules here; check the spelling\n"
    )
    result = run("rules", "test", "broken.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith("healthlint: broken.yaml:2:1: a rule has no `cod`")
