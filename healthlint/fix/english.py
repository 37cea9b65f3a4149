"""Small English: articles, capitals and stops, so that new words fit where the old ones stood."""

from __future__ import annotations

import re

#: An article that stands right before some words.
ARTICLE = re.compile(r"(?<![^\W_])(an?)([ \n]+)$", re.IGNORECASE)

_OWN_ARTICLE = re.compile(r"(?:an?|the) ", re.IGNORECASE)
_WORD = re.compile(r"[\"'“‘(\[]*([^\W_]+)")
_AS_A = re.compile(
    r"(?:uni(?!n|m)|use|usu|util|eu|one(?![a-z])|once|ubiq|ura|uro)", re.IGNORECASE
)
_AS_AN = re.compile(r"(?:hour|honest|hono|heir)", re.IGNORECASE)
_STOP = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_LETTER = re.compile(r"[^\W\d_]")


def has_article(text: str) -> bool:
    """Whether a text begins with an article of its own."""
    return bool(_OWN_ARTICLE.match(text))


def article(text: str) -> str:
    """`a` or `an`, as the sound of the first word of the text asks for."""
    match = _WORD.match(text)
    if not match:
        return "a"
    word = match[1]
    if word[0].isdigit():
        return "an" if re.match(r"8|11(?!\d)|18(?!\d)", word) else "a"
    if len(word) > 1 and word.isupper() and not (len(word) > 4 and re.search("[AEIOU]", word)):
        return "an" if word[0] in "AEFHILMNORSX" else "a"  # spelled out: an SSRI, a PTSD
    if _AS_A.match(word):
        return "a"
    return "an" if word[0] in "aeiouAEIOU" or _AS_AN.match(word) else "a"


def in_case_of(old: str, new: str) -> str:
    """The article `new` in the case of the article `old`."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new.capitalize() if old[:1].isupper() else new


def capital(text: str) -> str:
    """The text with a capital at its first letter."""
    match = _LETTER.search(text)
    if not match or re.match(r"\w[A-Z]", text[match.start() :]):  # rTMS, mRNA
        return text
    return text[: match.start()] + text[match.start()].upper() + text[match.end() :]


def starts_capital(text: str) -> bool:
    """Whether the first letter of a text is a capital."""
    match = _LETTER.search(text)
    return bool(match and match[0].isupper())


def stopped(text: str) -> bool:
    """Whether a text ends with a stop."""
    return bool(_STOP.search(text.rstrip()))


def unstopped(text: str) -> str:
    """The text without the full stop at its end, if it is one sentence."""
    bare = text.rstrip()
    return bare[:-1] if bare.endswith(".") and not re.search(r"[.!?]\s", bare[:-1]) else text
