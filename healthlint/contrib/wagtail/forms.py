"""The editor's form: findings beside the field or block that they are about.

Errors keep a page from being published, submitted or approved. Warnings do so once: the form comes
back with their digest in a hidden field, and publishing again says yes to these and no others.
Saving a draft, autosave and previews are never held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from healthlint.contrib.wagtail import log
from healthlint.contrib.wagtail.check import Found, Verdict, judge
from healthlint.contrib.wagtail.extract import Step
from healthlint.contrib.wagtail.wording import advised

CONFIRM = "healthlint_confirm"
_ASKS = ("action-publish", "action-submit", "action-restart-workflow")


class _ConfirmField(forms.CharField):
    """The digest of the warnings that the editor has seen; it is no change of the page."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class HealthPageForm(WagtailAdminPageForm):
    """The base of the forms of checked pages. `verdict` is set once the form was checked."""

    verdict: Verdict | None = None
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[CONFIRM] = _ConfirmField(required=False)

    def _post_clean(self) -> None:
        super()._post_clean()  # puts what was typed into the page
        if not self.is_deferred_validation and not self._goes_back():
            self._check()

    def _goes_back(self) -> bool:
        """Whether the page is only sent back or its moderation ended: that must always work."""
        if any(name in self.data for name in _ASKS):
            return False
        return "action-cancel-workflow" in self.data or (
            "action-workflow-action" in self.data
            and self.data.get("workflow-action-name") == "reject"
        )

    def _check(self) -> None:
        self.verdict = verdict = judge(
            self.instance, parent=self.parent_page, children=self._children()
        )
        if verdict.blocked:
            log.blocked(self.instance, verdict, self.for_user)
            self.add_error(None, verdict.why())
        self._show(verdict.blocking)
        by_person = any(key.startswith("action-") for key in self.data)
        if verdict.blocked or not by_person or not verdict.asking:
            return
        if self.data.get(CONFIRM) != verdict.digest:
            self._ask(verdict)

    def _ask(self, verdict: Verdict) -> None:
        self.data = self.data.copy()
        self.data[CONFIRM] = verdict.digest
        self.add_error(None, ngettext(
            "The health check has %(count)d warning. Read it; if it may stand, do the same again "
            "to go on.",
            "The health check has %(count)d warnings. Read them; if they may stand, do the same "
            "again to go on.",
            len(verdict.asking),
        ) % {"count": len(verdict.asking)})  # fmt: skip
        self._show(verdict.asking)

    def _children(self) -> dict[str, list[tuple[int, Any]]]:
        """The children as they were typed: relation -> number of the form and object."""
        found: dict[str, list[tuple[int, Any]]] = {}
        for name, formset in self.formsets.items():
            if not formset.is_valid():
                found[name] = []
                continue
            gone = formset.deleted_forms
            used = [
                (number, form)
                for number, form in enumerate(formset.forms)
                if form not in gone and (form.has_changed() or form.instance.pk)
            ]
            if formset.can_order:
                used.sort(key=lambda one: one[1].cleaned_data.get("ORDER") or 0)
            found[name] = [(number, form.instance) for number, form in used]
        return found

    # -- messages in their places ----------------------------------------------------------------

    def _show(self, found: Iterable[Found]) -> None:
        by_field: dict[tuple[Any, str], list[tuple[tuple[Step, ...], str]]] = {}
        for one in found:
            steps, form = one.place.steps, self
            if steps[0].kind == "child":
                relation, number = steps[0].key
                steps, form = steps[1:], self.formsets[relation].forms[number]
            key = (form, str(steps[0].key))
            by_field.setdefault(key, []).append((steps[1:], advised(one.finding)))
        for (form, name), items in by_field.items():
            if name in form.fields and name not in form.errors:
                form.add_error(name, _nested(items))
            elif name not in form.fields:
                form.add_error(None, [f"{name}: {message}" for _steps, message in items])

    def is_valid(self) -> bool:
        """Also whether what was found in children was added to their forms."""
        return super().is_valid() and not any(
            form.errors for formset in self.formsets.values() for form in formset.forms
            if form not in formset.deleted_forms
        )  # fmt: skip


_ERRORS: dict[str, Callable[..., ValidationError]] = {
    "stream": StreamBlockValidationError,
    "struct": StructBlockValidationError,
    "list": ListBlockValidationError,
}


def _nested(items: list[tuple[tuple[Step, ...], str]]) -> ValidationError:
    """Messages as the error of one field, nested as its blocks are."""
    here = [message for steps, message in items if not steps]
    inner: dict[Any, list[tuple[tuple[Step, ...], str]]] = {}
    for steps, message in items:
        if steps:
            inner.setdefault(steps[0].key, []).append((steps[1:], message))
    if not inner:
        return ValidationError(here)
    kind = next(steps[0].kind for steps, _message in items if steps)
    error = _ERRORS[kind](
        block_errors={key: _nested(some) for key, some in inner.items()},
        non_block_errors=here or None,
    )
    # What a list of all errors shows of this field, in place of "Validation error in …".
    error.message = ngettext(
        "%(count)d finding of the health check, shown at its block",
        "%(count)d findings of the health check, shown at their blocks",
        len(items),
    ) % {"count": len(items)}
    return error


class HealthCopyForm(CopyForm):
    """The form that copies a page: no copy goes live with what may not be published."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        from healthlint.contrib.wagtail.guard import held_copies

        field = "alias" if cleaned.get("alias") else "publish_copies"
        if cleaned.get(field):
            held = held_copies(
                self.page,
                recursive=bool(cleaned.get("copy_subpages")),
                alias=field == "alias",
                attrs={"title": cleaned.get("new_title", self.page.title)},
            )
            for page, verdict in held:
                log.blocked(page, verdict, self.user)
                self.add_error(field, _("“%(title)s”: %(why)s") % {
                    "title": page.title, "why": verdict.why()
                })  # fmt: skip
        return cleaned
