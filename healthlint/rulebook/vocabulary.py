"""Word classes turned into a phrase table: what the tagger needs to find them all in one pass.

A class entry that can be spelled out becomes phrases of the table; one that cannot (a number, a
gap) stays a pattern and is put in line wherever the class is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from healthlint.errors import RuleError
from healthlint.rulebook import pattern as pat
from healthlint.rulebook.inflect import PARTS_OF_SPEECH, inflect
from healthlint.rulebook.lookup import Phrases, PhraseTable
from healthlint.rulebook.packed import PackedDict
from healthlint.rulebook.yamltree import Node, check_keys, hint

FORMS = ("base", "s", "ed", "ing", "er", "est")
_ENTRY_LIMIT = 3000
_OPENS, _CLOSES, _MOST = 0xE000, 0xF000, 0x8FF
_TOKEN = re.compile(r"\w+")
_BLANKS = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A word class as its YAML says it: entries are patterns, each with its place."""

    name: str
    about: str
    part: str
    entries: tuple[tuple[str, str], ...]
    place: str
    extends: bool = False  # adds words to a lexicon of another file


@dataclass(slots=True)
class WordClass:
    """One form of a lexicon, spelled out: `number` is its tag, `inline` its unspellable entries."""

    number: int
    phrases: set[str] = field(default_factory=set)  # lower case
    capitals: set[str] = field(default_factory=set)  # match as they are
    inline: list[pat.Seq] = field(default_factory=list)

    @property
    def opens(self) -> str:
        return chr(_OPENS + self.number)

    @property
    def closes(self) -> str:
        return chr(_CLOSES + self.number)


def read_lexicons(root: Node) -> dict[str, Lexicon]:
    """The lexicons of one YAML file. Raises `RuleError`."""
    found = {}
    for key, body in root.items():
        name = key.text()
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            raise RuleError(
                f"{key.place}: a lexicon's name is letters, digits and `_`, not `{name}`"
            )
        if body.kind == "list":
            about, part, words, extends = "", "", body, False
        else:
            check_keys(body, ("about", "inflect", "words", "add"), f"lexicon `{name}`")
            about_node, part_node, words_node = (body.get(k) for k in ("about", "inflect", "words"))
            about = about_node.text() if about_node else ""
            part = part_node.text() if part_node else ""
            if part and part not in PARTS_OF_SPEECH:
                assert part_node
                raise RuleError(
                    f"{part_node.place}: `inflect` is verb, noun or adjective, not `{part}`"
                    + hint(part, PARTS_OF_SPEECH)
                )
            added = body.get("add")
            extends = added is not None
            words_node = words_node or added
            if words_node is None:
                raise RuleError(f"{body.place}: lexicon `{name}` has no `words`")
            words = words_node
        entries = tuple((text.strip(), node.place) for text, node in words.texts())
        for text, place in entries:
            if not text:
                raise RuleError(f"{place}: an empty entry in lexicon `{name}`")
        found[name] = Lexicon(name, about, part, entries, key.place, extends)
    return found


