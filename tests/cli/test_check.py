from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Files = Callable[[dict[str, str]], Path]
Run = Callable[..., Any]

BAD = "Ketamine is safe.\n"
GOOD = "Ask your doctor.\n"


def quiet(result: Any) -> list[str]:
    """`path:line:column code` of each line of a quiet report."""
    return [
        " ".join((line.split(": ")[0], line.split(": ")[1].split()[1]))
        for line in result.stdout.splitlines()
    ]


def test_a_readable_report(run: Run, files: Files) -> None:
    files({"a.md": BAD, "b.md": GOOD})
    result = run("check", "a.md", "b.md")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout == (
        "a.md:1:13: error SAF001 absolute-safety\n"
        "  “safe” says too much.\n"
        "    |\n"
        "  1 | Ketamine is safe.\n"
        "    |             ^^^^\n"
        "    = write: Name the risks.\n"
        "\n"
        "2 drafts checked: 1 error. Why and what to do: healthlint explain SAF001\n"
    )


def test_a_clean_run_says_so_in_one_line(run: Run, files: Files) -> None:
    files({"a.md": GOOD})
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "1 draft checked: no findings.\n")
    assert run("check", "--quiet").output == ""


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ("", ["HYP001", "SAF001", "SAF002", "STI001"]),
        ("--select safety", ["SAF001", "SAF002"]),
        ("--select SAF001,hype", ["HYP001", "SAF001"]),
        ("--select SAF001 --select sufferers", ["SAF001", "STI001"]),
        ("--ignore SAF", ["HYP001", "STI001"]),
        ("--select safety --ignore absolute-safety", ["SAF002"]),
        ("--select SAF001 --ignore safety", ["SAF001"]),
        ("--select , --ignore ,", ["HYP001", "SAF001", "SAF002", "STI001"]),
    ],
)
def test_select_and_ignore(run: Run, files: Files, args: str, found: list[str]) -> None:
    files({"a.md": "breakthrough safe harmless sufferers"})
    result = run("check", "--quiet", *args.split())
    assert [line.split()[-1] for line in quiet(result)] == found


@pytest.mark.parametrize(
    ("text", "args", "code"),
    [
        (GOOD, "", 0),
        ("safe", "", 1),
        ("breakthrough", "", 0),
        ("breakthrough", "--fail-on warning", 1),
        ("sufferers", "--fail-on warning", 0),
        ("sufferers", "--fail-on info", 1),
        ("safe", "--exit-zero", 0),
        ("safe", "--ignore safety", 0),
        ("a\0b", "", 2),
        ("a\0b", "--exit-zero", 2),
    ],
)
def test_exit_codes(run: Run, files: Files, text: str, args: str, code: int) -> None:
    files({"a.md": text})
    assert run("check", *args.split()).exit_code == code


def test_findings_are_told_even_when_a_draft_fails(run: Run, files: Files) -> None:
    files({"a.md": "a\0b", "b.md": BAD, "c.md": "crash", "d.md": "safe slow"})
    result = run("check", "--quiet", ".", "missing.md")
    assert quiet(result) == ["b.md:1:13 SAF001", "d.md:1:1 SAF001"]
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "a.md: it is a binary file, not a text; leave it out",
        "c.md: a fault of healthlint's, please report it with HEALTHLINT_DEBUG=1: "
        "ZeroDivisionError: boom",
        "missing.md: there is no such file or folder; check the spelling",
        "d.md: note: a rule took too long",
    ]


def test_json(run: Run, files: Files) -> None:
    files({"k/a.md": BAD, "k/b.html": "a\0b", "k/labels.jsonl": "{}"})
    result = run("check", "--format", "json", "--exit-zero", "--profile", "uk", "k")
    report = json.loads(result.stdout)
    assert result.exit_code == 2
    assert report["tool"]["profile"] == "uk"
    assert [(f["path"], f["error"], len(f["findings"])) for f in report["files"]] == [
        (str(Path("k/a.md")), None, 1),
        (str(Path("k/b.html")), "it is a binary file, not a text; leave it out", 0),
    ]
    assert report["summary"] == {"files": 2, "error": 1, "warning": 0, "info": 0, "suppressed": 0}


def test_other_types_are_passed_over_in_silence(run: Run, files: Files) -> None:
    files({"a.md": GOOD, "labels.jsonl": "safe", "b.py": "safe"})
    assert run("check", ".").stderr == ""
    assert run("check", ".", "--verbose").stderr == (
        "b.py: passed over (unknown type)\nlabels.jsonl: passed over (no content, by its name or "
        "folder; name it to check it)\n"
    )


def test_a_named_draft_of_an_unknown_type(run: Run, files: Files, engine: Any) -> None:
    files({"notes.rtfx": BAD, "a.md": BAD})
    result = run("check", "--quiet", "notes.rtfx", "a.md")
    assert quiet(result) == ["a.md:1:13 SAF001"]
    assert result.stderr == "notes.rtfx: its type is not known; name it with --as\n"
    assert result.exit_code == 2
    engine.linted.clear()
    assert run("check", "--as", "text", "notes.rtfx").exit_code == 1
    assert [(path, format) for path, format, _ in engine.linted] == [("notes.rtfx", "text")]


def test_formats_from_the_configuration(run: Run, files: Files, engine: Any) -> None:
    files({".healthlint.yaml": "formats: {'*.page': html, a.md: text}", "x.page": "", "a.md": ""})
    assert run("check").exit_code == 0
    assert [(path, format) for path, format, _ in engine.linted] == [
        ("a.md", "text"),
        ("x.page", "html"),
    ]


