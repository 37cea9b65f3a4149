"""The site's report of findings on live pages, and the list of waivers; both can be exported."""

from __future__ import annotations

import time
from typing import Any

import django_filters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from healthlint.contrib.wagtail.models import SEVERITIES, LiveFinding, PageCheck, Waiver
from healthlint.contrib.wagtail.panels import may_revoke
from healthlint.contrib.wagtail.records import live_pages, record
from healthlint.contrib.wagtail.wording import unformulated
from healthlint.finding import CATEGORIES

_SECONDS = 20  # that "check now" may take; the command has no such limit


def may_report(user: Any) -> bool:
    """Whether a user works on pages at all."""
    policy = policy_registry.get_by_type(Page)
    return bool(policy.user_has_any_permission(user, ["add", "change", "publish"]))


def pages_of(user: Any) -> Any:
    """The pages whose findings a user may see."""
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_any_permission_for(user, ["change", "publish"])


class FindingFilterSet(WagtailFilterSet):
    """Filters of the report."""

    severity = django_filters.ChoiceFilter(label=gettext_lazy("Severity"), choices=SEVERITIES)
    category = django_filters.ChoiceFilter(
        label=gettext_lazy("Category"), choices=[(one, one) for one in CATEGORIES]
    )
    rule = django_filters.CharFilter(label=gettext_lazy("Rule"), lookup_expr="iexact")
    waived = django_filters.BooleanFilter(label=gettext_lazy("Waived"))
    page = django_filters.CharFilter(
        label=gettext_lazy("Page title"), field_name="page__title", lookup_expr="icontains"
    )

    class Meta:
        model = LiveFinding
        fields = ["severity", "category", "rule", "waived", "page"]


class _PageReport(ReportView):
    any_permission_required = ["add", "change", "publish"]
    permission_policy = policy_registry.get_by_type(Page)
    custom_field_preprocess: Any
    texts: tuple[str, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        plain = {self.FORMAT_CSV: unformulated, self.FORMAT_XLSX: unformulated}
        self.custom_field_preprocess = {
            **self.custom_field_preprocess, **dict.fromkeys(self.texts, plain)
        }  # fmt: skip


class FindingsReport(_PageReport):
    """All findings on live pages that the user may edit or publish."""

    model = LiveFinding
    page_title = gettext_lazy("Health check")
    header_icon = "clipboard-list"
    filterset_class = FindingFilterSet
    template_name = "healthlint_wagtail/report.html"
    results_template_name = "healthlint_wagtail/report_results.html"
    index_url_name = "healthlint_report"
    index_results_url_name = "healthlint_report_results"
    list_export = [
        "page.pk", "page.title", "page.full_url", "severity", "rule", "name", "category", "where",
        "text", "message", "suggestion", "waived", "fingerprint", "checked_at",
    ]  # fmt: skip
    export_headings = {
        "page.pk": gettext_lazy("Page ID"), "page.title": gettext_lazy("Page"),
        "page.full_url": gettext_lazy("Address"), "severity": gettext_lazy("Severity"),
        "rule": gettext_lazy("Rule"), "name": gettext_lazy("Name"),
        "category": gettext_lazy("Category"), "where": gettext_lazy("Place"),
        "text": gettext_lazy("Words"), "message": gettext_lazy("Message"),
        "suggestion": gettext_lazy("Suggestion"), "waived": gettext_lazy("Waived"),
        "fingerprint": gettext_lazy("Fingerprint"), "checked_at": gettext_lazy("Checked at"),
    }  # fmt: skip
    texts = ("page.title", "where", "text", "message", "suggestion")

    def get_queryset(self) -> Any:
        """The findings, by page."""
        self.queryset = LiveFinding.objects.filter(
            page__in=pages_of(self.request.user), page__live=True
        ).select_related("page").order_by("page__path", "pk")  # fmt: skip
        return super().get_queryset()

    def get_filename(self) -> str:
        """Of an export."""
        return "health-check"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the pages that could not be checked, or never were."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        mine = pages_of(self.request.user)
        checks = PageCheck.objects.filter(page__in=mine, page__live=True)
        context["failed"] = checks.exclude(failure="").select_related("page")
        context["foreign"] = checks.exclude(language="").count()
        context["oldest"] = checks.order_by("checked_at").values_list("checked_at").first()
        context["unchecked"] = unchecked(mine)
        return context


def unchecked(pages: Any) -> int:
    """How many live pages of checked types were never checked."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import get_page_models

    from healthlint.contrib.wagtail.mixin import HealthCheckMixin

    types = [one for one in get_page_models() if issubclass(one, HealthCheckMixin)]
    found = ContentType.objects.get_for_models(*types).values()
    count: int = (
        pages.live().filter(content_type__in=list(found), health_check__isnull=True).count()
    )
    return count


def check_now(request: HttpRequest) -> HttpResponse:
    """Check live pages anew, those first that were checked longest ago."""
    if request.method == "POST" and may_report(request.user):
        stop, done, left = time.monotonic() + _SECONDS, 0, 0
        last = dict(PageCheck.objects.values_list("page_id", "checked_at"))
        pages = sorted(live_pages(), key=lambda page: str(last.get(page.pk, "")))
        for page in pages:
            if time.monotonic() < stop:
                record(page)
                done += 1
            else:
                left += 1
        said = ngettext("%(count)d page checked.", "%(count)d pages checked.", done)
        messages.success(request, said % {"count": done})
        if left:
            messages.warning(request, _(
                "%(count)d pages are left: press again, or run “manage.py healthlint_audit”."
            ) % {"count": left})  # fmt: skip
    return redirect("healthlint_report")


class WaiverFilterSet(WagtailFilterSet):
    """Filters of the list of waivers."""

    severity = django_filters.ChoiceFilter(label=gettext_lazy("Severity"), choices=SEVERITIES)
    rule = django_filters.CharFilter(label=gettext_lazy("Rule"), lookup_expr="iexact")
    page = django_filters.CharFilter(
        label=gettext_lazy("Page title"), field_name="page__title", lookup_expr="icontains"
    )

    class Meta:
        model = Waiver
        fields = ["severity", "rule", "page"]


class WaiversReport(_PageReport):
    """All waivers, in force or not, with the right to take them back."""

    model = Waiver
    page_title = gettext_lazy("Health check waivers")
    header_icon = "clipboard-list"
    filterset_class = WaiverFilterSet
    template_name = "wagtailadmin/reports/base_report.html"
    results_template_name = "healthlint_wagtail/waivers_results.html"
    index_url_name = "healthlint_waivers"
    index_results_url_name = "healthlint_waivers_results"
    list_export = [
        "page.pk", "page.title", "severity", "rule", "text", "reason", "by_name", "created",
        "until", "state", "revoked_at", "fingerprint",
    ]  # fmt: skip
    export_headings = {
        "page.pk": gettext_lazy("Page ID"), "page.title": gettext_lazy("Page"),
        "by_name": gettext_lazy("Waived by"), "state": gettext_lazy("State"),
    }  # fmt: skip
    texts = ("page.title", "text", "reason", "by_name")

    def get_queryset(self) -> Any:
        """The waivers of the user's pages, the newest first."""
        self.queryset = (
            Waiver.objects.filter(page__in=pages_of(self.request.user))
            .select_related("page", "revoked_by").order_by("-created")
        )  # fmt: skip
        return super().get_queryset()

    def get_filename(self) -> str:
        """Of an export."""
        return "health-check-waivers"

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Says of each whether the user may take it back."""
        for waiver in object_list:
            waiver.may_revoke = waiver.in_force and may_revoke(self.request.user, waiver)
        return object_list


