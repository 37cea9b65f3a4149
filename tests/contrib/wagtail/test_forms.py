"""Messages stand beside the field or the block that they are about, however deep."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from tests.contrib.wagtail.clinic.models import TreatmentPage
from tests.contrib.wagtail.clinic.seed import CLEAN, ERROR, page
from tests.contrib.wagtail.posts import form

pytestmark = pytest.mark.usefixtures("site")


def publish(client: Any, one: Any, **fields: Any) -> Any:
    """The form that comes back, or None if the page was published."""
    url = reverse("wagtailadmin_pages:edit", args=(one.pk,))
    answer = client.post(url, form(**fields, **{"action-publish": "1"}))
    return answer.context["form"] if answer.status_code == 200 else None


def shape(error: Any) -> Any:
    """An error as the editor gets it, its messages cut down to the rule."""
    if isinstance(error, dict):
        return {key: shape(value) for key, value in error.items()}
    if isinstance(error, list):
        return [shape(one) for one in error]
    return next((rule for rule in ("SAF001", "SAF002", "HYP001") if rule in error), error)


def test_errors_in_blocks_are_nested_as_the_blocks_are(client: Any, site: Any) -> None:
    bad = rich_text(f"<p>{CLEAN} {ERROR}</p>")
    back = publish(client, page(site), body=[
        ("line", ERROR),
        ("line", CLEAN),
        ("question", {"question": ERROR, "answer": bad}),
        ("questions", _list([{"question": CLEAN, "answer": rich_text("")},
                             {"question": CLEAN, "answer": bad}])),
        ("points", _list([CLEAN, ERROR])),
        ("section", streamfield([("text", ERROR), ("faq", {"question": ERROR, "answer": bad})])),
    ])  # fmt: skip
    (error,) = back.errors.as_data()["body"]
    here = {"messages": ["SAF002"]}
    assert shape(error.as_json_data()) == {"blockErrors": {
        0: here,
        2: {"blockErrors": {"question": here, "answer": here}},
        3: {"blockErrors": {1: {"blockErrors": {"answer": here}}}},
        4: {"blockErrors": {1: here}},
        5: {"blockErrors": {0: here, 1: {"blockErrors": {"question": here, "answer": here}}}},
    }}  # fmt: skip
    assert back.errors["body"] == [
        "8 findings of the health check, shown at their blocks"
    ]


def _list(items: list[Any]) -> dict[str, str]:
    found = {"count": str(len(items))}
    for number, value in enumerate(items):
        found[f"{number}-deleted"] = ""
        found[f"{number}-order"] = str(number)
        found[f"{number}-type"] = "item"
        found[f"{number}-id"] = ""
        if isinstance(value, dict):
            found.update({f"{number}-value-{key}": text for key, text in value.items()})
        else:
            found[f"{number}-value"] = value
    return found


def test_a_child_of_the_page_has_its_own_message(client: Any, site: Any) -> None:
    back = publish(client, page(site), steps=[CLEAN, ERROR])
    assert [list(one.errors) for one in back.formsets["steps"].forms] == [[], ["words"]]
    assert TreatmentPage.objects.get().steps.count() == 0


def test_a_deleted_child_does_not_count(client: Any, site: Any) -> None:
    data = {"steps-0-DELETE": "1"}
    assert publish(client, page(site), steps=[ERROR], **data) is None


def test_a_field_that_is_wrong_anyway_keeps_its_own_message(client: Any, site: Any) -> None:
    back = publish(client, page(site, notes=ERROR), title="", slug="x", notes=ERROR)
    assert back.errors["title"] == ["This field is required."]
    assert "SAF002" in back.errors["notes"][0]


def test_what_one_field_discloses_counts_for_the_page(client: Any, site: Any) -> None:
    claim = "Ketamine helps people with PTSD feel like themselves again."
    plain = "The FDA has not approved ketamine for PTSD: this use is off-label."
    first = publish(client, page(site), notes=claim)
    assert any("DIS001" in text for text in first.errors.get("notes", []))
    second = publish(client, TreatmentPage.objects.get(), notes=claim, intro=f"<p>{plain}</p>")
    assert second is None or not any("DIS001" in t for t in second.errors.get("notes", []))


def test_a_suppression_in_the_text_does_not_count(client: Any, site: Any) -> None:
    raw = f"<p><!-- healthlint-disable-line SAF002 -- because I say so -->{ERROR}</p>"
    assert list(publish(client, page(site), body=[("raw", raw)]).errors) == ["__all__", "body"]


def test_scripts_in_a_text_are_words_in_messages(client: Any, site: Any) -> None:
    url = reverse("wagtailadmin_pages:edit", args=(page(site).pk,))
    evil = "<script>alert(1)</script> There are no side effects<img src=x onerror=alert(2)>."
    answer = client.post(url, form(notes=evil, title=evil, **{"action-publish": "1"}))
    said = answer.content.decode()
    assert "<script>alert(1)" not in said and "<img src=x" not in said
