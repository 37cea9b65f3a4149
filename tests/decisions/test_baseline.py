from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint import __version__
from healthlint.decisions import Decisions
from healthlint.decisions.baseline import Baseline, Known, read_baseline, write_baseline
from healthlint.errors import ConfigError
from healthlint.finding import Result
from healthlint.settings import Settings
from tests.decisions import PACK, TODAY, codes, lint, taken

ONE = "It is utterly harmless."
HYPE = "A wondrous balm."
GONE = "of the baseline no longer here; update it with --write-baseline"


def baseline(text: str, path: str = "draft.md", gone: str = "") -> Baseline:
    known = tuple(sorted(Known(f.fingerprint, f.rule, f.text) for f in lint(text).findings))
    return Baseline(os.getcwd(), {path: known}, frozenset([gone] if gone else []))


def under(known: Baseline) -> Decisions:
    return Decisions(baseline=known, today=TODAY)


@pytest.mark.parametrize(
    ("text", "left", "notices"),
    [
        (f"{ONE} {HYPE}", [], ()),
        (f"New words first.\n\n{HYPE}\n\nOther words.\n\n{ONE}\n", [], ()),
        (f"{ONE} {HYPE} {ONE}", ["1 TST001"], ()),
        (f"{ONE} {HYPE} It is now utterly harmless.", ["1 TST001"], ()),
        (ONE, [], (f"1 finding {GONE}",)),
        ("It is utterly harmless!", ["1 TST001"], (f"2 findings {GONE}",)),
    ],
)
def test_what_is_known(text: str, left: list[str], notices: tuple[str, ...]) -> None:
    result = lint(text, under(baseline(f"{ONE} {HYPE}")))
    assert (codes(result), result.notices) == (left, notices)
    assert {one.by for one in result.decided} <= {"baseline"}


def test_known_findings_of_rules_that_did_not_run_are_not_called_gone() -> None:
    some = Settings(select=("TST001",), packs=(PACK,))
    result = lint(ONE, under(baseline(f"{ONE} {HYPE}")), settings=some)
    assert (codes(result), result.notices) == ([], ())


def test_a_renamed_draft_is_known_and_a_copy_is_not() -> None:
    assert codes(lint(ONE, under(baseline(ONE, "old.md", gone="old.md")))) == []
    assert codes(lint(ONE, under(baseline(ONE, "old.md")))) == ["1 TST001"]


def test_what_a_known_finding_told_of_stays_known() -> None:
    both = "It is utterly harmless and zero bother."
    result = lint(both, under(baseline(both)))
    assert (codes(result), taken(result)) == ([], ["1 TST001 baseline"])


@settings(deadline=None, max_examples=40)
@given(
    st.permutations([ONE, HYPE, "It is zero bother.", ONE]),
    st.lists(st.sampled_from(["", "Plain words.", "# A heading", "- an item"]), max_size=6),
)
def test_moved_lines_keep_their_fingerprints(order: list[str], between: list[str]) -> None:
    """Whatever stands between them, and in whatever order: all are known and none is gone."""
    known = baseline("\n\n".join([ONE, HYPE, "It is zero bother.", ONE]))
    parts = [part for pair in zip(order, [*between, *[""] * 4], strict=False) for part in pair]
    result = lint("\n\n".join(parts), under(known))
    assert (codes(result), len(result.decided), result.notices) == ([], 4, ())


# -- the file --------------------------------------------------------------------------------------


def test_write_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "b" / "baseline.json"
    path.parent.mkdir()
    results = [lint(f"{ONE} {HYPE}", path="z.md"), lint(HYPE, path="b/é.md"), lint("", path="c.md")]
    written = write_baseline(path, results)
    one, hype = (finding.fingerprint for finding in results[0].findings)
    first, second = sorted(
        [(one, "TST001", "utterly harmless"), (hype, "TST003", "wondrous balm")]
    )
    assert path.read_text("utf-8") == (
        f'{{"version": 1, "tool": "{__version__}",\n'
        ' "drafts": {\n'
        '  "../z.md": [\n'
        f'   {{"fingerprint": "{first[0]}", "rule": "{first[1]}", "text": "{first[2]}"}},\n'
        f'   {{"fingerprint": "{second[0]}", "rule": "{second[1]}", "text": "{second[2]}"}}],\n'
        '  "é.md": [\n'
        f'   {{"fingerprint": "{hype}", "rule": "TST003", "text": "wondrous balm"}}]}}}}\n'
    )
    json.loads(path.read_text("utf-8"))
    assert read_baseline(path).drafts == written.drafts
    assert [codes(written.known(result)) for result in results] == [[], [], []]


def test_writing_again_keeps_what_was_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(ONE)
    write_baseline(path, [lint(ONE, path=str(tmp_path / n)) for n in ("a.md", "b.md", "c.md")])
    (tmp_path / "b.md").unlink()
    known = read_baseline(path)
    assert (sorted(known.drafts), known.gone) == (["a.md", "b.md", "c.md"], {"b.md"})
    failed = Result(str(tmp_path / "c.md"), error="cannot be read")
    write_baseline(path, [lint("", path=str(tmp_path / "a.md")), failed])
    assert sorted(read_baseline(path).drafts) == ["c.md"]


def test_an_empty_baseline(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, [])
    assert path.read_text() == f'{{"version": 1, "tool": "{__version__}",\n "drafts": {{}}}}\n'
    assert read_baseline(path).drafts == {}


GOOD = '{"version": 1, "drafts": {\n "a.md": [{"fingerprint": "f", "rule": "r", "text": "t"}]}}'


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("1,", "2,", ": this file is of version 2, but this healthlint reads version 1; update "
         "healthlint"),
        ("1,", "true,", ": `version` is a number, 1 for this healthlint"),
        ('"version": 1, ', "", ": not a baseline: it has no `version`"),
        ("drafts", "draft", ": not a baseline: it has no `drafts`"),
        (GOOD, "[]", ": not a baseline: it has no `version`"),
        (GOOD, "", ":1:1: not valid JSON: Expecting value; mend it, or write the baseline again "
         "with --write-baseline"),
        ("}]", "}}", ":2:57: not valid JSON: Expecting ',' delimiter; mend it, or write the "
         "baseline again with --write-baseline"),
        ('"rule": "r", ', "", ": entry 1 of `a.md` is not a finding with fingerprint, rule and "
         "text; write the baseline again with --write-baseline"),
        ('"f"', "7", ": entry 1 of `a.md` is not a finding with fingerprint, rule and text; write "
         "the baseline again with --write-baseline"),
        (' "a.md"', ' "a.md": [],\n "a.md"', ": not a baseline: `a.md` stands twice in the same "
         "place; keep what both have in one"),
        (' "a.md"', '<<<<<<< HEAD\n "a.md"', ":2:1: two people changed this file at once and a "
         "merge conflict is left; keep what both wrote and delete the lines with <<<<<<<, ======= "
         "and >>>>>>>"),
    ],
)  # fmt: skip
def test_wrong_baselines(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    path = tmp_path / "baseline.json"
    text = GOOD.replace(old, new)
    path.write_text(text)
    for broken in (lambda: read_baseline(path), lambda: write_baseline(path, [])):
        with pytest.raises(ConfigError) as caught:
            broken()
        assert path.read_text() == text
        said = re.sub(r"^(?:.*?)(?=:\d+:\d+:|: )", "", str(caught.value))
        assert said == wrong


def test_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such baseline; write it with --write-b"):
        read_baseline(tmp_path / "baseline.json")
