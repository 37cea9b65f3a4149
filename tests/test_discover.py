from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from healthlint.discover import discover
from healthlint.readers import format_for

Files = Callable[[dict[str, str]], Path]


def known(path: Path) -> bool:
    return format_for(path.name) is not None


def nothing(path: str | Path, folder: bool = False) -> bool:
    return False


def found(*names: str, kind: str = "draft") -> list[str]:
    return [f.path.as_posix() for f in discover(names, known, nothing) if f.kind == kind]


def test_a_folder_in_order(files: Files) -> None:
    names = ("b.md", "a.html", "z/c.txt", "k/deep/d.markdown", "k/e.HTM", "k/f.py")
    files(dict.fromkeys(names, ""))
    assert found(".") == ["a.html", "b.md", "k/e.HTM", "k/deep/d.markdown", "z/c.txt"]
    assert found(".", kind="unknown") == ["k/f.py"]
    assert found("k", "z") == ["k/e.HTM", "k/deep/d.markdown", "z/c.txt"]


def test_each_draft_once(files: Files) -> None:
    files({"a.md": "", "k/b.md": ""})
    assert found("a.md", "./a.md", ".", "k", "k/../a.md") == ["a.md", "k/b.md"]


def test_folders_without_writing_and_minified_files(files: Files) -> None:
    skipped = (".git", "node_modules", "dist", "build", "vendor", ".venv")
    files({f"{folder}/a.md": "" for folder in skipped} | {"a.min.html": "", "k/dist/b.md": ""})
    files({"a.md": "", "distant/b.md": ""})
    assert found(".") == ["a.md", "distant/b.md"]
    assert found("dist") == ["dist/a.md"]
    assert found("a.min.html") == ["a.min.html"]


def test_gitignore_files_from_the_root_down(files: Files) -> None:
    files(
        {
            ".git/info/exclude": "local.md\n",
            ".gitignore": "*.txt\n/only-root.md\nout/\n# comment\n\nbad[\n",
            "site/.gitignore": "!keep.txt\ndraft-*.md\n",
            "site/deep/.gitignore": "!draft-2.md\n",
            "a.md": "",
            "a.txt": "",
            "local.md": "",
            "only-root.md": "",
            "out/a.md": "",
            "site/only-root.md": "",
            "site/keep.txt": "",
            "site/draft-1.md": "",
            "site/deep/draft-1.md": "",
            "site/deep/draft-2.md": "",
            "site/deep/keep.txt": "",
        }
    )
    below = [
        "site/keep.txt",
        "site/only-root.md",
        "site/deep/draft-2.md",
        "site/deep/keep.txt",
    ]
    assert found(".") == ["a.md", *below]
    assert found("site") == below
    assert found("site/deep") == below[2:]
    assert found("a.txt", "site/draft-1.md") == ["a.txt", "site/draft-1.md"]
    assert found("out") == ["out/a.md"]


def test_gitignore_outside_a_repository_holds_below_only(files: Files) -> None:
    files({".gitignore": "a.md", "k/.gitignore": "b.md", "k/a.md": "", "k/b.md": ""})
    assert found("k") == ["k/a.md"]
    assert found(".") == []or found(".") == ["k/a.md"]


def test_globs(files: Files) -> None:
    files({"a.md": "", "k/b.md": "", "k/c.py": "", "node_modules/d.md": "", "k/e.min.html": ""})
    assert found("**/*.md") == ["a.md", "k/b.md"]
    assert found("node_modules/*.md") == ["node_modules/d.md"]
    assert found("k/*") == ["k/b.md"]
    assert found("k/*", kind="unknown") == ["k/c.py", "k/e.min.html"]
    assert found("k*") == ["k/b.md"]


def test_a_file_with_the_signs_of_a_glob(files: Files) -> None:
    files({"a[1].md": ""})
    assert found("a[1].md") == ["a[1].md"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("missing.md", "there is no such file or folder; check the spelling"),
        ("*.docx", "nothing matches this pattern; check the spelling"),
        ("empty", "no drafts in this folder; name one, or one that holds Markdown, HTML or text"),
        ("code", "no drafts in this folder; name one, or one that holds Markdown, HTML or text"),
    ],
)
def test_what_cannot_be_had(files: Files, name: str, error: str) -> None:
    root = files({"code/a.py": "", "ok.md": ""})
    (root / "empty").mkdir()
    results = list(discover([name, "ok.md"], known, nothing))
    assert [(f.path.name, f.error) for f in results if f.kind != "unknown"] == [
        (name, error),
        ("ok.md", None),
    ]


def test_links(files: Files) -> None:
    root = files({"real/a.md": "", "b.md": ""})
    try:
        os.symlink(root / "real", root / "real" / "loop")
        os.symlink(root / "nowhere.md", root / "broken.md")
    except OSError:
        pytest.skip("this system makes no links")
    assert found(".") == ["b.md", "real/a.md"]
    for name in (".", "broken.md"):
        errors = [f.error for f in discover([name], known, nothing) if f.kind == "error"]
        assert errors == ["this link leads nowhere; mend it or remove it"]


def test_a_folder_that_cannot_be_read(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files({"a.md": "", "k/b.md": "", "z/c.md": ""})
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("k"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    results = list(discover(["."], known, nothing))
    assert [(f.path.as_posix(), f.error) for f in results] == [
        ("a.md", None),
        ("k", "this folder cannot be read: Permission denied; check its permissions"),
        ("z/c.md", None),
    ]


def test_what_the_configuration_leaves_out(files: Files) -> None:
    files({"a.md": "", "k/b.md": "", "z/c.md": ""})

    def excludes(path: str | Path, folder: bool = False) -> bool:
        return Path(path).name in ("k", "a.md")

    kinds = [(f.path.as_posix(), f.kind) for f in discover([".", "a.md"], known, excludes)]
    assert kinds == [("a.md", "excluded"), ("k", "excluded"), ("z/c.md", "draft")]
