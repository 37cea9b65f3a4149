"""A real WordPress with the plugin, and the real service that it asks."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
_spec = importlib.util.spec_from_file_location(
    "wordpress_setup", ROOT / "integrations/wordpress/dev/setup.py"
)
assert _spec is not None and _spec.loader is not None
setup = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(setup)

TOKEN = "a-token-for-tests"

SECRET = secrets.token_hex(16)
_RUN = f"""<?php
// A process for each piece of code would take most of the time of the tests.
add_action( 'wp_loaded', static function () {{
    if ( '{SECRET}' !== ( $_GET['run'] ?? '' ) ) {{
        return;
    }}
    $sent = json_decode( file_get_contents( 'php://input' ), true );
    wp_set_current_user( $sent['user'] );
    $run = static function ( $given ) use ( $sent ) {{
        return eval( $sent['code'] );
    }};
    echo "\\n=====", json_encode( $run( $sent['given'] ) );
    exit;
}} );
"""

UNSAFE = "Our infusions are safe and effective for every adult."
CLEAN = "Ask your doctor whether this treatment is right for you, and what its risks are."


def paragraph(text: str) -> str:
    """The markup of a paragraph block."""
    return f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether anything answers there."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wait_for(url: str) -> None:
    """Until something answers; fails after a minute."""
    end = time.monotonic() + 60
    while not answers(url):
        assert time.monotonic() < end, f"nothing answers at {url}"
        time.sleep(0.2)


@contextmanager
def service() -> Iterator[str]:
    """`healthlint serve`, with a token; its address."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "healthlint", "serve", "--port", str(port), "--concurrency", "1"],
        env={**os.environ, "HEALTHLINT_TOKEN": TOKEN},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@dataclass
class Answer:
    """What a request got: its status, headers, text."""

    status: int
    url: str
    text: str

    @property
    def json(self) -> Any:
        """The text, decoded."""
        return json.loads(self.text)


class Client:
    """A browser without scripts: cookies, forms, REST calls with or without a nonce."""

    def __init__(self, url: str, user: str = "") -> None:
        self.url = url
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.ProxyHandler({})
        )
        if user:
            self.get("/wp-login.php")
            self.post("/wp-login.php", {"log": user, "pwd": "password", "testcookie": "1"})
            assert any(one.name.startswith("wordpress_logged_in") for one in self.cookies)

    def get(self, path: str) -> Answer:
        """A page."""
        return self._send(urllib.request.Request(self.url + path))

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """A form."""
        data = urllib.parse.urlencode(form).encode()
        return self._send(urllib.request.Request(self.url + path, data))

    def logged_in(self) -> str:
        """The cookie that says who is logged in."""
        found = (one for one in self.cookies if one.name.startswith("wordpress_logged_in"))
        return urllib.parse.unquote(next(found).value or "")

    def nonce(self) -> str:
        """The nonce of the REST API for this user."""
        return self.get("/wp-admin/admin-ajax.php?action=rest-nonce").text

    def rest(self, path: str, data: Any, nonce: str | None = None, method: str = "POST") -> Answer:
        """A call of the REST API; the nonce is this user's own unless given."""
        headers = {"Content-Type": "application/json"}
        used = self.nonce() if nonce is None else nonce
        if used:
            headers["X-WP-Nonce"] = used
        address = f"{self.url}/index.php?rest_route={path}"
        body = json.dumps(data).encode()
        return self._send(urllib.request.Request(address, body, headers, method=method))

    def xml(self, call: str) -> Answer:
        """A call of XML-RPC."""
        headers = {"Content-Type": "text/xml"}
        return self._send(urllib.request.Request(self.url + "/xmlrpc.php", call.encode(), headers))

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.url, answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.url or "", error.read().decode("utf-8", "replace"))


@dataclass
class Site:
    """A WordPress in `path`, answering at `url`, with the service at `service`."""

    path: Path
    url: str
    service: str

    def php(self, code: str, user: int = 1, **given: Any) -> Any:
        """What PHP code returns, run inside WordPress; `$given` holds what is given."""
        body = json.dumps({"code": code, "user": user, "given": given}).encode()
        request = urllib.request.Request(f"{self.url}/?run={SECRET}", body)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                printed = answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode("utf-8", "replace")) from error
        _, found, value = printed.rpartition("\n=====")
        assert found, printed
        return json.loads(value)

    def let_run(self) -> None:
        """Let `php` run code in this site; only ever in a site for tests."""
        plugins = self.path / "wp-content" / "mu-plugins"
        plugins.mkdir(exist_ok=True)
        (plugins / "run.php").write_text(_RUN, "utf-8")

    def client(self, user: str = "") -> Client:
        """A client, logged in."""
        return Client(self.url, user)

    def settings(self, **changes: Any) -> None:
        """Back to the defaults with the running service, but for these."""
        self.php(
            """
            $settings = array_merge( Healthlint\\Settings::defaults(), $given );
            update_option( 'healthlint_settings', $settings );
            delete_transient( 'healthlint_down_logged' );
            """,
            **{"url": self.service, "token": TOKEN, **changes},
        )

    def new(self, user: int = 1, **post: Any) -> int:
        """A new post; its id."""
        made: int = self.php(
            "return wp_insert_post( wp_slash( $given['post'] ), true );",
            user=user,
            post={"post_title": "A post", "post_type": "post", "post_status": "draft", **post},
        )
        return made

    def post(self, number: int) -> dict[str, Any]:
        """A post as it is stored."""
        stored: dict[str, Any] = self.php("return get_post( $given['id'] );", id=number)
        return stored

    def log(self, post: int | None = None) -> list[tuple[str, str, str]]:
        """Event, who and rule of each entry (about one post), the oldest first."""
        entries = self.php("return array_reverse( Healthlint\\Log::entries( 10000 ) );")
        return [
            (one["event"], one["who"], one["rule"])
            for one in entries
            if post is None or int(one["post_id"]) == post
        ]

    def form_nonce(self, client: Client, number: int) -> str:
        """The nonce of the form that edits a post, as that form would hold it."""
        return str(
            self.php(
                """
                $_COOKIE[ LOGGED_IN_COOKIE ] = $given['cookie'];
                wp_set_current_user( wp_validate_auth_cookie( $given['cookie'], 'logged_in' ) );
                return wp_create_nonce( 'update-post_' . $given['id'] );
                """,
                cookie=client.logged_in(),
                id=number,
            )
        )

    def users(self) -> dict[str, int]:
        """Each user's id."""
        found: dict[str, int] = self.php(
            "return array_map( 'intval', wp_list_pluck( get_users(), 'ID', 'user_login' ) );"
        )
        return found


def xml_escaped(text: str) -> str:
    """Text for XML."""
    return re.sub(r"[<&]", lambda found: f"&#{ord(found[0])};", text)
