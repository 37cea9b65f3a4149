"""The report of the site, its export, the list of waivers and the command."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

import healthlint
from healthlint.contrib.wagtail.models import LiveFinding, PageCheck, Waiver
from tests.contrib.wagtail.clinic.seed import CLEAN, ERROR, WARNING, page
from tests.contrib.wagtail.conftest import client_of
from tests.contrib.wagtail.test_check import waiver_for

pytestmark = pytest.mark.usefixtures("site")
REPORT = "/admin/reports/healthlint/"
SCHEMA = Path(healthlint.__file__).parent / "output" / "report.schema.json"


@pytest.fixture
def pages(site: Any) -> list[Any]:
    """Three live pages from before the check, a draft, and a waiver."""
    made = [
        page(site, "Claims", live=True, notes=ERROR),
        page(site, "Hype", live=True, notes=WARNING),
        page(site, "Prices", live=True, notes=CLEAN),
        page(site, "Draft", notes=ERROR),
    ]
    return made


def audit(**options: Any) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("healthlint_audit", stdout=out, stderr=err, **options)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def test_the_command_writes_the_report_of_the_command_line(pages: list[Any]) -> None:
    code, out, err = audit(format="json")
    report = json.loads(out)
    jsonschema.validate(report, json.loads(SCHEMA.read_text("utf-8")))
    found = [(file["path"].split("/")[-2:], one["rule"], one["start"]["offset"])
             for file in report["files"] for one in file["findings"]]  # fmt: skip
    assert found == [(["claims", "#notes"], "SAF002", 0), (["hype", "#notes"], "HYP001", 2)]
    assert report["summary"] == {
        "files": 6, "error": 1, "warning": 1, "info": 0, "suppressed": 0
    }  # fmt: skip
    assert (code, "clinic.PlainPage" in err) == (1, True)


@pytest.mark.parametrize(
    ("bad", "options", "code"),
    [
        (ERROR, {}, 1),
        (WARNING, {}, 0),
        (WARNING, {"fail_on": "warning"}, 1),
        (CLEAN, {"fail_on": "info"}, 0),
    ],
)
def test_exit_codes(site: Any, bad: str, options: dict[str, str], code: int) -> None:
    page(site, live=True, notes=bad)
    assert audit(**options)[0] == code


def test_a_page_that_cannot_be_checked(site: Any, settings: Any, tmp_path: Path) -> None:
    page(site, live=True, notes=CLEAN)
    settings.HEALTHLINT = {"CONFIG": tmp_path / "none.yaml"}
    code, _, err = audit()
    assert code == 2 and "could not be checked" in err and "none.yaml" in err
    said = client_of("admin").get(REPORT).content.decode()
    assert "These pages could not be checked:" in said


def test_text_csv_and_a_file(pages: list[Any], tmp_path: Path) -> None:
    assert "SAF002" in audit(format="text")[1]
    file = tmp_path / "report.csv"
    code, out, _ = audit(format="csv", output=file, no_save=True)
    assert (code, out, LiveFinding.objects.count()) == (1, "", 2)
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))
    assert [(row["page"], row["field"], row["severity"], row["rule"]) for row in rows] == [
        ("Claims", "Notes", "error", "SAF002"), ("Hype", "Notes", "warning", "HYP001")
    ]  # fmt: skip
    with pytest.raises(CommandError, match="cannot be written"):
        audit(output=tmp_path)


def test_a_site_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="there is no site 'nowhere'; there are: localhost"):
        audit(site="nowhere")
    assert audit(site="localhost")[0] == 0


def test_the_report_shows_what_the_audit_found(pages: list[Any]) -> None:
    client = client_of("editor")
    assert "3 live pages were never checked." in client.get(REPORT).content.decode()
    audit()
    said = client.get(REPORT).content.decode()
    assert "Claims" in said and "Hype" in said and "Draft" not in said
    assert "never checked" not in said
    errors = client.get(REPORT, {"severity": "error"}).content.decode()
    assert "Claims" in errors and "Hype" not in errors
    titled = client.get(REPORT, {"page": "hyp"}).content.decode()
    assert "SAF002" not in titled and "HYP001" in titled


def test_the_export(pages: list[Any]) -> None:
    waiver_for(pages[0])
    pages[1].title = "=1+1"
    pages[1].save()
    audit()
    answer = client_of("editor").get(REPORT, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["Page"], row["Severity"], row["Rule"], row["Place"], row["Waived"])
            for row in rows] == [
        ("Claims", "error", "SAF002", "Notes", "True"),
        ("'=1+1", "warning", "HYP001", "Notes", "False"),
    ]  # fmt: skip


def test_nobody_sees_pages_that_are_not_theirs(pages: list[Any]) -> None:
    from django.contrib.auth.models import Group

    audit()
    Group.objects.get(name="Clinic editors").page_permissions.all().delete()
    answer = client_of("editor").get(REPORT)
    assert answer.status_code == 302 or "Claims" not in answer.content.decode()


def test_check_now(pages: list[Any]) -> None:
    answer = client_of("editor").post(REPORT + "check/", follow=True)
    assert "3 pages checked." in answer.content.decode()
    assert LiveFinding.objects.count() == 2


def test_publishing_unpublishing_and_waiving_keep_the_report_fresh(site: Any) -> None:
    one = page(site, notes=WARNING)
    one.get_latest_revision().publish()
    assert list(LiveFinding.objects.values_list("rule", "waived")) == [("HYP001", False)]
    one.refresh_from_db()
    from healthlint.contrib.wagtail import records

    waiver_for(one)
    records.refresh(one)
    assert list(LiveFinding.objects.values_list("rule", "waived")) == [("HYP001", True)]
    one.unpublish()
    assert (LiveFinding.objects.count(), PageCheck.objects.count()) == (0, 0)


def test_the_list_of_waivers(pages: list[Any]) -> None:
    waiver = waiver_for(pages[0])
    url = reverse("healthlint_waivers")
    said = client_of("editor").get(url).content.decode()
    assert "A study says so" in said and "in force" in said and "Revoke" not in said
    client = client_of("clinician")
    assert "Revoke" in client.get(url).content.decode()
    revoke = reverse("healthlint_revoke", args=(waiver.pk,))
    answer = client.post(revoke, {"next": "waivers"}, follow=True)
    assert "The waiver is revoked." in answer.content.decode()
    assert Waiver.objects.get().state == "revoked"
    text = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["Page"], row["State"], row["Waived by"]) == ("Claims", "revoked", "Dr Who")


def test_the_menu_and_the_settings(client: Any) -> None:
    said = client.get("/admin/").content.decode()
    assert "reports/healthlint/" in said and "settings/healthlint_wagtail" in said
    url = reverse("wagtailsettings:edit", args=("healthlint_wagtail", "healthlintsettings"))
    page_of_settings = client.get(url, follow=True).content.decode()
    assert "exempt page types" in page_of_settings.lower()
    assert "treatment page" in page_of_settings
