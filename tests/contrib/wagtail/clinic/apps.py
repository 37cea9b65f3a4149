"""A clinic's website, as small as can be."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "tests.contrib.wagtail.clinic"
    label = "clinic"
    default_auto_field = "django.db.models.BigAutoField"
