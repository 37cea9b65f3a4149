from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthlint.decisions import Decisions
from healthlint.decisions.policy import Policy
from healthlint.decisions.waivers import Waiver, Waivers, add_waiver, read_waivers
from healthlint.errors import ConfigError
from tests.decisions import TODAY, codes, lint, taken

ONE = "It is utterly harmless."
ROLES = (("compliance", ("error", "warning")), ("editor", ("warning", "info")))


def waiver(text: str = ONE, **more: object) -> Waiver:
    [finding] = lint(text).findings
    facts = Waiver(
        finding.fingerprint, finding.rule, "draft.md", finding.text, "R. Roe", "compliance",
        "as on the label", date(2027, 4, 1), date(2027, 3, 1),
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]


def decisions(*items: Waiver, policy: Policy | None = None, gone: str = "") -> Decisions:
    chosen = policy or Policy()
    paths = frozenset([gone] if gone else [])
    return Decisions(waivers=Waivers(os.getcwd(), items, chosen, paths), today=TODAY)


@pytest.mark.parametrize(
    ("more", "left", "fault"),
    [
        ({}, [], None),
        ({"until": TODAY}, [], None),
        ({"until": date(2027, 3, 9)}, ["1 TST001"], "ended on 2027-03-09"),
        ({"created": date(2027, 3, 11)}, ["1 TST001"], "begins only on 2027-03-11"),
        ({"created": date(2026, 4, 1)}, [], None),
        ({"created": date(2026, 3, 31)}, ["1 TST001"],
         "runs longer than the 365 days that are allowed"),
        ({"role": "editor"}, ["1 TST001"], "is not theirs to give: the role `editor` may waive "
         "warning and info, not error"),
        ({"role": ""}, ["1 TST001"],
         "is not theirs to give: there is no role ``; there are: compliance, editor"),
        ({"path": "other.md"}, ["1 TST001"], None),
        ({"rule": "TST002"}, ["1 TST001"], None),
        ({"fingerprint": "0" * 16}, ["1 TST001"], None),
    ],
)  # fmt: skip
def test_what_is_waived(more: dict[str, object], left: list[str], fault: str | None) -> None:
    result = lint(ONE, decisions(waiver(**more), policy=Policy(roles=ROLES)))
    assert codes(result) == left
    said = f"line 1, TST001: the waiver by R. Roe does not hold: it {fault}"
    assert result.notices == ((said,) if fault else ())


def test_who_waived_and_why_is_kept() -> None:
    [one] = lint(ONE, decisions(waiver())).decided
    assert (one.by, one.reason, one.who, one.role, one.until) == (
        "waiver", "as on the label", "R. Roe", "compliance", "2027-04-01",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Something new.\n\n{ONE}", []),
        (f"{ONE} Something new.", []),
        ("It  is\nUTTERLY **harmless**.", []),
        ("It is utterly harmless, we think.", ["1 TST001"]),
        (f"{ONE}\n\n{ONE}", ["3 TST001"]),
    ],
)
def test_a_waiver_dies_when_its_sentence_changes(text: str, left: list[str]) -> None:
    assert codes(lint(text, decisions(waiver()))) == left


def test_a_waiver_follows_a_draft_that_was_renamed() -> None:
    moved = decisions(waiver(path="old.md"), gone="old.md")
    assert codes(lint(ONE, moved)) == []
    assert codes(lint(ONE, decisions(waiver(path="old.md")))) == ["1 TST001"]


def test_a_waiver_is_of_one_rule() -> None:
    both = "It is utterly harmless and zero bother."
    result = lint(both, decisions(waiver(both)))
    assert (codes(result), taken(result)) == (["1 TST002"], ["1 TST001 waiver"])


def test_one_of_several_waivers_is_enough() -> None:
    old = waiver(until=date(2027, 3, 1), by="O. Old")
    result = lint(ONE, decisions(old, waiver()))
    assert (codes(result), result.notices) == ([], ())


# -- the register ----------------------------------------------------------------------------------

