"""What the service answers, asked over real connections."""

from __future__ import annotations

import http.client
import socket
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from healthlint import Field, Settings, __version__, lint_fields
from healthlint.output.json import entry
from tests.server import TOKEN, UNSAFE, Answer, Live

JSON = {"content_type": "application/json"}


def rules_of(answer: Answer) -> list[tuple[str, list[str]]]:
    assert answer.status == 200, answer.body
    return [
        (one["path"], [finding["rule"] for finding in one["findings"]])
        for one in answer.json["files"]
    ]


def plain(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding without what the service adds to the CLI's."""
    assert finding.pop("authorities") is not None
    for side in ("start", "end"):
        assert finding[side].pop("utf16") >= finding[side]["offset"]
    return finding


# -- checks --------------------------------------------------------------------------------------


def test_fields_have_the_findings_of_the_library(live: Live) -> None:
    fields = [
        Field("title", "A breakthrough for PTSD", kind="title"),
        Field("body", f"<p>Hi.</p>\n<p><b>💊</b> {UNSAFE}</p>", "html", anchor="block-7"),
        Field("end", "<h2>Ask us</h2>", "html"),
    ]
    answer = live.post(
        "/v1/check",
        {
            "profile": "uk",
            "fields": [
                {"id": "title", "text": fields[0].text, "kind": "title"},
                {"id": "body", "text": fields[1].text, "format": "html", "anchor": "block-7"},
                {"id": "end", "text": fields[2].text, "format": "html", "kind": None},
            ],
        },
    )
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    said = answer.json
    body = said["files"][1]["findings"]
    safe = next(one for one in body if one["rule"] == "SAF001")
    assert (safe["start"]["offset"], safe["start"]["utf16"]) == (35, 36)
    assert safe["authorities"][0] == {
        "id": "uk-cap-12-8",
        "title": "CAP Code 12.8-12.9: guarantees, absolute safety, 'natural'",
        "url": "https://www.asa.org.uk/type/non_broadcast/code_section/12.html",
    }
    results = lint_fields(fields, settings=Settings(profile="uk"))
    assert [
        {**one, "findings": [plain(finding) for finding in one["findings"]]}
        for one in said["files"]
    ] == [
        {**entry(result), "anchor": field.anchor}
        for field, result in zip(fields, results, strict=True)
    ]
    counts = {
        severity: sum(f.severity == severity for r in results for f in r.findings)
        for severity in ("error", "warning", "info")
    }
    assert said["verdict"] == {"blocked": True, "fail_on": "error", "counts": counts}
    assert said["summary"] == {"files": 3, **counts, "suppressed": 0}
    assert said["tool"] == {"name": "healthlint", "version": __version__, "profile": "uk"}
    assert said["notices"] == []


def test_one_text(live: Live) -> None:
    assert rules_of(live.post("/v1/check", {"text": f"**{UNSAFE}**"})) == [("text", ["SAF001"])]
    named = live.post("/v1/check", {"text": UNSAFE, "format": "text", "name": "a.txt"})
    assert rules_of(named) == [("a.txt", ["SAF001"])]
    assert rules_of(live.post("/v1/check", {"fields": []})) == []


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/markdown", f"# Hi\n\n{UNSAFE}"),
        ("text/html; charset=utf-8", f"<script>{UNSAFE}</script><p>{UNSAFE}</p>"),
        ("text/plain", UNSAFE),
        ("text/plain; charset=iso-8859-1", f"Café. {UNSAFE}".encode("latin-1")),
        ("text/plain", f"\ufeff{UNSAFE}".encode("utf-16-le")),
    ],
)
def test_a_body_that_is_the_text(live: Live, media: str, body: str | bytes) -> None:
    answer = live.ask("POST", "/v1/check?name=draft", body, content_type=media)
    assert rules_of(answer) == [("draft", ["SAF001"])]


def test_options(live: Live) -> None:
    text = f"PTSD sufferers, a breakthrough! {UNSAFE}"

    def codes(**options: Any) -> list[str]:
        return rules_of(live.post("/v1/check", {"text": text, **options}))[0][1]

    everything = codes()
    assert {"SAF001", "STI001", "HYP001"} <= set(everything)
    assert codes(select=["safety", "STI001"]) == ["STI001", "SAF001"]
    assert codes(ignore=["SAF"]) == [code for code in everything if code != "SAF001"]
    assert codes(select=["hype"], severities={"hype": "off"}) == []
    said = live.post(
        "/v1/check", {"text": UNSAFE, "severities": {"SAF001": "info"}, "fail_on": "warning"}
    ).json
    assert said["verdict"] == {
        "blocked": False, "fail_on": "warning", "counts": {"error": 0, "warning": 0, "info": 1},
    }  # fmt: skip
    query = live.ask(
        "POST", "/v1/check?select=safety,stigma&ignore=STI001,STI004&fail_on=info&profile=au", text,
        content_type="text/plain",
    )  # fmt: skip
    assert rules_of(query)[0][1] == ["SAF001"]
    assert query.json["tool"]["profile"] == "au" and query.json["verdict"]["fail_on"] == "info"
    body = live.post("/v1/check?profile=au", {"text": text, "profile": "ca"})
    assert body.json["tool"]["profile"] == "ca"


