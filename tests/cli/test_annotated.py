"""`healthlint check --annotate`, on the real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from healthlint.cli import cli
from healthlint.readers import read_bytes
from tests.word import p, package, r

Files = Callable[[dict[str, str]], Path]

CLAIM = "Ketamine is a safe and effective treatment for everyone."


def run(*args: str) -> Any:
    return CliRunner().invoke(cli, args, prog_name="healthlint")


@pytest.fixture
def folder(files: Files) -> Path:
    """A folder with a Word draft and a Markdown draft, which is the current one."""
    where = files({"a.md": CLAIM})
    (where / "a.docx").write_bytes(package(p(r(CLAIM))))
    return where


def test_a_copy_beside_the_report(folder: Path) -> None:
    plain = run("check", "a.docx", "--select", "SAF001")
    result = run("check", "a.docx", "--select", "SAF001", "--annotate", "b.docx")
    assert (result.exit_code, result.stdout) == (1, plain.stdout)
    assert result.stderr == "b.docx: a copy with 1 comment\n"
    [comment] = read_bytes((folder / "b.docx").read_bytes(), "docx").comments
    assert comment.text.startswith("SAF001 absolute-safety (error)")


def test_a_draft_without_findings_is_copied(folder: Path) -> None:
    result = run("check", "a.docx", "--select", "MET001", "--annotate", "b.docx", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert (folder / "b.docx").read_bytes() == (folder / "a.docx").read_bytes()


def test_what_is_suppressed_gets_no_comment(folder: Path) -> None:
    (folder / ".healthlint.yaml").write_text("ignore: [safety, disclosure, outcome]\n")
    run("check", "a.docx", "--annotate", "b.docx")
    assert (folder / "b.docx").read_bytes() == (folder / "a.docx").read_bytes()


def test_the_comments_are_no_findings_and_no_suppressions(folder: Path) -> None:
    before = run("check", "a.docx", "--format", "jsonl", "--annotate", "b.docx").stdout
    assert run("check", "b.docx", "--format", "jsonl").stdout == before.replace("a.docx", "b.docx")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("a.md --annotate b.docx", "puts comments into Word files, and a.md is none"),
        (". --annotate b.docx", "takes one Word draft, and these are 2; check them one by one"),
        ("- --annotate b.docx", "needs a Word file; it cannot be used with -"),
        ("empty --annotate b.docx", "empty: no drafts in this folder; name one"),
        ("a.docx --annotate a.docx", "a.docx is the draft itself; name another file"),
        ("a.docx --annotate link.docx", "link.docx is the draft itself; name another file"),
        ("a.docx --annotate old.docx", "old.docx: exists already; name another file"),
        ("a.docx --annotate empty", "empty is a folder; name a file in it"),
        ("a.docx --annotate no/b.docx", "no/b.docx: there is no folder no; make it first"),
        ("a.docx --annotate b.doc", "b.doc: Word opens no such name; end it in .docx"),
        ("a.docx --annotate b.md", "b.md: Word opens no such name; end it in .docx"),
    ],
)
def test_what_cannot_be(folder: Path, args: str, said: str) -> None:
    (folder / "empty").mkdir()
    (folder / "link.docx").symlink_to("a.docx")
    old = folder / "old.docx"
    if "old" in args:
        old.write_bytes(b"old")
    (folder / ".gitignore").write_text("link.docx\n")
    result = run("check", *args.split())
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert not (folder / "b.docx").exists()
    assert not old.exists() or old.read_bytes() == b"old"


@pytest.mark.parametrize("content", [b"", b"PK\3\4 cut", None])
def test_a_draft_that_cannot_be_read_has_no_copy(folder: Path, content: bytes | None) -> None:
    path = folder / "a.docx"
    path.unlink() if content is None else path.write_bytes(content)
    result = run("check", "a.docx", "--annotate", "b.docx")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not (folder / "b.docx").exists()


def test_a_copy_that_cannot_be_made_is_told_after_the_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        result = run("check", "a.docx", "--no-config", "--annotate", "b.docx")
    assert result.exit_code == 2
    assert result.stderr == "b.docx: cannot be written: No space left on device\n"
    assert "SAF001" in result.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["a.docx", "a.md"]


def test_fixing_is_no_way_for_word(folder: Path) -> None:
    before = (folder / "a.docx").read_bytes()
    result = run("fix", "a.docx")
    assert result.exit_code == 2
    assert "a.docx: a Word file is not rewritten; `healthlint check a.docx --annotate" in (
        result.stderr
    )
    found = run("fix", ".")  # found in a folder it is passed over, and said so
    assert (found.exit_code, "not rewritten" in found.stderr) == (0, True)
    assert (folder / "a.docx").read_bytes() == before
