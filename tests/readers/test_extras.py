"""Without an extra a draft that needs it gets one line with the command to install it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from healthlint.cli import cli
from tests.word import p, package, r

CLAIM = "Our tea cures diabetes."
SAID = (
    "site source needs a parser that is not installed; install it with "
    "`pip install 'healthlint[web]'`"
)
#: A draft of each format that the parser reads.
WEB = {
    "a.tsx": f"export default () => <p>{CLAIM}</p>;",
    "b.ts": f"export const a = '{CLAIM}';",
    "c.vue": f"<template><p>{CLAIM}</p></template><script>const a = 1;</script>",
    "d.svelte": f"<script>let a = 1;</script><p>{CLAIM}</p>",
    "e.astro": f"---\nconst a = 1;\n---\n<p>{CLAIM}</p>",
}


@pytest.mark.parametrize("module", ["tree_sitter", "tree_sitter_typescript"])
@pytest.mark.parametrize("command", ["check", "fix"])
def test_without_the_parser(
    command: str,
    module: str,
    files: Callable[[dict[str, str]], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = files({**WEB, "f.md": CLAIM, "g.json": f'{{"body": "{CLAIM}"}}', "h.mdx": CLAIM})
    (folder / "i.docx").write_bytes(package(p(r(CLAIM))))
    monkeypatch.setitem(sys.modules, module, None)  # so that importing it fails
    names = [path.name for path in sorted(folder.iterdir())]
    quiet = ["--quiet"] if command == "check" else ["--diff"]
    result = CliRunner().invoke(cli, [command, "--no-config", *quiet, *names])
    assert result.exit_code == 2
    told = [line for line in result.stderr.splitlines() if "parser" in line]
    assert told == [f"{name}: {SAID}" for name in WEB]
    if command == "check":
        found = {line.split(":")[0] for line in result.stdout.splitlines()}
        assert found == {"f.md", "g.json", "h.mdx", "i.docx"}


def test_with_the_parser(files: Callable[[dict[str, str]], Path]) -> None:
    files(WEB)
    result = CliRunner().invoke(cli, ["check", "--no-config", "--quiet", *WEB])
    assert (result.exit_code, result.stderr) == (1, "")
    assert {line.split(":")[0] for line in result.stdout.splitlines()} == set(WEB)
