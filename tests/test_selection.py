from __future__ import annotations

from types import SimpleNamespace

import pytest

from healthlint.errors import ConfigError
from healthlint.selection import check_names, enabled, rank, settings_names
from healthlint.settings import Settings

RULE = SimpleNamespace(
    code="SAF001", name="absolute-safety", category="safety", severity="error"
)
OTHER = SimpleNamespace(code="HYP010", name="breakthrough", category="hype", severity="info")
BOOK = SimpleNamespace(rules=(RULE, OTHER))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("SAF001", 100),
        ("saf001", 100),
        ("absolute-safety", 100),
        ("Absolute-Safety", 100),
        ("SAF00", 7),
        ("SAF", 5),
        ("saf", 5),
        ("safety", 1),
        ("SA", 0),
        ("S", 0),
        ("", 0),
        ("SAF002", 0),
        ("SAF0011", 0),
        ("absolute", 0),
        ("hype", 0),
    ],
)
def test_rank(word: str, expected: int) -> None:
    assert rank(RULE, word) == expected


@pytest.mark.parametrize(
    ("select", "ignore", "runs"),
    [
        ("", "", True),
        ("SAF001", "", True),
        ("hype", "", False),
        ("", "SAF001", False),
        ("", "safety", False),
        ("", "hype", True),
        ("SAF001", "SAF001", False),
        ("SAF001", "absolute-safety", False),
        ("safety", "safety", False),
        ("SAF001", "SAF", True),
        ("SAF001", "safety", True),
        ("SAF", "SAF0", False),
        ("SAF0", "SAF", True),
        ("SAF", "safety", True),
        ("safety", "SAF", False),
        ("safety", "SAF001", False),
        ("hype SAF", "safety", True),
        ("hype SAF", "safety SAF00", False),
    ],
)
def test_select_and_ignore(select: str, ignore: str, runs: bool) -> None:
    settings = Settings(select=tuple(select.split()), ignore=tuple(ignore.split()))
    assert enabled(RULE, settings) == ("error" if runs else None)


@pytest.mark.parametrize(
    ("severities", "select", "expected"),
    [
        ({}, "", "error"),
        ({"safety": "warning"}, "", "warning"),
        ({"hype": "warning"}, "", "error"),
        ({"SAF001": "info", "safety": "warning"}, "", "info"),
        ({"safety": "warning", "SAF001": "info"}, "", "info"),
        ({"SAF": "info", "safety": "warning"}, "", "info"),
        ({"SAF001": "info", "absolute-safety": "warning"}, "", "warning"),
        ({"safety": "off"}, "", None),
        ({"safety": "off", "SAF001": "info"}, "", "info"),
        ({"SAF001": "off", "safety": "warning"}, "", None),
        ({"safety": "off"}, "SAF001", "error"),
        ({"SAF001": "off"}, "SAF001", None),
        ({"SAF001": "off"}, "safety", None),
        ({"safety": "info"}, "hype", None),
    ],
)
def test_severities(severities: dict[str, str], select: str, expected: str | None) -> None:
    settings = Settings(severities=tuple(severities.items()), select=tuple(select.split()))
    assert enabled(RULE, settings) == expected


def test_a_rule_that_is_off_by_itself_stays_off() -> None:
    rule = SimpleNamespace(code="SAF001", name="a", category="safety", severity="off")
    assert enabled(rule, Settings()) is None
    assert enabled(rule, Settings(severities=(("SAF001", "info"),))) == "info"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("SAF002", "(did you mean `SAF001`?)"),
        ("absolute-saftey", "(did you mean `absolute-safety`?)"),
        ("hpye", "(did you mean `hype`?)"),
        ("zzzzzz", "; `healthlint rules list` shows them all"),
    ],
)
def test_unknown_names(word: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_names([("safety", "a.yaml:1:1"), (word, "a.yaml:2:9")], BOOK)
    assert str(caught.value).startswith(f"a.yaml:2:9: no rule, code or category is called `{word}`")
    assert str(caught.value).endswith(hint)


def test_known_names_pass() -> None:
    settings = Settings(
        select=("SAF", "hype"), ignore=("HYP010",), severities=(("breakthrough", "off"),)
    )
    names = settings_names(settings)
    assert names == [
        ("SAF", "select"),
        ("hype", "select"),
        ("HYP010", "ignore"),
        ("breakthrough", "severities"),
    ]
    check_names(names, BOOK)
