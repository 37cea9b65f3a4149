"""A rulebook built from the YAML files of its packs: vocabulary, signals, rules, fact tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from healthlint.errors import RuleError
from healthlint.rulebook.compiler import Compiler, verify
from healthlint.rulebook.load import PackFile
from healthlint.rulebook.model import Patterns, Rule, Rulebook, Signal
from healthlint.rulebook.read import RuleReader
from healthlint.rulebook.tables import Tables, load_tables
from healthlint.rulebook.vocabulary import Lexicon, Vocabulary, read_lexicons
from healthlint.rulebook.yamltree import Node, check_keys, load

_SIGNAL_KEYS = (
    "about", "before", "after", "unit", "previous", "heading", "pseudo", "ends", "reach", "hosts",
)  # fmt: skip


def build(root: Path, files: list[PackFile]) -> Rulebook:
    """The rulebook of these files, the fact tables of `root` in it. Raises `RuleError`."""
    trees = [(file, load(file.path, file.shown)) for file in files]
    tables = load_tables(root)
    vocabulary = Vocabulary(_lexicons(trees, tables))
    from healthlint.context import STRUCTURAL

    listed = [
        (key, body) for file, tree in trees if file.role == "signals" for key, body in tree.items()
    ]
    compiler = Compiler(vocabulary, {*STRUCTURAL, *(key.text() for key, _ in listed)})
    hosts: set[str] = set()
    signals: dict[str, Signal] = {}
    for key, body in listed:
        signal = _signal(key.text(), body, compiler, hosts)
        signals[signal.name] = _joined(signals.get(signal.name), signal)
    rules: list[Rule] = []
    for file, tree in trees:
        if file.role == "rules":
            built_in = file.path.is_relative_to(root)
            reader = RuleReader(compiler, tables, "built-in" if built_in else file.shown, built_in)
            rules += reader.rules(tree)
    _check_names(rules)
    label_classes = {_class(vocabulary, f"label_{name}"): name for name in tables.labels}
    weak_classes = {
        _class(vocabulary, f"weak_{name}"): name
        for name, label in tables.labels.items()
        if label.weak_names
    }
    use_classes = {_class(vocabulary, f"use_{name}"): name for name in tables.uses}
    label_risks = {
        name: tuple(compiler.pattern(words, label.place) for words in label.risk_words)
        for name, label in tables.labels.items()
    }
    crisis_help = {
        name: tuple(compiler.pattern(words, "profiles") for words in profile.crisis_words)
        for name, profile in tables.profiles.items()
    }
    patterns, table, index = compiler.finish()
    # The built-in patterns are compiled in tests, and here only when they are first searched for.
    verify(pattern for pattern in patterns if not pattern.place.startswith("rules/"))
    return Rulebook(
        rules=tuple(sorted(rules, key=lambda rule: (rule.pack != "built-in", rule.code))),
        patterns=Patterns(patterns),
        signals=signals,
        table=table,
        index=index,
        tables=tables,
        label_classes=label_classes,
        weak_classes=weak_classes,
        use_classes=use_classes,
        label_risks=label_risks,
        crisis_help=crisis_help,
        hosts=frozenset(hosts),
    )


def _lexicons(trees: list[tuple[PackFile, Node]], tables: Tables) -> dict[str, Lexicon]:
    found: dict[str, Lexicon] = {}
    for file, tree in trees:
        node = tree if file.role == "lexicons" else tree.get("lexicons")
        if file.role == "signals" or node is None:
            continue
        for name, lexicon in read_lexicons(node).items():
            if name not in found:
                found[name] = lexicon
            elif lexicon.extends:
                found[name] = replace(found[name], entries=found[name].entries + lexicon.entries)
            else:
                raise RuleError(
                    f"{lexicon.place}: lexicon `{name}` stands already at {found[name].place}; "
                    "to add words to it, write `add:` in place of `words:`"
                )
    named = [(f"label_{name}", label.names, label.place) for name, label in tables.labels.items()]
    named += [
        (f"weak_{name}", label.weak_names, label.place)
        for name, label in tables.labels.items()
        if label.weak_names
    ]
    named += [(f"use_{name}", use.words, use.place) for name, use in tables.uses.items()]
    for name, words, place in named:
        key = _plain(name)
        found[key] = Lexicon(key, "", "", tuple((text, place) for text in words), place)
    return found


def _plain(name: str) -> str:
    return name.replace("-", "_")


def _class(vocabulary: Vocabulary, name: str) -> int:
    built = vocabulary.word_class(_plain(name), "", name)
    if built.inline:
        place = vocabulary.lexicons[_plain(name)].place
        raise RuleError(
            f"{place}: names must be words that can be spelled out (no `*`, `+`, `\\d`)"
        )
    return built.number


def _signal(name: str, node: Node, compiler: Compiler, hosts: set[str]) -> Signal:
    check_keys(node, _SIGNAL_KEYS, f"signal `{name}`")
    found: dict[str, tuple[int, ...]] = {}
    for key in ("before", "after", "unit", "previous", "heading", "pseudo", "ends"):
        if (listed := node.get(key)) is not None:
            found[key] = compiler.patterns(listed)
    if (listed := node.get("hosts")) is not None:
        hosts.update(text for text, _ in listed.texts())
    about, reach = node.get("about"), node.get("reach")
    return Signal(
        name,
        about.text() if about else "",
        reach=int(reach.value) if reach else 12,
        place=node.place,
        **found,
    )


def _joined(old: Signal | None, new: Signal) -> Signal:
    """A signal of several files: their triggers together."""
    if old is None:
        return new
    lists = ("before", "after", "unit", "previous", "heading", "pseudo", "ends")
    both = {key: getattr(old, key) + getattr(new, key) for key in lists}
    return old._replace(about=old.about or new.about, **both)


def _check_names(rules: list[Rule]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        for name in (rule.code, rule.name):
            if name in seen:
                raise RuleError(
                    f"{rule.place}: `{name}` is taken by the rule at {seen[name].place}"
                )
            seen[name] = rule
