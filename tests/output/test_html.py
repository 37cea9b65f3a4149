from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from healthlint.finding import Fix, Result
from healthlint.output import Look, renderer
from tests.browser import axe_violations, chromium  # noqa: F401
from tests.output import LOOK, RESULTS, finding

SOURCE = """---
title: Safe ketamine
---

# Ketamine

Mark, 42, had tried everything. He is **well
now** & <b>happy</b>.

He works again.

#### Is it safe?

- Absolutely safe ![a safe picture](x.png)
  - no side effects
- PTSD sufferers[^1] use `it`

| | Ketamine | Pills |
| --- | --- | --- |
| Starts | within hours | never |

> “It saved me”

<!-- hidden claim -->

[^1]: Not cited &lt;/script&gt;&lt;script&gt;document.title = "broken"&lt;/script&gt;.
"""
STORY = "Mark, 42, had tried everything. He is **well\nnow** & <b>happy</b>.\n\nHe works again."
FINDINGS = (
    finding(SOURCE, "Safe", suggestions=("Name the “risks” <here>.", "Or this."),
            authority=("ftc", "unknown")),
    finding(SOURCE, STORY, rule="ANE001", name="patient-story", category="anecdote",
            severity="warning", suggestions=("Leave the story out.",)),
    finding(SOURCE, "well\nnow", rule="OUT001", name="cure", category="outcome"),
    finding(SOURCE, "now** & <b>happy</b>.\n\nHe", rule="OUT001", name="cure", category="outcome"),
    finding(SOURCE, "Absolutely safe", suggestions=("Ask.",), authority=("ftc",)),
    finding(SOURCE, "safe picture", severity="info"),
    finding(SOURCE, "PTSD sufferers", rule="STI001", name="sufferers", category="stigma",
            severity="info", fix=Fix("people with PTSD", True)),
    finding(SOURCE, "within hours", rule="OUT002", name="speed", category="outcome"),
    finding(SOURCE, "saved me", rule="ANE001", name="patient-story", category="anecdote",
            severity="warning"),
    finding(SOURCE, "hidden claim", rule="OUT001", name="cure", category="outcome"),
)  # fmt: skip
ALL = (Result("k/draft.md", FINDINGS, source=SOURCE), *RESULTS)
COUNT = len(FINDINGS) + 3


def page_of(results: tuple[Result, ...] = ALL, look: Look = LOOK) -> str:
    return "".join(renderer("html")(results, look))


def test_every_finding_has_a_mark_and_a_card() -> None:
    page = page_of()
    ids = [f"f{n}" for n in range(1, COUNT + 1)]
    for pattern in (r'id="card-(\w+)"', r'href="#card-(\w+)"', r'id="m-(\w+)"', r'href="#m-(\w+)"'):
        assert sorted(re.findall(pattern, page)) == sorted(ids), pattern
    assert set(re.findall(r'<mark class="\w+" data-finding="(\w+)"', page)) == set(ids)
    assert len(re.findall(r'<mark class="warning" data-finding="f2"', page)) > 1


def test_nothing_of_the_draft_is_markup() -> None:
    page = page_of()
    assert page.count("<script") == 1 and page.count("</script") == 1
    assert "&lt;/script&gt;&lt;script&gt;document.title" in page
    assert "Name the “risks” &lt;here&gt;." in page
    evil = '"><img src=x onerror=alert(1)>'
    one = FINDINGS[0]._replace(message=evil, name=evil, rule=evil, category=evil, authority=(evil,))
    page = page_of((Result(f"{evil}.md", (one,), source=SOURCE), Result(evil, error=evil)), Look())
    assert "<img" not in page


def test_it_asks_for_nothing_from_outside() -> None:
    page = page_of()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy and policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<(link|img|iframe|object|script [^>]*src)|@import|url\(|\sstyle=", page)
    assert re.findall(r'href="(http[^"]*)"', page) == ["https://example.org/ftc?a=1&amp;b=2"] * 3


def test_authorities_suggestions_and_reasons() -> None:
    card = page_of().split('id="card-f1"')[1].split("</article>")[0]
    text = " ".join(re.sub("<[^>]*>", " ", card.split(">", 1)[1]).split())
    assert text == (
        "▲ 1 error: absolute safety SAF001 · safety · line 2, column 8 · show in the text "
        "(finding 1) “Safe” says too much. Write instead Name the “risks” &lt;here&gt;. Or this. "
        "Why It misleads. Authority Health &amp; Products (FTC, 2022): Claims need evidence. "
        "unknown"
    )


def test_the_head() -> None:
    head = page_of().split("<header>")[1].split("</header>")[0]
    rows = [
        re.sub(r"<[^>]*>", " ", row).split()
        for row in re.findall(r"<tr>(.*?)</tr>", head, re.DOTALL)
    ]
    assert rows == [
        ["Category", "▲", "error", "◆", "warning", "●", "info", "all"],
        ["safety", "3", "1", "1", "5"],
        ["outcome", "4", "0", "0", "4"],
        ["anecdote", "0", "2", "0", "2"],
        ["stigma", "0", "0", "2", "2"],
        ["Draft", "▲", "error", "◆", "warning", "●", "info", "all"],
        ["k/draft.md", "6", "2", "2", "10"],
        ["k/a", "b,c.md", "1", "1", "1", "3"],
        ["clean.md", "0", "0", "0", "0"],
    ]
    assert "Not checked: <code>bad\ufffd:x.md</code>: it is binary: &lt;leave&gt; it out" in head
    assert (
        "3 drafts checked by the rules for the United States: 7 errors, 3 warnings, 3 info; "
        "1 finding suppressed." in head
    )


def test_a_report_without_findings() -> None:
    for results in ((), (Result("a.md"),), (Result("a.md", error="no"),)):
        page = page_of(results)
        assert "no findings" in page
        assert "<form" not in page


def test_the_format_the_draft_was_checked_as() -> None:
    source = "It is **all** safe"
    result = Result("a.md", (finding(source, "safe"),), source=source)
    assert "It is all <mark" in page_of((result,))
    assert "It is **all** <mark" in page_of((result,), Look(formats={"a.md": "text"}))


# -- in a browser --------------------------------------------------------------------------------


class Page:
    """The report, opened, with what the browser complained about."""

    def __init__(self, browser: Any, url: str, **context: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **context)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url)

    def marked(self) -> set[str]:
        """Ids of the findings that are highlighted in view."""
        return set(
            self.page.evaluate(
                "() => [...document.querySelectorAll('mark[data-finding]:not(.off)')]"
                ".filter((m) => m.checkVisibility()).map((m) => m.dataset.finding)"
            )
        )

    def cards(self) -> int:
        """How many cards are in view."""
        return int(self.page.locator(".card:visible").count())


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Any]:  # noqa: F811
    file = tmp_path / "report.html"
    file.write_text(page_of(), "utf-8", errors="replace")
    pages: list[Page] = []

    def open_it(**context: Any) -> Page:
        pages.append(Page(chromium, file.as_uri(), **context))
        return pages[-1]

    yield open_it
    for page in pages:
        page.context.close()


