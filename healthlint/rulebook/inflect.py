"""Forms of English verbs, nouns and adjectives, so that a word class lists base forms only.

Regular spelling rules (doubling, -e, -y) with the irregular words that health copy uses; the rules
are those of any English grammar, e.g. Quirk et al., A Comprehensive Grammar (1985), ch. 3 and 5.
"""

from __future__ import annotations

import re

_IRREGULAR = {
    "be": ("is", "was were been", "being"), "have": ("has", "had", "having"),
    "do": ("does", "did done", "doing"), "go": ("goes", "went gone", "going"),
}  # fmt: skip
_PAST = {
    "beat": "beat beaten", "become": "became become", "begin": "began begun", "bind": "bound",
    "bite": "bit bitten", "bleed": "bled", "blow": "blew blown", "break": "broke broken",
    "breed": "bred", "bring": "brought", "build": "built", "burn": "burned burnt", "buy": "bought",
    "catch": "caught", "choose": "chose chosen", "come": "came come", "cost": "cost", "cut": "cut",
    "deal": "dealt", "dig": "dug", "draw": "drew drawn", "drink": "drank drunk",
    "drive": "drove driven", "eat": "ate eaten", "fall": "fell fallen", "feed": "fed",
    "feel": "felt", "fight": "fought", "find": "found", "fly": "flew flown",
    "forget": "forgot forgotten", "freeze": "froze frozen", "get": "got gotten",
    "give": "gave given", "grow": "grew grown", "hear": "heard", "hide": "hid hidden", "hit": "hit",
    "hold": "held", "hurt": "hurt", "keep": "kept", "know": "knew known", "lead": "led",
    "leave": "left", "let": "let", "lie": "lay lain lied", "light": "lit lighted", "lose": "lost",
    "make": "made", "mean": "meant", "meet": "met",
    "overcome": "overcame overcome",
    "pay": "paid", "put": "put", "quit": "quit", "read": "read", "rebuild": "rebuilt",
    "regrow": "regrew regrown", "reset": "reset", "rewrite": "rewrote rewritten", "rid": "rid",
    "ride": "rode ridden", "rise": "rose risen", "run": "ran run", "say": "said", "see": "saw seen",
    "sell": "sold", "send": "sent", "set": "set", "shake": "shook shaken", "shed": "shed",
    "shine": "shone shined", "show": "showed shown", "shrink": "shrank shrunk", "shut": "shut",
    "sit": "sat", "sleep": "slept", "speak": "spoke spoken", "spend": "spent", "stand": "stood",
    "steal": "stole stolen", "stick": "stuck", "stop": "stopped", "swear": "swore sworn",
    "sweat": "sweated sweat", "swell": "swelled swollen", "take": "took taken", "teach": "taught",
    "tell": "told", "think": "thought", "throw": "threw thrown", "understand": "understood",
    "undo": "undid undone", "sweep": "swept", "unwind": "unwound", "spring": "sprang sprung",
    "shoot": "shot", "sink": "sank sunk", "spread": "spread", "arise": "arose arisen",
    "awake": "awoke awoken", "awaken": "awakened", "split": "split", "seek": "sought",
    "bend": "bent", "lend": "lent", "sing": "sang sung", "swim": "swam swum", "ring": "rang rung",
    "strike": "struck", "swing": "swung", "weep": "wept", "bear": "bore borne", "tear": "tore torn",
    "shear": "sheared", "forgive": "forgave forgiven", "rewind": "rewound",
    "outlive": "outlived", "grind": "ground",
    "upset": "upset", "wake": "woke woken", "wear": "wore worn",
    "win": "won", "withdraw": "withdrew withdrawn", "write": "wrote written", "wind": "wound",
    "outgrow": "outgrew outgrown", "outdo": "outdid outdone", "offset": "offset",
}  # fmt: skip
_PLURAL = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "foot": "feet",
    "tooth": "teeth", "life": "lives", "wife": "wives", "knife": "knives", "self": "selves",
    "analysis": "analyses", "diagnosis": "diagnoses", "crisis": "crises", "prognosis": "prognoses",
    "hypothesis": "hypotheses", "datum": "data", "medium": "media", "bacterium": "bacteria",
    "mitochondrion": "mitochondria", "ovary": "ovaries", "half": "halves", "mouse": "mice",
}  # fmt: skip
# Two syllables and more double only when the last is stressed; these are the ones that do.
_STRESSED = frozenset(
    "commit admit permit submit regret control prefer refer occur begin forget expel compel propel "
    "transfer rebut unplug format reset equip deter incur recur patrol rerun upset outwit".split()
)


