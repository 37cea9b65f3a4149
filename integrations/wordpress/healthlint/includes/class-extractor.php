<?php
/**
 * From a page to the fields that are checked, and back from a finding to its block.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * The one extractor: the editor sends what it would save, the gate what is being saved, and both go
 * through here, so that they cannot come to different verdicts.
 *
 * The content is one HTML field, as WordPress renders it: block markup without its delimiters, in
 * order, inner blocks in their place. So a quotation, a list or a table is read as its reader sees
 * it, and a story may run over several paragraphs. `locate` leads from an offset in that field to a
 * block's path (its index among its siblings, from the top: `2.0.1`) and the offset in the block's
 * own HTML (without inner blocks), which the editor maps to a text attribute with its own parser.
 * Offsets are UTF-16 units, as in JavaScript.
 */
final class Extractor {

	/**
	 * Names of block attributes that hold prose, where it does not stand in the markup.
	 */
	private const PROSE = array(
		'alt', 'mediaAlt', 'caption', 'label', 'placeholder', 'title', 'heading', 'subheading', 'subtitle',
		'text', 'content', 'description', 'summary', 'citation', 'value', 'question', 'answer', 'jsonQuestion',
		'jsonAnswer', 'buttonText', 'message', 'editor', 'title_text', 'description_text', 'testimonial_content',
		'tab_title', 'tab_content', 'html', 'prefix', 'suffix',
	);

	/**
	 * The HTML so far.
	 *
	 * @var string
	 */
	private string $html = '';

	/**
	 * Its length in UTF-16 units.
	 *
	 * @var int
	 */
	private int $at = 0;

	/**
	 * Pieces of the HTML: start, end, path, offset in the block's own HTML (null: it has no such place).
	 *
	 * @var array<array{int,int,string,?int}>
	 */
	private array $pieces = array();

	/**
	 * Each block's name and own HTML, by path.
	 *
	 * @var array<string,array{name:string,html:string}>
	 */
	private array $blocks = array();

	/**
	 * Fields beside the content.
	 *
	 * @var array<array<string,mixed>>
	 */
	private array $extras = array();

	/**
	 * Where each extra field stands: block path and attribute path.
	 *
	 * @var array<string,array{path:string,attribute:array<string|int>}>
	 */
	private array $attributes = array();

	/**
	 * Synced patterns that are being walked, against endless loops.
	 *
	 * @var array<string,bool>
	 */
	private array $inside = array();

	/**
	 * The fields, in order.
	 *
	 * @var array<array<string,mixed>>
	 */
	public readonly array $fields;

	/**
	 * Reads a page.
	 *
	 * @param array{title?:string,content?:string,excerpt?:string,meta?:array<string,string>} $page
	 *        As WordPress stores them, without slashes.
	 */
	public function __construct( array $page ) {
		$content = self::valid( (string) ( $page['content'] ?? '' ) );
		if ( '' !== trim( $content ) ) {
			$this->walk( parse_blocks( $content ), array(), null );
		}
		$fields = array(
			self::plain( 'title', (string) ( $page['title'] ?? '' ), 'title' ),
			array(
				'id'     => 'content',
				'text'   => $this->html,
				'format' => 'html',
			),
			...$this->extras,
			self::plain( 'excerpt', (string) ( $page['excerpt'] ?? '' ), 'meta' ),
		);
		foreach ( (array) ( $page['meta'] ?? array() ) as $key => $value ) {
			array_push( $fields, ...self::meta( (string) $key, (string) $value ) );
		}
		$said         = static fn( array $field ): bool => '' !== trim( $field['text'] );
		$this->fields = array_values( array_filter( $fields, $said ) );
	}

	/**
	 * Where a part of the content stands, block by block.
	 *
	 * @param int $start UTF-16 offset in the content field.
	 * @param int $end   The same, exclusive.
	 * @return array<array{path:string,start:?int,end:?int}> Offsets in each block's own HTML.
	 */
	public function locate( int $start, int $end ): array {
		$found = array();
		foreach ( $this->pieces as list( $from, $to, $path, $own ) ) {
			if ( $from >= max( $end, $start + 1 ) || $to <= $start ) {
				continue;
			}
			$first = null === $own ? null : $own + max( $start, $from ) - $from;
			$last  = null === $own ? null : $own + min( $end, $to ) - $from;
			$same  = $found[ $path ] ?? null;

			$found[ $path ] = array(
				'path'  => $path,
				'start' => $same ? $same['start'] : $first,
				'end'   => $last,
			);
		}
		return array_values( $found );
	}

	/**
	 * The block attribute that a field stands for, or null.
	 *
	 * @param string $id Of a field.
	 * @return ?array{path:string,attribute:array<string|int>}
	 */
	public function attribute( string $id ): ?array {
		return $this->attributes[ $id ] ?? null;
	}

