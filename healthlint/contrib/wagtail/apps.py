"""The Django app: nothing happens before Django is ready, then the publish actions are guarded."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthlintConfig(AppConfig):
    """`healthlint.contrib.wagtail` in `INSTALLED_APPS`."""

    name = "healthlint.contrib.wagtail"
    label = "healthlint_wagtail"
    verbose_name = _("Health check")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from healthlint.contrib.wagtail import checks, guard, panels, records  # noqa: F401

        guard.install()
        panels.install()
