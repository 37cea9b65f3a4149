"""AsciiDoc, put together as HTML line by line: exact places, no parser needed.

Listings, comments, attributes and macros are left out; block titles, admonitions, lists and tables
are read.
"""

from __future__ import annotations

import re
from html import escape

from healthlint.document import Comment, Document
from healthlint.readers.mapped import UNKNOWN, Mapped, joined, read_html

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(?=\S)")
_LIST = re.compile(r"(?:[*.-]{1,5}|\d{1,3}\.|<(?:\d+|\.)>)[ \t]+(?:\[[ xX*]\][ \t]+)?(?=\S)")
_TERM = re.compile(r"(\S.*?)(?::{2,4}|;;)(?:[ \t]+|$)")
_ATTRIBUTE = re.compile(r":!?[\w-]+!?:(?:[ \t]|$)")
_BLOCK_ATTRIBUTE = re.compile(r"\[[^\[\]]*\]$|\[\[[^\[\]]*\]\]$")
_DELIMITER = re.compile(
    r"(?:-{4,}|\.{4,}|/{4,}|\+{4,}|={4,}|\*{4,}|_{4,}|`{3,}\w*|--|[|,:!]={3,})$"
)
_LEFT_OUT = ("-", ".", "/", "+", "`")
_ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_MACRO = re.compile(
    r"(?:image|video|audio|include|toc|ifdef|ifndef|endif|ifeval|kroki)::?\S*\[(.*)\]$"
)
_INLINE = re.compile(
    r"(?P<escape>\\[*_`#^~\[{<+])"
    r"|(?P<code>`[^`\n]+`|\+\+\+.*?\+\+\+|\+[^+\s][^+\n]*\+)"
    r"|(?P<image>image:[^\s\[\]]+\[(?P<alt>[^\]]*)\])"
    r"|footnote:\w*\[(?P<note>[^\]]*)\]"
    r"|(?P<link>(?:link:|xref:|mailto:)?(?:https?://)?[^\s\[\]<>*_]+)\[(?P<ltext>[^\]]+)\]"
    r"|<<(?P<ref>[^<>,]+)(?:,[ \t]*(?P<rtext>[^<>]+))?>>"
    r"|(?P<attribute>\{[\w:-]+\})"
    r"|\[[.#%\w-]*\]\#(?P<span>[^#\n]+)\#"
    r"|\*\*(?P<s2>[^*]+)\*\*|(?<!\w)\*(?=\S)(?P<s1>[^*]+?)(?<=\S)\*(?!\w)"
    r"|__(?P<e2>[^_]+)__|(?<!\w)_(?=\S)(?P<e1>[^_]+?)(?<=\S)_(?!\w)"
    r"|\#\#(?P<m2>[^#]+)\#\#|(?<!\w)\#(?=\S)(?P<m1>[^#]+?)(?<=\S)\#(?!\w)"
    r"|\^(?P<sup>[^^\s]+)\^|~(?P<sub>[^~\s]+)~"
    r"|(?P<hard>[ \t]\+(?=\r?\n))"
    r"|(?P<open>[\"']`)|(?P<close>`[\"'])"
)
_CELL = re.compile(r"(?:^|(?<=[ \t]))(?:\d*\.?\d*[+*])?(?:[<^>]?\.?[<^>]?)?[aehlmsv]?\|")


