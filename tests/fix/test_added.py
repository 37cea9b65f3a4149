from __future__ import annotations

import pytest

from healthlint.finding import Finding, Position
from healthlint.fix.edits import edited
from healthlint.fix.errors import Refused
from healthlint.fix.plan import Candidate, Planner
from healthlint.readers import read

TEXT = 'It is "off-label" & {new}.'
FINDING = Finding("DIS1", "x", "disclosure", "error", Position(1, 1, 0), Position(1, 2, 1), "", "")
HTML = 'It is "off-label" &amp; {new}.'
BRACED = 'It is "off-label" &amp; &#123;new&#125;.'


def added(source: str, format: str) -> str:
    mend = Planner(read(source, format)).mend(FINDING, Candidate(TEXT, "end"))
    return edited(source, mend.edits)


@pytest.mark.parametrize(
    ("format", "source", "wanted"),
    [
        ("markdown", "One.\r\n\r\n[^1]: N.", f"One.\r\n\r\n{TEXT}\r\n\r\n[^1]: N."),
        ("mdx", "One.\n\n<A b={1} />\n",
         'One.\n\nIt is "off-label" & \\{new\\}.\n\n<A b={1} />\n'),
        ("html", "<div><p>One.</p></div>", f"<div><p>One.</p>\n<p>{HTML}</p></div>"),
        ("rst", "One.\n", f"One.\n\n{TEXT}\n"),
        ("asciidoc", "One thing.\n", "One thing.\n\nIt is \"off-label\" & \\{new}.\n"),
        ("vue", "<template><p>One.</p></template>",
         f"<template><p>One.</p>\n<p>{HTML}</p></template>"),
        ("svelte", "<p>One <b>two</b></p>", f"<p>One <b>two</b></p>\n<p>{BRACED}</p>"),
        ("astro", "<L><p>One.</p></L>", f"<L><p>One.</p>\n<p>{BRACED}</p></L>"),
        ("script", "a = <div><p>One.</p></div>", f"a = <div><p>One.</p>\n<p>{BRACED}</p></div>"),
        ("script", "a = <div><p>One.</p>{b && <p>Two.</p>}</div>",
         f"a = <div><p>One.</p>\n<p>{BRACED}</p>{{b && <p>Two.</p>}}</div>"),
        ("json", '{"t": "Our words here", "b": "<p>One two three.</p>"}',
         '{"t": "Our words here", '
         '"b": "<p>One two three.</p><p>It is \\"off-label\\" &amp; {new}.</p>"}'),
        ("json", '{"b": "One two.\\n\\nThree four.", "t": "Our words here"}',
         '{"b": "One two.\\n\\nThree four.\\n\\nIt is \\"off-label\\" & {new}.", '
         '"t": "Our words here"}'),
        ("yaml", "b: |\n  One two.\n\n  Three four.\nt: Our words here\n",
         f"b: |\n  One two.\n\n  Three four.\n\n  {TEXT}\nt: Our words here\n"),
        ("feed", "<rss><description><![CDATA[<p>One two three.</p>]]></description></rss>",
         f"<rss><description><![CDATA[<p>One two three.</p><p>{HTML}</p>]]></description></rss>"),
        ("typescript", "const a = {b: '<p>One two three.</p>'}",
         f"const a = {{b: '<p>One two three.</p><p>{HTML}</p>'}}"),
    ],
)  # fmt: skip
def test_a_paragraph_at_the_end(format: str, source: str, wanted: str) -> None:
    assert added(source, format) == wanted


@pytest.mark.parametrize(
    ("format", "source"),
    [
        ("json", '{"t": "Our words here"}'),
        ("yaml", "t: Our words here\n"),
        ("script", "const a = <p>One.</p>;"),  # an expression is one element
        ("script", "const a = 'Our words are here';"),
        ("script", "const a = <div><Link>One.</Link></div>;"),
        ("script", "const a = <ul>{b.map((c) => <li><p>One.</p></li>)}</ul>;"),
        ("script", "const a = <div>{b && <div><p>One.</p></div>}</div>;"),
        ("astro", "<ul>{b.map((c) => <li><p>One.</p></li>)}</ul>"),
        ("svelte", "{#each a as b}<div><p>One.</p></div>{/each}"),
        ("vue", "<template><ul><li>One.</li></ul></template>"),
        ("markdown", ""),
    ],
)
def test_no_place(format: str, source: str) -> None:
    with pytest.raises(Refused, match="^there is no plain place for a new paragraph$"):
        added(source, format)
