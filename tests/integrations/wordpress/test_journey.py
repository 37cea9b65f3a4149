"""What an editor does, in a real browser on the real WordPress with the real service."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.wordpress.site import CLEAN, Site, paragraph

pytestmark = pytest.mark.slow

# Its name changed with WordPress 6.6.
HEADER = ":is(.edit-post-header__settings, .editor-header__settings)"
SUGGESTED = "Ketamine has risks; read about them here, and ask a clinician what they mean for you"


class Editor:
    """One user's browser window."""

    def __init__(self, browser: Any, site: Site, user: str) -> None:
        self.site = site
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(f"{site.url}/wp-login.php")
        self.page.fill("#user_login", user)
        self.page.fill("#user_pass", "password")
        self.page.click("#wp-submit")
        self.page.wait_for_selector("#wpadminbar")

    def open(self, post: int | None = None) -> None:
        """The block editor, on a post or on a new one."""
        path = "post-new.php" if post is None else f"post.php?post={post}&action=edit"
        self.page.goto(f"{self.site.url}/wp-admin/{path}")
        self.canvas.wait_for_selector(".editor-post-title")
        self.checked()

    @property
    def canvas(self) -> Any:
        """The frame that holds the text."""
        self.page.wait_for_selector(".editor-post-title, iframe[name=editor-canvas]")
        return self.page.frame("editor-canvas") or self.page.main_frame

    def checked(self, text: str = "") -> None:
        """Until the page as it is now is checked, and holds this text."""
        self.page.wait_for_function(
            """(text) => {
                const { state, sent } = wp.data.select('healthlint').get();
                return ['done', 'failed'].includes(state) && sent.content.includes(text)
                    && sent.content === wp.data.select('core/editor').getEditedPostContent();
            }""",
            arg=text,
        )

    def sidebar(self) -> None:
        """Open the plugin's sidebar."""
        self.page.click('button[aria-label="healthlint"]')
        self.page.wait_for_selector(".healthlint-panel")

    def marked(self) -> list[tuple[str, str]]:
        """Severity and words of each mark in the text."""
        found = self.canvas.evaluate(
            """() => [...document.querySelectorAll('mark[class*=healthlint]')].map(
                (mark) => [mark.className.split('-').pop(), mark.textContent])"""
        )
        return [(severity, words) for severity, words in found]

    def findings(self) -> list[str]:
        """Rule of each finding in the panel."""
        cards = self.page.locator(".healthlint-finding")
        return [cards.nth(at).get_attribute("data-rule") for at in range(cards.count())]

    @property
    def content(self) -> str:
        """The text as it would be saved."""
        text: str = self.page.evaluate("wp.data.select('core/editor').getEditedPostContent()")
        return text

    @property
    def number(self) -> int:
        """The post's id."""
        found: int = self.page.evaluate("wp.data.select('core/editor').getCurrentPostId()")
        return found

    def ask_to_publish(self) -> Any:
        """Open the panel before publishing; its Publish button."""
        self.page.click(f"{HEADER} .editor-post-publish-button__button")
        button = self.page.locator(".editor-post-publish-panel__header-publish-button button")
        button.wait_for()
        return button

    def publish(self, button: Any) -> None:
        """Publish, and wait until WordPress says so."""
        self.page.wait_for_function("() => !wp.data.select('core/editor').isPostSavingLocked()")
        button.click()
        self.page.wait_for_selector(".post-publish-panel__postpublish")


@pytest.fixture
def window(chromium: Any, site: Site) -> Iterator[Any]:
    """Opens a window for a user; at the end no script may have failed."""
    opened: list[Editor] = []

    def open_window(user: str) -> Editor:
        opened.append(Editor(chromium, site, user))
        return opened[-1]

    yield open_window
    for one in opened:
        one.context.close()
    assert [problem for one in opened for problem in one.problems] == []


