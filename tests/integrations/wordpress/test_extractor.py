"""What is read of a page, and the way back from a finding to its block."""

from __future__ import annotations

from typing import Any

import pytest

from healthlint import Field, lint_fields
from tests.integrations.wordpress.site import UNSAFE, Site, paragraph

pytestmark = pytest.mark.slow


def fields(site: Site, **page: Any) -> list[tuple[str, str, str | None]]:
    """Id, text and kind of each field."""
    found = site.php("return ( new Healthlint\\Extractor( $given['page'] ) )->fields;", page=page)
    return [(one["id"], one["text"], one.get("kind")) for one in found]


def located(site: Site, content: str, words: str) -> list[tuple[str, str, str | None]]:
    """Path, block name and words (None: no place of its own) of where words stand."""
    found = site.php(
        """
        $extractor = new Healthlint\\Extractor( array( 'content' => $given['content'] ) );
        $text      = array_column( $extractor->fields, 'text', 'id' )['content'];
        $before    = Healthlint\\Extractor::units( strstr( $text, $given['words'], true ) );
        $out       = array();
        $end       = $before + Healthlint\\Extractor::units( $given['words'] );
        foreach ( $extractor->locate( $before, $end ) as $range ) {
            $block = $extractor->block( $range['path'] );
            $said  = null === $range['start'] ? null
                : Healthlint\\Extractor::slice( $block['html'], $range['start'], $range['end'] );
            $out[] = array( $range['path'], $block['name'], $said );
        }
        return $out;
        """,
        content=content,
        words=words,
    )
    return [tuple(one) for one in found]


PAGE = """<!-- wp:heading {"level":3} -->
<h3 class="wp-block-heading">A 😀 heading</h3>
<!-- /wp:heading -->

<!-- wp:columns --><div class="wp-block-columns"><!-- wp:column --><div class="wp-block-column">
<!-- wp:quote --><blockquote class="wp-block-quote"><!-- wp:paragraph --><p>In a <b>quote</b></p>
<!-- /wp:paragraph --><cite>Who said it</cite></blockquote><!-- /wp:quote --></div>
<!-- /wp:column --><!-- wp:column --><div class="wp-block-column"><!-- wp:list --><ul>
<!-- wp:list-item --><li>Outer item<!-- wp:list --><ul><!-- wp:list-item --><li>Inner item</li>
<!-- /wp:list-item --></ul>
<!-- /wp:list --></li><!-- /wp:list-item --></ul><!-- /wp:list --></div><!-- /wp:column --></div>
<!-- /wp:columns -->

<!-- wp:image {"id":7} --><figure class="wp-block-image"><img src="a.png" alt="The alt text"/>
<figcaption class="wp-element-caption">The caption</figcaption></figure><!-- /wp:image -->

<!-- wp:buttons --><div class="wp-block-buttons"><!-- wp:button --><div class="wp-block-button">
<a class="wp-block-button__link">The button</a></div><!-- /wp:button --></div><!-- /wp:buttons -->

<!-- wp:table --><figure class="wp-block-table"><table><thead><tr><th>Head</th></tr></thead>
<tbody><tr><td>The cell</td></tr></tbody></table></figure><!-- /wp:table -->

<!-- wp:html --><p>Custom HTML</p><!-- /wp:html -->

<!-- wp:search {"label":"Search all our pages"} /-->

Classic text after blocks"""


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("A 😀 heading", ("0", "core/heading", "A 😀 heading")),
        ("<b>quote", ("1.0.0.0", "core/paragraph", "<b>quote")),
        ("Who said", ("1.0.0", "core/quote", "Who said")),
        ("Outer item", ("1.1.0.0", "core/list-item", "Outer item")),
        ("Inner item", ("1.1.0.0.0.0", "core/list-item", "Inner item")),
        ("alt text", ("2", "core/image", "alt text")),
        ("The caption", ("2", "core/image", "The caption")),
        ("The button", ("3.0", "core/button", "The button")),
        ("The cell", ("4", "core/table", "The cell")),
        ("Custom HTML", ("5", "core/html", "Custom HTML")),
        ("Classic text", ("7", "core/freeform", None)),
    ],
)
def test_every_kind_of_block_is_read_and_found_again(
    site: Site, words: str, place: tuple[str, str, str | None]
) -> None:
    assert located(site, PAGE, words) == [place]


