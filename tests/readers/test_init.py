from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from healthlint.errors import DraftError
from healthlint.readers import FORMATS, format_for, read
from healthlint.readers.decode import decode
from tests.readers import assert_exact, outline

CORPUS = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus"
FOLDERS = ("dev", "pages", "fresh-a")
PASSAGES = sorted(
    path
    for folder in FOLDERS
    for path in (CORPUS / folder).glob("*.*")
    if path.suffix in (".md", ".html", ".txt")
)


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("markdown", [("heading 1", "A"), ("paragraph", "b")]),
        ("html", [("paragraph", "# A **b**")]),
        ("text", [("heading 1", "A"), ("paragraph", "**b**")]),
    ],
)
def test_read(format: str, expected: list[tuple[str, str]]) -> None:
    source = "# A\n\n**b**"
    document = read(source, format)
    assert outline(document) == expected
    assert (document.format, document.source) == (format, source)


def test_read_refuses_an_unknown_format() -> None:
    with pytest.raises(DraftError, match="^no format 'pages': use one of markdown, html, text"):
        read("x", "pages")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_reads_nothing(format: str) -> None:
    assert read("", format).blocks == ()
    assert read("\ufeff", format).blocks == ()
    assert read("\ufeff \r\n\t\u00a0", format).blocks == ()


@pytest.mark.parametrize(
    ("name", "source", "format"),
    [
        ("a.md", None, "markdown"),
        ("b/A.MARKDOWN", "<html>", "markdown"),
        ("c\\d.htm", None, "html"),
        ("e.xhtml", None, "html"),
        ("f.txt", "<!doctype html>", "text"),
        ("g.xyz", None, None),
        ("g.xyz", "words", None),
        ("g.xyz", "\ufeff \n<!DOCTYPE  HTML>", "html"),
        ("page.tpl", "<div class=x>", "html"),
        ("page.tmpl", "<div class=x>", "template"),
        ("export", "<?xml version='1.0'?>\n<rss>", "feed"),
        ("README", "words", "text"),
        ("-", "<p>x", "html"),
        ("-", "<!-- x --><p>", "html"),
        ("-", "< 5 % of people", "text"),
        ("-", "<5 % of people", "text"),
        ("", "words", "text"),
        (".hidden", "words", "text"),
        ("README", None, None),
        ("a.b/c", "words", "text"),
    ],
)
def test_format_for(name: str, source: str | None, format: str | None) -> None:
    assert format_for(name, source) == format


@pytest.mark.parametrize("path", PASSAGES, ids=lambda path: path.name)
def test_passages_are_read_exactly(path: Path) -> None:
    source = decode(path.read_bytes())
    format = format_for(path.name)
    assert format
    document = read(source, format)
    assert_exact(document)
    words = [word for block in document.blocks for word in re.findall(r"\w+", block.text)]
    assert len(words) > 50


def squeezed(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


@pytest.mark.parametrize("folder", FOLDERS)
def test_labelled_units_stand_in_one_block(folder: str) -> None:
    missing, total = [], 0
    for line in (CORPUS / folder / "labels.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        source = decode((CORPUS / folder / entry["file"]).read_bytes())
        document = read(source, format_for(entry["file"]) or "")
        blocks = [squeezed(block.text) for block in document.blocks]
        for unit in entry["units"]:
            # Marks of notes are no text, nor are addresses.
            text = re.sub(
                r"\[\^\w+\]:?|(?<=[a-z.])\d(?=\.?$)|https?://\S+|www\.\S+", "", unit["text"]
            )
            text = squeezed(re.sub(r"^\d+[.)] ", "", text))
            total += 1
            if unit["labels"] and not any(text in block for block in blocks):
                missing.append((entry["file"], unit["text"]))
    assert total > 40
    # In one passage a unit holds inline code.
    assert [file for file, _ in missing if file != "cbd-01.md"] == []
