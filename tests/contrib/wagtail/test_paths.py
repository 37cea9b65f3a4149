"""Every way to publish a page: what is held, what is kept, and that nothing leaks."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Workflow, WorkflowTask
from wagtail.test.utils.form_data import rich_text

from healthlint.contrib.wagtail.check import judge
from healthlint.contrib.wagtail.guard import PublishBlocked
from healthlint.contrib.wagtail.models import Waiver
from tests.contrib.wagtail.clinic.models import HastyPage, TreatmentPage
from tests.contrib.wagtail.clinic.seed import CLEAN, ERROR, WARNING, page
from tests.contrib.wagtail.posts import form

pytestmark = pytest.mark.usefixtures("site")
JSON = {"Accept": "application/json"}
MODAL = {"X-Requested-With": "XMLHttpRequest"}


def add_url(site: Any, model: Any = TreatmentPage) -> str:
    return reverse("wagtailadmin_pages:add", args=("clinic", model._meta.model_name, site.pk))


def edit_url(one: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=(one.pk,))


def fresh(one: Any) -> Any:
    return type(one).objects.get(pk=one.pk)


def draft_of(one: Any) -> Any:
    return fresh(one).get_latest_revision_as_object()


def entries(one: Any) -> list[str]:
    found = PageLogEntry.objects.filter(page=one.pk, action__startswith="healthlint")
    return list(found.order_by("timestamp").values_list("action", flat=True))


def live_titles() -> list[str]:
    return list(Page.objects.live().filter(depth__gt=2).values_list("title", flat=True))


def in_workflow(draft: Any, user: Any, tasks: int = 1) -> Any:
    """The draft in moderation; the state of its first task."""
    workflow = Workflow.objects.create(name="Sign off")
    for number in range(tasks):
        task = GroupApprovalTask.objects.create(name=f"Clinicians {number}")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=number)
    return workflow.start(draft, user).current_task_state


@pytest.fixture
def admin(site: Any) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username="admin")


# -- the editor ----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_create_is_held_and_nothing_is_stored(client: Any, site: Any, action: str) -> None:
    if action == "action-submit":
        workflow = Workflow.objects.create(name="Sign off")
        workflow.workflow_pages.create(page=site)
    answer = client.post(add_url(site), form(notes=ERROR, **{action: "1"}))
    assert answer.status_code == 200
    (said,) = answer.context["form"].errors["notes"]
    assert said.startswith("Error: “There are no side effects”") and "(SAF002) Write: " in said
    assert TreatmentPage.objects.count() == 0
    assert ERROR in answer.content.decode()  # what was typed is still there


def test_create_without_findings_is_published(client: Any, site: Any) -> None:
    answer = client.post(add_url(site), form(notes=CLEAN, **{"action-publish": "1"}))
    assert answer.status_code == 302
    assert live_titles() == ["Infusions"]


def test_create_by_a_form_that_lets_it_by_is_kept_as_a_draft(client: Any, site: Any) -> None:
    data = {**form(), "text": rich_text(f"<p>{ERROR}</p>")}
    answer = client.post(add_url(site, HastyPage), {**data, "action-publish": "1"}, follow=True)
    (made,) = HastyPage.objects.all()
    assert (made.live, made.live_revision, made.has_unpublished_changes) == (False, None, True)
    assert client.get(made.url).status_code == 404
    assert "Nothing was published." in answer.content.decode()
    assert ERROR in draft_of(made).text
    assert entries(made) == ["healthlint.blocked"]


@pytest.mark.parametrize("live", [False, True])
def test_edit_is_held_and_the_page_stays_as_it_is(client: Any, site: Any, live: bool) -> None:
    one = page(site, live=live, notes=CLEAN)
    answer = client.post(edit_url(one), form(notes=ERROR, **{"action-publish": "1"}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["__all__", "notes"]
    assert (fresh(one).live, fresh(one).notes) == (live, CLEAN)
    assert entries(one) == ["healthlint.blocked"]


def test_an_unchanged_live_page_with_findings_is_held_like_any_other(
    client: Any, site: Any
) -> None:
    one = page(site, live=True, notes=ERROR)
    answer = client.post(edit_url(one), form(notes=ERROR, **{"action-publish": "1"}))
    assert list(answer.context["form"].errors) == ["__all__", "notes"]
    assert fresh(one).live  # what is online is not taken down


def test_schedule_is_held(client: Any, site: Any) -> None:
    one = page(site, notes=CLEAN)
    soon = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    data = form(notes=ERROR, go_live_at=soon, **{"action-publish": "1"})
    assert client.post(edit_url(one), data).status_code == 200
    assert not fresh(one).approved_schedule
    data = form(notes=CLEAN, go_live_at=soon, **{"action-publish": "1"})
    assert client.post(edit_url(one), data).status_code == 302
    assert fresh(one).approved_schedule


@pytest.mark.parametrize("headers", [{}, JSON])
@pytest.mark.parametrize("live", [False, True])
def test_drafts_and_autosave_are_never_held(
    client: Any, site: Any, headers: dict[str, str], live: bool
) -> None:
    one = page(site, live=live, notes=CLEAN)
    answer = client.post(edit_url(one), form(notes=ERROR), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert draft_of(one).notes == ERROR
    assert (fresh(one).live, entries(one)) == (live, [])
    if headers:
        assert answer.json()["success"] is True
        assert "SAF002" in answer.json()["html"]  # the panel comes along


@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_new_draft_is_never_held(client: Any, site: Any, headers: dict[str, str]) -> None:
    answer = client.post(add_url(site), form(notes=ERROR), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    (made,) = TreatmentPage.objects.all()
    assert (made.live, made.notes) == (False, ERROR)


def test_a_preview_is_never_held(client: Any, site: Any) -> None:
    one = page(site)
    url = reverse("wagtailadmin_pages:preview_on_edit", args=(one.pk,))
    assert client.post(url, form(notes=ERROR)).json() == {"is_valid": True, "is_available": True}


def test_submitting_is_held(client: Any, site: Any) -> None:
    Workflow.objects.create(name="Sign off").workflow_pages.create(page=site)
    one = page(site, notes=CLEAN)
    answer = client.post(edit_url(one), form(notes=ERROR, **{"action-submit": "1"}))
    assert list(answer.context["form"].errors) == ["__all__", "notes"]
    assert fresh(one).current_workflow_state is None


# -- moderation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("notes", [ERROR, CLEAN])
def test_approving_in_the_editor(client: Any, site: Any, admin: Any, notes: str) -> None:
    one = page(site, notes=notes)
    in_workflow(one, admin)
    data = form(notes=notes, **{"action-workflow-action": "1", "workflow-action-name": "approve"})
    client.post(edit_url(one), data)
    assert fresh(one).live is (notes == CLEAN)
    assert bool(fresh(one).current_workflow_state) is (notes == ERROR)


@pytest.mark.parametrize("headers", [{}, MODAL])
@pytest.mark.parametrize("tasks", [1, 2])
def test_approving_in_the_listings_modal(
    client: Any, site: Any, admin: Any, headers: dict[str, str], tasks: int
) -> None:
    one = page(site, notes=ERROR)
    state = in_workflow(one, admin, tasks)
    url = reverse("wagtailadmin_pages:workflow_action", args=(one.pk, "approve", state.pk))
    answer = client.post(url, {"comment": "Fine"}, headers=headers)
    assert not fresh(one).live
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    assert entries(one) == ["healthlint.blocked"]
    if headers:
        assert json.loads(answer.content)["redirect"] == edit_url(one)
    said = client.get(edit_url(one)).content.decode()
    assert "“Infusions” was not approved." in said


@pytest.mark.parametrize("where", ["editor", "modal"])
def test_sending_back_always_works(client: Any, site: Any, admin: Any, where: str) -> None:
    one = page(site, notes=ERROR)
    state = in_workflow(one, admin)
    if where == "editor":
        client.post(edit_url(one), form(notes=ERROR, **{
            "action-workflow-action": "1", "workflow-action-name": "reject"
        }))  # fmt: skip
    else:
        url = reverse("wagtailadmin_pages:workflow_action", args=(one.pk, "reject", state.pk))
        client.post(url, {"comment": "No"})
    state.refresh_from_db()
    assert state.status == state.STATUS_REJECTED


def test_ending_moderation_always_works(client: Any, site: Any, admin: Any) -> None:
    one = page(site, notes=ERROR)
    in_workflow(one, admin)
    answer = client.post(edit_url(one), form(notes=ERROR, **{"action-cancel-workflow": "1"}))
    assert answer.status_code == 302
    assert fresh(one).current_workflow_state is None


def test_a_forged_word_does_not_open_the_form(client: Any, site: Any) -> None:
    data = form(notes=ERROR, **{"action-publish": "1", "action-cancel-workflow": "1"})
    assert client.post(add_url(site), data).status_code == 200
    assert TreatmentPage.objects.count() == 0


# -- without a form ------------------------------------------------------------------------------


def bulk_url(*pages: Any) -> str:
    url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    return url + "?next=/admin/&" + "&".join(f"id={one.pk}" for one in pages)


def test_bulk_publishing_is_all_or_nothing_and_names_who_is_in_the_way(
    client: Any, site: Any
) -> None:
    good, bad = page(site, "Prices", notes=CLEAN), page(site, "Claims", notes=ERROR)
    answer = client.post(bulk_url(good, bad), {"include_descendants": ""}, follow=True)
    assert live_titles() == []
    said = answer.content.decode()
    assert "Nothing was published." in said and "“Claims”: The health check found 1" in said
    assert "“Prices”: The" not in said
    client.post(bulk_url(good), {"include_descendants": ""})
    assert live_titles() == ["Prices"]


def test_bulk_publishing_with_children(client: Any, site: Any) -> None:
    parent = page(site, "Prices", notes=CLEAN)
    child = page(parent, "Claims", notes=ERROR)
    client.post(bulk_url(parent), {"include_descendants": "on"})
    assert live_titles() == []
    assert entries(child) == ["healthlint.blocked"]


def test_the_scheduled_run_holds_one_page_and_publishes_the_others(site: Any) -> None:
    pages = [page(site, title, notes=notes) for title, notes in
             [("Claims", ERROR), ("Prices", CLEAN), ("Visits", CLEAN)]]  # fmt: skip
    for number, one in enumerate(pages):
        revision = one.get_latest_revision()
        revision.approved_go_live_at = timezone.now() - timedelta(hours=3 - number)
        revision.save()
    for _ in range(2):  # it runs every few minutes
        call_command("publish_scheduled", stdout=StringIO())
    assert live_titles() == ["Prices", "Visits"]
    assert entries(pages[0]) == ["healthlint.blocked"]  # told once
    assert fresh(pages[0]).approved_schedule
    finding = judge(pages[0]).found[0].finding
    Waiver.objects.create(page=pages[0], rule=finding.rule, severity=finding.severity,
                          fingerprint=finding.fingerprint, text="", reason="A leaflet")  # fmt: skip
    call_command("publish_scheduled", stdout=StringIO())
    assert fresh(pages[0]).live  # waived, it goes with the next run


def test_publishing_a_revision(site: Any, admin: Any) -> None:
    one = page(site, notes=ERROR)
    with pytest.raises(PublishBlocked) as held:
        one.get_latest_revision().publish(user=admin)
    first, second = str(held.value).split("\n")
    assert first == (
        "“Infusions”: The health check found 1 problem that must be mended or waived first."
    )
    assert second.startswith("Notes: ") and second.endswith("(SAF002)")
    assert not fresh(one).live
    assert entries(one) == ["healthlint.blocked"]
    good = page(site, "Prices", notes=CLEAN)
    good.get_latest_revision().publish(user=admin)
    assert fresh(good).live


def test_a_new_version_of_a_live_page_does_not_replace_it(site: Any) -> None:
    one = page(site, live=True, notes=CLEAN)
    one.notes = ERROR
    revision = one.save_revision()
    with pytest.raises(PublishBlocked):
        revision.publish()
    assert (fresh(one).live, fresh(one).notes) == (True, CLEAN)


def test_the_workflow_that_finishes_by_itself(site: Any, admin: Any) -> None:
    one = page(site, notes=ERROR)
    state = in_workflow(one, admin)
    with pytest.raises(PublishBlocked):
        state.specific.approve(user=admin)
    assert not fresh(one).live


def test_the_admin_api(site: Any) -> None:
    from django.test import RequestFactory
    from rest_framework.views import exception_handler
    from wagtail.admin.api.actions.publish import PublishPageAPIAction

    one = page(site, notes=ERROR)
    request = RequestFactory().post("/")
    request.user = None
    with pytest.raises(PublishBlocked) as held:
        PublishPageAPIAction(None, request).execute(one, {})
    assert not fresh(one).live
    answer = exception_handler(held.value, {})
    assert answer is not None
    assert (answer.status_code, "(SAF002)" in str(answer.data["detail"])) == (403, True)


def test_the_api_of_version_3(site: Any, admin: Any) -> None:
    """Its routes run the action that is registered for a model."""
    from wagtail.actions.registry import action_registry

    one = page(site, notes=ERROR)
    publish = action_registry.get_action_class(TreatmentPage, "publish")
    with pytest.raises(PublishBlocked):
        publish(one.get_latest_revision(), user=admin).execute()
    assert not fresh(one).live


def test_creating_and_publishing_by_action_is_taken_back_whole(site: Any, admin: Any) -> None:
    from wagtail.actions.create_page import CreatePageAction
    from wagtail.utils.forms import FormValidationError

    one = TreatmentPage(owner=admin, locale=site.locale)
    make = TreatmentPage.get_edit_handler().get_form_class()
    checked = make(form(notes=ERROR), instance=one, parent_page=site, for_user=admin)
    with pytest.raises(FormValidationError):
        CreatePageAction(one, site, user=admin, form=checked, publish=True).execute()
    hasty = HastyPage(owner=admin, locale=site.locale, text=f"<p>{ERROR}</p>")
    make = HastyPage.get_edit_handler().get_form_class()
    data = {**form(), "text": rich_text(f"<p>{ERROR}</p>")}
    unchecked = make(data, instance=hasty, parent_page=site, for_user=admin)
    with pytest.raises(PublishBlocked):
        CreatePageAction(hasty, site, user=admin, form=unchecked, publish=True).execute()
    assert (TreatmentPage.objects.count(), HastyPage.objects.count()) == (0, 0)


# -- copies --------------------------------------------------------------------------------------


def copy_data(site: Any, **more: str) -> dict[str, str]:
    return {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(site.pk), **more}


@pytest.mark.parametrize("how", ["publish_copies", "alias"])
def test_copying_with_publishing_is_held(client: Any, site: Any, how: str) -> None:
    one = page(site, live=True, notes=ERROR)
    url = reverse("wagtailadmin_pages:copy", args=(one.pk,))
    answer = client.post(url, copy_data(site, **{how: "on"}))
    assert answer.context["form"].errors == {
        how: ["“Copy”: The health check found 1 problem that must be mended or waived first."]
    }
    assert TreatmentPage.objects.count() == 1
    answer = client.post(url, copy_data(site))
    assert [(p.title, p.live) for p in TreatmentPage.objects.order_by("pk")] == [
        ("Infusions", True), ("Copy", False)
    ]  # fmt: skip


def test_the_new_title_of_a_copy_counts(client: Any, site: Any) -> None:
    one = page(site, live=True, notes=CLEAN)
    url = reverse("wagtailadmin_pages:copy", args=(one.pk,))
    data = copy_data(site, publish_copies="on")
    assert client.post(url, {**data, "new_title": ERROR}).status_code == 200
    assert client.post(url, data).status_code == 302
    assert live_titles() == ["Infusions", "Copy"]


def test_copying_a_tree_whose_child_has_findings(client: Any, site: Any) -> None:
    from tests.contrib.wagtail.clinic.models import PlainPage

    top = page(site, "Top", live=True, model=PlainPage)
    page(top, "Claims", live=True, notes=ERROR)
    url = reverse("wagtailadmin_pages:copy", args=(top.pk,))
    data = copy_data(site, publish_copies="on", copy_subpages="on")
    answer = client.post(url, data, follow=True)
    assert "“Claims”: The health check found 1" in answer.content.decode()
    assert Page.objects.filter(title="Claims").count() == 1


@pytest.mark.parametrize("action", [CopyPageAction, CreatePageAliasAction])
def test_copying_by_action(site: Any, action: Any) -> None:
    one = page(site, live=True, notes=ERROR)
    with pytest.raises(PublishBlocked):
        action(one, **({"update_slug": "b"} if action is CreatePageAliasAction else
                       {"update_attrs": {"slug": "b"}})).execute()  # fmt: skip
    assert TreatmentPage.objects.count() == 1


# -- warnings ------------------------------------------------------------------------------------


def test_warnings_ask_once_and_again_when_they_change(client: Any, site: Any) -> None:
    one = page(site, notes=CLEAN)
    data = form(notes=WARNING, **{"action-publish": "1"})
    first = client.post(edit_url(one), data)
    errors = first.context["form"].errors
    assert set(errors) == {"__all__", "notes"}
    digest = first.context["form"]["healthlint_confirm"].value()
    assert f'name="healthlint_confirm" value="{digest}"' in first.content.decode()
    more = {**data, "intro": form(intro=f"<p>{WARNING}</p>")["intro"]}
    again = client.post(edit_url(one), {**more, "healthlint_confirm": digest})
    assert not fresh(one).live
    other = again.context["form"]["healthlint_confirm"].value()
    assert other != digest
    assert client.post(edit_url(one), {**more, "healthlint_confirm": other}).status_code == 302
    assert fresh(one).live
    assert entries(one) == ["healthlint.published_with_warnings"]


def test_a_confirmation_does_not_outweigh_an_error(client: Any, site: Any) -> None:
    one = page(site, notes=CLEAN)
    data = form(notes=WARNING, **{"action-publish": "1"})
    digest = client.post(edit_url(one), data).context["form"]["healthlint_confirm"].value()
    data = form(notes=f"{WARNING} {ERROR}", healthlint_confirm=digest, **{"action-publish": "1"})
    assert client.post(edit_url(one), data).status_code == 200
    assert not fresh(one).live


def test_warnings_are_no_matter_without_a_person(site: Any, admin: Any) -> None:
    one = page(site, notes=WARNING)
    one.get_latest_revision().publish(user=admin)
    assert fresh(one).live
    assert entries(one) == ["healthlint.published_with_warnings"]
