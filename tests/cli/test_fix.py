"""The command, with the real engine and the pack of the fixes' tests."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from healthlint import decisions
from healthlint.cli import cli
from healthlint.decisions.waivers import read_waivers
from tests.fix import PACK

CONFIG = f"rules: {json.dumps(str(PACK))}\nselect: [FIX, SUP]\n"
BOTH = "A nutter. It is utterly harmless.\n"
MENDED = "A person who is ill. It is utterly harmless.\n"

Fix = Callable[..., Result]


@pytest.fixture
def fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fix:
    """Runs `healthlint fix` in a fresh folder that is configured with the pack."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(decisions, "utc_today", lambda: date(2027, 3, 10))
    Path(".healthlint.yaml").write_text(CONFIG)

    def invoke(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, ["fix", *args], input=stdin, prog_name="healthlint")

    return invoke


def test_what_was_done_and_what_is_left(fix: Fix) -> None:
    Path("a.md").write_text(BOTH)
    Path("b.html").write_text("<p>Fine.</p>")
    result = fix()
    assert result.exit_code == 0
    assert result.stdout == (
        "a.md: 1 fixed, 1 left for you\n"
        "  1:28 FIX001 plainly-harmless: mended with --unsafe only\n"
    )
    assert result.stderr == "2 drafts checked: 1 fixed, 1 left for you.\n"
    assert Path("a.md").read_text() == MENDED
    assert fix("--unsafe").exit_code == 0
    assert Path("a.md").read_text() == (
        "A person who is ill. It has risks & side effects [NAME THEM].\n"
    )
    assert fix("--unsafe").output == "2 drafts checked: nothing to fix.\n"


def test_diff_changes_nothing(fix: Fix) -> None:
    Path("a.md").write_bytes(b"A nutter.\r\nMore\r\n\r\nand\r\n\r\nmore.")
    result = fix("--diff")
    assert result.exit_code == 1
    assert result.stdout == (
        "--- a/a.md\n+++ b/a.md\n@@ -1,4 +1,4 @@\n-A nutter.\n+A person who is ill.\n"
        " More\n \n and\n"
    )
    assert Path("a.md").read_bytes() == b"A nutter.\r\nMore\r\n\r\nand\r\n\r\nmore."
    assert fix("--diff", "--color", "always").stdout.startswith("\x1b[31m\x1b[1m--- a/a.md\x1b[0m")
    fix()
    assert fix("--diff").exit_code == 0


def test_encoding_and_line_ends_stay(fix: Fix) -> None:
    for name, encoding in (("a.md", "utf-8-sig"), ("b.md", "utf-16")):
        Path(name).write_bytes("A nutter.\r\nÜ.\r".encode(encoding))
    fix()
    for name, encoding in (("a.md", "utf-8-sig"), ("b.md", "utf-16")):
        assert Path(name).read_bytes() == "A person who is ill.\r\nÜ.\r".encode(encoding)


def test_standard_input_goes_to_standard_output(fix: Fix) -> None:
    result = fix("-", stdin=BOTH)
    assert (result.exit_code, result.stdout) == (0, MENDED)
    assert "<stdin>: 1 fixed, 1 left for you" in result.stderr
    result = fix("-", "--stdin-filename", "x.html", stdin="<p title='utterly harmless'>A nutter")
    assert result.stdout == "<p title='utterly harmless'>A person who is ill"


def test_select_and_ignore(fix: Fix) -> None:
    Path("a.md").write_text("A wondrous nutter.\n")
    assert fix("--select", "FIX003").exit_code == 0
    assert Path("a.md").read_text() == "A nutter.\n"
    fix("--ignore", "FIX002")
    assert Path("a.md").read_text() == "A nutter.\n"


def test_decisions_are_respected(fix: Fix) -> None:
    draft = "<!-- healthlint-disable-next-block FIX002 -- quoted -->\n\nA nutter.\n\nNutters.\n"
    Path("a.md").write_text(draft)
    fix()
    assert Path("a.md").read_text() == draft.replace("Nutters", "People who are ill")
    idle = "<!-- healthlint-disable-file FIX001 -- old -->\n\nFine.\n"
    Path("a.md").write_text(idle)
    assert fix("--diff").exit_code == 1
    fix()
    assert Path("a.md").read_text() == "Fine.\n"


def test_one_bad_draft_does_not_cost_the_others(fix: Fix) -> None:
    Path("a.md").write_bytes(b"A nutter\0")
    Path("b.md").write_text("A nutter.\n")
    result = fix("a.md", "none.md", "b.md")
    assert result.exit_code == 2
    assert Path("b.md").read_text() == "A person who is ill.\n"
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "a.md", "none.md", "1 draft checked",
    ]  # fmt: skip


