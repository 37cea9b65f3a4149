"""Every way to publish, in the real WordPress: nothing unsafe goes live, nothing typed is lost."""

from __future__ import annotations

import json

import pytest

from tests.integrations.wordpress.site import CLEAN, TOKEN, UNSAFE, Site, paragraph, xml_escaped

pytestmark = pytest.mark.slow

BAD = paragraph(UNSAFE)
GOOD = paragraph(CLEAN)


def state(site: Site, number: int) -> tuple[str, str]:
    """Status and content of a post."""
    post = site.post(number)
    return post["post_status"], post["post_content"]


def test_wp_insert_post_is_held_at_draft(site: Site) -> None:
    number = site.new(post_content=BAD, post_status="publish")
    assert state(site, number) == ("draft", BAD)
    assert site.post(number)["post_date_gmt"] == "0000-00-00 00:00:00"
    assert site.log(number) == [("held", "admin", "SAF001")]


def test_a_clean_post_goes_live_and_is_logged(site: Site) -> None:
    number = site.new(post_content=GOOD, post_status="publish")
    assert state(site, number) == ("publish", GOOD)
    assert site.log(number) == [("published", "admin", "")]


@pytest.mark.parametrize("before", ["draft", "pending"])
def test_wp_update_post_is_held_where_it_was(site: Site, before: str) -> None:
    number = site.new(post_content=BAD, post_status=before)
    site.php("wp_update_post( $given );", ID=number, post_status="publish")
    assert state(site, number) == (before, BAD)


def test_drafts_pending_private_and_other_types_are_not_asked_about(site: Site) -> None:
    site.settings(url="http://127.0.0.1:9", post_types=["page"])
    for status in ("draft", "pending", "private"):
        number = site.new(post_content=BAD, post_status=status, post_type="page")
        assert state(site, number) == (status, BAD)
    number = site.new(post_content=BAD, post_status="publish", post_type="post")
    assert state(site, number) == ("publish", BAD)
    assert site.log(number) == []


def test_wp_publish_post_is_set_back(site: Site) -> None:
    number = site.new(post_content=BAD)
    site.php("wp_publish_post( $given['id'] );", id=number)
    assert state(site, number) == ("draft", BAD)
    good = site.new(post_content=GOOD)
    site.php("wp_publish_post( $given['id'] );", id=good)
    assert state(site, good)[0] == "publish"
    assert site.log(good) == [("published", "admin", "")]


def scheduled(site: Site, content: str) -> int:
    """A post that is to go live in 2040."""
    day = "2040-01-02 03:04:05"
    return site.new(post_content=content, post_status="future", post_date=day, post_date_gmt=day)


def let_it_be_due(site: Site, number: int) -> None:
    """What WP-Cron does on the day of a scheduled post."""
    site.php(
        """
        global $wpdb;
        $day = '2020-01-02 03:04:05';
        $wpdb->update(
            $wpdb->posts,
            array( 'post_date' => $day, 'post_date_gmt' => $day ),
            array( 'ID' => $given['id'] )
        );
        clean_post_cache( $given['id'] );
        define( 'DOING_CRON', true );
        do_action( 'publish_future_post', $given['id'] );
        """,
        user=0,
        id=number,
    )


def test_scheduling_is_held_and_keeps_its_date(site: Site) -> None:
    post = site.post(scheduled(site, BAD))
    assert (post["post_status"], post["post_date"]) == ("draft", "2040-01-02 03:04:05")


def test_a_scheduled_post_that_became_unsafe_is_held_when_due(site: Site) -> None:
    site.settings(post_types=[])
    number = scheduled(site, BAD)
    site.settings()
    assert state(site, number)[0] == "future"
    let_it_be_due(site, number)
    assert state(site, number) == ("draft", BAD)
    assert site.log(number) == [("held", "WP-Cron", "SAF001")]


def test_a_clean_scheduled_post_goes_live_when_due(site: Site) -> None:
    number = scheduled(site, GOOD)
    let_it_be_due(site, number)
    assert state(site, number) == ("publish", GOOD)


def test_rest_refuses_with_the_reason_and_stores_nothing(site: Site) -> None:
    client = site.client("edith")
    number = site.new(post_content=GOOD)
    answer = client.rest(f"/wp/v2/posts/{number}", {"content": BAD, "status": "publish"})
    assert (answer.status, answer.json["code"]) == (400, "healthlint_blocked")
    assert "safe and effective" in answer.json["message"]
    assert [one["rule"] for one in answer.json["data"]["findings"]] == ["SAF001"]
    assert state(site, number) == ("draft", GOOD)
    assert site.log(number) == [("blocked", "edith", "SAF001")]
    draft = client.rest(f"/wp/v2/posts/{number}", {"content": BAD})
    assert (draft.status, state(site, number)) == (200, ("draft", BAD))
    created = client.rest("/wp/v2/posts", {"content": BAD, "status": "publish"})
    assert created.status == 400
    future = client.rest(
        f"/wp/v2/posts/{number}", {"status": "future", "date": "2040-01-02T03:04:05"}
    )
    assert (future.status, state(site, number)[0]) == (400, "draft")


