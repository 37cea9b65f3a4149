from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from healthlint.fix import containers
from healthlint.readers import read


@given(st.text(st.sampled_from("a1 :#-'\"[]{}!&*%@`?,|>\\"), min_size=1, max_size=12))
def test_words_without_quotes_are_the_same_words_in_yaml(text: str) -> None:
    written = f'"{containers.quoted(text)}"' if containers.needs_quotes(text) else text
    assert yaml.safe_load(f"title: {written}\n") == {"title": text}


@pytest.mark.parametrize(
    ("format", "source", "inside", "kind"),
    [
        ("json", '{"a": "b\\"X"}', '"b\\"X"', "string"),
        ("yaml", "a: &b !!str X c # d\n", "X c", "string"),
        ("yaml", "- [a, 'X']\n", "'X'", "string"),
        ("feed", "<rss><title>X</title></rss>", "X", "string"),
        ("script", "a = b`X`", "`X`", "string"),
        ("script", "a = <p>X</p>", "X", "html"),
        ("script", "a = <p b='X'/>", "'X'", "plain"),
        ("script", "\ufeff\U0001f600; a = 'X'", "'X'", "string"),
        ("astro", "---\na = 'X'\n---\n", "'X'", "string"),
        ("vue", "<script>a = 'X'</script>", "'X'", "string"),
        ("vue", '<i18n>{"a": "X"}</i18n>', '"X"', "string"),
        ("markdown", "---\na: 'X'\n---\n", "'X'", "plain"),
        ("html", "+++\na = 'X'\n+++\n", "'X'", "plain"),
        ("markdown", "---\na: [\n---\nX", None, ""),
        ("markdown", "---\na: {X\n---\n", None, ""),
        ("text", "X", None, ""),
    ],
)
def test_what_a_place_stands_in(format: str, source: str, inside: str | None, kind: str) -> None:
    found = containers.container(read(source, format), source.index("X"))
    assert (found and source[found.start : found.end]) == inside
    assert found is None or found.kind == kind