	/**
	 * A block's name and own HTML; null if there is no such block.
	 *
	 * @param string $path Of the block.
	 * @return ?array{name:string,html:string}
	 */
	public function block( string $path ): ?array {
		return $this->blocks[ $path ] ?? null;
	}

	/**
	 * Length in UTF-16 units.
	 *
	 * @param string $text Valid UTF-8.
	 */
	public static function units( string $text ): int {
		$units = strlen( $text );
		foreach ( count_chars( $text, 1 ) as $byte => $times ) {
			if ( $byte >= 0x80 && $byte < 0xC0 ) {
				$units -= $times;
			} elseif ( $byte >= 0xF0 ) {
				$units += $times;
			}
		}
		return $units;
	}

	/**
	 * Text between two UTF-16 offsets.
	 *
	 * @param string $text  Valid UTF-8.
	 * @param int    $start First unit.
	 * @param ?int   $end   Exclusive; null is the end.
	 */
	public static function slice( string $text, int $start, ?int $end = null ): string {
		$out  = '';
		$unit = 0;
		foreach ( preg_split( '//u', $text, -1, PREG_SPLIT_NO_EMPTY ) as $character ) {
			if ( $unit >= $start && ( null === $end || $unit < $end ) ) {
				$out .= $character;
			}
			$unit += strlen( $character ) > 3 ? 2 : 1;
		}
		return $out;
	}

	/**
	 * What a reader sees of some HTML, on one line.
	 *
	 * @param string $html Any HTML.
	 */
	public static function seen( string $html ): string {
		$text = html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		return trim( (string) preg_replace( '/\s+/u', ' ', $text ) );
	}

	/**
	 * Walks sibling blocks.
	 *
	 * @param array<array<string,mixed>> $blocks From `parse_blocks`.
	 * @param array<int>                 $path   Of their parent.
	 * @param ?string                    $host   Path of the block that brings them in from elsewhere.
	 */
	private function walk( array $blocks, array $path, ?string $host ): void {
		$index = 0;
		foreach ( $blocks as $block ) {
			if ( null === $block['blockName'] && '' === trim( $block['innerHTML'] ) ) {
				$this->add( $block['innerHTML'], $host ?? '', null );
				continue;
			}
			$this->enter( $block, array( ...$path, $index ), $host );
			++$index;
		}
	}

	/**
	 * Takes in one block and what is inside it.
	 *
	 * @param array<string,mixed> $block From `parse_blocks`.
	 * @param array<int>          $path  Of the block.
	 * @param ?string             $host  Path of the block that brings it in from elsewhere.
	 */
	private function enter( array $block, array $path, ?string $host ): void {
		$name = $block['blockName'] ?? 'core/freeform';
		$here = $host ?? implode( '.', $path );
		if ( 'core/freeform' === $name ) {
			$this->blocks[ $here ] ??= array(
				'name' => $name,
				'html' => $block['innerHTML'],
			);
			$this->add( wpautop( $block['innerHTML'] ), $here, null );
			return;
		}
		$own   = 0;
		$inner = 0;
		foreach ( $block['innerContent'] as $piece ) {
			if ( null === $piece ) {
				$this->enter( $block['innerBlocks'][ $inner ], array( ...$path, $inner ), $host );
				++$inner;
				continue;
			}
			$this->add( $piece, $here, null === $host ? $own : null );
			$own += self::units( $piece );
		}
		if ( null === $host ) {
			$this->blocks[ $here ] = array(
				'name' => $name,
				'html' => implode( '', array_filter( $block['innerContent'], 'is_string' ) ),
			);
		}
		$this->prose( (array) $block['attrs'], array(), $here, $block['innerHTML'], null === $host );
		$this->bring_in( $name, (array) $block['attrs'], $here );
	}

	/**
	 * Synced and theme patterns: their text stands elsewhere and is read here all the same.
	 *
	 * @param string              $name  Of the block.
	 * @param array<string,mixed> $attrs Its attributes.
	 * @param string              $here  Its path.
	 */
	private function bring_in( string $name, array $attrs, string $here ): void {
		$content = '';
		if ( 'core/block' === $name && ! empty( $attrs['ref'] ) ) {
			$pattern = get_post( (int) $attrs['ref'] );
			$content = $pattern && 'wp_block' === $pattern->post_type ? $pattern->post_content : '';
		} elseif ( 'core/pattern' === $name && ! empty( $attrs['slug'] ) ) {
			$pattern = \WP_Block_Patterns_Registry::get_instance()->get_registered( (string) $attrs['slug'] );
			$content = (string) ( $pattern['content'] ?? '' );
		}
		$key = $name . ' ' . ( $attrs['ref'] ?? $attrs['slug'] ?? '' );
		if ( '' === $content || isset( $this->inside[ $key ] ) ) {
			return;
		}
		$this->inside[ $key ] = true;
		$this->walk( parse_blocks( self::valid( $content ) ), array(), $here );
		unset( $this->inside[ $key ] );
	}

