"""Suppressions, bad input and choice of files in the formats of sites."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from healthlint.api import lint_bytes
from healthlint.errors import DraftError
from healthlint.readers import read
from healthlint.readers.places import is_content
from healthlint.readers.prose import is_prose

CLAIM = "Our tea cures diabetes."


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.mdx", "{/* %s */}\n\n" + CLAIM),
        ("a.jsx", "const a = <div>{/* %s */}<p>" + CLAIM + "</p></div>;"),
        ("a.ts", "// %s\nexport const a = '" + CLAIM + "';"),
        ("a.vue", "<template><!-- %s --><p>" + CLAIM + "</p></template>"),
        ("a.svelte", "<!-- %s --><p>" + CLAIM + "</p>"),
        ("a.astro", "{/* %s */}<p>" + CLAIM + "</p>"),
        ("a.njk", "{# %s #}<p>" + CLAIM + "</p>"),
        ("a.hbs", "{{!-- %s --}}<p>" + CLAIM + "</p>"),
        ("a.html", "{%% comment %%}%s{%% endcomment %%}<p>" + CLAIM + "</p>"),
        ("a.md", "{{/* %s */}}\n\n" + CLAIM),
        ("a.yaml", "# %s\nbody: " + CLAIM + "\n"),
        ("a.toml", "# %s\nbody = '" + CLAIM + "'\n"),
        ("a.rst", ".. %s\n\n" + CLAIM),
        ("a.adoc", "// %s\n\n" + CLAIM),
    ],
)
def test_suppressions(name: str, source: str) -> None:
    plain = lint_bytes((source % "nothing").encode(), name)
    codes = {one.rule for finding in plain.findings for one in (finding, *finding.merged)}
    assert codes
    said = f"healthlint-disable-next-block {', '.join(sorted(codes))} -- a test"
    assert lint_bytes((source % said).encode(), name).findings == ()


def test_key_suppresses_a_file_of_data_or_a_line() -> None:
    found = lint_bytes(CLAIM.encode(), "a.txt").findings
    codes = ", ".join(sorted({one.rule for each in found for one in (each, *each.merged)}))
    key = f'"healthlint-disable": "{codes} -- a test"'
    assert lint_bytes(f'{{{key}, "body": "{CLAIM}"}}'.encode(), "a.json").findings == ()
    lines = f'{{{key}, "body": "{CLAIM}"}}\n{{"body": "{CLAIM}"}}\n'
    found = lint_bytes(lines.encode(), "a.jsonl").findings
    assert {one.start.line for one in found} == {2}


@pytest.mark.parametrize(
    ("format", "source", "words"),
    [
        ("json", '{"a": [1,}', "not JSON: line 1, column 10"),
        ("jsonl", '{"a": 1}\n{"a"', "not JSON: line 2"),
        ("yaml", "a: [b", "not YAML: line 2"),
        ("toml", "a = ", "not TOML"),
        ("script", "const a = (<p>;", "does not parse: line 1"),
        ("script", "var a = '" + "x" * 60_000 + "'", "looks generated"),
        ("json", "[" * 5000 + "]" * 5000, "nested too deeply"),
    ],
)
def test_bad_input_is_one_line(format: str, source: str, words: str) -> None:
    with pytest.raises(DraftError) as caught:
        read(source, format)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("a/b.md", True),
        ("src/App.tsx", True),
        ("src/App.test.tsx", False),
        ("src/util.ts", False),
        ("src/data/faq.ts", True),
        ("content/page.json", True),
        ("pages/labels.jsonl", False),
        ("data/package-lock.json", False),
        ("package.json", False),
        ("locales/en.yml", True),
        ("content/chunk-0a1b2c3d4e.js", False),
    ],
)
def test_files_of_a_folder(path: str, taken: bool) -> None:
    assert is_content(PurePath(path)) is taken


@pytest.mark.parametrize(
    ("text", "name", "prose"),
    [
        (CLAIM, "", True),
        ("Cure diabetes today", "", True),
        ("Buy now", "label", True),
        ("Buy now", "", False),
        ("flex items-center justify-between px-4", "", False),
        ("btn btn-primary large", "", False),
        ("The class of this", "className", False),
        ("https://example.org/a/b", "title", False),
        ("SELECT id FROM users WHERE a", "", False),
        ("user.name.first", "", False),
    ],
)
def test_prose(text: str, name: str, prose: bool) -> None:
    assert is_prose(text, name) is prose


def test_fields_choose(tmp_path: Path) -> None:
    source = f'{{"note": "{CLAIM}", "a": {{"b": [{{"body": "{CLAIM}"}}]}}}}'
    assert len(read(source, "json").blocks) == 2
    assert len(read(source, "json", ("a.b.*.body",)).blocks) == 1
    assert len(read(source, "json", ("note", "body")).blocks) == 2


@pytest.mark.parametrize(
    "source",
    [
        "throw new Error('Our tea cures diabetes.');",
        "console.log('Our tea cures diabetes.');",
        "track('Our tea cures diabetes.');",
        "gtag('event', 'Our tea cures diabetes.');",
        "const a = <p data-testid='Our tea cures diabetes.' />;",
        "const a = css`Our tea cures diabetes.`;",
        "import a from 'Our tea cures diabetes.';",
        "const a = {'Our tea cures diabetes.': 1};",
        "const a = <style jsx>{`p { content: 'Our tea cures diabetes.' }`}</style>;",
        "type A = 'Our tea cures diabetes.';",
    ],
)
def test_what_no_visitor_sees_is_not_read(source: str) -> None:
    assert read(source, "script").blocks == ()


def test_addresses_in_exports_are_not_read() -> None:
    source = f'{{"slug": {{"current": "{CLAIM}"}}, "title": {{"rendered": "{CLAIM}"}}}}'
    assert [block.text for block in read(source, "json").blocks] == [CLAIM]


def test_findings_stand_in_order_of_place() -> None:
    source = "{{< figure caption=\"It is completely safe for everyone.\" >}}\n\n" + CLAIM
    places = [one.start.offset for one in lint_bytes(
        ("One cure for all diabetes: our tea cures diabetes.\n\n" + source).encode(), "a.md"
    ).findings]  # fmt: skip
    assert len(places) > 2
    assert places == sorted(places)
