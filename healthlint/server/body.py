"""Reading the body of a request: its media type, its size and its time are limited as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from email.message import Message
from typing import Any

from healthlint.server.problem import Problem

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

JSON_TYPE = "application/json"
#: Media type -> the format of a body that is the text itself.
TEXT_TYPES = {"text/markdown": "markdown", "text/html": "html", "text/plain": "text"}
#: How many bytes over the limit are thrown away, so that a client that is still sending can read
#: the refusal; after that the connection is closed on it.
_DRAIN = 64_000_000


class ClientGone(Exception):
    """The client closed the connection; nobody waits for an answer."""


def media_type(content_type: str | None, text: bool) -> tuple[str, str]:
    """The media type and charset of a body, "" for none; `text` allows a bare text as the body.

    Raises `Problem` media-type.
    """
    known = (JSON_TYPE, *TEXT_TYPES) if text else (JSON_TYPE,)
    header = Message()
    header["content-type"] = content_type or ""
    media = (content_type or "").partition(";")[0].strip().lower()
    if media not in known:
        said = f"`{media[:100]}` is not read" if media else "The request does not say what it is"
        raise Problem("media-type", f"{said}. Send one of: {', '.join(known)}.")
    charset = str(header.get_param("charset", "") or "")
    if media == JSON_TYPE and charset.lower() not in ("", "utf-8", "utf8"):
        raise Problem("media-type", "JSON is read as UTF-8 only.")
    return media, charset


async def read_body(
    receive: Receive, length: str | None, waits: bool, limit: int, seconds: float
) -> bytes:
    """The body, at most `limit` bytes. `length` is its Content-Length, if it has one; `waits` says
    that the client sends nothing before it is asked to (`Expect: 100-continue`).

    Raises `Problem` too-large or too-slow, and `ClientGone`.
    """
    large = Problem(
        "too-large", f"At most {limit} bytes are read at once. Send fewer fields or a shorter text."
    )
    declared = int(length) if length and length.isascii() and length.isdecimal() else 0
    if declared > limit and waits:
        raise large
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    chunks: list[bytes] = []
    size = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), max(end - loop.time(), 0))
        except asyncio.TimeoutError:
            if size > limit or declared > limit:
                raise large from None
            raise Problem(
                "too-slow",
                f"The body did not arrive within {seconds:g} s.",
                headers={"Connection": "close"},
            ) from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= limit and declared <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if size > limit + _DRAIN:
            raise large
        if not message.get("more_body", False):
            break
    if size > limit or declared > limit:
        raise large
    return b"".join(chunks)


async def gone(receive: Receive) -> None:
    """Returns when the client has closed the connection. The body must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass
