"""The shapes of requests and answers, as JSON Schema (2020-12); `openapi` tells where each is used.

Requests are validated against these very schemas, so that the document cannot say otherwise.
"""

from __future__ import annotations

from typing import Any

from healthlint.finding import CATEGORIES, SEVERITIES
from healthlint.settings import PROFILES

Schema = dict[str, Any]

#: What `name` may be at most; it stands in reports and is compared with waivers.
_NAME_LENGTH = 1000
MAX_FIELDS = 2000


def _object(required: tuple[str, ...], properties: dict[str, Schema], about: str = "") -> Schema:
    found: Schema = {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": properties,
    }
    return {**found, "description": about} if about else found


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _whole(**properties: Schema) -> Schema:
    """An object that always has all of its properties."""
    return _object(tuple(properties), properties)


TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_OPTIONAL: Schema = {"type": ["string", "null"]}

#: What a request may say beside its text.
OPTIONS: dict[str, Schema] = {
    "name": {
        "type": "string",
        "maxLength": _NAME_LENGTH,
        "description": "What the page is called; waivers and overrides of the service's "
        "configuration know it by this.",
    },
    "profile": {
        "enum": list(PROFILES),
        "description": "Whose law speaks; us, unless the service is configured otherwise.",
    },
    "fail_on": {
        "enum": list(SEVERITIES),
        "description": "The severity from which on the page is blocked; error, unless configured.",
    },
    "select": _list(_ref("RuleName"), maxItems=1000, description="Run these rules only."),
    "ignore": _list(_ref("RuleName"), maxItems=1000, description="Leave these rules out."),
    "severities": {
        "type": "object",
        "maxProperties": 1000,
        "propertyNames": _ref("RuleName"),
        "additionalProperties": {"enum": [*SEVERITIES, "off"]},
        "description": "Rule, code or category -> how grave it is.",
    },
    "comments": {
        "type": "boolean",
        "default": True,
        "description": "Whether suppressions in the text count. A CMS says false where a waiver "
        "needs a right.",
    },
}
_FIX_OPTIONS: dict[str, Schema] = {
    "unsafe": {
        "type": "boolean",
        "default": False,
        "description": "Also put suggested sentences in the place of claims.",
    },
    "fingerprints": _list(
        TEXT, maxItems=10000, description="Mend these findings only; without it, all."
    ),
}
_PAGE = {"fields": _list(_ref("Field"), maxItems=MAX_FIELDS)}
_ONE = {
    "text": TEXT,
    "format": {
        "type": "string",
        "default": "markdown",
        "description": "How the text is written, as in a Field.",
    },
}

