"""Word classes and patterns of the kinds that a plan could get wrong."""

from __future__ import annotations

from hypothesis import strategies as st

LEXICONS = """
treatment:
  inflect: noun
  words: [ketamine, ketamine infusion, clinical ketamine, TMS, st\\. john's wort, "{gas} therapy"]
gas: [ozone, oxygen]
relief: {inflect: verb, words: [relieve, ease, get rid of, "(put an )?end"]}
share: ['\\d+ ?%', "{digit} in {digit}", half, '\\d[\\d.,]*', 'a (small )?part']
digit: [one, two, seven, ten]
nested: [one, two, one two, two three, one two three, three, a, the]
glue:
  ['re', 're-', 'long(-| )?lasting', 'off? ?(hand|site)', '[sz]', '(?<=x)s', '(the )?x', "o'clock"]
capital: [IT, US, NHS, TMS, "The US", '(?-i:WHO)']
"""
PATTERNS = (
    "{treatment} (is|are) {gap:3} safe( and effective)?",
    "{relief} {gap:2} pain",
    "{share} of {gap:1} patients",
    "^no side effects$",
    "{treatment} {relief.s}",
    "cure\\w*",
    "(no|zero|little) (known )?(risks?|downtime)",
    "\\d+ (days|weeks)",
    "(?<=not )safe",
    "safe(?! from)",
    "naïve|café",
    "don't {gap:2} wait",
    "safe( |-)?effective",
    "long(-| )?lasting (relief|pain)?",
    "(the )?ketamine( the)?",
    "off? ?{gap:4}(pain|days)",
    "{nested} {nested} (x|{nested})",
    "({nested} )*{digit}$",
    "{nested}s?",
    "{glue}{digit}",
    "{glue}-?{treatment}",
    "organi[sz]e[sd]?",
    "safe[^.;]{3,80}pain",
    "\\d[\\d.,]*( ?%)?",
    "[\\d.,]+ of",
    "\\$\\d{1,3}(,\\d{3})*",
    "(%|£|€) ?(of|\\d)",
    "[%£]? of",
    "^{treatment}",
    "{relief}$",
    "^(a|the)? ?{digit}",
    "{capital} (is|are)?",
    "(?-i:TMS|The) {gap:1} is",
    "(?-i:\\p{Lu})\\w+ safe",
    "\\p{P} ?safe",
    "(?=k){treatment}",
    "(?<!not )(?<!\\w-)safe",
    "\\bsafe\\B",
    "((is|are) )?(not )?(very )?safe",
    "(un|re-?)?safe(ly|ness)?",
    "pain[- ]?(free)?\\W",
    "{relief.ed}[-–] ?(pain)? ?",
    "µg|\\d ?µg",
    "[а-я]+ safe|[αβ]-safe",
    "[★⭐]+|★ {gap:2} ★",
    "a.b|a.{0,5}of",
    "(a|b)+{digit}?",
    "[a-z']+ly",
    "(ozone|oxygen)( |-|/)?therapy",
)

_ATOMS = (
    "long", "last", "ing", "the", "x", "xs", "off", "of", "a", "is", "not", "safe", "re", "pain",
    "don't", "naïve", "30", "1", "µg", "μ", "mg", "TMS", "мг", "а", "σ", "é", "ß", "★", "_",
    "{treatment}", "{treatment.s}", "{share}", "{digit}", "{nested}", "{glue}", "{relief}",
    "{relief.ed}", "{capital}", "{k=treatment}", "[sz]", "[eé]", "[^.;]", "\\w", "\\d", "[\\d.,]",
    "[a-z]", "\\W", "\\s", "[%£]", "%", "£", "\\.", ",", "'", "/", "\\(", "\\)", "\\?", "!", "–",
    "[-–]", "[\\w-]", "[^\\w]", "[A-Z]", "\\S", "\\D", ".", "&", "\\+", "\\$", "[a-z']", "[0-9]",
    "[4-9]", "[.,]", "[а-я]", "[a-zа-я]", "[αβ]", "[½¼]", "[ -ж]", "[★⭐]", "[^a-z]", "[^ ]",
    "\\p{Lu}", "\\p{L}", "\\p{P}", "\\p{N}",
)  # fmt: skip
_REPEATED = ("", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{3,80}", "{2,}", "??", "?+")
_BETWEEN = (
    "", "", "", " ", " ", " ", "-", " ?", "-?", "( |-)?", " {gap:1}", " {gap:3} ", "{gap:2}",
)  # fmt: skip
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!", "(?-i:", "(?i:", "(?:")



def _words(atoms: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(atoms), st.sampled_from(_REPEATED)).map(
        # No repetition of the last letter of a word.
        lambda pair: "".join(pair) if len(pair[0]) == 1 or pair[0][0] in "[\\{" else pair[0]
    )


def _longer(
    inner: st.SearchStrategy[str], between: tuple[str, ...] = _BETWEEN
) -> st.SearchStrategy[str]:
    runs = st.lists(st.tuples(inner, st.sampled_from(between)), min_size=1, max_size=4).map(
        lambda pairs: "".join(map("".join, pairs))
    )
    options = st.lists(runs, min_size=1, max_size=3).map("|".join)
    groups = st.tuples(options, st.sampled_from(("", "", "?", "*", "+", "{0,2}", "{2}"))).map(
        lambda pair: f"({pair[0]}){pair[1]}"
    )
    looks = st.tuples(st.sampled_from(_LOOKS), options).map(lambda pair: f"{pair[0]}{pair[1]})")
    return runs | groups | groups | looks


def patterns() -> st.SearchStrategy[str]:
    """Patterns of any shape. Not all are allowed."""
    return st.tuples(
        st.sampled_from(("", "", "", "^")),
        _longer(st.recursive(_words(_ATOMS), _longer, max_leaves=10)),
        st.sampled_from(("", "", "", "$")),
    ).map("".join)


def bare_patterns() -> st.SearchStrategy[str]:
    """Patterns that are the regular expressions that they look like. Not all are allowed."""
    words = _words(tuple(atom for atom in _ATOMS if not atom.startswith("{")))
    return st.recursive(words, lambda inner: _longer(inner, ("",)), max_leaves=6)
