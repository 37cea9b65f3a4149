from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from healthlint.cli.reports import drafts_base
from healthlint.output import FORMATS

Files = Callable[[dict[str, str]], Path]
Run = Callable[..., Any]

BAD = "Ketamine is safe.\n"


def test_every_format_to_standard_output(run: Run, files: Files) -> None:
    files({"a.md": BAD})
    for name in FORMATS:
        result = run("check", "--format", name)
        assert (result.exit_code, result.stderr) == (1, ""), name
        assert "SAF001" in result.stdout, name


def test_several_at_once_from_one_run(run: Run, files: Files, engine: Any) -> None:
    root = files({"a.md": BAD, "b.md": "Fine.", "out/.keep": ""})
    names = [name for name in FORMATS if name != "text"]
    args = [f"--format={name}=out/report.{name}" for name in names]
    result = run("check", ".", "--format", "text", *args)
    assert result.exit_code == 1
    assert result.stdout == run("check", "a.md", "b.md").stdout
    assert len(engine.linted) == 2 + 2
    for name in names:
        alone = run("check", "a.md", "b.md", "--format", name).stdout
        assert (root / "out" / f"report.{name}").read_bytes().decode("utf-8") == alone
    assert {path.name for path in (root / "out").iterdir()} == {
        ".keep", *(f"report.{name}" for name in names)
    }  # fmt: skip


def test_files_only(run: Run, files: Files) -> None:
    root = files({"a.md": BAD})
    result = run("check", "--format", "json=r.json", "--exit-zero", "--color", "always")
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads((root / "r.json").read_text("utf-8"))["summary"]["error"] == 1
    run("check", "--format", "text=r.txt", "--color", "always")
    assert "\x1b" not in (root / "r.txt").read_text("utf-8")


def test_a_report_takes_the_place_of_the_last_one(run: Run, files: Files) -> None:
    root = files({"a.md": BAD, "r.json": "old"})
    os.chmod(root / "r.json", 0o640)
    run("check", "a.md", "--format", "json=r.json")
    assert (root / "r.json").read_text("utf-8").startswith("{")
    assert stat.S_IMODE((root / "r.json").stat().st_mode) == 0o640
    (root / "link.json").symlink_to("r.json")
    run("check", "a.md", "--format", "sarif=link.json")
    assert (root / "link.json").is_symlink()
    assert '"2.1.0"' in (root / "r.json").read_text("utf-8")
    assert run("check", "a.md", "--format", f"json={os.devnull}").exit_code == 1
    assert not Path(os.devnull).is_file()


def test_half_a_report_is_none(run: Run, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    root = files({"a.md": BAD, "r.json": "old"})

    def broken(*args: object) -> Any:
        yield "{"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("healthlint.output.json.render", broken)
    result = run("check", "a.md", "--format", "json=r.json")
    assert result.exit_code == 2
    assert result.stderr == "healthlint: r.json: cannot be written: No space left on device\n"
    assert (root / "r.json").read_text("utf-8") == "old"
    assert sorted(path.name for path in root.iterdir()) == ["a.md", "r.json"]


def test_a_report_in_a_folder_of_drafts_is_no_draft(run: Run, files: Files) -> None:
    files({"a.md": BAD})
    for _ in range(2):
        result = run("check", "--format", "html=report.html", "--format", "jsonl")
        assert '"files": 1' in result.stdout
    result = run("check", "report.html", "--format", "html=./report.html")
    assert result.exit_code == 2
    assert "report.html is a draft to check and the file of a report too" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("--format=sarf", "there is no report format `sarf` (did you mean `sarif`?)"),
        ("--format=zzz=a", f"there is no report format `zzz` (there are: {', '.join(FORMATS)})"),
        ("--format=json=", "`json=` names no file; write json=FILE or json"),
        ("--format=json=no/r.json", "no/r.json: there is no folder no; make it first"),
        ("--format=json=k", "k is a folder; name a file in it"),
        (
            "--format=json --format=text",
            "--format json and --format text both go to standard output; "
            "write one to a file: --format text=FILE",
        ),
        ("--format=json=r --format=sarif=./r", "two reports go to"),
        (
            "--format=json --statistics",
            "--statistics and --format json both go to standard output; "
            "write the report to a file: --format json=FILE",
        ),
    ],
)
def test_what_cannot_be_done(run: Run, files: Files, args: str, said: str) -> None:
    files({"a.md": BAD, "k/.keep": ""})
    result = run("check", *args.split())
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_statistics(run: Run, files: Files) -> None:
    root = files({"a.md": BAD + BAD, "b.md": "sufferers"})
    counts = run("check", "--statistics")
    assert counts.exit_code == 1
    assert counts.stdout == (
        "Rule                       all    error  warning     info\n"
        "SAF001 absolute-safety       2        2        0        0\n"
        "STI001 sufferers             1        0        0        1\n"
        "\n"
        "Category     all    error  warning     info\n"
        "safety         2        2        0        0\n"
        "stigma         1        0        0        1\n"
        "\n"
        "Draft     all    error  warning     info\n"
        "a.md        2        2        0        0\n"
        "b.md        1        0        0        1\n"
        "\n"
        "2 drafts checked: 2 errors, 0 warnings, 1 info; 0 suppressed.\n"
    )
    assert run("check", "--statistics", "--format", "text").stdout == counts.stdout
    with_file = run("check", "--statistics", "--format", "json=r.json", "a.md", "b.md")
    assert with_file.stdout == counts.stdout
    assert json.loads((root / "r.json").read_text("utf-8"))["summary"]["files"] == 2


def test_reports_know_the_rules_and_how_drafts_were_read(run: Run, files: Files) -> None:
    files({"a.page": "It is **all** safe."})
    page = run("check", "a.page", "--as", "text", "--format", "html").stdout
    assert "It is **all** <mark" in page
    files({"b.md": BAD})
    log = json.loads(run("check", "b.md", "--format", "sarif").stdout)
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://example.org/ftc"


@pytest.mark.parametrize(
    ("environment", "base"),
    [
        ({}, ""),
        ({"GITHUB_SERVER_URL": "https://g", "GITHUB_REPOSITORY": "o/r"}, ""),
        (
            {"GITHUB_SERVER_URL": "https://g", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "1a"},
            "https://g/o/r/blob/1a/",
        ),
        ({"CI_PROJECT_URL": "https://l/o/r", "CI_COMMIT_SHA": "2b"}, "https://l/o/r/-/blob/2b/"),
    ],
)
def test_drafts_base(environment: dict[str, str], base: str) -> None:
    assert drafts_base(environment) == base


def test_completion_of_formats(engine: object) -> None:
    from click.shell_completion import ShellComplete

    from healthlint.cli import cli

    completer = ShellComplete(cli, {}, "healthlint", "_HEALTHLINT_COMPLETE")
    found = completer.get_completions(["check", "--format"], "j")
    assert [item.value for item in found] == ["json", "jsonl", "junit"]
    (file,) = completer.get_completions(["check", "--format"], "json=r")
    assert (file.type, file.value) == ("file", "json=r")
