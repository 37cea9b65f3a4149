from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from healthlint.decisions import Decisions
from healthlint.decisions.claims import Claim, Claims, Evidence, read_claims, words
from healthlint.errors import ConfigError
from healthlint.settings import Settings
from tests.decisions import PACK, TODAY, codes, lint, taken

TEXT = "Our gentle new balm is utterly harmless for adults with dry skin."


def claim(text: str = TEXT, **more: object) -> Claim:
    facts: dict[str, object] = {
        "evidence": (Evidence("Doe 2025"), Evidence("label, section 6")),
        "approved_by": "R. Roe",
        "approved_on": date(2027, 1, 1),
        "until": TODAY,
    }
    return Claim(text, **{**facts, **more})  # type: ignore[arg-type]


def decisions(*claims: Claim) -> Decisions:
    return Decisions(claims=Claims(claims), today=TODAY)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (TEXT, []),
        (TEXT.upper(), []),
        (TEXT.rstrip("."), []),
        (f"- {TEXT}", []),
        (TEXT.replace(" ", "\n", 3), []),
        (TEXT.replace("utterly", "**utterly**"), []),
        (f"Before it. {TEXT} After it.", []),
        (f"{TEXT} It is utterly harmless.", ["1 TST001"]),
        (TEXT.replace("adults", "children"), ["1 CLM001", "1 TST001"]),
        (f"{TEXT[:-1]} and sore skin.", ["1 CLM001", "1 TST001"]),
        (f"{TEXT[:-1]}?", ["1 CLM001", "1 TST001"]),
        ("It is utterly harmless.", ["1 TST001"]),
        (TEXT.replace("utterly harmless", "quite harmless"), ["1 CLM001"]),
        ("Our gentle new balm.", []),
    ],
)
def test_word_for_word_is_clear_and_near_is_shown(text: str, left: list[str]) -> None:
    assert codes(lint(text, decisions(claim()))) == left


def test_what_is_clear_is_kept_with_its_evidence() -> None:
    [one] = lint(TEXT, decisions(claim())).decided
    assert (one.finding.rule, one.by, one.reason, one.who, one.until) == (
        "TST001", "claim", "Doe 2025; label, section 6", "R. Roe", "2027-03-10",
    )  # fmt: skip


def test_a_near_claim_stands_beside_the_approved_wording() -> None:
    near = TEXT.replace("adults", "children")
    [one, _] = lint(f"A first sentence. {near}", decisions(claim())).findings
    assert (one.rule, one.severity, one.text, one.suggestions) == (
        "CLM001", "info", near, (TEXT,),
    )  # fmt: skip
    assert one.message == (
        "This is close to a claim that R. Roe approved until 2027-03-10, but not word for word: "
        f"“{TEXT}”"
    )


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({"until": date(2027, 3, 10)}, []),
        ({"until": date(2027, 3, 9)}, ["1 CLM002", "1 TST001"]),
        ({"approved_on": date(2027, 3, 11)}, ["1 CLM002", "1 TST001"]),
        ({"rules": (("TST001", ""),)}, []),
        ({"rules": (("safety", ""),)}, []),
        ({"rules": (("hype", ""),)}, ["1 TST001"]),
        ({"profiles": ("us", "uk")}, []),
        ({"profiles": ("uk",)}, ["1 TST001"]),
    ],
)
def test_when_and_for_what_a_claim_is_approved(more: dict[str, object], left: list[str]) -> None:
    assert codes(lint(TEXT, decisions(claim(**more)))) == left


def test_a_lapsed_approval_says_so_and_a_newer_one_stands_for_it() -> None:
    old = claim(until=date(2027, 3, 9), approved_by="O. Old")
    [one, _] = lint(TEXT, decisions(old)).findings
    assert one.message == (
        "The approval of this claim by O. Old ended on 2027-03-09. "
        "Have it approved again, or take it out."
    )
    result = lint(TEXT, decisions(old, claim()))
    assert (codes(result), taken(result)) == ([], ["1 TST001 claim"])


def test_a_claim_of_two_sentences_stands_as_two() -> None:
    two = claim("The balm is utterly harmless for most. It is not for people under eighteen.")
    assert codes(lint(two.text, decisions(two))) == []
    first = two.text.split(". ")[0] + "."
    assert codes(lint(f"{first} It is not for cats.", decisions(two))) == ["1 TST001"]
    assert codes(lint(f"{first}\n\nIt is not for people under eighteen.", decisions(two))) == [
        "1 TST001"
    ]


