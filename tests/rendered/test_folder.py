"""From an address to a file of an exported site, and never out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.errors import DraftError
from healthlint.rendered.folder import file_for

FILES = (
    "index.html", "a/index.html", "b.html", "c/index.htm", "d", "both.html", "both/index.html",
    "Räume & mehr/index.html", "e.html?page=2", "f/index.html?p=1", "deep/er/page.htm",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if os.name == "nt":
        pytest.skip("file names with ? do not exist on Windows")
    folder = tmp_path_factory.mktemp("out")
    root = folder / "site"
    for name in FILES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    (folder / "secret.html").write_text("secret", "utf-8")
    (root / "out.html").symlink_to(folder / "secret.html")
    (root / "up").symlink_to(folder)
    (root / "alias.html").symlink_to(root / "b.html")
    return root


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://c.example", "index.html"),
        ("https://c.example/", "index.html"),
        ("https://c.example//a//", "a/index.html"),
        ("https://c.example/a/", "a/index.html"),
        ("https://c.example/a", "a/index.html"),
        ("https://c.example/a/index.html", "a/index.html"),
        ("https://c.example/b", "b.html"),
        ("https://c.example/b.html", "b.html"),
        ("https://c.example/c", "c/index.htm"),
        ("https://c.example/d", "d"),
        ("https://c.example/both", "both.html"),
        ("https://c.example/both/", "both/index.html"),
        ("https://c.example/R%C3%A4ume%20&%20mehr/", "Räume & mehr/index.html"),
        ("https://c.example/Räume & mehr", "Räume & mehr/index.html"),
        ("https://c.example/e.html?page=2", "e.html?page=2"),
        ("https://c.example/f/?p=1", "f/index.html?p=1"),
        ("https://c.example/deep/./er/page", "deep/er/page.htm"),
        ("https://c.example/alias", "alias.html"),
        ("/b", "b.html"),
    ],
)
def test_the_file_of_an_address(site: Path, address: str, name: str) -> None:
    assert file_for(site, address) == site / name


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://c.example/nowhere", "there is no file for it"),
        ("https://c.example/b/", "there is no file for it"),
        ("https://c.example/b?p=2", "with this query"),
        ("https://c.example/../secret", "leads out"),
        ("https://c.example/a/%2e%2e/%2E%2E/secret.html", "leads out"),
        ("https://c.example/a/..%2f..%2fsecret.html", "leads out"),
        ("https://c.example/..%5csecret.html", "leads out"),
        ("https://c.example/b?/../../secret.html", "leads out"),
        ("https://c.example/b%00.html", "leads out"),
        ("https://c.example/out", "a link leads out"),
        ("https://c.example/up/secret", "a link leads out"),
        ("https://c.example/%ff", "not UTF-8"),
    ],
)
def test_what_has_no_file(site: Path, address: str, says: str) -> None:
    with pytest.raises(DraftError, match=says):
        file_for(site, address)


parts = st.sampled_from(
    ["..", ".", "%2e%2e", "up", "out", "secret", "secret.html", "a", "%2f", "%5c", "", "?", "~"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(parts, max_size=8))
def test_nothing_outside_is_ever_found(site: Path, names: list[str]) -> None:
    try:
        found = file_for(site, "https://c.example/" + "/".join(names))
    except DraftError:
        return
    assert Path(os.path.realpath(found)).is_relative_to(os.path.realpath(site))
