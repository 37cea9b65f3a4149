from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from healthlint.output.htmldraft import Numbered, Rebuilt, _Span, _weave
from healthlint.readers import read
from tests.output import finding


def rebuilt(source: str, *texts: str, form: str = "markdown") -> str:
    """The draft with its marks as «1 …» and without their badges."""
    found = [Numbered(n, finding(source, text)) for n, text in enumerate(texts, 1)]
    out = Rebuilt(read(source, form), found).html()
    out = re.sub(r"<a class=\"badge.*?</a>", "", out)
    out = re.sub(r'<mark class="error" data-finding="f(\d+)"( id="m-f\1")?>', r"«\1 ", out)
    return out.replace("</mark>", "»")


def test_headings_skip_no_level() -> None:
    source = "# A\n\n#### B\n\n## C\n\n### D\n\n# E\n"
    assert rebuilt(source, "B") == "\n".join(
        [
            '<h3 class="level-1">A</h3>', '<h4 class="level-4">«1 B»</h4>',
            '<h4 class="level-2">C</h4>', '<h5 class="level-3">D</h5>',
            '<h3 class="level-1">E</h3>',
        ]
    )  # fmt: skip


def test_lists_and_what_stands_in_them() -> None:
    source = "- a\n  - b ![safe](x)\n  - c\n- d\n\ntext\n"
    assert rebuilt(source, "safe", "d") == (
        '<ul><li>a<ul><li>b<p class="is-alt"><span class="kind">Image text</span> «1 safe»</p>'
        "</li><li>c</li></ul></li><li>«2 d»</li></ul>\n"
        '<p class="is-paragraph">text</p>'
    )


def test_a_markdown_table() -> None:
    source = "| | A | B |\n| --- | --- | --- |\n| x | 1 | 2 |\n| y | | 4 |\n\n|C|\n|-|\n|z|\n"
    assert rebuilt(source, "2") == (
        '<table><tr><td></td><th scope="col">A</th><th scope="col">B</th></tr>'
        '<tr><th scope="row">x</th><td>1</td><td>«1 2»</td></tr>'
        '<tr><th scope="row">y</th><td></td><td>4</td></tr></table>\n'
        '<table><tr><th scope="col">C</th></tr><tr><td>z</td></tr></table>'
    )


def test_an_html_table() -> None:
    source = (
        "<table>\n<tr>\n<td><p>a<p>b<td>c <img alt='pic' src=x>\n<tr><td>d<td>e</table>"
        "<table><tr><td>f</table>"
    )
    assert rebuilt(source, "e</", form="html") == (
        '<table><tr><th scope="row">a<br>b</th><td>c<br>'
        '<span class="kind">Image text</span> pic</td></tr>'
        '<tr><th scope="row">d</th><td>«1 e»</td></tr></table>\n'
        "<table><tr><td>f</td></tr></table>"
    )


def test_the_rest() -> None:
    source = (
        "---\ntitle: T\ndescription: D\n---\n\nA [link](http://x) &lt;b> `code`\\\nline[^1]\n\n"
        "> quoted\n\n[^1]: Note.\n"
    )
    assert rebuilt(source, "link", "line") == "\n".join(
        [
            '<p class="is-title"><span class="kind">Title</span> T</p>',
            '<p class="is-meta"><span class="kind">Description</span> D</p>',
            '<p class="is-paragraph">A <span class="link">«1 link»</span> &lt;b&gt; '
            '<span class="kind">code</span><br>«2 line»<sup>[1]</sup></p>',
            "<blockquote>",
            '<p class="is-paragraph">quoted</p>',
            "</blockquote>",
            '<p class="is-note"><span class="kind">Note 1</span> Note.</p>',
        ]
    )


def test_findings_that_overlap_and_cross_blocks() -> None:
    source = "one two three four\n\nfive six\n"
    assert rebuilt(source, "two three", "three four\n\nfive", "three", "one two three four") == (
        '<p class="is-paragraph">«4 one «1 two «2 «3 three»»»«2  four»»</p>\n'
        '<p class="is-paragraph">«2 five» six</p>'
    )


def test_a_finding_outside_the_text_is_shown_apart() -> None:
    assert rebuilt("a <!-- <b> --> c\n", "<b>") == (
        '<p class="apart"><span class="kind">Not in the visible text</span> «1 &lt;b&gt;»</p>\n'
        '<p class="is-paragraph">a c</p>'
    )


def test_a_language_that_is_none_is_left_out() -> None:
    source = "<p lang='fr-CA'>a<p lang='\"x'>b"
    assert rebuilt(source, form="html") == (
        '<p class="is-paragraph" lang="fr-CA">a</p>\n<p class="is-paragraph">b</p>'
    )


SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 12)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=6,
)


@given(st.text("ab<&\"'\ufffe", min_size=0, max_size=12), SPANS, st.integers(0, 12))
def test_marks_nest_and_leave_the_text_alone(
    text: str, ranges: list[tuple[int, int]], note: int
) -> None:
    ranges = [(start, min(end, len(text))) for start, end in ranges if start < len(text)]
    spans = [_Span(a, b, f'<i n="{n}">', "</i>") for n, (a, b) in enumerate(ranges)]
    out = _weave(text, spans, {min(note, len(text)): "<sup/>"})
    root = ElementTree.fromstring(f"<r>{out}</r>".replace("\ufffe", "x"))
    assert "".join(root.itertext()) == text.replace("\ufffe", "x")
    for number, (start, end) in enumerate(ranges):
        marked = "".join("".join(e.itertext()) for e in root.iter("i") if e.get("n") == str(number))
        assert marked == text[start:end].replace("\ufffe", "x")
    assert unescape(re.sub("<[^>]*>", "", out)) == text
