"""Vue, Svelte and Astro: the template is read as HTML, the script for strings that are copy."""

from __future__ import annotations

import re
from collections.abc import Callable

from healthlint.document import Comment, Document
from healthlint.readers.mapped import UNKNOWN, Mapped, joined, read_html, read_string
from healthlint.readers.prose import is_prose
from healthlint.readers.script import collect

SECTION = re.compile(
    r"<(?P<name>script|style|i18n)\b(?P<attributes>(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^<>\"'{}])*)>"
    r"(?P<body>.*?)</(?P=name)\s*>",
    re.DOTALL | re.IGNORECASE,
)
#: In a component `<template>` is shown; to HTML it is not.
_MUSTACHE = re.compile(
    r"\{\{(?:(?!\{\{).)*?\}\}|</?template\b(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>",
    re.DOTALL | re.IGNORECASE,
)
FENCE = re.compile(
    r"\ufeff?\s*---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL)
_NEXT = re.compile(r"[{}\"'`<]|/\*")
_TAG = re.compile(r"</?[A-Za-z](?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^<>\"'{}])*/?>|</?>")
_PART = re.compile(r"<!--.*?-->|<(?P<raw>pre|code|style|script)\b.*?</(?P=raw)\s*>|\{", re.DOTALL)
_COMPONENT = re.compile(r"<(/?)([A-Z][\w.]*|[a-z]+(?:-[a-z0-9]+)+)\b")
_PROP = re.compile(r"(?<=[\s\"'])([a-zA-Z][\w-]*)\s*=\s*(?:\"([^\"{}<>]*)\"|'([^'{}<>]*)')")
#: How many signs may be looked at for braces that are never closed.
MAX_WASTE = 300_000
_READ_BY_HTML = frozenset(["alt", "title", "aria-label", "placeholder"])


def read_vue(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a Vue component. Raises `DraftError` if its script does not parse."""
    return _read(source, "vue", 0, lambda mapped, at, end: _mustaches(source, mapped, at, end))


def read_svelte(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a Svelte component. Raises `DraftError` if its script does not parse."""
    reader = _Braces(source)
    return _read(source, "svelte", 0, reader.read, reader)


def read_astro(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read an Astro component. Raises `DraftError` if its script does not parse."""
    reader = _Braces(source)
    fence = FENCE.match(source)
    start = 0
    if fence:
        start = fence.end()
        found, comments = collect(source, fence.start(1), fence.end(1), False, "astro")
        reader.parts += found
        reader.comments += comments
    return _read(source, "astro", start, reader.read, reader)


def _read(
    source: str,
    format: str,
    start: int,
    masked: Callable[[Mapped, int, int], None],
    reader: _Braces | None = None,
) -> Document:
    parts: list[Document] = reader.parts if reader else []
    comments: list[Comment] = reader.comments if reader else []
    html = Mapped()
    done = start
    for section in SECTION.finditer(source, start):
        masked(html, done, section.start())
        done = section.end()
        if section["name"].lower() == "script" and "json" not in section["attributes"]:
            jsx = bool(re.search(r"lang=[\"'](?:jsx|tsx)", section["attributes"]))
            found, notes = collect(source, *section.span("body"), jsx, format)
            parts += found
            comments += notes
        elif section["name"].lower() == "i18n" and section["body"].strip().startswith("{"):
            parts.append(_messages(source, *section.span("body"), format))
    masked(html, done, len(source))
    parts += _props(source, start, format)
    text = html.text
    # A component stands by itself unless text stands beside it; to HTML it is unknown and inline.
    apart = Mapped()
    at = 0
    for match in _COMPONENT.finditer(text):
        before = text[: match.start()].rstrip(" \t")[-1:]
        if before in ("", "\n", ">", "\r") and not _inline(text, match):
            html_part = html.without([(0, at), (match.start(), len(text))])
            html_part.copy_to(apart)
            apart.mark("<hr>", html.range(match.start(), match.end())[0])
            at = match.start()
    html.without([(0, at)]).copy_to(apart)
    back = read_html(apart, source, format)
    main = back._replace(comments=())
    return joined(source, format, [main, *parts], (*back.comments, *comments))


def _inline(text: str, match: re.Match[str]) -> bool:
    """Whether text stands on the line beside a component's tag, or it is a link."""
    if re.search(r"link\b|^icon|trans", match[2], re.IGNORECASE):
        return True
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return bool(re.search(r"[^\s<>][^<>]*$", re.sub(r"<[^<>]*>", "", line)))


def _mustaches(source: str, mapped: Mapped, start: int, end: int) -> None:
    done = start
    for match in _MUSTACHE.finditer(source, start, end):
        mapped.add(source[done : match.start()], done, match.start())
        if match[0][0] == "<":
            done = match.end()
            continue
        inner = source[match.start() + 2 : match.end() - 2].strip()
        string = _STRING.fullmatch(inner)
        if string and inner[0] != "`" and "\\" not in inner:
            at = source.index(inner, match.start()) + 1
            words = Mapped()
            words.add(inner[1:-1], at, at + len(inner) - 2)
            mapped.markup(words)
        else:
            mapped.add(UNKNOWN, *match.span())
        done = match.end()
    mapped.add(source[done:end], done, end)


def _messages(source: str, start: int, end: int, format: str) -> Document:
    from healthlint.readers.data import read_strings
    from healthlint.readers.jsonpos import parse

    return read_strings(source, format, [parse(source, start, end)], ())


def _props(source: str, start: int, format: str) -> list[Document]:
    """Words that are handed to components and elements in attributes that HTML does not show."""
    found = []
    for tag in _TAG.finditer(source, start):
        for match in _PROP.finditer(source, tag.start(), tag.end()):
            group = 2 if match[2] is not None else 3
            component = source[tag.start() + 1].isupper()
            if match[1] in _READ_BY_HTML and not (match[1] == "placeholder" and component):
                if match[1] != "alt" or not component:
                    continue
            if source[match.start(1) - 1] in ":@#" or not is_prose(match[group], match[1]):
                continue
            mapped = Mapped()
            mapped.add(match[group], *match.span(group))
            found.append(read_string(mapped, source, format))
    return found


class _Braces:
    """Takes `{...}` out of a template: a value is an unknown word, elements in it are read."""

    def __init__(self, source: str) -> None:
        self.parts: list[Document] = []
        self.comments: list[Comment] = []
        self._source = source
        self._budget = MAX_WASTE

    def read(self, mapped: Mapped, start: int, end: int) -> None:
        """Add `source[start:end]` to the page."""
        source, done = self._source, start
        at = start
        while found := _PART.search(source, at, end):
            at = found.end()
            if found[0] != "{":
                continue
            close = self._close(found.start(), end)
            if close is None:
                continue
            mapped.add(source[done : found.start()], done, found.start())
            self._expression(mapped, found.start(), close)
            done = at = close
        mapped.add(source[done:end], done, end)

    def _close(self, start: int, end: int) -> int | None:
        source, depth, at = self._source, 0, start
        while self._budget > 0 and (found := _NEXT.search(source, at, end)):
            self._budget -= 1
            sign, at = found[0], found.end()
            if sign == "{":
                depth += 1
            elif sign == "}":
                depth -= 1
                if not depth:
                    self._budget = min(MAX_WASTE, self._budget + at - start)
                    return at
            elif sign == "/*":
                close = source.find("*/", at, end)
                at = close + 2 if close >= 0 else at
            elif sign == "<":
                if tag := _TAG.match(source, found.start(), end):
                    text = source.find("<", tag.end(), end)
                    brace = _NEXT.search(source, tag.end(), end)
                    # An apostrophe in an element's text opens no string.
                    at = tag.end()
                    while brace and brace[0] in "\"'`" and brace.start() < text:
                        if "{" in source[tag.end() : brace.start()]:
                            break
                        at = brace.end()
                        brace = _NEXT.search(source, at, end)
            elif string := _STRING.match(source, found.start(), end):
                at = string.end()
        return None

    def _expression(self, mapped: Mapped, start: int, end: int) -> None:
        source = self._source
        inner = source[start + 1 : end - 1].strip()
        if not inner or inner[0] in "#:/@" and not inner.startswith(("/*", "@html")):
            return
        if inner.startswith("/*") or inner.startswith("//"):
            words = inner[2:-2] if inner.startswith("/*") else inner[2:]
            self.comments.append(Comment(words, start, end))
            return
        at = source.index(inner, start)
        string = _STRING.fullmatch(inner)
        if string and "\\" not in inner and "${" not in inner:
            words_ = Mapped()
            words_.add(inner[1:-1], at + 1, at + len(inner) - 1)
            mapped.markup(words_)
            return
        tags = [tag.span() for tag in _TAG.finditer(source, start + 1, end - 1)]
        if not tags:
            if not self._in_tag(start):
                for one in _STRING.finditer(source, start + 1, end - 1):
                    text = one[0][1:-1]
                    if "\\" not in text and "${" not in text and is_prose(text):
                        mapped_part = Mapped()
                        mapped_part.add(text, one.start() + 1, one.end() - 1)
                        self.parts.append(read_string(mapped_part, source, "astro"))
            mapped.add(UNKNOWN, start, end)
            return
        depth, done = 0, tags[0][0]
        for first, last in tags:
            if first < done:
                continue
            if depth > 0:
                self.read(mapped, done, first)
            tag = source[first:last]
            self.read(mapped, first, last)
            if not tag.endswith("/>"):
                depth += -1 if tag.startswith("</") else 1
            done = last

    def _in_tag(self, at: int) -> bool:
        source = self._source
        return source.rfind("<", 0, at) > source.rfind(">", 0, at)
