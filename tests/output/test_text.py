from __future__ import annotations

from healthlint.document import Document
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.output import Look, renderer


def finding(source: str, text: str, **more: object) -> Finding:
    start = source.index(text)
    document = Document(source, "text", ())
    places = [Position(*document.line_column(at), at) for at in (start, start + len(text))]
    values = {
        "rule": "SAF001", "name": "absolute-safety", "category": "safety", "severity": "error",
        "message": f"“{text}” says that it is safe.", "suggestions": ("Name the risks.",), **more,
    }  # fmt: skip
    return Finding(start=places[0], end=places[1], text=text, **values)  # type: ignore[arg-type]


def report(*results: Result, **look: object) -> str:
    return "".join(renderer("text")(results, Look(**look)))  # type: ignore[arg-type]


SOURCE = "# Ketamine\n\n\tKetamine is safe for all.\n"


def test_a_finding() -> None:
    result = Result("a.md", (finding(SOURCE, "safe"),), source=SOURCE)
    assert report(result) == (
        "a.md:3:14: error SAF001 absolute-safety\n"
        "  “safe” says that it is safe.\n"
        "    |\n"
        "  3 |     Ketamine is safe for all.\n"
        "    |                 ^^^^\n"
        "    = write: Name the risks.\n"
        "\n"
        "1 draft checked: 1 error. Why and what to do: healthlint explain SAF001\n"
    )


def test_a_finding_over_several_lines() -> None:
    source = "It is a safe  \r\nand sound thing.\r\n"
    text = "safe  \r\nand sound"
    one = finding(source, text, message="Long.", suggestions=(), fix=Fix("sound", True))
    assert report(Result("a.md", (one,), source=source)).split("\n")[:6] == [
        "a.md:1:9: error SAF001 absolute-safety",
        "  Long.",
        "    |",
        "  1 | It is a safe …",
        "    |         ^^^^",
        "    = write: sound",
    ]


def test_long_lines_and_messages_keep_to_the_width() -> None:
    source = "word " * 40 + "safe" + " word" * 40
    one = finding(source, "safe", message="why " * 30, suggestions=("so " * 30,))
    out = report(Result("a.md", (one,), source=source), width=50)
    body = out.split("\n")[1:-2]
    assert max(map(len, body)) <= 50
    assert body[4:6] == [
        "  1 | …ord word word word safe word word word wor…",
        "    |                     ^^^^",
    ]


def test_colours_come_on_top_of_words() -> None:
    result = Result("a.md", (finding(SOURCE, "safe"),), source=SOURCE)
    painted = report(result, color=True)
    assert "\x1b[1;31merror\x1b[0m" in painted
    assert "|\x1b[0m                 \x1b[1;31m^^^^\x1b[0m\n" in painted
    import re

    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == report(result)


def test_quiet_is_one_line_a_finding() -> None:
    one = finding(SOURCE, "safe", message="Two\nlines\x1b[1m.")
    results = Result("a.md", (one,), source=SOURCE), Result("b.md")
    assert report(*results, quiet=True) == (
        "a.md:3:14: error SAF001 absolute-safety: Two lines\ufffd[1m.\n"
    )


def test_the_last_line() -> None:
    some = tuple(finding(SOURCE, "safe", severity=s) for s in ("error", "warning", "warning"))
    info = (finding(SOURCE, "safe", severity="info"),) * 2
    ends = {
        "1 draft checked: no findings.": [Result("a.md")],
        "0 drafts checked: no findings.": [],
        "2 drafts checked: no findings; 3 suppressed.": [
            Result("a.md", suppressed=1),
            Result("b.md", suppressed=2),
        ],
        "1 draft checked: no findings; 1 draft could not be checked.": [
            Result("a.md"),
            Result("b.md", error="binary"),
        ],
        "nothing was checked; 1 draft could not be checked.": [Result("b.md", error="binary")],
        "2 drafts checked: 1 error, 2 warnings, 2 info. Why and what to do: "
        "healthlint explain SAF001": [
            Result("a.md", some, source=SOURCE),
            Result("b.md", info, source=SOURCE),
        ],
    }
    for line, results in ends.items():
        assert report(*results).splitlines()[-1] == line