class Vocabulary:
    """Word classes by (name, form), spelled out when first asked for."""

    def __init__(self, lexicons: dict[str, Lexicon]) -> None:
        self.lexicons = lexicons
        self.classes: dict[tuple[str, str], WordClass] = {}
        self._open: list[str] = []

    def word_class(self, name: str, form: str, place: str) -> WordClass:
        """The class a reference names. Raises `RuleError` for an unknown name, form or a cycle."""
        if (name, form) in self.classes:
            return self.classes[name, form]
        lexicon = self.lexicons.get(name)
        if lexicon is None:
            raise RuleError(f"{place}: there is no lexicon `{name}`{hint(name, self.lexicons)}")
        if form and not lexicon.part:
            raise RuleError(
                f"{place}: lexicon `{name}` has no forms, so `{{{name}.{form}}}` is empty"
            )
        if form and form not in FORMS:
            raise RuleError(f"{place}: `{form}` is no form of a word{hint(form, FORMS)}")
        if name in self._open:
            raise RuleError(f"{lexicon.place}: lexicon `{name}` contains itself")
        if len(self.classes) > _MOST:
            raise RuleError(f"{place}: more than {_MOST} word classes")
        self._open.append(name)
        built = WordClass(0)
        for entry, entry_place in lexicon.entries:
            self._add(built, entry, entry_place, lexicon.part, form)
        self._open.pop()
        if not (built.phrases or built.capitals or built.inline):
            raise RuleError(f"{place}: `{{{name}.{form}}}` matches nothing")
        built.number = len(self.classes)
        self.classes[name, form] = built
        return built

    def _add(self, built: WordClass, entry: str, place: str, part: str, form: str) -> None:
        try:
            tree = pat.parse(entry)
        except pat.PatternError as error:
            raise RuleError(f"{place}: `{entry}`: {error}") from None
        if len(tree.parts) == 1 and isinstance(tree.parts[0], pat.Ref):
            ref = tree.parts[0]
            other = self.word_class(ref.name, ref.form or form if part else ref.form, place)
            built.phrases |= other.phrases
            built.capitals |= other.capitals
            built.inline += other.inline
            return
        spelled = self._spell(tree, place)
        if spelled is None:
            built.inline.append(tree)
            return
        capitals = any(c.isalpha() for c in entry) and entry == entry.upper() and len(entry) > 1
        for text in spelled:
            forms = {text.strip()}
            if part:
                by_form = inflect(text.strip(), part)
                forms = by_form.get(form, set()) if form else set().union(*by_form.values())
            (built.capitals if capitals else built.phrases).update(
                word.upper() if capitals else word for word in forms
            )

    def _spell(self, tree: pat.Seq, place: str) -> set[str] | None:
        """All strings of an entry that begin and end with a word character, or None."""
        if pat.asserts(tree):
            return None
        names: dict[tuple[str, str], str] = {}
        parts: dict[str, set[str]] = {}
        for number, (name, form) in enumerate(sorted(pat.refs(tree))):
            other = self.word_class(name, form, place)
            if other.inline or other.capitals:
                return None
            names[name, form] = chr(_OPENS + number)
            parts[chr(_OPENS + number)] = other.phrases
        found = pat.strings(tree, _ENTRY_LIMIT, names)
        if found is None:
            return None
        for mark, phrases in parts.items():
            # One at a time: "{digit} in {digit}" may hold two different digits.
            while any(mark in text for text in found):
                if len(found) * len(phrases) > _ENTRY_LIMIT:
                    return None
                found = {
                    text.replace(mark, word, 1)
                    for text in found
                    for word in (phrases if mark in text else ("",))
                }
        if any(set(text) & {pat.TAINT, pat.BREAK, pat.NUMBER} for text in found):
            return None
        found = {_BLANKS.sub(" ", text).strip() for text in found}
        if not all(text and text[0].isalnum() and text[-1].isalnum() for text in found):
            return None
        return found


def phrase_table(classes: dict[tuple[str, str], WordClass]) -> PhraseTable:
    """The table for all classes."""
    numbers: dict[tuple[str, bool], set[int]] = {}
    for built in classes.values():
        for capital, phrases in ((False, built.phrases), (True, built.capitals)):
            for phrase in phrases:
                numbers.setdefault((phrase, capital), set()).add(built.number)
    lengths: dict[str, set[int]] = {}
    lower: dict[str, Phrases] = {}
    upper: dict[str, Phrases] = {}
    for (phrase, capital), some in sorted(numbers.items()):
        tokens = _TOKEN.findall(phrase.lower())
        if not tokens or not phrase.lower().startswith(tokens[0]):
            continue  # it begins with no word character, so no token begins it
        key = " ".join(tokens[:2])
        for begin in (tokens[0], key):
            lengths.setdefault(begin, set()).add(len(tokens))
        (upper if capital else lower).setdefault(key, {})[phrase] = tuple(sorted(some))
    return PackedDict(
        {
            key: (tuple(sorted(some)), lower.get(key, {}), upper.get(key, {}))
            for key, some in lengths.items()
        }
    )
