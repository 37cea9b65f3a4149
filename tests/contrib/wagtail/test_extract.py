"""Which texts of a page are checked, and where each stands."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.blocks import ListBlock
from wagtail.rich_text import RichText

from healthlint.contrib.wagtail import extract
from healthlint.contrib.wagtail.extract import Place, Step, page_places
from tests.contrib.wagtail.clinic.models import Body, TreatmentPage
from tests.contrib.wagtail.clinic.models import Step as StepOfPage

pytestmark = pytest.mark.usefixtures("site")


def body(*blocks: dict[str, Any]) -> Any:
    return TreatmentPage._meta.get_field("body").to_python(list(blocks))


def told(places: list[Place]) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(p.field.id, p.field.format, p.field.text, p.field.kind, p.field.anchor)
            for p in places]  # fmt: skip


def test_the_fields_of_a_page() -> None:
    one = TreatmentPage(
        title="Title", seo_title="For engines", search_description="Description", slug="slug",
        intro='<p>In <b>short</b> <embed alt="Our rooms" embedtype="image" id="1"/></p>',
        notes="Notes", css_class="safe", kind="safe", more="https://example.org/safe",
    )  # fmt: skip
    one.steps = [StepOfPage(words="First"), StepOfPage(words="")]
    assert told(page_places(one)) == [
        ("title", "text", "Title", "title", "id_title"),
        ("seo_title", "text", "For engines", "title", "id_seo_title"),
        ("search_description", "text", "Description", "meta", "id_search_description"),
        ("intro", "html", '<p>In <b>short</b> <img alt="Our rooms" embedtype="image" id="1"/></p>',
         None, "id_intro"),
        ("notes", "text", "Notes", None, "id_notes"),
        ("steps.0.words", "text", "First", None, "id_steps-0-words"),
    ]  # fmt: skip
    assert page_places(one)[-1].steps == (Step("child", ("steps", 0)), Step("field", "words"))


def test_blocks_of_every_kind_at_every_depth() -> None:
    one = TreatmentPage(title="T", body=body(
        {"type": "heading", "id": "a", "value": "Heading"},
        {"type": "line", "id": "b", "value": "Line"},
        {"type": "paragraph", "id": "c", "value": "<p>Rich</p>"},
        {"type": "text", "id": "d", "value": "Text"},
        {"type": "quote", "id": "e", "value": "Quote <b>"},
        {"type": "raw", "id": "f", "value": "<p>Raw</p>"},
        {"type": "link", "id": "g", "value": "https://example.org/safe"},
        {"type": "question", "id": "h", "value": {"question": "Why?", "answer": "<p>So</p>"}},
        {"type": "questions", "id": "i", "value": [
            {"type": "item", "id": "j", "value": {"question": "Who?", "answer": ""}},
            {"type": "item", "id": "k", "value": {"question": "", "answer": "<p>You</p>"}}]},
        {"type": "points", "id": "l", "value": [{"type": "item", "id": "m", "value": "Point"}]},
        {"type": "section", "id": "n", "value": [
            {"type": "text", "id": "o", "value": "Inner"},
            {"type": "faq", "id": "p", "value": {"question": "Deep?", "answer": ""}}]},
    ))  # fmt: skip
    assert told(page_places(one))[1:] == [
        ("body.0", "text", "Heading", "heading", "block-a-section"),
        ("body.1", "text", "Line", None, "block-b-section"),
        ("body.2", "html", "<p>Rich</p>", None, "block-c-section"),
        ("body.3", "text", "Text", None, "block-d-section"),
        ("body.4", "html", "<blockquote>Quote &lt;b&gt;</blockquote>", None, "block-e-section"),
        ("body.5", "html", "<p>Raw</p>", None, "block-f-section"),
        ("body.7.question", "text", "Why?", None, "block-h-section"),
        ("body.7.answer", "html", "<p>So</p>", None, "block-h-section"),
        ("body.8.0.question", "text", "Who?", None, "block-j-section"),
        ("body.8.1.answer", "html", "<p>You</p>", None, "block-k-section"),
        ("body.9.0", "text", "Point", None, "block-m-section"),
        ("body.10.0", "text", "Inner", None, "block-o-section"),
        ("body.10.1.question", "text", "Deep?", None, "block-p-section"),
    ]
    deep = page_places(one)[-1]
    assert deep.contentpath == "body.n.p.question"
    assert deep.label == "Body › Section › Faq › Question"
    assert deep.steps == (
        Step("field", "body"), Step("stream", 10), Step("stream", 1), Step("struct", "question")
    )  # fmt: skip


def test_a_table_is_read_as_one_with_its_heads() -> None:
    one = TreatmentPage(title="T", body=body(
        {"type": "table", "id": "a", "value": {
            "data": [["Starts", "a<b"], [None, "hours"]], "table_header_choice": "both",
            "table_caption": "Times"}},
        {"type": "typed", "id": "b", "value": {
            "columns": [{"type": "text", "heading": "A"}, {"type": "rich", "heading": "B"}],
            "rows": [{"values": ["x", "<p>y</p>"]}], "caption": ""}},
    ))  # fmt: skip
    assert [text for _, _, text, _, _ in told(page_places(one))[1:]] == [
        "<table><caption>Times</caption><tr><th>Starts</th><th>a&lt;b</th></tr>"
        "<tr><th></th><td>hours</td></tr></table>",
        "<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td><p>y</p></td></tr></table>",
    ]


def test_images_give_what_stands_for_them(site: Any) -> None:
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    image = get_image_model().objects.create(
        title="IMG_1", description="A nurse", file=get_test_image_file()
    )
    one = TreatmentPage(title="T", picture=image, body=body(
        {"type": "picture", "id": "a", "value": image.pk},
        {"type": "figure", "id": "b", "value": {
            "image": image.pk, "decorative": False, "alt_text": "A safe room"}},
        {"type": "figure", "id": "c", "value": {
            "image": image.pk, "decorative": True, "alt_text": "Unseen"}},
    ))  # fmt: skip
    assert told(page_places(one))[1:] == [
        ("picture", "text", "A nurse", "alt", "id_picture"),
        ("body.0", "text", "A nurse", "alt", "block-a-section"),
        ("body.1.alt_text", "text", "A safe room", "alt", "block-b-section"),
    ]


def test_list_items_made_without_an_id() -> None:
    block = Body().child_blocks["points"]
    assert isinstance(block, ListBlock)
    value = TreatmentPage._meta.get_field("body").stream_block.to_python([])
    value.append(("points", ["One", "Two"]))
    places = page_places(TreatmentPage(title="T", body=value))[1:]
    assert [p.field.text for p in places] == ["One", "Two"]
    assert all(p.field.anchor and p.field.anchor.startswith("block-") for p in places)


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        (None, ("css_class",), ["title", "notes", "body.0.question", "body.0.answer", "body.1"]),
        (("title", "body"), (), ["title", "body.0.question", "body.0.answer", "body.1"]),
        (None, ("body.question.answer", "notes"), ["title", "css_class", "body.0.question",
                                                   "body.1"]),
        (None, ("body.*",), ["title", "notes", "css_class"]),
        (("body.question.q*",), (), ["body.0.question"]),
    ],
)  # fmt: skip
def test_a_page_type_says_what_is_checked(
    include: Any, exclude: Any, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TreatmentPage, "healthlint_include", include)
    monkeypatch.setattr(TreatmentPage, "healthlint_exclude", exclude)
    one = TreatmentPage(title="T", notes="N", css_class="C", body=body(
        {"type": "question", "id": "a", "value": {"question": "Q", "answer": "<p>A</p>"}},
        {"type": "line", "id": "b", "value": "L"},
    ))  # fmt: skip
    assert [p.field.id for p in page_places(one)] == kept


def test_a_block_nobody_knows_gives_what_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = [(known, read) for known, read in extract._READERS if "Text" not in known.__name__]
    monkeypatch.setattr(extract, "_READERS", readers)
    one = TreatmentPage(title="T", body=body({"type": "text", "id": "a", "value": "Kept"}))
    assert [p.field.text for p in page_places(one)] == ["T", "Kept"]


def test_a_block_can_be_read_in_another_format(monkeypatch: pytest.MonkeyPatch) -> None:
    from wagtail.blocks import TextBlock

    monkeypatch.setattr(extract, "_READERS", list(extract._READERS))
    extract.register(TextBlock, "markdown")
    one = TreatmentPage(title="T", body=body({"type": "text", "id": "a", "value": "*x*"}))
    assert told(page_places(one))[1:] == [("body.0", "markdown", "*x*", None, "block-a-section")]


def test_rich_text_values_and_nothing_at_all() -> None:
    trail = extract._field_trail(TreatmentPage._meta.get_field("body"))
    block = Body().child_blocks["paragraph"]
    for value, text in [(RichText("<p>a</p>"), "<p>a</p>"), (None, "")]:
        (found,) = extract._block(block, value, trail)
        assert found[1].field.text == text
