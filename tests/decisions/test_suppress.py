from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.decisions import Decisions
from healthlint.decisions.suppress import Edit, removals
from healthlint.settings import Settings
from tests.decisions import PACK, SETTINGS, TODAY, codes, lint, taken

ONE = "It is utterly harmless."
TWO = "It is zero bother."
HYPE = "A wondrous balm."


# -- what each directive reaches, in each format ---------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "left"),
    [
        # the next block
        ("a.md", "<!-- healthlint-disable-next-block TST001 -- r -->\n\n{1}\n\n{1}\n",
         ["5 TST001"]),
        ("a.md", "<!-- healthlint-disable-next-block TST001 -- r -->\n{1}\n{1}\n\n{1}\n",
         ["5 TST001"]),
        ("a.md", "<!-- healthlint-disable-next-block TST001 -- r --> {1}\n\n{1}\n", ["3 TST001"]),
        ("a.md", "{1}\n\n<!-- healthlint-disable-next-block TST001 -- r -->\n\n# {1}\n\n{1}\n",
         ["1 TST001", "7 TST001"]),
        ("a.md", "- <!-- healthlint-disable-next-block TST001 -- r -->{1}\n- {1}\n", ["2 TST001"]),
        ("a.md", "<!-- healthlint-disable-next-block TST001 -- r -->\n\n- {1}\n- {1}\n",
         ["4 TST001"]),
        ("a.md", "> <!-- healthlint-disable-next-block TST001 -- r -->\n>\n> {1}\n>\n> {1}\n",
         ["5 TST001"]),
        ("a.md", "<!-- healthlint-disable-next-block TST001 -- r -->\n\n"
         "| a | {1} |\n|---|---|\n| {1} | b |\n\n{1}\n", ["7 TST001"]),
        ("a.md", "| a | b |\n|---|---|\n| <!-- healthlint-disable-next-block TST001 -- r --> {1} "
         "| {1} |\n| {1} | b |\n", ["3 TST001", "4 TST001"]),
        ("a.md", "<!-- healthlint-disable-next-block TST001 -- r -->\n\n"
         "![{1}](a.png) {1}\n\n![{1}](b.png)\n", ["5 TST001"]),
        ("a.html", "<p>{1}</p><!-- healthlint-disable-next-block TST001 -- r --><p>{1}</p>\n"
         "<p>{1}</p>", ["1 TST001", "2 TST001"]),
        ("a.html", "<!-- healthlint-disable-next-block TST001 -- r -->\n<table>\n\n<tr><td>{1}</td>"
         "\n\n<td>{1}</td></tr></table>\n<table><tr><td>{1}</td></tr></table>", ["7 TST001"]),
        ("a.txt", "[healthlint-disable-next-block TST001 -- r]\n{1}\n\n{1}\n", ["4 TST001"]),
        ("a.txt", "{1}\n[healthlint-disable-next-block TST001 -- r]\n\n{1}\n", ["1 TST001"]),
        # the line
        ("a.md", "{1} <!-- healthlint-disable-line TST001 -- r -->\n{1}\n", ["2 TST001"]),
        ("a.md", "It is utterly\nharmless. <!-- healthlint-disable-line TST001 -- r -->\n\n{1}\n",
         ["4 TST001"]),
        ("a.md", "It is utterly <!-- healthlint-disable-line TST001 -- r -->\nharmless.\n\n{1}\n",
         ["4 TST001"]),
        ("a.html", "<p>{1}</p><!-- healthlint-disable-line TST001 -- r -->\n<p>{1}</p>",
         ["2 TST001"]),
        ("a.txt", "{1} [healthlint-disable-line TST001 -- see [2]]\n\n{1}\n", ["3 TST001"]),
        # a range
        ("a.md", "{1}\n\n<!-- healthlint-disable TST001 -- r -->\n\n{1}\n\n"
         "<!-- healthlint-enable TST001 -->\n\n{1}\n", ["1 TST001", "9 TST001"]),
        ("a.md", "<!-- healthlint-disable TST001 -- r -->\n\n{1}\n\n{1}\n", []),
        ("a.md", "<!-- healthlint-disable TST001, TST003 -- r -->\n\n{1} {3}\n\n"
         "<!-- healthlint-enable TST003 -->\n\n{1} {3}\n", ["7 TST003"]),
        ("a.md", "<!-- healthlint-disable TST -- r -->\n\n{1} {3}\n\n"
         "<!-- healthlint-enable TST001 -->\n\n{1} {3}\n\n<!-- healthlint-enable -->\n\n{3}",
         ["7 TST001", "11 TST003"]),
        ("a.html", "<!-- healthlint-disable TST001 -- r --><p>{1}</p><!-- healthlint-enable -->\n"
         "<p>{1}</p>", ["2 TST001"]),
        ("a.txt", "[healthlint-disable TST001 -- r]\n{1}\n\n{1}\n[healthlint-enable]\n\n{1}\n",
         ["7 TST001"]),
        # the file
        ("a.md", "{1}\n\n<!-- healthlint-disable-file TST001 -- r -->\n\n{1} {3}\n", ["5 TST003"]),
        ("a.html", "<p>{1}</p><p>{3}</p><!-- healthlint-disable-file TST001 -- r -->",
         ["1 TST003"]),
        ("a.txt", "{1}\n\n{3}\n\n[healthlint-disable-file TST001 -- r]\n", ["3 TST003"]),
        # front matter
        ("a.md", "---\ntitle: {1}\nhealthlint-disable: TST001 -- r\n---\n{1}\n\n{3}\n",
         ["7 TST003"]),
        ("a.md", "---\nhealthlint-disable:\n  - TST001 -- r\n  - TST003 -- s\n---\n{1} {3}\n", []),
        ("a.md", "---\nhealthlint-disable: [TST001 -- r, TST003 -- s]\n---\n{1} {3}\n", []),
        ("a.md", "---\nhealthlint-disable:\n- rules: [TST001, TST003]\n  reason: r\n---\n{1} {3}\n",
         []),
        ("a.md", "---\nhealthlint-disable:\n  rules: TST001\n  reason: r\n---\n{1} {3}\n",
         ["6 TST003"]),
        ("a.md", "+++\nhealthlint-disable = \"TST001 -- r\"\n+++\n{1} {3}\n", ["4 TST003"]),
        ("a.md", "+++\nhealthlint-disable = [ # why\n 'TST001 -- r',\n \"TST003 -- s\", ]\n+++\n"
         "{1} {3}\n", []),
        ("a.html", "---\nhealthlint-disable: TST001 -- r\n---\n<p>{1}</p>", []),
        # names, categories and the beginnings of codes
        ("a.md", "<!-- healthlint-disable-file plainly-harmless -- r -->\n\n{1}\n", []),
        ("a.md", "<!-- healthlint-disable-file Safety -- r -->\n\n{1} {3}\n", ["3 TST003"]),
        ("a.md", "<!-- healthlint-disable-file tst -- r -->\n\n{1} {3}\n", []),
        # not a comment
        ("a.md", "`<!-- healthlint-disable-file TST001 -- r -->`\n\n{1}\n", ["3 TST001"]),
        ("a.md", "```\n<!-- healthlint-disable-file TST001 -- r -->\n```\n\n{1}\n", ["5 TST001"]),
        ("a.html", "<p title='<!-- healthlint-disable-file TST001 -- r -->'>{1}</p>", ["1 TST001"]),
    ],
)  # fmt: skip
def test_reach(path: str, text: str, left: list[str]) -> None:
    for number, sentence in ((1, ONE), (2, TWO), (3, HYPE)):
        text = text.replace(f"{{{number}}}", sentence)
    for newline in ("\n", "\r\n"):
        result = lint(text.replace("\n", newline), path=path)
        assert codes(result) == left
        assert result.suppressed == len(result.decided) > 0 or left == codes(lint(text, path=path))
        assert {one.by for one in result.decided} <= {"suppression"}


