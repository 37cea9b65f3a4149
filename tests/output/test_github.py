from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from healthlint.finding import Result
from healthlint.output import renderer
from tests.output import LOOK, RESULTS, SOURCE, finding


def test_the_commands() -> None:
    assert "".join(renderer("github")(RESULTS, LOOK)) == (
        "::error file=k/a b%2Cc.md,line=3,endLine=4,title=SAF001 absolute-safety::“safe and%0D%0A"
        "effective” says too much.%0AWrite: Name the risks.%0AWrite: Say {0} [of](it).\n"
        "::notice file=k/a b%2Cc.md,line=4,endLine=4,col=17,endColumn=31,title=STI001 sufferers::"
        "50%25, a:b%0Ac | `d` @e%0AWrite: people with PTSD\n"
        "::warning file=k/a b%2Cc.md,line=6,endLine=6,col=3,endColumn=18,title=SAF001 "
        "absolute-safety::See {0} and [it](x).\x0b\ud800%0AWrite: (leave it out)\n"
        "::error file=bad\ufffd%3Ax.md,title=healthlint%3A not checked::"
        "it is binary: <leave> it out\n"
        "healthlint: 2 drafts checked: 1 error, 1 warning, 1 info\n"
    )


def undo(text: str, *also: tuple[str, str]) -> str:
    """As the runner does it: %25 last."""
    for code, char in (*also, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


@given(st.text(), st.text(st.characters(exclude_characters="/\0\\", codec="utf-8"), min_size=1))
def test_the_runner_reads_back_what_was_said(message: str, name: str) -> None:
    name = f"k{name}.md"
    result = Result(name, (finding(SOURCE, "safe", message=message),), source=SOURCE)
    first, last, end = "".join(renderer("github")([result], LOOK)).split("\n")
    assert (last, end) == ("healthlint: 1 draft checked: 1 error, 0 warnings, 0 info", "")
    _, head, said = first.split("::", 2)
    values = dict(part.split("=", 1) for part in head.removeprefix("error ").split(","))
    assert undo(values["file"], ("%3A", ":"), ("%2C", ",")) == name
    assert undo(said) == message
