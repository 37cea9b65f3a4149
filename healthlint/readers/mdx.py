"""MDX: Markdown with JSX in it. Imports, exports and expressions are taken out, elements become
nothing (their prose attributes are read), and what is left is read as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from healthlint.document import Comment, Document
from healthlint.readers.htmlelements import BLOCKS
from healthlint.readers.mapped import UNKNOWN, Mapped, joined, read_html, read_string
from healthlint.readers.prose import is_prose

_FRONT = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n.*?^\1[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_FENCE = re.compile(
    r"(?m)^[ \t>]*(?P<f>`{3,20}|~{3,20})[^\n]*\n(?:.*?^[ \t>]*(?P=f)[`~]*[ \t]*$|.*\Z)", re.S
)
_CODE = re.compile(r"(?<!`)(`{1,9})(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_MODULE = re.compile(r"(?m)^(?:import|export)\b[^\n]*(?:\n(?![ \t]*(?:\n|\Z))[^\n]*)*")
_TAG = re.compile(r"</?(?:[A-Za-z][\w.:-]*)?(?=[\s/>])")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL)
_NEXT = re.compile(r"[{}\"'`<>]|/\*|//")
_ATTRIBUTE = re.compile(
    r"([A-Za-z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{\s*([\"'`])(.*?)\4\s*\})", re.S
)
_SPECIAL = re.compile(r"(?P<escape>\\[{<])|(?P<brace>\{)|(?P<tag><)")
_INDENT = re.compile(r"(?m)^[ \t]+")
#: How far a line is looked at around a tag.
_NEAR = 2000
#: Tags that stay: Markdown reads them as HTML inside a line.
_KEPT = frozenset("a abbr b br cite code em i img mark q s small span strong sub sup u".split())
_HEADING = re.compile(r"h([1-6])$")


def read(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read MDX; never fails: what is no JSX is text."""
    reader = _MdxReader(source)
    front = _FRONT.match(source)
    start = front.end() if front else 0
    mapped = reader.mapped
    mapped.add(source[:start], 0, start)
    guarded = sorted(_guarded(source, start))
    for at, end, kind in guarded:
        if at < start:
            continue
        reader.text(start, at)
        if kind == "code":
            mapped.add(source[at:end], at, end)
        start = end
    reader.text(start, len(source))
    from healthlint.readers.markdown import read as read_markdown

    back = mapped.led_back(read_markdown(mapped.text), source, "mdx")
    main = back._replace(comments=())
    return joined(source, "mdx", [main, *reader.parts], (*back.comments, *reader.comments))


def _guarded(source: str, start: int) -> Iterator[tuple[int, int, str]]:
    """Code, in which nothing is JSX, and modules, which are no text."""
    done = start
    fences = [match.span() for match in _FENCE.finditer(source, start)]
    for at, end in [*fences, (len(source), len(source))]:
        for match in _CODE.finditer(source, done, at):
            yield *match.span(), "code"
        for match in _MODULE.finditer(source, done, at):
            yield *match.span(), "module"
        if end > at:
            yield at, end, "code"
        done = end


