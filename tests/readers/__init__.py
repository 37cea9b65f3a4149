"""What the tests of readers share: outlines to compare, and the law of exact runs."""

from __future__ import annotations

from healthlint.document import Block, Document


def outline(document: Document) -> list[tuple[str, str]]:
    """Kind (with its level, if it has one) and text of every block."""
    return [
        (f"{block.kind} {block.level}" if block.level else block.kind, block.text)
        for block in document.blocks
    ]


def links(document: Document) -> list[tuple[str, str]]:
    """Text and address of every link."""
    return [
        (block.text[link.start : link.end], link.url)
        for block in document.blocks
        for link in block.links
    ]


def notes(document: Document) -> list[tuple[str, str]]:
    """For every note mark the text before it in its block, and its key."""
    return [(block.text[: note.at], note.key) for block in document.blocks for note in block.notes]


def cut(document: Document, phrase: str) -> str:
    """The source of a phrase that stands in exactly one block."""
    [block] = [block for block in document.blocks if phrase in block.text]
    at = block.text.index(phrase)
    span = block.span(at, at + len(phrase))
    return document.source[span.start : span.end]


def assert_exact(document: Document) -> None:
    """Runs cover a block's text without gaps, in order, and equal the source where they can."""
    for index, block in enumerate(document.blocks):
        assert block.text == block.text.strip(" \n")
        assert block.text
        at = place = 0
        for run in block.runs:
            assert run.at == at
            assert run.length > 0
            assert place <= run.start < run.end <= len(document.source), block
            at, place = run.at + run.length, run.end
            if run.length == run.end - run.start:
                source = document.source[run.start : run.end]
                text = block.text[run.at : run.at + run.length]
                assert _plain(text) == _plain(source), (block, run)
        assert at == len(block.text)
        _assert_places(document, block, index)


def _plain(text: str) -> str:
    """As a run may change it one for one: blanks, raised digits, opaque characters."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹\n\r\t\f\v", "0123456789     ")
    return text.translate(raised)


def _assert_places(document: Document, block: Block, index: int) -> None:
    for other in (block.heading, block.lead, block.row_head, block.column_head):
        assert other is None or 0 <= other < index
    if block.heading is not None:
        assert document.blocks[block.heading].kind == "heading"
    for link in block.links:
        assert 0 <= link.start <= link.end <= len(block.text)
    for note in block.notes:
        assert 0 <= note.at <= len(block.text)
