"""A clinic's website in an SQLite file: made once, and every test's changes are taken back."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("wagtail") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.contrib.wagtail.clinic.settings"
    django.setup()

_ABSENT = object()


@pytest.fixture(scope="session")
def database() -> Iterator[Path]:
    """The migrated database, with users and two pages; closed, so that it can be copied."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests.contrib.wagtail.clinic import seed

    setup_test_environment()
    call_command("migrate", verbosity=0)
    seed.users()
    connections.close_all()
    yield Path(settings.DATABASES["default"]["NAME"])
    teardown_test_environment()


@pytest.fixture
def site(database: Path) -> Iterator[Any]:
    """The site's first page; what a test writes to the database is taken back."""
    from django.core.cache import cache
    from django.db import transaction
    from wagtail.models import Site

    cache.clear()
    with transaction.atomic():
        yield Site.objects.get().root_page
        transaction.set_rollback(True)


@pytest.fixture
def settings() -> Iterator[Any]:
    """Django's settings; what a test sets is taken back."""
    from django.conf import settings as django_settings
    from django.test.signals import setting_changed

    class Changes:
        def __init__(self) -> None:
            self.__dict__["kept"] = {}

        def __setattr__(self, name: str, value: Any) -> None:
            self.kept.setdefault(name, getattr(django_settings, name, _ABSENT))
            setattr(django_settings, name, value)
            setting_changed.send(sender=None, setting=name, value=value, enter=True)

    changes = Changes()
    yield changes
    for name, value in changes.kept.items():
        if value is _ABSENT:
            delattr(django_settings, name)
        else:
            setattr(django_settings, name, value)


@pytest.fixture
def client(site: Any) -> Any:
    """A browser without scripts in which the administrator is logged in."""
    return client_of("admin")


def client_of(name: str) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return client