def test_standard_input(run: Run, files: Files, engine: Any) -> None:
    files({"site/.healthlint.yaml": "ignore: [SAF001]\nexclude: [old.md]"})
    result = run("check", "-", "--quiet", stdin="It is safe.")
    assert quiet(result) == ["<stdin>:1:7 SAF001"]
    result = run("check", "-", "--stdin-filename", "site/a.html", stdin="It is safe.")
    assert (result.exit_code, result.stdout) == (0, "1 draft checked: no findings.\n")
    assert run("check", "-", "--stdin-filename", "site/old.md", stdin="safe").exit_code == 0
    assert run("check", "-", "--as", "text", stdin="").exit_code == 0
    assert [(path, format) for path, format, _ in engine.linted] == [
        ("<stdin>", "markdown"),
        (str(Path("site/a.html")), None),
        ("<stdin>", "text"),
    ]
    result = run("check", "-", stdin=b"\0")
    assert (result.exit_code, result.stderr) == (
        2,
        "<stdin>: it is a binary file, not a text; leave it out\n",
    )
    result = run("check", "--stdin-filename", "a.md")
    assert result.exit_code == 2
    assert "--stdin-filename needs -" in result.stderr


def test_a_name_that_no_rule_has(run: Run, files: Files) -> None:
    files({"a.md": BAD, "b.md": BAD})
    result = run("check", "--select", "SAF01")
    assert result.exit_code == 2
    assert result.stderr == (
        "--select: no rule, code or category is called `SAF01` (did you mean `SAF001`?)"
        " [2 drafts not checked]\n"
    )


def test_a_wrong_configuration_stops_only_its_own_drafts(run: Run, files: Files) -> None:
    files(
        {
            "a.md": BAD,
            "k/.healthlint.yaml": "profile: us\nselct: [x]",
            "k/b.md": BAD,
            "k/c.md": BAD,
            "m/.healthlint.yaml": "ignore:\n- SAF\n- hpye\n",
            "m/d.md": BAD,
            "n/.healthlint.yaml": "rules: broken.yaml",
            "n/broken.yaml": "",
            "n/e.md": BAD,
        }
    )
    result = run("check", "--quiet")
    assert quiet(result) == ["a.md:1:13 SAF001"]
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{Path('k/.healthlint.yaml')}:2:1: the configuration has no `selct` (did you mean "
        "`select`?) [2 drafts not checked]",
        f"{Path('m/.healthlint.yaml')}:3:3: no rule, code or category is called `hpye` (did you "
        "mean `hype`?) [1 draft not checked]",
        "broken.yaml:2:1: a rule has no `cod` (did you mean `code`?) [1 draft not checked]",
    ]


def test_config_flags(run: Run, files: Files) -> None:
    files({".healthlint.yaml": "zzz: 1", "ci.yaml": "ignore: SAF001", "a.md": BAD})
    assert run("check").exit_code == 2
    assert run("check", "--no-config").exit_code == 1
    assert run("check", "--config", "ci.yaml").exit_code == 0
    result = run("check", "--config", "nowhere.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith("healthlint: nowhere.yaml: cannot be read")
    assert run("check", "--config", "ci.yaml", "--no-config").exit_code == 2


def test_excluded_drafts(run: Run, files: Files) -> None:
    files({".healthlint.yaml": "exclude: [old/]", "old/a.md": BAD})
    result = run("check", "old/a.md", "--verbose")
    assert (result.exit_code, result.stdout) == (0, "0 drafts checked: no findings.\n")
    assert result.stderr == f"{Path('old/a.md')}: passed over (excluded)\n"


def test_fail_on_is_that_of_each_draft(run: Run, files: Files) -> None:
    files(
        {
            ".healthlint.yaml": (
                "fail-on: warning\noverrides: [{paths: blog/, fail-on: error}]"
            ),
            "blog/a.md": "breakthrough",
        }
    )
    assert run("check").exit_code == 0
    files({"a.md": "breakthrough"})
    assert run("check").exit_code == 1
    assert run("check", "--fail-on", "error").exit_code == 0


@pytest.mark.parametrize(
    ("args", "environment", "coloured"),
    [
        ("", {}, False),
        ("--color always", {}, True),
        ("--color always", {"NO_COLOR": "1"}, True),
        ("--color never", {}, False),
    ],
)
def test_colours(
    run: Run, files: Files, monkeypatch: pytest.MonkeyPatch,
    args: str, environment: dict[str, str], coloured: bool,
) -> None:  # fmt: skip
    files({"a.md": BAD})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run("check", *args.split()).stdout) is coloured


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {}, True),
        ("never", True, {}, False),
    ],
)
def test_wants_color(
    monkeypatch: pytest.MonkeyPatch,
    choice: str, terminal: bool, environment: dict[str, str], expected: bool,
) -> None:  # fmt: skip
    from healthlint.cli.options import wants_color

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(choice, terminal) is expected


def test_a_long_run_at_a_terminal_shows_a_bar(
    run: Run, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    files({f"{n:02}.md": BAD for n in range(50)})
    plain = run("check")
    shown = []

    class Terminal:
        def isatty(self) -> bool:
            return True

    def bar(items: Any, **options: Any) -> Any:
        shown.append(options["length"])
        return real(items, **options)

    real = click.progressbar
    monkeypatch.setattr(click, "progressbar", bar)
    monkeypatch.setattr("healthlint.cli.check._at_terminal", lambda: True)
    assert run("check").stdout == plain.stdout
    assert run("check", "--quiet").exit_code == 1
    assert shown == [50]


def test_crashes_can_be_seen(run: Run, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files({"a.md": "crash"})
    monkeypatch.setenv("HEALTHLINT_DEBUG", "1")
    assert isinstance(run("check").exception, ZeroDivisionError)
