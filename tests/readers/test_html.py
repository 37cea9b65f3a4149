from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.readers.html import MAX_DEPTH, read
from healthlint.readers.htmlelements import OPAQUE, SKIPPED
from tests.readers import assert_exact, cut, links, notes, outline


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("just text", [("paragraph", "just text")]),
        ("\ufeff<h1>A</h1>", [("heading 1", "A")]),
        ("<p>a<p>b", [("paragraph", "a"), ("paragraph", "b")]),
        ("a<div>b</div>c", [("paragraph", "a"), ("paragraph", "b"), ("paragraph", "c")]),
        ("<p>a<br>b<br/> c</p>", [("paragraph", "a\nb\nc")]),
        ("<p>a<br><br>b", [("paragraph", "a"), ("paragraph", "b")]),
        ("a</br>b</p>c", [("paragraph", "a\nb"), ("paragraph", "c")]),
        ("<p>un<wbr>safe <img src=x>x", [("paragraph", "unsafe x")]),
        ("<ul><li>a<li>b</ul>c", [("list-item 1", "a"), ("list-item 1", "b"), ("paragraph", "c")]),
        (
            "<ul><li>a<ul><li>b</ul>c<li><p>d<p>e</ul>",
            [
                ("list-item 1", "a"), ("list-item 2", "b"), ("list-item 1", "c"),
                ("list-item 1", "d"), ("list-item 1", "e"),
            ],
        ),
        ("<dl><dt>a?<dd>b<dt>c?<dd>d</dl>", [
            ("heading 6", "a?"), ("paragraph", "b"), ("heading 6", "c?"), ("paragraph", "d"),
        ]),
        ("<details><summary>a</summary>b</details>", [("heading 6", "a"), ("paragraph", "b")]),
        ("<h2>a<h3>b</h2>c", [("heading 2", "a"), ("heading 3", "b"), ("paragraph", "c")]),
        (
            "<figure><img alt='x &amp; y'><figcaption>c</figcaption></figure>",
            [("alt", "x & y"), ("caption", "c")],
        ),
        ("<p>a <img alt=x title=x> b", [("paragraph", "a b"), ("alt", "x")]),
        ("<a href=/ title=t aria-label=l>a</a>", [("alt", "l"), ("alt", "t"), ("paragraph", "a")]),
        (
            "<nav><a href=/>Home</a><a href=/b>Book</a> | <a href=/c>C d</a></nav>",
            [("list-item 1", "Home"), ("list-item 1", "Book"), ("list-item 1", "C d")],
        ),
        ("<nav><ul><li><a href=/>H</a> x</ul></nav>", [("list-item 1", "H x")]),
        ("<p>a<button>Book</button>b", [
            ("paragraph", "a"), ("paragraph", "Book"), ("paragraph", "b"),
        ]),
        (
            "<input type=submit value='Go &gt;'><input placeholder=Name value=x>",
            [("paragraph", "Go >"), ("paragraph", "Name")],
        ),
        ("<input type=hidden value=x placeholder=y>", []),
        ("<select><option>a<option>b</select>", [("list-item 1", "a"), ("list-item 1", "b")]),
        ("<textarea placeholder=p>a<b></textarea>", [("paragraph", "p"), ("paragraph", "a<b>")]),
        ("<p>a <code>x</code> b<kbd>y</kbd>", [("paragraph", "a \ufffc b\ufffc")]),
        ("<p>a<pre>x</pre>b", [("paragraph", "a"), ("paragraph", "b")]),
        ("<p>in <!-- no -->sert<script>x</script>ed", [("paragraph", "in serted")]),
        ("<p>a<svg><title>no</title><path/></svg>b", [("paragraph", "ab")]),
        ("<p>a<svg/>b", [("paragraph", "ab")]),
        ("<svg><g><p>b", [("paragraph", "b")]),
        ("<noscript>no</noscript><template><p>no</template>a", [("paragraph", "a")]),
        ("<p>a <q>b</q> c", [("paragraph", "a “b” c")]),
        ("<p>&#9733;&nbsp;|</p><p>&nbsp;</p><p>x", [("paragraph", "x")]),
    ],
)  # fmt: skip
def test_blocks(source: str, expected: list[tuple[str, str]]) -> None:
    document = read(source)
    assert outline(document) == expected
    assert_exact(document)


