"""What holds for every request, whatever its path: who may ask, headers, counts, the access log.

The log has route, status and time, nothing that a client sent: paths and query strings may hold
words of a draft, and messages of faults too.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import time
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from healthlint.server.metrics import Metrics
from healthlint.server.problem import MEDIA_TYPE, Problem

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_CHALLENGE = 'Bearer realm="healthlint"'

log = logging.getLogger("healthlint.server")
access = logging.getLogger("healthlint.access")


class Token:
    """The token that clients must have. It is kept as a digest and compared in constant time."""

    def __init__(self, token: str) -> None:
        self._digest = _digest(token.encode("utf-8"))

    def allows(self, authorization: str | None) -> bool:
        """Whether an Authorization header brings it."""
        scheme, _, given = (authorization or "").partition(" ")
        same = hmac.compare_digest(_digest(given.strip().encode("latin-1")), self._digest)
        return scheme.lower() == "bearer" and same


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def problem_response(problem: Problem) -> Response:
    """A refusal as an answer."""
    return Response(
        problem.body(), problem.status, media_type=MEDIA_TYPE, headers=dict(problem.headers)
    )


@dataclass(frozen=True)
class Guard:
    """The outermost application. `hosts` are the names it goes by, None for any."""

    app: ASGIApp
    metrics: Metrics
    routes: MutableMapping[Callable[..., Any], str]
    token: Token | None
    hosts: frozenset[str] | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _POLICY)
            await send(message)

        with self.metrics.in_flight.track_inprogress():
            try:
                self._admit(scope["path"], scope["method"], Headers(scope=scope))
                await self.app(scope, receive, sending)
            except Problem as problem:
                await problem_response(problem)(scope, receive, sending)
            except Exception as error:  # it has been answered with 500 where that was possible
                if not status:
                    await problem_response(FAULT)(scope, receive, sending)
                log.error("fault: %s", told(error))
        route = self.routes.get(scope.get("endpoint", _nowhere), "other")
        seconds = time.perf_counter() - began
        self.metrics.request(route, status, seconds)
        access.info("%s %s %d %.1f ms", _method(scope["method"]), route, status, seconds * 1000)

    def _admit(self, path: str, method: str, headers: Headers) -> None:
        if self.hosts is not None and _name(headers.get("host", "")) not in self.hosts:
            raise Problem(
                "host",
                "This service listens to other names only; whoever runs it can add this one with "
                "--allow-host.",
            )
        if path.startswith("/v1/") or path == "/metrics":
            if self.token and not self.token.allows(headers.get("authorization")):
                given = "authorization" in headers
                raise Problem(
                    "unauthorised",
                    "The token is wrong." if given else "Send `Authorization: Bearer TOKEN`.",
                    headers={
                        "WWW-Authenticate": _CHALLENGE + ', error="invalid_token"' * given
                    },
                )
            # A page of another site can send a form here from its reader's browser.
            if headers.get("sec-fetch-site") in ("cross-site", "same-site") and method == "POST":
                raise Problem("cross-site", "Call the service from your server, not from a page.")


FAULT = Problem("fault", "The request could not be answered. The service's log says where.")


def told(error: BaseException) -> str:
    """An error for the log: its type and place, and its message only if HEALTHLINT_DEBUG is set."""
    trace, where = error.__traceback__, "?"
    if os.environ.get("HEALTHLINT_DEBUG"):
        import traceback

        return "".join(traceback.format_exception(type(error), error, trace))
    while trace:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {where}"


def host_names(names: Iterable[str]) -> frozenset[str]:
    """Names as `Host` headers have them, lower case and without a port."""
    return frozenset(_name(name) for name in names)


def _name(host: str) -> str:
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    if host.count(":") > 1:
        return f"[{host}]"
    return host.partition(":")[0]


def _method(method: str) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
    return method if method in known else "other"


def _nowhere() -> None:
    """Stands for no endpoint."""
