"""Rights, nonces and waivers, over the real REST API and the real admin pages."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from tests.integrations.wordpress.site import TOKEN, Client, Site, paragraph, setup

pytestmark = pytest.mark.slow

SENTENCE = "Ketamine is safe and effective for adults."
REASON = "The medical director signed this off."


@pytest.fixture
def post(site: Site) -> int:
    """A draft of the editor, with one error."""
    return site.new(user=site.users()["edith"], post_content=paragraph(SENTENCE))


def check(client: Client, post: int, **more: Any) -> Any:
    """The findings on a post as it is stored."""
    answer = client.rest("/healthlint/v1/check", {"post": post, **more})
    assert answer.status == 200, answer.text
    return answer.json["findings"]


def waive(client: Client, post: int, **more: Any) -> Any:
    """An attempt to waive its first finding."""
    (found, *_) = check(client, post)
    data = {"post": post, "fingerprint": found["fingerprint"], "reason": REASON, **more}
    return client.rest("/healthlint/v1/waive", data)


def test_check_answers_what_the_panel_needs(site: Site, post: int) -> None:
    (found,) = check(site.client("edith"), post)
    assert (found["rule"], found["severity"], found["words"], found["place"]) == (
        "SAF001", "error", "safe and effective for adults", "Paragraph",
    )  # fmt: skip
    assert found["blocks"] and found["authorities"][0]["url"].startswith("https://")
    assert not found["may_waive"], "an editor may waive warnings, not errors"


@pytest.mark.parametrize(
    ("user", "nonce", "status", "code"),
    [
        ("edith", "f0f0f0f0f0", 403, "rest_cookie_invalid_nonce"),
        ("edith", "", 401, "rest_forbidden"),
        ("conrad", None, 403, "rest_forbidden"),
        ("arthur", None, 403, "rest_forbidden"),
        ("", "", 401, "rest_forbidden"),
    ],
)
def test_who_may_not_edit_the_post_may_do_nothing(
    site: Site, post: int, user: str, nonce: str | None, status: int, code: str
) -> None:
    client = site.client(user)
    data = {"post": post, "fingerprint": "0123456789abcdef", "reason": REASON}
    for route in ("check", "suggest", "waive", "acknowledge"):
        answer = client.rest(f"/healthlint/v1/{route}", data, nonce=nonce)
        assert (answer.status, answer.json["code"]) == (status, code), route


def test_bad_requests_get_400(site: Site, post: int) -> None:
    client = site.client("edith")
    assert client.rest("/healthlint/v1/check", {}).status == 400
    assert client.rest("/healthlint/v1/check", {"post": 0}).status == 400
    assert client.rest("/healthlint/v1/check", {"post": post, "content": ["x"]}).status == 400
    answer = client.rest(
        "/healthlint/v1/waive", {"post": post, "fingerprint": "'; DROP", "reason": REASON}
    )
    assert answer.status == 400
    assert client.rest("/healthlint/v1/check", {"post": 999999}).status == 403


def test_a_role_without_the_right_cannot_waive(site: Site, post: int) -> None:
    answer = waive(site.client("edith"), post)
    assert (answer.status, answer.json["code"]) == (403, "healthlint_forbidden")
    assert site.log(post) == []


def test_a_waiver_lets_the_page_pass_until_its_sentence_changes(site: Site, post: int) -> None:
    admin = site.client("admin")
    assert waive(admin, post).status == 201
    (found,) = check(admin, post)
    assert found["waiver"]["who"] == "admin" and found["waiver"]["reason"] == REASON
    year = date.today() + timedelta(days=364)
    assert date.fromisoformat(found["waiver"]["until"]) >= year
    assert waive(admin, post).status == 409
    site.php("wp_update_post( $given );", ID=post, post_status="publish")
    assert site.post(post)["post_status"] == "publish"
    assert [entry[:2] for entry in site.log(post)] == [("waived", "admin"), ("published", "admin")]

    changed = paragraph(SENTENCE.replace("adults", "everybody"))
    (found,) = check(admin, post, content=changed)
    assert found["blocks"] and found["waiver"] is None
    moved = paragraph("Another sentence first. " + SENTENCE)
    assert not any(one["blocks"] for one in check(admin, post, content=moved))
    other = site.new(post_content=paragraph(SENTENCE))
    assert check(admin, other)[0]["blocks"], "a waiver is for one post"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "too short"}, "healthlint_reason"),
        ({"reason": "  <b></b> no    "}, "healthlint_reason"),
        ({"until": "2020-01-01"}, "healthlint_until"),
        ({"until": "next year"}, "healthlint_until"),
        ({"until": "2027-02-31"}, "healthlint_until"),
        ({"until": "2999-01-01"}, "healthlint_until"),
    ],
)
def test_a_waiver_needs_a_reason_and_an_end(
    site: Site, post: int, more: dict[str, str], code: str
) -> None:
    answer = waive(site.client("admin"), post, **more)
    assert (answer.status, answer.json["code"]) == (400, code)


def test_a_waiver_ends(site: Site, post: int) -> None:
    admin = site.client("admin")
    number = waive(admin, post, until=date.today().isoformat()).json["id"]
    assert not check(admin, post)[0]["blocks"], "its last day counts"
    site.php(
        """
        global $wpdb;
        $yesterday = array( 'ends_on' => wp_date( 'Y-m-d', time() - DAY_IN_SECONDS ) );
        $wpdb->update( Healthlint\\Tables::name( 'waivers' ), $yesterday, $given );
        """,
        id=number,
    )
    assert check(admin, post)[0]["blocks"]


def test_revoking(site: Site, post: int) -> None:
    admin = site.client("admin")
    number = waive(admin, post).json["id"]
    edith = site.client("edith")
    route = f"/healthlint/v1/waivers/{number}/revoke"
    assert edith.rest(route, {}).status == 403
    assert admin.rest(route, {}, nonce="f0f0f0f0f0").status == 403
    assert admin.rest(route, {}).json == {"revoked": True}
    assert admin.rest(route, {}).json == {"revoked": False}
    assert check(admin, post)[0]["blocks"]
    assert [entry[0] for entry in site.log(post)] == ["waived", "revoked"]


def test_roles_come_from_the_settings(site: Site, post: int) -> None:
    site.settings(waive={"error": ["editor"], "warning": [], "info": []})
    assert waive(site.client("admin"), post).status == 403
    assert waive(site.client("edith"), post).status == 201


def test_settings_never_show_the_token_and_need_the_right(site: Site) -> None:
    admin = site.client("admin")
    page = admin.get("/wp-admin/options-general.php?page=healthlint").text
    assert "The service answers." in page and "one is stored" in page
    assert TOKEN not in page
    assert site.client("edith").get("/wp-admin/options-general.php?page=healthlint").status == 403
    forged = {"option_page": "healthlint", "action": "update", "_wpnonce": "f0f0f0f0f0"}
    assert admin.post("/wp-admin/options.php", forged).status == 403

    nonce = page.split('name="_wpnonce" value="')[1].split('"')[0]
    sent = {
        "option_page": "healthlint", "action": "update", "_wpnonce": nonce,
        "healthlint_settings[url]": "javascript:alert(1)", "healthlint_settings[token]": "",
        "healthlint_settings[profile]": "uk", "healthlint_settings[fail_on]": "nonsense",
        "healthlint_settings[timeout]": "999", "healthlint_settings[post_types][]": "page",
    }  # fmt: skip
    answer = admin.post("/wp-admin/options.php", sent)
    assert answer.status == 200
    stored = site.php("return get_option( 'healthlint_settings' );")
    assert {name: stored[name] for name in ("url", "token", "profile", "fail_on", "timeout")} == {
        "url": site.service, "token": TOKEN, "profile": "uk", "fail_on": "error", "timeout": 60,
    }  # fmt: skip
    assert stored["post_types"] == ["page"]
    assert stored["waive"] == {"error": [], "warning": [], "info": []}


def test_token_and_address_from_outside_win(site: Site) -> None:
    assert site.php(
        "putenv( 'HEALTHLINT_TOKEN=other' ); putenv( 'HEALTHLINT_URL=https://lint.example/' );"
        "return array( Healthlint\\Settings::token(), Healthlint\\Settings::url() );"
    ) == ["other", "https://lint.example"]


def test_csv_of_the_log_needs_nonce_and_right(site: Site) -> None:
    admin = site.client("admin")
    site.php("Healthlint\\Log::add( 'held', 0, '=HYPERLINK(\"x\"), “quoted”' );")
    for client in (admin, site.client("arthur")):
        path = "/wp-admin/admin-post.php?action=healthlint_csv&_wpnonce=f0f0f0f0f0"
        assert client.get(path).status == 403
    page = admin.get("/wp-admin/tools.php?page=healthlint-log").text
    link = page.split('class="page-title-action" href="')[1].split('"')[0]
    path = link.replace("&#038;", "&").replace("&amp;", "&").removeprefix(site.url)
    rows = list(csv.DictReader(io.StringIO(admin.get(path).text)))
    assert rows[0]["detail"] == '\'=HYPERLINK("x"), “quoted”'
    assert site.client("arthur").get("/wp-admin/tools.php?page=healthlint-log").status == 403


def test_suggest_finds_the_sentence(site: Site) -> None:
    text = f"Hello 😀 &amp; all. <em>{SENTENCE}</em> Ask us."
    post = site.new(post_content=paragraph(text))
    admin = site.client("admin")
    (found,) = check(admin, post)
    answer = admin.rest(
        "/healthlint/v1/suggest", {"post": post, "fingerprint": found["fingerprint"]}
    )
    assert answer.status == 200 and answer.json["old"] == SENTENCE
    gone = admin.rest(
        "/healthlint/v1/suggest",
        {"post": post, "fingerprint": found["fingerprint"], "content": paragraph("Nothing.")},
    )
    assert (gone.status, gone.json["code"]) == (409, "healthlint_changed")


def test_deleting_the_plugin_keeps_the_tables_unless_told(site: Site) -> None:
    remove = """
        define( 'WP_UNINSTALL_PLUGIN', 'healthlint/healthlint.php' );
        include WP_PLUGIN_DIR . '/healthlint/uninstall.php';
        global $wpdb;
        return count( $wpdb->get_results( "SHOW TABLES LIKE '%healthlint%'" ) );
    """
    assert site.php(remove) == 2
    site.settings(remove_data=True)
    try:
        assert site.php(remove) == 0
    finally:
        site.php("Healthlint\\Tables::create();")
    assert site.php("return Healthlint\\Waivers::all( 5 );") == []


def test_the_zip_holds_the_plugin(tmp_path: Any) -> None:
    import zipfile

    setup.make_zip(tmp_path / "healthlint.zip")
    with zipfile.ZipFile(tmp_path / "healthlint.zip") as archive:
        names = archive.namelist()
    for name in ("healthlint.php", "readme.txt", "uninstall.php", "assets/editor.js"):
        assert f"healthlint/{name}" in names
    assert all(name.startswith("healthlint/") for name in names)


def test_every_php_file_parses_and_nothing_complained(wordpress: Site) -> None:
    import subprocess

    for path in sorted(setup.PLUGIN.rglob("*.php")):
        done = subprocess.run(["php", "-l", str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
    log = wordpress.path / "wp-content" / "debug.log"
    text = log.read_text("utf-8") if log.exists() else ""
    assert [line for line in text.splitlines() if "healthlint" in line.rpartition(" PHP ")[2]] == []
