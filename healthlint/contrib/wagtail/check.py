"""The verdict on a page: its findings, which of them are waived, and whether it may be published.

One function, `judge`, is asked by forms, publish actions, panels, the report and the command alike.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from healthlint import ConfigError, Field, HealthlintError, Result, Settings, lint_fields
from healthlint.contrib.wagtail.extract import Place, page_places
from healthlint.contrib.wagtail.models import HealthlintSettings, Waiver
from healthlint.decisions.outcome import sift
from healthlint.finding import SEVERITIES, Decided, Finding

logger = logging.getLogger("healthlint")


@dataclass(frozen=True)
class Found:
    """A finding, the place of its text, and the waiver that lets it stand."""

    finding: Finding
    place: Place
    waiver: Waiver | None = None


@dataclass(frozen=True)
class Verdict:
    """What was found on a page, in reading order, and what follows from it.

    `failure` says why the page could not be checked; `language` is set where it is not checked
    because the rules do not know its language. `results` are one for each field, as in reports.
    """

    found: tuple[Found, ...] = ()
    waived: tuple[Found, ...] = ()
    results: tuple[Result, ...] = ()
    fail_on: str = "error"
    failure: str = ""
    fail_open: bool = False
    language: str = ""
    exempt: bool = False
    notices: tuple[str, ...] = field(default=())
    settings: Settings = field(default_factory=Settings)

    @property
    def blocking(self) -> tuple[Found, ...]:
        """The findings that keep the page from being published."""
        return self._from(self.fail_on, None)

    @property
    def asking(self) -> tuple[Found, ...]:
        """The findings that somebody must have seen before the page is published."""
        return self._from("warning", self.fail_on)

    def _from(self, lowest: str, below: str | None) -> tuple[Found, ...]:
        low = SEVERITIES.index(lowest)
        high = SEVERITIES.index(below) if below else len(SEVERITIES)
        return tuple(f for f in self.found if low <= SEVERITIES.index(f.finding.severity) < high)

    @property
    def blocked(self) -> bool:
        """Whether the page must not be published."""
        return bool(self.blocking) or bool(self.failure and not self.fail_open)

    @property
    def digest(self) -> str:
        """What the warnings are known by again, so that new ones are asked about anew."""
        said = "\0".join(sorted(one.finding.fingerprint for one in self.asking))
        return hashlib.sha256(said.encode()).hexdigest()[:32] if said else ""

    def counts(self) -> dict[str, int]:
        """Severity -> how many findings are not waived, the gravest first."""
        counted = dict.fromkeys(reversed(SEVERITIES), 0)
        for one in self.found:
            counted[one.finding.severity] += 1
        return counted

    def why(self) -> str:
        """In one sentence: why the page is held."""
        if self.failure and not self.fail_open:
            return _("The health check could not be made (%(why)s), so nothing is published.") % {
                "why": self.failure
            }
        return ngettext(
            "The health check found %(count)d problem that must be mended or waived first.",
            "The health check found %(count)d problems that must be mended or waived first.",
            len(self.blocking),
        ) % {"count": len(self.blocking)}


def is_checked(page: Any) -> bool:
    """Whether a page is of a type that is checked at all."""
    from healthlint.contrib.wagtail.mixin import HealthCheckMixin

    return issubclass(page.specific_class or type(page), HealthCheckMixin)


def judge(
    page: Any,
    *,
    parent: Any = None,
    children: Mapping[str, list[tuple[int, Any]]] | None = None,
    waivers: Iterable[Waiver] | None = None,
) -> Verdict:
    """The verdict on a page as it is in memory, saved or not.

    `page` is of its specific type. `parent` says where a page stands that has no place yet,
    `children` stand for the children in the database. Without `waivers` those of the page count
    (for an alias, those of its source). What fails is `Verdict.failure`, never an exception.
    """
    site = _site_settings(page, parent)
    fail_open = site.on_failure == "open"
    if not is_checked(page) or (site.pk and _exempt(site, page)):
        return Verdict(exempt=True)
    language = page.locale.language_code if page.locale_id else "en"
    if language.split("-")[0] != "en":
        return Verdict(language=language, fail_on=site.fail_on)
    settings = Settings()
    try:
        places = page_places(page, children)
        settings = _settings(site.profile)
        results = _lint(tuple(one.field for one in places), settings)
        errors = [f"{one.path}: {one.error}" for one in results if one.error]
        failure = "; ".join(errors)
    except HealthlintError as error:
        places, results, failure = [], (), str(error)
    except Exception as error:  # the site must go on, and somebody must hear of it
        logger.exception("the check of page %s failed", page.pk)
        places, results, failure = [], (), f"{type(error).__name__}: {error}"
    known = {one.field.id: one for one in places}
    kept = [_waived(result, _waivers(page) if waivers is None else waivers) for result in results]
    return Verdict(
        tuple(Found(f, known[r.path]) for r, _ in kept for f in r.findings),
        tuple(Found(d.finding, known[r.path], w) for r, by in kept
              for d, w in zip(r.decided, by, strict=True)),
        tuple(result for result, _ in kept),
        site.fail_on,
        failure,
        fail_open,
        notices=tuple(text for result in results for text in result.notices),
        settings=settings,
    )  # fmt: skip


def _waived(result: Result, waivers: Iterable[Waiver]) -> tuple[Result, list[Waiver]]:
    """A result without what is waived, and the waivers of what was taken out, in order."""
    by_print = {(one.fingerprint, one.rule): one for one in waivers if one.in_force}
    used = []

    def decide(finding: Finding) -> Decided | None:
        waiver = by_print.get((finding.fingerprint, finding.rule))
        if waiver is None:
            return None
        used.append(waiver)
        until = waiver.until.isoformat()
        return Decided(finding, "waiver", waiver.reason, waiver.by_name, until=until)

    findings, decided = sift(result.findings, decide)
    return result._replace(findings=findings, decided=decided, suppressed=len(decided)), used


def _waivers(page: Any) -> list[Waiver]:
    owner = page.alias_of_id or page.pk
    return list(Waiver.objects.in_force().filter(page_id=owner)) if owner else []


@lru_cache(maxsize=64)
def _lint(fields: tuple[Field, ...], settings: Settings) -> tuple[Result, ...]:
    """A publish asks several times about the same text: the form, the hook, the action."""
    return tuple(lint_fields(fields, settings=settings, comments=False))


def _settings(profile: str) -> Settings:
    """What the configuration file of the Django settings says, with the site's profile.

    Raises `ConfigError`.
    """
    named = getattr(django_settings, "HEALTHLINT", {}).get("CONFIG")
    if not named:
        return Settings(profile=profile) if profile else Settings()
    file = Path(named)
    try:
        settings = _configured(file, file.stat().st_mtime_ns)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror or error}") from None
    return replace(settings, profile=profile) if profile else settings


@lru_cache(maxsize=4)
def _configured(file: Path, changed: int) -> Settings:
    from healthlint.api import rulebook_for
    from healthlint.config import Configs
    from healthlint.selection import check_names

    plan = Configs(only=file).plan(file)
    check_names(plan.names, rulebook_for(plan.settings.packs))
    return plan.settings


def _site_settings(page: Any, parent: Any) -> HealthlintSettings:
    """The settings of the page's site; a page outside every site is checked by the defaults."""
    placed = next((one for one in (page, parent) if one is not None and one.url_path), None)
    site = placed.get_site() if placed else None
    if site is None:
        return HealthlintSettings()
    found: HealthlintSettings = HealthlintSettings.for_site(site)
    return found


def _exempt(site: HealthlintSettings, page: Any) -> bool:
    return site.exempt_types.filter(pk=page.cached_content_type.pk).exists()