def test_unsafe_sentence_is_marked_blocked_mended_and_published(site: Site, window: Any) -> None:
    edith = window("edith")
    edith.open()
    page = edith.page
    edith.canvas.click(".editor-post-title")
    page.keyboard.type("Ketamine infusions")
    page.keyboard.press("Enter")
    page.keyboard.type("Ketamine is ")
    page.keyboard.press("Control+b")
    page.keyboard.type("safe and effective")
    page.keyboard.press("Control+b")
    page.keyboard.type(" for adults. 😀 Ask us & our nurses.")
    edith.checked("our nurses")
    edith.sidebar()
    assert edith.findings() == ["SAF001"]
    assert edith.marked() == [("error", "safe and effective for adults")]
    card = page.locator(".healthlint-finding").first
    assert "Error" in card.inner_text() and "every treatment has risks" in card.inner_text()
    links = card.locator(".healthlint-authorities a")
    assert links.count() > 0 and links.first.get_attribute("href").startswith("https://")

    # The words are selected in the text.
    words = "safe and effective for adults"
    card.locator(".healthlint-words").click()
    assert edith.canvas.evaluate("getSelection().toString()") == words

    # A draft is saved all the same.
    page.click(".editor-post-save-draft")
    page.wait_for_selector(".editor-post-saved-state.is-saved")
    assert site.post(edith.number)["post_status"] == "draft"
    assert "<strong>safe and effective</strong>" in site.post(edith.number)["post_content"]

    button = edith.ask_to_publish()
    assert button.get_attribute("aria-disabled") == "true"
    reason = page.locator("#healthlint-why")
    assert reason.inner_text().strip() == "Publishing is off: 1 finding to resolve."
    assert button.get_attribute("aria-describedby") == "healthlint-why"
    assert page.locator(".editor-post-publish-panel .healthlint-finding").count() == 1

    page.click(f'.editor-post-publish-panel button[aria-label^="Use: {SUGGESTED}"]')
    edith.checked("Ketamine has risks")
    assert f"<p>{SUGGESTED}. 😀 Ask us &amp; our nurses.</p>" in edith.content
    assert (edith.findings(), edith.marked()) == ([], [])
    edith.publish(button)
    assert site.post(edith.number)["post_status"] == "publish"
    assert [entry[0] for entry in site.log(edith.number)] == ["published"]


def test_suggestions_fit_into_formatting(site: Site, window: Any) -> None:
    edith = window("edith")
    number = site.new(
        user=site.users()["edith"],
        post_title="A guaranteed cure for depression",
        post_content="\n\n".join(
            [
                paragraph(
                    "Hello. <em>Ketamine is safe and effective for adults.</em> Ask <b>us</b>."
                ),
                '<!-- wp:quote -->\n<blockquote class="wp-block-quote">'
                + paragraph("Care <strong>for PTSD sufferers</strong> &amp; families.")
                + "</blockquote>\n<!-- /wp:quote -->",
                '<!-- wp:table -->\n<figure class="wp-block-table"><table><tbody><tr><td>Ketamine'
                "</td><td>It has no side effects.</td></tr></tbody></table></figure>\n"
                "<!-- /wp:table -->",
            ]
        ),
    )
    edith.open(number)
    edith.sidebar()
    page = edith.page
    assert ("warning", "for PTSD sufferers") in edith.marked()
    # In table cells and in the title the browser's own highlights mark the words.
    lit = edith.canvas.evaluate(
        """() => [...CSS.highlights.get('healthlint-error')].map((range) => range.toString())"""
    )
    assert "no side effects" in lit and any("cure" in words for words in lit)

    page.click('button[aria-label="Use: for people with PTSD"]')
    edith.checked("people with PTSD")
    assert "<p>Care <strong>for people with PTSD</strong> &amp; families.</p>" in edith.content
    page.click(f'.healthlint-finding[data-rule=SAF001] button[aria-label^="Use: {SUGGESTED}"]')
    edith.checked("Ketamine has risks")
    assert f"<p>Hello. <em>{SUGGESTED}.</em> Ask <b>us</b>.</p>" in edith.content
    page.locator(".healthlint-finding[data-rule=SAF002] button[aria-label^=Use]").first.click()
    page.wait_for_function(
        "() => !wp.data.select('core/editor').getEditedPostContent().includes('no side effects')"
    )
    edith.checked()
    assert "<td>Ketamine</td><td>" in edith.content, "the table is still one"
    assert edith.canvas.locator(".block-editor-warning").count() == 0, "no block is broken"
    # Undo takes it back.
    page.click(".editor-history__undo")
    edith.checked("no side effects")


