"""Running the service with uvicorn: sockets, signals, logs."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from healthlint.errors import ConfigError
from healthlint.server.app import Options, Service
from healthlint.server.problem import MEDIA_TYPE, Problem

#: Seconds in which the head of a request must arrive.
_HEAD_TIME = 10.0
_BACKLOG = 512

log = logging.getLogger("healthlint.server")


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that waits for the head of a request, but not for ever."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._head:
            self._head.cancel()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._head:
            self._head.cancel()
        self._head = self.loop.call_later(_HEAD_TIME, self._stop_waiting)

    def _stop_waiting(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        body = Problem("malformed", "This is not HTTP/1.1 as the standard has it.").body()
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises `ConfigError`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(_BACKLOG)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}; try another --port"
        ) from None
    return found


def serve(options: Options, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Answer until told to stop. Raises `ConfigError` when the rules are wrong at the start."""
    service = Service(options)
    config = uvicorn.Config(
        service.app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=int(options.time_limit) + 5,
    )
    asyncio.run(_serve(service, uvicorn.Server(config), listening, ready))


async def _serve(
    service: Service, server: uvicorn.Server, listening: socket.socket, ready: Callable[[], None]
) -> None:
    loop = asyncio.get_running_loop()
    hangup: Any = getattr(signal, "SIGHUP", None)
    reloads: set[asyncio.Task[bool]] = set()

    def reload() -> None:
        task = loop.create_task(service.reload())
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    if hangup is not None:
        loop.add_signal_handler(hangup, lambda: None)  # none may end it before it is ready
    try:
        await service.open()
    except BaseException:
        await service.pool.close()
        raise
    if hangup is not None:
        loop.add_signal_handler(hangup, reload)
    ready()
    await server.serve(sockets=[listening])
