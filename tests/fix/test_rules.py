"""For every rule's flag examples, in every format: mended, the finding is gone and no new one came.

Runs over whatever rules the rulebook holds.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterator

import pyromark
import pytest

from healthlint.api import lint_bytes, matcher_for
from healthlint.finding import Finding, Result
from healthlint.fix import mend
from healthlint.readers import read
from healthlint.rulebook.examples import unmarked
from healthlint.settings import Settings

#: Code -> why no program can mend all that it finds.
NEEDS_A_PERSON = {
    "DIS010": "the risks of a treatment that has no label here must be named by somebody who knows",
    "DIS011": "as DIS010",
}
RULES = {
    rule.code: rule
    for rule in matcher_for().rulebook.rules
    if rule.kind != "metric"  # a reading grade is nothing that one edit could mend
}


def drafts(example: str, places: bool) -> Iterator[tuple[str, str]]:
    """(format, source) of an example in every format; also in `places` that words can hide in."""
    text, _ = unmarked(example)
    yield "markdown", text + "\n"
    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
    yield "html", pyromark.html(text, options=options)
    document = read(text, "markdown")
    yield "text", "\n\n".join(block.text for block in document.blocks) + "\n"
    if not places:
        return
    yield "markdown", "\ufeff" + text.replace("\n", "\r\n") + "\r\n"
    if len(document.blocks) == 1 and document.blocks[0].kind == "paragraph":
        words = document.blocks[0].text
        if "\ufffc" not in words:
            quoted = html.escape(words)
            yield "markdown", f"- First.\n- {text.strip()}\n"
            yield "markdown", f'---\ndescription: "{words.replace(chr(34), chr(39))}"\n---\n\nHi.\n'
            yield "html", f'<p>Hi.</p><img src=a.png alt="{quoted}"><p>Hi.</p>'
            yield "html", f"<ul><li>One</li><li><b>{quoted}</b></li></ul>"


def checker(format: str, settings: Settings) -> Callable[[str], Result]:
    known: dict[str, Result] = {}

    def check(source: str) -> Result:
        if source not in known:
            data = source.encode()
            known[source] = lint_bytes(data, "draft", settings=settings, format=format)
        return known[source]

    return check


def codes(findings: tuple[Finding, ...]) -> Counter[str]:
    """How often each rule is found, also where another one tells of the same claim."""
    return Counter(one.rule for finding in findings for one in (finding, *finding.merged))


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(RULES))
def test_mending_every_example(code: str) -> None:
    rule = RULES[code]
    settings = Settings(profile=rule.profiles[0] if rule.profiles else "us")
    problems, seen = [], 0
    for number, example in enumerate(rule.flag):
        for format, source in drafts(example, places=number == 0):
            check = checker(format, settings)
            before = codes(check(source).findings)
            if not before[code]:
                continue
            seen += 1
            done = mend(source, format, check, unsafe=True)
            after = codes(check(done.source).findings)
            if after[code] and code not in NEEDS_A_PERSON:
                why = [one.why for one in done.left if one.finding.rule == code]
                problems.append(f"stays in {format}, {why}: {source!r} -> {done.source!r}")
            if new := {one: count for one, count in after.items() if count > before[one]}:
                problems.append(f"brings {new} in {format}: {source!r} -> {done.source!r}")
            if mend(done.source, format, check, unsafe=True).source != done.source:
                problems.append(f"twice is not once in {format}: {done.source!r}")
    assert seen, "the rule finds none of its own examples beside the other rules"
    assert not problems, "\n".join(problems)