def test_suggestion_is_refused_when_the_text_has_changed(site: Site, window: Any) -> None:
    edith = window("edith")
    number = site.new(
        user=site.users()["edith"], post_content=paragraph("Ketamine is safe and effective.")
    )
    edith.open(number)
    edith.sidebar()
    # The sentence changes and the button is pressed before the next check.
    edith.page.evaluate(
        """() => {
            const [block] = wp.data.select('core/block-editor').getBlocks();
            wp.data.dispatch('core/block-editor').updateBlockAttributes(
                block.clientId, { content: 'Ketamine is safe and effective, they say.' });
            document.querySelector('.healthlint-finding button[aria-label^=Use]').click();
        }"""
    )
    edith.page.wait_for_selector(".components-snackbar__content:has-text('has changed')")
    assert "they say" in edith.content and SUGGESTED not in edith.content


def test_warnings_ask_once(site: Site, window: Any) -> None:
    edith = window("edith")
    number = site.new(
        user=site.users()["edith"], post_content=paragraph("Support for PTSD sufferers.")
    )
    edith.open(number)
    button = edith.ask_to_publish()
    assert button.get_attribute("aria-disabled") == "true"
    reason = edith.page.locator("#healthlint-why")
    assert reason.inner_text().strip() == "Read 1 warning before you publish."
    edith.page.click("text=I have read 1 warning; allow publishing")
    edith.publish(button)
    assert [entry[:2] for entry in site.log(number)] == [
        ("acknowledged", "edith"), ("warnings", "edith"),
    ]  # fmt: skip
    edith.open(number)
    assert not edith.page.evaluate("wp.data.select('core/editor').isPostSavingLocked()")


def test_waiver_with_a_reason_stands_in_the_log_and_dies_with_the_sentence(
    site: Site, window: Any
) -> None:
    text = "The trial asked whether ketamine is safe and effective."
    unsafe = "Ketamine is safe and effective for adults."
    number = site.new(post_title="A waived claim", post_content=paragraph(f"{unsafe} {text}"))
    admin = window("admin")
    admin.open(number)
    admin.sidebar()
    page = admin.page
    found = page.locator(".healthlint-finding.is-error")
    count = found.count()
    assert count >= 1
    for _ in range(count):
        card = page.locator(".healthlint-finding.is-error").first
        card.locator("text=Waive…").click()
        card.locator("textarea").fill("too short")
        card.locator("button[type=submit]").click()
        assert card.locator("textarea:invalid").count() == 1
        card.locator("textarea").fill("The medical director signed this sentence off.")
        left = page.locator(".healthlint-finding.is-error").count() - 1
        card.locator("button[type=submit]").click()
        page.wait_for_function(
            f"() => document.querySelectorAll('.healthlint-finding.is-error').length === {left}"
        )
    waived = page.locator(".healthlint-finding.is-waived").first
    assert "Waived by admin until" in waived.inner_text()
    if page.locator(".healthlint-acknowledge").count():
        page.click(".healthlint-acknowledge")
    admin.publish(admin.ask_to_publish())
    assert site.post(number)["post_status"] == "publish"

    page.goto(f"{site.url}/wp-admin/tools.php?page=healthlint-log")
    row = page.locator("#healthlint-waivers tbody tr", has_text="A waived claim").first
    told = row.inner_text()
    assert "The medical director signed this sentence off." in told and "administrator" in told
    log = page.locator("#healthlint-log tbody tr", has_text="A waived claim")
    assert "Waived" in " ".join(log.all_inner_texts())
    with page.expect_download() as download:
        page.click("text=Export as CSV")
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert lines[0].startswith("id,logged_at_utc,event,post_id") and ",waived," in "".join(lines)

    # Another sentence: the waiver does not cover it.
    changed = paragraph(unsafe.replace("adults", "everybody"))
    site.php("wp_update_post( wp_slash( $given ) );", ID=number, post_content=changed)
    assert unsafe in site.post(number)["post_content"], "the live page stays as it was"

    row.locator("button:has-text('Revoke')").click()
    row = page.locator("#healthlint-waivers tbody tr", has_text="A waived claim").first
    assert "revoked (admin)" in row.inner_text()
    assert "revoked" in [entry[0] for entry in site.log(number)]