def _doubles(word: str) -> bool:
    if not re.fullmatch(r".*[^aeiou][aeiou][bcdfgklmnprtvz]", word) or word.endswith(("w", "x")):
        return False
    syllables = len(re.findall(r"[aeiouy]+", word))
    return syllables == 1 or word in _STRESSED


def verb(base: str) -> dict[str, set[str]]:
    """Forms of a verb: `base`, `s`, `ed` (past and participle, both spellings), `ing`."""
    if base in _IRREGULAR:
        irregular = _IRREGULAR[base]
        return {
            "base": {base},
            "s": {irregular[0]},
            "ed": set(irregular[1].split()),
            "ing": {irregular[2]},
        }
    third = noun(base)["s"]
    stem = base[:-1] if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else base
    if base.endswith("ie"):
        stem, ing = base[:-2] + "y", {base[:-2] + "ying"}
    elif _doubles(base):
        ing = {base + base[-1] + "ing"}
    else:
        ing = {stem + "ing"}
    if base in _PAST:
        past_forms = set(_PAST[base].split())
    elif base.endswith("e"):
        past_forms = {base + "d"}
    elif re.search(r"[^aeiou]y$", base):
        past_forms = {base[:-1] + "ied"}
    elif _doubles(base):
        past_forms = {base + base[-1] + "ed"}
    else:
        past_forms = {base + "ed"}
    if re.search(r"[^aeiou][aeiou]l$", base) and not _doubles(base):
        # cancelled and canceled, signalling and signaling
        past_forms |= {base + "led", base + "ed"}
        ing |= {base + "ling", base + "ing"}
    return {"base": {base}, "s": third, "ed": past_forms, "ing": ing}


def noun(base: str) -> dict[str, set[str]]:
    """Forms of a noun: `base` and `s` (the plural)."""
    if base in _PLURAL:
        plural = _PLURAL[base]
    elif base.endswith(("s", "x", "z", "ch", "sh")):
        plural = base + "es"
    elif re.search(r"[^aeiou]y$", base):
        plural = base[:-1] + "ies"
    elif base.endswith("o") and base not in ("photo", "memo", "pro", "placebo", "ego", "logo"):
        plural = base + "es"
    else:
        plural = base + "s"
    return {"base": {base}, "s": {plural}}


def adjective(base: str) -> dict[str, set[str]]:
    """Forms of a short adjective: `base`, `er`, `est`; longer ones compare with more and most."""
    irregular = {"good": ("better", "best"), "bad": ("worse", "worst"), "well": ("better", "best"),
                 "far": ("further", "furthest"), "little": ("less", "least")}  # fmt: skip
    if base in irregular:
        er, est = irregular[base]
        return {"base": {base}, "er": {er}, "est": {est}}
    if len(re.findall(r"[aeiouy]+", base.rstrip("e"))) > 1 and not base.endswith(("y", "le", "ow")):
        return {"base": {base}, "er": set(), "est": set()}
    if base.endswith("e"):
        stem = base[:-1]
    elif re.search(r"[^aeiou]y$", base):
        stem = base[:-1] + "i"
    elif _doubles(base):
        stem = base + base[-1]
    else:
        stem = base
    return {"base": {base}, "er": {stem + "er"}, "est": {stem + "est"}}


PARTS_OF_SPEECH = {"verb": verb, "noun": noun, "adjective": adjective}


def inflect(entry: str, part: str) -> dict[str, set[str]]:
    """Forms of an entry: of the first word of a verb phrase, of the last word of a noun phrase."""
    words = entry.split(" ")
    at = len(words) - 1 if part == "noun" else 0
    forms = PARTS_OF_SPEECH[part](words[at])
    return {
        form: {" ".join([*words[:at], word, *words[at + 1 :]]) for word in some}
        for form, some in forms.items()
    }
