"""The entries of Wagtail's own log: what was held, waived, revoked, published with warnings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import LogFormatter, log
from wagtail.models import PageLogEntry

from healthlint.contrib.wagtail.check import Found, Verdict
from healthlint.contrib.wagtail.models import Waiver

BLOCKED = "healthlint.blocked"
WAIVED = "healthlint.waived"
REVOKED = "healthlint.waiver_revoked"
WITH_WARNINGS = "healthlint.published_with_warnings"
FAILED = "healthlint.check_failed"


def blocked(page: Any, verdict: Verdict, user: Any = None, once: bool = False) -> None:
    """Somebody, or a schedule, tried to publish a page that must not be.

    With `once` the same thing is not told again, as by a schedule that tries every few minutes.
    """
    if not page.pk:
        return
    if verdict.failure:
        failed(page, verdict, user, once)
    if not verdict.blocking:
        return
    data = {"findings": [_told(one) for one in verdict.blocking]}
    if not (once and _last_is(page, BLOCKED, data)):
        log(page, BLOCKED, user=user, data=data)


def failed(page: Any, verdict: Verdict, user: Any = None, once: bool = False) -> None:
    """The check itself could not be made."""
    data = {"why": verdict.failure, "published": verdict.fail_open}
    if page.pk and not (once and _last_is(page, FAILED, data)):
        log(page, FAILED, user=user, data=data)


def published(page: Any, verdict: Verdict, user: Any, revision: Any) -> None:
    """A page went live: what was found and let pass is kept beside it."""
    if verdict.failure:
        failed(page, verdict, user)
    if verdict.asking:
        data = {"findings": [_told(one) for one in verdict.asking]}
        log(page, WITH_WARNINGS, user=user, data=data, revision=revision)


def waived(waiver: Waiver, user: Any) -> None:
    """A finding may stand from now on."""
    data = {**_of(waiver), "reason": waiver.reason, "until": waiver.until.isoformat()}
    log(waiver.page.specific, WAIVED, user=user, data=data)


def revoked(waiver: Waiver, user: Any) -> None:
    """A waiver was taken back."""
    log(waiver.page.specific, REVOKED, user=user, data=_of(waiver))


def _told(one: Found) -> dict[str, str]:
    finding = one.finding
    return {"rule": finding.rule, "severity": finding.severity, "text": finding.text,
            "where": one.place.label, "fingerprint": finding.fingerprint}  # fmt: skip


def _of(waiver: Waiver) -> dict[str, str]:
    return {"rule": waiver.rule, "severity": waiver.severity, "text": waiver.text,
            "fingerprint": waiver.fingerprint}  # fmt: skip


def _last_is(page: Any, action: str, data: dict[str, Any]) -> bool:
    last = PageLogEntry.objects.filter(page=page.pk, action=action).order_by("-timestamp").first()
    return last is not None and last.data == data


def register(actions: Any) -> None:
    """Make the entries known to Wagtail, which then shows them in histories and reports."""
    for action, formatter in _FORMATTERS.items():
        actions.register_action(action)(formatter)


class _Listing(LogFormatter):
    def format_message(self, log_entry: Any) -> str:
        found = log_entry.data.get("findings", [])
        rules = ", ".join(dict.fromkeys(one["rule"] for one in found))
        return self.say(len(found)) % {"count": len(found), "rules": rules}

    def format_comment(self, log_entry: Any) -> str:
        found = log_entry.data.get("findings", [])
        return "; ".join(f"{one['where']}: “{one['text']}”" for one in found)

    def say(self, count: int) -> str:
        raise NotImplementedError


class _Blocked(_Listing):
    label = _("Health check: held")

    def say(self, count: int) -> str:
        return ngettext(
            "Not published: the health check found %(count)d problem (%(rules)s)",
            "Not published: the health check found %(count)d problems (%(rules)s)",
            count,
        )


class _WithWarnings(_Listing):
    label = _("Health check: published with warnings")

    def say(self, count: int) -> str:
        return ngettext(
            "Published with %(count)d health check warning (%(rules)s)",
            "Published with %(count)d health check warnings (%(rules)s)",
            count,
        )


class _Waived(LogFormatter):
    label = _("Health check: finding waived")

    def format_message(self, log_entry: Any) -> str:
        return _("Finding %(rule)s “%(text)s” waived until %(until)s") % log_entry.data

    def format_comment(self, log_entry: Any) -> str:
        return str(log_entry.data.get("reason", ""))


class _Revoked(LogFormatter):
    label = _("Health check: waiver revoked")

    def format_message(self, log_entry: Any) -> str:
        return _("Waiver of %(rule)s “%(text)s” revoked") % log_entry.data


class _Failed(LogFormatter):
    label = _("Health check: failed")

    def format_message(self, log_entry: Any) -> str:
        said = (
            _("The health check failed; the page was published all the same: %(why)s")
            if log_entry.data.get("published")
            else _("The health check failed; the page was not published: %(why)s")
        )
        return said % {"why": log_entry.data.get("why", "")}


_FORMATTERS = {BLOCKED: _Blocked, WITH_WARNINGS: _WithWarnings, WAIVED: _Waived, REVOKED: _Revoked,
               FAILED: _Failed}  # fmt: skip