SCHEMAS: dict[str, Schema] = {
    "RuleName": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "description": "A code (SAF001), the beginning of codes (SAF), a name (absolute-safety) "
        "or a category (safety).",
    },
    "Field": _object(
        ("id", "text"),
        {
            "id": {"type": "string", "minLength": 1, "maxLength": _NAME_LENGTH},
            "text": TEXT,
            "format": {
                "type": "string",
                "default": "text",
                "description": "text, markdown, html or another format that healthlint reads; an "
                "unknown one is this field's error.",
            },
            "kind": {
                "type": ["string", "null"],
                "description": "What the text is where it cannot say so itself: title, meta, "
                "heading, caption, alt, list-item, paragraph, cell, note.",
            },
            "level": {
                "type": "integer", "minimum": 0, "maximum": 6, "description": "Of a heading.",
            },
            "anchor": {
                "type": ["string", "null"],
                "maxLength": 2000,
                "description": "Handed through to the answer.",
            },
        },
        "One text of a page.",
    ),
    "CheckFields": _object(("fields",), {**_PAGE, **OPTIONS}),
    "CheckText": _object(("text",), {**_ONE, **OPTIONS}),
    "FixFields": _object(("fields",), {**_PAGE, **OPTIONS, **_FIX_OPTIONS}),
    "FixText": _object(("text",), {**_ONE, **OPTIONS, **_FIX_OPTIONS}),
    "Position": _whole(
        line={"type": "integer", "minimum": 1},
        column={"type": "integer", "minimum": 1, "description": "In code points."},
        offset={**_COUNT, "description": "In code points of the field's text."},
        utf16={**_COUNT, "description": "In UTF-16 code units, as JavaScript counts."},
    ),
    "AuthorityLink": _whole(id=TEXT, title=TEXT, url=TEXT),
    "Finding": _whole(
        rule={"type": "string", "pattern": "^[A-Z]{2,8}[0-9]{3}$"},
        name=TEXT,
        category={"enum": list(CATEGORIES)},
        severity={"enum": list(SEVERITIES)},
        start=_ref("Position"),
        end=_ref("Position"),
        text={"type": "string", "description": "The source from start to end."},
        message=TEXT,
        suggestions=_list(TEXT),
        fix={
            "type": ["object", "null"],
            "required": ["text", "safe"],
            "additionalProperties": False,
            "properties": {"text": TEXT, "safe": {"type": "boolean"}},
        },
        authority=_list(TEXT),
        authorities=_list(_ref("AuthorityLink")),
        fingerprint={
            "type": "string",
            "description": "Holds no position: it stays when other sentences change.",
        },
    ),
    "FieldReport": _whole(
        path={"type": "string", "description": "The field's id."},
        anchor=_OPTIONAL,
        error={"type": ["string", "null"], "description": "Why the field could not be checked."},
        findings=_list(_ref("Finding")),
    ),
    "Tool": _whole(
        name={"const": "healthlint"}, version=TEXT, profile={"enum": list(PROFILES)}
    ),
    "Counts": _whole(error=_COUNT, warning=_COUNT, info=_COUNT),
    "Report": _whole(
        version={"const": 1},
        tool=_ref("Tool"),
        files=_list(_ref("FieldReport"), description="One for each field, in order."),
        summary=_whole(
            files=_COUNT, error=_COUNT, warning=_COUNT, info=_COUNT, suppressed=_COUNT
        ),
        verdict=_whole(
            blocked={
                "type": "boolean",
                "description": "Whether a finding reaches fail_on or a field could not be read.",
            },
            fail_on={"enum": list(SEVERITIES)},
            counts=_ref("Counts"),
        ),
        notices=_list(TEXT),
    ),
    "Mended": _whole(
        version={"const": 1},
        fields=_list(
            _whole(
                id=TEXT,
                text={"type": "string", "description": "The mended text."},
                error=_OPTIONAL,
                fixed=_list(_ref("Finding"), description="Places are those in the old text."),
                left=_list(_whole(finding=_ref("Finding"), why=TEXT)),
            )
        ),
    ),
    "RuleSummary": _whole(
        code=TEXT,
        name=TEXT,
        category={"enum": list(CATEGORIES)},
        severity={"enum": list(SEVERITIES)},
        kind=TEXT,
        profiles=_list({"enum": list(PROFILES)}),
        about={"type": "string", "description": "What it tells the author."},
        pack={"type": "string", "description": "`built-in`, or the house's own."},
    ),
    "Rules": _whole(version={"const": 1}, rules=_list(_ref("RuleSummary"))),
    "Rule": _whole(
        code=TEXT,
        name=TEXT,
        category={"enum": list(CATEGORIES)},
        severity={"enum": list(SEVERITIES)},
        kind=TEXT,
        profiles=_list({"enum": list(PROFILES)}),
        about=TEXT,
        pack=TEXT,
        why=TEXT,
        suggest=_list(TEXT),
        examples=_whole(flag=_list(TEXT), **{"pass": _list(TEXT)}),
        authorities=_list(
            _whole(
                id=TEXT, title=TEXT, url=TEXT, jurisdiction=TEXT, issuer=TEXT,
                year={"type": "integer"}, says=TEXT,
            )
        ),
    ),
    "Health": _whole(
        status={"const": "ok"}, version=TEXT, rules=_COUNT, digest=TEXT
    ),
    "Problem": _object(
        ("type", "title", "status", "detail"),
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": _list(
                _whole(
                    pointer={"type": "string", "description": "JSON pointer into the request."},
                    detail=TEXT,
                )
            ),
        },
        "Problem details (RFC 9457).",
    ),
}  # fmt: skip


def schema(name: str) -> Schema:
    """One of `SCHEMAS` as a document of its own."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_ref(name),
        "components": {"schemas": SCHEMAS},
    }
