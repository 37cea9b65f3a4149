"""No pattern of the pack stalls on text made against it; one that did would cost only itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import regex

from healthlint import api
from healthlint.rulebook import build, matcher
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import FLAGS
from healthlint.rulebook.model import Rulebook
from healthlint.settings import Settings
from tests.rules.adversary import Adversary, Marker, trees

#: Characters of a text: some hundred times an ordinary sentence.
SIZE = 12_000
#: Seconds of the processor for one search, which takes some thousandths of one: a bound that only
#: a pattern can pass whose cost grows faster than the text. It is the same on a busy machine.
BOUND = 3.0
#: One pattern in so many is tried in a quick run.
SAMPLE = 40


class Pack:
    """The built-in pack, with the trees and word classes that its patterns are made of."""

    def __init__(self, rulebook: Rulebook, compiler: Any) -> None:
        self.rulebook = rulebook
        self.trees = trees(compiler)
        self.vocabulary = compiler.vocabulary
        self.marker = Marker(compiler.vocabulary)

    def stalled(self, some: range, seed: int) -> Iterator[str]:
        """Which of the patterns take too long, and on what."""
        adversary = Adversary(self.vocabulary, random.Random(seed))
        for number in some:
            pattern = self.rulebook.patterns[number]
            compiled = regex.compile(pattern.regex, FLAGS)
            for period in adversary.periods(self.trees[number]):
                marked = self.marker.marked(period)
                text = (marked * (SIZE // len(marked) + 1))[:SIZE]
                try:
                    for _ in compiled.finditer(text, timeout=BOUND):
                        pass
                except TimeoutError:
                    yield f"{pattern.place}: `{pattern.text}` on `{period}` again and again"


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    made: list[Any] = []

    class Compiler(build.Compiler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "Compiler", Compiler)
        rulebook = load_rulebook(use_cache=False)
    yield Pack(rulebook, made[0])


def test_some_patterns_do_not_stall(pack: Pack) -> None:
    assert list(pack.stalled(range(0, len(pack.trees), SAMPLE), seed=1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_no_pattern_stalls(pack: Pack, part: int) -> None:
    assert list(pack.stalled(range(part, len(pack.trees), 8), seed=part)) == []


def test_the_texts_are_made_of_the_pattern(pack: Pack) -> None:
    """Most patterns find something in their own texts, so that these are against them indeed."""
    adversary = Adversary(pack.vocabulary, random.Random(2))
    some = range(0, len(pack.trees), SAMPLE)
    found = 0
    for number in some:
        compiled = regex.compile(pack.rulebook.patterns[number].regex, FLAGS)
        texts = map(pack.marker.marked, adversary.periods(pack.trees[number]))
        found += any(compiled.search(text) for text in texts)
    assert found > 0.7 * len(some)


SLOW = """
category: hype
rules:
  - code: SLOW001
    name: slow
    severity: warning
    any: ["(a|a[a])+[bc]x", "ketamine is tested"]
    message: "“{match}” is slow."
    suggest: ["Ask us."]
    why: To have a pattern that stalls.
    examples:
      flag: ["So [aabx].", "So [acx].", "[Ketamine is tested]."]
      pass: ["So.", "So it is.", "Not so."]
"""


def test_a_rule_that_runs_out_of_time_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "slow.yaml"
    pack.write_text(SLOW)
    monkeypatch.setattr(matcher, "TIME_LIMIT", 0.05)
    slow = f"Ketamine is safe and effective. Bx {'a' * 60}."
    data = f"{slow}\n\nKetamine is tested.\n\nIt is a breakthrough.\n".encode()
    result = api.lint_bytes(data, "a.md", settings=Settings(packs=(pack,)))
    own = tuple(finding for finding in result.findings if finding.rule == "SLOW001")
    others = tuple(finding for finding in result.findings if finding.rule != "SLOW001")
    assert [finding.text for finding in own] == ["Ketamine is tested"]
    assert others == api.lint_bytes(data, "a.md").findings
    assert {finding.rule[:3] for finding in others} >= {"HYP", "SAF"}
    assert result.error is None
    assert result.notices == (
        "a pattern took too long and was skipped on part of this draft: "
        f"{pack}:7:11: `(a|a[a])+[bc]x`",
    )
