"""From a page to its texts: every field and block that is prose, each with the place it stands in.

Known are text and rich text fields, images' alternative texts, the children of a page (inline
panels) and StreamFields of any depth. A block of another kind gives what it gives Wagtail's search
(`get_searchable_content`), so that a block nobody told us of is not passed unread.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from django.db import models
from django.utils.text import capfirst
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.blocks.field_block import BaseChoiceBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import COMMENTS_RELATION_NAME, Page

from healthlint.fields import Field

#: Fields of every page that readers or search engines show.
_OWN = {"title": "title", "seo_title": "title", "search_description": "meta"}
#: What fields and blocks of these names stand for, beyond running text.
_KINDS = {
    "title": "heading", "subtitle": "heading", "heading": "heading", "headline": "heading",
    "caption": "caption", "alt": "alt", "alt_text": "alt",
}  # fmt: skip
_LEVEL = 2  # of a heading that does not say its own; the page's title is level 1
_NO_PROSE = (models.SlugField, models.URLField, models.EmailField, models.UUIDField)
_NO_TEXT = (BaseChoiceBlock, blocks.URLBlock, blocks.EmailBlock, blocks.RegexBlock)


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a page to a text: `kind` is how an error is nested there.

    `field` (a model field's name), `child` (a relation's name and a form's number), `stream` and
    `list` (a number), `struct` (a block's name).
    """

    kind: str
    key: Any


@dataclass(frozen=True, slots=True)
class Place:
    """A text of a page: the field that is checked, the way to it, and what editors call it.

    `contentpath` is what Wagtail's editor knows the place by: names and block ids with dots.
    """

    field: Field
    steps: tuple[Step, ...]
    contentpath: str
    label: str


@dataclass(frozen=True, slots=True)
class _Trail:
    """Where the walk is; `names` are the names of fields and blocks, without numbers."""

    id: str
    names: str
    steps: tuple[Step, ...]
    contentpath: str
    label: str
    anchor: str

    def into(self, step: Step, name: str, label: str, block_id: str | None = None) -> _Trail:
        return _Trail(
            f"{self.id}.{step.key}",
            f"{self.names}.{name}" if name else self.names,
            (*self.steps, step),
            f"{self.contentpath}.{block_id or step.key}",
            f"{self.label} › {label}" if label else self.label,
            f"block-{block_id}-section" if block_id else self.anchor,
        )

    def place(self, text: str, format: str = "text", kind: str | None = None) -> Place:
        level = _LEVEL if kind == "heading" else 0
        field = Field(self.id, text, format, kind, level, self.anchor)
        return Place(field, self.steps, self.contentpath, self.label)


def page_places(
    page: Any, children: Mapping[str, list[tuple[int, Any]]] | None = None
) -> list[Place]:
    """The texts of a page in reading order: title and descriptions, own fields, children.

    `children` (relation -> number and object) stands for the children in the database, as in a form
    that is not saved yet. Raises nothing for what stands in a page.
    """
    include = getattr(page, "healthlint_include", None)
    exclude = getattr(page, "healthlint_exclude", ())
    return [
        place
        for names, place in _all(page, children)
        if place.field.text.strip()
        and (include is None or _among(names, include))
        and not _among(names, exclude)
    ]


def _among(names: str, globs: Iterable[str]) -> bool:
    parts = names.split(".")
    heads = [".".join(parts[: number + 1]) for number in range(len(parts))]
    return any(fnmatchcase(head, glob) for glob in globs for head in heads)


