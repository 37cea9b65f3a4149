"""One text in every format: the same findings, and every span cut from the source is its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape

import pytest

from healthlint.api import _lint, lint_bytes
from healthlint.readers import FORMATS
from healthlint.settings import Settings
from tests.word import p, package, r

PARAGRAPHS = (
    "This miracle tea cures diabetes in two weeks.",
    "Our clinic guarantees that your pain will be gone for good.",
    "The treatment is 100% safe and has no side effects.",
    "Doctors don't want you to know about this secret remedy.",
    "Throw away your insulin and trust the power of nature.",
    "Our breakthrough formula reverses Alzheimer's disease.",
    "The capsule prevents cancer and boosts your immune system.",
    "Order today, because this offer ends at midnight.",
    "Our serum detoxifies your liver overnight.",
    "It works for everyone, whatever their age.",
    "Our drops cure tinnitus, and you can stop taking your medication.",
    "This supplement melts away fat without diet or exercise.",
    "Lose 30 pounds in 30 days with our patch.",
    "The risk of stroke falls by 50% with our capsules.",
    "Clinically proven to eliminate arthritis forever.",
    "He is a drug addict who suffers from schizophrenia.",
)


def _paragraphs(form: str) -> Callable[[str], str]:
    return lambda text: form.replace("%s", text)


def _quoted(text: str) -> str:
    return json.dumps(text).replace("'", "\\u0027")


#: For each format: how a paragraph is written, what stands before all and behind all.
FORMS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "text": (str, "", ""),
    "markdown": (str, "", ""),
    "html": (lambda text: f"<p>{escape(text)}</p>", "<body>", "</body>"),
    "mdx": (
        lambda text: f"<Box tone={{'a' > 2}}>\n    {text}\n</Box>",
        'import Box from "./the box"\n\nexport const meta = {a: "Some words of ours"}\n\n',
        "\n\n{/* The end is near */}",
    ),
    "script": (
        lambda text: f"    <Box><p className='a b c'>{escape(text, False)}</p></Box>",
        "import Box from './box';\nexport default () => (\n  <div>\n",
        "\n  </div>\n);\n",
    ),
    "typescript": (
        lambda text: f"  {{ id: 'the id of it', body: {_quoted(text)} }},",
        "type A = { id: string; body: string };\nexport const all: A[] = [\n",
        "\n];\n",
    ),
    "vue": (
        lambda text: f'  <Box :kind="a > b"><p v-if="x > 1">{escape(text)}</p></Box>',
        "<template>\n<div>\n",
        "\n</div>\n</template>\n<script setup>\nconst a = 1;\n</script>",
    ),
    "svelte": (
        lambda text: f"  {{#if a > b}}<p class={{c > 1}}>{escape(text, False)}</p>{{/if}}",
        "<script>\nlet a = 1;\n</script>\n",
        "\n<style>\np { color: red }\n</style>",
    ),
    "astro": (
        lambda text: f"  {{a > b && (<p>{escape(text, False)}</p>)}}",
        "---\nconst a = 1;\n---\n<div>\n",
        "\n</div>",
    ),
    "json": (
        lambda text: f'  {{"_type": "block of the text", "body": {_quoted(text)}}},',
        '{"all": [',
        "\n  null]}",
    ),
    "jsonl": (lambda text: f'{{"body": {_quoted(text)}}}', "", ""),
    "yaml": (lambda text: f'- id: the-id\n  body: "{text}"', "", ""),
    "toml": (lambda text: f'[[all]]\nid = "the-id"\nbody = {json.dumps(text)}', "", ""),
    "feed": (
        lambda text: (
            f"<item><content:encoded><![CDATA[<p>{escape(text)}</p>]]></content:encoded></item>"
        ),
        "<?xml version='1.0'?><rss><channel>",
        "</channel></rss>",
    ),
    "template": (
        lambda text: f"{{% if a > b %}}<p class='{{{{ c }}}}'>{escape(text)}</p>{{% endif %}}",
        "<?php $a = 1; ?>\n",
        "{# the end of it #}",
    ),
    "rst": (str, ".. a comment about our words\n\n", ""),
    "asciidoc": (str, ":toc: all of the words\n\n", ""),
}


def _findings(source: str, format: str) -> list[tuple[str, str]]:
    result = _lint("", source, format, Settings(), None)
    for finding in result.findings:
        cut = source[finding.start.offset : finding.end.offset]
        assert _plain(cut) == _plain(finding.text), (format, cut, finding.text)
    return sorted((finding.rule, _plain(finding.text)) for finding in result.findings)


def _plain(text: str) -> str:
    from html import unescape

    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return " ".join(unescape(text).replace("\u2019", "'").split())


def _written(format: str, paragraphs: tuple[str, ...]) -> str:
    form, before, after = FORMS[format]
    between = "\n" if format == "jsonl" else "\n\n"
    return before + between.join(map(form, paragraphs)) + after


def test_there_are_twenty() -> None:
    assert len(_findings(_written("text", PARAGRAPHS), "text")) >= 20


def test_every_format_is_here() -> None:
    assert sorted(FORMS) == sorted(format for format in FORMATS if format != "docx")


def test_same_findings_in_word() -> None:
    data = package("".join(p(r(escape(text))) for text in PARAGRAPHS))
    result = lint_bytes(data, "draft.docx")
    for finding in result.findings:
        assert result.source[finding.start.offset : finding.end.offset] == finding.text
    found = sorted((finding.rule, _plain(finding.text)) for finding in result.findings)
    assert found == _findings(_written("text", PARAGRAPHS), "text")


@pytest.mark.parametrize("format", FORMS)
def test_same_findings(format: str) -> None:
    expected = _findings(_written("text", PARAGRAPHS), "text")
    assert _findings(_written(format, PARAGRAPHS), format) == expected
