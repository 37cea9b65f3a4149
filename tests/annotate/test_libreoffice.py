"""The commented copy, opened by other programs: LibreOffice and python-docx."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from healthlint.annotate import annotate
from healthlint.api import lint_bytes, matcher_for
from tests.browser import missing
from tests.word import p, package, r

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def draft() -> bytes:
    """A draft with much of what Word files hold, made by python-docx."""
    try:
        import docx
        from docx.oxml import parse_xml
    except ImportError:
        missing("this test needs python-docx: pip install python-docx")
    from tests.word import SPACES

    made = docx.Document()
    made.add_heading("Ketamine infusions", 0)
    line = made.add_paragraph("Ketamine is ")
    line.add_run("a safe and ").bold = True
    line.add_run("effective treatment").italic = True
    mine = line.add_run(" for everyone.")
    made.add_comment(mine, text="Is that so?", author="Ann", initials="A")
    made.add_paragraph("Guaranteed results, or your money back.", style="List Bullet")
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "Our drops"
    table.cell(0, 1).text = "Cures depression in 90% of patients."
    changed = made.add_paragraph("The serum ")
    ins = f'<w:ins {SPACES} w:id="901" w:author="Ann" w:date="2026-01-01T00:00:00Z">%s</w:ins>'
    gone = '<w:r><w:delText xml:space="preserve">may help with </w:delText></w:r>'
    out = f'<w:del {SPACES} w:id="902" w:author="Ann" w:date="2026-01-01T00:00:00Z">%s</w:del>'
    changed._p.append(parse_xml(out % gone))
    changed._p.append(parse_xml(ins % r("cures ")))
    changed.add_run("diabetes.")
    made.sections[0].header.paragraphs[0].text = "We cure addiction."
    made.save(stream := BytesIO())
    return stream.getvalue()


def commented(data: bytes) -> tuple[bytes, list[str]]:
    """The copy with comments, and the words of each finding."""
    findings = lint_bytes(data, "draft.docx").findings
    known = matcher_for().rulebook.authorities
    return annotate(data, findings, known), [one.text for one in findings]


def test_python_docx_opens_it() -> None:
    import docx

    data = draft()
    copy, words = commented(data)
    assert len(words) > 6
    made = docx.Document(BytesIO(copy))
    before = docx.Document(BytesIO(data))
    assert [one.text for one in made.paragraphs] == [one.text for one in before.paragraphs]
    comments = list(made.comments)
    assert [one.author for one in comments] == ["Ann", *["healthlint"] * len(words)]
    assert [one.initials for one in comments][1:] == ["hl"] * len(words)
    assert all("Authority: " in one.text for one in comments[1:])


def shown(odt: Path) -> list[tuple[str, str]]:
    """Author of each comment that LibreOffice read, and the words that it stands at."""
    with zipfile.ZipFile(odt) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    authors: dict[str, str] = {}
    words: dict[str, str] = {}
    open_: list[str] = []

    def walk(node: ElementTree.Element) -> None:
        if node.tag == f"{OFFICE}annotation":
            name = node.attrib.get(f"{OFFICE}name", "")
            author = node.find("{http://purl.org/dc/elements/1.1/}creator")
            authors[name] = (author.text if author is not None else "") or ""
            words[name] = ""
            open_.append(name)
            said(node.tail)
            return
        if node.tag == f"{OFFICE}annotation-end":
            open_.remove(node.attrib[f"{OFFICE}name"])
        elif node.tag.endswith("}tracked-changes"):
            return
        elif node.tag.endswith("}s"):
            said(" ")
        else:
            said(node.text)
        for child in node:
            walk(child)
        said(node.tail)

    def said(text: str | None) -> None:
        for name in open_:
            words[name] += text or ""

    walk(root)
    return [(authors[name], words[name]) for name in authors]


@pytest.mark.slow
def test_libreoffice_opens_it_and_shows_the_comments(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        missing(
            "this test needs LibreOffice Writer; on Debian or Ubuntu: "
            "apt-get install libreoffice-writer-nogui"
        )
    by_hand = package(p(r("Ketamine is a safe and effective treatment for everyone.")))
    for name, data in (("made", draft()), ("by-hand", by_hand)):
        copy, words = commented(data)
        (tmp_path / f"{name}.docx").write_bytes(copy)
        done = subprocess.run(
            [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
             "--convert-to", "odt", "--outdir", str(tmp_path), str(tmp_path / f"{name}.docx")],
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert (tmp_path / f"{name}.odt").exists(), done.stdout + done.stderr
        ours = [text for author, text in shown(tmp_path / f"{name}.odt") if author == "healthlint"]
        in_body = [text for text in words if text != "cure addiction"]  # which is in the header
        assert sorted(text for text in ours if text in in_body) == sorted(in_body)
        assert len(ours) == len(words)