HEAD = (
    "# Findings that may stand, and who decided so. Write to it with: healthlint waive\n"
    "version: 1\nwaivers:\n"
)
ENTRY = """\
  - fingerprint: "{0}"
    rule: "TST001"
    path: "draft.md"
    text: "utterly harmless"
    by: "R. Roe"
    role: "compliance"
    reason: "as on the label"
    until: 2027-04-01
    created: 2027-03-01
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, f"{HEAD}{{0}}"),
        (HEAD, f"{HEAD}{{0}}"),
        ("version: 1\n", "version: 1\nwaivers:\n{0}"),
        ("version: 1", "version: 1\nwaivers:\n{0}"),
        ("version: 1\nwaivers: []", "version: 1\nwaivers:\n{0}"),
        ("version: 1\nwaivers: []  # none\n", "version: 1\nwaivers:  # none\n{0}"),
        ("version: 1\nwaivers: # none yet\n# end\n", "version: 1\nwaivers: # none yet\n{0}# end\n"),
        ("version: 1\nwaivers:\n{0}", "version: 1\nwaivers:\n{0}{0}"),
        ("version: 1\nwaivers:\n{0}# last\n", "version: 1\nwaivers:\n{0}{0}# last\n"),
        ("waivers:\n# first\n{0}\n\nversion: 1  # v\n",
         "waivers:\n# first\n{0}{0}\n\nversion: 1  # v\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_add_waiver(
    tmp_path: Path, before: str | None, after: str, newline: str
) -> None:
    path = tmp_path / "w.yaml"
    entry = ENTRY.format(waiver().fingerprint)
    if before is not None:
        path.write_bytes(before.replace("{0}", entry).replace("\n", newline).encode())
    add_waiver(path, waiver())
    wanted = after.replace("{0}", entry)
    if before is not None and "\n" in before:
        wanted = wanted.replace("\n", newline)
    assert path.read_bytes().decode() == wanted
    assert replace(read_waivers(path).items[-1], place="") == waiver()
    assert os.listdir(tmp_path) == ["w.yaml"]


def test_add_waiver_behind_a_block_of_text(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    flush = "".join(line[2:] for line in ENTRY.format("a" * 16).splitlines(keepends=True))
    moved = flush.replace('  reason: "as on the label"\n', "")
    moved += "  reason: |\n    on\n\n    label\n"
    path.write_text(f"version: 1\nwaivers:\n{moved}")
    path.chmod(0o640)
    add_waiver(path, waiver())
    added = "".join(
        line[2:] for line in ENTRY.format(waiver().fingerprint).splitlines(keepends=True)
    )
    assert path.read_text() == f"version: 1\nwaivers:\n{moved}{added}"
    assert path.stat().st_mode & 0o777 == 0o640


def test_add_waiver_writes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("w.yaml")
    add_waiver(tmp_path / "link.yaml", waiver())
    assert (tmp_path / "link.yaml").is_symlink()
    assert len(read_waivers(tmp_path / "w.yaml").items) == 1


def test_a_register_that_cannot_be_added_to_stays(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    one = "{fingerprint: a, rule: b, path: c, text: d, by: e, reason: f, until: 2027-01-01, "
    text = f"version: 1\nwaivers: [{one}created: 2027-01-01}}]\n"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"w.yaml:2: write the waivers as a list with one `- `"):
        add_waiver(path, waiver())
    assert path.read_text() == text


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_any_words_come_back(reason: str, role: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.yaml"
        said = "x" + reason.encode("utf-8", "replace").decode()
        one = waiver(reason=said, role=role.encode("utf-8", "replace").decode())
        add_waiver(path, one)
        add_waiver(path, waiver())
        first, second = read_waivers(path).items
        assert (first.reason, first.role) == (" ".join(said.split()), " ".join(one.role.split()))
        assert replace(second, place="") == waiver()


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("version: 1", "version: 9", ":1:10: this file is of version 9, but this healthlint reads "
         "version 1; update healthlint"),
        ('    by: "R. Roe"\n', "", ":3:5: a waiver without `by`; it needs: fingerprint, rule, "
         "path, text, by, reason, until, created"),
        ('reason: "as on the label"', 'reason: ""', ":9:13: `reason` is empty"),
        ('reason: "as on the label"', "reason: 5",
         ":9:13: put `reason` in quotes, so that it is read as text"),
        ('"0123012301230123"', "0123012301230123",
         ":3:18: put `fingerprint` in quotes, so that it is read as text"),
        ("2027-04-01", "1 April", ":10:12: `until` is a date such as 2027-01-31, not `1 April`"),
        ("    by:", "    By:", ":7:5: a waiver has no `By`"),
        ("    by:", "    rule:", ":7:5: `rule` stands twice in the same place"),
        ("    by:", "   by:", ":7:4: not valid YAML: did not find expected '-' indicator"),
        ("    by:", "=======\n    by:", None),
        ("    by:", "<<<<<<< HEAD\n    by:", ":7:1: two people changed this file at once and a "
         "merge conflict is left; keep what both wrote and delete the lines with <<<<<<<, ======= "
         "and >>>>>>>"),
        ("waivers:", "waivers: no\nx:", ":3:1: a file of waivers has no `x`"),
    ],
)  # fmt: skip
def test_wrong_registers(tmp_path: Path, old: str, new: str, wrong: str | None) -> None:
    path = tmp_path / "w.yaml"
    text = "version: 1\nwaivers:\n" + ENTRY.format("0123012301230123")
    path.write_text(text.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_waivers(path)
    if wrong is not None:
        assert str(caught.value) == f"{path}{wrong}"
    before = path.read_text()
    with pytest.raises(ConfigError):
        add_waiver(path, waiver())
    assert path.read_text() == before


def test_somebody_else_writing_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from healthlint.decisions import register

    path = tmp_path / "w.yaml"
    add_waiver(path, waiver())
    real, once = register._written_beside, [waiver(by="Somebody Else")]

    def slow(target: Path, data: bytes) -> str:
        if once:
            add_waiver(path, once.pop())
        return real(target, data)

    monkeypatch.setattr(register, "_written_beside", slow)
    add_waiver(path, waiver(by="Me"))
    assert [one.by for one in read_waivers(path).items] == ["R. Roe", "Somebody Else", "Me"]
