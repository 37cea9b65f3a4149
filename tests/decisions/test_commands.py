"""The command line's part of decisions, with the real engine and the pack of these tests."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from healthlint import decisions
from healthlint.cli import cli
from healthlint.decisions.waivers import read_waivers
from tests.decisions import PACK, TODAY

ONE = "It is utterly harmless.\n"
CONFIG = f"rules: {json.dumps(str(PACK))}\nselect: [TST, SUP, CLM]\n"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `healthlint` in a fresh folder that is configured with the pack, on a day of ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(decisions, "utc_today", lambda: TODAY)
    Path(".healthlint.yaml").write_text(CONFIG)

    def invoke(*args: str) -> Result:
        return CliRunner().invoke(cli, args, prog_name="healthlint")

    return invoke


def found(result: Result) -> list[str]:
    """`path:line:column code` of each line of a quiet report."""
    lines = (line.split(": ") for line in result.stdout.splitlines())
    return [f"{parts[0]} {parts[1].split()[1]}" for parts in lines]


def configure(more: str) -> None:
    Path(".healthlint.yaml").write_text(CONFIG + more)


# -- check -----------------------------------------------------------------------------------------


def test_the_summary_counts_what_decisions_took_out(run: Run) -> None:
    Path("a.md").write_text("<!-- healthlint-disable-file TST001 -- r -->\n\n" + ONE)
    result = run("check", "a.md")
    assert (result.exit_code, result.stdout) == (
        0, "1 draft checked: no findings; 1 suppressed.\n",
    )  # fmt: skip


def test_write_baseline_and_check_against_it(run: Run) -> None:
    Path("a.md").write_text(ONE)
    Path("b.md").write_text("A wondrous balm.\n")
    result = run("check", "--write-baseline", ".")
    assert (result.exit_code, result.stderr) == (
        0, ".healthlint-baseline.json: 2 findings written down as known\n",
    )  # fmt: skip
    assert result.stdout == "2 drafts checked: no findings; 2 suppressed.\n"
    Path("a.md").write_text(f"New.\n\n{ONE}\nIt is now utterly harmless.\n")
    Path("b.md").rename("c.md")
    result = run("check", "--quiet", "--baseline", ".healthlint-baseline.json", ".")
    assert (result.exit_code, found(result)) == (1, ["a.md:5:11 TST001"])
    assert run("check", "--quiet", ".").exit_code == 1


def test_a_configured_baseline(run: Run) -> None:
    configure("baseline: known.json\n")
    Path("a.md").write_text(ONE)
    result = run("check", "a.md")
    assert result.exit_code == 2
    assert "known.json: there is no such baseline; write it with --write-baseline" in result.stderr
    assert run("check", "--write-baseline", "a.md").exit_code == 0
    assert run("check", "--quiet", "a.md").output == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--write-baseline", "--select", "TST001", "."), "leave out --select, --ignore"),
        (("--write-baseline", "--ignore", "TST001", "."), "leave out --select, --ignore"),
        (("--write-baseline", "--diff-base", "main", "."), "and --diff-base"),
        (("--write-baseline", "-"), "--write-baseline needs files; it cannot be used with -"),
        (("--diff-base", "main", "-"), "--diff-base needs files; it cannot be used with -"),
        (("--diff-base", "main", "a.md"), "a.md is in no git repository"),
        (("--log", "none/log.jsonl", "a.md"), "--log: none/log.jsonl cannot be written"),
        (("--baseline", "none.json", "a.md"), "none.json: there is no such baseline"),
    ],
)
def test_what_cannot_be_done(run: Run, args: tuple[str, ...], said: str) -> None:
    Path("a.md").write_text(ONE)
    result = run("check", *args)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert sorted(path.name for path in Path(".").iterdir()) == [".healthlint.yaml", "a.md"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("claims.yaml", "version: 2\nclaims: []\n", "claims.yaml:1:10: this file is of version 2"),
        ("w.yaml", "version: 1\nwaivers:\n  - rule: x\n",
         "w.yaml:3:5: a waiver without `fingerprint`"),
        ("b.json", "{\n<<<<<<< ours\n}", "b.json:2:1: two people changed this file at once"),
    ],
)  # fmt: skip
def test_a_broken_register_stops_the_drafts_under_it(
    run: Run, name: str, text: str, said: str
) -> None:
    for good, empty in (
        ("claims.yaml", "version: 1\nclaims: []\n"), ("w.yaml", "version: 1\nwaivers: []\n"),
        ("b.json", '{"version": 1, "drafts": {}}'),
    ):  # fmt: skip
        Path(good).write_text(empty)
    configure("claims: claims.yaml\nwaivers: w.yaml\nbaseline: b.json\n")
    Path("a.md").write_text(ONE)
    assert found(run("check", "-q", "a.md")) == ["a.md:1:7 TST001"]
    Path(name).write_text(text)
    result = run("check", "-q", "a.md")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(said)
    assert result.stderr.endswith("[1 draft not checked]\n")


def test_claims_name_rules_that_are_there(run: Run) -> None:
    configure("claims: claims.yaml\n")
    Path("claims.yaml").write_text(
        "version: 1\nclaims:\n- text: It is utterly harmless.\n  rules: [TST01]\n"
        "  evidence: {reference: x}\n  approved_by: R\n  approved_on: 2027-01-01\n"
        "  until: 2027-12-31\n"
    )
    Path("a.md").write_text(ONE)
    result = run("check", "a.md")
    assert result.exit_code == 2
    assert result.stderr.startswith("claims.yaml:4:11: no rule, code or category is called `TST01`")
    Path("claims.yaml").write_text(Path("claims.yaml").read_text().replace("TST01", "TST001"))
    assert run("check", "a.md").exit_code == 0


def test_housekeeping_can_be_named_like_rules(run: Run) -> None:
    Path("a.md").write_text("A. <!-- healthlint-disable-line TST001 -- r -->\n")
    assert found(run("check", "-q", "a.md")) == ["a.md:1:4 SUP002"]
    assert found(run("check", "-q", "--ignore", "unused-suppression", "a.md")) == []
    assert found(run("check", "-q", "--select", "housekeeping", "a.md")) == []
    assert found(run("check", "-q", "--select", "SUP,TST", "a.md")) == ["a.md:1:4 SUP002"]
    result = run("explain", "SUP002")
    assert result.exit_code == 0
    assert result.stdout.startswith("SUP002 unused-suppression (housekeeping, warning)\n")


def test_diff_base(run: Run) -> None:
    def git(*command: str) -> None:
        identity = ("-c", "user.name=N", "-c", "user.email=n@example.org")
        subprocess.run(("git", *identity, *command), check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    Path("a.md").write_text(f"{ONE}\nText.\n")
    git("add", ".")
    git("commit", "-qm", "first")
    Path("a.md").write_text(f"{ONE}\nIt is zero bother.\n")
    Path("b.md").write_text(ONE)
    result = run("check", "-q", "--diff-base", "main", ".")
    assert found(result) == ["a.md:3:7 TST002", "b.md:1:7 TST001"]
    result = run("check", "-q", "--diff-base", "nowhere", ".")
    assert result.exit_code == 2
    assert result.stderr.startswith("healthlint: --diff-base: there is no revision `nowhere` in ")


def test_log(run: Run) -> None:
    Path("a.md").write_text(ONE)
    run("waive", "a.md:1", "TST001", "--reason", "r", "--until", "2027-04-01", "--by", "R. Roe")
    Path("b.md").write_text("A wondrous balm.\n")
    for _ in range(2):
        assert run("check", "--log", "log.jsonl", "a.md", "b.md", "none.md").exit_code == 2
    first, second = (json.loads(line) for line in Path("log.jsonl").read_text().splitlines())
    assert [one["path"] for one in first["files"]] == ["a.md", "b.md", "none.md"]
    [waived] = first["files"][0]["decided"]
    assert (waived["by"], waived["rule"], waived["who"], waived["reason"], waived["until"]) == (
        "waiver", "TST001", "R. Roe", "r", "2027-04-01",
    )  # fmt: skip
    assert second["summary"] == {
        "files": 3, "failed": 1, "error": 0, "warning": 1, "info": 0, "suppressed": 1,
    }  # fmt: skip


# -- waive -----------------------------------------------------------------------------------------

REST = ("--reason", "as labelled", "--until", "2027-04-01", "--by", "R. Roe")


def test_waive(run: Run) -> None:
    Path("posts").mkdir()
    Path("posts/a.md").write_text(f"Text.\n\n{ONE}")
    result = run("waive", "posts/a.md:3", "plainly-harmless", *REST)
    assert (result.exit_code, result.output) == (
        0, ".healthlint-waivers.yaml: TST001 in posts/a.md waived until 2027-04-01\n",
    )  # fmt: skip
    [one] = read_waivers(Path(".healthlint-waivers.yaml")).items
    assert (one.rule, one.path, one.text, one.by, one.role, one.reason, one.until, one.created) == (
        "TST001", "posts/a.md", "utterly harmless", "R. Roe", "", "as labelled",
        date(2027, 4, 1), TODAY,
    )  # fmt: skip
    assert run("check", ".").stdout == "1 draft checked: no findings; 1 suppressed.\n"
    assert "not waived yet" in run("waive", "posts/a.md", "TST001", *REST).output


def test_waive_names_the_one_it_means(run: Run) -> None:
    Path("a.md").write_text(f"{ONE}\nUtterly harmless. Yes, utterly harmless.\n")
    result = run("waive", "a.md", "TST001", *REST)
    assert (result.exit_code, result.stderr) == (
        2,
        "healthlint: a.md: TST001 is found 3 times; name one: a.md:1:7, a.md:3:1, a.md:3:24\n",
    )
    result = run("waive", "a.md:3", "TST001", *REST)
    assert result.stderr.endswith("TST001 is found 2 times; name one: a.md:3:1, a.md:3:24\n")
    result = run("waive", "a.md:2", "TST001", *REST)
    assert result.stderr == (
        "healthlint: a.md:2: TST001 finds nothing here; it does at a.md:1:7, a.md:3:1, a.md:3:24\n"
    )
    result = run("waive", "a.md:3", "TST003", *REST)
    assert result.stderr == (
        "healthlint: a.md:3: TST003 finds nothing here that is not waived yet; what stands there: "
        "TST001\n"
    )
    assert not Path(".healthlint-waivers.yaml").exists()
    assert run("waive", "a.md:3:24", "TST001", *REST).exit_code == 0
    assert found(run("check", "-q", "a.md")) == ["a.md:1:7 TST001", "a.md:3:1 TST001"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--until", "2027-03-09"), "--until: 2027-03-09 is over; it is 2027-03-10 (UTC)"),
        (("--until", "2027-06-09"), "--until: 2027-06-09 is too far ahead; a waiver may last 90 "
         "days, so until 2027-06-08"),
        (("--until", "soon"), "--until: `DATE` is a date such as 2027-01-31, not `soon`"),
        (("--role", "editor"), "--role: the role `editor` may waive warning, not error"),
        (("--role", "boss"), "--role: there is no role `boss`; there are: compliance, editor"),
        (("--reason", " "), "--reason is empty"),
    ],
)  # fmt: skip
def test_what_may_not_be_waived(run: Run, more: tuple[str, ...], said: str) -> None:
    configure("waivers:\n  max-days: 90\n  roles: {compliance: error, editor: warning}\n")
    Path("a.md").write_text(ONE)
    args = ("waive", "a.md:1", "TST001", *REST, "--role", "compliance")
    result = run(*args, *more)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert not Path(".healthlint-waivers.yaml").exists()
    assert run(*args).exit_code == 0
    assert read_waivers(Path(".healthlint-waivers.yaml")).items[0].role == "compliance"


def test_waive_without_a_draft(run: Run) -> None:
    result = run("waive", "none.md:3", "TST001", *REST)
    assert (result.exit_code, result.stderr) == (2, "healthlint: none.md: there is no such draft\n")


# -- waivers ---------------------------------------------------------------------------------------


def test_waivers_list_and_check(run: Run) -> None:
    for name in ("a.md", "b.md", "c.md", "d.md"):
        Path(name).write_text(ONE)
        run("waive", f"{name}:1", "TST001", *REST)
    register = Path(".healthlint-waivers.yaml")
    result = run("waivers", "check")
    assert (result.exit_code, result.output) == (
        0, ".healthlint-waivers.yaml: 4 waivers, all hold\n",
    )  # fmt: skip
    Path("b.md").write_text("It is utterly harmless, they say.\n")
    Path("c.md").unlink()
    text = register.read_text()
    at = text.rindex("until: 2027-04-01")
    register.write_text(text[:at] + text[at:].replace("2027-04-01", "2027-03-09"))
    result = run("waivers", "check")
    assert (result.exit_code, result.stdout) == (
        1,
        '.healthlint-waivers.yaml:12:5: b.md: TST001 “utterly harmless”, by R. Roe: its sentence '
        "has changed or is found no more; delete it, or waive anew\n"
        '.healthlint-waivers.yaml:20:5: c.md: TST001 “utterly harmless”, by R. Roe: its draft is '
        "no more; if it was renamed, change `path`, else delete the waiver\n"
        '.healthlint-waivers.yaml:28:5: d.md: TST001 “utterly harmless”, by R. Roe: it ended on '
        "2027-03-09\n",
    )
    assert result.stderr == ".healthlint-waivers.yaml: 4 waivers, 3 of them do not hold\n"
    result = run("waivers", "list", "--expired")
    assert (result.stdout, result.stderr) == (
        "d.md: TST001 “utterly harmless” ended on 2027-03-09, R. Roe: as labelled\n", "1 waiver\n",
    )  # fmt: skip
    assert len(run("waivers", "list").stdout.splitlines()) == 4
    assert found(run("check", "-q", ".")) == ["b.md:1:7 TST001", "d.md:1:7 TST001"]
    # One that is given anew stands for the old one, which may stay for the record.
    assert run("waive", "d.md:1", "TST001", *REST).exit_code == 0
    assert "d.md" not in run("waivers", "check").stdout


def test_waivers_check_knows_roles(run: Run) -> None:
    Path("a.md").write_text(ONE)
    run("waive", "a.md:1", "TST001", *REST, "--role", "editor")
    configure("waivers:\n  roles: {compliance: error, editor: warning}\n")
    result = run("waivers", "check")
    assert result.exit_code == 1
    assert result.stdout.endswith(
        "it is not theirs to give: the role `editor` may waive warning, not error\n"
    )
    assert found(run("check", "-q", "a.md")) == ["a.md:1:7 TST001"]


def test_no_waivers(run: Run) -> None:
    assert (run("waivers", "list").output, run("waivers", "check").exit_code) == ("0 waivers\n", 0)


def test_a_broken_register_of_waivers(run: Run) -> None:
    Path(".healthlint-waivers.yaml").write_text("version: 1\nwaivers: 3\n")
    Path("a.md").write_text(ONE)
    for args in (("waivers", "list"), ("waivers", "check"), ("waive", "a.md:1", "TST001", *REST)):
        result = run(*args)
        assert (result.exit_code, result.output) == (
            2,
            "healthlint: .healthlint-waivers.yaml:2:10: expected a list here, found 3\n",
        )
