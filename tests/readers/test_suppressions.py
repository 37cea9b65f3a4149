from __future__ import annotations

import re

import pytest

from healthlint.api import lint_bytes
from healthlint.decisions.suppress import Edit, removals
from healthlint.finding import Finding, Fix, Position
from healthlint.fix.edits import edited
from healthlint.readers import FORMATS, read


def comments(source: str, format: str) -> list[tuple[str, str]]:
    """What each comment says, and the source it stands in."""
    found = read(source, format).comments
    return [(one.text, source[one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    ("format", "source", "found"),
    [
        ("html", "<p>a<!-- b -->c</p><!--d--!><!---->",
         [(" b ", "<!-- b -->"), ("d", "<!--d--!>"), ("", "<!---->")]),
        ("html", "<script><!-- a --></script><title><!-- b --></title><p hidden><!-- c --></p>",
         [(" c ", "<!-- c -->")]),
        ("html", "\ufeff<!doctype html>\r\n<!-- \u00e9\U0001f600 -->",
         [(" \u00e9\U0001f600 ", "<!-- \u00e9\U0001f600 -->")]),
        ("markdown", "\u00e9 <!-- a -- b --> c\n\n<!-- d\ne -->\n",
         [(" a -- b ", "<!-- a -- b -->"), (" d\ne ", "<!-- d\ne -->")]),
        ("markdown", "> <!-- a\n> b -->\n", [(" a\n  b ", "<!-- a\n> b -->")]),
        ("markdown", "`<!-- a -->`\n\n    <!-- b -->\n", []),
        ("markdown", "- x <!-- a -->\n\n| <!-- b --> c |\n|---|\n",
         [(" a ", "<!-- a -->"), (" b ", "<!-- b -->")]),
        ("text", "a\n [healthlint-disable A -- [b]] \nc [healthlint-enable]\n[healthlint-x]\n",
         [("healthlint-disable A -- [b]", "[healthlint-disable A -- [b]]"),
          ("healthlint-enable", "[healthlint-enable]")]),
    ],
)  # fmt: skip
def test_comments(format: str, source: str, found: list[tuple[str, str]]) -> None:
    assert comments(source, format) == found


def test_what_is_a_suppression_is_no_prose() -> None:
    source = "One line.\n[healthlint-disable A -- r]\nTwo. [healthlint-disable-line A -- r]\n"
    assert [block.text for block in read(source, "text").blocks] == ["One line.", "Two."]


FILE = "healthlint-disable-file "


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("---\nhealthlint-disable: A -- r # c\n---\n",
         [("A -- r", "healthlint-disable: A -- r")]),
        ("---\nx: 1\nhealthlint-disable:\n  - A -- r\n  - 'B -- s'\ny: 2\n---\n",
         [("A -- r", "- A -- r"), ("B -- s", "- 'B -- s'")]),
        ("---\nhealthlint-disable: [A -- r, \"B\"]\n---\n",
         [("A -- r", "A -- r, "), ("B", ', "B"')]),
        ("---\nhealthlint-disable:\n- rules: [A, B]\n  reason: r\n- {rules: C}\n---\n",
         [("A, B -- r", "- rules: [A, B]\n  reason: r"), ("C", "- {rules: C}")]),
        ("---\nhealthlint-disable:\n- reason: r\n- [A]\n-\n---\n",
         [(" -- r", "- reason: r"), ("", "- [A]"), ("", "-")]),
        ("---\nhealthlint-disable:\n---\n", []),
        ("---\nhealthlint-disable: [\n---\n", []),
        ("---\nother: healthlint-disable\n---\n", []),
        ("+++\nhealthlint-disable = 'A -- r' # c\n+++\n",
         [("A -- r", "healthlint-disable = 'A -- r'")]),
        ("+++\nhealthlint-disable = [\n  'A', # c\n  \"B\\\"\",\n]\n+++\n",
         [("A", "'A', # c\n  "), ('B"', ', # c\n  "B\\""')]),
        ("+++\nhealthlint-disable = []\n+++\n", []),
        ("+++\nhealthlint-disable = ['A', 3]\n+++\n", [("", "healthlint-disable = ['A'")]),
    ],
)  # fmt: skip
def test_front_matter(source: str, found: list[tuple[str, str]]) -> None:
    said = [(text.rstrip(), place) for text, place in comments(source, "markdown")]
    assert said == [((FILE + text).rstrip(), place) for text, place in found]


# -- what they suppress, in every format -----------------------------------------------------------

ONE, TWO = "Our tea cures diabetes.", "Our balm cures arthritis."
#: For each format: a comment, and a draft with both claims and places A to D for comments.
DRAFTS = {
    "markdown": ("<!-- %s -->", f"A\n\n{ONE} B\n\nC\n\n{TWO}\n\nD\n"),
    "html": ("<!-- %s -->", f"A\n<p>{ONE}</p> B\nC\n<p>{TWO}</p>\nD"),
    "text": ("[%s]", f"A\n\n{ONE} B\n\nC\n\n{TWO}\n\nD\n"),
    "mdx": ("{/* %s */}", f"A\n\n{ONE} B\n\nC\n\n{TWO}\n\nD\n"),
    "script": ("{/* %s */}", f"const a = <>A\n<p>{ONE}</p> B\nC\n<p>{TWO}</p>\nD</>;"),
    "typescript": ("/* %s */", f"A\nconst a = '{ONE}'; B\nC\nconst b = '{TWO}';\nD"),
    "vue": ("<!-- %s -->", f"<template>A\n<p>{ONE}</p> B\nC\n<p>{TWO}</p>\nD</template>"),
    "svelte": ("<!-- %s -->", f"A\n<p>{ONE}</p> B\nC\n<p>{TWO}</p>\nD"),
    "astro": ("{/* %s */}", f"A\n<p>{ONE}</p> B\nC\n<p>{TWO}</p>\nD"),
    "yaml": ("# %s", f"A\none: {ONE} B\nC\ntwo: {TWO}\nD\n"),
    "toml": ("# %s", f"A\none = '{ONE}' B\nC\ntwo = '{TWO}'\nD\n"),
    "feed": (
        "<!-- %s -->",
        f"<rss>A\n<title>{ONE}</title> B\nC\n<description>{TWO}</description>\nD</rss>",
    ),
    "template": ("{# %s #}", f"A\n<p>{ONE}</p> B\nC\n<p>{TWO}</p>\nD"),
    "rst": (".. %s", f"A\n\n{ONE}\n\nC\n\n{TWO}\n\nD\n"),
    "asciidoc": ("// %s", f"A\n\n{ONE}\n\nC\n\n{TWO}\n\nD\n"),
}


