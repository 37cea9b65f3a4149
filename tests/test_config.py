from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from healthlint.config import Configs, Layer, Word, read_config
from healthlint.errors import ConfigError
from healthlint.settings import Settings

Files = Callable[[dict[str, str]], Path]

FULL = """\
profile: uk
select: [safety, HYP]
ignore:
  - SAF002
severities:
  SAF001: warning
  stigma: off
rules: [house/rules]
exclude: ["archive/", "*.old.md"]
fail-on: warning
formats:
  "*.page": html
overrides:
  - paths: "blog/**"
    profile: us
    severities: {SAF001: info}
  - paths: [blog/legacy/]
    fail-on: error
    ignore: [hype]
"""
FULL_TOML = """\
[project]
name = "x"

[tool.healthlint]
profile = "uk"
select = ["safety", "HYP"]
ignore = ["SAF002"]
rules = ["house/rules"]
exclude = ["archive/", "*.old.md"]
fail-on = "warning"
formats = {"*.page" = "html"}

[tool.healthlint.severities]
SAF001 = "warning"
stigma = "off"

[[tool.healthlint.overrides]]
paths = "blog/**"
profile = "us"
severities = {SAF001 = "info"}

[[tool.healthlint.overrides]]
paths = ["blog/legacy/"]
fail-on = "error"
ignore = ["hype"]
"""


@pytest.mark.parametrize(
    ("name", "text"), [(".healthlint.yaml", FULL), ("pyproject.toml", FULL_TOML)]
)
def test_every_key_means_the_same_in_yaml_and_toml(files: Files, name: str, text: str) -> None:
    root = files({name: text, "house/rules/a.yaml": "rules: []"})
    configs = Configs()
    base = Settings(
        profile="uk",
        select=("safety", "HYP"),
        ignore=("SAF002",),
        severities=(("SAF001", "warning"), ("stigma", "off")),
        packs=(root / "house/rules",),
    )
    plan = configs.plan("a.md")
    assert (plan.settings, plan.format, plan.fail_on) == (base, None, "warning")
    blog = configs.plan(root / "blog" / "deep" / "b.page")
    assert blog.settings.profile == "us"
    assert blog.settings.severities == (("stigma", "off"), ("SAF001", "info"))
    assert (blog.format, blog.fail_on) == ("html", "warning")
    legacy = configs.plan("blog/legacy/c.md")
    assert legacy.settings.profile == "us"
    assert legacy.settings.ignore == ("SAF002", "hype")
    assert legacy.fail_on == "error"
    assert configs.excludes("archive", folder=True)
    assert configs.excludes("archive/x.md")
    assert configs.excludes("deep/x.old.md")
    assert not configs.excludes("x.md")


def test_toml_names_know_their_places(files: Files) -> None:
    files({"pyproject.toml": FULL_TOML, "house/rules/a.yaml": ""})
    names = dict(Configs().plan("blog/legacy/x.md").names)
    assert names == {
        "safety": "pyproject.toml:6:12",
        "HYP": "pyproject.toml:6:22",
        "SAF002": "pyproject.toml:7:12",
        "SAF001": "pyproject.toml:20:15",
        "stigma": "pyproject.toml:15:1",
        "hype": "pyproject.toml:25:12",
    }


def test_drafts_under_the_same_words_share_a_plan(files: Files) -> None:
    files({".healthlint.yaml": "profile: uk\n"})
    configs = Configs()
    assert configs.plan("a.md") is configs.plan("deep/b.md")


def test_the_nearest_configuration_speaks_alone(files: Files) -> None:
    files(
        {
            ".healthlint.yaml": "profile: uk\nselect: safety\n",
            "site/pyproject.toml": "[tool.healthlint]\nprofile = 'au'\n",
            "site/deep/pyproject.toml": "[tool.other]\n",
            "repo/.git/HEAD": "",
            "empty/.healthlint.yaml": "",
        }
    )
    configs = Configs()
    assert configs.plan("a.md").settings == Settings(profile="uk", select=("safety",))
    assert configs.plan("other/a.md").settings.profile == "uk"
    assert configs.plan("site/a.md").settings == Settings(profile="au")
    assert configs.plan("site/deep/a.md").settings == Settings(profile="au")
    assert configs.plan("repo/content/a.md").settings == Settings()
    assert configs.plan("empty/a.md").settings == Settings()


def test_a_pyproject_is_parsed_only_when_it_speaks_of_healthlint(files: Files) -> None:
    files({"pyproject.toml": "this is no TOML"})
    assert Configs().plan("a.md").settings == Settings()


def test_two_configurations_in_one_folder(files: Files) -> None:
    files(
        {
            ".healthlint.yaml": "profile: uk\n",
            "pyproject.toml": "[tool.healthlint]\nprofile = 'uk'\n",
        }
    )
    with pytest.raises(ConfigError, match=r"^\.healthlint\.yaml: .*delete \.healthlint\.yaml, or"):
        Configs().plan("a.md")


