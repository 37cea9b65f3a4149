"""What a page type inherits to be checked before it is published."""

from __future__ import annotations

from typing import Any, ClassVar

from healthlint.contrib.wagtail.forms import HealthCopyForm, HealthPageForm


class HealthCheckMixin:
    """Put it before `Page` among the bases of a page type.

    `healthlint_include` and `healthlint_exclude` are globs over the names of fields and blocks with
    dots between them, such as `body.faq.question`; a name stands for all that is in it. Without
    `healthlint_include` everything that is prose is checked. A page type with a form of its own
    derives it from `HealthPageForm`.
    """

    healthlint_include: ClassVar[tuple[str, ...] | None] = None
    healthlint_exclude: ClassVar[tuple[str, ...]] = ()

    base_form_class: Any = HealthPageForm
    copy_form_class: Any = HealthCopyForm
