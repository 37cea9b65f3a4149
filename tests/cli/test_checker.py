"""The same run by one process and by several: same reports, same messages, same exit code."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from healthlint.cli import checker, cli
from healthlint.cli.checker import WORTH, processes
from healthlint.cli.session import Task
from tests.decisions import PACK

CLAIM = "Our gentle new balm is utterly harmless for adults with dry skin."
PARTS = (
    b"It is utterly harmless.\n",
    b"A wondrous balm, so it was said.\r\n",
    CLAIM.encode() + b"\n",
    CLAIM.replace("adults", "children").encode() + b"\n",
    b"<!-- healthlint-disable-next-block TST001 -- so the label -->\n\nIt is utterly harmless.\n",
    b"<!-- healthlint-disable-file TST002 -->\n\nA wondrous balm.\n",
    b"\xc3\xa9\xf0\x9f\x98\x80 it is utterly harmless\n",
    b"# A heading\n\n- an item, utterly harmless\n- another\n",
    b"a\0b",
    b"",
)  # fmt: skip
CONFIG = f"""\
rules: {json.dumps(str(PACK))}
select: [TST, SUP, CLM]
fail-on: warning
claims: claims.yaml
overrides: [{{paths: [sub/], severities: {{TST001: info}}}}]
"""
CLAIMS = f"""\
version: 1
claims:
  - text: {json.dumps(CLAIM)}
    evidence: [reference: a trial]
    approved_by: R. Roe
    approved_on: 2020-01-01
    until: 2990-01-01