def test_suppressions_count_unless_the_caller_says_no(live: Live) -> None:
    text = f"<!-- healthlint-disable-file safety -- agreed -->\n\n{UNSAFE}"
    quiet = live.post("/v1/check", {"text": text}).json
    assert quiet["summary"]["suppressed"] == 1 and not quiet["verdict"]["blocked"]
    assert live.post("/v1/check", {"text": text, "comments": False}).json["verdict"]["blocked"]


def test_a_field_that_cannot_be_read_blocks(live: Live) -> None:
    fields = [
        {"id": "a", "text": "Call us."},
        {"id": "a", "text": "Again."},
        {"id": "b", "text": "x", "format": "papyrus"},
        {"id": "c", "text": "x", "kind": "footer"},
        {"id": "d", "text": "a\0b"},
    ]
    said = live.post("/v1/check", {"fields": fields}).json
    errors = [one["error"] for one in said["files"]]
    assert errors[0] is None
    assert [error.split(";")[0].split(":")[0] for error in errors[1:]] == [
        "two fields have this id", "no format 'papyrus'", "no kind 'footer'", "not a text",
    ]  # fmt: skip
    assert said["verdict"]["blocked"] is True
    bare = live.ask("POST", "/v1/check", b"a\0b", content_type="text/plain").json
    assert bare["files"][0]["error"].startswith("not a text") and bare["verdict"]["blocked"]


def test_script_in_the_text_comes_back_as_data(live: Live) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)"> is safe and effective'
    answer = live.post("/v1/check", {"fields": [{"id": evil, "text": f"{evil} ketamine"}]})
    assert answer.json["files"][0]["path"] == evil
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "access-control-allow-origin" not in answer.headers


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"text": "a"',
        b'{"text": NaN}',
        b'{"text": "a", "text": "b"}',
        b"[" * 100_000,
        '{"text": "é"}'.encode("latin-1"),
        '{"text": "a"}'.encode("utf-16"),
    ],
)
def test_malformed_json(live: Live, body: bytes) -> None:
    answer = live.ask("POST", "/v1/check", body, **JSON)
    assert (answer.status, answer.kind) == (400, "malformed")


def test_text_that_is_not_in_its_charset(live: Live) -> None:
    answer = live.ask("POST", "/v1/check", b"caf\xe9", content_type="text/plain")
    assert (answer.status, answer.kind) == (400, "malformed")
    assert "byte 3" in answer.json["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_type": "application/xml"},
        {"content_type": "application/json; charset=iso-8859-1"},
        {"content_type": "text/plain; charset=papyrus"},
        {"content_type": "text/plain; charset=base64"},
        {"content_type": "application/json", "content_encoding": "gzip"},
    ],
)
def test_media_types_that_are_not_read(live: Live, headers: dict[str, str]) -> None:
    answer = live.ask("POST", "/v1/check", b"{}", **headers)
    assert (answer.status, answer.kind) == (415, "media-type")
    fixed = live.ask("POST", "/v1/fix", b"x", content_type="text/plain")
    assert (fixed.status, fixed.kind) == (415, "media-type")


