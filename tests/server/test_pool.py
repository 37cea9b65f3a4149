"""Many clients, slow ones, ones that leave; texts that take too long; reloading; the end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.server import LONG, UNSAFE, Answer, Live

RULES = """
category: hype
rules:
  - code: HOUSE001
    name: {name}
    severity: error
    any: ["{words}"]
    message: "“{{match}}” is not said here."
    why: It is a test.
    examples:
      flag: ["[{words}]"]
      pass: ["Nothing."]
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP on Windows")


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that other processes do."""
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not come to pass: {what}")


def gauge(live: Live, name: str) -> float:
    text = live.ask("GET", "/metrics").body.decode("utf-8")
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def begun(live: Live, text: str) -> http.client.HTTPConnection:
    """A connection with a request on it whose answer has not been read."""
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    body = json.dumps({"text": text})
    connection.request("POST", "/v1/check", body, {"Content-Type": "application/json"})
    return connection


def test_two_hundred_clients_at_once(live: Live) -> None:
    """Each gets the findings of its own text, or is told to come again."""
    start = threading.Barrier(200)

    def ask(number: int) -> Answer:
        text = f"Client {number} says: {UNSAFE} " + "Plain words. " * (number % 7)
        start.wait()
        return live.post(
            "/v1/check", {"fields": [{"id": f"field-{number}", "text": text, "anchor": text}]}
        )

    with ThreadPoolExecutor(200) as clients:
        answers = list(clients.map(ask, range(200)))
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {200, 429} and statuses[200] > 0, statuses
    for number, answer in enumerate(answers):
        if answer.status == 429:
            assert answer.kind == "busy" and int(answer.headers["retry-after"]) >= 1
            continue
        (one,) = answer.json["files"]
        assert one["path"] == f"field-{number}"
        assert one["anchor"].startswith(f"Client {number} says: ")
        assert [finding["rule"] for finding in one["findings"]] == ["SAF001"]
        found = one["findings"][0]
        inside = slice(found["start"]["offset"], found["end"]["offset"])
        assert one["anchor"][inside] == found["text"] == "a safe and effective treatment"
    assert live.post("/v1/check", {"text": UNSAFE}).status == 200


@pytest.fixture
def narrow() -> Any:
    """A service with one worker and little patience."""
    service = Live.with_options(concurrency=1, time_limit=2.0, body_time=0.5)
    yield service
    service.stop()


def test_a_slow_client_is_not_waited_for(narrow: Live) -> None:
    with socket.create_connection(("127.0.0.1", narrow.port), 60) as slow:
        slow.sendall(
            b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
            b"Content-Length: 100\r\n\r\nKetamine"
        )
        assert narrow.post("/v1/check", {"text": UNSAFE}).status == 200  # meanwhile
        answer = slow.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"urn:healthlint:problem:too-slow" in answer
    assert b"connection: close" in answer.lower()


def test_many_slow_clients_take_a_bounded_part() -> None:
    live = Live.with_options(concurrency=1, body_time=20.0)
    slow = [socket.create_connection(("127.0.0.1", live.port), 60) for _ in range(128)]
    try:
        for one in slow:
            one.sendall(
                b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                b"Content-Length: 100\r\n\r\nKetamine"
            )
        until(lambda: gauge(live, "healthlint_requests_in_flight") >= 129, "all have begun")
        refused = live.post("/v1/check", {"text": UNSAFE})
        assert (refused.status, refused.kind) == (429, "busy")
        for one in slow:
            one.close()
        until(lambda: live.post("/v1/check", {"text": UNSAFE}).status == 200, "room again")
    finally:
        live.stop()


def test_a_client_that_never_says_what_it_wants(narrow: Live) -> None:
    with socket.create_connection(("127.0.0.1", narrow.port), 60) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\n")
        slow.settimeout(60)
        assert slow.recv(100) == b""


def test_the_time_limit_stops_the_work(narrow: Live) -> None:
    answer = narrow.post("/v1/check", {"text": LONG})
    assert (answer.status, answer.kind) == (503, "time-limit")
    until(lambda: narrow.post("/v1/check", {"text": UNSAFE}).status == 200, "another worker")


def test_whoever_waits_too_long_in_line_is_told(narrow: Live) -> None:
    first = begun(narrow, LONG)
    until(lambda: gauge(narrow, "healthlint_requests_in_flight") >= 2, "the first is at work")
    second = narrow.post("/v1/check", {"text": UNSAFE})
    assert second.status in (200, 503)  # a new worker may be there in time
    assert first.getresponse().status == 503
    first.close()


def test_a_full_line_is_told_when_to_come_again(narrow: Live) -> None:
    first = begun(narrow, LONG)
    others = [begun(narrow, UNSAFE) for _ in range(20)]
    statuses = Counter()
    for one in others:
        response = one.getresponse()
        statuses[response.status] += 1
        assert (response.status == 429) == ("retry-after" in dict(response.getheaders()))
        one.close()
    first.close()
    assert statuses[429] >= 11, statuses


def test_cancelled_requests_give_their_places_back(narrow: Live) -> None:
    for one in [begun(narrow, LONG) for _ in range(9)]:  # one at work, eight in line
        one.close()
    until(lambda: gauge(narrow, "healthlint_requests_waiting") == 0, "the line is empty")
    until(lambda: narrow.post("/v1/check", {"text": UNSAFE}).status == 200, "a worker is free")
    assert gauge(narrow, 'healthlint_requests_total{route="/v1/check",status="499"}') == 9


def test_a_worker_that_dies_costs_one_request(narrow: Live) -> None:
    asked = begun(narrow, LONG)
    until(lambda: gauge(narrow, "healthlint_requests_in_flight") >= 2, "it is at work")
    os.kill(children(narrow.process.pid)[0], getattr(signal, "SIGKILL", signal.SIGTERM))
    assert asked.getresponse().status in (500, 503)
    asked.close()
    until(lambda: narrow.post("/v1/check", {"text": UNSAFE}).status == 200, "another worker")


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    if not os.path.isdir("/proc"):
        pytest.skip("this test looks for processes in /proc")
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parts = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(parts[1]) == process and parts[0] != "Z":
                found.append(int(entry.name))
    return found


# -- reloading -----------------------------------------------------------------------------------


@posix
@pytest.mark.slow
def test_rules_are_read_again_without_dropping_a_request(tmp_path: Path) -> None:
    pack = tmp_path / "house.yaml"
    pack.write_text(RULES.format(name="old", words="old words"), "utf-8")
    config = tmp_path / "config.yaml"
    config.write_text("profile: uk\nrules: [house.yaml]\nignore: [SAF]\n", "utf-8")
    live = Live.start("--config", str(config), "--concurrency", "2")
    try:
        text = f"old words and new words. {UNSAFE}"
        answers: list[Answer] = []
        done = threading.Event()

        def keep_asking() -> None:
            while not done.is_set():
                answers.append(live.post("/v1/check", {"text": text, "select": ["HOUSE"]}))

        def words() -> list[str]:
            files = live.post("/v1/check", {"text": text}).json["files"]
            return [one["text"] for one in files[0]["findings"] if one["severity"] == "error"]

        assert words() == ["old words"]
        assert live.ask("GET", "/").body.count(b'<option value="uk" selected>') == 1
        asking = [threading.Thread(target=keep_asking) for _ in range(3)]
        for one in asking:
            one.start()
        pack.write_text(RULES.format(name="new", words="new words"), "utf-8")
        live.process.send_signal(signal.SIGHUP)
        until(lambda: any("rules reloaded" in line for line in live.log), "a reload")
        assert words() == ["new words"]
        assert live.ask("GET", "/v1/rules/new").status == 200

        pack.write_text("category: hype\nrules: [{cod: X}]\n", "utf-8")
        live.process.send_signal(signal.SIGHUP)
        until(lambda: any("the old ones stay" in line for line in live.log), "a refusal")
        refusal = next(line for line in live.log if "the old ones stay" in line)
        assert "house.yaml:2:" in refusal
        assert words() == ["new words"]
        (worker, *_) = children(live.process.pid)  # one that starts now gets the good rules too
        os.kill(worker, signal.SIGKILL)
        until(lambda: len(children(live.process.pid)) == 2, "another worker")
        done.set()
        for one in asking:
            one.join()
        assert Counter(answer.status for answer in answers if answer.status != 500).keys() == {200}
        assert sum(answer.status == 500 for answer in answers) <= 1  # that of the killed worker
        seen = {one["text"] for a in answers if a.status == 200
                for one in a.json["files"][0]["findings"]}  # fmt: skip
        assert seen == {"old words", "new words"}
        assert words() == ["new words"]
    finally:
        assert live.stop() in (0, -signal.SIGTERM)


@posix
def test_it_ends_when_all_is_answered() -> None:
    live = Live.start("--concurrency", "1")
    workers = children(live.process.pid)
    asked = begun(live, LONG[:60_000])
    until(lambda: gauge(live, "healthlint_requests_in_flight") >= 2, "it is at work")
    live.process.terminate()
    assert asked.getresponse().status == 200
    asked.close()
    assert live.process.wait(30) in (0, -signal.SIGTERM)
    until(lambda: not any(os.path.isdir(f"/proc/{pid}") for pid in workers), "no worker is left")


@posix
def test_workers_end_with_a_service_that_is_killed() -> None:
    live = Live.start("--concurrency", "2")
    workers = children(live.process.pid)
    assert len(workers) == 2
    live.process.kill()
    live.process.wait()
    until(lambda: not any(os.path.isdir(f"/proc/{pid}") for pid in workers), "no worker is left")
