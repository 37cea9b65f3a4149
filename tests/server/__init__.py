"""A real service in a process of its own, and a small client for it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOKEN = "c0ffee-c0ffee-c0ffee"
UNSAFE = "Ketamine is a safe and effective treatment."
#: A text that takes seconds to check.
LONG = (ROOT / "examples/ketamine-clinic.md").read_text("utf-8") * 900
_SCRIPT = """
import sys
from healthlint.server.app import Options
from healthlint.server.run import listen, serve
socket = listen("127.0.0.1", 0)
say = lambda: print("listening on http://x:%d" % socket.getsockname()[1], file=sys.stderr)
serve(Options(**{options!r}), socket, say)
"""


@dataclass
class Live:
    """A running `healthlint serve`; `log` are the lines that it has written so far."""

    process: subprocess.Popen[str]
    port: int = 0
    log: list[str] = field(default_factory=list)
    _ready: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def start(cls, *options: str, **env: str) -> Live:
        """`healthlint serve` with these options on a free port, once it answers."""
        return cls._run([sys.executable, "-m", "healthlint", "serve", "--port", "0", *options], env)

    @classmethod
    def with_options(cls, **options: object) -> Live:
        """A service with `Options` that the command line does not offer."""
        return cls._run([sys.executable, "-c", _SCRIPT.format(options=options)], {})

    @classmethod
    def _run(cls, command: list[str], env: dict[str, str]) -> Live:
        clean = {k: v for k, v in os.environ.items() if k != "HEALTHLINT_TOKEN"}
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env={**clean, **env}
        )
        live = cls(process)
        threading.Thread(target=live._listen, daemon=True).start()
        if not live._ready.wait(120) or not live.port:
            process.kill()
            raise AssertionError("the service did not start: " + "".join(live.log))
        return live

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"listening on http://.*:(\d+)", line):
                self.port = int(found[1])
                self._ready.set()
        self._ready.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Answer:
        """One request on a connection of its own; `_` in the name of a header is `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method, path, body.encode() if isinstance(body, str) else body, named
            )
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def post(self, path: str, value: Any, **headers: str) -> Answer:
        """A request with a JSON body."""
        return self.ask(
            "POST", path, json.dumps(value), **{"content_type": "application/json", **headers}
        )

    def stop(self) -> int:
        """End it as a service manager does; its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        """The kind of a problem, after checking that it is one."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        said = self.json
        assert said["status"] == self.status and said["title"] and said["detail"]
        return str(said["type"].rpartition(":")[2])
