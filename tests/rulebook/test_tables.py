"""The loader of the fact tables: what it reads, and what it says when a table is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from healthlint.errors import RuleError
from healthlint.rulebook.pattern import PatternError
from healthlint.rulebook.tables import (
    Authority,
    CrisisLine,
    Elsewhere,
    Label,
    Profile,
    Use,
    capitals,
    load_tables,
    spellings,
)

USES = """\
mood:
  label: mood disorders
  words: [mood disorders?]
depression:
  label: depression
  words: [depression, MDD]
  broader: [mood]
hard-depression:
  label: hard-to-treat depression
  words: ["hard to treat depression"]
  broader: [depression]
anaesthesia:
  label: anaesthesia
  words: ["an(a|ae)sthesia"]
"""
AUTHORITIES = """\
- id: act
  title: The Act
  issuer: Parliament
  jurisdiction: us
  year: 1914
  url: https://example.org/act
  says: Do not
    mislead.
  status: law
  verified: true
  checked: 2026-11-22
"""
LABELS = """\
- id: sleepine
  kind: drug
  names: ["sleepine( infusions?)?"]
  weak_names: [SLP]
  label: sleepine
  status: approved
  covers: [anaesthesia]
  covers_text: anaesthesia
  elsewhere:
    uk: {covers: [depression], text: depression, pom: true}
    au: {schedule: 8, verified: false}
  marketed: [depression]
  risks: [slow breathing]
  risk_words: [slow(ed)? breathing]
  boxed: false
  controlled: III
  source: https://example.org/label
  checked: 2026-11-22
  verified: true
  note: Seen.
"""
PROFILE = """\
id: us
name: United States
regulator: FDA
regulator_words: [FDA]
approved_words: [FDA approved]
crisis:
  emergency: "911"
  lines:
    - {name: Old line, number: "1", text: Call 1., verified: false}
    - {name: New line, number: "988", text: Call 988., verified: true}
crisis_words: ["988"]
testimonials_banned: false
pom_naming_banned: false
authorities:
  safety: [act]