	/**
	 * Prose in attributes that the block's markup does not show (dynamic blocks).
	 *
	 * @param array<string|int,mixed> $values Attributes, or an array inside them.
	 * @param array<string|int>       $path   Of the array.
	 * @param string                  $here   Path of the block.
	 * @param string                  $html   The block's markup.
	 * @param bool                    $own    Whether the editor can reach the block.
	 */
	private function prose( array $values, array $path, string $here, string $html, bool $own ): void {
		foreach ( $values as $name => $value ) {
			if ( is_array( $value ) ) {
				$this->prose( $value, array( ...$path, $name ), $here, $html, $own );
				continue;
			}
			if ( ! is_string( $value ) || ! self::is_prose( $name, $value ) || str_contains( $html, $value ) ) {
				continue;
			}
			$id             = 'content:' . $here . '/' . implode( '/', array( ...$path, $name ) ) . '#' . count( $this->extras );
			$this->extras[] = self::field( $id, $value, in_array( $name, array( 'alt', 'mediaAlt' ), true ) ? 'alt' : null );

			$this->attributes[ $id ] = array(
				'path'      => $here,
				'attribute' => $own ? array( ...$path, $name ) : array(),
			);
		}
	}

	/**
	 * Whether an attribute of this name and value is for people to read.
	 *
	 * @param string|int $name  Of the attribute.
	 * @param string     $value Its value.
	 */
	private static function is_prose( string|int $name, string $value ): bool {
		/**
		 * Filters the names of block attributes that hold prose.
		 *
		 * @param array<string> $names The names.
		 */
		$names = (array) apply_filters( 'healthlint_prose_attributes', self::PROSE );
		return in_array( $name, $names, true ) && str_contains( trim( $value ), ' ' );
	}

	/**
	 * The fields of one post meta value: one, or as many as a page builder's JSON holds.
	 *
	 * @param string $key   Of the meta.
	 * @param string $value Its value.
	 * @return array<array<string,mixed>>
	 */
	private static function meta( string $key, string $value ): array {
		$value = self::valid( $value );
		$tree  = in_array( $value[0] ?? '', array( '[', '{' ), true ) ? json_decode( $value, true ) : null;
		if ( ! is_array( $tree ) ) {
			return array( self::plain( 'meta:' . $key, $value, 'meta' ) );
		}
		$fields = array();
		array_walk_recursive(
			$tree,
			static function ( mixed $text, string|int $name ) use ( &$fields, $key ): void {
				if ( is_string( $text ) && self::is_prose( $name, $text ) ) {
					$fields[] = self::field( 'meta:' . $key . '/' . count( $fields ) . '/' . $name, $text, null );
				}
			}
		);
		return $fields;
	}

	/**
	 * A field of HTML if it looks like HTML, else of text.
	 *
	 * @param string  $id   Of the field.
	 * @param string  $text Its text.
	 * @param ?string $kind What it stands for.
	 * @return array<string,mixed>
	 */
	private static function field( string $id, string $text, ?string $kind ): array {
		$format = preg_match( '/[<&]/', $text ) ? 'html' : 'text';
		$field  = array(
			'id'     => $id,
			'text'   => self::valid( $text ),
			'format' => $format,
		);
		return null === $kind ? $field : $field + array( 'kind' => $kind );
	}

	/**
	 * A field of plain text: markup and entities (WordPress stores `&amp;` for some users) are read.
	 *
	 * @param string $id   Of the field.
	 * @param string $text Its text.
	 * @param string $kind What it stands for.
	 * @return array<string,mixed>
	 */
	private static function plain( string $id, string $text, string $kind ): array {
		$text = self::valid( $text );
		if ( preg_match( '/<[a-z\/!]|&[#\w]+;/i', $text ) ) {
			$text = html_entity_decode( wp_strip_all_tags( $text ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		}
		return array(
			'id'     => $id,
			'text'   => $text,
			'format' => 'text',
			'kind'   => $kind,
		);
	}

	/**
	 * The text without bytes that are no UTF-8.
	 *
	 * @param string $text Any bytes.
	 */
	private static function valid( string $text ): string {
		if ( 1 === preg_match( '//u', $text ) ) {
			return $text;
		}
		return function_exists( 'mb_scrub' ) ? mb_scrub( $text, 'UTF-8' ) : (string) iconv( 'UTF-8', 'UTF-8//IGNORE', $text );
	}

	/**
	 * Appends to the HTML and remembers where it came from.
	 *
	 * @param string $piece HTML.
	 * @param string $path  Of its block.
	 * @param ?int   $own   Offset in the block's own HTML.
	 */
	private function add( string $piece, string $path, ?int $own ): void {
		$length        = self::units( $piece );
		$this->html   .= $piece;
		if ( $length > 0 && '' !== $path ) {
			$this->pieces[] = array( $this->at, $this->at + $length, $path, $own );
		}
		$this->at += $length;
	}
}
