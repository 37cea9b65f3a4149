"""What `manage.py check` says of a site that uses the publish check."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning, register
from wagtail import VERSION
from wagtail.models import get_page_models

from healthlint.contrib.wagtail import panels
from healthlint.contrib.wagtail.forms import HealthPageForm
from healthlint.contrib.wagtail.mixin import HealthCheckMixin


@register("healthlint")
def check_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Page types whose own form would let errors by, and what is missing."""
    found: list[CheckMessage] = []
    for model in get_page_models():
        if not issubclass(model, HealthCheckMixin):
            continue
        if not issubclass(model.base_form_class, HealthPageForm):
            found.append(Error(
                f"{model._meta.label} is checked, but its form is not: the editor would learn of "
                "findings only when the page was saved.",
                hint="Derive its base_form_class from healthlint.contrib.wagtail.forms."
                "HealthPageForm, and put HealthCheckMixin before the other bases.",
                obj=model, id="healthlint.E001",
            ))  # fmt: skip
    if not apps.is_installed("wagtail.contrib.settings"):
        found.append(Warning(
            "The health check's settings for each site have no page in the admin.",
            hint="Add wagtail.contrib.settings to INSTALLED_APPS.", id="healthlint.W001",
        ))  # fmt: skip
    if not panels.supported():
        found.append(Warning(
            f"Wagtail {'.'.join(map(str, VERSION[:3]))} has no place for the health check's side "
            "panel that is known; findings stand in the form only.",
            hint="Look for a newer healthlint.", id="healthlint.W002",
        ))  # fmt: skip
    return found
