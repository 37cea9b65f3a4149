"""The same seed gives the same bytes, on every machine and in any order."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from benchmarks.speed.pages import PAGE_BYTES, page, write
from healthlint import lint_text


def test_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    total = write(tmp_path, 60)
    files = sorted(tmp_path.rglob("*.md"))
    whole = b"".join(file.read_bytes() for file in files)
    assert [file.relative_to(tmp_path).as_posix() for file in files[49:51]] == [
        "part-000/page-00049.md",
        "part-001/page-00050.md",
    ]
    assert whole == "".join(page(number) for number in range(60)).encode()
    assert total == len(whole)
    # Whoever changes the pages changes this too, and measures everything anew.
    assert hashlib.sha256(whole).hexdigest()[:16] == "b7fa0a973b874bd8"


def test_pages_are_of_one_size_and_each_its_own() -> None:
    made = [page(number) for number in range(30)]
    assert len(set(made)) == 30
    sizes = [len(text.encode()) for text in made]
    assert all(0.9 * PAGE_BYTES < size < 1.25 * PAGE_BYTES for size in sizes)
    assert abs(sum(sizes) / 30 - PAGE_BYTES) < 500
    assert page(3, seed=1) != page(3, seed=2)


@pytest.mark.parametrize(("number", "least", "most"), [(0, 0, 5), (2, 6, 60)])
def test_some_pages_have_findings(number: int, least: int, most: int) -> None:
    assert least <= len(list(lint_text(page(number)))) <= most