def read(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read AsciiDoc; never fails."""
    reader = _AsciidocReader(source)
    reader.read()
    back = read_html(reader.html, source, "asciidoc")
    return joined(source, "asciidoc", [back], reader.comments)


class _AsciidocReader:
    def __init__(self, source: str) -> None:
        self.html = Mapped()
        self.comments: list[Comment] = []
        self._source = source
        self._lines: list[tuple[int, int]] = []
        for match in _LINE.finditer(source, 1 if source.startswith("\ufeff") else 0):
            if not match[0]:
                break
            self._lines.append((match.start(), match.start() + len(match[0].rstrip())))
        self._table = False
        self._paragraph: list[tuple[int, int]] = []
        self._tag = "p"

    def _text(self, index: int) -> str:
        return self._source[slice(*self._lines[index])] if index < len(self._lines) else ""

    def read(self) -> None:
        """Walk through the lines."""
        index = 0
        while index < len(self._lines):
            index = self._line(index)
        self._flush()

    def _flush(self) -> None:
        """Write down the paragraph that is open."""
        if not self._paragraph:
            return
        start, end = self._paragraph[0][0], self._paragraph[-1][1]
        outer = "ul" if self._tag == "li" else ""
        self.html.mark(f"<{outer}>" * bool(outer) + f"<{self._tag}>", start)
        self._paragraph = []
        self._inline(start, end)  # the lines are one text: markup may go over their ends
        self.html.mark(f"</{self._tag}>" + f"</{outer}>" * bool(outer), end)
        self._tag = "p"

    def _start(self, tag: str, start: int, end: int) -> None:
        self._flush()
        self._tag = tag
        if start < end:
            self._paragraph = [(start, end)]

    def _line(self, index: int) -> int:
        start, end = self._lines[index]
        text = self._text(index)
        if not text.strip():
            self._flush()
            return index + 1
        if text.startswith("//") and not text.startswith("///"):
            self._flush()
            self.comments.append(Comment(text[2:].strip(), start, end))
            return index + 1
        if _DELIMITER.match(text):
            return self._delimited(index, text)
        if self._table:
            self._cells(start, end)
            return index + 1
        if heading := _HEADING.match(text):
            self._start(f"h{len(heading[1])}", start + heading.end(), end)
            self._flush()
            return index + 1
        if _ATTRIBUTE.match(text) or _BLOCK_ATTRIBUTE.match(text) or text in ("+", "'''", "<<<"):
            self._flush()
            if text == "[source]" or text.startswith("[source,"):
                if index + 1 < len(self._lines) and not _DELIMITER.match(self._text(index + 1)):
                    if not self._text(index + 1).startswith("."):
                        return self._past_paragraph(index + 1)
            return index + 1
        if macro := _MACRO.match(text):
            self._flush()
            alt = re.match(r"[^,\]=]*(?=[,\]]|$)", macro[1])
            if text.startswith("image") and alt and alt[0].strip('" '):
                at = start + macro.start(1)
                self._start("p", at, at + alt.end())
                self._flush()
            return index + 1
        if re.match(r"\.[^\s.]", text):
            self._start("p", start + 1, end)
            self._flush()
            return index + 1
        stripped = text.lstrip()
        indent = len(text) - len(stripped)
        if item := _LIST.match(stripped):
            self._start("li", start + indent + item.end(), end)
            return index + 1
        if term := _TERM.match(text):
            if "://" not in text[: term.end()]:
                self._start("p", start, start + term.end(1))
                self._start("p", start + term.end(), end)
                return index + 1
        if indent and not self._paragraph:
            return self._past_paragraph(index)  # indented text is a listing
        if not self._paragraph and (admonition := _ADMONITION.match(text)):
            start += admonition.end()
        self._paragraph.append((start + indent, end))
        return index + 1

    def _past_paragraph(self, index: int) -> int:
        while index < len(self._lines) and self._text(index).strip():
            index += 1
        return index

    def _delimited(self, index: int, text: str) -> int:
        self._flush()
        if text[1:] == "===" + text[4:] and text[0] in "|,:!" and len(text) == 4:
            self._table = not self._table
            return index + 1
        if text != "--" and text.startswith(_LEFT_OUT):
            sign = text if text[0] != "`" else "```"
            first = index
            index += 1
            while index < len(self._lines) and self._text(index) != sign:
                index += 1
            if text[0] == "/":
                last = min(index, len(self._lines) - 1)
                start, end = self._lines[first][0], self._lines[last][1]
                words = self._source[self._lines[first][1] : self._lines[last][0]].strip()
                self.comments.append(Comment(words, start, end))
        return index + 1

    def _cells(self, start: int, end: int) -> None:
        text = self._source[start:end]
        marks = [match.span() for match in _CELL.finditer(text)]
        if not marks or marks[0][0] > 0:
            first = marks[0][0] if marks else len(text)
            if text[:first].strip():
                self._paragraph.append((start + len(text) - len(text.lstrip()), start + first))
        for number, (_, at) in enumerate(marks):
            stop = marks[number + 1][0] if number + 1 < len(marks) else len(text)
            lead = len(text[at:stop]) - len(text[at:stop].lstrip())
            self._start("p", start + at + lead, start + at + len(text[at:stop].rstrip()))

    # -- inline ----------------------------------------------------------------------------------

    def _plain(self, start: int, end: int) -> None:
        words = Mapped()
        words.add(self._source[start:end], start, end)
        self.html.markup(words)

    def _inline(self, start: int, end: int, depth: int = 0) -> None:
        source, done = self._source, start
        for match in _INLINE.finditer(source, start, end):
            at, stop = match.span()
            self._plain(done, at)
            done = stop
            if match["escape"]:
                self._plain(at + 1, stop)
                continue
            if match["code"] or match["attribute"]:
                self.html.add(UNKNOWN, at, stop)
            elif match["image"] or match["note"] is not None:
                pass
            elif match["ltext"]:
                url = escape(match["link"].removeprefix("link:"))
                self.html.mark(f'<a href="{url}">', at)
                first, last = match.span("ltext")
                if match["ltext"].endswith("^"):
                    last -= 1
                self._plain(first, last)
                self.html.mark("</a>", stop)
            elif match["ref"]:
                if match["rtext"]:
                    self._plain(*match.span("rtext"))
                else:
                    self.html.add(UNKNOWN, at, stop)
            elif match["hard"]:
                self.html.mark("<br>", at)
            elif match["open"] or match["close"]:
                quote = source[at] if match["open"] else source[stop - 1]
                double = quote == '"'
                opened = bool(match["open"])
                sign = (
                    ("\u201c" if opened else "\u201d")
                    if double
                    else ("\u2018" if opened else "\u2019")
                )
                self.html.add(sign, at, stop)
            elif match["sup"] or match["sub"]:
                tag = "sup" if match["sup"] else "sub"
                self.html.mark(f"<{tag}>", at)
                self._plain(*match.span(tag))
                self.html.mark(f"</{tag}>", stop)
            else:
                group = next(g for g in ("span", "s2", "s1", "e2", "e1", "m2", "m1") if match[g])
                bold = group[0] == "s" and group != "span"
                if bold:
                    self.html.mark("<b>", at)
                if depth < 5:
                    self._inline(*match.span(group), depth + 1)
                else:
                    self._plain(*match.span(group))
                if bold:
                    self.html.mark("</b>", stop)
        self._plain(done, end)
