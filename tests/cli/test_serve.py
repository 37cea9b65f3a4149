"""The command line of the service: what it refuses, and what it warns of."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from healthlint.cli.serve import is_loopback, read_token
from healthlint.errors import ConfigError
from tests.server import Live


def serve(*options: str, cwd: Path, code: str = "") -> tuple[int, str]:
    """Exit code and messages of a service that does not start."""
    command = [sys.executable, "-c", f"{code}\nfrom healthlint.cli import main; main()", "serve"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, encoding="utf-8", timeout=120, cwd=cwd
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "jsonschema", "prometheus_client"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, module: str) -> None:
    absent = f"import sys; sys.modules[{module!r}] = None"
    code, said = serve("--port", "0", cwd=tmp_path, code=absent)
    assert code == 2
    assert re.fullmatch(
        r"healthlint: `healthlint serve` needs [\w.]+; install it with: "
        r"pip install 'healthlint\[server\]'\n", said,
    )  # fmt: skip


def test_a_wrong_configuration_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("profil: uk\n", "utf-8")
    code, said = serve("--port", "0", "--config", "wrong.yaml", cwd=tmp_path)
    assert (code, said) == (
        2,
        "healthlint: wrong.yaml:1:1: the configuration has no `profil` (did you mean `profile`?)\n",
    )
    (tmp_path / "names.yaml").write_text("ignore: [saftey]\n", "utf-8")
    code, said = serve("--port", "0", "--config", "names.yaml", cwd=tmp_path)
    assert code == 2 and "no rule, code or category is called `saftey`" in said


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = serve("--port", port, cwd=tmp_path)
    assert code == 2
    assert said.startswith(f"healthlint: cannot listen on 127.0.0.1, port {port}: ")


def test_a_host_that_is_none(tmp_path: Path) -> None:
    code, said = serve("--host", "no-such-host.invalid", cwd=tmp_path)
    assert code == 2 and "cannot listen on no-such-host.invalid" in said


def test_there_is_no_option_for_the_token_itself(tmp_path: Path) -> None:
    code, said = serve("--token", "secret", cwd=tmp_path)
    assert code == 2 and "--token-file" in said


def test_it_warns_of_doors_that_stand_open() -> None:
    live = Live.start("--host", "0.0.0.0", "--concurrency", "1")
    try:
        assert "can be reached from elsewhere and no token is asked for" in live.log[0]
        assert live.ask("GET", "/healthz", host="any.example").status == 200
    finally:
        live.stop()
    live = Live.start(
        "--host", "0.0.0.0", "--concurrency", "1", "--allow-host", "Lint.Example",
        HEALTHLINT_TOKEN="short",
    )  # fmt: skip
    try:
        assert "the token is short" in live.log[0] and "elsewhere" not in "".join(live.log)
        assert live.ask("GET", "/healthz", host="lint.example:443").status == 200
        assert live.ask("GET", "/healthz", host="any.example").status == 421
    finally:
        live.stop()


def test_the_token_of_a_file_or_of_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"abc-123\r\n")
    assert read_token(file, "other") == "abc-123"
    assert read_token(None, " def ") == "def"
    assert read_token(None, None) is None


@pytest.mark.parametrize("content", [b"", b" \n", b"two words", b"caf\xc3\xa9", b"\xff\xfe"])
def test_a_token_that_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match="token") as refused:
        read_token(file, None)
    assert "words" not in str(refused.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_token(tmp_path / "absent", None)
    with pytest.raises(ConfigError, match="HEALTHLINT_TOKEN: there is no token in it"):
        read_token(None, "")


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("lint.example", False)],
)  # fmt: skip
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local
