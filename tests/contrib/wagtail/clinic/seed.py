"""Who works at the clinic, and pages for them."""

from __future__ import annotations

from typing import Any

ERROR = "There are no side effects."
WARNING = "A breakthrough for everyone."
CLEAN = "Ask us what a visit costs."


def users() -> None:
    """The administrator, an editor, one who may waive warnings, a clinician for errors too."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group, Permission
    from wagtail.models import GroupPagePermission, Page

    User = get_user_model()
    User.objects.create_superuser("admin", "admin@example.org", "password")
    root = Page.objects.get(depth=1)
    access = Permission.objects.get(codename="access_admin")
    for name, rights in {
        "editor": (), "senior": ("waive_warning",), "clinician": ("waive_warning", "waive_error"),
    }.items():  # fmt: skip
        group = Group.objects.create(name=f"Clinic {name}s")
        group.permissions.add(access, *Permission.objects.filter(codename__in=rights))
        for right in ("add", "change", "publish"):
            permission = Permission.objects.get(
                codename=f"{right}_page", content_type__app_label="wagtailcore"
            )
            GroupPagePermission.objects.create(group=group, page=root, permission=permission)
        User.objects.create_user(name, f"{name}@example.org", "password").groups.add(group)


def page(parent: Any, title: str = "Infusions", live: bool = False, **fields: Any) -> Any:
    """A page with a revision; `live` puts it online past every check, as in the time before it."""
    from tests.contrib.wagtail.clinic.models import TreatmentPage

    made = fields.pop("model", TreatmentPage)(title=title, live=live, **fields)
    made.slug = title.lower().replace(" ", "-")
    parent.add_child(instance=made)
    revision = made.save_revision(clean=False)
    if live:
        made.live_revision = revision
        made.save(clean=False)
    return made
