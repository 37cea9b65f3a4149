"""The page to paste a draft into: one answer, without any asset from elsewhere."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

_ASSETS = Path(__file__).parent / "assets"


def page(token: bool, profile: str) -> tuple[bytes, str]:
    """The page, UTF-8, and its Content-Security-Policy.

    It has a field for the `token` if one is needed, and `profile` is chosen to begin with.
    """
    html, style, script = (
        (_ASSETS / name).read_text("utf-8") for name in ("page.html", "page.css", "page.js")
    )
    html = html.replace("{style}", style).replace("{script}", script)
    html = html.replace("{token}", "" if token else " hidden")
    html = html.replace(f'<option value="{profile}">', f'<option value="{profile}" selected>')
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return html.encode("utf-8"), policy


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
