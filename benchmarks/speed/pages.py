"""Pages of an invented clinic's site, the same bytes for the same seed on every machine.

A page is front matter, headings, paragraphs, lists and a table in Markdown, about 8 KB. Most
sentences are careful ones; one page in three makes a claim in one sentence of eight, one in three
in one of twenty-five, one in three none. All names and figures are invented. Sentences are put
together from parts, so that few come twice, as on the pages of a real site.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

SEED = 20_260_101
PAGE_BYTES = 8_000

#: Slot -> what may stand there.
SLOTS = {
    "treatment": (
        "ketamine", "semaglutide", "tirzepatide", "testosterone", "botulinum toxin", "metformin",
        "cognitive behavioural therapy", "physiotherapy", "an insulin pump", "a nasal spray",
        "minoxidil", "the contraceptive implant", "an inhaler", "a statin", "an allergy test",
        "light therapy", "a hearing aid", "laser treatment", "vitamin B12", "a knee injection",
    ),
    "condition": (
        "depression", "type 2 diabetes", "migraine", "asthma", "psoriasis", "insomnia", "acne",
        "high blood pressure", "tinnitus", "back pain", "hay fever", "osteoarthritis", "eczema",
        "an underactive thyroid", "irritable bowel syndrome", "anxiety", "hair loss", "gout",
    ),
    "effect": (
        "a headache", "nausea", "a dry mouth", "dizziness", "tiredness", "a rash", "swelling",
        "a change in appetite", "trouble sleeping", "constipation", "a sore arm", "blurred vision",
    ),
    "person": (
        "your doctor", "a pharmacist", "our nurse", "the specialist", "your family doctor",
        "a dietitian", "the physiotherapist", "a member of the team", "your midwife", "Dr. Hollis",
    ),
    "time": (
        "two weeks", "a month", "six weeks", "ten days", "three months", "half a year", "a year",
        "48 hours", "the first appointment", "twelve sessions", "the summer", "a few days",
    ),
    "number": tuple(str(n) for n in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 36, 45, 60, 90)),
    "place": (
        "Alder Street", "the Riverside building", "Harbour Lane", "the second floor", "Elm House",
        "the north entrance", "Mill Road", "the old library", "the ground floor", "Quay Court",
    ),
    "thing": (
        "a list of your medicines", "your last blood results", "a photograph of the label",
        "comfortable shoes", "your insurance card", "the letter from the hospital", "a glass case",
        "somebody who can drive you home", "a diary of your symptoms", "your old prescription",
    ),
    "figure": ("61%", "48%", "72%", "9 in 10", "83%", "three out of four", "94%", "55%", "70%"),
}  # fmt: skip
CAREFUL = (
    "Please bring {thing} and {thing} when you first come to see us.",
    "The appointment takes about {number} minutes, and {person} will go through the form with you.",
    "Some people notice {effect} after {time}; tell {person} if it does not go away.",
    "We see patients at [{place}](/contact/) on weekdays from 8:30 to 17:00, and by telephone.",
    "{treatment} is one of several options for {condition}, and it does not suit everybody.",
    "Before you start, {person} asks about your heart, your kidneys and any allergies you have.",
    "If you take other medicines, ask {person} whether they can be used together with {treatment}.",
    "Common side effects are {effect}, {effect} and **{effect}**; rarer ones stand in the leaflet.",
    "A referral for {condition} usually reaches us within {time}, and we write to you by post.",
    "You may eat and drink as usual unless *{person}* has told you otherwise.",
    "The price of a first visit is £{number}0; a follow-up of {number} minutes costs less.",
    "Parking near {place} is limited, so please allow {number} minutes to find a space.",
    "We do not know yet who will be helped by {treatment} and who will not.",
    "In one trial of {number}0 people with {condition}, results after {time} were mixed.[^1]",
    "Do not stop taking {treatment} on your own; speak to {person} first.",
    "If {condition} has come back, {person} can talk to you about what else might be tried.",
    "The team meets every Tuesday to discuss new referrals, waiting times and safeguarding.",
    "Children under {number} are seen in a separate clinic, with a parent or carer present.",
    "You can cancel up to {number} hours before; after that a fee may apply.",
    "Our leaflet on {condition} explains the words that doctors use, from `HbA1c` to remission.",
    "Call 111 or your local service when you feel unwell and the clinic is closed.",
    "Most of what we do for {condition} is paid for by insurers, but ask yours before you book.",
    "Keep {treatment} in its box, below 25 °C, and out of the reach of children.",
    "After {time} we ask you to fill in the same questionnaire again, which takes a few minutes.",
    "It’s worth writing down your questions — there’s often less time than you’d think.",
    "{person} will check your blood pressure, your weight and how you have been sleeping.",
    "Interpreters can be booked free of charge; tell us which language you prefer.",
    "Whether {treatment} is right for you depends on your history and on what matters to you.",
    "Results are sent to {person} within {number} working days & copied to you on request.",
    "There is step-free access from {place}, and a quiet room for anyone who needs it.",
    "Walking, swimming or cycling for {number} minutes most days is a reasonable place to begin.",
    "We keep your records for {number} years, as the law asks, and nobody else may read them.",
)  # fmt: skip
CLAIMS = (
    "{treatment} is a safe and effective treatment for {condition}.",
    "Our patients see dramatic results within {time}, with no side effects at all.",
    "{figure} of our clients are free of {condition} after {time}.",
    "This breakthrough has transformed the way {condition} is treated.",
    "{treatment} works better than anything your doctor has offered you.",
    "It is FDA-approved for {condition}, so you have nothing to fear.",
    "Book today: only {number} places are left at this price!",
    "“I had {condition} for years, and {treatment} gave me my life back,” says Dana, 41.",
    "It flushes toxins out of your body and boosts your immune system.",
    "Studies have proven that {treatment} cures {condition}.",
    "A growing number of sufferers turn to {treatment} as a natural alternative.",
    "You will feel the difference after the very first session, guaranteed.",
)  # fmt: skip
#: What may stand before a sentence, and behind it.
BEFORE = (
    "For the first {number} days, ", "Whatever you decide, ", "In our experience at {place}, ",
    "As a rule, ", "If you come with {condition}, ", "On the day of your visit, ",
    "Since last spring, ", "Like most clinics near {place}, we should say this plainly: ",
    "Once {person} has seen you, ", "At your age or at {number}0, ", "During the week, ",
    "When {condition} keeps you awake, ", "Before {time} have passed, ",
    "Unless {person} tells you otherwise, ", "To be clear, ", "With {treatment} or without it, ",
    "For people who also have {condition}, ", "Now and then, ",
)  # fmt: skip
BEHIND = (
    " — ask at {place} if that is not clear", ", and {person} can explain why",
    " (see page {number})", ", whether you have {condition} or not",
    "; this was last reviewed {time} ago", ", as far as we know",
    ", except for people who take {treatment}", ", which is also what {person} will tell you",
    ", even after {time}", "; bring {thing} all the same", " when you are seen at {place}",
    ", and we note it in your file", ", at least for {condition}",
    " on {number} days out of a hundred",
)  # fmt: skip
HEADINGS = (
    "What to expect", "Before your visit", "How {treatment} is given", "Living with {condition}",
    "Side effects", "Costs and insurance", "Is {treatment} right for you?", "Who we are",
    "Where to find us", "After the appointment", "Questions people ask", "Getting a referral",
    "What the evidence says", "When to call us", "Medicines and {condition}", "Our team",
)  # fmt: skip
TITLES = ("{treatment} and {condition}", "Help with {condition}", "About {treatment}")
_NAMES = ("I", "It’s")  # these keep their capitals
NOTES = "[^1]: Harte L, Osei P. J Invented Med. 2021;12(3):45-52. https://example.org/{number}"


def page(number: int, seed: int = SEED) -> str:
    """The text of a page by number, without any other page being made."""
    dice = random.Random(seed * 1_000_003 + number)
    bold = (0.0, 0.04, 0.12)[number % 3]  # the share of sentences that claim something
    title = _fill(dice.choice(TITLES), dice)
    about = _sentence(dice, bold).replace('"', "”")
    day = dice.randint(1, 9)
    front = f'---\ntitle: {title}\ndescription: "{about}"\ndate: 2025-03-0{day}\n---'
    parts = [front, f"# {title}"]
    size = 0
    while size < PAGE_BYTES - 700:
        parts.append(f"## {_fill(dice.choice(HEADINGS), dice)}")
        for _ in range(dice.randint(1, 3)):
            parts.append(_paragraph(dice, bold))
        extra = dice.random()
        if extra < 0.35:
            parts.append("\n".join(f"- {_sentence(dice, bold)}" for _ in range(dice.randint(3, 5))))
        elif extra < 0.5:
            parts.append(_table(dice))
        elif extra < 0.6:
            parts.append(f"> {_sentence(dice, bold)}")
        elif extra < 0.7:
            parts.append(f"![{_fill('A room at {place}', dice)}](/img/{dice.randint(1, 99)}.jpg)")
        size = sum(len(part) + 2 for part in parts)
    parts.append(_fill(NOTES, dice))
    return "\n\n".join(parts) + "\n"


def write(folder: Path, pages: int, seed: int = SEED) -> int:
    """Write so many pages into folders of fifty; the number of bytes."""
    total = 0
    for number in range(pages):
        path = folder / f"part-{number // 50:03}" / f"page-{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = page(number, seed).encode()
        path.write_bytes(data)
        total += len(data)
    return total


def _paragraph(dice: random.Random, bold: float) -> str:
    return "\n".join(_wrapped(" ".join(_sentence(dice, bold) for _ in range(dice.randint(3, 6)))))


def _sentence(dice: random.Random, bold: float) -> str:
    said = dice.choice(CLAIMS if dice.random() < bold else CAREFUL)
    if dice.random() < 0.6:
        first, _, rest = said.partition(" ")
        said = dice.choice(BEFORE) + (first if first in _NAMES else first.lower()) + " " + rest
    if dice.random() < 0.6 and said.endswith("."):
        said = said[:-1] + dice.choice(BEHIND) + "."
    said = _fill(said, dice)
    return said[0].upper() + said[1:]


def _table(dice: random.Random) -> str:
    rows = [f"| {_fill('{treatment} | {effect} | {time}', dice)} |" for _ in range(4)]
    return "\n".join(["| Treatment | May cause | Seen after |", "| --- | --- | --- |", *rows])


def _fill(template: str, dice: random.Random) -> str:
    while "{" in template:
        before, _, rest = template.partition("{")
        slot, _, after = rest.partition("}")
        template = before + dice.choice(SLOTS[slot]) + after
    return template


def _wrapped(text: str, width: int = 96) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
