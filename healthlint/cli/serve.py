"""`healthlint serve`: the publish check as an HTTP service."""

from __future__ import annotations

import ipaddress
import logging
import os
import sys
from pathlib import Path

import click

from healthlint.errors import ConfigError

TOKEN_VARIABLE = "HEALTHLINT_TOKEN"
_SHORT = 16  # characters below which a token can be guessed


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Ask clients for the token in FILE. Or put it into the environment as {TOKEN_VARIABLE}.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="Also answer requests for this host name, such as that of a reverse proxy.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(1_000, 20_000_000),
    default=1_000_000,
    show_default=True,
    help="How large a request may be.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one request may take, waiting included.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=min(os.cpu_count() or 1, 4),
    show_default="a worker for each processor, at most 4",
    help="How many requests are checked at once; eight times as many may wait.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check under this configuration. Without it, none is read.",
)
@click.option("--no-access-log", is_flag=True, help="Write no line for each request.")
def serve(
    host: str,
    port: int,
    token_file: Path | None,
    hosts: tuple[str, ...],
    max_bytes: int,
    timeout: float,
    concurrency: int,
    config: Path | None,
    no_access_log: bool,
) -> None:
    """Answer checks over HTTP, for a CMS or a page in the browser.

    Only this machine is answered unless --host says otherwise. SIGHUP reads the rules and the
    configuration again, SIGTERM ends the service when all requests are answered.
    """
    try:
        import healthlint.server.request  # noqa: F401  the workers' part
        from healthlint.server.app import Options
        from healthlint.server.guard import LOOPBACK
        from healthlint.server.run import listen
        from healthlint.server.run import serve as run
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("healthlint"):
            raise
        raise ConfigError(
            f"`healthlint serve` needs {error.name}; install it with: "
            "pip install 'healthlint[server]'"
        ) from None
    token = read_token(token_file, os.environ.get(TOKEN_VARIABLE))
    local = is_loopback(host)
    if token is not None and len(token) < _SHORT:
        _warn(f"the token is short; take one of at least {_SHORT} random characters")
    if not local and token is None:
        _warn(f"{host} can be reached from elsewhere and no token is asked for; use --token-file")
    names = (*LOOPBACK, host, *hosts) if local or hosts else None
    options = Options(concurrency, max_bytes, timeout, 10.0, config, token, names)
    _log(not no_access_log)
    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}"
    with listening:
        run(options, listening, lambda: click.echo(f"healthlint: listening on {address}", err=True))


def read_token(file: Path | None, variable: str | None) -> str | None:
    """The token of a file or of the environment. Raises `ConfigError`, without the token in it."""
    if file is None and variable is None:
        return None
    if file is not None:
        place = str(file)
        try:
            token = file.read_text("utf-8").strip()
        except OSError as error:
            raise ConfigError(f"{place}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigError(f"{place}: a token is printable ASCII without blanks") from None
    else:
        place, token = TOKEN_VARIABLE, (variable or "").strip()
    if not token:
        raise ConfigError(f"{place}: there is no token in it")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ConfigError(f"{place}: a token is printable ASCII without blanks")
    return token


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _warn(text: str) -> None:
    click.echo(f"healthlint: warning: {text}", err=True)


def _log(requests: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, level in (
        ("healthlint.server", logging.INFO),
        ("healthlint.access", logging.INFO if requests else logging.ERROR),
        ("uvicorn.error", logging.WARNING),
    ):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
