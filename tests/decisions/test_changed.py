from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest

from healthlint.decisions import Decisions
from healthlint.decisions.changed import Changed, changed_since, read_diff
from healthlint.errors import ConfigError
from tests.decisions import TODAY, codes, lint, taken

ONE = "It is utterly harmless."


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (((1, 1),), ["1 TST001"]),
        (((2, 2),), []),
        (((3, 3),), ["3 TST001"]),
        (((4, 4),), ["3 TST001"]),
        (((4, 3),), ["3 TST001"]),  # taken out within the finding
        (((3, 2),), []),  # taken out before it
        (((5, 4),), []),
        (((1, 9),), ["1 TST001", "3 TST001"]),
        ((), []),
        (None, ["1 TST001", "3 TST001"]),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_touching(lines: tuple[tuple[int, int], ...] | None, left: list[str], newline: str) -> None:
    text = f"{ONE}\n\nIt was utterly\nharmless.\n".replace("\n", newline)
    changed = Changed("main", {os.path.realpath("draft.md"): lines})
    result = lint(text, Decisions(changed=changed, today=TODAY))
    assert codes(result) == left
    assert {one.by for one in result.decided} <= {"unchanged"}


def test_a_draft_that_git_was_not_asked_about_keeps_its_findings() -> None:
    changed = Changed("main", {"/elsewhere.md": ()})
    assert codes(lint(ONE, Decisions(changed=changed, today=TODAY))) == ["1 TST001"]


def test_git_ends_lines_at_line_feeds_only() -> None:
    changed = Changed("main", {os.path.realpath("draft.md"): ((2, 2),)})
    text = f"{ONE}\r\rIt was utterly harmless.\r\rEnd.\n\nIt is now utterly harmless.\n"
    result = lint(text, Decisions(changed=changed, today=TODAY))
    assert taken(result) == ["1 TST001 unchanged", "3 TST001 unchanged", "7 TST001 unchanged"]


DIFF = rb"""diff --git a/a.md b/a.md
index 1..2 100644
--- a/a.md
+++ b/a.md
@@ -1 +1,2 @@ heading
-old
+++ b/not-a-name.md
+@@ -1 +1 @@
@@ -5,2 +7,0 @@
-diff --git a/x b/x
-y
@@ -9,0 +10 @@
+last
\ No newline at end of file
diff --git a/b c.md b/new name.md
similarity index 90%
rename from b c.md
rename to new name.md
--- a/b c.md~TAB~
+++ b/new name.md~TAB~
@@ -3 +3 @@
-a
\ No newline at end of file
+b
\ No newline at end of file
diff --git "a/t\303\251st\t\"q\".md" "b/t\303\251st\t\"q\".md"
--- "a/t\303\251st\t\"q\".md"
+++ "b/t\303\251st\t\"q\".md"~TAB~
@@ -0,0 +1,3 @@
+1
+2
+3
diff --git a/pure.md b/moved.md
similarity index 100%
rename from pure.md
rename to moved.md
diff --git a/gone.md b/gone.md
deleted file mode 100644
--- a/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/you and me.md b/you and me.md
index 1..2 100644
Binary files a/you and me.md and b/you and me.md differ
diff --git a/new and b.md b/new and b.md
new file mode 100644
Binary files /dev/null and b/new and b.md differ
diff --git a/old.md b/old.md
deleted file mode 100644
Binary files a/old.md and /dev/null differ
diff --git a/mode.md b/mode.md
old mode 100644
new mode 100755
""".replace(b"~TAB~", b"\t")  # git ends a name with a blank in it so


def test_read_diff() -> None:
    assert list(read_diff(io.BytesIO(DIFF))) == [
        (b"a.md", ((1, 2), (8, 7), (10, 10))),
        (b"new name.md", ((3, 3),)),
        (b't\xc3\xa9st\t"q".md', ((1, 3),)),
        (b"moved.md", ()),
        (b"you and me.md", None),
        (b"new and b.md", None),
    ]


# -- with git --------------------------------------------------------------------------------------


def git(folder: Path, *command: str) -> None:
    identity = ("-c", "user.name=N", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(
        ("git", *identity, *command), cwd=folder, check=True, capture_output=True, env=clean
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    drafts = {
        "a.md": "one\ntwo\nthree\n",
        "same.md": "same\n",
        "sub/old é.md": "".join(f"line {n}\n" for n in range(9)),
        "wide.md": "x",
    }
    for name, text in drafts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode("utf-16" if name == "wide.md" else "utf-8"))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_changed_since(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "a.md").write_text("one\n2\nthree\nfour\n")
    (repository / "wide.md").write_bytes("y".encode("utf-16"))
    git(repository, "mv", "sub/old é.md", "sub/new é.md")
    moved = repository / "sub" / "new é.md"
    moved.write_text(moved.read_text().replace("line 4", "line four"))
    (repository / "staged.md").write_text("new\n")
    git(repository, "add", "staged.md")
    (repository / "untracked.md").write_text("new\n")
    # None of this may change the answer.
    for key, value in (
        ("diff.noprefix", "true"), ("diff.external", "false"), ("color.ui", "always"),
        ("diff.context", "9"), ("diff.mnemonicPrefix", "true"), ("diff.renames", "false"),
    ):  # fmt: skip
        git(repository, "config", key, value)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    names = ("a.md", "same.md", "sub/new é.md", "wide.md", "staged.md", "untracked.md")
    found = changed_since("main", [repository / name for name in names])
    assert {os.path.relpath(key, repository): lines for key, lines in found.drafts.items()} == {
        "a.md": ((2, 2), (4, 4)),
        "same.md": (),
        os.path.join("sub", "new é.md"): ((5, 5),),
        "wide.md": None,
        "staged.md": ((1, 1),),
        "untracked.md": None,
    }


def test_each_repository_is_asked_for_itself(repository: Path) -> None:
    inner = repository / "inner"
    inner.mkdir()
    git(inner, "init", "-q", "-b", "main")
    (inner / "b.md").write_text("b\n")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "first")
    found = changed_since("main", [repository / "a.md", inner / "b.md"])
    assert list(found.drafts.values()) == [(), ()]


@pytest.mark.parametrize("base", ["nowhere", "-p", "--output=x", "", "a\0b", "main:a.md"])
def test_an_unknown_revision(repository: Path, base: str) -> None:
    with pytest.raises(ConfigError) as caught:
        changed_since(base, [repository / "a.md"])
    assert str(caught.value).startswith(f"--diff-base: there is no revision `{base}` in ")
    assert not (repository / "x").exists()


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")
    with pytest.raises(ConfigError, match="a.md is in no git repository"):
        changed_since("main", [tmp_path / "a.md"])


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(ConfigError, match="--diff-base needs git, which cannot be run here"):
        changed_since("main", [repository / "a.md"])


def test_git_that_fails(repository: Path) -> None:
    (repository / ".git" / "index").write_bytes(b"broken")
    with pytest.raises(ConfigError, match="--diff-base: git failed in .*: "):
        changed_since("main", [repository / "a.md"])
