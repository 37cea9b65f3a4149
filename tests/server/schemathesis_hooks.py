"""What schemathesis cannot know from the document: which rules there are, and that whatever is sent
as a text is one (a number in a JSON body is wrong; its digits in a text are not)."""

from __future__ import annotations

from typing import Any

import schemathesis

_KNOWN = ("SAF001", "SAF", "safety", "absolute-safety", "HYP001", "stigma")


def _name(value: Any) -> str:
    return _KNOWN[len(str(value)) % len(_KNOWN)]


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """In requests that are to be accepted, names of rules that exist."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for place in (case.query, case.body):
        if not isinstance(place, dict):
            continue
        for key in ("select", "ignore"):
            if isinstance(place.get(key), list):
                place[key] = [_name(name) for name in place[key]]
            elif isinstance(place.get(key), str):
                place[key] = _name(place[key])
        if isinstance(place.get("severities"), dict):
            place["severities"] = {_name(k): v for k, v in place["severities"].items()}


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leaves out texts that are only wrong for being no text."""
    return not (case.media_type or "").startswith("text/") or isinstance(case.body, str)
