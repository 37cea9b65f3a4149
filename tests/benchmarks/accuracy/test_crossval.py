from __future__ import annotations

from pathlib import Path

from benchmarks.accuracy.crossval import cross_validate, find_all
from benchmarks.accuracy.labelled import load
from healthlint.engine import Matcher
from healthlint.rulebook import load_rulebook

PAGES = Path(__file__).resolve().parents[3] / "benchmarks" / "corpus" / "pages"


def test_each_topic_by_the_rules_that_do_well_on_the_others() -> None:
    some = load(PAGES)
    first = next(one for one in some if one.topic != some[0].topic)
    passages = [some[0], first]
    rulebook = load_rulebook()
    found = cross_validate(passages, rulebook)
    assert list(found) == [one.path.name for one in sorted(passages, key=lambda one: one.topic)]
    whole = find_all(passages, rulebook, Matcher(rulebook))
    assert all(set(found[name]) <= set(whole[name]) for name in found)
