from __future__ import annotations

from pathlib import Path

import pytest

from healthlint.config import Configs, read_config
from healthlint.decisions.policy import Policy, load
from healthlint.errors import ConfigError


def policy(folder: Path, text: str, name: str = ".healthlint.yaml") -> Policy:
    path = folder / name
    path.write_text(text)
    return read_config(path).policy


def test_what_holds_without_a_word(tmp_path: Path) -> None:
    waivers = tmp_path / ".healthlint-waivers.yaml"
    assert policy(tmp_path, "profile: us\n") == Policy(waivers=waivers)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".healthlint.yaml", "claims: law/claims.yaml\nbaseline: b.json\nrequire-reason: false\n"
         "waivers:\n  file: law/w.yaml\n  max-days: 90\n  roles:\n"
         "    compliance: [error, warning]\n    editor: info\n    guest: []\n"),
        ("pyproject.toml", "[tool.healthlint]\nclaims = 'law/claims.yaml'\nbaseline = 'b.json'\n"
         "require-reason = false\n[tool.healthlint.waivers]\nfile = 'law/w.yaml'\nmax-days = 90\n"
         "[tool.healthlint.waivers.roles]\ncompliance = ['error', 'warning']\neditor = 'info'\n"
         "guest = []\n"),
    ],
)  # fmt: skip
def test_everything_said(tmp_path: Path, name: str, text: str) -> None:
    assert policy(tmp_path, text, name) == Policy(
        tmp_path / "law" / "w.yaml",
        tmp_path / "law" / "claims.yaml",
        tmp_path / "b.json",
        False,
        90,
        (("compliance", ("error", "warning")), ("editor", ("info",)), ("guest", ())),
    )


def test_waivers_may_be_a_file_s_name(tmp_path: Path) -> None:
    assert policy(tmp_path, "waivers: w.yaml\n") == Policy(waivers=tmp_path / "w.yaml")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("require-reason: maybe\n", "1:17: `require-reason` is true or false"),
        ("waivers:\n  max-days: long\n", "2:13: `max-days` is a number of days, such as 365"),
        ("waivers:\n  max-days: 0\n", "2:13: `max-days` is a number of days, such as 365"),
        ("waivers:\n  maxdays: 3\n", "2:3: `waivers` has no `maxdays` (did you mean `max-days`?)"),
        ("waivers:\n  roles:\n    editor: [eror]\n",
         "3:14: there is no severity `eror` (did you mean `error`?)"),
        ("waivers:\n  roles: editor\n",
         "2:10: expected `key: value` pairs here, found 'editor'"),
        ("overrides:\n- paths: a\n  claims: c.yaml\n",
         "3:3: an override has no `claims`; its keys are: paths, profile, select, ignore, "
         "severities, rules, fail-on"),
        ("waiver: w.yaml\n", "1:1: the configuration has no `waiver` (did you mean `waivers`?)"),
    ],
)  # fmt: skip
def test_wrong_policies(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(ConfigError) as caught:
        policy(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / '.healthlint.yaml'}:{wrong}"


@pytest.mark.parametrize(
    ("role", "severity", "refusal"),
    [
        ("a", "error", None),
        ("a", "info", "the role `a` may waive error and warning, not info"),
        ("b", "info", "the role `b` may waive nothing, not info"),
        ("c", "info", "there is no role `c`; there are: a, b"),
    ],
)
def test_refusal(role: str, severity: str, refusal: str | None) -> None:
    chosen = Policy(roles=(("a", ("error", "warning")), ("b", ())))
    assert chosen.refusal(role, severity) == refusal
    assert Policy().refusal(role, severity) is None


def test_without_configuration_the_waivers_of_the_folder_hold() -> None:
    assert Configs(search=False).plan("a.md").policy == Policy()


def test_load(tmp_path: Path) -> None:
    one = Policy(
        tmp_path / "w.yaml", tmp_path / "claims.yaml", tmp_path / "b.json", require_reason=False
    )
    with pytest.raises(ConfigError, match="claims.yaml: cannot be read"):
        load(one)
    (tmp_path / "claims.yaml").write_text("version: 1\nclaims: []\n")
    with pytest.raises(ConfigError, match="b.json: there is no such baseline"):
        load(one)
    found = load(one, use_baseline=False)
    assert (found.waivers, found.baseline, found.require_reason) == (None, None, False)
    (tmp_path / "w.yaml").write_text("version: 1\nwaivers: []\n")
    (tmp_path / "other.json").write_text('{"version": 1, "drafts": {}}')
    found = load(one, baseline=tmp_path / "other.json")
    assert found.waivers is not None and found.waivers.policy is one
    assert found.baseline is not None and found.baseline.drafts == {}
