"""Publish actions that no form stands before: each asks for the verdict before anything goes live.

| action | what happens to a page with findings that hold it |
| --- | --- |
| publishing a revision (code, API, workflow, bulk) | `PublishBlocked`; nothing is changed |
| the same by `publish_scheduled` | logged and left scheduled; the run goes on |
| copying with its copies published, creating an alias | `PublishBlocked`; nothing is copied |
| approving in the listing's modal | a message, and the editor opens |

Wagtail has no hook that comes before every publishing, so the actions' own methods are wrapped,
once, when the app is ready.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.publish_page_revision import (
    PublishPagePermissionError,
    PublishPageRevisionAction,
)

from healthlint.contrib.wagtail import log
from healthlint.contrib.wagtail.check import Verdict, judge
from healthlint.contrib.wagtail.models import Waiver

logger = logging.getLogger("healthlint")
_SCHEDULED = "wagtail.publish.scheduled"


class PublishBlocked(PublishPagePermissionError):
    """A page must not go live; `verdict` says why. A `PermissionDenied`, so APIs answer 403."""

    def __init__(self, page: Any, verdict: Verdict) -> None:
        self.page, self.verdict = page, verdict
        found = [f"{one.place.label}: {one.finding.message} ({one.finding.rule})"
                 for one in verdict.blocking]  # fmt: skip
        super().__init__("\n".join([f"“{page.title}”: {verdict.why()}", *found]))


def install() -> None:
    """Wrap the actions, once."""
    _wrap(PublishPageRevisionAction, "execute", _guarded_publish)
    _wrap(CopyPageAction, "check", _guarded_copy)
    _wrap(CreatePageAliasAction, "check", _guarded_alias)
    from wagtail.admin.views.pages.workflow import WorkflowActionView

    _wrap(WorkflowActionView, "post", _guarded_approval)


def _wrap(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    original = getattr(owner, name)
    if not hasattr(original, "healthlint"):
        guarded: Any = wraps(original)(make(original))
        guarded.healthlint = original
        setattr(owner, name, guarded)


def _guarded_publish(execute: Any) -> Any:
    def guarded(self: Any, skip_permission_checks: bool = False) -> Any:
        self.check(skip_permission_checks=skip_permission_checks)
        verdict = judge(self.object)
        if verdict.blocked:
            scheduled = self.log_action == _SCHEDULED
            log.blocked(self.object, verdict, self.user, once=scheduled)
            if scheduled:
                logger.error("“%s” (page %s) stays unpublished: %s", self.object.title,
                             self.object.pk, verdict.why())  # fmt: skip
                return None
            raise PublishBlocked(self.object, verdict)
        done = execute(self, skip_permission_checks=skip_permission_checks)
        if self.object.live and self.object.live_revision_id == self.revision.pk:
            log.published(self.object, verdict, self.user, self.revision)
        return done

    return guarded


def _guarded_copy(check: Any) -> Any:
    def guarded(self: Any, skip_permission_checks: bool = False) -> Any:
        check(self, skip_permission_checks=skip_permission_checks)
        if self.keep_live:
            _refuse(held_copies(self.page, recursive=self.recursive, attrs=self.update_attrs))

    return guarded


def _guarded_alias(check: Any) -> Any:
    def guarded(self: Any, skip_permission_checks: bool = False) -> Any:
        check(self, skip_permission_checks=skip_permission_checks)
        _refuse(held_copies(self.page, recursive=self.recursive, alias=True))

    return guarded


def _refuse(held: Iterator[tuple[Any, Verdict]]) -> None:
    for page, verdict in held:
        log.blocked(page, verdict)
        raise PublishBlocked(page, verdict)


def held_copies(
    page: Any,
    *,
    recursive: bool = False,
    alias: bool = False,
    attrs: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Any, Verdict]]:
    """The live pages whose copies must not go live, each with its verdict.

    A copy is a page of its own, for which nobody has waived anything; an alias is its source.
    `attrs` are what the first page's copy has in place of its own.
    """
    waivers: list[Waiver] | None = None if alias else []
    pages = [page.specific]
    if recursive:
        pages += page.get_descendants().specific()
    for number, one in enumerate(pages):
        if not one.live:
            continue
        if number == 0 and attrs:
            one = copy(one)
            for name, value in attrs.items():
                setattr(one, name, value)
        verdict = judge(one, waivers=waivers)
        if verdict.blocked:
            yield one, verdict


def _guarded_approval(post: Any) -> Any:
    def guarded(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if self.action_name == "reject":
            return post(self, request, *args, **kwargs)
        page = self.object.get_latest_revision_as_object()
        verdict = judge(page)
        if not verdict.blocked:
            return post(self, request, *args, **kwargs)
        from django.shortcuts import redirect
        from django.urls import reverse
        from wagtail.admin import messages

        log.blocked(page, verdict, request.user)
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        messages.error(
            request,
            _("“%(title)s” was not approved. %(why)s")
            % {"title": page.get_admin_display_title(), "why": verdict.why()},
            buttons=[messages.button(edit, _("Edit"))],
        )
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.render_modal_json(request, {"step": "success", "redirect": edit})
        return redirect(edit)

    return guarded