def test_rest_autosave_is_never_refused(site: Site) -> None:
    number = site.new(post_content=GOOD, post_status="publish")
    answer = site.client("admin").rest(f"/wp/v2/posts/{number}/autosaves", {"content": BAD})
    assert answer.status == 200
    assert state(site, number) == ("publish", GOOD)
    kept = site.php("return wp_get_post_autosave( $given['id'] );", id=number)
    assert kept["post_content"] == BAD


def test_classic_editor_is_held_with_a_notice(site: Site) -> None:
    client = site.client("edith")
    number = site.new(post_content=GOOD)
    nonce = site.form_nonce(client, number)
    answer = client.post(
        "/wp-admin/post.php",
        {
            "action": "editpost", "post_ID": str(number), "_wpnonce": nonce, "post_type": "post",
            "post_title": "A post", "content": UNSAFE, "publish": "Publish",
            "original_post_status": "draft", "post_status": "draft",
            "_wp_http_referer": f"/wp-admin/post.php?post={number}&action=edit",
        },
    )  # fmt: skip
    assert answer.status == 200
    assert state(site, number) == ("draft", UNSAFE)
    assert "message=6" not in answer.url
    page = client.get("/wp-admin/edit.php").text
    assert "held by healthlint" in page
    assert "healthlint holds this page: 1 finding must be resolved" in page


def test_bulk_edit_is_held(site: Site) -> None:
    client = site.client("admin")
    number = site.new(post_content=BAD)
    page = client.get("/wp-admin/edit.php").text
    nonce = page.split('name="_wpnonce" value="')[1].split('"')[0]
    client.get(
        f"/wp-admin/edit.php?post_type=post&_wpnonce={nonce}&action=edit&bulk_edit=Update"
        f"&post[]={number}&_status=publish"
    )
    assert state(site, number) == ("draft", BAD)
    assert site.log(number) == [("held", "admin", "SAF001")]


def test_xml_rpc_is_held(site: Site) -> None:
    call = f"""<?xml version="1.0"?><methodCall><methodName>wp.newPost</methodName><params>
    <param><value><int>1</int></value></param><param><value>edith</value></param>
    <param><value>password</value></param><param><value><struct>
    <member><name>post_title</name><value>By XML-RPC</value></member>
    <member><name>post_status</name><value>publish</value></member>
    <member><name>post_content</name><value>{xml_escaped(BAD)}</value></member>
    </struct></value></param></params></methodCall>"""
    answer = site.client().xml(call)
    number = int(answer.text.split("<string>")[1].split("<")[0])
    assert state(site, number) == ("draft", BAD)


def test_a_live_page_keeps_its_text_and_what_was_typed_becomes_an_autosave(site: Site) -> None:
    number = site.new(post_content=GOOD, post_status="publish")
    site.php("wp_update_post( wp_slash( $given ) );", ID=number, post_content=BAD)
    assert state(site, number) == ("publish", GOOD)
    kept = site.php("return wp_get_post_autosave( $given['id'] );", id=number)
    assert kept["post_content"] == BAD
    assert kept["post_modified_gmt"] >= site.post(number)["post_modified_gmt"]
    site.php("wp_update_post( wp_slash( $given ) );", ID=number, post_content=BAD + GOOD)
    kept = site.php("return wp_get_post_autosave( $given['id'] );", id=number)
    assert (state(site, number), kept["post_content"]) == (("publish", GOOD), BAD + GOOD)


def test_by_setting_an_unsafe_update_takes_the_page_off_the_site(site: Site) -> None:
    site.settings(live="draft")
    number = site.new(post_content=GOOD, post_status="publish")
    site.php("wp_update_post( wp_slash( $given ) );", ID=number, post_content=BAD)
    assert state(site, number) == ("draft", BAD)


def test_an_old_page_can_change_its_category_but_not_its_words(site: Site) -> None:
    site.settings(post_types=[])
    number = site.new(post_content=BAD, post_status="publish")
    site.settings()
    site.php("wp_update_post( array( 'ID' => $given['id'], 'menu_order' => 3 ) );", id=number)
    assert (site.post(number)["menu_order"], state(site, number)) == (3, ("publish", BAD))
    site.php(
        "wp_update_post( array( 'ID' => $given['id'], 'post_title' => 'A cure' ) );", id=number
    )
    assert site.post(number)["post_title"] == "A post"


