"""Where Wagtail calls the publish check."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from healthlint.contrib.wagtail import log, reports, views
from healthlint.contrib.wagtail.check import Verdict, judge
from healthlint.contrib.wagtail.guard import held_copies

hooks.register("register_log_actions", log.register)


@hooks.register("register_permissions")
def permissions() -> Any:
    """The rights to waive, in the groups' settings."""
    return Permission.objects.filter(
        content_type__app_label="healthlint_wagtail",
        codename__in=["waive_warning", "waive_error"],
    )


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    """The panel's requests and the reports."""
    return [
        path("healthlint/panel/<int:page_id>/", views.panel, name="healthlint_panel"),
        path("healthlint/waive/<int:page_id>/", views.waive, name="healthlint_waive"),
        path("healthlint/revoke/<int:waiver_id>/", views.revoke, name="healthlint_revoke"),
        path("healthlint/apply/<int:page_id>/", views.apply, name="healthlint_apply"),
        path("reports/healthlint/check/", reports.check_now, name="healthlint_check_now"),
        path("reports/healthlint/", reports.FindingsReport.as_view(), name="healthlint_report"),
        path(
            "reports/healthlint/results/",
            reports.FindingsReport.as_view(results_only=True), name="healthlint_report_results",
        ),
        path("reports/healthlint/waivers/", reports.WaiversReport.as_view(),
             name="healthlint_waivers"),
        path(
            "reports/healthlint/waivers/results/",
            reports.WaiversReport.as_view(results_only=True), name="healthlint_waivers_results",
        ),
    ]  # fmt: skip


class _ReportItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return reports.may_report(request.user)


@hooks.register("register_reports_menu_item")
def report_item() -> MenuItem:
    """The report of findings."""
    return _ReportItem(
        gettext_lazy("Health check"), reverse("healthlint_report"),
        name="healthlint", icon_name="clipboard-list", order=600,
    )  # fmt: skip


@hooks.register("register_reports_menu_item")
def waivers_item() -> MenuItem:
    """The list of waivers."""
    return _ReportItem(
        gettext_lazy("Health check waivers"), reverse("healthlint_waivers"),
        name="healthlint-waivers", icon_name="clipboard-list", order=610,
    )  # fmt: skip


@hooks.register("before_publish_page")
def before_publish(request: Any, page: Any) -> Any:
    """Hold what a form has let by; a page that was just created must not stay live."""
    verdict = judge(page)
    if not verdict.blocked:
        return None
    match = request.resolver_match
    if match and match.view_name == "wagtailadmin_pages:add" and page.live:
        # Wagtail stores a new page as live before it asks.
        page.live, page.has_unpublished_changes = False, True
        page.save(update_fields=["live", "has_unpublished_changes"], clean=False)
    log.blocked(page, verdict, request.user)
    _say_held(request, [(page, verdict)])
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def before_bulk(request: Any, action_type: str, objects: Any, action: Any) -> Any:
    """Publish all of the chosen pages or none, and name those that are in the way."""
    if action_type != "publish" or action.model is not Page:
        return None
    chosen = {page.pk: page for page in objects}
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        for page in objects:
            chosen.update((one.pk, one) for one in page.get_descendants().not_live())
    drafts = [page.get_latest_revision_as_object() for page in chosen.values()]
    held = [(page, verdict) for page in drafts if (verdict := judge(page)).blocked]
    if not held:
        return None
    for page, verdict in held:
        log.blocked(page, verdict, request.user)
    _say_held(request, held)
    return redirect(action.next_url)


@hooks.register("before_copy_page")
def before_copy(request: Any, page: Any) -> Any:
    """Say in words why a copy may not go live where the page type's own form does not."""
    from healthlint.contrib.wagtail.forms import HealthCopyForm

    form = getattr(page.specific_class, "copy_form_class", None)
    wanted = request.POST.get("publish_copies") or request.POST.get("alias")
    if request.method != "POST" or not wanted or (form and issubclass(form, HealthCopyForm)):
        return None
    held = list(held_copies(page, recursive=bool(request.POST.get("copy_subpages")),
                            alias=bool(request.POST.get("alias"))))  # fmt: skip
    if not held:
        return None
    _say_held(request, held)
    return redirect(request.path)


def _say_held(request: Any, held: list[tuple[Any, Verdict]]) -> None:
    lines = format_html_join(
        "", "<li>“{}”: {}</li>",
        ((page.get_admin_display_title(), verdict.why()) for page, verdict in held),
    )  # fmt: skip
    buttons = [
        messages.button(
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            _("Edit “%(title)s”") % {"title": page.get_admin_display_title()},
        )
        for page, _verdict in held[:5]
    ]
    messages.error(request, format_html("{}<ul>{}</ul>", _("Nothing was published."), lines),
                   buttons=buttons)  # fmt: skip
