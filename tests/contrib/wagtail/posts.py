"""What the editor's form sends."""

from __future__ import annotations

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield


def form(
    title: str = "Infusions",
    intro: str = "",
    notes: str = "",
    body: list[tuple[str, Any]] | None = None,
    steps: list[str] = (),  # type: ignore[assignment]
    **more: str,
) -> dict[str, str]:
    """The fields of a treatment page as the editor posts them; rich text is HTML here."""
    sent = {
        "title": title,
        "slug": title.lower().replace(" ", "-"),
        "seo_title": "",
        "search_description": "",
        "intro": rich_text(intro),
        "notes": notes,
        "body": streamfield(body or []),
        "steps": inline_formset([{"words": one} for one in steps]),
        "comments": inline_formset([]),
        "go_live_at": "",
        "expire_at": "",
        **more,
    }
    data: dict[str, str] = nested_form_data(sent)
    return data