def test_quick_edit_is_held_and_says_so(site: Site, window: Any) -> None:
    number = site.new(
        user=site.users()["edith"], post_title="By quick edit",
        post_content=paragraph("Ketamine is safe and effective for adults."),
    )  # fmt: skip
    edith = window("edith")
    page = edith.page
    page.goto(f"{site.url}/wp-admin/edit.php")
    page.hover(f"#post-{number}")
    page.click(f"#post-{number} button.editinline")
    page.select_option(f"#edit-{number} select[name=_status]", "publish")
    page.click(f"#edit-{number} button.save")
    page.wait_for_selector(f"#post-{number} .healthlint-held")
    assert "Draft" in page.inner_text(f"#post-{number} .post-state")
    assert site.post(number)["post_status"] == "draft"
    page.reload()
    notice = page.inner_text(".healthlint-notice")
    assert "By quick edit" in notice and "What you wrote is kept as a draft." in notice


def test_an_unsafe_change_of_a_live_page_is_off_and_the_text_stays(site: Site, window: Any) -> None:
    edith = window("edith")
    number = site.new(
        user=site.users()["edith"], post_content=paragraph(CLEAN), post_status="publish"
    )
    edith.open(number)
    page = edith.page
    edith.canvas.click(".wp-block-post-content p")
    page.keyboard.press("End")
    page.keyboard.type(" Ketamine is safe and effective for adults.")
    edith.checked("for adults")
    update = page.locator(f"{HEADER} .editor-post-publish-button")
    assert update.inner_text() in ("Update", "Save")  # the new name since WordPress 6.6
    assert update.get_attribute("aria-disabled") == "true"
    page.click("#healthlint-why button")
    assert edith.findings() == ["SAF001"]
    assert site.post(number)["post_content"] == paragraph(CLEAN)
    # Whoever gets round the lock meets the server, and keeps the text.
    page.evaluate(
        "() => { wp.data.dispatch('core/editor').unlockPostSaving('healthlint');"
        " return wp.data.dispatch('core/editor').savePost(); }"
    )
    notice = page.inner_text(".components-notice.is-error")
    assert "healthlint holds this page: 1 finding must be resolved or waived first." in notice
    assert "for adults" in edith.content
    assert site.post(number)["post_content"] == paragraph(CLEAN)


def test_who_may_not_publish_submits_for_review_all_the_same(site: Site, window: Any) -> None:
    number = site.new(
        user=site.users()["conrad"],
        post_content=paragraph("Ketamine is safe and effective for adults."),
    )
    conrad = window("conrad")
    conrad.open(number)
    conrad.sidebar()
    assert conrad.findings() == ["SAF001"]
    assert conrad.page.locator("#healthlint-why").count() == 0
    conrad.ask_to_publish().click()
    conrad.page.wait_for_function(
        "() => wp.data.select('core/editor').getCurrentPostAttribute('status') === 'pending'"
    )
    assert site.post(number)["post_status"] == "pending"


META_BOX = """<?php
// As SEO plugins do it: a field in a meta box, stored when the post is saved.
add_action( 'add_meta_boxes', static function () {
    add_meta_box( 'seo', 'SEO', static function ( $post ) {
        echo '<input name="yoast_wpseo_metadesc" aria-label="Meta description" value="'
            . esc_attr( get_post_meta( $post->ID, '_yoast_wpseo_metadesc', true ) ) . '">';
    }, 'post' );
} );
add_action( 'save_post', static function ( $id ) {
    if ( isset( $_POST['yoast_wpseo_metadesc'] ) ) {
        update_post_meta( $id, '_yoast_wpseo_metadesc', $_POST['yoast_wpseo_metadesc'] );
    }
} );
"""


