"""The verdict: settings of the site, languages, a check that fails, waivers in force."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, PageLogEntry, Site

from healthlint import Field, lint_fields
from healthlint.contrib.wagtail import check, panels
from healthlint.contrib.wagtail.check import judge
from healthlint.contrib.wagtail.guard import PublishBlocked
from healthlint.contrib.wagtail.models import HealthlintSettings, Waiver
from tests.contrib.wagtail.clinic.models import PlainPage, TreatmentPage
from tests.contrib.wagtail.clinic.seed import CLEAN, ERROR, WARNING, page
from tests.contrib.wagtail.posts import form

pytestmark = pytest.mark.usefixtures("site")


def rules(found: Any) -> list[str]:
    return [one.finding.rule for one in found]


def set_site(**values: Any) -> HealthlintSettings:
    found = HealthlintSettings.for_site(Site.objects.get())
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    return found


def publishes(one: Any) -> bool:
    try:
        one.get_latest_revision().publish()
    except PublishBlocked:
        return False
    return bool(type(one).objects.get(pk=one.pk).live)


def test_the_same_findings_as_the_library(site: Any) -> None:
    one = page(site, notes=f"{ERROR} {WARNING}", search_description=ERROR)
    fields = [
        Field("title", "Infusions", kind="title"),
        Field("search_description", ERROR, kind="meta"),
        Field("notes", f"{ERROR} {WARNING}"),
    ]
    expected = [f for result in lint_fields(fields, comments=False) for f in result.findings]
    assert [found.finding for found in judge(one).found] == expected
    assert rules(expected_found := judge(one).found) == ["SAF002", "SAF002", "HYP001"]
    assert [found.place.field.id for found in expected_found] == [
        "search_description", "notes", "notes"
    ]  # fmt: skip


def test_warnings_ask_and_errors_hold(site: Any) -> None:
    verdict = judge(page(site, notes=f"{ERROR} {WARNING}"))
    assert (rules(verdict.blocking), rules(verdict.asking)) == (["SAF002"], ["HYP001"])
    assert verdict.counts() == {"error": 1, "warning": 1, "info": 0}
    assert judge(page(site, "B", notes=CLEAN)).digest == ""


@pytest.mark.parametrize(("fail_on", "held"), [("error", False), ("warning", True)])
def test_a_site_says_from_what_severity_on_pages_are_held(
    site: Any, fail_on: str, held: bool
) -> None:
    set_site(fail_on=fail_on)
    assert publishes(page(site, notes=WARNING)) is not held


def test_a_sites_profile(site: Any) -> None:
    claim = "Botox from £99 at our clinic."
    one = page(site, notes=claim)
    us = rules(judge(one).found)
    set_site(profile="uk")
    assert judge(one).settings.profile == "uk"
    expected = [f.rule for r in lint_fields([Field("t", "Infusions", kind="title"),
                                             Field("n", claim)], settings=judge(one).settings)
                for f in r.findings]  # fmt: skip
    assert rules(judge(one).found) == expected != us


def test_exempt_page_types(site: Any) -> None:
    one = page(site, notes=ERROR)
    set_site().exempt_types.add(ContentType.objects.get_for_model(TreatmentPage))
    assert judge(one).exempt and publishes(one)


def test_page_types_without_the_mixin_are_left_alone(site: Any) -> None:
    one = page(site, model=PlainPage, text=f"<p>{ERROR}</p>")
    assert judge(one).exempt and publishes(one)


def test_a_page_in_another_language_is_not_passed_in_silence(client: Any, site: Any) -> None:
    german = Locale.objects.create(language_code="de")
    one = page(site, notes=ERROR, locale=german)
    assert judge(one).language == "de"
    said = client.get(reverse("wagtailadmin_pages:edit", args=(one.pk,))).content.decode()
    assert "This page is not checked." in said and "Its language is “de”" in said
    assert publishes(one)


# -- a configuration file ------------------------------------------------------------------------


def test_the_configuration_of_the_command_line_counts_here_too(
    site: Any, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / ".healthlint.yaml"
    file.write_text("profile: uk\nignore: [SAF002]\n", "utf-8")
    settings.HEALTHLINT = {"CONFIG": file}
    verdict = judge(page(site, notes=ERROR))
    assert (verdict.found, verdict.failure, verdict.settings.profile) == ((), "", "uk")
    set_site(profile="au")
    assert judge(TreatmentPage.objects.get()).settings.profile == "au"


@pytest.mark.parametrize("wrong", ["profil: uk\n", "ignore: [NOPE999]\n", None])
@pytest.mark.parametrize("policy", ["closed", "open"])
def test_a_wrong_configuration_fails_closed_or_open_and_says_so(
    client: Any, site: Any, settings: Any, tmp_path: Path, wrong: str | None, policy: str
) -> None:
    file = tmp_path / ".healthlint.yaml"
    if wrong:
        file.write_text(wrong, "utf-8")
    settings.HEALTHLINT = {"CONFIG": file}
    set_site(on_failure=policy)
    one = page(site, notes=CLEAN)
    url = reverse("wagtailadmin_pages:edit", args=(one.pk,))
    said = client.get(url).content.decode()
    assert "The health check could not be made." in said and ".healthlint.yaml" in said
    client.post(url, form(notes=ERROR))  # drafts are kept all the same
    assert TreatmentPage.objects.get().get_latest_revision_as_object().notes == ERROR
    answer = client.post(url, form(notes=CLEAN, **{"action-publish": "1"}))
    assert TreatmentPage.objects.get().live is (policy == "open")
    if policy == "closed":
        (told,) = answer.context["form"].non_field_errors()
        assert told.startswith("The health check could not be made (")
    entry = PageLogEntry.objects.filter(action="healthlint.check_failed").latest("timestamp")
    assert entry.data["published"] is (policy == "open")
    assert ".healthlint.yaml" in entry.message


def test_a_fault_of_ours_is_no_crash(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(check, "_lint", crash)
    verdict = judge(page(site, notes=CLEAN))
    assert (verdict.failure, verdict.blocked) == ("ZeroDivisionError: boom", True)


# -- waivers -------------------------------------------------------------------------------------


def waiver_for(one: Any, **values: Any) -> Waiver:
    finding = judge(one).found[0].finding
    return Waiver.objects.create(**{
        "page_id": one.pk, "rule": finding.rule, "severity": finding.severity,
        "fingerprint": finding.fingerprint, "text": finding.text,
        "reason": "A study says so", "by_name": "Dr Who", **values,
    })  # fmt: skip


def test_a_waiver_lets_one_finding_stand(site: Any) -> None:
    one = page(site, notes=ERROR, intro=f"<p>Our infusion is 100% safe. {CLEAN}</p>")
    assert rules(judge(one).blocking) == ["SAF001", "SAF002"]
    waiver = waiver_for(one)
    verdict = judge(one)
    assert (rules(verdict.blocking), rules(verdict.waived)) == (["SAF002"], ["SAF001"])
    assert verdict.waived[0].waiver == waiver
    assert sum(result.suppressed for result in verdict.results) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"until": timezone.localdate() - timedelta(days=1)},
        {"revoked_at": timezone.now()},
        {"rule": "SAF001"},
        {"fingerprint": "0" * 16},
    ],
)
def test_a_waiver_that_does_not_hold(site: Any, values: dict[str, Any]) -> None:
    one = page(site, notes=ERROR)
    waiver_for(one, **values)
    assert not publishes(one)


def test_a_waiver_holds_on_its_last_day_and_dies_with_its_sentence(site: Any) -> None:
    one = page(site, notes=ERROR)
    waiver_for(one, until=timezone.localdate())
    assert publishes(one)
    one.notes = "There are no side effects whatsoever."
    one.save_revision()
    assert not publishes(one)
    one.notes = f"{CLEAN} {ERROR}"  # another sentence beside it is no matter
    one.save_revision()
    assert publishes(one)


def test_a_waiver_is_for_its_own_page_and_its_aliases(site: Any) -> None:
    one = page(site, notes=ERROR)
    waiver_for(one)
    assert publishes(one)
    one.refresh_from_db()
    alias = one.create_alias(update_slug="alias")
    assert alias.live and not judge(alias).blocked
    with pytest.raises(PublishBlocked):
        one.copy(update_attrs={"slug": "copy"})
    assert not publishes(page(site, "Other", notes=ERROR))


# -- the site's own checks -----------------------------------------------------------------------


def test_manage_py_check_names_a_page_type_whose_form_lets_errors_by() -> None:
    assert [(one.id, one.obj._meta.label) for one in run_checks() if "healthlint" in one.id] == [
        ("healthlint.E001", "clinic.HastyPage")
    ]


def test_manage_py_check_says_when_the_panel_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "VERSION", (9, 1, 0, "final", 0))
    assert not panels.supported()
    ids = [one.id for one in run_checks()]
    assert "healthlint.W002" in ids
