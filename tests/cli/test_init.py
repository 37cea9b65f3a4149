"""`healthlint init`, and a scripted first day in a repository of old drafts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from healthlint.cli import cli
from healthlint.cli.init import only
from healthlint.config import matches

BAD = "Ketamine is a safe and effective treatment for everyone.\n"
GOOD = "Ask your doctor whether ketamine is right for you.\n"

Init = Callable[..., Result]


@pytest.fixture
def init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Init:
    """Runs `healthlint init` in a fresh folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, ["init", *args], input=stdin, prog_name="healthlint")

    return invoke


def test_asked(init: Init) -> None:
    Path("content").mkdir()
    Path("content/a.md").write_text(BAD)
    Path("README.md").write_text(BAD)
    result = init(stdin="xx\nuk\ncontent\nyes\nmaybe\nyes\n")
    assert result.exit_code == 0, result.output
    assert yaml.safe_load(Path(".healthlint.yaml").read_text()) == {
        "profile": "uk", "exclude": ["/*", "!/content/"], "baseline": ".healthlint-baseline.json",
    }  # fmt: skip
    assert list(json.loads(Path(".healthlint-baseline.json").read_text())["drafts"]) == [
        "content/a.md"
    ]
    (repo,) = yaml.safe_load(Path(".pre-commit-config.yaml").read_text())["repos"]
    (hook,) = repo["hooks"]
    assert (repo["repo"], hook["id"], hook["entry"]) == ("local", "healthlint", "healthlint check")
    assert re.search(hook["files"], "content/x/a.HTML")
    assert not re.search(hook["files"], "content2/a.md")
    assert not re.search(hook["files"], "content/a.py")
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0


def test_flags_ask_nothing(init: Init) -> None:
    result = init("--profile", "au", "--drafts", ".", "--no-pre-commit", "--no-baseline",
                  "--fail-on", "warning")  # fmt: skip
    assert (result.exit_code, result.stderr) == (0, "")
    assert Path(".healthlint.yaml").read_text() == "profile: au\nfail-on: warning\n"
    assert os.listdir() == [".healthlint.yaml"]


def test_defaults(init: Init) -> None:
    Path("a.md").write_text(BAD)
    assert init("--yes").exit_code == 0
    assert sorted(os.listdir()) == [".healthlint-baseline.json", ".healthlint.yaml", "a.md"]


def test_an_empty_folder_has_an_empty_baseline(init: Init) -> None:
    result = init("--yes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(Path(".healthlint-baseline.json").read_text())["drafts"] == {}


@pytest.mark.parametrize(
    ("args", "stdin", "said"),
    [
        (("--drafts", "none", "--yes"), None, "--drafts: there is no folder `none`"),
        (("--drafts", "..", "--yes"), None, "--drafts: `..` is not below this folder"),
        ((), "", "there is nobody to ask"),
    ],
)
def test_what_cannot_be_done(
    init: Init, args: tuple[str, ...], stdin: str | None, said: str
) -> None:
    result = init(*args, stdin=stdin)
    assert result.exit_code == 2
    assert said in result.stderr
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("name", "text"),
    [(".healthlint.yaml", "profile: uk\n"), ("pyproject.toml", "[tool.healthlint]\n")],
)
def test_once_only(init: Init, name: str, text: str) -> None:
    Path(name).write_text(text)
    result = init("--yes")
    assert result.exit_code == 2
    assert f"{name}: healthlint is set up here already" in result.stderr
    assert os.listdir() == [name]


@pytest.mark.parametrize(
    "before",
    [
        "# ours\nrepos:\n- repo: https://example.org/x\n  rev: v1\n  hooks:\n  - id: x  # keep\n",
        "repos:\n    - repo: local\n      hooks: [{id: x, name: x, entry: x, language: system}]\n"
        "fail_fast: true\n",
        "repos: []\nfail_fast: true\n",
        "repos:\r\n- repo: meta\r\n  hooks:\r\n  - id: identity",
    ],
)
def test_the_hook_is_added_and_the_rest_stays(init: Init, before: str) -> None:
    path = Path(".pre-commit-config.yaml")
    path.write_bytes(before.encode())
    assert init("--yes", "--pre-commit").exit_code == 0
    after = path.read_bytes().decode()
    was, now = yaml.safe_load(before), yaml.safe_load(after)
    assert now["repos"][:-1] == was["repos"]
    assert now["repos"][-1]["hooks"][0]["id"] == "healthlint"
    assert {key: now[key] for key in now if key != "repos"} == {
        key: was[key] for key in was if key != "repos"
    }
    for line in before.splitlines():
        assert line in after.splitlines() or line.startswith("repos: []")
    assert ("\r\n" in before) == ("\r\n" in after)
    Path(".healthlint.yaml").unlink()
    assert "has a hook `healthlint` already" in init("--yes", "--pre-commit").output
    assert path.read_bytes().decode() == after


