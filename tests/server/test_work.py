"""What a worker makes of a request under a configuration."""

from __future__ import annotations

import json
import pickle
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from healthlint.errors import ConfigError, RuleError
from healthlint.server.catalogue import catalogue
from healthlint.server.contract import schema
from healthlint.server.frames import Job
from healthlint.server.work import Loaded, answer, load_rules
from tests.server import UNSAFE


def ask(loaded: Loaded, what: str = "check", **said: Any) -> Any:
    """The decoded body of an answer that is one."""
    done = answer(Job(what, "application/json", "", (), json.dumps(said).encode()), loaded)
    assert done.status == 200, done.body
    return json.loads(done.body)


def rules(said: Any) -> list[str]:
    return [found["rule"] for one in said["files"] for found in one["findings"]]


@pytest.fixture(scope="module")
def bare() -> Loaded:
    return load_rules(None)


@pytest.fixture
def project(tmp_path: Path, bare: Loaded) -> Path:
    finding = ask(bare, text=UNSAFE)["files"][0]["findings"][0]
    today = date.today()
    (tmp_path / "waivers.yaml").write_text(
        f"""version: 1
waivers:
  - fingerprint: {finding["fingerprint"]}
    rule: SAF001
    path: treatments/ketamine
    text: {finding["text"]}
    by: Dr A. Smith
    reason: The label says so in its section 6.
    until: {today + timedelta(days=30)}
    created: {today - timedelta(days=2)}
""",
        "utf-8",
    )
    (tmp_path / "healthlint.yaml").write_text(
        "profile: uk\nfail-on: warning\nwaivers: waivers.yaml\n"
        "overrides:\n  - paths: ['research/**']\n    ignore: [safety]\n    profile: au\n",
        "utf-8",
    )
    return tmp_path / "healthlint.yaml"


def test_the_configuration_holds_and_the_request_may_say_otherwise(project: Path) -> None:
    loaded = load_rules(project)
    said = ask(loaded, text=UNSAFE)
    assert (said["tool"]["profile"], said["verdict"]["fail_on"]) == ("uk", "warning")
    assert rules(said) == ["SAF001"]
    other = ask(loaded, text=UNSAFE, profile="ca", fail_on="error", severities={"SAF": "info"})
    assert other["tool"]["profile"] == "ca" and not other["verdict"]["blocked"]
    research = ask(loaded, text=UNSAFE, name="research/trial")
    assert (rules(research), research["tool"]["profile"]) == ([], "au")
    assert rules(ask(loaded, text=UNSAFE, name="research/trial", select=["SAF001"])) == ["SAF001"]


def test_a_waiver_holds_for_the_page_that_it_names(project: Path) -> None:
    loaded = load_rules(project)
    waived = ask(loaded, text=UNSAFE, name="treatments/ketamine")
    assert rules(waived) == [] and waived["summary"]["suppressed"] == 1
    assert rules(ask(loaded, text=UNSAFE, name="elsewhere")) == ["SAF001"]


def test_what_was_loaded_goes_to_other_processes_whole(project: Path) -> None:
    loaded = load_rules(project)
    assert loaded.matcher is loaded.matcher
    copy = pickle.loads(pickle.dumps(loaded))
    project.write_text("profile: us\n", "utf-8")
    assert ask(copy, text=UNSAFE) == ask(loaded, text=UNSAFE)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("profile: fr\n", "there is no profile `fr`"),
        ("rules: [absent.yaml]\n", "there are no rules at `absent.yaml`"),
        ("select: [saftey]\n", "is called `saftey`"),
        ("claims: absent.yaml\n", "absent.yaml"),
    ],
)
def test_a_wrong_configuration(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "c.yaml").write_text(content, "utf-8")
    with pytest.raises((ConfigError, RuleError), match=says):
        load_rules(tmp_path / "c.yaml")


def test_a_configuration_where_it_was_started_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".healthlint.yaml").write_text("ignore: [safety]\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert rules(ask(load_rules(None), text=UNSAFE)) == ["SAF001"]


@pytest.mark.parametrize("text", ["💊💊 " + UNSAFE, UNSAFE, "é " + UNSAFE, ""])
def test_places_in_utf16_units(bare: Loaded, text: str) -> None:
    units = text.encode("utf-16-le")
    for found in ask(bare, fields=[{"id": "a", "text": text}])["files"][0]["findings"]:
        part = units[2 * found["start"]["utf16"] : 2 * found["end"]["utf16"]]
        assert part.decode("utf-16-le") == found["text"]


def test_every_rule_keeps_to_its_shape(bare: Loaded) -> None:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(schema("Rule"))
    listed = catalogue(bare.rulebook)
    assert len(listed) > 150
    for rule in listed:
        validator.validate(rule)
