"""Fixes in every format: whatever the new words hold, the file stays one and shows just them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from healthlint.errors import DraftError
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.fix import mend
from healthlint.readers import html, markdown, read
from healthlint.readers.mapped import HTML
from healthlint.readers.script import parsed
from tests.examples import tried
from tests.fix import left, mended

try:
    import tomllib
except ImportError:  # before Python 3.11
    import tomli as tomllib  # type: ignore[no-redef]

OLD = "zork"


def checker(format: str, new: str) -> Callable[[str], Result]:
    """Finds every `zork` in a draft, with a safe fix: the new words."""

    def check(source: str) -> Result:
        try:
            document = read(source, format)
        except DraftError as error:
            return Result("draft", error=str(error), source=source)
        found = []
        for number, block in enumerate(document.blocks):
            for match in re.finditer(rf"\b{OLD}\b", block.text):
                span = block.span(*match.span())
                places = [Position(*document.line_column(at), at) for at in (span.start, span.end)]
                found.append(
                    Finding(
                        "OLD1", "old", "terms", "error", *places,
                        source[span.start : span.end], "Old.", fix=Fix(new, safe=True),
                        fingerprint=f"{number}-{match.start()}",
                    )
                )  # fmt: skip
        return Result("draft", tuple(found), source=source)

    return check


def replaced(source: str, format: str, new: str) -> str | None:
    """The draft with `zork` replaced, or None if that was refused; a second run changes nothing."""
    check = checker(format, new)
    done = mend(source, format, check)
    again = mend(done.source, format, check)
    assert (again.source, again.fixed) == (done.source, ())
    if done.left:
        assert done.source == source
        return None
    wanted = [block.text.replace(OLD, new) for block in read(source, format).blocks]
    got = [block.text for block in read(done.source, format).blocks]
    assert [" ".join(one.split()) for one in got] == [" ".join(one.split()) for one in wanted]
    return done.source


_BITS = st.sampled_from(
    "a b word X. , : ; ' \" & < > { } ( ) [ ] * _ ` # | \\ / - + ! ~ 1 $ % @ = \n \u2019 \u00e9 "
    "\U0001f600 </script> ]]> ${a} {{ c }} {% d %} {# e <!-- --> &amp; &#39; \\n \\u0041 "
    "''' \"\"\" <b> </p> // /* */ #{f} `g` **h** [i](j) k: l # -".split(" ")
)
_NEW = (
    st.lists(_BITS, min_size=1, max_size=8)
    .flatmap(lambda bits: st.sampled_from(["", " "]).map(lambda glue: glue.join(bits)))
    .map(lambda text: " ".join(f"an{text}end".split()))
)


def _after(new: str) -> str:
    return f"Here is the {new} of ours and more of it."


SENTENCE = _after(OLD)


# -- content data: what stands in the value is what the site shows, as Markdown or as HTML ---------


def shown(value: str) -> str:
    document = (html if HTML.search(value) else markdown).read(value)
    return " ".join(" ".join(block.text for block in document.blocks).split())


@pytest.mark.parametrize("inner", [SENTENCE, f"<p>{SENTENCE}</p>", f"One.\n\n{SENTENCE}\n\nTwo."])
@pytest.mark.parametrize("format", ["json", "jsonl"])
@tried(40)
@given(new=_NEW)
def test_json(format: str, inner: str, new: str) -> None:
    source = json.dumps({"slug": "a b", "body": inner, "b\\": "c"}) + "\n"
    done = replaced(source, format, new)
    assume(done is not None or "<" in new or "`" in new)  # what looks like other markup
    if done is None:
        return
    value = json.loads(done)
    assert shown(value.pop("body")) == shown(inner).replace(OLD, new)
    assert value == {"slug": "a b", "b\\": "c"}


YAMLS = {
    "plain": f"body: {SENTENCE}\nn: 1\n",
    "folded plain": f"body: Here is\n  the {OLD} of ours\n  and more of it.\nn: 1\n",
    "double": f'body: "{SENTENCE}" # c\nn: 1\n',
    "single": f"body: '{SENTENCE}'\r\nn: 1\r\n",
    "literal": f"body: |\n  {SENTENCE}\nn: 1\n",
    "folded": f"body: >-\n  Here is\n  the {OLD} of ours and\n  more of it.\n\nn: 1\n",
    "flow": f"{{body: {SENTENCE}, n: 1}}\n",
    "item": f"- &a\n  body: !!str {SENTENCE}\n  n: 1\n",
}


@pytest.mark.parametrize("style", YAMLS)
@tried(40)
@given(new=_NEW)
def test_yaml(style: str, new: str) -> None:
    done = replaced(YAMLS[style], "yaml", new)
    if done is None:
        return
    value = yaml.safe_load(done)
    value = value[0] if isinstance(value, list) else value
    assert shown(value["body"]) == _after(new)
    assert (set(value), value["n"]) == ({"body", "n"}, 1)


TOMLS = {
    "basic": f'body = "{SENTENCE}"\nn = 1\n',
    "literal": f"body = '{SENTENCE}' # c\nn = 1\n",
    "long basic": f'body = """\n{SENTENCE}\n"""\nn = 1\n',
    "long literal": f"body = '''\r\n{SENTENCE}'''\r\nn = 1\r\n",
}


@pytest.mark.parametrize("style", TOMLS)
@tried(40)
@given(new=_NEW)
def test_toml(style: str, new: str) -> None:
    done = replaced(TOMLS[style], "toml", new)
    if done is None:
        return
    value = tomllib.loads(done.replace("\r\n", "\n"))
    assert (shown(value["body"]), value["n"]) == (_after(new), 1)


# -- scripts and components ----------------------------------------------------------------------


SCRIPTS = {
    "single": f"const a = {{body: '{SENTENCE}'}}; f(1);",
    "double": f'const a = {{body: "{SENTENCE}"}}; f(1);',
    "template": f"const a = `{SENTENCE} ${{b}}`; f(1);",
    "text": f"const a = <p>{SENTENCE}</p>; f(1);",
    "attribute": f'const a = <img alt="{SENTENCE}"/>; f(1);',
    "prop": f"const a = <Box lead='{SENTENCE}'/>; f(1);",
    "child": f"const a = <p>{{'{SENTENCE}'}} {{b}}</p>; f(1);",
}


@pytest.mark.parametrize("style", SCRIPTS)
@tried(40)
@given(new=_NEW)
def test_scripts(style: str, new: str) -> None:
    source = SCRIPTS[style]
    done = replaced(source, "script", new)
    if done is None:
        return
    before, after = parsed(source, True), parsed(done, True)
    assert not after.has_error
    # The same program: new words have opened no string, element or interpolation.
    assert _kinds(after) == _kinds(before)
    assert "</script" not in done.lower() or "<" in new and style in ("attribute", "prop")


def _kinds(node: object) -> list[str]:
    """What a program is made of, without what strings and texts are."""
    found, stack = [], [node]
    while stack:
        one = stack.pop()
        kind = one.type  # type: ignore[attr-defined]
        if kind not in ("string_fragment", "escape_sequence", "html_character_reference",
                        "jsx_text"):  # fmt: skip
            found.append(kind)
            stack += reversed(one.children)  # type: ignore[attr-defined]
    return found


def test_typed_scripts_are_read_as_such() -> None:
    source = f"const a = <A>(b); const c: D = {{body: '{SENTENCE}'}};"
    assert replaced(source, "typescript", "it's") == source.replace(OLD, "it\\'s")


COMPONENTS = [
    ("vue", f"<template><p :a='b > 1'>{SENTENCE} {{{{ c }}}}</p></template>"),
    ("vue", f"<template><p>A.</p></template><script>const a = {{body: '{SENTENCE}'}}</script>"),
    ("vue", f"<template><img alt=\"{SENTENCE}\"></template>"),
    ("svelte", f"<script>const a = {{body: '{SENTENCE}'}}</script><p>{{a}}</p>"),
    ("svelte", f"{{#if a}}<p class={{c}}>{SENTENCE}</p>{{/if}}"),
    ("astro", f"---\nconst a = {{body: `{SENTENCE}`}}\n---\n<p>{{a}}</p>"),
    ("astro", f"---\nconst a = 1\n---\n{{a > 1 && <p>{SENTENCE}</p>}}"),
]


@pytest.mark.parametrize(("format", "source"), COMPONENTS)
@tried(40)
@given(new=_NEW)
def test_components(format: str, source: str, new: str) -> None:
    done = replaced(source, format, new)
    if done is None:
        return
    at = source.index(OLD)
    words = done[at : len(done) - len(source) + at + len(OLD)]
    in_script = "body:" in source
    if not in_script:
        assert not re.search(r"\{\{" if format == "vue" else r"[{}]", words)
        assert "<" not in words
    assert len(re.findall(r"</?script\b", done)) == len(re.findall(r"</?script\b", source))


@tried(80)
@given(new=_NEW)
def test_mdx(new: str) -> None:
    source = f"import a from 'b'\n\n<Box b={{1}}>\n  {SENTENCE}\n</Box>\n\nMore {{a}}.\n"
    done = replaced(source, "mdx", new)
    if done is not None:
        words = done[source.index(OLD) :]
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\{", words)) == 1  # of `{a}`


# -- feeds and templates -------------------------------------------------------------------------

FEED = "<?xml version='1.0'?><rss><channel><title>A &amp; B</title><description>%s</description>"
FEED += "</channel></rss>"


@pytest.mark.parametrize(
    "field",
    [SENTENCE, f"<![CDATA[{SENTENCE}]]>", f"<![CDATA[<p>{SENTENCE}</p>]]>",
     f"&lt;p&gt;{SENTENCE}&lt;/p&gt;"],
)  # fmt: skip
@tried(40)
@given(new=_NEW)
def test_feeds(field: str, new: str) -> None:
    done = replaced(FEED.replace("%s", field), "feed", new)
    if done is None:
        return
    root = ElementTree.fromstring(done)
    assert root.findtext("channel/title") == "A & B"
    assert shown(root.findtext("channel/description") or "") == _after(new)


@pytest.mark.parametrize("format", ["template", "html", "markdown"])
@tried(40)
@given(new=_NEW)
def test_templates(format: str, new: str) -> None:
    text = SENTENCE if format == "markdown" else f"<p>{SENTENCE}</p>"
    source = f"{{% if a %}}\n\n{text}\n\n{{% endif %}}{{{{ b }}}}\n"
    done = replaced(source, format, new)
    if done is not None:
        assert len(re.findall(r"\{[{%#]", done)) == 3
        if format != "markdown":
            at = source.index(OLD)
            words = done[at : len(done) - len(source) + at + len(OLD)]
            assert unescape(words) == new


@pytest.mark.parametrize("format", ["rst", "asciidoc"])
@tried(80)
@given(new=_NEW)
def test_marked_up_text(format: str, new: str) -> None:
    replaced(f"One *bold* word.\n\n{SENTENCE}\n\nTwo.\n", format, new)  # asserts within


# -- links and marks, whole sentences, paragraphs at the end -------------------------------------


@pytest.mark.parametrize(
    ("format", "source", "why"),
    [
        ("json", '{"body": "A [balm](/b) is utterly harmless. More."}',
         "its link “balm” has no place in the new words"),
        ("rst", "It is `a balm <http://b.c>`_ utterly harmless.\n",
         "its link “a balm” has no place in the new words"),
        ("rst", "It is utterly harmless [1]_.\n\n.. [1] A note.\n",
         "there is the mark of a note inside it"),
        ("asciidoc", "A link:/x[balm] is utterly harmless.\n",
         "its link “balm” has no place in the new words"),
        ("mdx", "A <Box>balm</Box> is utterly harmless. More.\n", "there is a <box> inside it"),
        ("script", "const a = 'It is utterly harmless, ' + b;",
         "there is an address or code inside it"),
    ],
)  # fmt: skip
def test_refused(format: str, source: str, why: str) -> None:
    done = mended(source, format, unsafe=True)
    assert done.source == source
    assert [reason for _, reason in left(done)] == [why]


RISKS = "It has risks & side effects [NAME THEM]"


@pytest.mark.parametrize(
    ("format", "source", "wanted"),
    [
        ("script", 'const a = <p>It is{" "}utterly <b>harmless</b>. {b}</p>;',
         f"const a = <p>{RISKS.replace('&', '&amp;')}. {{b}}</p>;"),
        ("script", "const a = 'It is utterly ' + 'harmless. So.';", f"const a = '{RISKS}. So.';"),
        ("json", '{"body": "It is **utterly** \\"harmless\\", utterly\\nharmless."}',
         f'{{"body": "{RISKS}."}}'),
        ("yaml", "body: It is utterly harmless\n", f"body: {RISKS}\n"),
        ("yaml", "title: Utterly harmless\n", f"title: {RISKS}\n"),
        ("mdx", "---\ntitle: It is utterly harmless\n---\n", f"---\ntitle: {RISKS}\n---\n"),
        ("rst", "It is **utterly** harmless. *More*.\n", f"{RISKS}. *More*.\n"),
    ],
)  # fmt: skip
def test_whole_sentences(format: str, source: str, wanted: str) -> None:
    done = mended(source, format, unsafe=True)
    assert (done.source, left(done)) == (wanted, [])
