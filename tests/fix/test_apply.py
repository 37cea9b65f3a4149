from __future__ import annotations

import os
from pathlib import Path

import pytest

from healthlint.errors import DraftError
from healthlint.fix.apply import digest, encoded, write
from healthlint.readers.decode import decode

TEXT = "\ufeffSafe – ünd 😀\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_the_encoding_stays(encoding: str) -> None:
    data = TEXT.encode(encoding)
    assert encoded(decode(data), data) == data


def test_a_draft_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    path.chmod(0o640)

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    for step in ("replace", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, interrupted)
            with pytest.raises(KeyboardInterrupt):
                write(path, b"new", digest(b"old"))
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["a.md"]
    write(path, b"new", digest(b"old"))
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_draft_that_changed_since_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"theirs")
    with pytest.raises(DraftError, match="changed by somebody else since it was checked"):
        write(path, b"new", digest(b"old"))
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_bytes(b"old")
    link = tmp_path / "a.md"
    link.symlink_to("real.md")
    write(link, b"new", digest(b"old"))
    assert link.is_symlink()
    assert (tmp_path / "real.md").read_bytes() == b"new"


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="cannot be written: No such file"):
        write(tmp_path / "none.md", b"new", digest(b"old"))
