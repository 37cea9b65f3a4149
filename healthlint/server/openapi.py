"""The OpenAPI 3.1 document of the service, made from the shapes of `contract`."""

from __future__ import annotations

from typing import Any

from healthlint import __version__
from healthlint.server.body import TEXT_TYPES
from healthlint.server.contract import OPTIONS, SCHEMAS, Schema
from healthlint.server.problem import KINDS, MEDIA_TYPE

_LIST_HINT = " Several with commas."


def document(token: bool) -> dict[str, Any]:
    """The whole document; `token` says whether the service asks for one."""
    secured: dict[str, Any] = {"security": [{"token": []}]} if token else {}
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "healthlint publish check",
            "version": __version__,
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "Finds claims in health writing that mislead, and says what to write "
            "instead. Places are offsets in each field's own text. Within /v1 keys may be added "
            "to answers; nothing is renamed or taken away.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": {path: {m: {**op, **_secured(path, secured)} for m, op in item.items()}
                  for path, item in _paths().items()},
        "components": {"schemas": SCHEMAS},
    }  # fmt: skip
    if token:
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        for path, item in found["paths"].items():
            if _secured(path, secured):
                for operation in item.values():
                    operation["responses"]["401"] = _problem("401", "WWW-Authenticate")
    return found


def _secured(path: str, secured: dict[str, Any]) -> dict[str, Any]:
    return secured if path.startswith("/v1/") or path == "/metrics" else {}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(media: str, schema: Schema) -> dict[str, Any]:
    return {"content": {media: {"schema": schema}}}


def _problem(status: str, *headers: str) -> dict[str, Any]:
    said = " or ".join(title for number, title in KINDS.values() if str(number) == status)
    found = {"description": said + ".", **_content(MEDIA_TYPE, _ref("Problem"))}
    if headers:
        found["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return found


def _answers(
    content: dict[str, Any], about: str, *problems: str
) -> dict[str, Any]:
    found = {"200": {"description": about, **content}}
    for status in (*problems, "421", "500"):
        found[status] = _problem(status, *(("Retry-After",) if status == "429" else ()))
    return {"responses": found}


_WORK = ("400", "403", "408", "413", "415", "422", "429", "503")


def _paths() -> dict[str, dict[str, Any]]:
    query = [_parameter(name) for name in ("name", "profile", "fail_on", "select", "ignore")]
    return {
        "/v1/check": {
            "post": {
                "operationId": "check",
                "summary": "Find what misleads in a text or in the fields of a page",
                "description": "The fields are judged as one page: what one of them discloses "
                "counts for all. A field that cannot be read is its own entry's error and blocks. "
                "What the query string says is overruled by a JSON body.",
                "parameters": query,
                "requestBody": _body("Check", text=True),
                **_answers(_content("application/json", _ref("Report")), "A report.", *_WORK),
            }
        },
        "/v1/fix": {
            "post": {
                "operationId": "fix",
                "summary": "Mend what can be mended without asking anybody",
                "parameters": query,
                "requestBody": _body("Fix", text=False),
                **_answers(
                    _content("application/json", _ref("Mended")), "The texts, mended.", *_WORK
                ),
            }
        },
        "/v1/rules": {
            "get": {
                "operationId": "rules",
                "summary": "All rules",
                **_answers(_content("application/json", _ref("Rules")), "A list."),
            }
        },
        "/v1/rules/{code}": {
            "get": {
                "operationId": "rule",
                "summary": "One rule, with its reasons, examples and authorities",
                "parameters": [
                    {
                        "name": "code",
                        "in": "path",
                        "required": True,
                        "description": "A code or a name.",
                        "schema": {"type": "string"},
                        "examples": {"code": {"value": "SAF001"}},
                    }
                ],
                **_answers(_content("application/json", _ref("Rule")), "The rule.", "404"),
            }
        },
        "/healthz": {
            "get": {
                "operationId": "health",
                "summary": "Whether the service can check anything",
                **_answers(_content("application/json", _ref("Health")), "It can.", "503"),
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Counts for Prometheus",
                **_answers(_content("text/plain", {"type": "string"}), "Text format 0.0.4."),
            }
        },
        "/openapi.json": {
            "get": {
                "operationId": "openapi",
                "summary": "This document",
                **_answers(_content("application/json", {"type": "object"}), "The document."),
            }
        },
        "/": {
            "get": {
                "operationId": "page",
                "summary": "A page to paste a draft into",
                **_answers(_content("text/html", {"type": "string"}), "HTML."),
            }
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    schema = dict(OPTIONS[name])
    about = schema.pop("description", "")
    if schema.get("type") == "array":
        return {
            "name": name, "in": "query", "description": about + _LIST_HINT, "schema": schema,
            "style": "form", "explode": False,
        }  # fmt: skip
    return {"name": name, "in": "query", "description": about, "schema": schema}


def _body(shape: str, text: bool) -> dict[str, Any]:
    either = {"oneOf": [_ref(f"{shape}Fields"), _ref(f"{shape}Text")]}
    example = {"fields": [{"id": "body", "text": "Ketamine is a safe and effective treatment."}]}
    content: dict[str, Any] = {"application/json": {"schema": either, "example": example}}
    if text:
        content |= {
            media: {"schema": {"type": "string"}, "example": "Ketamine is safe."}
            for media in TEXT_TYPES
        }
    return {"required": True, "content": content}
