"""`manage.py healthlint_audit`: check every live page, report, and keep what was found."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from healthlint.contrib.wagtail.check import Verdict, is_checked
from healthlint.contrib.wagtail.records import live_pages, record
from healthlint.finding import SEVERITIES, Result
from healthlint.output import FORMATS, Look, renderer

_COLUMNS = ("page", "address", "field", "severity", "rule", "name", "category", "text", "message",
            "suggestion", "fingerprint")  # fmt: skip


class Command(BaseCommand):
    """Check every live page, report, and keep what was found for the report in the admin."""

    help = (
        "Check every live page. Exit codes: 0 nothing to fail on, 1 findings, 2 a page could not "
        "be checked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument(
            "--format", default="text", choices=[*FORMATS, "csv"], metavar="NAME",
            help=f"The report: csv, {', '.join(FORMATS)}.  [default: text]",
        )  # fmt: skip
        parser.add_argument("--output", type=Path, help="A file for the report.")
        parser.add_argument(
            "--fail-on", choices=SEVERITIES,
            help="The lowest severity that gives exit code 1.  [default: as each site is set]",
        )  # fmt: skip
        parser.add_argument("--site", help="Only the pages of the site with this host name.")
        parser.add_argument(
            "--no-save", action="store_true", help="Leave the report in the admin as it is."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; ends with `SystemExit` unless the code is 0."""
        found = list(self._verdicts(options["site"], not options["no_save"]))
        results = [one for page, verdict in found for one in _results(page, verdict)]
        profiles = dict.fromkeys(verdict.settings.profile for _, verdict in found)
        text = _report(options["format"], results, ", ".join(profiles) or "us", found)
        if options["output"]:
            try:
                options["output"].write_text(text, "utf-8", newline="")
            except OSError as error:
                raise CommandError(f"{options['output']}: cannot be written: {error}") from None
        else:
            self.stdout.write(text, ending="")
        code = self._told(found, options["fail_on"])
        if code:
            sys.exit(code)

    def _verdicts(self, host: str | None, save: bool) -> Iterator[tuple[Any, Verdict]]:
        from healthlint.contrib.wagtail.check import judge

        pages = live_pages()
        if host is not None:
            from wagtail.models import Site

            site = Site.objects.filter(hostname=host).first()
            if site is None:
                names = ", ".join(Site.objects.values_list("hostname", flat=True))
                raise CommandError(f"there is no site {host!r}; there are: {names}")
            root = site.root_page.path
            pages = (page for page in pages if page.path.startswith(root))
        for page in pages:
            verdict = judge(page)
            if save:
                record(page, verdict)
            if not verdict.exempt:
                yield page, verdict

    def _told(self, found: list[tuple[Any, Verdict]], fail_on: str | None) -> int:
        """Says beside the report what it cannot; the exit code."""
        from wagtail.models import get_page_models

        failed = [(page, verdict) for page, verdict in found if verdict.failure]
        for page, verdict in failed:
            self.stderr.write(f"{_address(page)}: could not be checked: {verdict.failure}")
        foreign = [page for page, verdict in found if verdict.language]
        if foreign:
            self.stderr.write(f"{len(foreign)} pages are not in English and were not checked.")
        spared = [m._meta.label for m in get_page_models() if not is_checked(m())]
        if spared:
            self.stderr.write(f"Not checked, without HealthCheckMixin: {', '.join(spared)}")
        if failed:
            return 2
        return int(any(
            SEVERITIES.index(one.finding.severity) >= SEVERITIES.index(fail_on or verdict.fail_on)
            for _, verdict in found for one in verdict.found
        ))  # fmt: skip


def _address(page: Any) -> str:
    return str(page.full_url or page.url_path)


def _results(page: Any, verdict: Verdict) -> Iterator[Result]:
    """One for each field, its path the page's address and the field's id."""
    for result in verdict.results:
        yield result._replace(path=f"{_address(page)}#{result.path}")


def _report(
    name: str, results: list[Result], profile: str, found: list[tuple[Any, Verdict]]
) -> str:
    if name == "csv":
        return _csv(found)
    from healthlint.api import rulebook_for

    packs = dict.fromkeys(verdict.settings.packs for _, verdict in found)
    formats = {f"{_address(page)}#{one.field.id}": one.field.format
               for page, verdict in found for one in _places(verdict)}  # fmt: skip
    look = Look(
        profile=profile,
        width=shutil.get_terminal_size((100, 24)).columns,
        rulebooks=tuple(rulebook_for(some) for some in packs),
        formats=formats,
    )
    return "".join(renderer(name)(results, look))


def _places(verdict: Verdict) -> Iterator[Any]:
    for one in (*verdict.found, *verdict.waived):
        yield one.place


def _csv(found: list[tuple[Any, Verdict]]) -> str:
    from healthlint.contrib.wagtail.panels import words
    from healthlint.contrib.wagtail.wording import unformulated
    from healthlint.output.common import advice

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for page, verdict in found:
        for one in verdict.found:
            f, write = one.finding, advice(one.finding) or ("",)
            row = (page.title, _address(page), one.place.label, f.severity, f.rule, f.name,
                   f.category, words(one), f.message, write[0], f.fingerprint)  # fmt: skip
            writer.writerow([unformulated(value) for value in row])
    return out.getvalue()
