"""What is kept: waivers, what each site wants, and what the last check of each live page found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page, get_page_models

MIN_REASON = 10
MONTHS = 12
_MAX_DAYS = 366


def default_until() -> date:
    """The last day of a waiver that begins today: twelve months on."""
    return timezone.localdate() + timedelta(days=365)


def latest_until() -> date:
    """The last day that a waiver which begins today may have."""
    return timezone.localdate() + timedelta(days=_MAX_DAYS)


SEVERITIES = [("error", _("Error")), ("warning", _("Warning")), ("info", _("Information"))]


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Waivers, by whether they hold."""

    def in_force(self) -> WaiverQuerySet:
        """Those that are neither revoked nor past their last day."""
        return self.filter(revoked_at=None, until__gte=timezone.localdate())


class Waiver(models.Model):
    """A person's decision that one finding on one page may stand, until a day.

    The fingerprint has the rule, the words and their sentence in it: once the sentence changes the
    waiver matches nothing. `until` is the last day on which it holds, in the site's time zone.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="health_waivers")
    rule = models.CharField(_("rule"), max_length=40)
    severity = models.CharField(_("severity"), max_length=10, choices=SEVERITIES)
    fingerprint = models.CharField(max_length=16, db_index=True)
    text = models.TextField(_("words"))
    reason = models.TextField(_("reason"), validators=[MinLengthValidator(MIN_REASON)])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("waived by"),
    )  # fmt: skip
    by_name = models.CharField(max_length=255, blank=True)  # outlives the account
    created = models.DateTimeField(_("waived at"), default=timezone.now)
    until = models.DateField(_("until"), default=default_until)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", verbose_name=_("revoked by"),
    )  # fmt: skip

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["-created"]
        default_permissions = ()
        permissions = [
            ("waive_warning", _("May waive health check warnings")),
            ("waive_error", _("May waive health check errors")),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"

    @property
    def in_force(self) -> bool:
        """Whether it holds today."""
        return self.revoked_at is None and self.until >= timezone.localdate()

    @property
    def state(self) -> str:
        """In one word: in force, revoked or ended."""
        if self.revoked_at is not None:
            return str(_("revoked"))
        return str(_("in force") if self.in_force else _("ended"))


def may_waive(user: Any, severity: str) -> bool:
    """Whether a user has the right to waive findings of a severity."""
    right = "waive_error" if severity == "error" else "waive_warning"
    return bool(user and user.has_perm(f"healthlint_wagtail.{right}"))


def _page_types() -> Q:
    return Q(pk__in=[one.pk for one in ContentType.objects.get_for_models(
        *get_page_models()).values()])  # fmt: skip


class HealthlintSettings(BaseSiteSetting):
    """How the pages of one site are checked."""

    profile = models.CharField(
        _("profile"), max_length=2, blank=True,
        choices=[
            ("us", _("United States")), ("uk", _("United Kingdom")), ("eu", _("European Union")),
            ("au", _("Australia")), ("ca", _("Canada")),
        ],
        help_text=_("Whose law speaks. Empty: as in the configuration file, else United States."),
    )  # fmt: skip
    fail_on = models.CharField(
        _("hold pages from"), max_length=10, choices=SEVERITIES, default="error",
        help_text=_("Findings of this severity or graver keep a page from being published."),
    )  # fmt: skip
    on_failure = models.CharField(
        _("when the check itself fails"), max_length=6, default="closed",
        choices=[("closed", _("Publish nothing")), ("open", _("Publish, with a notice"))],
        help_text=_("Such as with a wrong configuration file. Either way it is logged."),
    )  # fmt: skip
    exempt_types = models.ManyToManyField(
        ContentType, blank=True, related_name="+", limit_choices_to=_page_types,
        verbose_name=_("exempt page types"), help_text=_("Pages of these types are not checked."),
    )  # fmt: skip

    panels = [
        FieldPanel("profile"), FieldPanel("fail_on"), FieldPanel("on_failure"),
        FieldPanel("exempt_types"),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("health check")


if apps.is_installed("wagtail.contrib.settings"):
    register_setting(icon="clipboard-list")(HealthlintSettings)


class PageCheck(models.Model):
    """The last check of a live page; `failure` says why it could not be made."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="health_check")
    checked_at = models.DateTimeField(_("checked at"), default=timezone.now)
    failure = models.TextField(blank=True)
    language = models.CharField(max_length=20, blank=True)  # set where it is not checked for it

    class Meta:
        default_permissions = ()


class LiveFinding(models.Model):
    """One finding on a page as it is live."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="health_findings")
    rule = models.CharField(_("rule"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("category"), max_length=40)
    severity = models.CharField(_("severity"), max_length=10, choices=SEVERITIES)
    where = models.CharField(_("place"), max_length=500)
    anchor = models.CharField(max_length=255, blank=True)
    text = models.TextField(_("words"))
    message = models.TextField(_("message"))
    suggestion = models.TextField(_("suggestion"), blank=True)
    fingerprint = models.CharField(max_length=16)
    waived = models.BooleanField(_("waived"), default=False)
    checked_at = models.DateTimeField(_("checked at"), default=timezone.now)

    class Meta:
        ordering = ["page_id", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"
