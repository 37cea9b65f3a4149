"""Tokens, host names, and what the log is told of a fault."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from healthlint.server.guard import Guard, Token, host_names, told
from healthlint.server.metrics import Metrics


def test_a_token() -> None:
    token = Token("s3cret")
    assert token.allows("Bearer s3cret") and token.allows("BEARER  s3cret ")
    for wrong in (None, "", "Bearer", "Bearer s3cre", "Bearer s3crett", "Basic s3cret", "s3cret"):
        assert not token.allows(wrong), wrong
    assert "s3cret" not in repr(token) + repr(vars(token))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Lint.Example", "lint.example"),
        ("lint.example:8765", "lint.example"),
        ("[::1]:8765", "[::1]"),
        ("::1", "[::1]"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_host_names(name: str, known: str) -> None:
    assert host_names([name]) == {known}


def run(app: Any) -> tuple[list[dict[str, Any]], Metrics]:
    """What a guarded application sends for one request."""
    metrics = Metrics()
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http", "method": "BREW", "path": "/healthz", "headers": [], "query_string": b"",
    }  # fmt: skip

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    asyncio.run(Guard(app, metrics, {}, None, None)(scope, receive, send))
    return sent, metrics


def test_a_fault_is_answered_and_told_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("words of a draft")

    sent, metrics = run(app)
    assert sent[0]["status"] == 500
    assert (b"content-type", b"application/problem+json") in sent[0]["headers"]
    assert b"words" not in sent[1]["body"] and b"Traceback" not in sent[1]["body"]
    assert "fault: ValueError at test_guard.py:" in caplog.text and "words" not in caplog.text
    assert b'healthlint_requests_total{route="other",status="500"} 1.0' in metrics.text()


def test_a_fault_after_the_answer_began(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("words")

    sent, _ = run(app)
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "ValueError" in caplog.text


def test_all_of_a_fault_is_told_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHLINT_DEBUG", "1")
    try:
        raise ValueError("words")
    except ValueError as error:
        assert "Traceback" in told(error) and "words" in told(error)
