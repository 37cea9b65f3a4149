"""What is kept is found again exactly while nothing that it depends on has changed."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from healthlint import api, engine, resultcache
from healthlint.decisions import Decisions
from healthlint.decisions.baseline import Baseline, Known
from healthlint.decisions.changed import Changed
from healthlint.decisions.claims import read_claims
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.resultcache import Kept, ResultCache
from healthlint.settings import Settings
from tests.decisions import PACK

ROOT = Path(__file__).resolve().parent.parent
DATA = b"Ketamine is a safe and effective treatment.\n"
FINDING = Finding(
    "A1", "a", "hype", "error", Position(1, 2, 1), Position(1, 3, 2), "\ud800é\n", "“m”",
    ("s", "t"), Fix("x", True), ("w",), "f" * 16,
    (Finding("B2", "b", "safety", "info", Position(1, 2, 1), Position(1, 2, 1), "", ""),),
)  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ResultCache]:
    monkeypatch.delenv("HEALTHLINT_NO_CACHE", raising=False)
    _forget()
    opened = ResultCache.open(tmp_path / "kept")
    assert opened
    yield opened
    _forget()


def _forget() -> None:
    for kept in (resultcache._program, resultcache._readers, resultcache._rules):
        kept.cache_clear()


def _forget_rules() -> None:
    _forget()
    api.rulebook_for.cache_clear()
    api._matcher_for.cache_clear()


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for each time that the rules are run over a draft."""
    told: list[str] = []
    real = engine.lint

    def lint(document: Any, *more: Any) -> Any:
        told.append(document.source)
        return real(document, *more)

    monkeypatch.setattr(engine, "lint", lint)
    return told


def entries(cache: ResultCache) -> list[Path]:
    return sorted(cache._folder.rglob("*.result"))


# -- an entry --------------------------------------------------------------------------------------


def test_what_is_kept_comes_back(cache: ResultCache) -> None:
    kept = Kept((FINDING, FINDING), True)
    assert cache.read("ab" * 32) is None
    cache.write("ab" * 32, kept)
    assert cache.read("ab" * 32) == kept
    assert cache.read("ac" * 32) is None
    cache.write("ab" * 32, Kept((), False))
    assert cache.read("ab" * 32) == Kept((), False)
    assert [path.name for path in cache._folder.iterdir()].count("ab") == 1


