"""From the body of a request to what is asked, or a `Problem` that says what is wrong and where."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NoReturn

from jsonschema import Draft202012Validator, ValidationError

from healthlint.errors import DraftError
from healthlint.fields import Field
from healthlint.readers.decode import decode
from healthlint.server.body import JSON_TYPE, TEXT_TYPES
from healthlint.server.contract import schema
from healthlint.server.frames import Job
from healthlint.server.problem import Problem

#: What the query string may say; lists have commas between their members.
QUERY_KEYS = ("name", "profile", "fail_on", "select", "ignore")
_LISTS = ("select", "ignore")
_ERRORS_TOLD = 20


@dataclass(frozen=True)
class Asked:
    """What a request asks for. None stands for what the service's configuration says."""

    fields: tuple[Field, ...]
    name: str = ""
    profile: str | None = None
    fail_on: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, str], ...] = ()
    comments: bool = True
    unsafe: bool = False
    fingerprints: frozenset[str] | None = None


def read_request(job: Job) -> Asked:
    """What the request asks for. Raises `Problem`: malformed, media-type or content."""
    said: dict[str, Any] = _query(job.query)
    if job.media == JSON_TYPE:
        body = _json(job.body)
        text = isinstance(body, dict) and "text" in body and "fields" not in body
        shape = ("Check" if job.what == "check" else "Fix") + ("Text" if text else "Fields")
        _validate(shape, body)
        said |= body
    else:
        said |= {"text": _text(job.body, job.charset), "format": TEXT_TYPES[job.media]}
    return _asked(said)


def _asked(said: dict[str, Any]) -> Asked:
    if "fields" in said:
        fields = tuple(
            Field(
                one["id"], one["text"], one.get("format", "text"), one.get("kind"),
                int(one.get("level", 0)), one.get("anchor"),
            )
            for one in said["fields"]
        )  # fmt: skip
    else:
        name = said.get("name") or "text"
        fields = (Field(name, said["text"], said.get("format", "markdown")),)
    wanted = said.get("fingerprints")
    return Asked(
        fields,
        said.get("name", ""),
        said.get("profile"),
        said.get("fail_on"),
        tuple(said.get("select", ())),
        tuple(said.get("ignore", ())),
        tuple(said.get("severities", {}).items()),
        said.get("comments", True),
        said.get("unsafe", False),
        None if wanted is None else frozenset(wanted),
    )


def _query(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key not in QUERY_KEYS:
            keys = ", ".join(QUERY_KEYS)
            raise Problem("content", f"The query string has no `{key}`; its keys are: {keys}.")
        if key in found:
            raise Problem("content", f"The query string says `{key}` twice.")
        found[key] = (
            [part.strip() for part in value.split(",") if part.strip()] if key in _LISTS else value
        )
    if found:
        _validate("CheckText", {**found, "text": ""}, "The query string")
    return found


def _text(body: bytes, charset: str) -> str:
    try:
        if charset.lower() in ("", "utf-8", "utf8"):
            return decode(body)
        return body.decode(charset)
    except LookupError:
        raise Problem("media-type", f"There is no charset `{charset}`; send UTF-8.") from None
    except UnicodeError:
        raise Problem("malformed", f"The body is not {charset}.") from None
    except DraftError as error:
        try:
            return body.decode("utf-8")  # a NUL in it is the field's own error
        except UnicodeDecodeError:
            raise Problem("malformed", f"The body is {error}.") from None


def _json(body: bytes) -> Any:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("malformed", f"The body is not UTF-8: see byte {error.start}.") from None
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem("malformed", f"The body is not JSON: {error.msg} ({where}).") from None
    except RecursionError:
        raise Problem("malformed", "The body is nested too deeply.") from None
    except ValueError as error:
        raise Problem("malformed", f"The body is not JSON: {error}.") from None
    if "\\u" in text:
        _encodable(found)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):  # readers disagree on which of two counts, so neither does
        raise ValueError("an object has a key twice")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}")


def _encodable(value: Any) -> None:
    """Refuses half of a surrogate pair, which no text in UTF-8 can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Problem(
            "content", "A string holds half of a surrogate pair, which is no character."
        ) from None


@lru_cache(maxsize=8)
def _validator(shape: str) -> Draft202012Validator:
    return Draft202012Validator(schema(shape))


def _validate(shape: str, body: Any, what: str = "The body") -> None:
    if _validator(shape).is_valid(body):
        return
    told = []
    for error in _validator(shape).iter_errors(body):
        told += list(_told(error))
        if len(told) >= _ERRORS_TOLD:
            break
    first = told[0][1] + (f" (at {told[0][0]})" if told[0][0] else "")
    raise Problem("content", f"{what}: {first}.", tuple(told))


def _told(error: ValidationError) -> Iterable[tuple[str, str]]:
    """(pointer, detail) for one error; never with the value itself, which may be a whole text."""
    at = "".join("/" + escaped(str(part)) for part in error.absolute_path)
    value: Any = error.validator_value
    shape: Any = error.schema
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(shape.get("properties", ()))
        for key in error.instance:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"its keys are: {', '.join(known)}"
                yield f"{at}/{escaped(key[:100])}", f"there is no key `{key[:100]}` here; {hint}"
    elif error.validator == "required":
        instance: Any = error.instance
        missing = [key for key in value if key not in instance]
        if at == "" and missing == ["fields"]:
            yield at, "it needs `fields`, or `text`"
        else:
            yield at, f"it lacks `{'`, `'.join(missing)}`"
    elif error.validator == "type":
        kinds = [value] if isinstance(value, str) else value
        yield at, f"this is to be of the type {' or '.join(kinds)}"
    elif error.validator == "enum":
        yield at, f"this is to be one of {', '.join(map(str, value))}"
    else:
        limit = value if isinstance(value, int) else "what the schema says"
        yield at, f"this does not keep to {error.validator} ({limit})"


def escaped(part: str) -> str:
    """A key as it stands in a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