def test_words_over_two_blocks_stand_in_both(site: Site) -> None:
    content = paragraph("One") + "\n\n" + paragraph("two 😀 three")
    assert located(site, content, "One</p>\n\n\n\n<p>two 😀") == [
        ("0", "core/paragraph", "One</p>\n"),
        ("1", "core/paragraph", "\n<p>two 😀"),
    ]


def test_the_fields_of_a_page(site: Site) -> None:
    meta = {
        "_yoast_wpseo_metadesc": "Seen in searches",
        "_elementor_data": '[{"settings":{"title":"A built title","size":"xl",'
        '"editor":"<p>Built by a page builder</p>"}}]',
    }
    page = {"title": "Tea &amp; <em>sympathy</em>", "content": PAGE, "excerpt": "In short"}
    found = fields(site, meta=meta, **page)
    assert [one for one in found if one[0] != "content"] == [
        ("title", "Tea & sympathy", "title"),
        ("content:6/label#0", "Search all our pages", None),
        ("excerpt", "In short", "meta"),
        ("meta:_yoast_wpseo_metadesc", "Seen in searches", "meta"),
        ("meta:_elementor_data/0/title", "A built title", None),
        ("meta:_elementor_data/1/editor", "<p>Built by a page builder</p>", None),
    ]
    assert "<!--" not in {one[0]: one[1] for one in found}["content"]
    assert fields(site, title=" ", content="") == []


def test_classic_text_is_read_in_paragraphs(site: Site) -> None:
    found = fields(site, content="First\n\nSecond <b>one</b>")
    assert found == [("content", "<p>First</p>\n<p>Second <b>one</b></p>\n", None)]


def test_synced_patterns_are_read_where_they_stand_and_never_for_ever(site: Site) -> None:
    number = site.new(post_type="wp_block", post_title="P", post_content="")
    inside = paragraph(UNSAFE) + f'<!-- wp:block {{"ref":{number}}} /-->'
    site.php("wp_update_post( wp_slash( $given ) );", ID=number, post_content=inside)
    content = paragraph("First") + f'<!-- wp:block {{"ref":{number}}} /-->'
    assert located(site, content, "safe and effective") == [("1", "core/block", None)]
    held = site.new(post_content=content, post_status="publish")
    assert site.post(held)["post_status"] == "draft"


def test_units_and_slices_count_as_javascript_does(site: Site) -> None:
    text = "aé😀b\u200d漢"
    assert site.php(
        """
        return array(
            Healthlint\\Extractor::units( $given['text'] ),
            Healthlint\\Extractor::slice( $given['text'], 2, 5 ),
            Healthlint\\Extractor::slice( $given['text'], 4 ),
        );
        """,
        text=text,
    ) == [len(text.encode("utf-16-le")) // 2, "😀b", text[3:]]


def test_editor_and_gate_come_to_the_same_findings(site: Site) -> None:
    content = PAGE + "\n\n" + paragraph(UNSAFE)
    page = {"title": "A guaranteed cure", "content": content, "excerpt": UNSAFE}
    number = site.new(post_title="A guaranteed cure", post_content=content, post_excerpt=UNSAFE)
    answer = site.client("admin").rest("/healthlint/v1/check", {"post": number, **page})
    live = [(one["rule"], one["field"], one["fingerprint"]) for one in answer.json["findings"]]
    gate = site.php(
        "return Healthlint\\Checker::check( $given['id'], Healthlint\\Gate::page( get_post( "
        "$given['id'] ) ) )['findings'];",
        id=number,
    )
    assert live == [(one["rule"], one["field"], one["fingerprint"]) for one in gate]
    assert {field for _, field, _ in live} == {"title", "content", "excerpt"}


def test_the_plugin_finds_what_the_library_finds(site: Site) -> None:
    content = (
        PAGE
        + paragraph("Ketamine is <b>safe</b> 😀 and effective &amp; works for 90% of patients.")
        + paragraph("Support for PTSD sufferers. Anna, 34, was cured after one session.")
    )
    page = {"title": "A guaranteed cure", "content": content, "excerpt": UNSAFE, "meta": {}}
    sent = site.php("return ( new Healthlint\\Extractor( $given ) )->fields;", **page)
    results = lint_fields([Field(**one) for one in sent], name="post-0", comments=False)
    expected = [
        (result.path, one.rule, one.severity, one.fingerprint, one.message)
        for result in results
        for one in result.findings
    ]
    found = site.php("return Healthlint\\Checker::check( 0, $given )['findings'];", **page)
    assert [
        (one["field"], one["rule"], one["severity"], one["fingerprint"], one["message"])
        for one in found
    ] == expected
    assert len(expected) > 5
