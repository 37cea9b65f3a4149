"""Getting a page over HTTP, from this machine only unless more is allowed.

A name is looked up once, every address it has is checked, and the connection goes to the checked
one, so that a second lookup cannot lead elsewhere. Redirects are checked in the same way. Proxies
of the environment are not used: they would look names up themselves.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from email.message import Message
from urllib.parse import quote, urljoin, urlsplit

from healthlint import __version__
from healthlint.errors import DraftError
from healthlint.readers.decode import MAX_BYTES

REDIRECTS = 5
#: Seconds for one page, redirects included.
SECONDS = 30.0
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answers: its body, media type and charset ("" where it does not say)."""

    body: bytes
    media: str
    charset: str


def fetch(
    address: str, network: bool = False, limit: int = MAX_BYTES, seconds: float = SECONDS
) -> Fetched:
    """What stands at an address. With `network` false only HTTP on loopback addresses is used.

    Raises `DraftError`: refused, not there, too large, too slow.
    """
    end = time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        try:
            answer = _once(address, network, limit, end)
        except TimeoutError:
            raise DraftError(f"no answer within {seconds:g} s") from None
        except (OSError, http.client.HTTPException) as error:
            said = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise DraftError(f"cannot be fetched: {said}") from None
        if isinstance(answer, Fetched):
            return answer
        address = urljoin(address, answer)
    raise DraftError(f"redirected more than {REDIRECTS} times")


def _once(address: str, network: bool, limit: int, end: float) -> Fetched | str:
    """The answer, or the address that it leads to."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise DraftError("this is no address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise DraftError("only http and https addresses are fetched")
    if parts.username is not None:
        raise DraftError("an address with a user's name or password is not fetched")
    if parts.scheme == "https" and not network:
        raise DraftError(_refusal(f"https://{host}"))
    connection = _connect(host, port, parts.scheme == "https", network, end)
    try:
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        target += f"?{quote(parts.query, safe=chr(37) + '/?:@!$&()*+,;=~-._')}" * bool(parts.query)
        headers = {
            "Host": parts.netloc.encode("idna").decode("ascii") if network else parts.netloc,
            "User-Agent": f"healthlint/{__version__}",
            "Accept": "text/html, application/xhtml+xml, application/xml;q=0.5, */*;q=0.1",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if response.status in _MOVED and (place := response.headers.get("location")):
            return place
        if response.status != 200:
            raise DraftError(f"it answers {response.status} {response.reason}".rstrip())
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise DraftError("it is compressed although plain text was asked for")
        return Fetched(_body(connection, response, limit, end), *_media(response.headers))
    finally:
        connection.close()


def _connect(
    host: str, port: int | None, secure: bool, network: bool, end: float
) -> http.client.HTTPConnection:
    try:
        known = socket.getaddrinfo(host, port or (443 if secure else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DraftError(f"there is no host `{host}`") from None
    places = [place[4] for place in known]
    if not network and not all(is_loopback(str(place[0])) for place in places):
        raise DraftError(_refusal(host))
    last: OSError | None = None
    for place in places:
        try:
            made = socket.create_connection((str(place[0]), int(place[1])), _left(end))
        except TimeoutError:
            raise
        except OSError as error:
            last = error
            continue
        if secure:
            made = ssl.create_default_context().wrap_socket(made, server_hostname=host)
        connection = http.client.HTTPConnection(host)
        connection.sock = made
        return connection
    raise last or OSError("no address")


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own; also one of IPv4 inside IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None)
    return (inner or found).is_loopback


def _refusal(host: str) -> str:
    return (
        f"`{host}` is not this machine over HTTP; name the exported folder with --root, or add "
        "--allow-network"
    )


def _body(
    connection: http.client.HTTPConnection,
    response: http.client.HTTPResponse,
    limit: int,
    end: float,
) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        if connection.sock is not None:  # the response holds it alone once all is announced
            connection.sock.settimeout(_left(end))
        _left(end)
        chunk = response.read1(65_536)
        if not chunk:
            if response.length:
                raise DraftError("the connection was closed before the page was complete")
            return b"".join(chunks)
        size += len(chunk)
        if size > limit:
            raise DraftError(f"over the limit of {limit / 1e6:g} MB")
        chunks.append(chunk)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _media(headers: Message) -> tuple[str, str]:
    said = headers.get("content-type")
    if not said:
        return "", ""
    return headers.get_content_type(), str(headers.get_content_charset() or "")
