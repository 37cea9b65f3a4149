"""Template directives in HTML and Markdown: taken out, so that the prose around them is read.

Hugo shortcodes, Liquid, Jinja, Nunjucks, Twig, Handlebars, Blade, PHP, ERB and EJS. A directive
that puts a value out is a word that nobody knows; one that decides or repeats is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

from healthlint.document import Comment, Document
from healthlint.readers.mapped import UNKNOWN, Mapped, joined, read_string
from healthlint.readers.prose import is_prose

#: Bounded, so that marks that are never closed cost no more than their number.
_DIRECTIVE = re.compile(
    r"\{%-?\s*comment\s*-?%\}(?P<c1>.{0,9000}?)\{%-?\s*endcomment\s*-?%\}"
    r"|\{%-?\s*(?P<code>raw_code|highlight|schema|style|stylesheet|javascript)\b.{0,9000}?"
    r"\{%-?\s*end(?P=code)\s*-?%\}"
    r"|\{\{[<%]\s*(?P<hcode>highlight|mermaid)\b.{0,9000}?\{\{[<%]\s*/\s*(?P=hcode)\s*[>%]\}\}"
    r"|\{#(?!if\b|each\b|await\b|key\b|snippet\b)(?P<c2>(?:(?!\{#).){0,9000}?)#\}"
    r"|\{\{[~-]?!--(?P<c3>.{0,9000}?)--[~-]?\}\}|\{\{![^{}-](?P<c8>[^{}]*)\}\}"
    r"|\{\{--(?P<c4>.{0,9000}?)--\}\}"
    r"|\{\{-?\s*/\*(?P<c5>.{0,9000}?)\*/\s*-?\}\}"
    r"|<%--(?P<c6>.{0,9000}?)--%>|<%#(?!=)(?P<c7>.{0,9000}?)%>"
    r"|(?P<short>\{\{[<%](?:(?!\{[{%]).){0,3000}?[>%]\}\})"
    r"|(?P<none>\{%(?:(?!\{[{%]).){0,3000}?%\}|\{\{[~-]?\s*(?:[#/^]|(?:if|else|end|range|with|block|define|template|"
    r"partial|\$\w+\s*:?=)\b)(?:(?!\{[{%]).){0,3000}?\}\})"
    r"|(?P<value>\{\{\{(?:(?!\{[{%]).){0,3000}?\}\}\}|\{\{(?:(?!\{[{%]).){0,3000}?\}\}|\{!!(?:(?!\{[{%]).){0,3000}?!!\}|<\?=(?:(?!\{[{%]).){0,3000}?(?:\?>|\Z))"
    r"|(?P<php><\?php(?:(?!\{[{%]|<\?php).){0,3000}?(?:\?>|\Z))"
    r"|(?P<erb><%[=-]?(?:(?!\{[{%]).){0,3000}?%>)"
    r"|(?P<blade>^[ \t]*@(?:if|elseif|else|endif|foreach|endforeach|forelse|empty|endforelse|for|"
    r"endfor|while|endwhile|section|endsection|yield|extends|include|includeIf|push|endpush|auth|"
    r"endauth|guest|endguest|isset|endisset|switch|case|break|default|endswitch|component|"
    r"endcomponent|slot|endslot|csrf|method|props|php|endphp|unless|endunless|stack|once|endonce|"
    r"parent|show|stop)\b(?:[ \t]*\((?:[^()]|\([^()]*\))*\))?[ \t]*$)",
    re.DOTALL | re.MULTILINE,
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)')")
_PHP_COMMENT = re.compile(r"//([^\r\n?]*)|#([^\r\n?]*)|/\*(.*?)\*/", re.DOTALL)
_MODULES = {"html": "healthlint.readers.html", "markdown": "healthlint.readers.markdown"}


def read(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read an HTML template; never fails."""
    return read_template(source, "html")


def read_template(source: str, format: str) -> Document:
    """Read Markdown or HTML with template directives in it; never fails."""
    comments: list[Comment] = []
    parts: list[Document] = []
    mapped = Mapped()
    done = 0
    for match in _directives(source, format):
        at, end = match.span()
        mapped.add(source[done:at], done, at)
        done = end
        kind = match.lastgroup or ""
        if kind in ("value", "erb") and (kind == "value" or source.startswith("<%=", at)):
            mapped.add(UNKNOWN, at, end)
        elif kind[0] == "c" and kind[1:].isdigit():
            comments.append(Comment(match[kind], at, end))
        elif kind == "php":
            comments += _php(source, at, end)
        elif kind == "short":
            parts += _spoken(source, at, end, format)
    mapped.add(source[done:], done, len(source))
    document = import_module(_MODULES[format]).read(mapped.text)
    back = mapped.led_back(document, source, format)
    if not comments and not parts:
        return back
    main = back._replace(comments=())
    return joined(source, format, [main, *parts], (*back.comments, *comments))


def _directives(source: str, format: str) -> Iterator[re.Match[str]]:
    """The directives outside of front matter, in order."""
    start = 0
    if format == "markdown" or source.lstrip("\ufeff").startswith("---"):
        found = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n.*?^\1[ \t]*$", re.S | re.M).match(
            source
        )
        start = found.end() if found else 0
    return _DIRECTIVE.finditer(source, start)


def _php(source: str, start: int, end: int) -> Iterator[Comment]:
    for match in _PHP_COMMENT.finditer(source, start, end):
        words = match[match.lastindex or 1]
        if "healthlint" in words:
            yield Comment(words, match.start(), match.end())


def _spoken(source: str, start: int, end: int, format: str) -> Iterator[Document]:
    """What a shortcode's attributes say: a caption, a title, the text of a button."""
    for match in _ATTRIBUTE.finditer(source, start, end):
        group = 2 if match[2] is not None else 3
        if is_prose(match[group], match[1]):
            mapped = Mapped()
            mapped.add(match[group], *match.span(group))
            yield read_string(mapped, source, format)
