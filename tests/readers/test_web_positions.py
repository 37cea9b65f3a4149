"""Generated documents: markup crosses the words, and every span cut from the source is right."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.errors import DraftError
from healthlint.readers import FORMATS, read
from tests.examples import tried

_WORDS = [
    "cures",
    "diabetes",
    "our tea",
    "caf\u00e9",
    "\U0001f33f leaf",
    "no side effects",
    "a & b",
]


def _json_word(word: str, wide: bool) -> str:
    return json.dumps(word, ensure_ascii=wide)[1:-1]


def _long_escapes(word: str) -> str:
    return "".join(sign if sign.isascii() else f"\\U{ord(sign):08x}" for sign in word)


def _in_html(word: str, form: int) -> str:
    word = word.replace("&", "&amp;")
    return (word, f"<b>{word}</b>", f"<a href='/x'>{word}</a>", f"<em\n>{word}</em>")[form % 4]


def _in_markdown(word: str, form: int) -> str:
    return (word, f"**{word}**", f"[{word}](/x)", f"*{word}*")[form % 4]


#: How a word is written in a paragraph, and how paragraphs are put together.
_FORMS = {
    "text": (lambda word, form: word, "%s\n"),
    "markdown": (_in_markdown, "# Head\n\n> %s\n"),
    "html": (_in_html, "<main><p>%s<p>More</main>"),
    "mdx": (_in_markdown, "import a from 'b'\n\n<Box a={{b: 1}}>\n  %s\n</Box>\n"),
    "script": (_in_html, "const a = <main><p>%s</p>{/* c */}{b && <i>d</i>}</main>;"),
    "vue": (_in_html, "<template><div :a='b > c'><p>%s</p></div></template>"),
    "svelte": (_in_html, "{#if a > b}<p>%s</p>{/if}"),
    "astro": (_in_html, "---\nconst a = 1\n---\n{a.map((b) => <p>%s</p>)}"),
    "template": (_in_html, "{% if a > b %}<p>%s</p>{% endif %}"),
    "feed": (_in_html, "<rss><content:encoded><![CDATA[<p>%s</p>]]></content:encoded></rss>"),
    "rst": (lambda word, form: (word, f"**{word}**", f"*{word}*")[form % 3], "Head\n====\n\n%s\n"),
    "asciidoc": (
        lambda word, form: (word, f"*{word}*", f"_{word}_", f"link:/x[{word}]")[form % 4],
        "= Head\n\n%s\n",
    ),
    "json": (lambda word, form: _json_word(_in_markdown(word, form), form > 4), '{"body": "%s"}'),
    "jsonl": (lambda word, form: _json_word(_in_html(word, 0), form > 4), '{"body": "%s"}\n'),
    "yaml": (lambda word, form: _long_escapes(_in_markdown(word, form)), 'body: "%s"\n'),
    "toml": (lambda word, form: _long_escapes(_in_markdown(word, form)), 'body = "%s"\n'),
    "typescript": (
        lambda word, form: _json_word(_in_markdown(word, form), form > 4),
        'export const a = {body: "%s"};',
    ),
}


def _plain(text: str) -> str:
    """A cut from a source without its markup and escapes."""
    text = re.sub(r"(?:\\u[0-9a-f]{4})+", lambda match: json.loads(f'"{match[0]}"'), text)
    text = re.sub(r"\\U([0-9a-f]{8})", lambda match: chr(int(match[1], 16)), text)
    text = unescape(re.sub(r"<[^<>]*>|\]\([^)]*\)|link:/x\[", "", text))
    return re.sub(r"[*_\[\]`]", "", text)


@pytest.mark.parametrize("format", _FORMS)
@tried(60)
@given(data=st.lists(st.tuples(st.sampled_from(_WORDS), st.integers(0, 8)), min_size=2, max_size=8))
def test_spans_are_the_words(format: str, data: list[tuple[str, int]]) -> None:
    form, whole = _FORMS[format]
    source = whole.replace("%s", "See " + " ".join(form(word, way) for word, way in data) + " now")
    document = read(source, format)
    block = next(one for one in document.blocks if one.text.startswith("See "))
    expected = "See " + " ".join(word for word, _ in data) + " now"
    assert block.text == expected
    at = 0
    for word, _ in data:
        at = expected.index(word, at)
        span = block.span(at, at + len(word))
        assert _plain(source[span.start : span.end]) == word
        at += len(word)
    for number, sign in enumerate(expected):
        span = block.span(number, number + 1)
        assert _plain(source[span.start : span.end]).strip() in (sign.strip(), "")


_BITS = st.sampled_from(
    "{ } {{ }} {% %} {# #} {/* */} < > </ /> <p> </p> <Box a={ <script> </script> <style> ` ' \" "
    "\\ \\u \\ud83d ${ --- +++ === *** ``` :: .. | |=== // /* */ <?php ?> <%= %> import export "
    "const = => ( ) [ ] , : - # & &amp; \n \r\n \t \ufeff \u00e9 \U0001f600 \ud800 word Our_tea "
    "cures 1. @if <![CDATA[ ]]> <rss> <title> {{< >}} {!! !!} <!-- --> healthlint-disable image:: "
    "`a` **b** _c_".split(" ")
)


@pytest.mark.parametrize("format", [one for one in FORMATS if one != "docx"])
@tried(60)
@given(bits=st.lists(_BITS, max_size=25), glue=st.sampled_from(["", " ", "\n"]))
def test_nothing_breaks_a_reader(format: str, bits: list[str], glue: str) -> None:
    source = glue.join(bits)
    try:
        document = read(source, format)
    except DraftError as error:
        assert "\n" not in str(error)
        return
    for block in document.blocks:
        if block.runs:
            span = block.span(0, len(block.text))
            assert 0 <= span.start <= span.end <= len(source)
    for comment in document.comments:
        assert 0 <= comment.start <= comment.end <= len(source)