def test_a_claim_clears_its_rules_only_where_one_finding_tells_of_several() -> None:
    both = "The balm is utterly harmless and zero bother."
    assert codes(lint(both, decisions(claim(both)))) == []
    result = lint(both, decisions(claim(both, rules=(("TST001", ""),))))
    assert (codes(result), taken(result)) == (["1 TST002"], ["1 TST001 claim"])


def test_what_claims_raise_is_configured_and_suppressed_like_rules() -> None:
    near = TEXT.replace("adults", "children")
    some = Settings(select=("TST", "CLM"), severities=(("CLM001", "error"),), packs=(PACK,))
    [one, _] = lint(near, decisions(claim()), settings=some).findings
    assert one.severity == "error"
    off = Settings(select=("TST", "CLM"), ignore=("near-approved-claim",), packs=(PACK,))
    assert codes(lint(near, decisions(claim()), settings=off)) == ["1 TST001"]
    result = lint(f"{near} <!-- healthlint-disable-line CLM001 -- r -->", decisions(claim()))
    assert (codes(result), taken(result)) == (["1 TST001"], ["1 CLM001 suppression"])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("It’s “so”.", "it's \"so\"", True),
        ("A\u00a0b\n c", "a b c", True),
        ("2\u20133 weeks", "2-3 weeks", True),
        ("60% better", "60 better", False),
        ("1.5 mg", "15 mg", False),
        ("Is it so?", "Is it so", False),
        ("So\u2026", "So", False),
    ],
)
def test_words(one: str, other: str, same: bool) -> None:
    assert (words(one) == words(other)) is same


GOOD = """\
version: 1
claims:
  - text: The balm is utterly harmless.
    rules: [TST001, safety]
    profile: us
    evidence:
      - reference: Doe 2025
        link: https://example.org/doe
      - {reference: label}
    approved_by: R. Roe
    approved_on: 2027-01-01
    until: 2027-12-31
"""


def test_read_claims(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD)
    assert read_claims(path).items == (
        Claim(
            "The balm is utterly harmless.",
            (Evidence("Doe 2025", "https://example.org/doe"), Evidence("label")),
            "R. Roe",
            date(2027, 1, 1),
            date(2027, 12, 31),
            (("TST001", f"{path}:4:13"), ("safety", f"{path}:4:21")),
            ("us",),
            f"{path}:3:5",
        ),
    )
    path.write_text("version: 1\nclaims:\n")
    assert read_claims(path).items == ()


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("    until: 2027-12-31\n", "", ":3:5: a claim without `until`; it needs: text, evidence, "
         "approved_by, approved_on, until"),
        ("until: 2027-12-31", "until: soon",
         ":12:12: `until` is a date such as 2027-01-31, not `soon`"),
        ("until: 2027-12-31", "until: 2027-02-30",
         ":12:12: `until` is a date such as 2027-01-31, not `2027-02-30`"),
        ("approved_by", "approvedby", ":10:5: a claim has no `approvedby` (did you mean "
         "`approved_by`?)"),
        ("profile: us", "profile: fr",
         ":5:14: there is no profile `fr`; there are: us, uk, eu, au, ca"),
        ("version: 1", "version: 2", ":1:10: this file is of version 2, but this healthlint reads "
         "version 1; update healthlint"),
        ("version: 1", "version: one", ":1:10: `version` is a number, 1 for this healthlint"),
        ("version: 1\n", "", ":1:1: this file has no `version`; begin it: version: 1"),
        ("R. Roe", "[R. Roe]", ":10:18: `approved_by` must be text"),
        ("text: The balm is utterly harmless.", "text: ''", ":3:11: `text` is empty"),
        ("- {reference: label}", "- {link: label}",
         ":9:9: a piece of evidence without `reference`; it needs: reference"),
        ("claims:\n", "claims: 3\nx:\n", ":3:1: a file of claims has no `x`"),
        ("claims:\n", "<<<<<<< ours\nclaims:\n", ":2:1: two people changed this file at once and a "
         "merge conflict is left; keep what both wrote and delete the lines with <<<<<<<, ======= "
         "and >>>>>>>"),
        ("    until: 2027-12-31\n", "    until: 2027-12-31\n  - text: [\n",
         ":14:1: not valid YAML: did not find expected node content"),
    ],
)  # fmt: skip
def test_wrong_claims(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_claims(path)
    assert str(caught.value) == f"{path}{wrong}"


def test_claims_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    with pytest.raises(ConfigError, match="cannot be read: No such file or directory"):
        read_claims(path)
    path.write_bytes(b"version: 1\n# \xff")
    with pytest.raises(ConfigError, match=r"not UTF-8 \(byte 13\); save it as UTF-8"):
        read_claims(path)
