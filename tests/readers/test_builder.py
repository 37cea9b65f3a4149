from __future__ import annotations

from healthlint.document import Block, Document, Link, Note, Run
from healthlint.readers.builder import MAX_COLUMNS, DocumentBuilder
from tests.readers import outline

SOURCE = "x" * 500


class Writer(DocumentBuilder):
    """Puts words one behind the other, each at the next place of the source."""

    def __init__(self) -> None:
        super().__init__(SOURCE, "text")
        self.place = 0

    def write(self, *words: str) -> None:
        """Each word is a block of its own."""
        for word in words:
            self.block.add(word, self.place, self.place + len(word))
            self.place += len(word)
            self.flush()


def places(document: Document) -> list[tuple[str, int | None, int | None]]:
    """Text, heading and lead of every block."""
    return [(block.text, block.heading, block.lead) for block in document.blocks]


def test_a_block_is_complete() -> None:
    doc = Writer()
    doc.lang = "fr"
    doc.quotes = 1
    doc.enter("list-item", 2)
    doc.block.add("Oui", 3, 6)
    doc.block.note("1")
    doc.leave()
    assert doc.build() == Document(
        SOURCE,
        "text",
        (
            Block(
                "list-item", "Oui", (Run(0, 3, 3, 6),), 2,
                quoted=True, notes=(Note(3, "1"),), lang="fr",
            ),
        ),
    )  # fmt: skip


def test_headings() -> None:
    doc = Writer()
    for level, text in ((2, "a"), (1, "b"), (3, "c"), (2, "d"), (2, "e")):
        doc.enter("heading", level)
        doc.write(text)
        doc.leave()
        doc.write(text * 2)
    assert places(doc.build()) == [
        ("a", None, None), ("aa", 0, None), ("b", None, None), ("bb", 2, None), ("c", 2, None),
        ("cc", 4, None), ("d", 2, None), ("dd", 6, None), ("e", 2, None), ("ee", 8, None),
    ]  # fmt: skip


def test_a_section_forgets_its_headings() -> None:
    doc = Writer()
    mark = doc.section()
    doc.enter("heading", 6)
    doc.write("a")
    doc.leave()
    doc.write("b")
    doc.end_section(mark)
    doc.write("c")
    assert places(doc.build()) == [("a", None, None), ("b", 0, None), ("c", None, None)]


def test_lists_know_what_leads_them() -> None:
    doc = Writer()
    doc.write("a")
    doc.aside("alt", [("pic", 90, 93)])
    doc.open_list()
    doc.enter("list-item")
    doc.write("b")
    doc.open_list()
    doc.enter("list-item")
    doc.write("c")
    doc.leave()
    doc.close_list()
    doc.leave()
    doc.close_list()
    doc.open_list()
    doc.enter("list-item")
    doc.write("d")
    document = doc.build()
    assert places(document) == [
        ("a", None, None), ("pic", None, None), ("b", None, 0), ("c", None, 2), ("d", None, None),
    ]  # fmt: skip
    assert [block.level for block in document.blocks] == [0, 0, 1, 2, 1]


def test_an_aside_follows_the_block_it_stands_in() -> None:
    doc = Writer()
    doc.block.open_link("/x")
    doc.block.add("a ", 0, 2)
    doc.aside("alt", [("pic", 2, 5)])
    doc.block.add("b", 5, 6)
    doc.flush()
    doc.block.add("c", 6, 7)
    document = doc.build()
    assert outline(document) == [("paragraph", "a b"), ("alt", "pic"), ("paragraph", "c")]
    assert [block.links for block in document.blocks] == [
        (Link(0, 3, "/x"),), (Link(0, 3, "/x"),), (Link(0, 1, "/x"),),
    ]  # fmt: skip


def test_blocks_without_words_vanish() -> None:
    doc = Writer()
    doc.write("*", "\u00a0", "—", "a")
    doc.open_table()
    doc.open_row()
    doc.open_cell()
    doc.write("✓")
    doc.close_cell()
    doc.close_row()
    doc.close_table()
    assert outline(doc.build()) == [("paragraph", "a"), ("cell", "✓")]


def test_references_are_notes() -> None:
    doc = Writer()
    doc.write("[1] a", "2. b")
    doc.enter("heading", 2)
    doc.write("Sources & References")
    doc.leave()
    doc.enter("list-item", number=7)
    doc.write("c")
    doc.leave()
    doc.enter("list-item")
    doc.write("d")
    doc.leave()
    doc.write("2. b", "3 Smith", "12 patients")
    doc.enter("heading", 2)
    doc.write("Book")
    doc.leave()
    doc.write("2. b")
    assert [(block.kind, block.note_key) for block in doc.build().blocks] == [
        ("note", "1"), ("paragraph", None), ("heading", None), ("note", "7"), ("list-item", None),
        ("note", "2"), ("note", "3"), ("paragraph", None), ("heading", None), ("paragraph", None),
    ]  # fmt: skip


def test_wide_and_long_cells() -> None:
    doc = Writer()
    doc.open_table()
    for head, cells in ((True, [(10**9, 1)]), (False, [(1, 10**9), (1, 1)]), (False, [(1, 1)])):
        doc.open_row()
        for columns, rows in cells:
            doc.open_cell(head, columns, rows)
            doc.write("x")
            doc.close_cell()
        doc.close_row()
    doc.close_table()
    assert MAX_COLUMNS == 100
    assert [(block.row_head, block.column_head) for block in doc.build().blocks] == [
        (None, None), (None, 0), (1, 0), (1, 0),
    ]  # fmt: skip
