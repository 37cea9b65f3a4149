"""The rules travel with the package: in a wheel, in an editable install and in a checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import healthlint
from healthlint.errors import RuleError
from healthlint.rulesdir import rules_dir
from tests.browser import missing

ROOT = Path(healthlint.__file__).resolve().parent.parent
BAD = "Ketamine is a safe and effective treatment for everyone.\n"


def pip(python: Path | str, *args: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", *args],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and re.search(
        r"No matching distribution|Could not find a version|Connection|ConnectTimeout|Temporary "
        r"failure",
        done.stderr,
    ):
        missing(f"needs a package index for pip; it said: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return done


def copy_of_checkout(folder: Path) -> Path:
    """The files of the working tree that belong to the project, without caches."""
    copy = folder / "checkout"
    ignored = shutil.ignore_patterns(
        ".*_cache", ".git", ".venv", "__pycache__", "*.egg-info", ".hypothesis", "dist", "build"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    return copy


def findings(python: Path, folder: Path) -> list[str]:
    """The codes that an installation elsewhere finds in a bad draft."""
    (folder / "draft.md").write_text(BAD, "utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), "-m", "healthlint", "check", "--format", "json", "draft.md"],
        capture_output=True,
        cwd=folder,
        env={**environment, "HEALTHLINT_NO_CACHE": "1"},
        check=False,
    )
    assert done.returncode == 1, done.stderr.decode()
    report = json.loads(done.stdout)
    return [finding["rule"] for file in report["files"] for finding in file["findings"]]


def python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    copy = copy_of_checkout(folder)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, copy],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_rule_file(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith("METADATA"))
        text = archive.read(metadata).decode()
    rules = {
        "healthlint/rules/" + path.relative_to(ROOT / "rules").as_posix()
        for path in (ROOT / "rules").rglob("*.yaml")
    }
    assert rules
    assert rules <= names
    assert {"healthlint/py.typed", "healthlint/output/report.schema.json"} <= names
    assert not any(name.startswith(("tests/", "benchmarks/", "rules/")) for name in names)
    assert f"Version: {healthlint.__version__}\n" in text
    assert "License-Expression: MIT\n" in text
    # Those that messages and docs name; Word needs nothing, but its name is accepted.
    extras = set(re.findall(r"^Provides-Extra: (.+)$", text, re.MULTILINE))
    assert extras == {"dev", "docx", "server", "wagtail", "web"}
    assert not re.search(r"extra == 'docx'", text)


@pytest.mark.slow
def test_the_wheel_lints_from_a_fresh_environment_elsewhere(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = python_of(environment)
    pip(python, "install", "--quiet", str(wheel))
    assert any(code.startswith("SAF") for code in findings(python, tmp_path))


@pytest.mark.slow
def test_an_editable_install_reads_the_rules_of_the_checkout(tmp_path: Path) -> None:
    copy = copy_of_checkout(tmp_path)
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = python_of(environment)
    pip(python, "install", "--quiet", "--editable", str(copy))
    code = "from healthlint.rulesdir import rules_dir; print(rules_dir())"
    said = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert said.stdout.strip() == str(copy.resolve() / "rules")
    assert any(code.startswith("SAF") for code in findings(python, tmp_path))


def test_a_checkout_reads_its_own_rules() -> None:
    assert rules_dir() == ROOT / "rules"


def test_rules_inside_the_package_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "healthlint"
    package.mkdir()
    monkeypatch.setattr("healthlint.rulesdir.__file__", str(package / "rulesdir.py"))
    with pytest.raises(RuleError, match="the built-in rules are missing here; install"):
        rules_dir()
    (tmp_path / "rules").mkdir()
    assert rules_dir() == tmp_path.resolve() / "rules"
    (package / "rules").mkdir()
    assert rules_dir() == package.resolve() / "rules"


def test_dev_py_says_how_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "dev.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "python3 dev.py demo" in done.stderr