def draft(format: str, comment: str | None = None, **at: str) -> str:
    """A draft with these directives at A to D, and nothing at the others."""
    form, text = DRAFTS[format]
    form = comment or form
    for place in "ABCD":
        said = form.replace("%s", at[place]) if place in at else ""
        text = re.sub(rf"\b{place}\b", lambda _, said=said: said, text, count=1)  # type: ignore[misc]
    return text


def claims(source: str, format: str) -> list[str]:
    """The words of each claim that is found."""
    found = lint_bytes(source.encode(), "draft", format=format).findings
    assert not [one.message for one in found if one.rule.startswith("SUP")]
    return sorted({one.text for one in found if one.rule == "OUT001"})


BOTH = ["cures arthritis", "cures diabetes"]


@pytest.mark.parametrize("format", DRAFTS)
def test_in_every_format(format: str) -> None:
    rule = "OUT001 -- a test"
    assert claims(draft(format), format) == BOTH
    assert claims(draft(format, A=f"healthlint-disable-file {rule}"), format) == []
    assert claims(draft(format, A=f"healthlint-disable-next-block {rule}"), format) == BOTH[:1]
    assert claims(draft(format, C=f"healthlint-disable-next-block {rule}"), format) == BOTH[1:]
    ended = draft(format, A=f"healthlint-disable {rule}", C="healthlint-enable OUT001")
    assert claims(ended, format) == BOTH[:1]
    assert claims(draft(format, C=f"healthlint-disable {rule}"), format) == BOTH[1:]
    if "B" in DRAFTS[format][1].split():
        assert claims(draft(format, B=f"healthlint-disable-line {rule}"), format) == BOTH[:1]


def test_every_format_is_here() -> None:
    by_key, by_comment = {"json", "jsonl"}, {"docx"}  # tested with their readers
    assert sorted(DRAFTS) == sorted(set(FORMATS) - by_key - by_comment)


@pytest.mark.parametrize(
    ("format", "comment"),
    [
        ("template", "{{!-- %s --}}"), ("template", "{{! %s }}"), ("template", "{{-- %s --}}"),
        ("template", "{% comment %}%s{% endcomment %}"), ("template", "{{/* %s */}}"),
        ("template", "{{- /* %s */ -}}"), ("template", "<%-- %s --%>"), ("template", "<%# %s %>"),
        ("template", "<?php // %s ?>"), ("template", "<?php /* %s */ ?>"),
        ("template", "<!-- %s -->"), ("markdown", "{{/* %s */}}"), ("markdown", "{# %s #}"),
        ("html", "{% comment %}%s{% endcomment %}"), ("typescript", "// %s\n"),
        ("mdx", "<!-- %s -->"), ("svelte", "{/* %s */}"), ("astro", "<!-- %s -->"),
    ],
)  # fmt: skip
def test_every_kind_of_comment(format: str, comment: str) -> None:
    said = "healthlint-disable-file OUT001 -- a test"
    assert claims(draft(format, comment, A=said), format) == []


@pytest.mark.parametrize(
    ("format", "source", "wanted"),
    [
        ("json", '{"healthlint-disable": "A1 -- r", "b": "c"}', '{"b": "c"}'),
        ("json", '{"b": "c", "healthlint-disable": ["A1 -- r"]}', '{"b": "c"}'),
        ("json", '{"healthlint-disable": {"rules": ["A1"], "reason": "r"}}', "{}"),
        ("json", '{"b": 1,\n "healthlint-disable": [\n  "A1 -- r",\n  "B1 -- r"\n ]\n}',
         '{"b": 1,\n "healthlint-disable": [\n  \n ]\n}'),
        ("jsonl", '{"healthlint-disable": "A1 -- r", "b": 1}\n{"b": 2}\n', '{"b": 1}\n{"b": 2}\n'),
        ("yaml", "a: 1\nhealthlint-disable: A1 -- r\nb: 2\n", "a: 1\nb: 2\n"),
        ("yaml", "{a: 1, healthlint-disable: A1 -- r}\n", "{a: 1}\n"),
        ("toml", 'a = 1\nhealthlint-disable = "A1 -- r"\nb = 2\n', "a = 1\nb = 2\n"),
    ],
)  # fmt: skip
def test_taking_out_a_key_leaves_sound_data(format: str, source: str, wanted: str) -> None:
    edits = [Edit(one.start, one.end) for one in read(source, format).comments]
    finding = [
        Finding(
            "SUP002", "", "housekeeping", "warning",
            Position(1, 1, edit.start), Position(1, 1, edit.end), "", "", fix=Fix("", safe=True),
        )
        for edit in edits
    ]  # fmt: skip
    assert edited(source, removals(source, finding)) == wanted
    read(wanted, format)