@pytest.mark.parametrize(
    ("body", "pointer", "says"),
    [
        ([], "", "type object"),
        ({}, "", "`fields`, or `text`"),
        ({"text": "a", "profil": "uk"}, "/profil", "did you mean `profile`?"),
        ({"text": "a", "profile": "fr"}, "/profile", "one of us, uk, eu, au, ca"),
        ({"text": "a", "fields": []}, "/text", "no key `text`"),
        ({"fields": [{"id": "a", "text": 3}]}, "/fields/0/text", "type string"),
        ({"fields": [{"id": "a"}]}, "/fields/0", "lacks `text`"),
        ({"fields": [{"id": "", "text": "a"}]}, "/fields/0/id", "minLength"),
        ({"text": "a", "select": ["saftey"]}, "/select/0", "did you mean `safety`?"),
        ({"text": "a", "severities": {"hype": "loud"}}, "/severities/hype", "one of info"),
        ({"text": "a", "severities": {"hyp/e~": "off"}}, "/severities/hyp~1e~0", "mean `hype`?"),
        ({"text": "a", "unsafe": True}, "/unsafe", "no key `unsafe`"),
    ],
)
def test_wrong_content(live: Live, body: Any, pointer: str, says: str) -> None:
    answer = live.post("/v1/check", body)
    assert (answer.status, answer.kind) == (422, "content")
    errors = answer.json["errors"]
    assert (errors[0]["pointer"], says in errors[0]["detail"]) == (pointer, True), errors


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("profil=uk", "no `profil`"),
        ("profile=fr", "one of us"),
        ("name=a&name=b", "`name` twice"),
        ("select=saftey", "did you mean `safety`?"),
    ],
)
def test_wrong_queries(live: Live, query: str, says: str) -> None:
    answer = live.ask("POST", f"/v1/check?{query}", b"x", content_type="text/plain")
    assert (answer.status, answer.kind) == (422, "content")
    assert says in answer.json["detail"]


def test_half_a_surrogate_pair_is_no_text(live: Live) -> None:
    answer = live.ask("POST", "/v1/check", b'{"text": "\\ud83d"}', **JSON)
    assert (answer.status, answer.kind) == (422, "content")


def test_ten_megabytes(live: Live) -> None:
    large = b"a" * 10_000_000
    answer = live.ask("POST", "/v1/check", large, content_type="text/plain")
    assert (answer.status, answer.kind) == (413, "too-large")
    pieces = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    pieces.request(
        "POST", "/v1/check", iter([large[:100_000]] * 100), {"Content-Type": "text/plain"},
        encode_chunked=True,
    )  # fmt: skip
    assert pieces.getresponse().status == 413
    pieces.close()
    with socket.create_connection(("127.0.0.1", live.port), 60) as asking:
        asking.sendall(
            b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
            b"Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert asking.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/check", 405, "method"),
        ("OPTIONS", "/v1/check", 405, "method"),
        ("POST", "/healthz", 405, "method"),
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/v1/rules/", 404, "not-found"),
        ("GET", "/v1/check/", 404, "not-found"),
        ("GET", "/../../etc/passwd", 404, "not-found"),
    ],
)
def test_other_places(live: Live, method: str, path: str, status: int, kind: str) -> None:
    answer = live.ask(method, path)
    assert (answer.status, answer.kind) == (status, kind)
    assert ("allow" in answer.headers) == (status == 405)


def test_what_is_no_http(live: Live) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 60) as asking:
        asking.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = asking.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ") and b"urn:healthlint:problem:malformed" in answer


# -- rules, health, counts -----------------------------------------------------------------------


def test_rules(live: Live) -> None:
    listed = live.ask("GET", "/v1/rules").json["rules"]
    codes = [rule["code"] for rule in listed]
    assert codes == sorted(codes) and {"SAF001", "SUP002"} <= set(codes)
    one = live.ask("GET", "/v1/rules/saf001").json
    assert one == live.ask("GET", "/v1/rules/absolute-safety").json
    assert next(rule for rule in listed if rule["code"] == "SAF001").items() <= one.items()
    assert one["why"] and one["suggest"] and one["examples"]["flag"] and one["examples"]["pass"]
    assert {"us", "uk"} <= {authority["jurisdiction"] for authority in one["authorities"]}
    wrong = live.ask("GET", "/v1/rules/absolute-saftey")
    assert (wrong.status, wrong.kind) == (404, "not-found")
    assert "did you mean SAF001?" in wrong.json["detail"]


def test_health_and_the_document(live: Live) -> None:
    said = live.ask("GET", "/healthz").json
    assert (said["status"], said["version"]) == ("ok", __version__)
    assert said["rules"] == len(live.ask("GET", "/v1/rules").json["rules"])
    document = live.ask("GET", "/openapi.json").json
    assert (document["openapi"], document["info"]["version"]) == ("3.1.0", __version__)
    assert live.ask("HEAD", "/healthz").status == 200


