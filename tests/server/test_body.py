"""Bodies as they come in: in pieces, too large, too slowly, not to the end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from healthlint.server.body import ClientGone, media_type, read_body
from healthlint.server.problem import Problem


def read(*pieces: Any, length: str | None = None, waits: bool = False, limit: int = 10) -> bytes:
    """The body that these messages make; a number is a pause in seconds, None the end."""
    messages = iter(pieces)

    async def receive() -> Any:
        piece = next(messages)
        if isinstance(piece, float):
            await asyncio.sleep(piece)
            piece = next(messages)
        if piece is None:
            return {"type": "http.disconnect"}
        last, data = piece.endswith(b"."), piece.removesuffix(b".")
        return {"type": "http.request", "body": data, "more_body": not last}

    return asyncio.run(read_body(receive, length, waits, limit, 0.2))


def test_pieces() -> None:
    assert read(b".") == b""
    assert read(b"abc", b"", b"def.") == b"abcdef"
    assert read(b"0123456789.", length="10") == b"0123456789"


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        ((b"0123456789", b"a."), {}),
        ((b"01234567890" * 1000, b"a" * 1000, b"."), {}),
        ((b"abc.",), {"length": "11"}),
        ((), {"length": "11", "waits": True}),  # refused before anything is asked for
        ((b"0123456789a", 1.0, b"."), {}),
    ],
)
def test_too_large(arguments: tuple[Any, ...], more: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        read(*arguments, **more)
    assert (refused.value.kind, refused.value.status) == ("too-large", 413)


def test_a_body_without_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("healthlint.server.body._DRAIN", 100)
    with pytest.raises(Problem) as refused:
        read(*[b"0123456789"] * 12, b"unread")
    assert refused.value.kind == "too-large"


def test_too_slow() -> None:
    with pytest.raises(Problem) as refused:
        read(b"abc", 5.0, b"d.")
    assert (refused.value.kind, refused.value.headers) == ("too-slow", {"Connection": "close"})


def test_a_client_that_leaves() -> None:
    with pytest.raises(ClientGone):
        read(b"abc", None)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("application/json", ("application/json", "")),
        ("Application/JSON; charset=UTF-8", ("application/json", "UTF-8")),
        ('text/html; charset="iso-8859-1"; x=y', ("text/html", "iso-8859-1")),
        ("text/plain;", ("text/plain", "")),
    ],
)
def test_media_types(header: str, found: tuple[str, str]) -> None:
    assert media_type(header, text=True) == found


@pytest.mark.parametrize(
    "header", [None, "", "json", "text/css", "application/json; charset=utf-16", "a" * 5000]
)
def test_other_media_types(header: str | None) -> None:
    with pytest.raises(Problem) as refused:
        media_type(header, text=True)
    assert refused.value.kind == "media-type" and len(refused.value.detail) < 300