def test_what_is_suppressed_is_kept_with_its_reason() -> None:
    result = lint(f"<!-- healthlint-disable-file TST001 -- label, section 6 -->\n\n{ONE}\n")
    [one] = result.decided
    assert (one.finding.rule, one.by, one.reason, one.who) == (
        "TST001", "suppression", "label, section 6", "",
    )  # fmt: skip


def test_a_finding_told_by_another_comes_up_when_that_is_suppressed() -> None:
    both = "It is utterly harmless and zero bother."
    assert codes(lint(both)) == ["1 TST001"]
    result = lint(f"{both} <!-- healthlint-disable-line TST001 -- r -->")
    assert (codes(result), taken(result)) == (["1 TST002"], ["1 TST001 suppression"])
    result = lint(f"{both} <!-- healthlint-disable-line TST001, TST002 -- r -->")
    assert codes(result) == []
    assert taken(result) == ["1 TST001 suppression", "1 TST002 suppression"]


# -- what is wrong with suppressions ---------------------------------------------------------------


def problems(text: str, **more: object) -> list[tuple[str, str]]:
    result = lint(text, **more)  # type: ignore[arg-type]
    return [(one.rule, one.text) for one in result.findings if one.category == "housekeeping"]


LINE = "<!-- healthlint-disable-line {} -->"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{ONE} <!-- healthlint-disable-line TST001 -- r -->", []),
        (f"{ONE} <!-- healthlint-disable-line TST01, TST001 -- r -->", [("SUP001", "TST01")]),
        (f"{ONE} <!-- healthlint-disable-line SUP002, TST001 -- r -->", [("SUP001", "SUP002")]),
        (f"{ONE} <!-- healthlint-disable-line TST001 -->",
         [("SUP003", "<!-- healthlint-disable-line TST001 -->")]),
        (f"{ONE} <!-- healthlint-disable-line TST003 -- r -->",
         [("SUP002", "<!-- healthlint-disable-line TST003 -- r -->")]),
        (f"{ONE} <!-- healthlint-disable-line TST003, TST001 -- r -->",
         [("SUP002", "<!-- healthlint-disable-line TST003, TST001 -- r -->")]),
        (f"{ONE} <!-- healthlint-disable-line -- r -->",
         [("SUP004", "<!-- healthlint-disable-line -- r -->")]),
        (f"{ONE}\n\n<!-- healthlint-disable-next-block TST001 -- r -->",
         [("SUP002", "<!-- healthlint-disable-next-block TST001 -- r -->")]),
        (f"{ONE}\n\n<!-- healthlint-enable -->", [("SUP002", "<!-- healthlint-enable -->")]),
        (f"<!-- healthlint-disable TST001 -- r -->\n\n{ONE}\n\n<!-- healthlint-enable TST003 -->",
         [("SUP002", "<!-- healthlint-enable TST003 -->")]),
        ("---\nhealthlint-disable: 3 -- r\n---\ntext", [("SUP001", "3")]),
        ("---\nhealthlint-disable:\n- reason: r\n---\ntext", [("SUP004", "- reason: r")]),
        ("---\nhealthlint-disable:\n---\ntext", []),
        ("+++\nhealthlint-disable = 3\n+++\ntext", [("SUP004", "healthlint-disable = ")]),
    ],
)  # fmt: skip
def test_problems(text: str, found: list[tuple[str, str]]) -> None:
    assert problems(text) == found