severities: {anecdote: error}
spelling: en-US
"""
FILES = {
    "uses.yaml": USES,
    "authorities.yaml": AUTHORITIES,
    "labels/all.yaml": LABELS,
    "profiles/us.yaml": PROFILE,
}


def written(tmp_path: Path, **changes: tuple[str, str]) -> Path:
    """A folder of tables; `uses=(old, new)` changes one file."""
    folder = tmp_path / "rules"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        old, new = changes.get(path.parent.name if "/" in name else path.stem, ("", ""))
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new)
    return folder


def test_reads_every_table(tmp_path: Path) -> None:
    tables = load_tables(written(tmp_path))
    assert tables.uses["depression"] == Use(
        "depression", "depression", ("depression", "MDD"), ("mood",), "rules/uses.yaml:5:3"
    )
    assert tables.authorities == {
        "act": Authority(
            "act", "The Act", "Parliament", "us", 1914, "https://example.org/act",
            "Do not mislead.", "law", True, "2026-11-22",
        )
    }  # fmt: skip
    assert tables.labels == {
        "sleepine": Label(
            id="sleepine",
            kind="drug",
            names=("sleepine( infusions?)?",),
            weak_names=("SLP",),
            label="sleepine",
            status="approved",
            covers=("anaesthesia",),
            covers_text="anaesthesia",
            elsewhere={
                "uk": Elsewhere(("depression",), "depression", pom=True),
                "au": Elsewhere(schedule=8, verified=False),
            },
            marketed=("depression",),
            risks=("slow breathing",),
            risk_words=("slow(ed)? breathing",),
            boxed=False,
            controlled="III",
            source="https://example.org/label",
            checked="2026-11-22",
            verified=True,
            place="rules/labels/all.yaml:1:3",
            note="Seen.",
        )
    }
    assert tables.profiles == {
        "us": Profile(
            id="us",
            name="United States",
            regulator="FDA",
            regulator_words=("FDA",),
            approved_words=("FDA approved",),
            emergency="911",
            crisis_lines=(
                CrisisLine("Old line", "1", "Call 1.", False),
                CrisisLine("New line", "988", "Call 988.", True),
            ),
            crisis_words=("988",),
            testimonials_banned=False,
            pom_naming_banned=False,
            authorities={"safety": ("act",)},
            severities={"anecdote": "error"},
            spelling="en-US",
        )
    }


def test_only_a_confirmed_crisis_line_is_offered(tmp_path: Path) -> None:
    assert load_tables(written(tmp_path)).profiles["us"].crisis_line == "Call 988."
    none = written(tmp_path, profiles=("Call 988., verified: true", "Call 988., verified: false"))
    assert load_tables(none).profiles["us"].crisis_line == ""


def test_wider_uses_are_followed_to_the_top(tmp_path: Path) -> None:
    tables = load_tables(written(tmp_path))
    assert tables.wider("hard-depression") == {"hard-depression", "depression", "mood"}
    assert tables.wider("mood") == {"mood"}


@pytest.mark.parametrize(
    ("covers", "marketed", "profile", "covered"),
    [
        ("anaesthesia", "depression", "us", ["anaesthesia"]),
        # a label covers what is narrower than its use, and copy that is vaguer than it
        ("depression", "anaesthesia", "us", ["mood", "depression", "hard-depression"]),
        ("hard-depression", "anaesthesia", "us", ["mood", "depression", "hard-depression"]),
        # but never what it lists as marketed
        ("hard-depression", "depression", "us", ["mood", "hard-depression"]),
        # another profile has its own list, or else that of the United States
        ("anaesthesia", "depression", "uk", ["mood", "depression", "hard-depression"]),
        ("anaesthesia", "depression", "au", ["anaesthesia"]),
        ("anaesthesia", "depression", "ca", ["anaesthesia"]),
    ],
)
def test_covers(
    tmp_path: Path, covers: str, marketed: str, profile: str, covered: list[str]
) -> None:
    folder = written(tmp_path, labels=("covers: [anaesthesia]", f"covers: [{covers}]"))
    path = folder / "labels/all.yaml"
    path.write_text(path.read_text().replace("marketed: [depression]", f"marketed: [{marketed}]"))
    tables = load_tables(folder)
    assert [use for use in tables.uses if tables.covers("sleepine", use, profile)] == [
        use for use in tables.uses if use in covered
    ]


@pytest.mark.parametrize(
    ("table", "old", "new", "says"),
    [
        ("uses", "words: [mood", "wordz: [mood",
         "rules/uses.yaml:3:3: a use has no `wordz` (did you mean `words`?)"),
        ("uses", "broader: [mood]", "broader: [moood]",
         "rules/uses.yaml:7:13: there is no use `moood` (did you mean `mood`?)"),
        ("uses", "  words: [mood disorders?]", "  words: [mood]\n  broader: [hard-depression]",
         "rules/uses.yaml:4:13: `hard-depression` is broader than itself"),
        ("uses", "[mood disorders?]", "[mood.*]",
         "rules/uses.yaml:3:11: the pattern `mood.*`: only plain words, `( |)`, `a|b` and `?` can "
         "stand here"),
        ("uses", "[mood disorders?]", "['(mood)?']",
         "rules/uses.yaml:3:11: the pattern `(mood)?`: every spelling must begin and end with a "
         "letter or a digit"),
        ("uses", "[mood disorders?]", "[(mood]",
         "rules/uses.yaml:3:11: the pattern `(mood`: `(` at character 1 is never closed"),
        ("uses", "  label: mood disorders\n", "", "rules/uses.yaml:2:3: a use needs `label`"),
        ("authorities", "jurisdiction: us", "jurisdiction: usa",
         "rules/authorities.yaml:4:17: `jurisdiction` is one of us, uk, eu, au, ca, int, not "
         "`usa` (did you mean `us`?)"),
        ("authorities", "year: 1914", "year: long ago",
         "rules/authorities.yaml:5:9: `year` is a number, not 'long ago'"),
        ("authorities", "checked: 2026-11-22", "checked: last week",
         "rules/authorities.yaml:11:12: `checked` is a day such as 2026-11-22, not 'last week'"),
        ("authorities", "", AUTHORITIES, "rules/authorities.yaml:12:3: `act` stands twice"),
        ("labels", "kind: drug", "kind: drugs",
         "rules/labels/all.yaml:2:9: `kind` is one of drug, device, procedure, biologic, "
         "supplement, hands-on, not `drugs` (did you mean `drug`?)"),
        ("labels", "marketed: [depression]", "marketed: [depresion]",
         "rules/labels/all.yaml:12:14: there is no use `depresion` (did you mean `depression`?)"),
        ("labels", "marketed: [depression]", "marketed: [anaesthesia]",
         "rules/labels/all.yaml:12:14: `anaesthesia` is both covered and marketed off-label"),
        ("labels", "    uk: {", "    gb: {",
         "rules/labels/all.yaml:10:5: there is no profile `gb`"),
        ("labels", "schedule: 8", "schedule: eight",
         "rules/labels/all.yaml:11:20: `schedule` is a number, not 'eight'"),
        ("labels", "pom: true", "pon: true",
         "rules/labels/all.yaml:10:50: an entry of `elsewhere` has no `pon` (did you mean `pom`?)"),
        ("labels", "verified: true\n  note", "verified: perhaps\n  note",
         "rules/labels/all.yaml:19:13: `verified` is true or false, not 'perhaps'"),
        ("labels", "  source: https://example.org/label\n", "",
         "rules/labels/all.yaml:1:3: a label needs `source`"),
        ("labels", "label: sleepine", "label: ' '",
         "rules/labels/all.yaml:5:10: `label` is empty"),
        ("profiles", "safety: [act]", "safety: [acts]",
         "rules/profiles/us.yaml:15:12: there is no authority `acts` (did you mean `act`?)"),
        ("profiles", "safety: [act]", "saftey: [act]",
         "rules/profiles/us.yaml:15:3: there is no category `saftey` (did you mean `safety`?)"),
        ("profiles", "anecdote: error", "anecdote: fatal",
         "rules/profiles/us.yaml:16:24: there is no severity `fatal`"),
        ("profiles", "  emergency: \"911\"\n", "",
         "rules/profiles/us.yaml:7:3: `crisis` needs `emergency`"),
        ("profiles", "spelling: en-US", "spelling: american",
         "rules/profiles/us.yaml:17:11: `spelling` is one of en-US, en-GB, not `american`"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(
    tmp_path: Path, table: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(RuleError) as error:
        load_tables(written(tmp_path, **{table: (old, new)}))
    assert str(error.value) == says


def test_one_profile_stands_once(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "profiles/usa.yaml").write_text(PROFILE)
    with pytest.raises(RuleError, match=r"^rules/profiles/usa.yaml:1:1: the profile `us` stands"):
        load_tables(folder)


def test_missing_files(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "profiles/us.yaml").unlink()
    with pytest.raises(RuleError, match=r"^rules/profiles: there is no `.yaml` file"):
        load_tables(folder)
    (folder / "uses.yaml").unlink()
    with pytest.raises(RuleError, match=r"^rules/uses.yaml: cannot be read"):
        load_tables(folder)


def test_spellings() -> None:
    assert spellings("post( |)partum blues") == {"postpartum blues", "post partum blues"}
    assert spellings("low T") == {"low t"}
    assert spellings("PRP( |)X") == {"PRP X", "PRPX"}
    assert spellings("follow-up") == {"follow up"}
    for wrong in ("a*", "[ab]", "{treatment}", "a{gap:2}b", "NAD\\+", "", "a|"):
        with pytest.raises(PatternError):
            spellings(wrong)
    with pytest.raises(PatternError, match="more than 3000"):
        spellings("(a|b)" * 12)


def test_capitals() -> None:
    assert [capitals(one) for one in ("PTSD", "C PTSD", "ED", "Ptsd", "988", "T")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
