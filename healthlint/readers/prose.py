"""Which strings of code and data are copy that a reader of the site will see."""

from __future__ import annotations

from healthlint.lazyre import lazy

#: Names whose strings are never copy, whatever they look like.
_NEVER = frozenset(
    "class classname class_name id key href src srcset url uri slug path to from type name style "
    "d viewbox fill stroke rel target icon color colour lang locale format layout template variant "
    "size role method action queryfn query mutation regex pattern email phone sku date datetime "
    "createdat updatedat publishedat css sx tw".split()
)
#: Names whose strings are copy even if they are short.
_COPY = frozenset(
    "alt title subtitle headline subheadline heading subheading label tagline caption description "
    "excerpt summary intro lead placeholder body text content copy message answer question quote "
    "testimonial cta aria_label arialabel button note disclaimer value html markdown".split()
)
_WORD = lazy(
    r"[(\[\"'\u2018\u201c]*(?:[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|[$\u00a3\u20ac]?\d[\d.,%\u2013-]*"
    r"|[&\ufffc\u2013\u2014-])[)\]\"'\u2019\u201d\u2122\u00ae]*[.,;:!?\u2026]*[)\"'\u2019\u201d]*"
)
_LITTLE = frozenset(
    "a an the of to in on at for from by with without and or but if is are was were be been has "
    "have had will can may must not no your you our we us my i it its this that these those their "
    "they he she his her as than more most all any every when who what how which into about".split()
)
_MARKUP = lazy(r"<[^<>]*>|&#?\w+;|[*_`#>\[\]]+|\(\S*\)")
_CODE = lazy(
    r"[{};]\s*$|=>|\b(?:SELECT|INSERT INTO|UPDATE|DELETE) .*\b(?:FROM|SET|VALUES|WHERE)\b"
    r"|^\s*(?:query|mutation|fragment)\b.*\{|\w\(\w*\)\s*[;{]|==|&&|\|\||:\s*[\w#.-]+;",
)
_SENTENCE = lazy(r"[.!?\u2026][\"'\u2019\u201d)]*(?:\s|$)")
_NAME = lazy(r"(?<=[a-z\d])(?=[A-Z])|[-\s.]+")


def plain_name(name: str) -> str:
    """A name of a key or attribute in lower case, its words joined by "_"."""
    return _NAME.sub("_", name.strip("\"'`_$")).lower()


def never(name: str) -> bool:
    """Whether strings under this name are never copy."""
    plain = plain_name(name)
    return (
        name.startswith("data-")
        or plain in _NEVER
        or plain.replace("_", "") in _NEVER
        or plain.rpartition("_")[2] in ("id", "url", "slug", "class", "classes", "key", "path")
    )


def is_copy(name: str) -> bool:
    """Whether strings under this name are copy even if they are one word or two."""
    plain = plain_name(name)
    return plain in _COPY or plain.rpartition("_")[2] in _COPY


def is_prose(text: str, name: str = "") -> bool:
    """Whether a string reads like something a person wrote for people.

    `name` is the key or attribute it stands under, if any.
    """
    if name and never(name):
        return False
    if _CODE.search(text[:20_000]):
        return False
    found = _MARKUP.sub(" ", text[:20_000]).split()
    tokens = [token for token in found if token.isascii() or any(map(str.isalnum, token))]
    words = [token for token in tokens if _WORD.fullmatch(token)]
    letters = [word for word in words if any(sign.isalpha() for sign in word)]
    if not letters or len(words) < 0.7 * len(tokens):
        return False
    if name and is_copy(name):
        return len(words) > 1 or letters[0][0].isupper()
    if len(words) < 3 or len(letters) < 2:
        return False
    little = any(word.strip(".,;:!?\"'").lower() in _LITTLE for word in letters)
    if letters[0][0].islower() and not little:
        return bool(_SENTENCE.search(text)) and len(letters) > 3
    return little or bool(_SENTENCE.search(text)) or len(letters) > 3 or letters[0][0].isupper()
