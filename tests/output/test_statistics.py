from __future__ import annotations

from healthlint.finding import Result
from healthlint.output import renderer
from tests.output import LOOK, RESULTS, SOURCE, finding


def test_the_tables() -> None:
    two = tuple(finding(SOURCE, text, severity="warning") for text in ("safe", "effective"))
    out = "".join(renderer("statistics")((*RESULTS, Result("健康\x1b.md", two)), LOOK))
    assert out == (
        "Rule                       all    error  warning     info\n"
        "SAF001 absolute-safety       4        1        3        0\n"
        "STI001 sufferers             1        0        0        1\n"
        "\n"
        "Category     all    error  warning     info\n"
        "safety         4        1        3        0\n"
        "stigma         1        0        0        1\n"
        "\n"
        "Draft          all    error  warning     info\n"
        "k/a b,c.md       3        1        1        1\n"
        "健康\ufffd.md         2        0        2        0\n"
        "\n"
        "3 drafts checked: 1 error, 3 warnings, 1 info; 1 suppressed; "
        "1 draft could not be checked.\n"
    )


def test_nothing() -> None:
    assert "".join(renderer("statistics")([], LOOK)) == (
        "0 drafts checked: 0 errors, 0 warnings, 0 info; 0 suppressed.\n"
    )
