"""Pages over HTTP: from this machine only, within limits."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from healthlint.errors import DraftError
from healthlint.rendered import fetch as module
from healthlint.rendered.fetch import Fetched, fetch, is_loopback


class _Pages(BaseHTTPRequestHandler):
    """Answers that a good or a bad server gives."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["host"]))
        name = self.path.partition("?")[0].strip("/")
        getattr(self, f"_{name}", self._missing)()

    def _say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _missing(self) -> None:
        self._say(b"no", 404)

    def _page(self) -> None:
        self._say(b"<p>Hi</p>", content_type="Text/HTML; charset=ISO-8859-1")

    def _bare(self) -> None:
        self._say(b"x")

    def _chunked(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def _moved(self) -> None:
        self._say(b"", 301, location="/page?x=1")

    def _circle(self) -> None:
        self._say(b"", 302, location="/circle")

    def _away(self) -> None:
        self._say(b"", 302, location="http://192.0.2.1/")

    def _file(self) -> None:
        self._say(b"", 302, location="file:///etc/passwd")

    def _packed(self) -> None:
        self._say(b"\x1f\x8b", content_encoding="gzip")

    def _large(self) -> None:
        self._say(b"a" * 200_000)

    def _short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"abc")
        self.close_connection = True

    def _slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"a")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    _Pages.asked = []
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_page(server: str) -> None:
    assert fetch(f"{server}/page") == Fetched(b"<p>Hi</p>", "text/html", "iso-8859-1")
    assert fetch(f"{server}/bare") == Fetched(b"x", "", "")
    assert fetch(f"{server}/chunked").body == b"abcde"


def test_an_address_as_people_write_it(server: str) -> None:
    fetch(f"{server}/page?q=ä b%20c")
    assert _Pages.asked[-1] == ("/page?q=%C3%A4%20b%20c", server.removeprefix("http://"))


def test_a_redirect_is_followed(server: str) -> None:
    assert fetch(f"{server}/moved").body == b"<p>Hi</p>"
    assert _Pages.asked[-1][0] == "/page?x=1"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/nowhere", "it answers 404"),
        ("/circle", "redirected more than 5 times"),
        ("/away", "`192.0.2.1` is not this machine"),
        ("/file", "only http and https"),
        ("/packed", "compressed"),
        ("/large", "over the limit of 0.1 MB"),
        ("/short", "closed before the page was complete"),
        ("/slow", "no answer within 0.5 s"),
    ],
)
def test_what_is_no_page(server: str, path: str, says: str) -> None:
    with pytest.raises(DraftError, match=says):
        fetch(server + path, limit=100_000, seconds=0.5)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://192.0.2.1/", "`192.0.2.1` is not this machine"),
        ("http://[2001:db8::1]/", "`2001:db8::1` is not this machine"),
        ("https://127.0.0.1/", "`https://127.0.0.1` is not this machine over HTTP"),
        ("http://user:secret@127.0.0.1/", "a user's name or password"),
        ("ftp://127.0.0.1/", "only http and https"),
        ("http://127.0.0.1:99999/", "no address"),
        ("http://[::1/", "no address"),
        ("http:///a", "only http and https"),
    ],
)
def test_what_is_refused(address: str, says: str) -> None:
    with pytest.raises(DraftError, match=says):
        fetch(address, seconds=5)


def test_a_name_counts_for_what_it_resolves_to(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up once: all its addresses must be ours, and the connection goes to one of those."""
    port = int(server.rpartition(":")[2])
    lookups: list[str] = []
    answers = {"ours.example": ["127.0.0.1"], "mixed.example": ["127.0.0.1", "192.0.2.1"],
               "theirs.example": ["192.0.2.1"]}  # fmt: skip

    def lookup(host: str, *_: Any, **__: Any) -> list[Any]:
        lookups.append(host)
        known = answers.get(host, [host])
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in known]

    real = socket.create_connection
    monkeypatch.setattr(module.socket, "getaddrinfo", lookup)
    monkeypatch.setattr(
        module.socket, "create_connection",
        lambda place, *rest: real(place, *rest) if place[0] == "127.0.0.1" else pytest.fail("out"),
    )  # fmt: skip
    for name in ("mixed.example", "theirs.example"):
        with pytest.raises(DraftError, match=f"`{name}` is not this machine"):
            fetch(f"http://{name}:{port}/page")
    assert fetch(f"http://ours.example:{port}/page").body == b"<p>Hi</p>"
    assert lookups.count("ours.example") == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DraftError, match="cannot be fetched"):
        fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True),
     ("::ffff:192.0.2.1", False), ("0.0.0.0", False), ("10.0.0.1", False), ("fe80::1%eth0", False)],
)  # fmt: skip
def test_loopback(address: str, own: bool) -> None:
    assert is_loopback(address) is own
