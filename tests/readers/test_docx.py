from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.api import lint_bytes
from healthlint.document import Document
from healthlint.errors import DraftError
from healthlint.readers import docxpackage, docxparts, read, read_bytes
from tests.examples import tried
from tests.readers import assert_exact, cut, links, notes, outline
from tests.word import W, p, package, r


def document(body: str, **parts: str) -> Document:
    return read_bytes(package(body, **parts), "docx")


def test_structure() -> None:
    cell = "<w:tc><w:tcPr/>{}</w:tc>"
    row = "<w:tr>{}</w:tr>"
    table = (
        '<w:tbl><w:tblPr><w:tblLook w:val="0020"/></w:tblPr>'
        + row.format(cell.format(p(r("Drug"))) + cell.format(p(r("Rate"))))
        + row.format(cell.format(p(r("Kale"))) + cell.format(p(r("One")) + p(r("Two"))))
        + "</w:tbl>"
    )
    level = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr>'
    got = document(
        p(r("Top"), style="H1") + p(r("Below"), style="Sub") + p() + p(r("Lead:"))
        + p(r("a"), style="L") + p(r("b"), more=level) + p(r("c"), style="L")
        + table + p(r("Said"), style="Q") + p(r("Fig."), style="C") + p(r("End")),
    )  # fmt: skip
    assert outline(got) == [
        ("heading 1", "Top"),
        ("heading 2", "Below"),
        ("paragraph", "Lead:"),
        ("list-item 1", "a"),
        ("list-item 2", "b"),
        ("list-item 1", "c"),
        ("cell", "Drug"),
        ("cell", "Rate"),
        ("cell", "Kale"),
        ("cell", "One"),
        ("cell", "Two"),
        ("paragraph", "Said"),
        ("caption", "Fig."),
        ("paragraph", "End"),
    ]
    blocks = got.blocks
    assert [block.heading for block in blocks] == [None, 0, *[1] * 12]
    assert [block.lead for block in blocks[3:6]] == [2, 3, 2]
    assert [(b.row_head, b.column_head) for b in blocks[6:11]] == [
        (None, None), (None, None) if blocks[7].row_head is None else (6, None),
        (None, 6), (8, 7), (8, 7),
    ]  # fmt: skip
    assert [block.quoted for block in blocks[10:13]] == [False, True, False]
    assert got.source == "Top\nBelow\n\nLead:\na\nb\nc\nDrug\nRate\nKale\nOne\nTwo\nSaid\nFig.\nEnd"
    assert_exact(got)


def test_what_is_read_of_a_paragraph() -> None:
    inside = (
        r("a ") + f'<w:ins w:id="1" w:author="x">{r("new ")}</w:ins>'
        + '<w:del w:id="2" w:author="x"><w:r><w:delText>old </w:delText></w:r></w:del>'
        + f'<w:moveFrom w:id="3">{r("away ")}</w:moveFrom>'
        + f'<w:moveTo w:id="4">{r("here ")}</w:moveTo>'
        + r("hidden ", "<w:vanish/>") + r("styled ", '<w:rStyle w:val="Hid"/>')
        + r("shown ", '<w:vanish w:val="0"/>')
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{r('control ')}</w:sdtContent></w:sdt>"
        + f'<w:smartTag w:element="x">{r("smart ")}</w:smartTag>'
        + '<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>off</w:t><w:noBreakHyphen/>'
        "<w:t>la</w:t><w:softHyphen/><w:t>bel</w:t>"
        '<w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
        + "<m:oMath><m:r><m:t>x&lt;1</m:t></m:r></m:oMath>"
    )  # fmt: skip
    got = document(p(inside))
    assert outline(got) == [
        (
            "paragraph",
            "a new here shown control smart one two\noff-label≥\ufffcx<1",
        )
    ]
    assert got.source == (
        "a new here shown control smart one\ttwo\u2028off-la\u00adbel≥\ufffcx<1"
    )