def test_a_name_that_is_not_read(files: Files) -> None:
    files({".healthlint.yml": "profile: uk\n"})
    with pytest.raises(ConfigError, match=r"^\.healthlint\.yml: .*call it \.healthlint\.yaml"):
        Configs().plan("a.md")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct: [x]", ":1:1: the configuration has no `selct` (did you mean `select`?)"),
        ("profile: us\nzzz: 1", ":2:1: the configuration has no `zzz`; its keys are: profile, "),
        ("profile: uks", ":1:10: there is no profile `uks` (did you mean `us`?)"),
        ("profile: [us]", ":1:10: expected text here, found a list"),
        ("profile:", ":1:9: expected text here, found nothing"),
        ("fail-on: never", ":1:10: there is no severity `never`; there are: info, warning, error"),
        ("severities: {SAF: loud}", ":1:19: there is no severity `loud`; there are: info, "),
        ("severities: {SAF: yes}", ":1:19: expected text here, found True"),
        ("severities: [SAF]", ":1:13: expected `key: value` pairs here, found a list"),
        ("overrides: {paths: x}", ":1:12: expected a list here, found `key: value` pairs"),
        ("overrides:\n  - profile: us", ":2:5: this override has no `paths`"),
        ("overrides:\n  - paths: x\n    exclude: y", ":3:5: an override has no `exclude`"),
        ("formats: {'*.x': markdwn}", ":1:18: there is no format `markdwn` (did you mean `mark"),
        ("rules: nowhere", ":1:8: there are no rules at `nowhere`"),
        ("- a", ":1:1: expected `key: value` pairs here, found a list"),
        ("profile: us\nprofile: uk", ":2:1: `profile` stands twice"),
        ("a: [", ":2:1: not valid YAML"),
    ],
)
def test_mistakes_in_yaml(files: Files, text: str, message: str) -> None:
    files({".healthlint.yaml": text})
    with pytest.raises(ConfigError) as caught:
        Configs().plan("a.md")
    assert str(caught.value).startswith(".healthlint.yaml" + message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = ['x']", ":2:1: the configuration has no `selct` (did you mean `select`?)"),
        ("profile = 'uks'", ":2:12: there is no profile `uks` (did you mean `us`?)"),
        ("profile = ", ":2:11: not valid TOML: Invalid value"),
        ("overrides = [{paths = 'x'}, {zz = 1}]", ":2:30: an override has no `zz`"),
    ],
)
def test_mistakes_in_toml(files: Files, text: str, message: str) -> None:
    files({"pyproject.toml": f"[tool.healthlint]\n{text}\n"})
    with pytest.raises(ConfigError) as caught:
        Configs().plan("a.md")
    assert str(caught.value).startswith("pyproject.toml" + message)


def test_a_mistake_is_told_each_time(files: Files) -> None:
    files({".healthlint.yaml": "zzz: 1"})
    configs = Configs()
    for draft in ("a.md", "deep/b.md"):
        with pytest.raises(ConfigError, match="zzz"):
            configs.plan(draft)
        assert not configs.excludes(draft)


def test_a_configuration_that_was_asked_for(files: Files) -> None:
    root = files(
        {
            ".healthlint.yaml": "profile: uk",
            "other/ci.yaml": "profile: au\nexclude: [x.md]",
            "other/none.toml": "[tool.other]",
        }
    )
    configs = Configs(only=Path("other/ci.yaml"))
    assert configs.plan("a.md").settings.profile == "au"
    assert configs.excludes(root / "other" / "x.md")
    with pytest.raises(ConfigError, match=r"^missing\.yaml: cannot be read"):
        Configs(only=Path("missing.yaml"))
    with pytest.raises(ConfigError, match=r"none\.toml: there is no \[tool\.healthlint\] table"):
        read_config(Path("other/none.toml"))


def test_no_configuration_at_all(files: Files) -> None:
    files({".healthlint.yaml": "zzz: 1"})
    assert Configs(search=False).plan("a.md").settings == Settings()


def test_the_command_line_speaks_last(files: Files) -> None:
    files(
        {
            ".healthlint.yaml": (
                "profile: uk\nselect: [safety]\nignore: [SAF001, HYP]\n"
                "severities: {SAF001: off, hype: info}\nfail-on: info\n"
            )
        }
    )
    flags = Layer(
        profile="ca",
        select=(Word("SAF001", "--select"),),
        ignore=(Word("stigma", "--ignore"),),
        fail_on="error",
    )
    plan = Configs(flags).plan("a.md")
    assert plan.settings == Settings(
        profile="ca",
        select=("SAF001",),
        ignore=("HYP", "stigma"),
        severities=(("hype", "info"),),
    )
    assert plan.fail_on == "error"
