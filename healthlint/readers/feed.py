"""WordPress exports (WXR) and feeds in XML: titles, texts and excerpts, each read as HTML."""

from __future__ import annotations

import re

from healthlint.document import Comment, Document
from healthlint.errors import DraftError
from healthlint.readers.htmltokens import decoded
from healthlint.readers.mapped import Mapped, joined, read_string

_FIELD = re.compile(
    r"<(?P<name>title|description|summary|content|content:encoded|excerpt:encoded|"
    r"wp:comment_content)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[(?P<cdata>.*?)\]\]>|(?P<text>[^<]*))\s*"
    r"</(?P=name)\s*>",
    re.DOTALL,
)
_COMMENT = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--(.*?)-->", re.DOTALL)


def read(source: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a feed or an export. Raises `DraftError` for XML that is neither."""
    if source.strip("\ufeff").strip() and not re.search(
        r"<(?:rss|feed|channel|rdf:RDF)[\s>]", source[:5000]
    ):
        raise DraftError("this XML is no feed and no WordPress export, so it is not read")
    parts = []
    for match in _FIELD.finditer(source):
        mapped = Mapped()
        if match["cdata"] is not None:
            mapped.add(match["cdata"], *match.span("cdata"))
        else:
            for text, start, end in decoded(source, *match.span("text"), 0):
                mapped.add(text, start, end)
        if mapped.text.strip():
            parts.append(read_string(mapped, source, "feed"))
    comments = [Comment(one[1], *one.span()) for one in _COMMENT.finditer(source) if one[1]]
    return joined(source, "feed", parts, comments)
