"""What the service refuses, as problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPE = "application/problem+json"
_URN = "urn:healthlint:problem:"

#: Kind of problem -> status and title; the kind is the end of the problem's `type`.
KINDS = {
    "malformed": (400, "The request cannot be read"),
    "unauthorised": (401, "A token is needed"),
    "cross-site": (403, "Requests from other sites are refused"),
    "not-found": (404, "There is nothing here"),
    "method": (405, "This method is not allowed here"),
    "too-slow": (408, "The request took too long to arrive"),
    "too-large": (413, "The request is too large"),
    "media-type": (415, "This media type is not read"),
    "host": (421, "This service does not go by that name"),
    "content": (422, "The request says something that cannot be"),
    "busy": (429, "Too many requests at once"),
    "fault": (500, "A fault of healthlint's"),
    "unavailable": (503, "Not able to answer now"),
    "time-limit": (503, "The check took too long"),
}


@dataclass(eq=False)
class Problem(Exception):
    """One refusal: a kind of `KINDS`, a sentence for people, and places in the request.

    `errors` are (JSON pointer into the request body, detail); `headers` go with the answer.
    """

    kind: str
    detail: str
    errors: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind][0]

    def body(self) -> bytes:
        """The document, UTF-8."""
        said: dict[str, Any] = {
            "type": _URN + self.kind,
            "title": KINDS[self.kind][1],
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            said["errors"] = [{"pointer": at, "detail": what} for at, what in self.errors]
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
