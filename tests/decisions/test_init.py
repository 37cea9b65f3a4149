from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from healthlint import decisions as module
from healthlint.decisions import Decisions, apply
from healthlint.decisions.baseline import Baseline, Known
from healthlint.decisions.changed import Changed
from healthlint.decisions.claims import Claim, Claims, Evidence
from healthlint.decisions.waivers import Waiver, Waivers
from healthlint.finding import DECIDERS, Result
from tests.decisions import TODAY, codes, lint, taken

TEXT = "It is utterly harmless."
[FOUND] = lint(TEXT).findings
SUPPRESSED = f"{TEXT} <!-- healthlint-disable-line TST001 -- r -->"
CLAIMS = Claims((Claim(TEXT, (Evidence("x"),), "R", date(2027, 1, 1), date(2028, 1, 1)),))
WAIVERS = Waivers(
    os.getcwd(),
    (
        Waiver(
            FOUND.fingerprint, "TST001", "draft.md", FOUND.text, "R", "", "r",
            date(2027, 4, 1), date(2027, 3, 1),
        ),
    ),
)  # fmt: skip
BASELINE = Baseline(os.getcwd(), {"draft.md": (Known(FOUND.fingerprint, "TST001", "x"),)})
CHANGED = Changed("main", {os.path.realpath("draft.md"): ()})
ALL = Decisions(CLAIMS, WAIVERS, BASELINE, CHANGED, today=TODAY)


@pytest.mark.parametrize(
    ("text", "given", "by"),
    [
        (SUPPRESSED, ALL, "suppression"),
        (TEXT, ALL, "claim"),
        (TEXT, replace(ALL, claims=None), "waiver"),
        (TEXT, replace(ALL, claims=None, waivers=None), "baseline"),
        (TEXT, replace(ALL, claims=None, waivers=None, baseline=None), "unchanged"),
    ],
)
def test_the_order_is_fixed(text: str, given: Decisions, by: str) -> None:
    result = lint(text, given)
    assert (codes(result), taken(result), result.suppressed) == ([], [f"1 TST001 {by}"], 1)
    assert by in DECIDERS


def test_our_own_findings_are_waived_known_and_unchanged_like_others() -> None:
    text = "Nothing. <!-- healthlint-disable-line TST001 -- r -->"
    [own] = lint(text).findings
    known = Baseline(os.getcwd(), {"draft.md": (Known(own.fingerprint, "SUP002", own.text),)})
    assert taken(lint(text, Decisions(baseline=known))) == ["1 SUP002 baseline"]
    assert taken(lint(text, Decisions(changed=CHANGED))) == ["1 SUP002 unchanged"]


def test_findings_stay_in_order_of_place() -> None:
    text = f"{TEXT}\n\n<!-- healthlint-disable-line TST01 -- r -->\n\nA wondrous balm.\n"
    assert codes(lint(text)) == ["1 TST001", "3 SUP001", "5 TST003"]


def test_nothing_to_decide_changes_nothing() -> None:
    result = Result("a.md", (FOUND,), source=TEXT)
    from healthlint.document import Comment, Document

    document = Document(TEXT, "markdown", (), (Comment("a comment", 0, 1),))
    assert apply(result, document, None, None) is result  # type: ignore[arg-type]


def test_a_draft_that_could_not_be_read_stays_so() -> None:
    result = Result("a.md", error="cannot be read")
    assert apply(result, None, None, None, ALL) is result  # type: ignore[arg-type]


def test_today_is_the_day_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.utc_today() in (
        datetime.now(timezone.utc).date(), datetime.now(timezone.utc).date(),
    )  # fmt: skip
    monkeypatch.setattr(module, "utc_today", lambda: date(2027, 4, 2))
    assert codes(lint(TEXT, Decisions(waivers=WAIVERS))) == ["1 TST001"]
    monkeypatch.setattr(module, "utc_today", lambda: date(2027, 4, 1))
    assert codes(lint(TEXT, Decisions(waivers=WAIVERS))) == []
