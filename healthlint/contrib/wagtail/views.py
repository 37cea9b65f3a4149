"""What the side panel asks for: waive, revoke, a suggestion's change, the panel anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.models import Page

from healthlint.contrib.wagtail import log, records
from healthlint.contrib.wagtail.apply import NotApplicable, change
from healthlint.contrib.wagtail.check import Found, Verdict, judge
from healthlint.contrib.wagtail.models import MIN_REASON, Waiver, latest_until, may_waive
from healthlint.contrib.wagtail.panels import HealthSidePanel, may_revoke, words


class WaiverForm(forms.ModelForm):
    """Why a finding may stand, and until when."""

    class Meta:
        model = Waiver
        fields = ["reason", "until"]
        error_messages = {
            "reason": {
                "required": gettext_lazy("Say why it may stand."),
                "min_length": gettext_lazy("Say why it may stand, in %(limit_value)d characters or "
                                           "more."),
            }
        }  # fmt: skip

    def clean_reason(self) -> str:
        """The reason; blanks do not make it longer."""
        reason = " ".join(str(self.cleaned_data["reason"]).split())
        if len(reason) < MIN_REASON:
            raise forms.ValidationError(
                _("Say why it may stand, in %(count)d characters or more.") % {"count": MIN_REASON}
            )
        return reason

    def clean_until(self) -> Any:
        """The last day: not past, and not for ever."""
        from django.utils import timezone

        until = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError(_("The last day is past."))
        if until > latest_until():
            raise forms.ValidationError(_("A waiver lasts twelve months at most."))
        return until


def _draft(request: HttpRequest, page_id: int) -> Any:
    """The page as it was last saved, for somebody who may edit it. Raises `PermissionDenied`."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied(_("You may not edit this page."))
    return page.get_latest_revision_as_object()


def _found(verdict: Verdict, fingerprint: str) -> Found | None:
    return next((f for f in verdict.found if f.finding.fingerprint == fingerprint), None)


def _gone() -> str:
    return _(
        "The sentence has changed since the page was last checked, or the draft is not saved yet. "
        "Save it and look again."
    )


def _answer(request: HttpRequest, page: Any, said: str, status: int = 200) -> HttpResponse:
    """JSON for the panel's script; without it a message and the editor."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"ok": status == 200, "message": said}, status=status)
    (messages.success if status == 200 else messages.error)(request, said)
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_POST
def waive(request: HttpRequest, page_id: int) -> HttpResponse:
    """Let a finding of the last saved draft stand."""
    page = _draft(request, page_id)
    found = _found(judge(page), request.POST.get("fingerprint", ""))
    if found is None:
        return _answer(request, page, _gone(), 409)
    finding = found.finding
    if not may_waive(request.user, finding.severity):
        said = _("You may not waive findings of this severity.")
        return _answer(request, page, said, 403)
    form = WaiverForm(request.POST)
    if not form.is_valid():
        said = " ".join(str(text) for errors in form.errors.values() for text in errors)
        return _answer(request, page, said, 422)
    waiver = form.save(commit=False)
    waiver.page_id, waiver.rule, waiver.severity = page.pk, finding.rule, finding.severity
    waiver.fingerprint, waiver.text = finding.fingerprint, words(found)
    waiver.by, waiver.by_name = request.user, _name(request.user)
    waiver.save()
    log.waived(waiver, request.user)
    records.refresh(page)
    return _answer(request, page, _("The finding is waived until %(until)s.") % {
        "until": waiver.until.isoformat()
    })  # fmt: skip


@require_POST
def revoke(request: HttpRequest, waiver_id: int) -> HttpResponse:
    """Take a waiver back; the finding holds the page again from its next publishing on."""
    from django.utils import timezone

    waiver = get_object_or_404(Waiver, pk=waiver_id)
    page = waiver.page.specific
    if not may_revoke(request.user, waiver) or not _may_see(request.user, page):
        raise PermissionDenied(_("You may not revoke this waiver."))
    if waiver.revoked_at is None:
        waiver.revoked_at, waiver.revoked_by = timezone.now(), request.user
        waiver.save(update_fields=["revoked_at", "revoked_by"])
        log.revoked(waiver, request.user)
        records.refresh(page)
    if request.POST.get("next") == "waivers":
        messages.success(request, _("The waiver is revoked."))
        return redirect("healthlint_waivers")
    return _answer(request, page, _("The waiver is revoked."))


def _may_see(user: Any, page: Any) -> bool:
    rights = page.permissions_for_user(user)
    return bool(rights.can_edit() or rights.can_publish())


def _name(user: Any) -> str:
    return str(user.get_full_name() or user.get_username())[:255]


@require_POST
def apply(request: HttpRequest, page_id: int) -> HttpResponse:
    """The change that a suggestion makes to the last saved draft; the editor makes it."""
    page = _draft(request, page_id)
    verdict = judge(page)
    found = _found(verdict, request.POST.get("fingerprint", ""))
    number = request.POST.get("number", "")
    if found is None or not number.isascii() or not number.isdigit():
        return JsonResponse({"ok": False, "message": _gone()}, status=409)
    try:
        made = change(page, found, int(number), verdict.settings)
    except NotApplicable as refused:
        return JsonResponse({"ok": False, "message": str(refused)}, status=409)
    return JsonResponse(
        {"ok": True, "contentpath": made.contentpath, "old": made.old, "new": made.new}
    )


@require_GET
def panel(request: HttpRequest, page_id: int) -> HttpResponse:
    """The inside of the side panel for the last saved draft."""
    page = _draft(request, page_id)
    return HttpResponse(HealthSidePanel(page, request).render_html({"request": request}))