def metrics(live: Live) -> dict[tuple[str, ...], float]:
    text = live.ask("GET", "/metrics").body.decode("utf-8")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics(live: Live) -> None:
    before = metrics(live)
    live.post("/v1/check", {"text": UNSAFE})
    live.post("/v1/check", {"text": 3})
    live.ask("GET", "/secret-words-in-a-path")
    after = metrics(live)

    def more(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert more("healthlint_requests_total", "/v1/check", "200") == 1
    assert more("healthlint_requests_total", "/v1/check", "422") == 1
    assert more("healthlint_requests_total", "404", "other") == 1
    assert more("healthlint_request_seconds_count", "/v1/check") == 2
    assert more("healthlint_findings_total", "error") == 1
    assert after["healthlint_requests_in_flight",] == 1  # this one
    digest = live.ask("GET", "/healthz").json["digest"][:16]
    info = next(key for key in after if key[0] == "healthlint_rulebook_info")
    assert {digest, __version__} <= set(info)
    assert not any("secret" in part for key in after for part in key)


# -- fixes ---------------------------------------------------------------------------------------


def test_fix(live: Live) -> None:
    text = "Alcoholics ask us.\n\nOur breakthrough!"
    fields = [{"id": "a", "text": text}, {"id": "b", "text": "Call."}, {"id": "a", "text": "x"}]
    said = live.post("/v1/fix", {"fields": fields}).json
    first, second, third = said["fields"]
    assert first["text"] == "People with alcohol use disorder ask us.\n\nOur breakthrough!"
    assert [one["text"] for one in first["fixed"]] == ["Alcoholics"]
    left = {one["finding"]["rule"]: one["why"] for one in first["left"]}
    assert left["HYP001"] == "mended with --unsafe only"
    assert second == {"id": "b", "text": "Call.", "error": None, "fixed": [], "left": []}
    assert third["error"] and third["text"] == "x"
    unsafe = live.post("/v1/fix", {"fields": fields[:2], "unsafe": True}).json["fields"][0]
    assert "breakthrough" not in unsafe["text"]


def test_fix_what_was_asked_for_only(live: Live) -> None:
    text = "PTSD sufferers ask.\n\nAlcoholics ask."
    found = live.post("/v1/check", {"text": text}).json["files"][0]["findings"]
    second = next(one for one in found if one["text"] == "Alcoholics")
    said = live.post("/v1/fix", {"text": text, "fingerprints": [second["fingerprint"]]}).json
    (one,) = said["fields"]
    assert one["text"].startswith("PTSD sufferers ask.\n\nPeople with alcohol")
    assert [finding["text"] for finding in one["fixed"]] == ["Alcoholics"]
    assert "not asked for" in [left["why"] for left in one["left"]]


# -- who may ask ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/rules", "/v1/rules/SAF001", "/metrics"])
def test_the_token(locked: Live, path: str) -> None:
    bare = locked.ask("GET", path)
    assert (bare.status, bare.kind) == (401, "unauthorised")
    assert bare.headers["www-authenticate"] == 'Bearer realm="healthlint"'
    for wrong in (f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", TOKEN, "Bearer caf\xe9"):
        answer = locked.ask("GET", path, authorization=wrong)
        assert (answer.status, answer.kind) == (401, "unauthorised")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert locked.ask("GET", path, authorization=f"Bearer {TOKEN}").status == 200
    assert locked.ask("GET", path, authorization=f"bearer {TOKEN}").status == 200


def test_a_wrong_token_costs_no_reading(locked: Live) -> None:
    answer = locked.ask("POST", "/v1/check", b"a" * 50_000, content_type="text/plain")
    assert (answer.status, answer.kind) == (401, "unauthorised")
    for path in ("/", "/healthz", "/openapi.json"):
        assert locked.ask("GET", path).status == 200


def test_the_log_has_neither_texts_nor_the_token(locked: Live) -> None:
    words = "xylophone"
    bearer = {"authorization": f"Bearer {TOKEN}"}
    locked.post(f"/v1/check?name={words}", {"text": f"{words} is safe"}, **bearer)
    locked.ask("GET", f"/{words}?{words}")
    locked.ask("GET", f"/v1/rules/{words}", **bearer)
    locked.ask("GET", "/v1/rules", authorization=f"Bearer {words}")
    log = "".join(locked.log)
    assert "POST /v1/check 200" in log and "GET /v1/rules/{code} 404" in log
    assert "GET other 404" in log and "401" in log
    assert words not in log and TOKEN not in log


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_names_that_it_does_not_go_by(live: Live, host: str) -> None:
    answer = live.ask("GET", "/healthz", host=host)
    assert (answer.status, answer.kind) == (421, "host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1:1", "[::1]:8765"])
def test_names_that_it_goes_by(live: Live, host: str) -> None:
    assert live.ask("GET", "/healthz", host=host).status == 200


def test_pages_of_other_sites_cannot_ask(live: Live) -> None:
    own = live.post("/v1/check", {"text": "a"}, sec_fetch_site="same-origin")
    other = live.post("/v1/check", {"text": "a"}, sec_fetch_site="cross-site")
    assert own.status == 200
    assert (other.status, other.kind) == (403, "cross-site")


