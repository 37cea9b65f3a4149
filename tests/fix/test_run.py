from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fix import left, mended

LONG = "This is the one and only sentence that stands before it here. "


@pytest.mark.parametrize(
    ("format", "source", "wanted"),
    [
        # case and articles
        ("markdown", "He is a nutter.\n", "He is a person who is ill.\n"),
        ("markdown", "Nutters are welcome.\r\n", "People who are ill are welcome.\r\n"),
        ("markdown", "NUTTERS are welcome.", "PEOPLE WHO ARE ILL are welcome."),
        ("markdown", "A sadly afflicted man.", "An ill man."),
        ("markdown", "He is a **sadly afflicted** man.", "He is an **ill** man."),
        ("html", "<p>a <b>sadly</b> afflicted man", "<p>an ill man"),
        # words that are taken out
        ("markdown", "A wondrous ointment. A balm.", "An ointment. A balm."),
        ("markdown", "Wondrous balm.\n", "Balm.\n"),
        ("text", LONG + "The wondrous balm.", LONG + "The balm."),
        # suppressions that suppress nothing
        ("markdown", "A.\n\n<!-- healthlint-disable FIX001 -- r -->\n\nB.\n", "A.\n\nB.\n"),
    ],
)  # fmt: skip
def test_safe(format: str, source: str, wanted: str) -> None:
    done = mended(source, format)
    assert (done.source, left(done)) == (wanted, [])
    assert mended(wanted, format).source == wanted


def test_what_is_not_safe_is_left() -> None:
    source = "Our cheap balm is utterly harmless, and an elixir of life.\n"
    done = mended(source)
    assert (done.source, done.fixed) == (source, ())
    assert left(done) == [
        ("FIX005", "mended with --unsafe only"),
        ("FIX001", "mended with --unsafe only"),
        ("FIX004", "mended with --unsafe only"),
    ]


RISKS = "It has risks & side effects [NAME THEM]"
IN_HTML = RISKS.replace("&", "&amp;")
LABEL = RISKS.replace("[", "\\[").replace("]", "\\]")
LINKED = "It [has risks](/r) & side effects [NAME THEM]."


@pytest.mark.parametrize(
    ("format", "source", "wanted"),
    [
        ("markdown", "It is **utterly** harmless. More.\n", f"{RISKS}. More.\n"),
        ("markdown", "**It is utterly harmless.** More.", f"**{RISKS}.** More."),
        ("markdown", "Not **this. It is utterly harmless.** More", f"Not **this. {RISKS}.** More"),
        ("markdown", "> It is utterly\r\n> harmless. More.", f"> {RISKS}. More."),
        ("markdown", "- Utterly harmless\n- Fine\n", f"- {RISKS}\n- Fine\n"),
        ("markdown", "## Utterly harmless\n", f"## {RISKS}\n"),
        ("markdown", "|a|b|\n|-|-|\n|utterly harmless|c|\n", f"|a|b|\n|-|-|\n|{RISKS}|c|\n"),
        ("markdown", "![Utterly harmless](a.png)", f"![{LABEL}](a.png)"),
        ("markdown", "It is utterly harmless.[^1]\n\n[^1]: N.", f"{RISKS}.[^1]\n\n[^1]: N."),
        ("markdown", "It is[^1] utterly harmless.\n\n[^1]: N.", f"{RISKS}.[^1]\n\n[^1]: N."),
        ("markdown", "It [has risks](/r), is utterly harmless.", LINKED),
        ("markdown", "[It is utterly harmless.](/r)", f"[{RISKS}.](/r)"),
        ("markdown", "<p>It is utterly harmless.</p>\n", f"<p>{RISKS}.</p>\n"),
        ("markdown", "---\ntitle: It is utterly harmless\n---\n", f"---\ntitle: {RISKS}\n---\n"),
        ("markdown", "---\ntitle: \"Utterly harmless\"\n---\n", f"---\ntitle: \"{RISKS}\"\n---\n"),
        ("html", "<p>It is <b>utterly</b> harmless.</p>", f"<p>{IN_HTML}.</p>"),
        ("html", "<p><b>It is utterly</b> harmless.</p>", f"<p>{IN_HTML}.</p>"),
        ("html", "<img alt='utterly harmless'>", f"<img alt='{IN_HTML}'>"),
        ("html", "<h2>Utterly harmless</h2>", f"<h2>{IN_HTML}</h2>"),
        ("text", LONG + "It is utterly\nharmless. More.\n", f"{LONG}{RISKS}. More.\n"),
        ("markdown", "\ufeffIt is utterly harmless.", f"\ufeff{RISKS}."),
        # one sentence, two findings: the graver one's suggestion replaces both
        ("markdown", "Nutters say it is utterly harmless.", f"{RISKS}."),
        ("markdown", "Our cheap balm.", "Our low in cost balm."),
    ],
)  # fmt: skip
def test_unsafe(format: str, source: str, wanted: str) -> None:
    done = mended(source, format, unsafe=True)
    assert (done.source, left(done)) == (wanted, [])
    assert mended(wanted, format, unsafe=True).source == wanted


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("A [balm](/b) is utterly harmless.", "its link “balm” has no place in the new words"),
        ("A ![x](x.png) is utterly harmless.", "there is an image or other markup inside it"),
        ("Our `x` is utterly harmless.", "there is an address or code inside it"),
        ("An elixir of life.", "what would stand there is a finding too"),
    ],
)
def test_refused(source: str, why: str) -> None:
    done = mended(source, unsafe=True)
    assert done.source == source
    assert [reason for _, reason in left(done)] == [why]


def test_front_matter_stays_yaml() -> None:
    import yaml

    source = "---\ntitle: A nutter # he\nexcerpt: >\n  It is\n  utterly harmless.\ncta: cheap\n"
    source += "---\n"
    done = mended(source, unsafe=True)
    read = yaml.safe_load(done.source.split("---")[1])
    assert read == {
        "title": "A person who is ill", "excerpt": f"{RISKS}.\n", "cta": "low in cost",
    }  # fmt: skip


def test_the_next_suggestion_is_taken_if_the_first_has_no_place() -> None:
    done = mended("Our [clinician](/c) is utterly harmless.", unsafe=True)
    assert done.source == "Ask a [clinician](/c) about risks."


_MARKS = st.sampled_from(["", "**", "*", "_", "`", "[", "](x)", "<b>", "</b>", "\n", "\n\n", "> "])
_WORDS = st.sampled_from(["utterly harmless", "nutter", "A", "wondrous", "cheap.", "It is", "ok."])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_MARKS, _WORDS, _MARKS), min_size=1, max_size=8),
    st.sampled_from(["markdown", "html", "text"]),
    st.booleans(),
)
def test_whatever_the_markup_twice_is_once_and_nothing_new_comes(
    parts: list[tuple[str, str, str]], format: str, unsafe: bool
) -> None:
    source = " ".join("".join(part) for part in parts)
    done = mended(source, format, unsafe)
    again = mended(done.source, format, unsafe)
    assert again.source == done.source
    assert again.fixed == ()
    for tag in ("<b>", "</b>"):
        assert done.source.count(tag) <= source.count(tag)
