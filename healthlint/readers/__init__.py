"""From bytes to a `Document`: one module a format, each with `read(source: str) -> Document`.

A reader never searches the text again: every `Run` is made from the place it was read at.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from healthlint.errors import DraftError

if TYPE_CHECKING:
    from healthlint.document import Document


class Format(NamedTuple):
    """File name suffixes of a format, lower case, and the module and function that read it.

    The module of a `binary` format has `read_bytes` too, which reads a file; `function` then reads
    the text that it gave as `Document.source`.
    """

    suffixes: tuple[str, ...]
    module: str
    function: str = "read"
    binary: bool = False


FORMATS = {
    "markdown": Format(
        (".md", ".markdown", ".mdown", ".mkd", ".mkdn"), "healthlint.readers.markdown"
    ),
    "html": Format((".html", ".htm", ".xhtml"), "healthlint.readers.html"),
    "text": Format((".txt", ".text"), "healthlint.readers.text"),
    "mdx": Format((".mdx",), "healthlint.readers.mdx"),
    "script": Format((".jsx", ".tsx", ".js", ".mjs", ".cjs"), "healthlint.readers.script"),
    "typescript": Format((".ts", ".mts", ".cts"), "healthlint.readers.script", "read_typed"),
    "vue": Format((".vue",), "healthlint.readers.components", "read_vue"),
    "svelte": Format((".svelte",), "healthlint.readers.components", "read_svelte"),
    "astro": Format((".astro",), "healthlint.readers.components", "read_astro"),
    "json": Format((".json",), "healthlint.readers.data", "read_json"),
    "jsonl": Format((".jsonl", ".ndjson"), "healthlint.readers.data", "read_jsonl"),
    "yaml": Format((".yaml", ".yml"), "healthlint.readers.data", "read_yaml"),
    "toml": Format((".toml",), "healthlint.readers.data", "read_toml"),
    "feed": Format((".wxr", ".rss", ".atom", ".xml"), "healthlint.readers.feed"),
    "template": Format(
        (
            ".liquid", ".njk", ".nunjucks", ".twig", ".jinja", ".jinja2", ".j2", ".hbs",
            ".handlebars", ".mustache", ".php", ".ejs", ".erb", ".gohtml", ".tmpl",
        ),
        "healthlint.readers.templates",
    ),
    "rst": Format((".rst", ".rest"), "healthlint.readers.rst"),
    "asciidoc": Format((".adoc", ".asciidoc", ".asc"), "healthlint.readers.asciidoc"),
    "docx": Format((".docx",), "healthlint.readers.docx", binary=True),
}  # fmt: skip

#: Formats in which patterns of fields choose what is read.
WITH_FIELDS = ("json", "jsonl", "yaml", "toml")
#: What a template directive begins with, so that most drafts are not searched for any.
_DIRECTIVES = ("{{", "{%", "{#", "{!!", "<?php", "<?=", "<%", "@if", "@section", "@foreach")


def read(source: str, format: str, fields: tuple[str, ...] = ()) -> Document:
    """Read a decoded draft of a format named in `FORMATS`.

    `fields` are patterns of the fields of content data that are read. Raises `DraftError` for
    another name of a format, and for a draft that cannot be read.
    """
    if format not in FORMATS:
        raise DraftError(f"no format {format!r}: use one of {', '.join(FORMATS)}")
    document: Document
    if format in ("html", "markdown") and any(sign in source for sign in _DIRECTIVES):
        from healthlint.readers.templates import read_template

        return read_template(source, format)
    reader = getattr(import_module(FORMATS[format].module), FORMATS[format].function)
    document = reader(source, fields) if format in WITH_FIELDS else reader(source)
    return document


def read_bytes(data: bytes, format: str) -> Document:
    """Read the bytes of a draft of a binary format. Raises `DraftError` as `read` does."""
    document: Document = import_module(FORMATS[format].module).read_bytes(data)
    return document


def is_binary(format: str | None) -> bool:
    """Whether drafts of a format are no text, so that `read_bytes` reads them."""
    return format in FORMATS and FORMATS[format].binary


def format_by_name(path_name: str, data: bytes) -> str | None:
    """The format of a file by its name or, failing that, by the archive that it is."""
    known = format_for(path_name)
    return "docx" if known is None and data.startswith(b"PK\x03\x04") else known


def format_for(path_name: str, source: str | None = None) -> str | None:
    """The format of a file by the suffix of its name or, failing that, by its text.

    Text that begins with a tag is HTML. Any other text is plain text if the name has no suffix
    (as standard input has none); for an unknown suffix the answer is None.
    """
    name = path_name.replace("\\", "/").rpartition("/")[2].lower()
    stem, dot, suffix = name.rpartition(".")
    for format, known in FORMATS.items():
        if dot and f".{suffix}" in known.suffixes:
            return format
    if source is None:
        return None
    import re

    if re.match(r"\ufeff?\s*<\?xml\b", source) and re.search(r"<(?:rss|feed)[\s>]", source[:5000]):
        return "feed"
    if re.match(r"\ufeff?\s*<(?:!doctype\s+html|!--|[a-z][a-z0-9]*[\s>/])", source, re.IGNORECASE):
        return "html"
    return None if dot and stem else "text"
