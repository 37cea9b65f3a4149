"""Pages that come as fields: judged as one, told field by field."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint import Field, Settings, lint_fields, lint_text
from healthlint.finding import Finding, Result

SAFE = "Ketamine is a safe and effective treatment."
OFF_LABEL = "Ketamine helps people with PTSD feel like themselves again."
PLAIN = "The FDA has not approved ketamine for PTSD: this use is off-label."

TEXTS = {
    "markdown": ["Ketamine is **safe** and effective.", "# Is it safe?\n\nAbsolutely.", PLAIN],
    "html": ["<p>Ketamine is <b>safe</b> &amp; effective.</p>", "<h2>Why wait?</h2>\n<p>Call.</p>"],
    "text": [SAFE, OFF_LABEL, "90% of our patients got better.\r\nCall us.", " "],
}


def told(results: list[Result]) -> list[tuple[str, list[str]]]:
    return [(result.path, [finding.rule for finding in result.findings]) for result in results]


def spans(findings: tuple[Finding, ...]) -> list[tuple[str, int, int, str]]:
    return [(f.rule, f.start.offset, f.end.offset, f.text) for f in findings]


@pytest.mark.parametrize(
    ("format", "text"), [(format, text) for format in TEXTS for text in TEXTS[format]]
)
def test_one_field_has_the_findings_of_its_text(format: str, text: str) -> None:
    (result,) = lint_fields([Field("body", text, format)])
    assert list(result.findings) == list(lint_text(text, format=format))


def test_each_finding_stands_in_its_field_with_places_of_that_field() -> None:
    results = lint_fields([Field("intro", "Call us.\nAny day."), Field("body", f"Hi.\n\n{SAFE}")])
    assert [(result.path, result.source) for result in results] == [
        ("intro", "Call us.\nAny day."),
        ("body", f"Hi.\n\n{SAFE}"),
    ]
    assert results[0].findings == ()
    alone = [one for one in lint_text(SAFE, format="text") if one.category == "safety"]
    found = [one for one in results[1].findings if one.category == "safety"]
    assert [(f.start.line, f.start.column, f.start.offset, f.text) for f in found] == [
        (3, f.start.column, f.start.offset + 5, f.text) for f in alone
    ]
    assert len(found) == 1


def test_what_one_field_discloses_counts_for_the_page() -> None:
    alone = lint_fields([Field("body", OFF_LABEL)])
    whole = lint_fields([Field("body", OFF_LABEL), Field("footer", PLAIN)])
    assert "DIS001" in dict(told(alone))["body"]
    assert "DIS001" not in dict(told(whole))["body"]


def test_a_question_as_heading_is_answered_by_the_next_field() -> None:
    fields = [
        Field("question", "Is ketamine safe?", kind="heading", level=2),
        Field("answer", "Absolutely."),
    ]
    joined = lint_text("## Is ketamine safe?\n\nAbsolutely.")
    assert [rule for _, rules in told(lint_fields(fields)) for rule in rules] == [
        finding.rule for finding in joined
    ]


def test_a_field_that_cannot_be_read_is_an_error_of_its_own() -> None:
    fields = [
        Field("a", SAFE),
        Field("a", SAFE),
        Field("b", "x", "papyrus"),
        Field("c", "x", "docx"),
        Field("d", "x", kind="footer"),
        Field("e", SAFE),
    ]
    errors = [result.error for result in lint_fields(fields)]
    assert errors[0] is None and errors[5] is None
    assert [str(error).split(";")[0].split(":")[0] for error in errors[1:5]] == [
        "two fields have this id",
        "no format 'papyrus'",
        "docx is not a format of text",
        "no kind 'footer'",
    ]


def test_suppressions_in_the_text_count_unless_the_caller_says_no() -> None:
    text = f"<!-- healthlint-disable-file safety -- signed off -->\n\n{SAFE}"
    field = [Field("body", text, "markdown")]
    assert [f for f in lint_fields(field)[0].findings if f.category == "safety"] == []
    without = lint_fields(field, comments=False)[0].findings
    assert [f.category for f in without].count("safety") == 1


def test_an_empty_page_has_no_findings() -> None:
    assert lint_fields([]) == []
    assert told(lint_fields([Field("a", ""), Field("b", "", "html")])) == [("a", []), ("b", [])]


pieces = st.lists(
    st.sampled_from([(format, text) for format in TEXTS for text in TEXTS[format]]), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_spans_are_the_words_they_report(parts: list[tuple[str, str]]) -> None:
    fields = [Field(str(at), text, format) for at, (format, text) in enumerate(parts)]
    for field, result in zip(fields, lint_fields(fields, settings=Settings()), strict=True):
        for finding in result.findings:
            assert field.text[finding.start.offset : finding.end.offset] == finding.text


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(TEXTS["text"]), min_size=1, max_size=5))
def test_paragraphs_as_fields_are_the_paragraphs_of_one_text(parts: list[str]) -> None:
    whole = [part for part in parts if part.strip()]
    fields = [Field(str(at), text) for at, text in enumerate(whole)]
    apart = [rule for _, rules in told(lint_fields(fields)) for rule in rules]
    assert apart == [finding.rule for finding in lint_text("\n\n".join(whole), format="text")]
