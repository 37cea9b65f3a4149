"""The side panel of the editor: the findings of the draft, anew with every autosave.

Wagtail has no hook that adds a side panel, so `get_side_panels` of the two editor views is wrapped.
Where these are not as they are known, the panel is left out, a system check says so, and the
findings stand in the form all the same.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import VERSION
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView

from healthlint.contrib.wagtail.apply import options
from healthlint.contrib.wagtail.check import Found, Verdict, is_checked, judge
from healthlint.contrib.wagtail.models import (
    MIN_REASON,
    Waiver,
    default_until,
    latest_until,
    may_waive,
)
from healthlint.contrib.wagtail.wording import SEVERITY_NAMES, SEVERITY_SIGNS, sources, why

KNOWN = ((8, 0), (9, 0))  # from, and below


def supported() -> bool:
    """Whether the side panel can be added to this version of Wagtail."""
    return KNOWN[0] <= VERSION[:2] < KNOWN[1] and all(
        hasattr(view, "get_side_panels") for view in (EditView, CreateView)
    )


def install() -> None:
    """Add the side panel to the editor, once."""
    if not supported():
        return
    for view in (EditView, CreateView):
        original = view.get_side_panels
        if not hasattr(original, "healthlint"):
            view.get_side_panels = _with_panel(original)


def _with_panel(original: Any) -> Any:
    @wraps(original)
    def get_side_panels(self: Any) -> Any:
        panels = original(self)
        if is_checked(self.page) and not self.page.alias_of_id:
            form = getattr(self, "form", None)
            panels.append(
                HealthSidePanel(
                    self.page, self.request, getattr(self, "parent_page", None),
                    getattr(form, "verdict", None),
                )
            )  # fmt: skip
        return panels

    get_side_panels.healthlint = original  # type: ignore[attr-defined]
    return get_side_panels


class HealthSidePanel(BaseSidePanel):
    """The findings of one page, each with its place, advice, authority and waiver form."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """The button that opens it, with how many findings there are."""

        aria_label = _("Toggle health check")
        icon_name = "clipboard-list"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """Adds the number of findings that are errors or warnings."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            counts = self.panel.verdict.counts()
            context["count"] = counts["error"] + counts["warning"]
            return context

    name = "healthlint"
    title = _("Health check")
    template_name = "healthlint_wagtail/side_panel.html"
    order = 250

    def __init__(
        self, page: Any, request: Any, parent: Any = None, verdict: Verdict | None = None
    ) -> None:
        super().__init__(page, request)
        self.parent, self._given = parent, verdict

    @cached_property
    def verdict(self) -> Verdict:
        """What is shown: of a form that came back its own, else of the page in memory."""
        return self._given or judge(self.object, parent=self.parent)

    @property
    def media(self) -> forms.Media:
        """The panel's script and style sheet."""
        return forms.Media(
            css={"all": [versioned_static("healthlint_wagtail/panel.css")]},
            js=[versioned_static("healthlint_wagtail/panel.js")],
        )

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """What the template shows."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        verdict, user = self.verdict, self.request.user
        saved = bool(self.object.pk)
        context.update(
            verdict=verdict,
            saved=saved,
            summary=summary(verdict),
            counts=verdict.counts(),
            cards=[card(one, verdict, user, saved) for one in verdict.found],
            waived=[
                {**card(one, verdict, user, False), "waiver": one.waiver,
                 "may_revoke": may_revoke(user, one.waiver)}
                for one in verdict.waived
            ],
            until=default_until(), latest=latest_until(), min_reason=MIN_REASON,
        )  # fmt: skip
        return context


def may_revoke(user: Any, waiver: Waiver | None) -> bool:
    """Whoever may waive such a finding may take a waiver back; so may who gave it."""
    return waiver is not None and (may_waive(user, waiver.severity) or waiver.by_id == user.pk)


def summary(verdict: Verdict) -> str:
    """One line, which is also read out when it changes."""
    counts = verdict.counts()
    parts = [
        ngettext("%(count)d error", "%(count)d errors", counts["error"])
        % {"count": counts["error"]},
        ngettext("%(count)d warning", "%(count)d warnings", counts["warning"])
        % {"count": counts["warning"]},
        ngettext("%(count)d note", "%(count)d notes", counts["info"]) % {"count": counts["info"]},
    ]
    return ", ".join(parts)


def card(one: Found, verdict: Verdict, user: Any, saved: bool) -> dict[str, Any]:
    """A finding as the panel shows it."""
    finding, packs = one.finding, verdict.settings.packs
    return {
        "finding": finding,
        "place": one.place,
        "anchor": one.place.field.anchor or "",
        "severity": SEVERITY_NAMES[finding.severity],
        "sign": SEVERITY_SIGNS[finding.severity],
        "words": words(one),
        "options": options(finding),
        "sources": sources(finding, packs),
        "why": why(finding, packs),
        "may_waive": saved and may_waive(user, finding.severity),
    }


def words(one: Found) -> str:
    """The words that were found, without markup, shortened in the middle."""
    import html
    import re

    text = one.finding.text
    if one.place.field.format == "html":
        text = html.unescape(re.sub(r"<[^>]*>?", " ", text))
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:120]} … {text[-60:]}"