def test_restoring_an_unsafe_revision_of_a_live_page_is_held(site: Site) -> None:
    number = site.new(post_content=BAD)
    site.php("wp_update_post( wp_slash( $given ) );", ID=number, post_content=GOOD)
    site.php(
        "wp_update_post( wp_slash( $given ) );", ID=number, post_content=GOOD, post_status="publish"
    )
    site.php(
        """
        foreach ( wp_get_post_revisions( $given['id'] ) as $revision ) {
            if ( str_contains( $revision->post_content, 'safe and effective' ) ) {
                wp_restore_post_revision( $revision->ID );
            }
        }
        """,
        id=number,
    )
    assert state(site, number) == ("publish", GOOD)


@pytest.mark.parametrize(
    ("where", "given"),
    [
        ("title", {"post_title": "A guaranteed cure for depression"}),
        ("excerpt", {"post_excerpt": "Ketamine is a guaranteed cure for depression."}),
        ("Yoast", {"meta_input": {"_yoast_wpseo_metadesc": "A guaranteed cure for depression."}}),
        ("Rank Math", {"meta_input": {"rank_math_description": "A guaranteed cure for PTSD."}}),
    ],
)
def test_title_excerpt_and_search_description_count(
    site: Site, where: str, given: dict[str, object]
) -> None:
    number = site.new(post_content=GOOD, post_status="publish", **given)
    assert state(site, number)[0] == "draft", where


def test_search_description_of_a_live_page(site: Site) -> None:
    number = site.new(post_content=GOOD, post_status="publish")
    change = "return update_post_meta( $given['id'], '_yoast_wpseo_metadesc', $given['text'] );"
    unsafe = "Ketamine is a guaranteed cure for depression."
    assert site.php(change, id=number, text=unsafe) is False
    read = "return get_post_meta( $given['id'], '_yoast_wpseo_metadesc', true );"
    assert site.php(read, id=number) == ""
    events = [entry[0] for entry in site.log(number)]
    assert events[0] == "published" and set(events[1:]) == {"blocked"}
    details = site.php("return wp_list_pluck( Healthlint\\Log::entries( 5 ), 'detail' );")
    assert unsafe in details[0], "what was typed is in the log"
    assert site.php(change, id=number, text="What to ask before an infusion.")
    assert site.php(read, id=number) == "What to ask before an infusion."


def test_closed_nothing_is_published_while_the_service_is_down(site: Site) -> None:
    site.settings(url="http://127.0.0.1:9", when_down="closed")
    number = site.new(post_content=GOOD, post_status="publish")
    assert state(site, number) == ("draft", GOOD)
    assert site.log(number) == [("down", "admin", "")]


def test_open_it_is_published_unchecked_and_recorded(site: Site) -> None:
    site.settings(url="http://127.0.0.1:9", when_down="open")
    number = site.new(post_content=BAD, post_status="publish")
    assert state(site, number) == ("publish", BAD)
    assert site.log(number) == [("unchecked", "admin", "")]


def test_a_wrong_token_is_no_verdict(site: Site) -> None:
    site.settings(token="wrong")
    number = site.new(post_content=GOOD, post_status="publish")
    assert state(site, number)[0] == "draft"
    why = site.php("return Healthlint\\Log::entries( 1 )[0]->detail;")
    assert why == (
        "healthlint could not check this page: the healthlint service refuses the token in the "
        "settings."
    )
    assert TOKEN not in json.dumps(site.php("return Healthlint\\Log::entries( 100 );"))


def test_a_page_too_large_to_read_never_passes(site: Site) -> None:
    site.settings(when_down="open")
    number = site.php(
        "return wp_insert_post( array( 'post_title' => 'Long', 'post_status' => 'publish', "
        "'post_content' => str_repeat( 'word ', 2000000 ) ) );"
    )
    assert site.php("return get_post_status( $given['id'] );", id=number) == "draft"


def test_a_comment_in_the_text_switches_no_rule_off(site: Site) -> None:
    comment = "<!-- healthlint-disable-file -- because I say so -->"
    number = site.new(post_content=comment + BAD, post_status="publish")
    assert state(site, number)[0] == "draft"


def test_text_that_is_not_utf8_is_still_checked(site: Site) -> None:
    status = site.php(
        "$page = array( 'title' => 'A', 'content' => \"<p>\\xff\" . $given['text'] . '</p>' );"
        "return Healthlint\\Checker::check( 0, $page )['blocked'];",
        text=UNSAFE,
    )
    assert status is True