def _all(
    page: Any, children: Mapping[str, list[tuple[int, Any]]] | None
) -> Iterator[tuple[str, Place]]:
    for name, kind in _OWN.items():
        trail = _field_trail(page._meta.get_field(name))
        yield name, trail.place(getattr(page, name) or "", kind=kind)
    inherited = {field.name for field in Page._meta.get_fields()}
    for field in page._meta.concrete_fields:
        if field.name not in inherited:
            yield from _field(page, field, _field_trail(field))
    for relation in get_all_child_relations(type(page)):
        name = relation.get_accessor_name()
        if name == COMMENTS_RELATION_NAME:
            continue
        items = children.get(name) if children is not None else None
        if items is None:
            items = list(enumerate(getattr(page, name).all()))
        verbose = capfirst(relation.related_model._meta.verbose_name)
        for number, child in items:
            step = Step("child", (name, number))
            for field in child._meta.concrete_fields:
                label = f"{verbose} {number + 1} › {capfirst(field.verbose_name)}"
                trail = _Trail(
                    f"{name}.{number}.{field.name}",
                    f"{name}.{field.name}",
                    (step, Step("field", field.name)),
                    f"{name}.{child.pk or number}.{field.name}",
                    label,
                    f"id_{name}-{number}-{field.name}",
                )
                yield from _field(child, field, trail)


def _field_trail(field: Any) -> _Trail:
    name, label = field.name, str(capfirst(field.verbose_name))
    return _Trail(name, name, (Step("field", name),), name, label, f"id_{name}")


def _field(owner: Any, field: Any, trail: _Trail) -> Iterator[tuple[str, Place]]:
    if not field.editable or getattr(field, "choices", None) or isinstance(field, _NO_PROSE):
        return
    if field.is_relation:
        if field.related_model._meta.label == get_image_model_string():
            image = getattr(owner, field.name)
            if image is not None:
                yield trail.names, trail.place(_alt(image), kind="alt")
        return
    value = field.value_from_object(owner)
    if isinstance(field, StreamField):
        yield from _stream(field.stream_block, value, trail)
    elif isinstance(field, RichTextField):
        yield trail.names, trail.place(_rich(value or ""), "html")
    elif isinstance(field, (models.CharField, models.TextField)):
        yield trail.names, trail.place(str(value or ""), kind=_KINDS.get(field.name))


# -- blocks ------------------------------------------------------------------------------------

_Found = Iterator[tuple[str, Place]]


def _stream(block: Any, value: Any, trail: _Trail) -> _Found:
    for number, child in enumerate(value or ()):
        label = f"{capfirst(child.block.label)}"
        step = Step("stream", number)
        yield from _block(child.block, child.value, trail.into(step, child.block.name, label,
                                                               child.id))  # fmt: skip


def _list(block: Any, value: Any, trail: _Trail) -> _Found:
    for number, child in enumerate(getattr(value, "bound_blocks", ())):
        inner = trail.into(Step("list", number), "", str(number + 1), child.id)
        yield from _block(child.block, child.value, inner)


def _struct(block: Any, value: Any, trail: _Trail) -> _Found:
    if not isinstance(value, Mapping):
        yield from _unknown(block, value, trail)
        return
    for name, child in block.child_blocks.items():
        inner = trail.into(Step("struct", name), name, str(capfirst(child.label)))
        yield from _block(child, value.get(name), inner)


def _text(block: Any, value: Any, trail: _Trail) -> _Found:
    name = trail.names.rsplit(".", 1)[-1]
    yield trail.names, trail.place(str(value or ""), kind=_KINDS.get(name))


def _quote(block: Any, value: Any, trail: _Trail) -> _Found:
    said = html.escape(str(value or ""), quote=False)
    if said.strip():
        yield trail.names, trail.place(f"<blockquote>{said}</blockquote>", "html")


def _rich_text(block: Any, value: Any, trail: _Trail) -> _Found:
    yield trail.names, trail.place(_rich(getattr(value, "source", value) or ""), "html")


def _raw(block: Any, value: Any, trail: _Trail) -> _Found:
    yield trail.names, trail.place(str(value or ""), "html")


def _image_with_alt(block: Any, value: Any, trail: _Trail) -> _Found:
    if value is not None:
        inner = trail.into(Step("struct", "alt_text"), "alt_text",
                           str(capfirst(block.child_blocks["alt_text"].label)))  # fmt: skip
        yield inner.names, inner.place(value.contextual_alt_text or "", kind="alt")


