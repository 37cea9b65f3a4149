"""Waiving, revoking, suggestions and the panel: who may, what is kept, what is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from healthlint.contrib.wagtail.check import judge
from healthlint.contrib.wagtail.models import Waiver
from tests.contrib.wagtail.clinic.models import TreatmentPage
from tests.contrib.wagtail.clinic.seed import CLEAN, ERROR, WARNING, page
from tests.contrib.wagtail.conftest import client_of
from tests.contrib.wagtail.posts import form

pytestmark = pytest.mark.usefixtures("site")
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
REASON = "The sentence quotes the leaflet."


def url(name: str, one: Any) -> str:
    return reverse(f"healthlint_{name}", args=(one.pk,))


def prints(one: Any) -> list[str]:
    return [found.finding.fingerprint for found in judge(one).found]


def waive(client: Any, one: Any, fingerprint: str, **more: str) -> Any:
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    data = {"fingerprint": fingerprint, "reason": REASON, "until": until, **more}
    return client.post(url("waive", one), data, headers=SCRIPT)


@pytest.mark.parametrize(
    ("who", "text", "status"),
    [
        ("editor", WARNING, 403),
        ("editor", ERROR, 403),
        ("senior", WARNING, 200),
        ("senior", ERROR, 403),
        ("clinician", WARNING, 200),
        ("clinician", ERROR, 200),
    ],
)
def test_who_may_waive_what(site: Any, who: str, text: str, status: int) -> None:
    one, client = page(site, notes=text), client_of(who)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=(one.pk,))).content.decode()
    assert ("Waive this finding" in edit) is (status == 200)
    answer = waive(client, one, prints(one)[0])
    assert answer.status_code == status
    assert Waiver.objects.count() == (status == 200)
    if status == 403:
        assert answer.json() == {
            "ok": False, "message": "You may not waive findings of this severity."
        }  # fmt: skip


def test_a_waiver_opens_the_way_is_logged_and_can_be_revoked(site: Any) -> None:
    one, client = page(site, notes=ERROR), client_of("clinician")
    assert waive(client, one, prints(one)[0]).json()["ok"] is True
    (waiver,) = Waiver.objects.all()
    assert (waiver.rule, waiver.severity, waiver.text, waiver.reason, waiver.by_name) == (
        "SAF002", "error", "There are no side effects", REASON, "clinician"
    )  # fmt: skip
    edit = reverse("wagtailadmin_pages:edit", args=(one.pk,))
    data = form(notes=ERROR, **{"action-publish": "1"})
    assert client.post(edit, data).status_code == 302
    history = client.get(reverse("wagtailadmin_pages:history", args=(one.pk,))).content.decode()
    assert "Finding SAF002 “There are no side effects” waived until" in history
    assert REASON in history
    assert "Waived by clinician until" in client.get(edit).content.decode()
    answer = client_of("editor").post(url("revoke", waiver), headers=SCRIPT)
    assert answer.status_code == 403
    assert client.post(url("revoke", waiver), headers=SCRIPT).json()["ok"] is True
    assert client.post(edit, data).status_code == 200
    history = client.get(reverse("wagtailadmin_pages:history", args=(one.pk,))).content.decode()
    assert "Waiver of SAF002 “There are no side effects” revoked" in history
    assert "Not published: the health check found 1 problem (SAF002)" in history


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": "Because."}, "Say why it may stand, in 10 characters or more."),
        ({"reason": "  a     b        c  "}, "Say why it may stand, in 10 characters or more."),
        ({"reason": ""}, "Say why it may stand."),
        ({"until": "2020-01-01"}, "The last day is past."),
        ({"until": "2999-01-01"}, "A waiver lasts twelve months at most."),
        ({"until": "soon"}, "Enter a valid date."),
    ],
)
def test_what_a_waiver_must_say(site: Any, more: dict[str, str], said: str) -> None:
    one = page(site, notes=ERROR)
    answer = waive(client_of("clinician"), one, prints(one)[0], **more)
    assert (answer.status_code, answer.json()) == (422, {"ok": False, "message": said})
    assert not Waiver.objects.exists()


def test_a_sentence_that_has_changed_meanwhile(site: Any) -> None:
    one, client = page(site, notes=ERROR), client_of("clinician")
    (old,) = prints(one)
    one.notes = "There are no side effects whatsoever."
    one.save_revision()
    for answer in (
        waive(client, one, old),
        client.post(url("apply", one), {"fingerprint": old, "number": "0"}, headers=SCRIPT),
    ):
        assert answer.status_code == 409
        assert answer.json()["message"].startswith("The sentence has changed")


def test_without_a_script_the_editor_opens_with_a_message(site: Any) -> None:
    one, client = page(site, notes=ERROR), client_of("clinician")
    data = {"fingerprint": prints(one)[0], "reason": "no", "until": "2999-01-01"}
    answer = client.post(url("waive", one), data, follow=True)
    assert "A waiver lasts twelve months at most." in answer.content.decode()


@pytest.mark.parametrize("name", ["waive", "apply", "panel"])
def test_others_pages_are_none_of_ones_business(site: Any, name: str) -> None:
    from django.contrib.auth.models import Group

    one = page(site, notes=ERROR)
    Group.objects.get(name="Clinic editors").page_permissions.all().delete()
    client = client_of("editor")
    ask = client.get if name == "panel" else client.post
    assert ask(url(name, one), headers=SCRIPT).status_code == 403
    anonymous = type(client)()
    assert anonymous.get(url(name, one)).status_code in (302, 405)


def test_a_forged_request_is_refused(site: Any) -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    one = page(site, notes=ERROR)
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username="clinician"))
    assert waive(client, one, prints(one)[0]).status_code == 403
    assert not Waiver.objects.exists()


# -- suggestions ---------------------------------------------------------------------------------


def apply(one: Any, number: str = "0") -> Any:
    data = {"fingerprint": prints(one)[0], "number": number}
    return client_of("editor").post(url("apply", one), data, headers=SCRIPT)


def test_a_suggestion_as_a_change_of_its_paragraph(site: Any) -> None:
    one = page(site, intro=f"<p>{CLEAN}</p><p>Our <b>infusion</b> is 100% safe. {CLEAN}</p>")
    made = apply(one).json()
    assert (made["ok"], made["contentpath"]) == (True, "intro")
    assert made["old"] == f"Our infusion is 100% safe. {CLEAN}"
    assert made["new"].endswith(CLEAN) and "safe." not in made["new"]
    one.intro = f"<p>{made['new']}</p>"
    assert "SAF001" not in [found.finding.rule for found in judge(one).found]


def test_a_suggestion_in_a_nested_block(site: Any) -> None:
    body = [{"type": "question", "id": "q1", "value": {"question": ERROR, "answer": ""}}]
    import json

    made = apply(page(site, body=json.dumps(body))).json()
    assert (made["contentpath"], made["old"]) == ("body.q1.question", ERROR)


def test_a_suggestion_among_windows_line_ends(site: Any) -> None:
    one = page(site, notes=f"{CLEAN}\r\n\r\n{ERROR}\r\n{CLEAN}\r\n")
    made = apply(one).json()
    assert made["old"] in f"{ERROR} {CLEAN}" and ERROR in made["old"]
    assert ERROR not in made["new"]


@pytest.mark.parametrize("number", ["99", "-1", "x", "", "²"])
def test_a_suggestion_that_is_not_there(site: Any, number: str) -> None:
    answer = apply(page(site, notes=ERROR), number)
    assert (answer.status_code, answer.json()["ok"]) == (409, False)


def test_what_cannot_be_put_in_place_is_only_copied(client: Any, site: Any) -> None:
    one = page(site, notes="Ketamine sufferers come to us from far away.")
    said = client.get(url("panel", one)).content.decode()
    assert "STI004" in said
    assert "data-healthlint-copy" in said


# -- the panel -----------------------------------------------------------------------------------


def test_the_panel_of_a_draft(client: Any, site: Any) -> None:
    one = page(site, notes=f"{ERROR} {WARNING}")
    said = client.get(url("panel", one)).content.decode()
    assert '<p class="healthlint__summary">1 error, 1 warning, 0 notes</p>' in said
    assert said.count('class="healthlint__card ') == 2
    assert "Error: no-side-effects" in said or "Error:" in said
    assert 'data-healthlint-go="notes"' in said and "Show in Notes" in said
    assert 'rel="noopener noreferrer"' in said  # the authority's address


def test_pages_nobody_checks_have_no_panel(client: Any, site: Any) -> None:
    from tests.contrib.wagtail.clinic.models import PlainPage

    one = page(site, model=PlainPage)
    said = client.get(reverse("wagtailadmin_pages:edit", args=(one.pk,))).content.decode()
    assert "data-healthlint" not in said


def test_a_new_page_has_the_panel_too(client: Any, site: Any) -> None:
    add = reverse("wagtailadmin_pages:add", args=("clinic", "treatmentpage", site.pk))
    said = client.get(add).content.decode()
    assert "as soon as the first draft is saved" in said
    assert TreatmentPage.objects.count() == 0


def test_the_rights_stand_in_the_groups_settings(client: Any) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.get(name="Clinic editors")
    said = client.get(reverse("wagtailusers_groups:edit", args=(group.pk,))).content.decode()
    assert "May waive health check errors" in said
    assert "May waive health check warnings" in said