def test_fields_and_links() -> None:
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText> HYPERLINK &quot;https://b.example&quot; </w:instrText></w:r>"
    body = p(
        r("See "), f'<w:hyperlink r:id="h1">{r("this")}</w:hyperlink>', r(" and "),
        char.format("begin"), code, r("unseen"), char.format("separate"), r("that"),
        char.format("end"), r(" of "), f'<w:fldSimple w:instr="PAGE">{r("7")}</w:fldSimple>',
    )  # fmt: skip
    got = read_bytes(package(body, links={"h1": "https://a.example"}), "docx")
    assert outline(got) == [("paragraph", "See this and that of 7")]
    assert links(got) == [("this", "https://a.example"), ("that", "https://b.example")]


def test_text_boxes_are_read_once() -> None:
    box = "<w:txbxContent>{}</w:txbxContent>"
    inner = box.format(p(r("In the box")) + p(r("Second")))
    drawn = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{inner}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback></mc:AlternateContent>"
        "<w:t>after</w:t></w:r>"
    )
    got = document(p(r("Before "), drawn) + p(r("Next")))
    assert got.source == "Before after\nIn the box\nSecond\nNext"
    assert_exact(got)


def test_notes_headers_and_footers() -> None:
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    note = '<w:footnote w:id="{}"{}>{}</w:footnote>'
    got = document(
        p(r("Title"), style="H1") + p(r("It works."), mark.format(5), r(" Very."), mark.format(2)),
        footnotes=note.format(-1, ' w:type="separator"', p(r("line")))
        + note.format(2, "", p(r("Second source.")))
        + note.format(5, "", p(r("First source."))),
        header1=p(r("Head")),
        footer1=p(r("Foot")),
    )
    assert outline(got) == [
        ("heading 1", "Title"),
        ("paragraph", "It works. Very."),
        ("note", "Second source."),
        ("note", "First source."),
        ("paragraph", "Head"),
        ("paragraph", "Foot"),
    ]
    assert [block.note_key for block in got.blocks[2:4]] == ["2", "1"]
    assert notes(got) == [("It works.", "1"), ("It works. Very.", "2")]
    assert [block.heading for block in got.blocks] == [None, 0, None, None, None, None]


def test_comments_are_directives_for_their_paragraph() -> None:
    said = "healthlint-disable-next-block SAF001 -- the label says so"
    body = p(r("One.")) + p(
        '<w:commentRangeStart w:id="7"/>',
        r("Ketamine is a safe and effective treatment for everyone."),
        '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>',
    )
    plain = package(body)
    data = package(body, comments=f'<w:comment w:id="7" w:author="x">{p(r(said))}</w:comment>')
    assert [(c.text, c.start, c.end) for c in read_bytes(data, "docx").comments] == [(said, 5, 5)]
    before, after = lint_bytes(plain, "a.docx"), lint_bytes(data, "a.docx")
    assert "SAF001" in [finding.rule for finding in before.findings]
    assert [finding.rule for finding in after.findings] == [
        finding.rule for finding in before.findings if finding.rule != "SAF001"
    ]


def test_a_finding_names_its_heading() -> None:
    data = package(
        p(r("Side effects"), style="H1") + p(r("Ketamine is a safe and effective treatment."))
    )
    found = [one for one in lint_bytes(data, "a.docx").findings if one.rule == "SAF001"]
    assert [(one.start.line, one.text) for one in found] == [(2, "a safe and effective treatment")]
    assert found[0].message.endswith(" (Under “Side effects”.)")


@tried(100)
@given(st.lists(st.integers(0, 55), max_size=6), st.data())
def test_markup_across_the_words_changes_no_finding(cuts: list[int], data: st.DataObject) -> None:
    words = "Ketamine is a safe and effective treatment for everyone."
    kinds = ("{}", '<w:ins w:id="1">{}</w:ins>', '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
             "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
             '{}<w:del w:id="2"><w:r><w:delText>not </w:delText></w:r></w:del>',
             '{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>never</w:t></w:r>')  # fmt: skip
    ends = sorted({*cuts, len(words)})
    begins = [0, *ends[:-1]]
    runs = [
        data.draw(st.sampled_from(kinds)).format(r(words[a:b], data.draw(st.sampled_from(LOOKS))))
        for a, b in zip(begins, ends, strict=True)
    ]
    got = document(p(*runs))
    assert got.source == words
    assert cut(got, "safe and effective") == "safe and effective"