@pytest.mark.parametrize(
    "broken",
    [
        lambda old: b"",
        lambda old: old[:-1],
        lambda old: old[: len(old) // 2],
        lambda old: old.replace(b"hype", b"type"),
        lambda old: b"0" + old[1:],
        lambda old: b"\xff" * len(old),
        lambda old: old.replace(b"\n", b"", 1),
    ],
)
def test_a_broken_entry_is_none(cache: ResultCache, broken: Callable[[bytes], bytes]) -> None:
    cache.write("ab" * 32, Kept((FINDING,), False))
    [path] = entries(cache)
    path.write_bytes(broken(path.read_bytes()))
    assert cache.read("ab" * 32) is None


@pytest.mark.parametrize("body", ["[]", "{}", '{"findings": [[1]], "directives": 1}', "[" * 9999])
def test_a_sealed_entry_of_another_shape_is_none(cache: ResultCache, body: str) -> None:
    cache.write("ab" * 32, Kept((), False))
    [path] = entries(cache)
    path.write_bytes(f"{resultcache._seal('ab' * 32, body.encode())}\n{body}".encode())
    assert cache.read("ab" * 32) is None


def test_an_entry_in_the_place_of_another_is_none(cache: ResultCache) -> None:
    cache.write("ab" * 32, Kept((FINDING,), False))
    cache.write("ab" + "cd" * 31, Kept((), False))
    one, other = entries(cache)
    os.replace(one, other)
    assert cache.read("ab" * 32) is cache.read("ab" + "cd" * 31) is None


# -- the folder ------------------------------------------------------------------------------------


def test_the_folder_says_what_it_is(cache: ResultCache) -> None:
    assert (cache._folder / ".gitignore").read_text() == "*\n"
    assert (cache._folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d17278")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other users out of the user's folders")
def test_a_folder_that_others_may_write_to(cache: ResultCache) -> None:
    assert cache._folder.stat().st_mode & 0o077 == 0
    cache.write("ab" * 32, Kept((), False))
    assert [path.stat().st_mode & 0o077 for path in entries(cache)] == [0]
    entries(cache)[0].chmod(0o666)
    assert cache.read("ab" * 32) is None
    cache._folder.chmod(0o777)
    with pytest.raises(PermissionError, match="others may write to it, or it is not yours"):
        ResultCache.open(cache._folder)


def test_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHLINT_NO_CACHE", "1")
    assert ResultCache.open(tmp_path / "kept") is None
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        ResultCache.open(tmp_path / "file" / "kept")


def test_a_full_disk_is_silent(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.write("ab" * 32, Kept((), False))
    assert list(cache._folder.rglob("*.part")) == entries(cache) == []


def test_the_last_used_stay(cache: ResultCache) -> None:
    for number in range(6):
        cache.write(f"{number:02x}" * 32, Kept((FINDING,), False))
        os.utime(entries(cache)[-1], (number, number))
    part = cache._folder / "00" / "x.part"
    part.write_bytes(b"x" * 50)
    os.utime(part, (3, 3))
    assert cache.read("01" * 32)  # which marks it as used
    size = entries(cache)[0].stat().st_size
    ResultCache(cache._folder, limit=3 * size).prune()
    assert [path.parent.name for path in entries(cache)] == ["01", "04", "05"]
    assert not part.exists()
    ResultCache(cache._folder, limit=3 * size).prune()
    assert len(entries(cache)) == 3
    ResultCache(cache._folder / "gone").prune()


def test_old_entries_go_once_a_day(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    pruned: list[str] = []
    monkeypatch.setattr(ResultCache, "prune", lambda self: pruned.append("now"))
    cache.tidy()
    cache.tidy()
    assert pruned == ["now"]
    yesterday = time.time() - 25 * 60 * 60
    os.utime(cache._folder / ".pruned", (yesterday, yesterday))
    cache.tidy()
    assert pruned == ["now"] * 2


def test_several_at_once(cache: ResultCache) -> None:
    wrong: list[object] = []

    def work() -> None:
        for number in range(60):
            key = f"{number % 3:02x}" * 32
            cache.write(key, Kept((FINDING,) * (number % 3), False))
            found = cache.read(key)
            if found != Kept((FINDING,) * (number % 3), False):
                wrong.append(found)
            if number % 20 == 0:
                cache.prune()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# -- what a key depends on -------------------------------------------------------------------------


def check(cache: ResultCache | None, data: bytes = DATA, path: str = "a.md", **more: Any) -> Result:
    return api.lint_bytes(data, path, cache=cache, **more)


def test_unchanged_is_not_checked_again(cache: ResultCache, ran: list[str]) -> None:
    first = check(cache)
    assert first.findings and first == check(None)
    ran.clear()
    assert check(cache) == first
    assert check(cache, path="sub/other.markdown") == Result(
        "sub/other.markdown", first.findings, source=first.source
    )
    assert ran == []


@pytest.mark.parametrize(
    "change",
    [
        {"data": DATA + b"\n"},
        {"path": "a.txt"},
        {"format": "html"},
        {"settings": Settings(profile="uk")},
        {"settings": Settings(select=("safety",))},
        {"settings": Settings(ignore=("hype",))},
        {"settings": Settings(severities=(("safety", "info"),))},
        {"settings": Settings(options={"fields": "summary"})},
        {"settings": Settings(packs=(PACK,))},
    ],
)
def test_what_changes_a_draft_or_its_settings(
    cache: ResultCache, ran: list[str], change: dict[str, Any]
) -> None:
    check(cache)
    ran.clear()
    changed = check(cache, **change)
    assert len(ran) == 1
    assert check(cache, **change) == changed == check(None, **change)
    assert len(ran) == 2  # the one without a cache


def test_a_changed_rule(cache: ResultCache, ran: list[str], tmp_path: Path) -> None:
    pack = tmp_path / "pack.yaml"
    pack.write_bytes(PACK.read_bytes())
    settings = Settings(packs=(pack,), select=("TST001",))
    data = b"It is utterly harmless.\n"
    assert len(check(cache, data, settings=settings).findings) == 1
    ran.clear()
    pack.write_text(pack.read_text("utf-8") + "\n# another word\n", "utf-8")
    _forget_rules()
    check(cache, data, settings=settings)
    assert len(ran) == 1


@pytest.mark.parametrize("name", ["__version__", "VERSION"])
def test_another_version(
    cache: ResultCache, ran: list[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(cache)
    ran.clear()
    monkeypatch.setattr(resultcache, name, "99")
    _forget()
    check(cache)
    check(cache)
    assert len(ran) == 1


def test_changed_code(
    cache: ResultCache, ran: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "healthlint"
    package.mkdir()
    (package / "engine.py").write_text("1")
    monkeypatch.setattr(resultcache, "__file__", str(package / "resultcache.py"))
    _forget()
    check(cache)
    os.utime(package / "engine.py", (1, 1))  # a fresh checkout of the same code
    _forget()
    check(cache)
    assert len(ran) == 1
    (package / "engine.py").write_text("2")
    _forget()
    check(cache)
    assert len(ran) == 2


def test_a_rule_that_ran_out_of_time_is_asked_again(
    cache: ResultCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.lint
    monkeypatch.setattr(engine, "lint", lambda *a: (real(*a)[0], ["took too long"]))
    assert check(cache).notices == ("took too long",)
    assert entries(cache) == []
    monkeypatch.undo()
    assert check(cache).notices == ()


def test_what_cannot_be_read_is_not_kept(cache: ResultCache) -> None:
    assert check(cache, b"a\0b").error
    assert check(cache, b"x", "a.zzz").error
    assert entries(cache) == []


# -- decisions are taken anew ----------------------------------------------------------------------


def decided(tmp_path: Path) -> dict[str, Decisions | None]:
    claims = tmp_path / "claims.yaml"
    claims.write_text(
        "version: 1\nclaims:\n  - text: Ketamine is a safe and effective treatment.\n"
        "    evidence: [reference: a trial]\n    approved_by: R. Roe\n"
        "    approved_on: 2020-01-01\n    until: 2990-01-01\n"
    )
    [finding] = check(None).findings[:1]
    known = Known(finding.fingerprint, finding.rule, finding.text)
    return {
        "none": None,
        "claims": Decisions(claims=read_claims(claims)),
        "baseline": Decisions(baseline=Baseline(os.getcwd(), {"a.md": (known,)})),
        "changed": Decisions(changed=Changed("HEAD", {os.path.realpath("a.md"): ((2, 2),)})),
    }


@pytest.mark.parametrize("name", ["none", "claims", "baseline", "changed"])
@pytest.mark.parametrize(
    "before",
    [
        "",
        "<!-- healthlint-disable-file safety -- the label says so -->\n\n",
        "<!-- healthlint-disable-file nonsense -- r -->\n\n",
        "<!-- a comment -->\n\n",
    ],
)
def test_decisions_say_the_same_of_what_was_kept(
    cache: ResultCache, tmp_path: Path, name: str, before: str
) -> None:
    decisions = decided(tmp_path)[name]
    data = before.encode() + DATA
    expected = check(None, data, decisions=decisions)
    assert check(cache, data) == check(None, data)
    assert [check(cache, data, decisions=decisions) for _ in range(2)] == [expected] * 2


@pytest.mark.parametrize(
    "name",
    [
        "examples/ketamine-clinic.md", "letter.docx", "page.html", "page.mdx", "page.json",
        "page.rst", "page.adoc", "page.yaml",
    ],
)  # fmt: skip
def test_every_format_comes_back_alike(cache: ResultCache, name: str, tmp_path: Path) -> None:
    text = {
        "html": "<p>It is <b>safe</b> &amp; effective.</p>",
        "json": '{"title": "Ketamine is safe and effective.", "summary": "A cure."}',
        "yaml": "title: Ketamine is safe and effective.\nsummary: A cure.\n",
    }.get(name.rpartition(".")[2], "Ketamine is **safe and effective**. A cure.\n")
    path = ROOT / name
    data = path.read_bytes() if path.exists() else text.encode()
    if name.endswith(".docx"):
        import docx

        letter = docx.Document()
        letter.add_heading("About ketamine", 1)
        letter.add_paragraph("Ketamine is safe and effective.")
        letter.save(tmp_path / "letter.docx")
        data = (tmp_path / "letter.docx").read_bytes()
    settings = Settings(options={"fields": "summary"})
    expected = check(None, data, name, settings=settings)
    assert [check(cache, data, name, settings=settings) for _ in range(2)] == [expected] * 2
    assert expected.error or len(entries(cache)) == 1


def test_the_command_says_why_a_folder_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from healthlint.cli import cli

    monkeypatch.chdir(tmp_path)
    Path("a.md").write_bytes(DATA)
    Path("shared").mkdir()
    Path("shared").chmod(0o777)
    args = ["check", "--no-config", "--exit-zero", "--format", "json", "a.md", "--cache-dir"]
    if os.name != "nt":
        done = CliRunner().invoke(cli, [*args, "shared"])
        assert done.exit_code == 0
        assert done.stderr == (
            "--cache-dir: shared: not used: others may write to it, or it is not yours; take a "
            "folder of your own\n"
        )
        assert list(Path("shared").iterdir()) == []
    first, second = (CliRunner().invoke(cli, [*args, ".kept"]) for _ in range(2))
    assert (first.exit_code, first.stderr) == (0, "")
    assert json.loads(first.stdout)["summary"]["error"] > 0
    assert first.stdout == second.stdout
    # The folder itself holds no drafts, wherever it lies.
    assert "1 draft checked" in CliRunner().invoke(cli, ["check", "--no-config", "."]).stdout


# -- the user's own folder -------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of this user's results, and a draft beside it."""
    monkeypatch.setattr(resultcache, "own_folder", lambda: tmp_path / "own" / "results")
    monkeypatch.delenv("HEALTHLINT_NO_CACHE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_bytes(DATA)
    _forget()
    yield tmp_path / "own" / "results"
    _forget()


def run(*more: str) -> str:
    from click.testing import CliRunner

    from healthlint.cli import cli

    args = ["check", "--no-config", "--exit-zero", "--format", "json", "--jobs", "1", "a.md"]
    done = CliRunner().invoke(cli, [*args, *more])
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def test_results_are_kept_unless_the_user_says_no(own: Path, ran: list[str]) -> None:
    said = run("--no-cache")
    assert not own.exists()
    assert (run(), run()) == (said, said)
    assert len(ran) == 2
    assert len(list(own.rglob("*.result"))) == 1
    if os.name != "nt":
        assert {path.stat().st_mode & 0o077 for path in (own, *own.rglob("*"))} == {0}
    assert run("--no-cache") == said
    assert run("--cache-dir", "named") == said
    assert len(ran) == 4


def test_a_folder_of_results_that_cannot_be_made_is_done_without(
    own: Path, ran: list[str]
) -> None:
    own.parent.write_text("a file", "utf-8")
    assert run() == run()
    assert len(ran) == 2


def test_several_drafts_some_of_them_changed(own: Path, ran: list[str]) -> None:
    for number in range(12):
        Path(f"b{number}.md").write_text(f"It is utterly harmless, {number} times.\n", "utf-8")
    said = run(".")
    ran.clear()
    Path("b7.md").write_text("Ketamine is 100% safe.\n", "utf-8")
    changed = run(".")
    assert ran == ["Ketamine is 100% safe.\n"]
    assert changed == run(".", "--no-cache") != said


def test_readers_that_were_written_anew(
    own: Path, ran: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = tmp_path / "healthlint" / "readers"
    readers.mkdir(parents=True)
    (readers / "markdown.py").write_text("1", "utf-8")
    monkeypatch.setattr(resultcache, "__file__", str(readers.parent / "resultcache.py"))
    _forget()
    run()
    run()
    assert len(ran) == 1
    os.utime(readers / "markdown.py", (1, 1))
    _forget()
    run()
    assert len(ran) == 2


def test_another_rule_in_a_pack(own: Path, ran: list[str], tmp_path: Path) -> None:
    pack = tmp_path / "pack.yaml"
    pack.write_bytes(PACK.read_bytes())
    opened = ResultCache.open()
    assert opened
    settings = Settings(packs=(pack,))
    check(opened, settings=settings)
    check(opened, settings=settings)
    assert len(ran) == 1
    pack.write_text(pack.read_text("utf-8") + "\n# another word\n", "utf-8")
    _forget_rules()
    check(opened, settings=settings)
    assert len(ran) == 2