@pytest.mark.parametrize("text", ["TST001", "-- r", "TST01 -- r"])
def test_a_suppression_that_does_not_count_suppresses_nothing(text: str) -> None:
    result = lint(f"{ONE} <!-- healthlint-disable-line {text} -->")
    assert "1 TST001" in codes(result)
    assert result.suppressed == 0


def test_a_reason_can_be_left_to_taste() -> None:
    free = Decisions(require_reason=False, today=TODAY)
    assert codes(lint(f"{ONE} <!-- healthlint-disable-line TST001 -->", free)) == []


def test_a_rule_that_does_not_run_does_not_make_its_suppression_unused() -> None:
    text = "Nothing. <!-- healthlint-disable-line TST003, safety -- r -->"
    only = Settings(select=("TST001", "SUP"), packs=(PACK,))
    assert problems(text, settings=only) == []
    assert [rule for rule, _ in problems(text)] == ["SUP002"]


def test_a_category_is_unused_only_when_all_its_rules_ran() -> None:
    text = f"{TWO} <!-- healthlint-disable-line plainly-harmless, TST -- r -->"
    some = Settings(select=("TST", "SUP"), ignore=("TST003",), packs=(PACK,))
    assert problems("Nothing. <!-- healthlint-disable-line TST -- r -->", settings=some) == []
    assert [rule for rule, _ in problems(text)] == ["SUP002"]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Settings(select=("TST",), packs=(PACK,)), []),
        (Settings(select=("TST", "SUP"), ignore=("unused-suppression",), packs=(PACK,)), []),
        (Settings(select=("TST", "housekeeping"), severities=(("SUP002", "error"),), packs=(PACK,)),
         [("SUP002", "error")]),
    ],
)  # fmt: skip
def test_housekeeping_is_configured_like_rules(
    chosen: Settings, found: list[tuple[str, str]]
) -> None:
    result = lint("Nothing. <!-- healthlint-disable-line TST001 -- r -->", settings=chosen)
    assert [(one.rule, one.severity) for one in result.findings] == found


