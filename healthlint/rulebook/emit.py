"""A pattern's tree turned into a regular expression over tagged text (see `healthlint.tagging`).

In tagged text every phrase of a word class stands between an opening and a closing mark of the
class, both private-use characters, so that a class costs a pattern two characters and not a list.
"""

from __future__ import annotations

import re

from healthlint.rulebook import pattern as pat
from healthlint.rulebook.vocabulary import Vocabulary

OPEN = "[\ue000-\uefff]*"
CLOSE = "[\uf000-\uf8ff]*"
# Possessive wherever giving back could not help: a gap of many tagged words has else very many
# ways to fail. Only the marks that open before a word are given back, for the class there.
# Runs have an end, for text that has none: without it a line of 20,000 hyphens, or a list with
# commas and no blanks, is read to its end from every place in it.
_BLANKS = r"[\s\-]{1,60}+"
_SPACE = rf"{CLOSE}+{_BLANKS}{OPEN}"
_GAP_WORD = rf"[^\s\-;:!?–—]{{1,200}}+{_BLANKS}"
_START, _END = r"(?<!\w)", r"(?!\w)"


def emit(tree: pat.Seq, vocabulary: Vocabulary, place: str) -> str:
    """The regular expression of a whole pattern, bounded by word ends on both sides."""
    return f"{_START}(?:{_seq(tree, vocabulary, place, capture=True)}){_END}"


def _node(node: pat.Node, vocabulary: Vocabulary, place: str, capture: bool) -> str:
    if isinstance(node, pat.Text):
        char = re.escape(node.char)
        return char if node.char.isalnum() or node.char == "_" else f"{CLOSE}{char}{OPEN}"
    if isinstance(node, pat.Space):
        return _SPACE
    if isinstance(node, pat.Edge):
        return {"^": r"\A\W*", "$": r"\W*\Z"}.get(node.mark, node.mark)
    if isinstance(node, pat.Raw):
        return node.source
    if isinstance(node, pat.Ref):
        return _ref(node, vocabulary, place, capture)
    if isinstance(node, pat.Group):
        options = (
            _seq(option, vocabulary, place, capture and not node.look) for option in node.options
        )
        return f"({node.look or '?:'}{'|'.join(options)})"
    if isinstance(node, pat.Repeat):
        most = "" if node.high is None else str(node.high)
        inner = _node(node.node, vocabulary, place, capture and node.high == 1)
        return f"(?:{inner}){{{node.low},{most}}}{node.suffix}"
    if isinstance(node, pat.Gap):
        return rf"(?:{_GAP_WORD}){{0,{node.most}}}?{OPEN}"
    return _seq(node, vocabulary, place, capture)


def _seq(seq: pat.Seq, vocabulary: Vocabulary, place: str, capture: bool) -> str:
    out: list[str] = []
    skip_space = False
    for part in seq.parts:
        if skip_space and isinstance(part, pat.Space):
            skip_space = False
            continue
        # A gap brings its own blanks; without words it is nothing.
        skip_space = isinstance(part, pat.Gap)
        out.append(_node(part, vocabulary, place, capture))
    return "".join(out)


def _ref(ref: pat.Ref, vocabulary: Vocabulary, place: str, capture: bool) -> str:
    built = vocabulary.word_class(ref.name, ref.form, place)
    options = []
    if built.phrases or built.capitals:
        opens, closes = built.opens, built.closes
        # To the first close, whatever opens on the way ("clinical studies" holds "studies"); then
        # to closes of longer phrases that began here.
        options.append(f"{opens}[^{closes}]*+{closes}(?:[^{opens}{closes}]*+{closes})*?")
    for tree in built.inline:
        options.append(f"{_START}{_seq(tree, vocabulary, place, capture=False)}{_END}")
    return f"(?{f'P<{ref.key}>' if capture else ':'}{'|'.join(options)})"
