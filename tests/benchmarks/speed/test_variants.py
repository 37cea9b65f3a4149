from __future__ import annotations

from pathlib import Path

from benchmarks.speed.variants import write_words


def test_words_of_the_rulebook(tmp_path: Path) -> None:
    write_words(tmp_path / "all.txt", None)
    words = (tmp_path / "all.txt").read_text("utf-8").split("\n")
    assert words.pop() == ""
    assert words == sorted(set(words)) and len(words) > 1000 and "ketamine" in words
    write_words(tmp_path / "some.txt", 50)
    some = (tmp_path / "some.txt").read_text("utf-8").split()
    assert len(some) == 50 and set(some) <= set(words)