@pytest.mark.parametrize(
    "attribute",
    [
        "hidden", "hidden=until-found", "aria-hidden=true", "style='color:red; display : none'",
        'style="visibility:hidden"', "style=DISPLAY:NONE", "style='&#100;isplay:none'",
    ],
)  # fmt: skip
def test_hidden_elements(attribute: str) -> None:
    source = (
        f"a<p {attribute} title=t>b <b>c</b><img alt=d><h2>e</h2></p>"
        f"<div {attribute}><p>f<ul><li>g</div>h"
    )
    assert outline(read(source)) == [("paragraph", "a"), ("heading 2", "e"), ("paragraph", "h")]


@pytest.mark.parametrize(
    "attribute", ["style=display:block", "aria-hidden=false", "style='--display:nonesuch'"]
)
def test_shown_elements(attribute: str) -> None:
    assert outline(read(f"<p {attribute}>a")) == [("paragraph", "a")]


def test_head() -> None:
    source = (
        "<!doctype html><html lang=en-GB><head><meta charset=utf-8>"
        "<title>A &amp; B</title><meta name=Description content='Safe &quot;care&quot;'>"
        "<meta content='OG' property=og:title><meta name=keywords content=no>"
        "<link rel=x title=no><style>no</style></head><body><svg><title>no</title></svg>"
        "<p>x<p lang=fr>y<p>z"
    )
    document = read(source)
    assert outline(document) == [
        ("title", "A & B"), ("meta", 'Safe "care"'), ("meta", "OG"),
        ("paragraph", "x"), ("paragraph", "y"), ("paragraph", "z"),
    ]  # fmt: skip
    assert [block.lang for block in document.blocks] == ["en-GB"] * 4 + ["fr", "en-GB"]
    assert cut(document, "care") == "care"
    assert cut(document, '"care"') == "&quot;care&quot;"


def test_front_matter() -> None:
    assert outline(read("---\ntitle: A b\n---\n<p>x")) == [("title", "A b"), ("paragraph", "x")]


def test_headings_lead_and_are_left() -> None:
    document = read(
        "<h1>A</h1><p>b<h2>C</h2><dl><dt>d?<dd>e</dl><p>f<ul><li>g<ol><li>h</ol></ul><h1>I</h1>j"
    )
    assert [(block.text, block.heading, block.lead) for block in document.blocks] == [
        ("A", None, None), ("b", 0, None), ("C", 0, None), ("d?", 2, None), ("e", 3, None),
        ("f", 2, None), ("g", 2, 5), ("h", 2, 6), ("I", None, None), ("j", 8, None),
    ]  # fmt: skip


def test_a_bold_paragraph_heads_what_follows() -> None:
    document = read(
        "<h2>A</h2><p><strong>Is it safe?</strong></p><p><b>Absolutely</b></p>"
        "<p><em>Note</em></p><p><b>Book now!</b></p><p><b>Risks</b></p><ul><li>x</ul><p><b>End</b>"
    )
    assert [(block.kind, block.text, block.heading) for block in document.blocks] == [
        ("heading", "A", None), ("heading", "Is it safe?", 0), ("paragraph", "Absolutely", 1),
        ("paragraph", "Note", 1), ("paragraph", "Book now!", 1), ("heading", "Risks", 0),
        ("list-item", "x", 5), ("paragraph", "End", 5),
    ]  # fmt: skip