# -- taking out what is unused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.md", "A.\n\n<!-- healthlint-disable-next-block TST001 -- r -->\n\nB.\n", "A.\n\nB.\n"),
        ("a.md", "A.\r\n<!-- healthlint-disable-next-block TST001 -- r -->\r\nB.\r\n",
         "A.\r\nB.\r\n"),
        ("a.md", "A. <!-- healthlint-disable-line TST001 -- r -->\nB.", "A.\nB."),
        ("a.md", "A. <!-- healthlint-disable-line TST001 -- r --> B.", "A. B."),
        ("a.md", f"{ONE} <!-- healthlint-disable-line TST003, TST001,TST002 -- r -->",
         f"{ONE} <!-- healthlint-disable-line TST001 -- r -->"),
        ("a.md", "---\na: 1\nhealthlint-disable:\n  - TST001 -- r\n  - TST003 -- s\nb: 2\n---\n"
         f"{HYPE}\n", f"---\na: 1\nhealthlint-disable:\n  - TST003 -- s\nb: 2\n---\n{HYPE}\n"),
        ("a.md", "---\nhealthlint-disable: [TST001 -- r, TST002 -- r, TST003 -- s]\n---\n"
         f"{HYPE}\n", f"---\nhealthlint-disable: [TST003 -- s]\n---\n{HYPE}\n"),
        ("a.md", "---\nhealthlint-disable: [TST003 -- s, TST001 -- r, TST002 -- r]\n---\n"
         f"{HYPE}\n", f"---\nhealthlint-disable: [TST003 -- s, ]\n---\n{HYPE}\n"),
        ("a.md", "---\nhealthlint-disable: TST001 -- r\ntitle: A\n---\nB.\n",
         "---\ntitle: A\n---\nB.\n"),
        ("a.md", f"+++\nhealthlint-disable = ['TST001 -- r', 'TST003 -- s']\n+++\n{HYPE}\n",
         f"+++\nhealthlint-disable = ['TST003 -- s']\n+++\n{HYPE}\n"),
        ("a.txt", "A.\n\n[healthlint-disable-next-block TST001 -- r]\nB.\n", "A.\n\nB.\n"),
        ("a.html", "<p>A</p>\n  <!-- healthlint-disable-next-block TST001 -- r -->\n<p>B</p>",
         "<p>A</p>\n<p>B</p>"),
    ],
)  # fmt: skip
def test_removals(path: str, before: str, after: str) -> None:
    result = lint(before, path=path)
    text = before
    for edit in reversed(removals(before, result.findings)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text == after
    assert removals(text, lint(text, path=path).findings) == ()


def test_removals_pass_over_other_findings() -> None:
    text = f"{ONE} <!-- healthlint-disable-line TST01 -- r -->"
    assert removals(text, lint(text).findings) == ()
    text = "A. <!-- healthlint-disable-line TST001 -- r -->"
    assert removals(text, lint(text).findings) == (Edit(2, len(text)),)


# -- whatever stands in a draft --------------------------------------------------------------------

WORDS = ("TST001", "TST002", "TST003", "safety", "wondrous", "TST", "nonsense")
PARTS = st.one_of(
    st.sampled_from([ONE, TWO, HYPE, "Plain words.", "It is utterly harmless and zero bother."]),
    st.builds(
        "<!-- healthlint-{} {} -- r -->".format,
        st.sampled_from(
            ["disable-next-block", "disable-line", "disable", "disable-file", "enable", "disabel"]
        ),
        st.lists(st.sampled_from(WORDS), max_size=2).map(", ".join),
    ),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(PARTS, st.sampled_from(["\n\n", "\n", " "])), max_size=8))
def test_no_finding_is_lost(parts: list[tuple[str, str]]) -> None:
    """What is suppressed and what is left is all there is, and only what is named is suppressed."""
    import re

    text = "".join(part + end for part, end in parts)
    named = {word for part, _ in parts for word in re.split(r"[^\w-]+", part)}
    by_rule = {
        "TST001": {"TST001", "safety", "TST"},
        "TST002": {"TST002", "safety", "TST"},
        "TST003": {"TST003", "wondrous", "TST"},
    }
    bare = lint(text.replace("healthlint-", "somebodies-"))
    every = {(f.rule, f.start.offset) for one in bare.findings for f in (one, *one.merged)}
    shown = {(f.rule, f.start.offset) for f in bare.findings}
    result = lint(text)
    left = [one for one in result.findings if one.category != "housekeeping"]
    out = {(one.finding.rule, one.finding.start.offset) for one in result.decided}
    assert all(by_rule[rule] & named for rule, _ in out)
    assert {(f.rule, f.start.offset) for f in left} | out <= every
    assert shown <= {(f.rule, f.start.offset) for f in left} | out


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="abc-, \n:[]{}'\"#\u2014\u00e9TST001", max_size=40))
def test_nothing_in_a_comment_raises(said: str) -> None:
    for text, path in (
        (f"<!-- healthlint-disable{said} -->\n\n{ONE}\n", "a.md"),
        (f"---\nhealthlint-disable: {said}\n---\n{ONE}\n", "a.md"),
        (f"+++\nhealthlint-disable = {said}\n+++\n{ONE}\n", "a.md"),
        (f"[healthlint-disable{said}]\n\n{ONE}\n", "a.txt"),
    ):
        result = lint(text, path=path, settings=SETTINGS)
        assert result.error is None
        for edit in removals(text, result.findings):
            assert 0 <= edit.start < edit.end <= len(text)
