"""Scores the built-in rule pack on labelled text and prints precision, recall and F1.

python -m benchmarks.accuracy                        the corpora in benchmarks/corpus
python -m benchmarks.accuracy FOLDER                 another labelled corpus
python -m benchmarks.accuracy --cross-validate       fitted on some topics, measured on others
python -m benchmarks.accuracy --rules                also a line for each rule
python -m benchmarks.accuracy --misses 20            also the worst misses and false alarms
python -m benchmarks.accuracy --fit                  refit the weights of `cues` rules in rules/
python -m benchmarks.accuracy --write rules/accuracy.json   figures for `healthlint rules show`
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import click

from benchmarks.accuracy.crossval import all_samples, cross_validate, find_all, refitted
from benchmarks.accuracy.labelled import Passage, load
from benchmarks.accuracy.measure import Count, Score, measure
from benchmarks.accuracy.rewrite import rewrite
from healthlint.rulebook.load import load_rulebook
from healthlint.rulebook.matcher import Matcher
from healthlint.rulebook.model import Rulebook

CORPORA = Path(__file__).parents[1] / "corpus"


@click.command(help=(__doc__ or "").split("\n\n")[0])
@click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--cross-validate", "crossed", is_flag=True, help="Fit on some topics, measure on the others."
)
@click.option("--rules", "by_rule", is_flag=True, help="A line for each rule.")
@click.option("--misses", default=0, metavar="N", help="Show N misses and N false alarms.")
@click.option("--fit", "refit", is_flag=True, help="Refit `cues` rules and write their weights.")
@click.option("--penalty", default=1.0, help="The strength of the L2 penalty of a fit.")
@click.option("--write", type=click.Path(path_type=Path), help="Write figures per rule as JSON.")
def main(
    folders: tuple[Path, ...],
    crossed: bool,
    by_rule: bool,
    misses: int,
    refit: bool,
    penalty: float,
    write: Path | None,
) -> None:
    """The command."""
    rulebook = load_rulebook()
    corpora = {folder: load(folder) for folder in folders or _corpora()}
    if refit:
        _refit([p for some in corpora.values() for p in some], rulebook, penalty)
        rulebook = load_rulebook()
    total: dict[str, Count] = {}
    everything = [passage for passages in corpora.values() for passage in passages]
    if crossed:
        found = cross_validate(everything, rulebook, penalty)
    else:
        found = find_all(everything, rulebook, Matcher(rulebook))
    for folder, passages in corpora.items():
        score = measure(passages, found)
        click.echo(f"== {folder.name}{' (cross-validated by topic)' if crossed else ''}")
        click.echo(table(score))
        if by_rule:
            click.echo(rule_table(score))
        if misses:
            click.echo(worst(score, misses))
        for code, count in score.rules.items():
            total.setdefault(code, Count()).add(count)
    if write:
        figures = {
            code: {"right": count.right, "wrong": count.wrong}
            for code, count in sorted(total.items())
        }
        write.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def _corpora() -> list[Path]:
    found = sorted(path.parent for path in CORPORA.glob("*/labels.jsonl"))
    if not found:
        sys.exit(f"{CORPORA}: no labelled corpus here; name a folder that holds labels.jsonl")
    return found


def _refit(passages: list[Passage], rulebook: Rulebook, penalty: float) -> None:
    data = all_samples(passages, rulebook, Matcher(rulebook))
    for rule in rulebook.rules:
        if rule.kind == "cues":
            rewrite(rule, refitted(rule, data[rule.code], penalty))
            click.echo(f"{rule.code}: weights fitted on {len(data[rule.code])} units")


def table(score: Score) -> str:
    """Precision, recall and F1 per category, and the rate of false alarms."""
    lines = [f"{'':16}{'gold':>6}{'found':>7}{'prec':>8}{'recall':>8}{'F1':>8}"]
    for part, total in ((score.categories, score.micro), (score.documents, score.micro_documents)):
        for name, count in (*part.items(), ("all", total)):
            lines.append(
                f"{name:16}{count.right + count.missed:6}{count.right + count.wrong:7}"
                f"{count.precision:8.3f}{count.recall:8.3f}{count.f1:8.3f}"
            )
    rate = 1000 * score.clean_flagged / score.clean if score.clean else 0.0
    lines.append(
        f"false alarms: {score.clean_flagged} of {score.clean} clean units ({rate:.1f} in 1,000)"
    )
    return "\n".join(lines)


def rule_table(score: Score) -> str:
    """A line for each rule that found something, the least precise first."""
    lines = [f"{'rule':10}{'right':>7}{'wrong':>7}{'prec':>8}{'drafts':>8}"]
    for code, count in sorted(score.rules.items(), key=lambda item: item[1].precision):
        lines.append(
            f"{code:10}{count.right:7}{count.wrong:7}{count.precision:8.3f}"
            f"{len(score.drafts[code]):8}"
        )
    return "\n".join(lines)


def worst(score: Score, most: int) -> str:
    """Misses of the categories with most misses, and false alarms of the rules with most."""
    lines = []
    for title, cases in (("missed", score.misses), ("false alarm", score.alarms)):
        often = Counter(what for _, what, _ in cases)
        for name, what, text in sorted(cases, key=lambda case: -often[case[1]])[:most]:
            lines.append(f"{title}: {what} {name}: {text[:160]}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