@pytest.mark.parametrize("before", ["repos: [\n", "- a\n", "repos: [{repo: meta, hooks: []}]\n"])
def test_a_hook_file_that_cannot_be_added_to(init: Init, before: str) -> None:
    Path(".pre-commit-config.yaml").write_text(before)
    result = init("--yes", "--pre-commit")
    assert result.exit_code == 2
    assert result.stderr.startswith("healthlint: .pre-commit-config.yaml: ")
    assert os.listdir() == [".pre-commit-config.yaml"]


@pytest.mark.parametrize(
    ("folders", "taken"),
    [
        (("content",), ["content/a.md", "content/x/a.md"]),
        (("docs/posts", "x"), ["docs/posts/a.md", "x/a.md"]),
        (("docs/posts", "docs/pages"), ["docs/posts/a.md", "docs/pages/a.md"]),
    ],
)
def test_only_some_folders(folders: tuple[str, ...], taken: list[str]) -> None:
    paths = ["a.md", "content/a.md", "content/x/a.md", "docs/a.md", "docs/posts/a.md",
             "docs/pages/a.md", "x/a.md", "y/content/a.md"]  # fmt: skip
    globs = tuple(only(folders))
    assert [path for path in paths if not matches(globs, path)] == [
        path for path in paths if path in taken
    ]


# -- the first day --------------------------------------------------------------------------------


class Repository:
    """A git repository in which `healthlint` and `pre-commit` are on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        commands = folder.parent / "commands"
        commands.mkdir()
        shim = commands / "healthlint"
        shim.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m healthlint \"$@\"\n")
        shim.chmod(0o755)
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT"))},
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(folder.parent / "pre-commit-home"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        self("git", "init", "--quiet", "--initial-branch=main")
        self("git", "config", "user.name", "An Author")
        self("git", "config", "user.email", "author@example.org")

    def __call__(self, *command: str, fails: bool = False) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True,
            encoding="utf-8", check=False,
        )  # fmt: skip
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, fails: bool = False) -> str:
        self("git", "add", "--all")
        return self("git", "commit", "--message", "Drafts", fails=fails)


@pytest.mark.skipif(
    not shutil.which("git") or os.name == "nt", reason="needs git and a POSIX shell"
)
def test_the_first_day(tmp_path: Path) -> None:
    work = Repository(tmp_path / "work")
    content = work.folder / "content"
    content.mkdir()
    for number in range(60):
        text = f"# Draft {number}\n\n{BAD}\n{GOOD}"
        (content / f"{number:02}.md").write_text(text, "utf-8")
    work.commit()

    said = work("healthlint", "init", "--profile", "us", "--drafts", "content", "--pre-commit",
                "--baseline")  # fmt: skip
    assert re.search(r"baseline\.json: \d+ findings in 60 drafts written down as known", said)
    work(sys.executable, "-m", "pre_commit", "install")
    work.commit()

    old = content / "07.md"
    old.write_text(f"A new beginning.\n\n{old.read_text('utf-8')}\nThere is more.\n", "utf-8")
    work.commit()

    with old.open("a", encoding="utf-8") as draft:
        draft.write("\nKetamine is safe for all of us.\n")
    blocked = work.commit(fails=True)
    (found,) = re.findall(r"^content/07\.md:(\d+):\d+: error (SAF\d+) ", blocked, re.MULTILINE)

    work("healthlint", "waive", f"content/07.md:{found[0]}", found[1], "--reason", "A test.",
         "--until", _soon(), "--by", "R. Roe")  # fmt: skip
    work.commit()

    old.write_text(old.read_text("utf-8").replace("all of us", "each of us"), "utf-8")
    assert "content/07.md" in work.commit(fails=True)


def _soon() -> str:
    from datetime import timedelta

    from healthlint.decisions import utc_today

    return (utc_today() + timedelta(days=30)).isoformat()
