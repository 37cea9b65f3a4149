"""reStructuredText, put together as HTML line by line: exact places, no parser needed.

Literal blocks, comments, fields and the options of directives are left out; what stands in a
directive such as `note` or `figure` is read.
"""

from __future__ import annotations

import re
from html import escape

from healthlint.document import Comment, Document
from healthlint.readers.mapped import UNKNOWN, Mapped, joined, read_html

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_<>!$%&,;?@|])\1{2,}[ \t]*$")
_BULLET = re.compile(r"(?:[-*+\u2022]|(?:\(?(?:\d{1,3}|[a-zA-Z#]|[ivxIVX]{1,5})[.)]))[ \t]+(?=\S)")
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?([\w:+.-]+)::[ \t]*")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_FOOTNOTE = re.compile(r"\.\.[ \t]+\[(?:#?([\w-]*)|\*)\][ \t]*")
_TARGET = re.compile(r"\.\.[ \t]+_[^\n]*:|__[ \t]")
_FIELD = re.compile(r":[^:\n]+:(?:[ \t]+|$)")
_TABLE = re.compile(r"(?:\+[-=+]{3,}\+|={2,}(?:[ \t]+={2,})+)[ \t]*$")
_CODE = frozenset(
    "code code-block sourcecode literalinclude math raw parsed-literal highlight include graphviz "
    "mermaid image toctree contents index meta csv-table list-table only doctest prompt "
    "productionlist autosummary automodule autoclass autofunction".split()
)
_ARGUMENT_IS_TEXT = frozenset(
    "note warning tip important caution danger hint attention error admonition rubric seealso "
    "versionadded versionchanged deprecated topic sidebar epigraph replace".split()
)
_INLINE = re.compile(
    r"(?P<escape>\\(?:[ \n]|(?P<sign>\S)))"
    r"|(?P<literal>``[^`\n]+(?:\n[^`\n]+)*``)"
    r"|(?P<role>:[\w:.+-]+:`(?P<rtext>[^`<]*?)(?:[ \t\n]*<[^<>`]*>)?`)"
    r"|`(?P<ltext>[^`<]+?)[ \t\n]*<(?P<url>[^<>`]+)>`__?"
    r"|`(?P<ref>[^`]+)`__?|`(?P<title>[^`]+)`"
    r"|\*\*(?=\S)(?P<strong>[^*]+?(?:\*[^*]+)*?)(?<=\S)\*\*"
    r"|\*(?=\S)(?P<em>[^*]+?)(?<=\S)\*"
    r"|\[(?P<note>\#?[\w-]*|\*)\]_"
    r"|\|(?P<subst>[^|\s][^|\n]*?)\|_{0,2}"
    r"|(?<![\w])(?P<word>[\w-]*\w)__?(?=[\s.,;:!?)]|$)"
)
_TEXT_ROLES = frozenset("ref doc term abbr strong emphasis sub sup guilabel dfn".split())


def read(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read reStructuredText; never fails."""
    reader = _RstReader(source)
    reader.read()
    back = read_html(reader.html, source, "rst")
    return joined(source, "rst", [back], reader.comments)


class _RstReader:
    def __init__(self, source: str) -> None:
        self.html = Mapped()
        self.comments: list[Comment] = []
        self._source = source
        start = 1 if source.startswith("\ufeff") else 0
        self._lines: list[tuple[int, int, int]] = []  # indent, start and end of what stands there
        for match in _LINE.finditer(source, start):
            if not match[0]:
                break
            text = match[0].strip()
            at = match.start() + len(match[0]) - len(match[0].lstrip())
            indent = len(match[0][: at - match.start()].expandtabs(8)) if text else 0
            self._lines.append((indent, at, at + len(text)) if text else (0, at, at))
        self._levels: list[str] = []
        self._literal = False

    def _text(self, index: int) -> str:
        if index >= len(self._lines):
            return ""
        _, start, end = self._lines[index]
        return self._source[start:end]

    def read(self) -> None:
        """Walk through the lines."""
        index = 0
        while index < len(self._lines):
            index = self._block(index)

    def _skip(self, index: int, indent: int) -> int:
        """Past all lines that are indented more than `indent`, and empty ones."""
        while index < len(self._lines) and (
            not self._text(index) or self._lines[index][0] > indent
        ):
            index += 1
        return index

    def _block(self, index: int) -> int:
        indent, start, end = self._lines[index]
        text = self._text(index)
        if not text:
            return index + 1
        if self._literal:
            self._literal = False
            if indent:
                return self._skip(index, indent - 1)
        if _TABLE.match(text):
            return self._table(index)
        if _UNDERLINE.match(text):
            below = _UNDERLINE.match(self._text(index + 2))
            if self._text(index + 1) and below and below[0].strip()[0] == text[0]:
                self._heading(index + 1, text[0] * 2)
                return index + 3
            return index + 1
        if not indent and _UNDERLINE.match(self._text(index + 1)) and not _EXPLICIT.match(text):
            under = self._text(index + 1)
            if len(under) >= min(len(text), 4) and (index == 0 or not self._text(index - 1)):
                self._heading(index, under[0])
                return index + 2
        if _EXPLICIT.match(text) or _TARGET.match(text):
            return self._explicit(index)
        if field := _FIELD.match(text):
            if index == 0 or not self._text(index - 1) or _FIELD.match(self._text(index - 1)):
                del field
                return self._skip(index + 1, indent)
        if text.startswith((">>> ", "... ")):
            return index + 1
        return self._paragraph(index)

    def _heading(self, index: int, sign: str) -> None:
        if sign not in self._levels:
            self._levels.append(sign)
        level = min(6, self._levels.index(sign) + 1)
        _, start, end = self._lines[index]
        self._wrap(f"h{level}", start, end)

    def _wrap(self, tag: str, start: int, end: int) -> None:
        self.html.mark(f"<{tag}>", start)
        self._inline(start, end)
        self.html.mark(f"</{tag.split(' ')[0]}>", end)

    def _explicit(self, index: int) -> int:
        indent, start, end = self._lines[index]
        text = self._text(index)
        if note := _FOOTNOTE.match(text):
            last = self._skip(index + 1, indent)
            key = note[1] or "1"
            final = self._last(index, last)
            self._wrap(f'p id="fn{key}"' if key.isdigit() else "p", start + note.end(), final)
            return last
        if directive := _DIRECTIVE.match(text):
            name = directive[1].lower().rpartition(":")[2]
            if name in _CODE:
                return self._code(index, name)
            if name in _ARGUMENT_IS_TEXT and directive.end() < len(text):
                following = index + 1
                while self._text(following) and not _FIELD.match(self._text(following)):
                    following += 1
                self._wrap("p", start + directive.end(), self._last(index, following))
                return self._options(following)
            return self._options(index + 1)
        last = self._skip(index + 1, indent)
        if _TARGET.match(text):
            return index + 1
        final = self._last(index, last)
        self.comments.append(Comment(self._source[start + 2 : final].strip(), start, final))
        return last

    def _code(self, index: int, name: str) -> int:
        indent = self._lines[index][0]
        last = self._skip(index + 1, indent)
        if name in ("list-table", "csv-table"):
            first = self._options(index + 1)
            while first < last:
                first = self._block(first)
            return max(first, last)
        for number in range(index + 1, last):
            _, start, end = self._lines[number]
            if self._text(number).startswith(":alt:"):
                self._wrap("p", start + 5, end)
        return last

    def _options(self, index: int) -> int:
        while _FIELD.match(self._text(index)):
            _, start, end = self._lines[index]
            if self._text(index).startswith(":alt:"):
                self._wrap("p", start + 5, end)
            index += 1
        return index

    def _last(self, index: int, beyond: int) -> int:
        """Where the text of lines `index` up to `beyond` ends."""
        return max(self._lines[number][2] for number in range(index, max(beyond, index + 1)))

    def _paragraph(self, index: int) -> int:
        indent, start, _ = self._lines[index]
        bullet = _BULLET.match(self._text(index))
        following = index + 1
        inner = indent
        while self._text(following) and not _EXPLICIT.match(self._text(following)):
            depth = self._lines[following][0]
            if bullet:
                if depth <= indent:
                    break
                inner = depth
            elif depth > indent and following == index + 1:
                break  # a term and what it means, or a list without an empty line
            elif depth < indent:
                break
            if bullet and depth == inner and _BULLET.match(self._text(following)):
                if not re.match(r"\w", self._text(following)):
                    break
            following += 1
        end = self._last(index, following)
        text = self._source[start:end]
        if text.endswith("::"):
            self._literal = True
            end -= 2 if text[-3:-2].isspace() else 1
        tag = "li" if bullet else "p"
        first = start + (bullet.end() if bullet else 0)
        if text.startswith("| ") and not bullet:
            first += 2
        if first < end:
            if bullet:
                self.html.mark("<ul>", start)
            self._wrap(tag, first, end)
            if bullet:
                self.html.mark("</ul>", end)
        return following

    def _table(self, index: int) -> int:
        """A table: each cell by itself, the lines of a cell in a grid joined."""
        grid = self._text(index).startswith("+")
        last = index
        if grid:
            while self._text(last) and self._text(last)[0] in "+|":
                last += 1
        else:
            rules, last = 1, index + 1
            while last < len(self._lines):
                if _TABLE.match(self._text(last)):
                    rules += 1
                    if rules >= 2 and not self._text(last + 1):
                        last += 1
                        break
                last += 1
        self._rows(index, last, grid)
        return max(last, index + 1)

    def _rows(self, first: int, last: int, grid: bool) -> None:
        if grid:
            cells: list[list[tuple[int, int]]] = []
            for number in range(first, last):
                _, start, _ = self._lines[number]
                text = self._text(number)
                if text[0] == "+":
                    self._row(cells)
                    cells = []
                    continue
                parts = [m.span() for m in re.finditer(r"[^|]+", text)]
                for column, (at, to) in enumerate(parts):
                    while len(cells) <= column:
                        cells.append([])
                    cells[column].append((start + at, start + to))
            self._row(cells)
            return
        columns = [m.span() for m in re.finditer("=+", self._text(first))]
        for number in range(first, last):
            _, start, end = self._lines[number]
            if not self._text(number) or _TABLE.match(self._text(number)):
                continue
            row = []
            for place, (at, _to) in enumerate(columns):
                stop = columns[place + 1][0] if place + 1 < len(columns) else end - start
                row.append([(min(start + at, end), min(start + stop, end))])
            self._row(row)

    def _row(self, cells: list[list[tuple[int, int]]]) -> None:
        for pieces in cells:
            kept = [(at, to) for at, to in pieces if self._source[at:to].strip()]
            if not kept:
                continue
            self.html.mark("<p>", kept[0][0])
            for at, to in kept:
                self._inline(at, to)
                self.html.add(" ", to, to + 1)
            self.html.mark("</p>", kept[-1][1])

    # -- inline ----------------------------------------------------------------------------------

    def _plain(self, start: int, end: int) -> None:
        words = Mapped()
        words.add(self._source[start:end], start, end)
        self.html.markup(words)

    def _inline(self, start: int, end: int) -> None:
        source, done = self._source, start
        for match in _INLINE.finditer(source, start, end):
            kind = match.lastgroup or ""
            at, stop = match.span()
            self._plain(done, at)
            done = stop
            if match["escape"]:
                if match["sign"]:
                    self._plain(at + 1, stop)
            elif match["literal"]:
                self.html.add(UNKNOWN, at, stop)
            elif match["role"]:
                role = match["role"][1:].split(":`")[0].rpartition(":")[2]
                if role in _TEXT_ROLES:
                    self._plain(*match.span("rtext"))
                else:
                    self.html.add(UNKNOWN, at, stop)
            elif match["ltext"]:
                self.html.mark(f'<a href="{escape(match["url"])}">', at)
                self._plain(*match.span("ltext"))
                self.html.mark("</a>", stop)
            elif match["note"] is not None:
                key = match["note"].strip("#*") or "1"
                self.html.mark(f'<sup><a href="#fn{escape(key)}">', at)
                self.html.add(key if key.isdigit() else "1", at, stop)
                self.html.mark("</a></sup>", stop)
            elif match["strong"]:
                self.html.mark("<b>", at)
                self._plain(*match.span("strong"))
                self.html.mark("</b>", stop)
            elif match["subst"]:
                self.html.add(UNKNOWN, at, stop)
            else:
                self._plain(*match.span(kind))
        self._plain(done, end)
