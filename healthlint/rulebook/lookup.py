"""What texts are looked up in: the phrases of word classes, and the groups of the index."""

from __future__ import annotations

from typing import NamedTuple

from healthlint.rulebook.packed import PackedDict

#: Phrase -> numbers of word classes.
Phrases = dict[str, tuple[int, ...]]


#: The phrases of all word classes, under their only token or their first two in lower case: how
#: many tokens phrases that begin so have, ascending; those in lower case, which match in any case;
#: those in capitals, which match as they are. Blanks and hyphens in a phrase are one blank.
PhraseTable = PackedDict[tuple[tuple[int, ...], Phrases, Phrases]]


class Index(NamedTuple):
    """The numbers of the groups (of `rulebook.plan`) that each word, word class or sign belongs to.

    There are `size` groups. Any word belongs to `any_groups`, one with a digit to `number_groups`
    and, if it has more than digits, to `mixed_groups`, one with a capital to `capital_groups`.
    `prefixes` are beginnings of words with their groups, by their first letters.
    """

    size: int
    words: PackedDict[tuple[int, ...]]
    classes: dict[int, tuple[int, ...]]
    signs: dict[str, tuple[int, ...]]
    prefixes: dict[str, tuple[tuple[str, tuple[int, ...]], ...]]
    number_groups: tuple[int, ...]
    mixed_groups: tuple[int, ...]
    capital_groups: tuple[int, ...]
    any_groups: tuple[int, ...]
