"""The hook, run by the real pre-commit in a throw-away repository of drafts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import healthlint
from healthlint.readers import FORMATS
from tests.browser import missing

ROOT = Path(healthlint.__file__).resolve().parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
BAD = "Ketamine is a safe and effective treatment for everyone.\n"
GOOD = "Ask your doctor whether ketamine is right for you.\n"

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git on the PATH")


class Repository:
    """A git repository of drafts with pre-commit installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT"))},
            "PRE_COMMIT_HOME": str(folder.parent / "pre-commit-home"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "An Author")
        self.git("config", "user.email", "author@example.org")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def git(self, *args: str) -> str:
        done = self.run("git", *args)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pre_commit(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pre_commit", *args)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text, "utf-8")
        self.git("add", ".")

    def commit(self) -> subprocess.CompletedProcess[str]:
        return self.run("git", "commit", "--message", "Drafts")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One whose hook is ours, run by the interpreter under test."""
    made = Repository(tmp_path / "drafts")
    hook, _ = yaml.safe_load(HOOKS.read_text("utf-8"))
    assert hook["entry"].startswith("healthlint ")
    python = sys.executable.replace("\\", "/")
    entry = hook["entry"].replace("healthlint", f"'{python}' -m healthlint", 1)
    local = {**hook, "language": "system", "entry": entry}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (made.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    made.git("add", "--all")
    done = made.pre_commit("install")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_the_manifest_is_valid() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", HOOKS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hook_takes_what_healthlint_reads_and_nothing_else() -> None:
    hook, fixing = yaml.safe_load(HOOKS.read_text("utf-8"))
    assert fixing["files"] == hook["files"].replace("|docx", "")  # which `fix` does not rewrite
    # Not data, scripts and templates: of those most are no drafts, and a named file is always read.
    prose = ("markdown", "html", "text", "mdx", "rst", "asciidoc", "docx")
    suffixes = {end for name in prose if name in FORMATS for end in FORMATS[name].suffixes}
    names = re.compile(hook["files"])
    for suffix in suffixes:
        assert names.search(f"drafts/a{suffix}"), suffix
        assert names.search(f"drafts/A{suffix.upper()}"), suffix
    for name in ("a.py", "labels.jsonl", "md", "a.md.j2", "a.mdtxt"):
        assert not names.search(name), name
    listed = {f".{part}" for part in ("md", "markdown", "html", "htm", "txt")}
    assert listed <= suffixes, f"the hook passes drafts that no reader takes: {listed - suffixes}"


def test_a_bad_draft_blocks_the_commit(repository: Repository) -> None:
    repository.write(bad__md=BAD)
    done = repository.commit()
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert re.search(r"^bad\.md:1:\d+: error SAF\d{3} ", said, re.MULTILINE), said
    assert repository.run("git", "rev-parse", "--verify", "HEAD").returncode != 0


def test_a_good_draft_passes(repository: Repository) -> None:
    repository.write(good__md=GOOD)
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_changed_drafts_are_read(repository: Repository) -> None:
    repository.write(old__md=BAD, tool__py="safe = 'safe and effective'\n")
    repository.git("commit", "--no-verify", "--quiet", "--message", "Before the hook")
    repository.write(new__html="<p>" + GOOD, tool__py="safe = 'no side effects'\n")
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "old.md" not in done.stdout + done.stderr
    repository.write(old__md=BAD + "\n" + GOOD, new__html="<p>" + GOOD + GOOD)
    done = repository.commit()
    assert done.returncode == 1
    assert "old.md:1:" in done.stdout + done.stderr
    assert "new.html:" not in done.stdout + done.stderr


@pytest.mark.slow
def test_the_hook_builds_its_own_environment(tmp_path: Path) -> None:
    source = Repository(tmp_path / "healthlint-clone")
    ignored = shutil.ignore_patterns(
        ".*_cache", ".git", ".venv", "__pycache__", "*.egg-info", ".hypothesis", "dist", "build"
    )
    shutil.copytree(ROOT, source.folder, ignore=ignored, dirs_exist_ok=True)
    source.git("add", "--all")
    source.git("commit", "--quiet", "--message", "The working tree")
    drafts = Repository(tmp_path / "drafts")
    drafts.write(bad__md=BAD, good__md=GOOD)
    done = drafts.pre_commit("try-repo", str(source.folder), "healthlint", "--all-files")
    said = done.stdout + done.stderr
    if "An unexpected error has occurred" in said and re.search(
        r"No matching distribution|Could not find a version|Connection|ConnectTimeout", said
    ):
        missing("needs a package index that pip reaches, to build the hook's environment")
    assert done.returncode == 1, said
    assert re.search(r"^bad\.md:1:\d+: error SAF\d{3} ", said, re.MULTILINE), said
    assert "good.md:" not in said
