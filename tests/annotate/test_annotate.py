"""Comments in Word files: at the exact words, and nothing else of the file is touched."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.annotate import annotate, write_annotated
from healthlint.api import lint_bytes, matcher_for
from healthlint.document import Document
from healthlint.errors import DraftError, HealthlintError
from healthlint.finding import Finding, Fix, Position, Result
from healthlint.readers import read_bytes
from healthlint.rulebook.facts import Authority
from tests.examples import tried
from tests.word import SPACES, W, p, package, r

NOW = datetime(2026, 3, 4, 5, 6, 7)
AUTHORITY = Authority(
    "ftc", "Health Products", "FTC", "us", 2022, "https://ftc.example/a?b=1&c", "", "guidance",
    True, "2026-01-01",
)  # fmt: skip


def finding(document: Document, start: int, end: int, **more: object) -> Finding:
    places = [Position(*document.line_column(at), at) for at in (start, end)]
    given = {"suggestions": ("Say <less> & more.",), "authority": ("ftc", "other"), **more}
    text = document.source[start:end]
    return Finding("SAF001", "safe", "safety", "error", *places, text, f"“{text}”!", **given)  # type: ignore[arg-type]


def found(data: bytes, *words: str) -> list[Finding]:
    """A finding at each of these words of a Word file."""
    document = read_bytes(data, "docx")
    starts = [document.source.index(word) for word in words]
    return [finding(document, at, at + len(w)) for at, w in zip(starts, words, strict=True)]


def commented(data: bytes, *words: str) -> bytes:
    return annotate(data, found(data, *words), {"ftc": AUTHORITY}, NOW)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def anchored(data: bytes) -> dict[str, str]:
    """What a reader sees in the range of each comment, by its id, in order of beginning."""
    texts: dict[str, str] = {}
    open_: set[str] = set()
    signs = {"tab": "\t", "br": "\u2028", "noBreakHyphen": "-", "softHyphen": "\u00ad"}

    def walk(node: ElementTree.Element, seen: bool) -> None:
        name = node.tag.removeprefix(f"{{{W}}}")
        if name in ("del", "moveFrom") or node.tag.endswith("}Fallback"):
            seen = False
        if name == "r" and node.find(f"{{{W}}}rPr/{{{W}}}vanish") is not None:
            seen = False
        if name == "commentRangeStart":
            texts[node.attrib[f"{{{W}}}id"]] = ""
            open_.add(node.attrib[f"{{{W}}}id"])
        elif name == "commentRangeEnd":
            open_.remove(node.attrib[f"{{{W}}}id"])
        said = (node.text or "") if name == "t" else signs.get(name, "")
        if said and seen:
            for key in open_:
                texts[key] += said
        for child in node:
            walk(child, seen)
        if name == "p":
            for key in open_:
                texts[key] += "\n"

    walk(ElementTree.fromstring(parts(data)["word/document.xml"]), True)
    assert not open_
    return texts


def said(data: bytes, name: str = "word/comments.xml") -> dict[str, list[str]]:
    """The paragraphs of each comment, by its id."""
    root = ElementTree.fromstring(parts(data)[name])
    return {
        one.attrib[f"{{{W}}}id"]: ["".join(p.itertext()) for p in one.iter(f"{{{W}}}p")]
        for one in root.iter(f"{{{W}}}comment")
    }


BODY = p(r("It is "), r("quite ", "<w:b/>"), r("safe &amp; sound", "<w:i/>"), r(" here."))


def test_a_comment_stands_at_the_words_and_says_what_and_why() -> None:
    data = package(BODY)
    new = commented(data, "quite safe &", "sound")
    assert anchored(new) == {"0": "quite safe &", "1": "sound"}
    assert said(new)["0"] == [
        "SAF001 safe (error)",
        "“quite safe &”!",
        "Write: Say <less> & more.",
        "Authority: Health Products (FTC, 2022) https://ftc.example/a?b=1&c",
        "Authority: other",
    ]
    one = ElementTree.fromstring(parts(new)["word/comments.xml"])[0]
    wanted = {"id": "0", "author": "healthlint", "date": "2026-03-04T05:06:07Z", "initials": "hl"}
    assert one.attrib == {f"{{{W}}}{key}": value for key, value in wanted.items()}


def test_a_fix_is_told_where_there_is_no_suggestion() -> None:
    data = package(BODY)
    document = read_bytes(data, "docx")
    one = finding(document, 0, 2, suggestions=(), fix=Fix("That", safe=True), authority=())
    new = annotate(data, [one])
    assert said(new)["0"] == ["SAF001 safe (error)", "“It”!", "Write: That"]


def test_the_look_of_split_words_stays() -> None:
    new = parts(commented(package(BODY), "afe &"))["word/document.xml"].decode()
    run = '<w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    mark = "<w:commentRange{}/>"
    assert (
        run.format("s") + mark.format('Start w:id="0"') + run.format("afe &amp;")
        + mark.format('End w:id="0"') + '<w:r><w:commentReference w:id="0"/></w:r>'
        + run.format(" sound")
    ) in new  # fmt: skip


def test_everything_else_stays_to_the_byte() -> None:
    data = package(BODY, header1=p(r("Head")), footnotes=p(r("Note")))
    before, after = parts(data), parts(commented(data, "safe"))
    edited = {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert set(after) == {*before, "word/comments.xml"}
    assert {name for name in before if before[name] != after[name]} == edited
    for name in edited:  # only put in, nothing taken out or written another way
        left = iter(after[name])
        assert all(byte in left for byte in before[name])
    assert list(after)[: len(before)] == list(before)


def test_nothing_found_is_nothing_changed() -> None:
    data = package(BODY)
    assert annotate(data, []) == data


def test_comments_that_are_there_stay() -> None:
    own = f'<w:comment w:id="7" w:author="Ann">{p(r("Mine"))}</w:comment>'
    body = p(
        '<w:commentRangeStart w:id="7"/>', r("It is safe"), '<w:commentRangeEnd w:id="7"/>',
        '<w:r><w:commentReference w:id="7"/></w:r>', r(" here"),
        '<w:commentRangeStart w:id="9"/><w:commentRangeEnd w:id="9"/>',
    )  # fmt: skip
    data = package(body, comments=own)
    new = commented(data, "is safe here")
    assert said(new)["7"] == ["Mine"]
    assert anchored(new) == {"7": "It is safe", "10": "is safe here", "9": ""}
    assert set(parts(new)) == set(parts(data))
    again = commented(new, "safe here")
    assert anchored(again) == {**anchored(new), "11": "safe here"}


def test_a_second_run_says_nothing_twice() -> None:
    data = package(p(r("Safe it is, safe it is.")), header1=p(r("Safe")))
    words = ["afe it", "safe"]
    once = commented(data, *words)
    assert commented(once, *words) == once
    assert anchored(commented(once, *words, "is, s"))["2"] == "is, s"
    document = read_bytes(data, "docx")
    on_top = finding(document, len(document.source) - 4, len(document.source))
    told = annotate(data, [on_top], {}, NOW)
    assert annotate(told, [on_top], {}, NOW) == told
    # Two findings that say the same are two comments.
    two = [finding(document, at, at + 5) for at in (5, 17)]
    assert [one.text for one in two] == ["it is", "it is"]
    new = annotate(annotate(data, two[:1]), two)
    assert anchored(new) == {"0": "it is", "1": "it is"}


def test_a_comments_part_without_comments_and_one_of_another_name() -> None:
    assert said(commented(package(BODY, comments=""), "safe"))["0"][0] == "SAF001 safe (error)"
    data = package(BODY)
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        for name, content in parts(data).items():
            archive.writestr(name, content)
        archive.writestr("word/comments.xml", "<not-of-this-document/>")
    new = commented(out.getvalue(), "safe")
    assert list(said(new, "word/comments2.xml")) == ["0"]
    assert parts(new)["word/comments.xml"] == b"<not-of-this-document/>"


def test_tracked_changes() -> None:
    body = p(
        r("It is "), f'<w:ins w:id="1" w:author="x">{r("really sa")}</w:ins>',
        '<w:del w:id="2" w:author="x"><w:r><w:delText>not </w:delText></w:r></w:del>', r("fe."),
    )  # fmt: skip
    data = package(body)
    new = commented(data, "safe")
    assert anchored(new) == {"0": "safe"}
    old, now = (ElementTree.fromstring(parts(one)["word/document.xml"]) for one in (data, new))
    for name in ("del", "ins"):
        texts = ["".join(tree.find(f".//{{{W}}}{name}").itertext()) for tree in (old, now)]  # type: ignore[union-attr]
        assert texts[0] == texts[1]


def test_over_several_paragraphs_and_cells() -> None:
    table = f"<w:tbl><w:tr><w:tc>{p(r('Three'))}</w:tc></w:tr></w:tbl>"
    data = package(p(r("One")) + p(r("Two")) + table)
    assert anchored(commented(data, "ne\nTwo\nThr")) == {"0": "ne\nTwo\nThr"}


BOX = "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>"


def test_where_word_knows_no_comments_the_paragraph_of_the_body_is_told() -> None:
    note = f'<w:footnote w:id="3">{p(r("A note."))}</w:footnote>'
    mark = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    data = package(
        p(r("First.")) + p(r("Host"), BOX.format(p(r("In the box")))) + p(r("Noted"), mark),
        footnotes=note,
        header1=p(r("On top")),
    )
    new = commented(data, "the box", "note", "top")
    assert anchored(new) == {"2": "First.", "0": "Host", "1": "Noted"}
    about = "This is about “{}” in a header, footer, note or text box, where no comment can stand."
    assert [lines[-1] for lines in said(new).values()] == [
        about.format(words) for words in ("the box", "note", "top")
    ]


def test_a_box_on_a_paragraph_without_words_of_its_own() -> None:
    data = package(p(BOX.format(p(r("In the box")))))
    assert anchored(commented(data, "box")) == {"0": "In the box\n"}


def test_a_finding_about_the_whole() -> None:
    data = package(BODY)
    document = read_bytes(data, "docx")
    new = annotate(data, [finding(document, 0, 0)])
    assert said(new)["0"][-1] == "This is about the draft as a whole."
    assert anchored(new) == {"0": "It is quite safe & sound here."}


def test_a_strict_file_and_one_without_prefixes() -> None:
    data = package(BODY)
    strict = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main":
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships":
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }  # fmt: skip

    def rewritten(change: Iterable[tuple[str, str]]) -> bytes:
        with zipfile.ZipFile(out := BytesIO(), "w") as archive:
            for name, content in parts(data).items():
                text = content.decode()
                for old, new in change:
                    text = text.replace(old, new)
                archive.writestr(name, text)
        return out.getvalue()

    new = commented(rewritten(strict.items()), "safe")
    assert read_bytes(new, "docx").source == read_bytes(data, "docx").source
    assert b"schemas.openxmlformats.org/wordprocessingml" not in parts(new)["word/comments.xml"]
    assert (
        b'Type="http://purl.oclc.org/ooxml/officeDocument/relationships/comments"'
        in (parts(new)["word/_rels/document.xml.rels"])
    )
    bare = rewritten([("<w:", "<"), ("</w:", "</"), (SPACES, f'xmlns="{W}" {SPACES}')])
    assert anchored(commented(bare, "safe")) == {"0": "safe"}


def test_what_cannot_be_commented() -> None:
    data = package(BODY)
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        for name, content in parts(data).items():
            if name == "word/document.xml":
                content = content.decode().replace("UTF-8", "UTF-16").encode("utf-16")
            archive.writestr(name, content)
    with pytest.raises(DraftError, match="^its text is not UTF-8, so comments cannot be put in"):
        commented(out.getvalue(), "safe")
    empty = package("")
    with pytest.raises(DraftError, match="^has no text in its body"):
        annotate(empty, [finding(read_bytes(empty, "docx"), 0, 0)])


_WORDS = "It is a caf\u00e9 \U0001f33f & <safe> and\u00a0sound \u2013 to 99% of us."
_KINDS = (
    "{}", '<w:ins w:id="1" w:author="x">{}</w:ins>', '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
    "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    '{}<w:del w:id="2" w:author="x"><w:r><w:delText>not </w:delText></w:r></w:del>',
    "{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>never</w:t></w:r>", "{}<w:proofErr/>",
    '{}<w:bookmarkStart w:id="3" w:name="b"/><w:bookmarkEnd w:id="3"/>',
    "<w:smartTag>{}</w:smartTag>",
)  # fmt: skip
_LOOKS = ("", "<w:i/>", '<w:color w:val="FF0000"/><w:b/>')
_TEXTS = (
    '<w:t xml:space="preserve">{}</w:t>',
    '<w:t xml:space="preserve">{}</w:t><w:tab/>',
    '<w:br/><w:t xml:space="preserve">{}</w:t>',
    '<w:lastRenderedPageBreak/>\n<w:t xml:space="preserve">{}</w:t>\n',
    "<w:t>{}</w:t>",
)


@st.composite
def _bodies(draw: st.DrawFn) -> str:
    from xml.sax.saxutils import escape

    ends = [*sorted(draw(st.sets(st.integers(1, len(_WORDS) - 1), max_size=7))), len(_WORDS)]
    begins = [0, *ends[:-1]]
    out = ""
    for start, end in zip(begins, ends, strict=True):
        look = draw(st.sampled_from(_LOOKS))
        text = draw(st.sampled_from(_TEXTS))
        words = _WORDS[start:end]
        if "preserve" not in text:
            words = words.strip(" ") or "x"
        inner = text.format(
            escape(words).replace("\u2013", draw(st.sampled_from(["–", "&#8211;"])))
        )
        run = f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{inner}</w:r>"
        out += draw(st.sampled_from(_KINDS)).format(run)
        if draw(st.integers(0, 5)) == 0:
            out += "</w:p><w:p>"
    return f"<w:p>{out}</w:p>"


@tried(100)
@given(_bodies(), st.data())
def test_whatever_the_markup_the_range_is_the_words(body: str, data: st.DataObject) -> None:
    draft = package(body)
    document = read_bytes(draft, "docx")
    size = len(document.source)
    span = st.tuples(st.integers(0, size), st.integers(0, size)).map(sorted)
    spans = data.draw(st.lists(span, min_size=1, max_size=6))
    wanted = {}
    chosen = []
    for start, end in spans:
        text = document.source[start:end]
        if text.strip("\n"):  # as every finding does, it begins and ends with a sign that is seen
            start += len(text) - len(text.lstrip("\n"))
            text = text.strip("\n")
            wanted[str(len(chosen))] = text
            chosen.append(finding(document, start, start + len(text)))
    new = annotate(draft, chosen)
    assert (
        {key: text.rstrip("\n") for key, text in anchored(new).items()} == wanted
        if chosen
        else (new == draft)
    )
    assert read_bytes(new, "docx").source == document.source
    assert [block.text for block in read_bytes(new, "docx").blocks] == [
        block.text for block in document.blocks
    ]


# -- writing -------------------------------------------------------------------------------------


def test_writing_a_copy(tmp_path: Path) -> None:
    draft, target = tmp_path / "a.docx", tmp_path / "b.docx"
    data = package(p(r("Ketamine is a safe and effective treatment for everyone.")))
    draft.write_bytes(data)
    result = lint_bytes(data, str(draft))
    write_annotated(draft, target, result, matcher_for().rulebook.authorities)
    assert list(anchored(target.read_bytes()).values()) == [one.text for one in result.findings]
    assert "Authority: Health Products" in "\n".join(sum(said(target.read_bytes()).values(), []))
    assert draft.read_bytes() == data
    with pytest.raises(HealthlintError, match=r"b\.docx: exists already; name another file"):
        write_annotated(draft, target, result, {})
    draft.write_bytes(package(p(r("Other words"))))
    with pytest.raises(HealthlintError, match=r"a\.docx: was changed while it was checked"):
        write_annotated(draft, tmp_path / "c.docx", result, {})
    draft.unlink()
    with pytest.raises(HealthlintError, match=r"a\.docx: cannot be read: No such file"):
        write_annotated(draft, tmp_path / "c.docx", result, {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.docx"]


def test_no_half_a_copy(tmp_path: Path) -> None:
    draft = tmp_path / "a.docx"
    draft.write_bytes(package(BODY))
    source = read_bytes(draft.read_bytes(), "docx").source
    with pytest.raises(HealthlintError, match="cannot be written: No such file"):
        write_annotated(draft, tmp_path / "no" / "b.docx", Result("a", source=source), {})
    assert list(tmp_path.iterdir()) == [draft]
