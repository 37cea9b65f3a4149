"""What the service counts, for Prometheus. No label holds anything that a client sent."""

from __future__ import annotations

from collections.abc import Iterable

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from healthlint import __version__

MEDIA_TYPE = prometheus_client.CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "healthlint_requests", "Requests by route and status.", ("route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "healthlint_request_seconds", "Seconds from a request to its answer.", ("route",),
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._findings = Counter(
            "healthlint_findings", "Findings by severity.", ("severity",), registry=self.registry
        )
        self.in_flight = Gauge(
            "healthlint_requests_in_flight", "Requests that are being answered.",
            registry=self.registry,
        )  # fmt: skip
        self.waiting = Gauge(
            "healthlint_requests_waiting", "Requests that wait for a worker.",
            registry=self.registry,
        )  # fmt: skip
        self._rulebook = Gauge(
            "healthlint_rulebook_info", "The rules in use.", ("version", "digest", "rules"),
            registry=self.registry,
        )  # fmt: skip

    def request(self, route: str, status: int, seconds: float) -> None:
        """One request has been answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def found(self, counts: Iterable[tuple[str, int]]) -> None:
        """Findings of one check, (severity, number)."""
        for severity, number in counts:
            self._findings.labels(severity).inc(number)

    def rulebook(self, digest: str, rules: int) -> None:
        """These are the rules from now on."""
        self._rulebook.clear()
        self._rulebook.labels(__version__, digest[:16], str(rules)).set(1)

    def text(self) -> bytes:
        """All of it in the text format."""
        return prometheus_client.generate_latest(self.registry)