"""
Run = Callable[..., tuple[Result, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `healthlint check` in a folder of generated drafts; the result and what --log wrote."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HEALTHLINT_DEBUG", raising=False)
    Path(".healthlint.yaml").write_text(CONFIG)
    Path("claims.yaml").write_text(CLAIMS)
    dice = random.Random(5)
    git("init", "-q")
    for number in range(24):
        folder = Path(dice.choice([".", "sub", "sub/deep"]))
        folder.mkdir(parents=True, exist_ok=True)
        suffix = dice.choice([".md", ".md", ".txt", ".html"])
        text = b"\n".join(dice.choices(PARTS[:8], k=dice.randint(0, 5)))
        (folder / f"{number:02}{suffix}").write_bytes(text if number % 7 else dice.choice(PARTS))
    Path("x.md").write_bytes(b"a\0b")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x")
    Path("00.md").write_bytes(PARTS[0] * 2)
    Path("zz.md").write_bytes(PARTS[1])

    def invoke(*args: str, stdin: bytes | None = None) -> tuple[Result, str]:
        log = Path("log.jsonl")
        log.unlink(missing_ok=True)
        done = CliRunner().invoke(cli, ("check", *args), input=stdin, prog_name="healthlint")
        said = ""
        if log.exists():
            [entry] = map(json.loads, log.read_text("utf-8").splitlines())
            said = json.dumps({**entry, "time": ""})
        return done, said

    return invoke


def git(*args: str) -> None:
    subprocess.run(("git", *args), check=True, capture_output=True)


METHODS = ("fork", "spawn") if sys.platform == "linux" else ("spawn",)
CASES: dict[str, tuple[str, ...]] = {
    "text": (),
    "json": ("--format", "json"),
    "several reports": ("--format", "html=r.html", "--format", "sarif=r.sarif", "--quiet"),
    "statistics": ("--statistics", "--verbose"),
    "log": ("--log", "log.jsonl"),
    "changed lines": ("--diff-base", "HEAD"),
    "baseline": ("--baseline", "known.json", "--log", "log.jsonl"),
    "write the baseline": ("--write-baseline", "--baseline", "new.json"),
    "standard input": ("-", ".", "--stdin-filename", "sub/in.md"),
    "cache": ("--cache-dir", "kept", "--format", "json"),
    "named": ("zz.md", "missing.md", "sub", "x.md"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_several_processes_do_the_same(
    run: Run, case: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("healthlint.cli.workers.start_method", lambda: method)
    if case == "baseline":
        run("--write-baseline", "--baseline", "known.json", "sub")
    stdin = PARTS[0] if case == "standard input" else None
    files = ("r.html", "r.sarif", "new.json")
    seen = []
    for jobs in ("1", "3"):
        result, log = run("--jobs", jobs, *CASES[case], stdin=stdin)
        assert "not checked]" not in result.stderr
        made = [Path(name).read_text("utf-8") for name in files if Path(name).exists()]
        seen.append((result.exit_code, result.stdout, result.stderr, log, made))
    assert seen[0] == seen[1]
    assert seen[0][0] == 2  # x.md cannot be read


def test_a_waiver_counts_alike(run: Run) -> None:
    with open(".healthlint.yaml", "a") as file:
        file.write("waivers: waivers.yaml\n")
    until = (date.today() + timedelta(days=30)).isoformat()
    done = CliRunner().invoke(
        cli, ["waive", "zz.md:1", "TST003", "--by", "A", "--reason", "r", "--until", until]
    )
    assert done.exit_code == 0, done.output
    seen = []
    for jobs in ("1", "2"):
        result, log = run("--jobs", jobs, "--log", "log.jsonl", "zz.md", "00.md")
        seen.append((result.exit_code, result.stdout, log))
    assert seen[0] == seen[1]
    assert '"by": "waiver"' in seen[0][2]


def test_with_a_progress_bar(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("healthlint.cli.check._at_terminal", lambda: True)
    monkeypatch.setattr("healthlint.cli.check._LONG_RUN", 2)
    assert run("--jobs", "1")[0].stdout == run("--jobs", "2")[0].stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs what only `fork` hands on")
def test_a_process_that_ends_is_an_error_of_its_draft(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from healthlint import api

    real = api.lint_opened

    def killed(opened: Any, path: str, **more: Any) -> Any:
        if path == "zz.md":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(opened, path, **more)

    expected = run("--quiet", "--jobs", "1")[0]
    monkeypatch.setattr(api, "lint_opened", killed)
    monkeypatch.setattr("healthlint.cli.workers.start_method", lambda: "fork")
    result = run("--quiet", "--jobs", "2")[0]
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        line for line in expected.stdout.splitlines() if not line.startswith("zz.md")
    ]
    assert result.stderr.splitlines()[-1] == (
        "zz.md: the process that checked it ended by SIGKILL, perhaps for want of memory; check it "
        "alone with --jobs 1"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs what only `fork` hands on")
def test_a_process_that_ends_while_it_looks_ahead_loses_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from healthlint import api

    real = api.open_file

    def killed(path: Path, **more: Any) -> Any:
        if path.name == "zz.md":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, **more)

    expected = run("--quiet", "--jobs", "1")[0]
    monkeypatch.setattr(api, "open_file", killed)
    result = run("--quiet", "--jobs", "2")[0]
    assert (result.exit_code, result.stdout) == (expected.exit_code, expected.stdout)


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a group of processes")
def test_ctrl_c_ends_all(tmp_path: Path) -> None:
    text = b"Ketamine is a safe and effective cure.\n\n" * 99
    for number in range(400):
        (tmp_path / f"{number:03}.md").write_bytes(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "healthlint", "check", "--no-config", "--quiet", "--jobs", "2", "."],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdout and process.stderr
    assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    process.stdout.read()
    said = process.stderr.read().decode()
    assert (process.wait(), said) == (130, "healthlint: stopped\n")
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a process is left")


# -- how many --------------------------------------------------------------------------------------


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(checker, "_cores", lambda: 4)
    monkeypatch.delenv("HEALTHLINT_DEBUG", raising=False)
    yield


def tasks(folder: Path, *sizes: int) -> list[Task]:
    for number, size in enumerate(sizes):
        with open(folder / f"{number}.md", "wb") as file:
            file.truncate(size)
    return [Task(folder / f"{number}.md") for number in range(len(sizes))]


@pytest.mark.parametrize(
    ("sizes", "jobs", "expected"),
    [
        ([], None, 1),
        ([50 * WORTH], None, 1),  # one draft is one process's
        ([1000] * 20, None, 1),
        ([WORTH] * 2, None, 2),
        ([WORTH] * 3, None, 3),
        ([WORTH // 3 + 1] * 9, None, 3),
        ([50 * WORTH, 1], None, 2),
        ([WORTH] * 9, None, 4),
        ([WORTH] * 9, 1, 1),
        ([10] * 9, 6, 6),
        ([10] * 3, 6, 3),
        ([10], 6, 1),
    ],
)
def test_how_many_processes(
    cores: None, tmp_path: Path, sizes: list[int], jobs: int | None, expected: int
) -> None:
    assert processes(tasks(tmp_path, *sizes), jobs) == expected


def test_what_no_process_is_needed_for(
    cores: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = tasks(tmp_path, WORTH, WORTH)
    away = [Task(Path("gone.md"), error="no"), Task(Path("in.md"), stdin=True)]
    assert processes([two[0], *away], None) == 1
    assert processes([two[0], Task(tmp_path / "gone.md")], None) == 1
    monkeypatch.setenv("HEALTHLINT_DEBUG", "1")
    assert processes(two, None) == processes(two, 2) == 1


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_wrong_number(value: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "--jobs", value, str(tmp_path)])
    assert result.exit_code == 2
    assert f"`{value}` is no number of processes; write auto, 1, 2, ..." in result.stderr
