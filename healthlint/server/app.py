"""The service as an ASGI application: routes, and what each does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from healthlint import __version__
from healthlint.server.body import ClientGone, gone, media_type, read_body
from healthlint.server.frames import Answer, Job
from healthlint.server.guard import FAULT, Guard, Token, host_names, problem_response
from healthlint.server.metrics import MEDIA_TYPE as METRICS_TYPE
from healthlint.server.metrics import Metrics
from healthlint.server.openapi import document
from healthlint.server.page import page
from healthlint.server.pool import Pool
from healthlint.server.problem import Problem

#: Keys of a rule that the list of rules has too.
_SUMMARY = ("code", "name", "category", "severity", "kind", "profiles", "about", "pack")
#: How many bodies may be on their way at once; it bounds the memory that they take.
_ARRIVING = 128
#: The status in counts and log of a request whose client went away.
CLIENT_GONE = 499


@dataclass(frozen=True)
class Options:
    """How a service runs. Times are in seconds; `hosts` are its names, None for any."""

    concurrency: int = 2
    max_bytes: int = 1_000_000
    time_limit: float = 30.0
    body_time: float = 10.0
    config: Path | None = None
    token: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] | None = None


class Service:
    """The application and what its routes share."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.metrics = Metrics()
        self.pool = Pool(options.concurrency, options.config, options.time_limit)
        self._arriving = 0
        self._list = b""
        self._whole: dict[str, dict[str, Any]] = {}
        self._page, self._policy = b"", ""
        self._document = _dump(document(options.token is not None))
        routes = [
            Route("/", self.front, methods=["GET"]),
            Route("/v1/check", self.check, methods=["POST"]),
            Route("/v1/fix", self.fix, methods=["POST"]),
            Route("/v1/rules", self.rules, methods=["GET"]),
            Route("/v1/rules/{code}", self.rule, methods=["GET"]),
            Route("/healthz", self.health, methods=["GET"]),
            Route("/metrics", self.show_metrics, methods=["GET"]),
            Route("/openapi.json", self.openapi, methods=["GET"]),
        ]
        starlette = Starlette(
            routes=routes,
            lifespan=self._lifespan,
            exception_handlers={
                Problem: _refuse, HTTPException: _refuse_http, ClientGone: _nobody,
                Exception: _fault,
            },
        )  # fmt: skip
        starlette.router.redirect_slashes = False
        self.app = Guard(
            starlette,
            self.metrics,
            {route.endpoint: route.path for route in routes},
            Token(options.token) if options.token else None,
            None if options.hosts is None else host_names(options.hosts),
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self.pool.close()

    async def open(self) -> None:
        """Load the rules and start the workers. Raises `ConfigError`."""
        await self.pool.open()
        self._note_rules()

    async def reload(self) -> bool:
        """Load the rules again; False if they are wrong and the old ones stay."""
        done = await self.pool.reload()
        self._note_rules()
        return done

    def _note_rules(self) -> None:
        generation = self.pool.generation
        assert generation is not None
        listed = [{key: rule[key] for key in _SUMMARY} for rule in generation.rules]
        whole: dict[str, dict[str, Any]] = {}
        for rule in generation.rules:
            whole[rule["code"].lower()] = whole[rule["name"].lower()] = rule
        self._list, self._whole = _dump({"version": 1, "rules": listed}), whole
        self._page, self._policy = page(self.options.token is not None, generation.profile)
        self.metrics.rulebook(generation.digest, len(listed))

    # -- routes ----------------------------------------------------------------------------------

    async def front(self, request: Request) -> Response:
        """The page to paste a draft into."""
        return Response(
            self._page, media_type="text/html", headers={"Content-Security-Policy": self._policy}
        )

    async def check(self, request: Request) -> Response:
        """Findings in a text or in fields."""
        return await self._work(request, "check")

    async def fix(self, request: Request) -> Response:
        """The same texts, mended."""
        return await self._work(request, "fix")

    async def _work(self, request: Request, what: str) -> Response:
        headers = request.headers
        encoding = headers.get("content-encoding", "identity").lower()
        if encoding != "identity":
            raise Problem(
                "media-type", "Send the body uncompressed.", headers={"Accept-Encoding": "identity"}
            )
        media, charset = media_type(headers.get("content-type"), text=what == "check")
        body = await self._body(request)
        query = tuple(request.query_params.multi_items())
        answer = await self._answer(request, Job(what, media, charset, query, body))
        self.metrics.found(answer.counts)
        return Response(answer.body, answer.status, media_type=answer.media)

    async def _body(self, request: Request) -> bytes:
        if self._arriving >= _ARRIVING:
            raise Problem(
                "busy", "Too many requests are arriving at once.", headers={"Retry-After": "1"}
            )
        headers = request.headers
        self._arriving += 1
        try:
            return await read_body(
                request.receive, headers.get("content-length"),
                "100-continue" in headers.get("expect", "").lower(),
                self.options.max_bytes, self.options.body_time,
            )  # fmt: skip
        finally:
            self._arriving -= 1

    async def _answer(self, request: Request, job: Job) -> Answer:
        """The pool's answer, unless the client goes away before. Raises `ClientGone`."""
        work = asyncio.ensure_future(self.pool.run(job))
        leaving = asyncio.ensure_future(gone(request.receive))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientGone
            return work.result()
        finally:
            work.cancel()
            leaving.cancel()

    async def rules(self, request: Request) -> Response:
        """The list of rules."""
        return Response(self._list, media_type="application/json")

    async def rule(self, request: Request) -> Response:
        """One rule, by code or name."""
        code = request.path_params["code"].lower()
        known = self._whole
        if code not in known:
            near = get_close_matches(code, known, 1)
            hint = "GET /v1/rules lists them all."
            if near:
                hint = f"did you mean {known[near[0]]['code']}?"
            raise Problem("not-found", f"There is no such rule; {hint}")
        return _json(known[code])

    async def health(self, request: Request) -> Response:
        """Whether the service can check anything."""
        generation = self.pool.generation
        if generation is None or not self.pool.healthy:
            raise Problem("unavailable", "There are no rules or no worker to check with.")
        return _json(
            {
                "status": "ok",
                "version": __version__,
                "rules": len(generation.rules),
                "digest": generation.digest,
            }
        )

    async def show_metrics(self, request: Request) -> Response:
        """Counts for Prometheus."""
        self.metrics.waiting.set(self.pool.waiting)
        return Response(self.metrics.text(), headers={"Content-Type": METRICS_TYPE})

    async def openapi(self, request: Request) -> Response:
        """The OpenAPI document."""
        return Response(self._document, media_type="application/json")


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def _json(value: object) -> Response:
    return Response(_dump(value), media_type="application/json")


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error)


async def _refuse_http(request: Request, error: Exception) -> Response:
    """What the router refuses."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        return problem_response(
            Problem("method", f"Use {allowed or 'another method'}.", headers=error.headers or {})
        )
    if error.status_code == 404:
        return problem_response(Problem("not-found", "GET /openapi.json tells what there is."))
    return problem_response(Problem("malformed", "The request cannot be read."))


async def _nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)


async def _fault(request: Request, error: Exception) -> Response:
    return problem_response(FAULT)