def test_a_draft_that_changes_meanwhile_is_not_written(
    fix: Fix, monkeypatch: pytest.MonkeyPatch
) -> None:
    from healthlint.fix import apply

    Path("a.md").write_text("A nutter.\n")
    real = apply._beside

    def meddle(*args: Any) -> str:
        Path("a.md").write_text("Theirs.\n")
        return real(*args)

    monkeypatch.setattr(apply, "_beside", meddle)
    result = fix()
    assert result.exit_code == 2
    assert result.stderr.startswith("a.md: it was changed by somebody else since it was checked")
    assert Path("a.md").read_text() == "Theirs.\n"
    assert sorted(os.listdir()) == [".healthlint.yaml", "a.md"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-i", "--diff"), "--interactive and --diff exclude each other"),
        (("-i", "--unsafe"), "--interactive and --unsafe exclude each other"),
        (("-i", "-"), "--interactive and - exclude each other"),
        (("-", "a.md"), "- is mended to standard output"),
        (("--stdin-filename", "x.md"), "--stdin-filename needs -"),
        (("--select", "NONE1"), "no rule, code or category"),
    ],
)
def test_what_cannot_be_done(fix: Fix, args: tuple[str, ...], said: str) -> None:
    Path("a.md").write_text(BOTH)
    result = fix(*args)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert Path("a.md").read_text() == BOTH


# -- interactive --------------------------------------------------------------------------------


def test_interactive(fix: Fix) -> None:
    Path("a.md").write_text("A nutter. It is utterly harmless.\n\nAn elixir of life.\n")
    result = fix("-i", stdin="1\n7\n2\no\nIt is water.\n")
    assert result.exit_code == 0
    assert Path("a.md").read_text() == (
        "A person who is ill. Ask a clinician about risks.\n\nIt is water.\n"
    )
    assert "a.md:1:3: warning FIX002 afflicted\n" in result.stdout
    assert "  1. person who is ill  [for these words]\n" in result.stdout
    assert "  2. Ask a clinician about risks.  [for the sentence]\n" in result.stdout
    assert "there is no answer `7`\n" in result.stdout


def test_interactive_tells_of_own_words_that_are_a_finding(fix: Fix) -> None:
    Path("a.md").write_text("An elixir of life.\n")
    result = fix("-i", stdin="o\nIt is utterly harmless.\ns\n")
    assert Path("a.md").read_text() == "It is utterly harmless.\n"
    assert "note: FIX001 plainly-harmless there" in result.stdout
    assert "a.md:1:7: error FIX001" in result.stdout


def test_interactive_keeps_what_was_decided_before_it_ends(fix: Fix) -> None:
    Path("a.md").write_text(BOTH)
    for end in ("1\nq\n", "s\ns\n", ""):
        assert fix("-i", stdin=end).exit_code == 0
    assert Path("a.md").read_text() == MENDED


def test_interactive_waives(fix: Fix) -> None:
    Path("a.md").write_text("It is utterly harmless.\n")
    result = fix("-i", stdin="w\n\nR. Roe\n\nw\nIt is water.\nR. Roe\n2029-01-01\n"
                 "w\nIt is water.\nR. Roe\n\n")  # fmt: skip
    assert "a waiver needs a reason and a name; nothing was written\n" in result.stdout
    assert "until: from 2027-03-10 to 365 days ahead, not 2029-01-01\n" in result.stdout
    (waiver,) = read_waivers(Path(".healthlint-waivers.yaml")).items
    assert (waiver.rule, waiver.path, waiver.by, waiver.reason, waiver.until) == (
        "FIX001", "a.md", "R. Roe", "It is water.", date(2027, 6, 8),
    )  # fmt: skip
    assert fix("--unsafe").stderr == "1 draft checked: nothing to fix.\n"


def test_in_the_formats_of_sites(fix: Fix) -> None:
    drafts = {
        "a.tsx": "export default () => <p>He is a {b} nutter.</p>;\n",
        "b.ts": "export const a: A = { body: 'He\\'s a nutter. So.' };\n",
        "c.astro": "---\nconst a = 1;\n---\n<p>He is a nutter.</p>\n",
        "d.json": '{"body": "He is a \\"nutter\\", he said."}\n',
        "e.yaml": "body: >\n  He is\n  a nutter.\n",
        "f.xml": "<rss><channel><title>He is a nutter &amp; more</title></channel></rss>\n",
        "g.mdx": "<Box>\n  He is a **nutter**.\n</Box>\n",
        "h.rst": "He is a **nutter**.\n",
        "i.toml": "body = 'He is a nutter.'\n",
    }
    for name, text in drafts.items():
        Path(name).write_text(text)
    result = fix(*drafts)
    assert (result.exit_code, result.stderr) == (0, "9 drafts checked: 9 fixed.\n")
    for name, text in drafts.items():
        assert Path(name).read_text() == text.replace("nutter", "person who is ill")
    assert fix(*drafts).stderr == "9 drafts checked: nothing to fix.\n"


def test_only_the_fields_that_are_read_are_mended(fix: Fix) -> None:
    Path(".healthlint.yaml").write_text(CONFIG + 'fields: {"*.json": ["note"]}\n')
    Path("a.json").write_text('{"body": "He is a nutter.", "note": "nutter"}')
    assert fix("a.json").exit_code == 0
    assert Path("a.json").read_text() == '{"body": "He is a nutter.", "note": "person who is ill"}'
