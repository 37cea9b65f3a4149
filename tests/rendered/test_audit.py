"""A site's pages through the command line: an exported folder, a local server, what goes wrong."""

from __future__ import annotations

import functools
import gzip
import json
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from healthlint.cli import cli
from healthlint.errors import ConfigError
from healthlint.rendered import audit
from healthlint.rendered.audit import Site, pages

HTML = '<!doctype html><title>x</title><p lang="en">{}</p>\n'
UNSAFE = "Ketamine is a safe and effective treatment."
SITE = "https://c.example"


def urlset(*addresses: str) -> bytes:
    listed = "".join(f"<url><loc>{one}</loc></url>" for one in addresses)
    return f"<urlset>{listed}</urlset>".encode()


def index(*addresses: str) -> bytes:
    listed = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in addresses)
    return f"<sitemapindex>{listed}</sitemapindex>".encode()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "public"
    files: dict[str, bytes] = {
        "index.html": HTML.format("Call us.").encode(),
        "a/index.html": HTML.format(UNSAFE).encode(),
        "latin.html": HTML.format(f"Caf\xe9. {UNSAFE}").replace(
            "<title>", '<meta charset="iso-8859-1"><title>'
        ).encode("latin-1"),
        "leaflet.pdf": b"%PDF-1.7",
        "plain": HTML.format(UNSAFE).encode(),
        "notes": b"Just words.",
        "broken.html": b"<!doctype html>caf\xe9",
        "sitemap.xml": index(f"{SITE}/pages.xml.gz", f"{SITE}/gone.xml", f"{SITE}/evil.xml"),
        "pages.xml.gz": gzip.compress(
            urlset(f"{SITE}/", f"{SITE}/a/", f"{SITE}/a/#top", f"{SITE}/nowhere", f"{SITE}/latin")
        ),
        "evil.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset>&e;</urlset>',
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def served(root: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def check(*arguments: str) -> tuple[int, dict[str, Any], list[str]]:
    """Exit code, path -> error or rules found, and the lines on standard error."""
    done = CliRunner().invoke(cli, ["check", "--format", "json", *arguments])
    told = {}
    if done.stdout:
        for one in json.loads(done.stdout)["files"]:
            told[one["path"]] = one["error"] or [found["rule"] for found in one["findings"]]
    return done.exit_code, told, done.stderr.splitlines()


def test_an_exported_folder(root: Path) -> None:
    code, told, _ = check("--urls-from", "public/sitemap.xml", "--root", "public")
    assert code == 2
    assert told == {
        f"{SITE}/": [],
        f"{SITE}/a/": ["SAF001"],
        f"{SITE}/nowhere": "there is no file for it in public",
        f"{SITE}/latin": ["SAF001"],
        f"{SITE}/gone.xml": "this sitemap cannot be read: there is no file for it in public",
        f"{SITE}/evil.xml": "this sitemap cannot be read: a sitemap has no DOCTYPE, so this file "
        "is not read",
    }


def test_only_findings_and_no_errors_end_with_one(root: Path) -> None:
    (root.parent / "list.txt").write_text(f"{SITE}/\n/a/\n", "utf-8")
    arguments = ("--urls-from", "list.txt", "--root", "public")
    assert check(*arguments)[:2] == (1, {f"{SITE}/": [], "/a/": ["SAF001"]})
    assert check(*arguments, "--ignore", "SAF")[0] == 0


def test_what_is_no_html_is_passed_over_with_a_line(root: Path, served: str) -> None:
    (root.parent / "list.txt").write_text(
        f"{SITE}/leaflet.pdf\n{SITE}/plain\n{SITE}/notes\n{SITE}/broken.html\n", "utf-8"
    )
    code, told, lines = check("--urls-from", "list.txt", "--root", "public")
    assert code == 2
    assert told[f"{SITE}/leaflet.pdf"] == [] and told[f"{SITE}/plain"] == ["SAF001"]
    assert "not UTF-8" in told[f"{SITE}/broken.html"]
    assert f"{SITE}/leaflet.pdf: note: passed over: a file that is no HTML" in lines
    assert f"{SITE}/notes: note: passed over: a file that is no HTML" in lines
    _, told, lines = check("--urls-from", "list.txt", "--root", served)
    assert f"{SITE}/leaflet.pdf: note: passed over: application/pdf" in lines


def test_a_site_that_is_served_here(root: Path, served: str) -> None:
    (root / "sitemap.xml").write_bytes(urlset(f"{served}/", f"{served}/a/", f"{served}/nowhere"))
    expected = {
        f"{served}/": [], f"{served}/a/": ["SAF001"],
        f"{served}/nowhere": "it answers 404 File not found",
    }  # fmt: skip
    assert check("--urls-from", f"{served}/sitemap.xml")[:2] == (2, expected)
    assert check("--urls-from", "public/sitemap.xml")[:2] == (2, expected)


def test_production_addresses_on_a_local_server(root: Path, served: str) -> None:
    _, told, _ = check("--urls-from", "public/sitemap.xml", "--root", served + "/")
    assert (told[f"{SITE}/a/"], told[f"{SITE}/gone.xml"]) == (
        ["SAF001"], "this sitemap cannot be read: it answers 404 File not found",
    )  # fmt: skip


def test_other_machines_are_not_asked(root: Path) -> None:
    (root.parent / "list.txt").write_text("http://192.0.2.1/a\nhttps://127.0.0.1/\n", "utf-8")
    code, told, _ = check("--urls-from", "list.txt")
    assert code == 2
    assert all("--allow-network" in error for error in told.values()) and len(told) == 2
    code, _, lines = check("--urls-from", "http://192.0.2.1/sitemap.xml")
    assert code == 2 and "--urls-from: http://192.0.2.1/sitemap.xml: `192.0.2.1` is not" in lines[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--urls-from", "absent.xml"], "absent.xml: cannot be read: No such file"),
        (["--urls-from", "public/index.html"], "index.html: this is an HTML page"),
        (["--urls-from", "public/sitemap.xml", "--root", "nowhere"], "there is no such folder"),
        (["--root", "public"], "--root and --allow-network need --urls-from"),
        (["--urls-from", "public/sitemap.xml", "a.md"], "takes no PATHS"),
        (["--urls-from", "public/sitemap.xml", "--diff-base", "x"], "--diff-base needs files"),
    ],
)
def test_what_cannot_be_run(root: Path, arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(cli, ["check", *arguments])
    assert done.exit_code == 2 and done.stdout == ""
    assert re.search(says, done.stderr), done.stderr


def test_the_configuration_of_the_files_holds(root: Path) -> None:
    (root / ".healthlint.yaml").write_text(
        "exclude: [latin.html]\noverrides:\n  - paths: [a/**]\n    ignore: [SAF]\n", "utf-8"
    )
    _, told, _ = check("--urls-from", "public/sitemap.xml", "--root", "public")
    assert told[f"{SITE}/a/"] == [] and f"{SITE}/latin" not in told


def test_every_format_names_the_address(root: Path) -> None:
    (root.parent / "list.txt").write_text(f"{SITE}/a/\n", "utf-8")
    from healthlint.output import FORMATS

    for name in FORMATS:
        done = CliRunner().invoke(
            cli, ["check", "--urls-from", "list.txt", "--root", "public", "--format", name]
        )
        assert done.exit_code == 1, name
        assert f"{SITE}/a/" in done.stdout.replace("\\/", "/").replace("%3A", ":"), name


def test_circles_and_depths_end(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "one.xml").write_bytes(index("/two.xml", "/one.xml"))
    (root / "two.xml").write_bytes(index("/one.xml", "/three.xml"))
    (root / "three.xml").write_bytes(index("/four.xml"))
    (root / "four.xml").write_bytes(index("/five.xml"))
    (root / "five.xml").write_bytes(urlset("/a/"))
    found = list(pages(str(root / "one.xml"), Site(root=root)))
    assert [(page.address, page.wrong is None) for page in found] == [("/five.xml", False)]
    monkeypatch.setattr(audit, "_SITEMAPS", 1)
    many = list(pages(str(root / "one.xml"), Site(root=root)))
    assert [(page.address, page.wrong is None) for page in many] == [("/one.xml", False)]


def test_more_pages_than_anybody_has(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MAX_ADDRESSES", 2)
    (root / "list").write_text("/1\n/2\n/3\n/4\n", "utf-8")
    found = list(pages(str(root / "list"), Site(root=root)))
    assert [page.wrong is None for page in found] == [True, True, False]


def test_a_folder_that_is_none() -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        Site.at("/no/such/folder", network=False)
