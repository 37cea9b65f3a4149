"""The parts of the benchmark: what each compares. All use one folder of work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.speed import pages, variants
from benchmarks.speed.measure import Job, Timing, interleaved
from benchmarks.speed.peers import Setting, installed, own_job, peer_job

Row = dict[str, Any]
#: How often the folder is made larger.
TIMES = (1, 4, 16)
#: Every nth rule.
SHARES = (4, 2, 1)
UNUSED_RULES = 200


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: pages in the folder, fewer for slow tools, runs that count."""

    pages: int
    sample: int
    runs: int
    tell: Callable[[str], None]


def one_page(setting: Setting, scale: Scale) -> list[Row]:
    """Cold starts: one page of 8 KB, beside a Python that only imports click."""
    page = setting.work / "page.md"
    page.write_bytes(pages.page(1).encode())
    jobs = [
        Job("python -c pass", (sys.executable, "-c", "pass"), fine=(0,)),
        Job("python -c 'import click'", (sys.executable, "-c", "import click"), fine=(0,)),
        own_job("healthlint", page, setting),
        own_job("healthlint, again", page, setting, again=True),
        *(peer_job(peer, page, setting) for peer in installed(setting)),
    ]
    return _rows(interleaved(jobs, 2 * scale.runs + 1, scale.tell), pages=1)


def folder(setting: Setting, scale: Scale) -> list[Row]:
    """Every tool over the folder; slow ones over the first pages of it."""
    whole, some = _pages(setting, scale.pages), _pages(setting, scale.sample)
    peers = installed(setting)
    jobs = [own_job("healthlint", whole, setting)]
    jobs.append(own_job("healthlint, again", whole, setting, again=True))
    jobs += [peer_job(peer, whole, setting) for peer in peers if not peer.slow]
    rows = _rows(interleaved(jobs, scale.runs, scale.tell), pages=scale.pages)
    slow = [peer_job(peer, some, setting) for peer in peers if peer.slow]
    if slow:
        # Paired: healthlint over the same few pages, in the same minutes.
        slow.append(own_job("healthlint, same pages", some, setting))
        rows += _rows(interleaved(slow, scale.runs, scale.tell), pages=scale.sample)
    return rows


def more_pages(setting: Setting, scale: Scale) -> list[Row]:
    """The folder once, four and sixteen times as large."""
    rows = []
    for times in TIMES:
        job = own_job(f"{times}×", _pages(setting, scale.pages * times), setting)
        rows += _rows(interleaved([job], scale.runs, scale.tell), pages=scale.pages * times)
    return rows


def more_rules(setting: Setting, scale: Scale) -> list[Row]:
    """A quarter, half and all of the rules over the folder."""
    jobs, counts = [], []
    whole = _pages(setting, scale.pages)
    for nth in SHARES:
        copy = setting.work / f"every-{nth}"
        counts.append(variants.apart(variants.with_every, nth, copy))
        place = replace(setting, work=copy)
        job = own_job(f"{counts[-1]} rules", whole, place)
        jobs.append(
            replace(job, environment={**job.environment, "PYTHONPATH": str(copy)}, folder=copy)
        )
    rows = _rows(interleaved(jobs, scale.runs, scale.tell), pages=scale.pages)
    return [{**row, "rules": count} for row, count in zip(rows, counts, strict=True)]


def unused_rules(setting: Setting, scale: Scale) -> list[Row]:
    """The folder with and without a pack of rules whose words never occur."""
    config = variants.apart(variants.unused_pack, UNUSED_RULES, setting.work / "unused")
    plain = config.with_name("plain.yaml")
    plain.write_text("profile: us\n", "utf-8")
    whole = _pages(setting, scale.pages)
    jobs = [
        own_job("the built-in rules", whole, setting, ("--config", str(plain))),
        own_job(f"and {UNUSED_RULES} without a hit", whole, setting, ("--config", str(config))),
    ]
    return _rows(interleaved(jobs, scale.runs, scale.tell), pages=scale.pages)


PARTS: dict[str, Callable[[Setting, Scale], list[Row]]] = {
    "page": one_page,
    "folder": folder,
    "more-pages": more_pages,
    "more-rules": more_rules,
    "unused": unused_rules,
}


def _pages(setting: Setting, number: int) -> Path:
    place = setting.work / f"pages-{number}"
    if not place.exists():
        pages.write(place, number)
    return place


def _rows(timings: Sequence[Timing], **more: Any) -> list[Row]:
    return [{**asdict(timing), **more} for timing in timings]