def heads(source: str) -> list[tuple[str, str | None, str | None]]:
    """Text, row head and column head of every cell."""
    blocks = read(source).blocks
    return [
        (
            block.text,
            None if block.row_head is None else blocks[block.row_head].text,
            None if block.column_head is None else blocks[block.column_head].text,
        )
        for block in blocks
        if block.kind == "cell"
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "<tr><th>Gel<th>Lasts<tr><td>A<td>12<tr><td>B<td>18",
            [
                ("Gel", None, None), ("Lasts", None, None), ("A", None, "Gel"),
                ("12", "A", "Lasts"), ("B", None, "Gel"), ("18", "B", "Lasts"),
            ],
        ),
        (
            "<thead><tr><td><td>X</thead><tbody><tr><th scope=row>r<td>1</tbody>",
            [("X", None, None), ("r", None, None), ("1", "r", "X")],
        ),
        ("<tr><td>k<td>v<tr><td>l<td>w", [
            ("k", None, None), ("v", "k", None), ("l", None, None), ("w", "l", None),
        ]),
        ("<tr><th>k<td>v<tr><th>l<td>w", [
            ("k", None, None), ("v", "k", None), ("l", None, None), ("w", "l", None),
        ]),
        (
            "<tr><th>a<th colspan=2>b<th>c<tr><td>1<td>2<td>3<td>4",
            [
                ("a", None, None), ("b", None, None), ("c", None, None), ("1", None, "a"),
                ("2", "1", "b"), ("3", "1", "b"), ("4", "1", "c"),
            ],
        ),
        (
            "<tr><th>a<th>b<tr><th rowspan=2 scope=row>r<td>1<tr><td>2<tr><td>s<td>3",
            [
                ("a", None, None), ("b", None, None), ("r", None, "a"), ("1", "r", "b"),
                ("2", "r", "b"), ("s", None, "a"), ("3", "s", "b"),
            ],
        ),
        ("<tr><td>a<table><tr><td>x<td>y</table><td>b", [
            ("a", None, None), ("x", None, None), ("y", "x", None), ("b", "a", None),
        ]),
        ("<td>a<td>b", [("a", None, None), ("b", "a", None)]),
    ],
)  # fmt: skip
def test_tables(rows: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert heads(f"<table>{rows}</table>") == expected


def test_a_caption_and_what_leads_a_table() -> None:
    document = read("<p>See:<table><caption>C<tr><td>a</table><td>stray")
    assert outline(document) == [
        ("paragraph", "See:"), ("caption", "C"), ("cell", "a"), ("paragraph", "stray"),
    ]  # fmt: skip
    assert document.blocks[2].lead == 0


def test_quotations() -> None:
    document = read("a<blockquote><p>b<ul><li>c</ul></blockquote>d")
    assert [(block.text, block.quoted) for block in document.blocks] == [
        ("a", False), ("b", True), ("c", True), ("d", False),
    ]  # fmt: skip


def test_links() -> None:
    document = read(
        "<p>see <a href=' /a?x=1&amp;y=2 '>the <b>label</b></a> <a name=x>no</a> https://b.org."
        "<a href=/c>one<p>two</a> three<a href=/d><img alt='a d'></a>"
    )
    assert links(document) == [
        ("the label", "/a?x=1&y=2"), ("\ufffc", "https://b.org"), ("one", "/c"), ("two", "/c"),
        ("", "/d"), ("a d", "/d"),
    ]  # fmt: skip


def test_notes() -> None:
    document = read(
        "<p>a<sup>1</sup>, b.<sup><a href='#fn2'>[2]</a></sup> c [3] 5<sup>th</sup> 10<sup>6</sup>"
        "<div id=fn9>Nine</div>"
        "<h2>References</h2><ol start=2><li>Smith</li><li value=3>Jones</li></ol>"
        "<p>4. Brown<br>5. Green</p><h2>More</h2><ol><li>x</ol><ol><li id=fn-7>Seven</ol>"
        "<p><sup>8</sup> Eight"
    )
    assert notes(document) == [("a", "1"), ("a, b.", "2")]
    assert document.blocks[0].text == "a, b. c [3] 5th 10⁶"
    assert [(block.kind, block.note_key, block.text) for block in document.blocks[1:]] == [
        ("note", "9", "Nine"), ("heading", None, "References"), ("note", "2", "Smith"),
        ("note", "3", "Jones"), ("note", "4", "4. Brown"), ("note", "5", "5. Green"),
        ("heading", None, "More"), ("list-item", None, "x"), ("note", "7", "Seven"),
        ("note", "8", "Eight"),
    ]  # fmt: skip
    assert_exact(document)


@pytest.mark.parametrize(
    ("source", "phrase", "expected"),
    [
        (
            "<p>is <b>safe</b> and <i>effective</i>.",
            "safe and effective",
            "safe</b> and <i>effective",
        ),
        ("<p>safe\r\n   and\r\n\teffective", "safe and effective", "safe\r\n   and\r\n\teffective"),
        ("<p>treat&shy;ment", "treatment", "treat&shy;ment"),
        ("<p>treat\u00adment", "treatment", "treat\u00adment"),
        ("<p>😀 <a href=x>caf&eacute;</a> s", "café s", "caf&eacute;</a> s"),
        ("<p>cafe\u0301 x", "café", "cafe\u0301"),
        ("<p>cafe&#769; x", "café", "cafe&#769;"),
        ("<p>5&nbsp;mg", "5\u00a0mg", "5&nbsp;mg"),
        ("<p>risk<!-- x -->-free", "risk-free", "risk<!-- x -->-free"),
        ("<img alt='a &lt;5 % ri&shy;sk'>", "<5 % risk", "&lt;5 % ri&shy;sk"),
        ('<p title="it&rsquo;s safe">', "it’s", "it&rsquo;s"),
        ("<p><q>safe</q>", "“safe”", "<q>safe</q>"),
        ("<p>run <code>a b</code> now", "run \ufffc now", "run <code>a b</code> now"),
    ],
)
def test_places(source: str, phrase: str, expected: str) -> None:
    document = read(source)
    assert cut(document, phrase) == expected
    assert_exact(document)


# -- against a browser's rules -------------------------------------------------------------------


def browser_text(source: str) -> str:
    """The letters that html5lib's tree shows, code as one U+FFFC."""
    tree: Any = html5lib.parse(source, namespaceHTMLElements=False)
    parts: list[str] = []

    def walk(node: Any) -> None:
        if not isinstance(node.tag, str):
            return
        tag = node.tag.rpartition("}")[2]
        if tag in OPAQUE:
            parts.append("\ufffc")
        elif tag not in SKIPPED | {"head", "title"} and "hidden" not in node.attrib:
            parts.append(node.text or "")
            for child in node:
                walk(child)
                parts.append(child.tail or "")

    walk(tree)
    return squeezed("".join(parts))


def squeezed(text: str) -> str:
    return re.sub("\ufffc+", "\ufffc", "".join(text.split()))


def letters(text: str) -> str:
    """What decides whether a block is worth reading."""
    return re.sub(r"[^\w\ufffc]|_", "", text)


def our_text(source: str) -> str:
    blocks = [block for block in read(source).blocks if block.kind not in ("alt", "meta", "title")]
    return squeezed("".join(block.text for block in blocks))


SNIPPETS = [
    "<p>One <b>two <i>three</b> four</i> five",
    "risk <5 % and a<b c",
    "a<!-->b<!--->c<!-- d --!>e",
    "<textarea><b>x</b></textarea>y<title>t</title>z",
    "<xmp><p>a</xmp>b<style>c</style>d",
    "a<![CDATA[b]]>c</>d<?php e ?>f",
    "a <b c='d",
    "&notit; &copy2024 &amp;amp; &#x80;",
    "<p>a<div>b<p>c</div>d</p>e",
    "<ul><li>a<div><li>b</div>c</ul>d",
    "<h1>a<h2>b</h1>c",
    "<button>a<button>b</button>c",
    "<a href=x>a<a href=y>b</a>c",
    "<dl><dt>a<dd>b<p>c<dt>d</dl>e",
    "<table><tr><td>a<td>b<tr><td><p>c</table>d",
    "<table><tr><td><div hidden>a</table>b",
    "<div hidden><p>a<div>b</div>c</div>d",
    "<p hidden>a<p>b",
    "<span hidden>a<p>b</span>c",
    "<svg><desc>a</desc><p>b</p></svg>c",
    "<math><mi>a</mi></math>b",
    "a<noscript>c</noscript>d",
    "<code>a<p>b</code>c",
    "<select><option>a<optgroup><option>b</select>c",
    "<form><p>a<form>b</form>c</form>d",
    "</div></p></li>a</body>b</html>c",
    "<pre>a</pre>b<listing>c</listing>d",
    "<object>a</object>b<video>c</video>d",
]


@pytest.mark.parametrize("source", SNIPPETS)
def test_broken_html_reads_as_in_a_browser(source: str) -> None:
    document = "<!doctype html><body>" + source
    assert our_text(document) == browser_text(document)
    assert_exact(read(document))


SOUP_TAGS = (
    "p div b i em a ul ol li h2 h3 blockquote span button dl dt dd br small section form label "
    "center address table tr td"
).split()
SOUP_OTHERS = (
    "a|b |cé |<a href=x>|<hr>|<!-- x -->|<!-->|</>|<5|< |&amp;|&ampx|&nbsp|&notit;|<?x ?>|"
    "<code>x</code>|<script>x</script>|<div hidden>x</div>|<table><tr><td>"
).split("|")
SOUP = st.lists(
    st.sampled_from(SOUP_OTHERS)
    | st.builds("<{}>".format, st.sampled_from(SOUP_TAGS))
    | st.builds("</{}>".format, st.sampled_from(SOUP_TAGS)),
    max_size=25,
).map("".join)


@given(SOUP)
@settings(deadline=None)
def test_tag_soup_reads_as_in_a_browser(soup: str) -> None:
    document = "<!doctype html><body>" + soup
    ours, browsers = letters(our_text(document)), letters(browser_text(document))
    if "<table>" in soup:  # text between cells stands elsewhere in a browser
        ours, browsers = "".join(sorted(ours)), "".join(sorted(browsers))
    assert ours == browsers
    assert_exact(read(document))


@given(st.text(alphabet="<>/!-?&;=\"' abp#x1\n", max_size=40))
@settings(deadline=None)
def test_any_characters_read_as_in_a_browser(source: str) -> None:
    document = "<!doctype html><body>" + source
    assert letters(our_text(document)) == letters(browser_text(document))


# -- against known places ------------------------------------------------------------------------

#: How a word may stand in the source, before, core and after, and as a reader sees it.
WORDS = [
    ("", "safe", "", "safe"), ("<b>", "safe", "</b>", "safe"), ("", "treat\u00adment", "",
    "treatment"),
    ("", "treat&shy;ment", "", "treatment"), ("", "cafe\u0301", "", "café"), ("", "&eacute;tat",
    "", "état"),
    ("", "d&rsquo;or", "", "d’or"), ("<a href='x y'>", "re<i>lie</i>f", "</a>", "relief"),
    ("", "😀ok", "", "😀ok"), ("", "un\u2011safe", "", "un\u2011safe"), ("<!-- x -->", "a",
    "<!---->", "a"),
    ("", "&lt;5", "", "<5"), ("<span\ntitle=''>", "5&nbsp;mg", "</span>", "5\u00a0mg"), ("",
    "R&ampD", "", "R&D"),
    ("", "“quoted”", "", "“quoted”"), ("<em>", "x<wbr>y", "</em>", "xy"), ("", "e&#769;a", "",
    "éa"),
]  # fmt: skip
BLANKS = [" ", "\n", "\r\n", "\t \n  ", " <b> </b>", "<i>\n</i>", "&#32;", " <!-- x --> "]
CONTAINERS = [
    "<p>{}</p>",
    "<li>{}",
    "<h2>{}</h2>",
    "<blockquote>{}</blockquote>",
    "<table><tr><td>{}</table>",
]


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, list[list[tuple[str, int, int]]]]:
    """HTML, and for every block its words with their source ranges."""
    source, blocks = draw(st.sampled_from(["", "\ufeff", "<!doctype html>\r\n"])), []
    for _ in range(draw(st.integers(1, 3))):
        before, after = draw(st.sampled_from(CONTAINERS)).split("{}")
        source += before
        words = []
        for opening, core, closing, text in draw(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
        ):
            if words:
                source += draw(st.sampled_from(BLANKS))
            source += opening
            words.append((text, len(source), len(source) + len(core)))
            source += core + closing
        blocks.append(words)
        source += after
    return source, blocks


@given(passages())
@settings(deadline=None)
def test_every_range_of_words_has_its_place(
    passage: tuple[str, list[list[tuple[str, int, int]]]],
) -> None:
    source, expected = passage
    document = read(source)
    assert [block.text for block in document.blocks] == [
        " ".join(text for text, _, _ in words) for words in expected
    ]
    for block, words in zip(document.blocks, expected, strict=True):
        ends, at = [], 0
        for text, _, _ in words:
            ends.append((at, at + len(text)))
            at += len(text) + 1
        for first, (_, start, _) in enumerate(words):
            for last in range(first, len(words)):
                span = block.span(ends[first][0], ends[last][1])
                assert (span.start, span.end) == (start, words[last][2])
    assert_exact(document)


def test_depth_is_bounded() -> None:
    source = "<div><b>" * MAX_DEPTH + "<table><tr><td>a" * MAX_DEPTH + "z"
    document = read(source)
    assert "".join(re.findall("[az]", "".join(block.text for block in document.blocks))).endswith(
        "z"
    )
