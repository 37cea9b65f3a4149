"""A kept rulebook is the one that was built, or it is built again, in silence."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from healthlint.rulebook import cache
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rulebook
from tests.rulebook import hostile
from tests.rulebook.agreement import book, built_in

KEY = "0123456789abcdef" * 4
MADE = book(hostile.LEXICONS, hostile.PATTERNS[:6]).rulebook._replace(digest=KEY)
TEXT = "Ketamine is very safe and effective; ketamine relieves."
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no owners and modes of this kind")


@pytest.fixture(autouse=True)
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache."""
    base = tmp_path / "a café cache"
    monkeypatch.delenv("HEALTHLINT_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(base))
    monkeypatch.setenv("LOCALAPPDATA", str(base))
    return base / "healthlint"


def kept(folder: Path) -> Path:
    """A rulebook's file, once it is kept."""
    cache.write(KEY, MADE)
    return folder / f"{KEY[:32]}.rulebook"


def candidates(rulebook: Rulebook) -> dict[int, int]:
    return Matcher(rulebook).read([TEXT])[0].candidates


def test_what_is_kept_is_what_was_made(where: Path) -> None:
    assert kept(where).exists()
    found = cache.read(KEY)
    assert found is not None
    assert list(found.patterns) == list(MADE.patterns)
    assert dict(found.table.items()) == dict(MADE.table.items())
    assert candidates(found) == candidates(MADE) != {}
    if os.name != "nt":
        assert where.stat().st_mode & 0o777 == 0o700
        assert kept(where).stat().st_mode & 0o777 == 0o600


def _garbage(file: Path) -> None:
    file.write_bytes(os.urandom(2000))


def _pickle_of_another(file: Path) -> None:
    cache._save(file.name, [pickle.dumps({"digest": KEY})])


def _cut(size: int) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(file.read_bytes()[:size])


def _longer(file: Path) -> None:
    file.write_bytes(file.read_bytes() + bytes(8))


def _other_digest(file: Path) -> None:
    cache.write(KEY, MADE._replace(digest="f" * 64))


def _many_parts(file: Path) -> None:
    file.write_bytes((1 << 62).to_bytes(8, "little") + file.read_bytes()[8:])


def _large_part(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:8] + (1 << 62).to_bytes(8, "little") + data[16:])


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [
        _garbage, _pickle_of_another, _cut(0), _cut(5), _cut(8), _cut(40), _cut(-1), _cut(-2000),
        _longer, _other_digest, _many_parts, _large_part, _folder, Path.unlink,
    ],
)  # fmt: skip
def test_a_spoilt_file_is_not_read(
    where: Path, spoil: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    file = kept(where)
    assert cache.read(KEY) is not None
    spoil(file)
    assert cache.read(KEY) is None
    if not file.is_dir():
        cache.write(KEY, MADE)  # and the next run puts it right
        assert cache.read(KEY) is not None
    assert capsys.readouterr() == ("", "")


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_read(where: Path, mode: int) -> None:
    kept(where).chmod(mode)
    assert cache.read(KEY) is None


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_may_write_is_not_read_or_written(where: Path, mode: int) -> None:
    file = kept(where)
    where.chmod(mode)
    assert cache.read(KEY) is None
    file.unlink()
    cache.write(KEY, MADE)
    assert not file.exists()
    where.chmod(0o700)


@posix
def test_another_users_file_or_folder_is_not_read(
    where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(where)
    real = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: real + 1)
    assert cache.read(KEY) is None
    for call in ("lstat", "fstat"):  # only the folder is another's, or only the file
        with monkeypatch.context() as patch:
            state = getattr(os, call)
            patch.setattr(os, "geteuid", lambda: real)
            patch.setattr(os, call, lambda at, state=state: _of_another(state(at)))
            assert cache.read(KEY) is None
    monkeypatch.setattr(os, "geteuid", lambda: real)
    assert cache.read(KEY) is not None


def _of_another(state: os.stat_result) -> os.stat_result:
    parts = list(state)
    parts[4] += 1
    return os.stat_result(parts)


@posix
def test_a_link_is_not_followed(where: Path, tmp_path: Path) -> None:
    file = kept(where)
    moved = tmp_path / "moved"
    file.rename(moved)
    file.symlink_to(moved)
    assert cache.read(KEY) is None
    file.unlink()
    moved.rename(file)
    assert cache.read(KEY) is not None
    where.rename(tmp_path / "folder")
    where.symlink_to(tmp_path / "folder")
    assert cache.read(KEY) is None


def test_a_folder_that_cannot_be_made_is_silent(
    where: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where.parent.write_text("a file")
    cache.write(KEY, MADE)
    assert cache.read(KEY) is None
    assert cache.read_codes(KEY) == {}
    assert capsys.readouterr() == ("", "")


def test_a_full_disk_leaves_what_was_there(
    where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(where)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.write(KEY, MADE)
    assert [path.name for path in where.iterdir()] == [f"{KEY[:32]}.rulebook"]
    assert cache.read(KEY) is not None


def test_the_cache_can_be_switched_off(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(where)
    monkeypatch.setenv("HEALTHLINT_NO_CACHE", "1")
    assert cache.read(KEY) is None
    assert cache.folder() is None


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    base = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    monkeypatch.setenv(base, str(tmp_path))
    assert cache.folder() == tmp_path / "healthlint"
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    for unset in ("", "relative/path"):
        monkeypatch.setenv(base, unset)
        assert cache.folder() == tmp_path / "home" / ".cache" / "healthlint"

    def nobody() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", nobody)
    assert cache.folder() is None
    cache.write(KEY, MADE)
    assert cache.read(KEY) is None


def test_names_are_good_on_every_system(where: Path) -> None:
    kept(where)
    cache.write_codes(KEY, {1: b"x"})
    for path in where.iterdir():
        stem, _, kind = path.name.partition(".")
        assert kind in ("rulebook", "patterns")
        assert len(path.name) < 50
        assert set(stem) <= set("0123456789abcdef")


def test_old_rulebooks_go(where: Path) -> None:
    keys = [f"{at:x}" * 64 for at in range(7)]
    for at, key in enumerate(keys):
        cache.write(key, MADE._replace(digest=key))
        os.utime(where / f"{key[:32]}.rulebook", (at, at))
    found = [key for key in keys if cache.read(key) is not None]
    assert keys[-1] in found
    assert len(found) <= 4


def test_compiled_patterns_add_up(where: Path) -> None:
    assert cache.read_codes(KEY) == {}
    cache.write_codes(KEY, {3: b"three", 1: b""})
    cache.write_codes(KEY, {2: b"two" * 9, 3: b"THREE"})
    assert {n: bytes(code) for n, code in cache.read_codes(KEY).items()} == {
        1: b"", 2: b"two" * 9, 3: b"THREE",
    }  # fmt: skip
    cache.write_codes("", {1: b"x"})
    assert cache.read_codes("") == {}
    (where / f"{KEY[:32]}.patterns").write_bytes(b"garbage")
    assert cache.read_codes(KEY) == {}
    cache._save(f"{KEY[:32]}.patterns", [b"no marshal"])
    assert cache.read_codes(KEY) == {}


def test_writers_at_once_leave_one_whole_file(where: Path) -> None:
    """Whoever reads meanwhile has a whole rulebook, or, before the first is there, none."""
    wrong: list[object] = []
    kept(where)

    def write() -> None:
        for _ in range(10):
            cache.write(KEY, MADE)
            cache.write_codes(KEY, {1: b"x" * 5000})

    def read() -> None:
        for _ in range(40):
            found = cache.read(KEY)
            if found is None or candidates(found) != candidates(MADE):
                wrong.append(found)
            codes = cache.read_codes(KEY)
            if codes and bytes(codes[1]) != b"x" * 5000:
                wrong.append(codes)

    threads = [threading.Thread(target=job) for job in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sorted(path.suffix for path in where.iterdir()) == [".patterns", ".rulebook"]


RUN = """
import sys
from healthlint.rulebook.load import load_rulebook
print(load_rulebook((__import__("pathlib").Path(sys.argv[1]),)).digest)
"""


@pytest.mark.slow
def test_processes_that_start_at_once_all_have_the_rulebook(where: Path, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path / "pack.yaml")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate() for process in running]
    digest = said[0][0].strip()
    assert len(digest) == 64, said
    assert said == [(f"{digest}\n", "")] * 2
    assert cache.read(digest) is not None
    assert [path.suffix for path in where.iterdir()] == [".rulebook"]


PACK = """
category: hype
rules:
  - code: OWN001
    name: own
    severity: warning
    any: ["ketamine is tested"]
    message: "“{match}” is not so."
    suggest: ["Ask us."]
    why: To have a rule.
    examples:
      flag: ["[Ketamine is tested].", "So [ketamine is tested].", "And [ketamine is tested] here."]
      pass: ["So.", "So it is.", "Not so."]
"""


@pytest.fixture
def little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack of one file in place of the built-in pack, as far as a digest goes."""
    file = tmp_path / "pack.yaml"
    file.write_text(PACK, "utf-8")
    return file


def test_a_digest_is_of_rules_packs_code_and_interpreter(
    little: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cache.digest([little], (little,))
    assert cache.digest([little], (little,)) == first
    assert cache.digest([little], ()) != first
    assert cache.digest([], (little,)) != first
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "3.99.0 (main)")
        assert cache.digest([little], (little,)) != first
    little.write_text(PACK.replace("tested", "proved"), "utf-8")
    changed = cache.digest([little], (little,))
    assert changed != first
    little.unlink()
    assert cache.digest([little], (little,)) not in (first, changed)


def test_another_interpreter_does_not_read_this_ones_rulebook(
    where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = cache.digest([], ())
    cache.write(here, MADE._replace(digest=here))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "3.99.0 (main)")
        assert cache.read(cache.digest([], ())) is None
    assert cache.read(here) is not None


def test_the_digests_beginning_is_not_enough(where: Path) -> None:
    kept(where)
    assert cache.read(KEY[:32] + "f" * 32) is None


def test_a_rulebook_read_from_the_cache_is_the_one_that_was_built(where: Path) -> None:
    built = built_in().rulebook
    cache.write(built.digest, built)
    found = load_rulebook()
    assert found is not built
    assert found.rules == built.rules
    assert (found.signals, found.tables, found.digest) == (
        built.signals, built.tables, built.digest,
    )  # fmt: skip
    assert list(found.patterns) == list(built.patterns)
    assert found.index._replace(words=built.index.words) == built.index
    assert dict(found.index.words.items()) == dict(built.index.words.items())
    assert dict(found.table.items()) == dict(built.table.items())
    (file,) = where.iterdir()
    file.write_bytes(file.read_bytes()[:100_000])
    assert load_rulebook().rules == built.rules  # built again, in silence, and kept
    assert file.stat().st_size > 100_000
