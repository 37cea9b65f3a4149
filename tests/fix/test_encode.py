from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.fix import encode
from healthlint.readers import read

_TEXT = st.text(st.sampled_from("ab X.,:;'\"&<>[]()*_`#|\\-+!~1$"), min_size=1, max_size=25).map(
    lambda text: " ".join(f"a{text}a".split())
)


@given(_TEXT)
def test_markdown_shows_the_words(text: str) -> None:
    assert [b.text for b in read(encode.markdown(text), "markdown").blocks] == [text]


@given(_TEXT)
def test_html_shows_the_words(text: str) -> None:
    assert [b.text for b in read(f"<p>{encode.html_text(text)}", "html").blocks] == [text]
    for quote in "'\"":
        source = f"<img alt={quote}{encode.html_attribute(text)}{quote}>"
        assert [b.text for b in read(source, "html").blocks] == [text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("# a", "\\# a"), ("1. a", "1\\. a"), ("- a", "\\- a"), ("[x] a", "\\[x] a"), ("-a", "-a")],
)
def test_what_leads_a_line(text: str, wanted: str) -> None:
    assert encode.markdown(text, at_start=True) == wanted
