"""Measure `healthlint serve` on this machine: `python -m benchmarks.serve load` or `memory`.

Both start a service of their own on a loopback port and end by themselves: `load` after a minute at
most, `memory` after the requests it was told to send or after half an hour.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LOAD_SECONDS = 14.0
_MEMORY_SECONDS = 1800.0


@contextmanager
def service(workers: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A service with its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "healthlint", "serve", "--port", "0", "--no-access-log",
         "--concurrency", str(workers)],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"listening on http://.*:(\d+)", line):
                yield process, int(found[1])
                return
        sys.exit("the service did not start")
    finally:
        process.terminate()
        process.wait(60)


def bodies() -> list[bytes]:
    """Requests with the labelled passages, of the density and length of real copy."""
    found = []
    for path in sorted((ROOT / "benchmarks/corpus/pages").glob("*.*")):
        if path.suffix in (".md", ".html", ".txt"):
            format = {".md": "markdown", ".html": "html", ".txt": "text"}[path.suffix]
            text = path.read_text("utf-8")
            found.append(json.dumps({"text": text, "format": format}).encode())
    return found


class Client(threading.Thread):
    """Asks one request after the other on one connection until `end` or until told `stop`."""

    def __init__(self, port: int, requests: Iterator[bytes], end: float) -> None:
        super().__init__(daemon=True)
        self.port, self.requests, self.end = port, requests, end
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Content-Type": "application/json"}
        for body in self.requests:
            began = time.perf_counter()
            if began > self.end:
                break
            connection.request("POST", "/v1/check", body, headers)
            response = connection.getresponse()
            response.read()
            self.statuses[response.status] += 1
            if response.status == 200:
                self.seconds.append(time.perf_counter() - began)
            elif response.status == 429:
                time.sleep(0.2)  # less than it is told to, so that the line stays full
        connection.close()


def load(workers: int) -> None:
    """Latency and throughput for a few numbers of clients."""
    known = bodies()
    size = sum(map(len, known)) / len(known)
    print(f"{workers} workers, {os.cpu_count()} processors, {len(known)} pages of {size:.0f} bytes")
    print(f"{'clients':>8} {'answers/s':>10} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}  statuses")
    with service(workers) as (_, port):
        warm = Client(port, iter(known), time.perf_counter() + 10)
        warm.start()
        warm.join()
        for clients in (1, workers, 8 * workers):
            began = time.perf_counter()
            end = began + _LOAD_SECONDS
            running = [
                Client(port, itertools.islice(itertools.cycle(known), at, None), end)
                for at in range(clients)
            ]
            for one in running:
                one.start()
            for one in running:
                one.join()
            took = time.perf_counter() - began
            seconds = sorted(s for one in running for s in one.seconds)
            statuses: Counter[int] = sum((one.statuses for one in running), Counter())
            marks = [1000 * seconds[int(len(seconds) * part)] for part in (0.5, 0.95, 0.99)]
            figures = " ".join(f"{mark:8.1f}" for mark in marks)
            print(f"{clients:>8} {len(seconds) / took:10.1f} {figures}  {dict(statuses)}")


def memory(workers: int, requests: int) -> None:
    """Resident memory of the service and its workers over many different requests."""
    numbers = itertools.count()
    lock = threading.Lock()

    def texts() -> Iterator[bytes]:
        while True:
            with lock:
                number = next(numbers)
            if number >= requests:
                return
            text = f"Letter {number}: ketamine is safe for {number} patients. Call {number}."
            yield json.dumps({"text": text} if number % 50 else {"texts": text}).encode()

    with service(workers) as (process, port):
        began = time.perf_counter()
        running = [Client(port, texts(), began + _MEMORY_SECONDS) for _ in range(2 * workers)]
        for one in running:
            one.start()
        print(f"{'requests':>9} {'service MB':>11} workers MB")
        step = max(requests // 10, 1)
        told = -1
        while any(one.is_alive() for one in running):
            time.sleep(0.2)
            done = sum(sum(one.statuses.values()) for one in running)
            if done // step > told:
                told = done // step
                print(f"{done:>9} {rss(process.pid):11.1f} {resident(process.pid)}", flush=True)
        statuses: Counter[int] = sum((one.statuses for one in running), Counter())
        print(f"{sum(statuses.values()):>9} {rss(process.pid):11.1f} {resident(process.pid)}")
        print(f"{time.perf_counter() - began:.0f} s, {dict(statuses)}")


def resident(process: int) -> str:
    """The resident memory of a process's children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return " ".join(f"{rss(int(child)):.1f}" for child in children)


def rss(process: int) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.serve", description=__doc__)
    parser.add_argument("what", choices=("load", "memory"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--requests", type=int, default=20_000, help="of the memory run")
    arguments = parser.parse_args()
    if arguments.what == "load":
        load(arguments.workers)
    else:
        memory(arguments.workers, arguments.requests)


if __name__ == "__main__":
    main()
