from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from healthlint.document import Block, Document, Run
from healthlint.output.places import Piece, Places
from healthlint.readers import read

SOURCE = "# It *is* safe\n\nSafe &amp;\n  **sound** <!-- no --> yes.\n\n![alt text](a.png)\n"


def pieces(source: str, text: str) -> list[tuple[str, str]]:
    document = read(source, "markdown")
    start = source.index(text)
    return [
        (document.blocks[p.block].kind, document.blocks[p.block].text[p.start : p.end])
        for p in Places(document).pieces(start, start + len(text))
    ]


def test_the_text_of_a_source_range() -> None:
    assert pieces(SOURCE, "is* safe") == [("heading", "is safe")]
    assert pieces(SOURCE, "Safe &amp;\n  **sou") == [("paragraph", "Safe & sou")]
    assert pieces(SOURCE, "mp") == [("paragraph", "&")]
    assert pieces(SOURCE, "**") == []
    assert pieces(SOURCE, "no") == []
    assert pieces(SOURCE, "sound** <!-- no --> y") == [("paragraph", "sound y")]
    assert pieces(SOURCE, "safe\n\nSafe") == [("heading", "safe"), ("paragraph", "Safe")]
    assert pieces(SOURCE, SOURCE) == [
        ("heading", "It is safe"), ("paragraph", "Safe & sound yes."), ("alt", "alt text")
    ]  # fmt: skip


def test_an_empty_range_is_the_character_after_it() -> None:
    document = Document("ab", "text", (Block("paragraph", "ab", (Run(0, 2, 0, 2),)),))
    assert list(Places(document).pieces(1, 1)) == [Piece(0, 1, 2)]
    assert list(Places(document).pieces(2, 2)) == []


@given(
    st.text("ab *_&;\n-|#>💊", max_size=60),
    st.sampled_from(["markdown", "html", "text"]),
    st.data(),
)
def test_it_is_the_inverse_of_span(source: str, form: str, data: st.DataObject) -> None:
    document = read(source, form)
    places = Places(document)
    for index, block in enumerate(document.blocks):
        if not block.text or not block.runs:
            continue
        start = data.draw(st.integers(0, len(block.text) - 1))
        end = data.draw(st.integers(start + 1, len(block.text)))
        if block.text[start] in " \n" or block.text[end - 1] in " \n":
            continue
        span = block.span(start, end)
        found = [p for p in places.pieces(span.start, span.end) if p.block == index]
        (piece,) = found
        assert piece.start <= start and end <= piece.end
        assert block.span(piece.start, piece.end) == span