def test_search_description_in_a_meta_box(site: Site, window: Any) -> None:
    plugin = site.path / "wp-content" / "mu-plugins" / "seo.php"
    plugin.parent.mkdir(exist_ok=True)
    plugin.write_text(META_BOX, "utf-8")
    try:
        edith = window("edith")
        number = site.new(user=site.users()["edith"], post_content=paragraph(CLEAN))
        edith.open(number)
        page = edith.page
        edith.sidebar()
        assert edith.findings() == []
        page.fill("[name=yoast_wpseo_metadesc]", "Ketamine is a guaranteed cure for depression.")
        page.locator("[name=yoast_wpseo_metadesc]").blur()
        page.wait_for_selector(".healthlint-finding")
        place = page.inner_text(".healthlint-finding .healthlint-place >> nth=0")
        assert place.startswith("Search and sharing text (_yoast_wpseo_metadesc)")
        # Whoever gets round the lock: the page goes live without the description.
        page.evaluate(
            """() => {
                wp.data.dispatch('core/editor').unlockPostSaving('healthlint');
                wp.data.dispatch('core/editor').unlockPostSaving('healthlint-warnings');
                wp.data.dispatch('core/editor').editPost({ status: 'publish' });
                return wp.data.dispatch('core/editor').savePost();
            }"""
        )
        page.wait_for_function("() => !wp.data.select('core/edit-post').isSavingMetaBoxes()")
        read = "return get_post_meta( $given['id'], '_yoast_wpseo_metadesc', true );"
        assert site.php(read, id=number) == ""
        assert "guaranteed cure" in page.input_value("[name=yoast_wpseo_metadesc]")
        assert "blocked" in [entry[0] for entry in site.log(number)]
    finally:
        plugin.unlink()


def test_service_down_closed(site: Site, window: Any) -> None:
    site.settings(url="http://127.0.0.1:9", when_down="closed")
    number = site.new(user=site.users()["edith"], post_content=paragraph(CLEAN))
    edith = window("edith")
    edith.open(number)
    button = edith.ask_to_publish()
    assert button.get_attribute("aria-disabled") == "true"
    told = edith.page.inner_text(".editor-post-publish-panel")
    assert "the healthlint service cannot be reached" in told and "drafts are saved" in told
    notice = edith.page.inner_text(".components-notice.is-warning")
    assert "the healthlint service cannot be reached" in notice
    assert [entry[0] for entry in site.log(number)] == ["down"]


def test_service_down_open(site: Site, window: Any) -> None:
    site.settings(url="http://127.0.0.1:9", when_down="open")
    number = site.new(user=site.users()["edith"], post_content=paragraph(CLEAN))
    edith = window("edith")
    edith.open(number)
    button = edith.ask_to_publish()
    assert "You may publish all the same" in edith.page.inner_text(".editor-post-publish-panel")
    edith.publish(button)
    assert [entry[0] for entry in site.log(number)] == ["down", "unchecked"]


def test_script_in_the_text_is_shown_as_text(site: Site, window: Any) -> None:
    evil = '<img src=x onerror="window.pwned = 1">'
    number = site.new(post_title=f"A guaranteed {evil} cure")
    inside = paragraph("Ketamine is safe &lt;img src=x onerror=pwned()&gt; and effective.")
    other = site.new(post_content=inside, post_title="A guaranteed cure &lt;img src=x&gt;")
    admin = window("admin")
    site.php(
        "$finding = array( 'rule' => $given['evil'] );"
        "Healthlint\\Log::add( 'held', $given['id'], $given['evil'], $finding );"
        "Healthlint\\Notices::tell( $given['id'], $given['evil'] );",
        id=number,
        evil=evil,
    )
    page = admin.page
    page.goto(f"{site.url}/wp-admin/tools.php?page=healthlint-log")
    assert evil in page.inner_text("#healthlint-log")
    assert evil in page.inner_text(".healthlint-notice")
    assert page.evaluate("window.pwned") is None
    admin.open(other)
    admin.sidebar()
    assert admin.findings()
    assert page.locator(".healthlint-panel img").count() == 0
    assert page.evaluate("window.pwned") is None


def test_the_panel_has_no_accessibility_fault(site: Site, window: Any) -> None:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None, "pip install axe-playwright-python"
    text = "Ketamine is safe and effective for adults. Support for PTSD sufferers."
    number = site.new(post_content=paragraph(text))
    admin = window("admin")
    admin.open(number)
    admin.sidebar()
    page = admin.page
    page.locator("text=Waive…").first.click()
    page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text("utf-8"))
    violations = page.evaluate(
        "() => axe.run('.healthlint-panel').then(({ violations }) => "
        "violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))"
    )
    assert violations == []
    assert page.get_attribute(".healthlint-summary", "aria-live") == "polite"
    # All of it by keyboard: from the words to the suggestion.
    page.locator(".healthlint-words").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Use: ")
    page.keyboard.press("Enter")
    admin.checked("risks")