class _MdxReader:
    def __init__(self, source: str) -> None:
        self.mapped = Mapped()
        self.parts: list[Document] = []
        self.comments: list[Comment] = []
        self._source = source
        self._depth = 0
        self._last: dict[str, int] = {}
        self._budget = 300_000  # signs that may be looked at for braces that are never closed

    def text(self, start: int, end: int) -> None:
        """Markdown with JSX, but without code, at `[start, end)`."""
        source, done = self._source, start
        while match := _SPECIAL.search(source, start, end):
            at = match.start()
            if match["escape"]:
                self._plain(done, at)
                self.mapped.add(source[at + 1] if source[at + 1] == "{" else "&lt;", at, at + 2)
                done = start = at + 2
                continue
            close = self._brace_end(at, end) if match["brace"] else self._tag_end(at, end)
            if close is None:
                start = at + 1
                continue
            self._plain(done, at)
            done = start = close
            if match["brace"]:
                self._expression(at, close)
            else:
                self._element(at, close)
        self._plain(done, end)

    def _plain(self, start: int, end: int) -> None:
        """Text; inside an element what it is indented by means nothing."""
        if not self._depth:
            self.mapped.add(self._source[start:end], start, end)
            return
        done = start
        for match in _INDENT.finditer(self._source, start, end):
            if match.start() and self._source[match.start() - 1] not in "\r\n":
                continue  # `^` matches where the search begins
            self.mapped.add(self._source[done : match.start()], done, match.start())
            done = match.end()
        self.mapped.add(self._source[done:end], done, end)

    def _brace_end(self, start: int, end: int) -> int | None:
        """Where the braces that open at `start` are closed; None if they are not."""
        depth, at = 0, start
        source = self._source
        first = self._budget
        while self._budget > 0 and (found := _NEXT.search(source, at, end)):
            self._budget -= 1
            sign, at = found[0], found.end()
            if sign == "{":
                depth += 1
            elif sign == "}":
                depth -= 1
                if not depth:
                    self._budget = first
                    return at
            elif sign == "/*":
                close = self._find("*/", at, end)
                if close < 0:
                    return None
                at = close + 2
            elif sign == "//":
                if source[found.start() - 1] != ":":
                    line = source.find("\n", at, end)
                    at = line if line >= 0 else end
            elif sign in "\"'`":
                string = _STRING.match(source, found.start(), end)
                at = string.end() if string else at
        return None

    def _find(self, sign: str, start: int, end: int) -> int:
        """As `str.find`. Where the sign stands last is looked up once, for marks never closed."""
        if sign not in self._last:
            self._last[sign] = self._source.rfind(sign)
        return self._source.find(sign, start, end) if self._last[sign] >= start else -1

    def _tag_end(self, start: int, end: int) -> int | None:
        source = self._source
        if source.startswith("<!--", start):
            close = self._find("-->", start, end)
            return close + 3 if close >= 0 else None
        tag = _TAG.match(source, start, end)
        at = tag.end() if tag else -1
        while tag and (found := _NEXT.search(source, at, end)):
            sign, at = found[0], found.end()
            if sign == ">":
                return at
            if sign == "<":
                return None
            if sign == "{":
                close_at = self._brace_end(found.start(), end)
                if close_at is None:
                    return None
                at = close_at
            elif sign in "\"'":
                close_at = source.find(sign, at, end)
                if close_at < 0:
                    return None
                at = close_at + 1
        return None

    def _expression(self, start: int, end: int) -> None:
        inner = self._source[start + 1 : end - 1].strip()
        if inner.startswith(("/*", "//")):
            words = inner[2:-2] if inner.startswith("/*") else inner[2:]
            self.comments.append(Comment(words, start, end))
            return
        at = self._source.index(inner, start) if inner else start
        string = _STRING.fullmatch(inner)
        if string and "${" not in inner and "\\" not in inner:
            self.mapped.add(inner[1:-1], at + 1, at + len(inner) - 1)
        elif inner:
            for tag in re.finditer(r"<[A-Za-z]", inner):  # elements in an expression
                self._elements(at + tag.start(), end - 1)
                return
            self.mapped.add(UNKNOWN, start, end)

    def _elements(self, start: int, end: int) -> None:
        """Elements among code: only what stands between their tags is text."""
        at, depth = start, 0
        while (close := self._tag_end(at, end)) is not None:
            tag = self._source[at:close]
            self._element(at, close)
            if not tag.endswith("/>"):
                depth += -1 if tag.startswith("</") else 1
            following = self._source.find("<", close, end)
            if following < 0:
                break
            if depth > 0:
                self.text(close, following)
            at = following

    def _element(self, start: int, end: int) -> None:
        source = self._source
        tag = source[start:end]
        if tag.startswith("<!--"):
            self.comments.append(Comment(tag[4:-3], start, end))
            return
        named = re.match(r"</?([\w.:-]*)", tag)
        name = named[1] if named else ""
        closing, single = tag.startswith("</"), tag.endswith("/>")
        if not closing:
            self._attributes(start, end)
        block = name in BLOCKS or name[:1].isupper() and self._alone(start, end)
        if name in _KEPT and "{" not in tag:
            self.mapped.add(tag, start, end)
        elif block:
            heading = _HEADING.match(name)
            sign = "\n\n"
            if heading and not closing:
                sign += "#" * int(heading[1]) + " "
            elif name == "li" and not closing:
                sign += "- "
            self.mapped.mark(sign, start)
        if not single and (block or name[:1].isupper() or not name):
            self._depth = max(0, self._depth + (-1 if closing else 1))

    def _alone(self, start: int, end: int) -> bool:
        """Whether a component's tag begins or ends its line, so that it stands around blocks."""
        line = self._source.rfind("\n", max(0, start - _NEAR), start) + 1 or max(0, start - _NEAR)
        after = self._source.find("\n", end, end + _NEAR)
        rest = self._source[end : after if after >= 0 else end + _NEAR]
        before = re.sub(r"<[^<>]*>", "", self._source[line:start]).strip()
        return (
            not before
            and not re.sub(r"<[^<>]*>", "", rest).strip()
            or (not before and not self._source[start] == " " and rest.rstrip().endswith(">"))
        )

    def _attributes(self, start: int, end: int) -> None:
        from healthlint.readers.script import SPOKEN

        for match in _ATTRIBUTE.finditer(self._source, start, end):
            group = next(number for number in (2, 3, 5) if match[number] is not None)
            name = match[1]
            if not match[group].strip() or name not in SPOKEN and not is_prose(match[group], name):
                continue
            at, stop = match.span(group)
            mapped = Mapped()
            if name in ("alt", "title", "aria-label"):
                words = Mapped()
                words.add(match[group], at, stop)
                mapped.mark('<img alt="', at)
                words.copy_to(mapped)
                mapped.mark('">', stop)
                if '"' not in match[group]:
                    self.parts.append(read_html(mapped, self._source, "mdx"))
                continue
            mapped.add(match[group], at, stop)
            self.parts.append(read_string(mapped, self._source, "mdx"))
