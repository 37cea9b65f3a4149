"""A Markdown page for each rule and a catalogue of all, made from the rulebook.

The pages say what `explain` says, for a reader with a browser: what the rule finds, why it matters,
on whose authority in each country, bad and good examples, how to fix it, how accurate it was on
labelled text, and what can be configured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from healthlint.finding import CATEGORIES
from healthlint.rulebook.model import Rule, Rulebook
from healthlint.rulesdir import rules_dir
from healthlint.settings import PROFILES

_FIELD = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
_CAPTURED = re.compile(r"(?<!\\)(\])\{\w+=[^{}]*\}|\\([\[\]])")
_KINDS = {
    "phrase": "wording in one sentence, list item, heading or cell",
    "cues": "several cues that together make a claim",
    "story": "a story over several sentences",
    "terms": "a term with a better one",
    "missing": "something the whole draft should say and does not",
    "offlabel": "a treatment promoted for a use that its label does not cover",
    "prescription": "a prescription-only medicine named to the public",
    "metric": "a figure worked out from the whole draft",
}


def accuracy() -> dict[str, dict[str, int]]:
    """Rule code -> right and wrong findings on the labelled corpora, as last measured."""
    path = rules_dir() / "accuracy.json"
    if not path.exists():
        return {}
    found: dict[str, dict[str, int]] = json.loads(path.read_text("utf-8"))
    return found


def precision(code: str, figures: Mapping[str, Mapping[str, int]]) -> str:
    """How often a rule was right, in words."""
    count = figures.get(code)
    if not count or not count["right"] + count["wrong"]:
        return "It found nothing in the labelled passages, so its accuracy is not known."
    found = count["right"] + count["wrong"]
    share = 100 * count["right"] / found
    of = f"{count['right']} of {found} findings"
    return f"Right in {of} on the labelled passages ({share:.0f} %)."


def pages(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """(file name, Markdown) of the catalogue and of each rule."""
    figures = accuracy()
    rules = sorted(rulebook.rules, key=lambda rule: rule.code)
    yield "index.md", _catalogue(rules, figures)
    for rule in rules:
        yield f"{rule.code}.md", "\n".join(_page(rule, rulebook, figures)).rstrip() + "\n"


def _catalogue(rules: list[Rule], figures: Mapping[str, Mapping[str, int]]) -> str:
    lines = [
        "# Rules",
        "",
        f"{len(rules)} rules, made from `rules/` by `healthlint rules pages`. Precision is as "
        "measured on the labelled passages in `benchmarks/corpus`.",
    ]
    for category in CATEGORIES:
        some = [rule for rule in rules if rule.category == category]
        if not some:
            continue
        lines += ["", f"## {category}", "", "| rule | name | severity | precision |"]
        lines.append("|---|---|---|---|")
        for rule in some:
            count = figures.get(rule.code, {})
            found = count.get("right", 0) + count.get("wrong", 0)
            share = f"{100 * count['right'] / found:.0f} % of {found}" if found else "–"
            only = f" ({', '.join(rule.profiles)})" if rule.profiles else ""
            lines.append(
                f"| [{rule.code}]({rule.code}.md) | {rule.name}{only} | {rule.severity} | {share} |"
            )
    return "\n".join(lines) + "\n"


def _page(
    rule: Rule, rulebook: Rulebook, figures: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    yield f"# {rule.code} {rule.name}"
    yield ""
    yield f"Category **{rule.category}**, severity **{rule.severity}**."
    yield f"Looks for {_KINDS[rule.kind]}."
    if rule.profiles:
        yield f"Only in the profiles {', '.join(rule.profiles)}."
    yield from ("", "## What it says", "", f"> {plain(rule.message)}")
    if rule.why:
        yield from ("", "## Why it matters", "", rule.why)
    yield from ("", "## On whose authority", "")
    yield from _authorities(rule, rulebook)
    yield from ("", "## Is found", "", "The words in [ ] are what the report marks.", "")
    yield from (f"- {_example(text)}" for text in rule.flag)
    yield from ("", "## Is fine", "")
    yield from (f"- {_example(text)}" for text in rule.passes)
    if rule.suggest or rule.fix:
        yield from ("", "## How to fix it", "")
        yield from (f"- {plain(text)}" for text in rule.suggest)
        if rule.fix:
            how = "safe: `healthlint fix` applies it" if rule.fix.safe else "only with `--unsafe`"
            yield f"- Replacement: {plain(rule.fix.text) or 'remove the words'} ({how})"
    yield from ("", "## Accuracy", "", precision(rule.code, figures))
    yield from (
        "",
        "## Options",
        "",
        "```yaml",
        "# .healthlint.yaml",
        f"severities: {{{rule.name}: warning}}   # error, warning, info or off",
        f"ignore: [{rule.code}]",
        "```",
        "",
        "In a draft, for the next block:",
        "",
        f"`<!-- healthlint-disable-next-block {rule.code} -- your reason -->`",
    )


def _authorities(rule: Rule, rulebook: Rulebook) -> Iterator[str]:
    for jurisdiction in (*PROFILES, "int"):
        named = [a for a in rule.authority if rulebook.authorities[a].jurisdiction == jurisdiction]
        if not named and jurisdiction != "int" and jurisdiction in (rule.profiles or PROFILES):
            profile = rulebook.tables.profiles.get(jurisdiction)
            named = list(profile.authorities.get(rule.category, ())) if profile else []
        for name in dict.fromkeys(named):
            one = rulebook.authorities[name]
            where = "international" if jurisdiction == "int" else jurisdiction.upper()
            yield (
                f"- {where}: [{one.title}]({one.url}) ({one.issuer}, {one.year}). "
                + " ".join(one.says.split())
            )


def plain(template: str) -> str:
    """A template with its fields as a reader would understand them."""
    return _FIELD.sub(lambda field: field[2] or f"[{field[1].replace('_', ' ')}]", template)


def example(text: str) -> str:
    """An example without what only its test reads."""
    return " ".join(_CAPTURED.sub(r"\1\2", text).split())


def _example(text: str) -> str:
    return example(text).replace("<", "&lt;").replace("|", "\\|")