def _image(block: Any, value: Any, trail: _Trail) -> _Found:
    if value is not None:
        yield trail.names, trail.place(_alt(value), kind="alt")


def _table(block: Any, value: Any, trail: _Trail) -> _Found:
    if not value:
        return
    head = value.get("table_header_choice", "")
    as_html = block.is_html_renderer()
    rows = [
        [
            _cell(
                str(cell or "") if as_html else html.escape(str(cell or ""), quote=False),
                (number == 0 and head in ("row", "both"))
                or (column == 0 and head in ("column", "col", "both")),
            )
            for column, cell in enumerate(row)
        ]
        for number, row in enumerate(value.get("data") or ())
    ]
    yield trail.names, trail.place(_as_table(value.get("table_caption") or "", rows), "html")


def _typed_table(block: Any, value: Any, trail: _Trail) -> _Found:
    if not value:
        return
    heads = [
        _cell(html.escape(str(column["heading"] or ""), quote=False), True)
        for column in value.columns
    ]
    rows = [[_cell(_as_html(cell), False) for cell in row] for row in value.rows]
    yield trail.names, trail.place(_as_table(value.caption or "", [heads, *rows]), "html")


def _unknown(block: Any, value: Any, trail: _Trail) -> _Found:
    if isinstance(block, _NO_TEXT) or not value:
        return
    said = "\n\n".join(str(text) for text in block.get_searchable_content(value))
    yield trail.names, trail.place(said)


#: The first that a block is an instance of reads it; put your own in front with `register`.
_READERS: list[tuple[type[Any], Callable[[Any, Any, _Trail], _Found]]] = [
    (ImageBlock, _image_with_alt),
    (ImageChooserBlock, _image),
    (blocks.BaseStreamBlock, _stream),
    (blocks.BaseStructBlock, _struct),
    (blocks.ListBlock, _list),
    (BaseTypedTableBlock, _typed_table),
    (TableBlock, _table),
    (blocks.RichTextBlock, _rich_text),
    (blocks.RawHTMLBlock, _raw),
    (blocks.BlockQuoteBlock, _quote),
    (blocks.TextBlock, _text),
    (blocks.CharBlock, _text),
]


def register(block_class: type[Any], format: str = "text", kind: str | None = None) -> None:
    """Read the blocks of a class as one text in a format of healthlint, such as `markdown`."""

    def read(block: Any, value: Any, trail: _Trail) -> _Found:
        yield trail.names, trail.place(str(value or ""), format, kind)

    _READERS.insert(0, (block_class, read))


def _block(block: Any, value: Any, trail: _Trail) -> _Found:
    for known, read in _READERS:
        if isinstance(block, known):
            yield from read(block, value, trail)
            return
    yield from _unknown(block, value, trail)


# -- values ------------------------------------------------------------------------------------


def _rich(source: str) -> str:
    """Rich text as Wagtail keeps it, with its images as HTML knows them; offsets may move."""
    return re.sub(r'<embed(?=[^>]*\bembedtype="image")', "<img", source)


def _alt(image: Any) -> str:
    return str(getattr(image, "default_alt_text", "") or "")


def _as_html(bound: Any) -> str:
    if isinstance(bound.block, blocks.RichTextBlock):
        return _rich(getattr(bound.value, "source", "") or "")
    trail = _Trail("", "", (), "", "", "")
    texts = [place.field.text for _, place in _block(bound.block, bound.value, trail)]
    return html.escape(" ".join(texts), quote=False)


def _cell(content: str, head: bool) -> str:
    return f"<th>{content}</th>" if head else f"<td>{content}</td>"


def _as_table(caption: str, rows: list[list[str]]) -> str:
    said = f"<caption>{html.escape(caption, quote=False)}</caption>" if caption else ""
    return f"<table>{said}{''.join('<tr>' + ''.join(row) + '</tr>' for row in rows)}</table>"

