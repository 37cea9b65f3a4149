"""Page types with every kind of text."""

from __future__ import annotations

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Orderable, Page

from healthlint.contrib.wagtail.mixin import HealthCheckMixin


class Question(blocks.StructBlock):
    question = blocks.CharBlock()
    answer = blocks.RichTextBlock(required=False)


class Body(blocks.StreamBlock):
    heading = blocks.CharBlock()
    line = blocks.CharBlock()
    paragraph = blocks.RichTextBlock()
    text = blocks.TextBlock()
    quote = blocks.BlockQuoteBlock()
    raw = blocks.RawHTMLBlock()
    link = blocks.URLBlock()
    question = Question()
    questions = blocks.ListBlock(Question())
    points = blocks.ListBlock(blocks.CharBlock())
    section = blocks.StreamBlock([("text", blocks.TextBlock()), ("faq", Question())])
    table = TableBlock()
    typed = TypedTableBlock([("text", blocks.CharBlock()), ("rich", blocks.RichTextBlock())])
    picture = ImageChooserBlock()
    figure = ImageBlock()


class TreatmentPage(HealthCheckMixin, Page):
    intro = RichTextField(blank=True)
    notes = models.TextField(blank=True)
    css_class = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20, blank=True, choices=[("safe", "Absolutely safe")])
    more = models.URLField(blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(Body(required=False), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"), FieldPanel("notes"), FieldPanel("body"),
        InlinePanel("steps", label="Steps"),
    ]  # fmt: skip
    healthlint_exclude = ("css_class",)


class Step(Orderable):
    page = ParentalKey(TreatmentPage, related_name="steps", on_delete=models.CASCADE)
    words = models.CharField(max_length=200)

    panels = [FieldPanel("words")]


class PlainPage(Page):
    """A page type that nobody checks."""

    text = RichTextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("text")]


class HastyPage(HealthCheckMixin, Page):
    """A page type whose own form lets everything by, which `manage.py check` complains of."""

    base_form_class = WagtailAdminPageForm
    text = RichTextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("text")]