LOOKS = ("", "<w:i/>", '<w:color w:val="FF0000"/>')


def test_the_source_can_be_read_again() -> None:
    again = read("One\n\nTwo words", "docx")
    assert outline(again) == [("paragraph", "One"), ("paragraph", "Two words")]
    assert_exact(again)


# -- bad input -----------------------------------------------------------------------------------


GOOD = package(p(r("Words")))


def rewritten(name: str, new: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", 8) as archive:
        for info in old.namelist():
            archive.writestr(info, new if info == name else old.read(info))
    return out.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><w:document xmlns:w="%s"/>' % W.encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a Word file; open it in Word and save it as .docx again"),
        (b"words", "not a Word file; open it in Word and save it as .docx again"),
        (GOOD[:400], "cut short or damaged; open it in Word and save it as .docx again"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password; save it without one",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "not a .docx file but Word's old format; save it as .docx",
        ),
        (
            rewritten("_rels/.rels", b"<Relationships/>"),
            "an archive, but not of a Word document; save the draft as .docx",
        ),
        (
            rewritten("word/document.xml", b"<x/>"),
            "an archive, but not of a Word document; save the draft as .docx",
        ),
        (
            rewritten("word/document.xml", b"<x>\n<y></x>"),
            "damaged: its part word/document.xml is no sound XML at line 2; save it again",
        ),
        (
            rewritten("word/document.xml", BOMB),
            "its part word/document.xml declares a document type, which no Word file does; "
            "not read",
        ),
    ],
)
def test_bad_files_get_one_line(data: bytes, said: str) -> None:
    result = lint_bytes(data, "draft.docx")
    assert (result.error, result.findings) == (said, ())


def test_a_file_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    data = rewritten("word/document.xml", b" " * 200_000)
    assert len(data) < 5_000
    monkeypatch.setattr(docxpackage, "MAX_XML", 100_000)
    with pytest.raises(DraftError, match="^unpacks to more than 0 MB of text and markup: split"):
        read_bytes(data, "docx")


def test_too_many_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("healthlint.readers.docx.MAX_PARAGRAPHS", 3)
    with pytest.raises(DraftError, match=f"more than {docxparts.MAX_PARAGRAPHS} paragraphs"):
        document("<w:p/>" * 4)


@tried(100)
@given(st.binary(max_size=40), st.integers(0, len(GOOD)))
def test_damage_is_never_a_traceback(noise: bytes, at: int) -> None:
    data = GOOD[:at] + noise + GOOD[at + len(noise) :]
    try:
        read_bytes(data, "docx")
    except DraftError as error:
        assert str(error)


def test_python_docx_files(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("Our clinic", 0)
    made.add_heading("Side effects", 2)
    made.add_paragraph("One", style="List Bullet")
    made.add_paragraph("Two", style="List Number 2")
    made.save(tmp_path / "a.docx")
    got = read_bytes((tmp_path / "a.docx").read_bytes(), "docx")
    assert [text for _, text in outline(got)] == ["Our clinic", "Side effects", "One", "Two"]
    assert [kind.split()[0] for kind, _ in outline(got)] == ["heading"] * 2 + ["list-item"] * 2


def test_a_word_file_is_known_by_its_content_too() -> None:
    data = package(p(r("Ketamine is a safe and effective treatment.")))
    for name in ("draft", "draft.bin"):
        assert "SAF001" in [one.rule for one in lint_bytes(data, name).findings]
    assert lint_bytes(b"PK\3\4", "a.zip").error == (
        "cut short or damaged; open it in Word and save it as .docx again"
    )
