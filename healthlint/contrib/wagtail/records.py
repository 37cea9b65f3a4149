"""What is known of each live page: written when it is published, waived for, or audited."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from healthlint.contrib.wagtail.check import Found, Verdict, is_checked, judge
from healthlint.contrib.wagtail.models import LiveFinding, PageCheck
from healthlint.output.common import advice


def live_pages() -> Any:
    """The live pages that are checked, in the order of the tree, one by one."""
    for page in Page.objects.live().order_by("path").specific().iterator(chunk_size=100):
        if is_checked(page):
            yield page


def record(page: Any, verdict: Verdict | None = None) -> Verdict:
    """Check a live page, unless `verdict` says what was found, and keep the outcome."""
    from healthlint.contrib.wagtail.panels import words

    found = verdict or judge(page)
    now = timezone.now()

    def row(one: Found, waived: bool) -> LiveFinding:
        finding, write = one.finding, advice(one.finding)
        return LiveFinding(
            page_id=page.pk, rule=finding.rule, name=finding.name, category=finding.category,
            severity=finding.severity, where=one.place.label[:500],
            anchor=(one.place.field.anchor or "")[:255], text=words(one), message=finding.message,
            suggestion=write[0] if write else "", fingerprint=finding.fingerprint, waived=waived,
            checked_at=now,
        )  # fmt: skip

    with transaction.atomic():
        LiveFinding.objects.filter(page_id=page.pk).delete()
        if found.exempt:
            PageCheck.objects.filter(page_id=page.pk).delete()
            return found
        LiveFinding.objects.bulk_create(
            [row(one, False) for one in found.found] + [row(one, True) for one in found.waived]
        )
        PageCheck.objects.update_or_create(
            page_id=page.pk,
            defaults={"checked_at": now, "failure": found.failure, "language": found.language},
        )
    return found


def forget(page: Any) -> None:
    """A page is live no more."""
    LiveFinding.objects.filter(page_id=page.pk).delete()
    PageCheck.objects.filter(page_id=page.pk).delete()


def refresh(page: Any) -> None:
    """What is known of a page after a waiver came or went."""
    live = Page.objects.live().filter(pk=page.pk).specific().first()
    if live is not None and is_checked(live):
        record(live)


@receiver(page_published)
def _published(sender: Any, instance: Any, **kwargs: Any) -> None:
    if is_checked(instance):
        record(instance)


@receiver(page_unpublished)
def _unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    forget(instance)
