from __future__ import annotations

import re
from html import unescape

import pyromark
import pytest

from healthlint.finding import Result
from healthlint.output import Look, renderer
from healthlint.output.markdown import MOST
from tests.output import FINDINGS, RESULTS, SOURCE, finding


def report(*results: Result, look: Look | None = None) -> str:
    return "".join(renderer("markdown")(results, look or Look()))


def test_the_whole_summary() -> None:
    look = Look(base="https://git.example/o/r/blob/1a/")
    place = "https://git.example/o/r/blob/1a/k/a%20b%2Cc.md"
    bad = "https://git.example/o/r/blob/1a/bad%FF%3Ax.md"
    assert report(*RESULTS, look=look) == (
        "## healthlint: 1 error, 1 warning, 1 info in 2 drafts\n"
        "\n"
        "| Draft | Errors | Warnings | Info |\n"
        "| --- | ---: | ---: | ---: |\n"
        f"| [k/a b,c.md]({place}) | 1 | 1 | 1 |\n"
        f"| [bad\ufffd:x.md]({bad}): not checked: it is binary: \\<leave\\> it out | | | |\n"
        "\n"
        f"### [k/a b,c.md]({place})\n"
        "\n"
        "| Line | Rule | What to change |\n"
        "| ---: | --- | --- |\n"
        f"| [3]({place}#L3-L4) | 🛑 error SAF001 absolute-safety | “safe and effective” says too "
        "much.<br>**Write:** Name the risks.<br>**Write:** Say \\{0\\} \\[of\\](it). |\n"
        f"| [4]({place}#L4) | ℹ️ info STI001 sufferers | 50%, a:b c \\| \\`d\\` @<!-- -->e<br>"
        "**Write:** people with PTSD |\n"
        f"| [6]({place}#L6) | ⚠️ warning SAF001 absolute-safety | See \\{{0\\}} and \\[it\\](x)."
        "\x0b\ud800<br>**Write:** (leave it out) |\n".replace("\x0b\ud800", " \ud800")
        + "\n1 finding suppressed.\n"
    )


def test_nothing_to_say() -> None:
    assert report(Result("a.md")) == "## healthlint: no findings in 1 draft\n"


@pytest.mark.parametrize(
    "message",
    [
        "a | b || c",
        "*a* _b_ **c** `d` ~~e~~",
        "[a](http://x) ![b](y) <b>c</b> &amp; &lt;",
        "\\ \\| \\\\| $a$ {b}",
        "# no heading - nor list 1. at all",
        "call @user or see #12 in a@b.c",
    ],
)
def test_a_reader_of_markdown_shows_the_message_as_it_is(message: str) -> None:
    result = Result("a.md", (finding(SOURCE, "safe", message=message),), source=SOURCE)
    page = pyromark.html(report(result), options=pyromark.Options.ENABLE_TABLES)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    assert len(cells) == 4 + 3
    assert unescape(re.sub(r"<!-- -->", "", cells[-1])) == message


def test_nobody_is_called_by_name() -> None:
    result = Result("a.md", (finding(SOURCE, "safe", message="@user #12"),), source=SOURCE)
    assert not re.search(r"[@#]\w", report(result).replace("#L3", ""))


def test_it_fits_in_a_comment() -> None:
    results = [Result(f"{n}.md", FINDINGS * 20, source=SOURCE) for n in range(20)]
    out = report(*results)
    shown = len(re.findall(r"^\| \[\d", out, re.MULTILINE)) - 20
    assert 0 < len(out) < MOST + 200
    assert f"… and {20 * 60 - shown} findings more than fit here." in out
