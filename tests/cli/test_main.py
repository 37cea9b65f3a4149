from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from healthlint import __version__
from healthlint.cli import COMMANDS, cli

Files = Callable[[dict[str, str]], Path]
Run = Callable[..., Any]


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout == f"healthlint {__version__}\n"
    text = run("--help").stdout
    assert all(f"\n  {name} " in text for name in COMMANDS)


def test_every_command_has_a_help_text(run: Run) -> None:
    import click

    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        assert command.help or path == (), path
        assert run(*path, "--help").exit_code == 0
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner
                walk(inner, (*path, name))

    walk(cli, ())


def test_an_unknown_command(run: Run, files: Files) -> None:
    files({"a.md": ""})
    for name, message in {
        "chek": "there is no command `chek` (did you mean `check`?)",
        "a.md": "there is no command `a.md`. To check a draft: healthlint check a.md",
        "zzz": f"there is no command `zzz`; there are: {', '.join(COMMANDS)}",
    }.items():
        result = run(name)
        assert result.exit_code == 2
        assert message in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_lines(run: Run, shell: str) -> None:
    comment, line = run("completion", shell).stdout.splitlines()
    assert comment.startswith("# ")
    assert f"_HEALTHLINT_COMPLETE={shell}_source healthlint" in line


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("healthlint ch", ["check"]),
        ("healthlint explain SAF", ["SAF001", "SAF002"]),
        ("healthlint explain saf", ["SAF001", "SAF002"]),
        ("healthlint rules show ab", ["absolute-safety"]),
        ("healthlint check --select safe", ["safety"]),
        ("healthlint check --select hype,SAF001,H", ["hype,SAF001,HYP001", "hype,SAF001,hype"]),
        ("healthlint check --profile u", ["us", "uk"]),
    ],
)
def test_completion(engine: object, words: str, expected: list[str]) -> None:
    from click.shell_completion import ShellComplete

    *args, incomplete = words.split()[1:]
    completer = ShellComplete(cli, {}, "healthlint", "_HEALTHLINT_COMPLETE")
    assert [item.value for item in completer.get_completions(args, incomplete)] == expected


def test_an_interrupted_run(run: Run, files: Files, engine: Any) -> None:
    files({"a.md": ""})

    def stop(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    sys.modules["healthlint.api"].lint_file = stop  # type: ignore[attr-defined]
    result = run("check")
    assert (result.exit_code, result.stderr) == (130, "healthlint: stopped\n")


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "healthlint", "check", "missing-💊.md"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 2
    assert "missing-💊.md: there is no such file" in done.stderr.decode("utf-8")
    assert b"Traceback" not in done.stderr
