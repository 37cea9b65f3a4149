"""Kind `story`: one person's story over several units.

It opens at a unit with an `opens` pattern and goes on, under the same heading, while units speak of
that person (`goes_on`, or the opening's captured `name`), with at most `pause` other units in
between; a new paragraph must take the story up at once (`crosses`). A quoted passage is a story too
when `voice` speaks in it or somebody's name stands below it. A `stops` pattern ends every story.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from healthlint.context import holds
from healthlint.errors import RuleError
from healthlint.lazyre import lazy
from healthlint.match import Match
from healthlint.rulebook.model import Condition, Rule

if TYPE_CHECKING:
    from healthlint.reading import Reading
    from healthlint.rulebook.compiler import Compiler
    from healthlint.rulebook.facts import Tables
    from healthlint.rulebook.yamltree import Node

KEYS = (
    "opens", "opens_unless", "goes_on", "crosses", "stops", "pause", "voice", "voice_unless",
    "minor", "minor_words", "minor_under",
)  # fmt: skip
_NO_STORY = ("heading", "title", "meta", "note")
_QUOTES = '"“«'
_SHORT = 12  # characters of a quotation that quotes a word or two and no person
_QUOTED = lazy(
    r"“[^“”]{12,}+(?:”|\Z)|(?<!\w)\"[^\"]{12,}+(?:\"(?!\w)|\Z)|«[^«»]{12,}+»", engine="regex"
)
#: A name below or behind what was said: "— Ron T., 63", "★★★★★ Tasha M.", "(Priya, 31)".
_SIGNATURE = lazy(
    r"[\s\"”»]*(?:[—–―~-]{1,3}\s*|[★⭐☆]+\W*|\()(?=\p{Lu}|[a-z]+, ?\d\d|member|verified)",
    engine="regex",
)
_SIGNED_LINE = lazy(r"(?:\A|\s)[—–―-]{1,3}\s?[\p{L}][^!?\n]{0,60}\s*\Z", engine="regex")


class Story(NamedTuple):
    """`minor`: True finds only stories of minors, False only those of adults.

    A story is a minor's when one of `minor_words` stands in it, or `minor_under` in its headings.
    """

    opens: tuple[int, ...]
    opens_unless: tuple[Condition, ...]
    goes_on: tuple[int, ...]
    crosses: tuple[int, ...]
    stops: tuple[int, ...]
    pause: int
    voice: tuple[int, ...]
    voice_unless: tuple[Condition, ...]
    minor: bool | None
    minor_words: tuple[int, ...]
    minor_under: tuple[int, ...]


def read(node: Node, compiler: Compiler, tables: Tables) -> Story:
    """The body of a story rule. Raises `RuleError`."""
    opens, voice, goes_on = node.get("opens"), node.get("voice"), node.get("goes_on")
    if opens is None and voice is None:
        raise RuleError(f"{node.place}: a story rule needs `opens` or `voice`")
    if opens is not None and goes_on is None:
        raise RuleError(f"{node.place}: a story rule with `opens` needs `goes_on`")
    pause, minor = node.get("pause"), node.get("minor")
    if minor is not None and node.get("minor_words") is None:
        raise RuleError(f"{minor.place}: `minor` needs `minor_words`")

    def patterns(key: str) -> tuple[int, ...]:
        found = node.get(key)
        return compiler.patterns(found) if found is not None else ()

    return Story(
        opens=patterns("opens"),
        opens_unless=compiler.conditions(node.get("opens_unless")),
        goes_on=patterns("goes_on"),
        crosses=patterns("crosses") or patterns("goes_on"),
        stops=patterns("stops"),
        pause=int(pause.value) if pause else 0,
        voice=patterns("voice"),
        voice_unless=compiler.conditions(node.get("voice_unless")),
        minor=minor.value if minor else None,
        minor_words=patterns("minor_words"),
        minor_under=patterns("minor_under"),
    )


def fields(body: Story, compiler: Compiler) -> set[str]:
    """Template keys that the opening captures."""
    return compiler.keys(body.opens)


def check(rule: Rule, reading: Reading) -> Iterator[Match]:
    """Each story once, from its first unit to its last."""
    body: Story = rule.body
    openings = list(_openings(body, reading))
    names = {m.first: name for m in openings if (name := dict(m.captures).get("name"))}
    found = sorted(
        [*_passages(body, reading), *openings], key=lambda m: (m.first, -m.last, not m.captures)
    )
    told = -1
    for match in found:
        if match.first <= told:
            continue
        told = _last(body, reading, match, names)
        if body.minor is None or body.minor is _of_minor(body, reading, match.first, told):
            yield Match(match.first, 0, told, len(reading.text(told)), match.captures)


def _of_minor(body: Story, reading: Reading, first: int, last: int) -> bool:
    headings = tuple(unit for unit in reading.headings(first) if not reading.asks(unit))
    return reading.has(body.minor_words, range(first, last + 1)) or reading.has(
        body.minor_under, headings
    )


def _openings(body: Story, reading: Reading) -> Iterator[Match]:
    """The whole of each unit in which a person is introduced."""
    for number in body.opens:
        for unit, hit in reading.find(number):
            match = Match(unit, hit.start, unit, hit.end, hit.captures)
            if not any(holds(c, reading, match) for c in body.opens_unless):
                yield Match(unit, 0, unit, len(reading.text(unit)), hit.captures)


def _last(body: Story, reading: Reading, opening: Match, names: dict[int, str]) -> int:
    """The last unit of the story that opens here: another name opens another story."""
    last, quiet = opening.last, 0
    if not body.goes_on:
        return last
    name = names.get(opening.first, "")
    here = reading.block(opening.first)
    for unit in range(last + 1, len(reading.units)):
        block = reading.block(unit)
        crossed = reading.units[unit].block != reading.units[last].block
        if block.heading != here.heading or block.kind in _NO_STORY:
            break
        if crossed and (block.kind != "paragraph" or here.kind != "paragraph"):
            break
        if names.get(unit, name) != name:
            break
        if body.stops and reading.has(body.stops, (unit,)):
            break
        text = reading.text(unit)
        if (
            reading.has(body.crosses if crossed else body.goes_on, (unit,))
            or (name and name in text)
            or (not crossed and text[0] in _QUOTES)
        ):
            last, quiet = unit, 0
        else:
            quiet += 1
            if crossed or quiet > body.pause:
                break
    return last


def _passages(body: Story, reading: Reading) -> Iterator[Match]:
    """Quoted passages in which a person speaks: the units they cover, without the signature."""
    if not body.voice:
        return
    for number, block in enumerate(reading.document.blocks):
        if block.kind in _NO_STORY:
            continue
        for start, end in _quotations(block.text, block.quoted):
            units = [
                u.index
                for u in map(reading.units.__getitem__, reading.units_of(number))
                if 2 * (min(end, u.end) - max(start, u.start)) >= min(u.end - u.start, end - start)
            ]
            if all(map(reading.asks, units)):
                continue
            match = Match(units[0], 0, units[-1], len(reading.text(units[-1])))
            if (
                _signed(reading, number, end) or _speaks(body, reading, units, start, end)
            ) and not any(holds(condition, reading, match) for condition in body.voice_unless):
                yield match


def _quotations(text: str, quoted: bool) -> Iterator[tuple[int, int]]:
    """Ranges of a block's text between quotation marks; the whole block of a block quotation."""
    if not quoted:
        yield from (found.span() for found in _QUOTED.finditer(text))
        return
    signature = _SIGNED_LINE.search(text)
    end = signature.start() if signature else len(text)
    if len(text[:end].strip()) > _SHORT:
        yield 0, len(text[:end].rstrip())


def _speaks(body: Story, reading: Reading, units: list[int], start: int, end: int) -> bool:
    """Whether a `voice` pattern stands between the quotation marks."""
    for unit in units:
        base = reading.units[unit].start
        for number in body.voice:
            for hit in reading.hits(number, unit):
                if start <= base + hit.start and base + hit.end <= end:
                    return True
    return False


def _signed(reading: Reading, number: int, end: int) -> bool:
    """Whether a name stands behind the passage or in the line below it."""
    blocks = reading.document.blocks
    rest = blocks[number].text[end:]
    if rest.strip('"”» .\n') == "" and number + 1 < len(blocks):
        after = blocks[number + 1]
        rest = after.text if after.kind == "paragraph" and len(after.text) < 90 else ""
    return _SIGNATURE.match(rest) is not None