def test_highlights_are_the_findings(opened: Any) -> None:
    page = opened()
    assert page.marked() == {f"f{n}" for n in range(1, COUNT + 1)}
    assert page.cards() == COUNT
    assert page.page.inner_text("#status") == f"Showing {COUNT} of {COUNT} findings."
    assert page.page.title() == "healthlint report"
    assert page.complaints == []
    assert len(page.requests) == 1


@pytest.mark.parametrize(
    ("boxes", "left"),
    [
        (["severity=error"], {2, 6, 7, 9, 12, 13}),
        (["severity=warning", "severity=info"], {1, 3, 4, 5, 8, 10, 11}),
        (["category=outcome", "category=safety"], {2, 7, 9, 12}),
        (["rule=SAF001"], {2, 3, 4, 7, 8, 9, 10, 12}),
        (["file=d1"], {11, 12, 13}),
        (["file=d2", "severity=error"], {2, 6, 7, 9}),
        (["severity=error", "severity=warning", "severity=info"], set()),
    ],
)
def test_filters(opened: Any, boxes: list[str], left: set[int]) -> None:
    page = opened()
    for box in boxes:
        name, value = box.split("=")
        page.page.uncheck(f"input[name={name}][value={value}]")
    assert page.marked() == {f"f{n}" for n in left}
    assert page.cards() == len(left)
    assert page.page.inner_text("#status") == f"Showing {len(left)} of {COUNT} findings."
    page.page.click("button[type=reset]")
    page.page.wait_for_function("document.querySelectorAll('mark.off').length === 0")
    assert page.cards() == COUNT
    assert page.complaints == []


def test_a_suggestion_can_be_copied(opened: Any) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.page.click("#card-f7 .copy")
    page.page.wait_for_function("document.querySelector('#card-f7 .copy').textContent === 'Copied'")
    assert page.page.evaluate("navigator.clipboard.readText()") == "people with PTSD"
    assert page.complaints == []


def test_the_keyboard_goes_from_mark_to_card_and_back(opened: Any) -> None:
    page = opened()
    page.page.focus("#m-f3 > .badge")
    page.page.keyboard.press("Enter")
    assert page.page.evaluate("document.querySelector(':target').id") == "card-f3"
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.getAttribute('href')") == "#m-f3"
    page.page.keyboard.press("Enter")
    assert page.page.evaluate("document.querySelector(':target').id") == "m-f3"


def test_without_scripts_only_the_filters_are_missing(opened: Any) -> None:
    page = opened(java_script_enabled=False)
    assert page.page.locator("#filters").is_hidden()
    assert page.cards() == COUNT
    assert page.page.locator("mark:visible[id]").count() == COUNT


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_wrong(opened: Any, scheme: str, width: int) -> None:
    page = opened(color_scheme=scheme)
    page.page.set_viewport_size({"width": width, "height": 900})
    assert axe_violations(page.page) == []
    page.page.uncheck("input[name=severity][value=warning]")
    assert axe_violations(page.page) == []
    wide = page.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


def test_axe_would_find_something(opened: Any) -> None:
    page = opened()
    page.page.evaluate("() => document.querySelector('main').append(new Image())")
    assert any("image-alt" in one for one in axe_violations(page.page))


def test_print(opened: Any) -> None:
    page = opened(color_scheme="dark")
    page.page.emulate_media(media="print")
    assert page.page.locator("#filters").is_hidden()
    assert page.page.locator(".copy:visible").count() == 0
    assert page.cards() == COUNT
    back = "() => getComputedStyle(document.body).backgroundColor"
    assert page.page.evaluate(back) == "rgb(255, 255, 255)"
    high = page.page.evaluate(
        "() => [...document.querySelectorAll('.list')]"
        ".every((list) => list.scrollHeight <= list.clientHeight)"
    )
    assert high
    assert page.page.pdf().startswith(b"%PDF")
