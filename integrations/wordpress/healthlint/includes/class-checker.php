<?php
/**
 * The verdict on a page.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the service about a page and applies the waivers. The editor and the gate both ask here.
 *
 * A verdict is an array: `blocked` (whether it must not go live), `down` (why there is no verdict, or
 * empty), `unread` (messages about fields nobody could read), `findings`, `blocks` (name and HTML by
 * path, of the blocks that findings stand in), `notices`, `checker` (version and profile).
 */
final class Checker {

	/**
	 * Reports of this request, by what was asked: the gate may ask about the same page twice.
	 *
	 * @var array<string,array<string,mixed>|Unavailable>
	 */
	private static array $reports = array();

	/**
	 * The verdict.
	 *
	 * @param int                 $post_id The post, 0 if it is new.
	 * @param array<string,mixed> $page    See `Extractor`.
	 * @return array<string,mixed>
	 */
	public static function check( int $post_id, array $page ): array {
		$extractor = new Extractor( $page );
		$verdict   = array(
			'blocked'  => false,
			'down'     => '',
			'unread'   => array(),
			'findings' => array(),
			'blocks'   => array(),
			'notices'  => array(),
			'checker'  => '',
		);
		if ( array() === $extractor->fields ) {
			return $verdict;
		}
		try {
			$report = self::report( $extractor->fields, 'post-' . $post_id );
		} catch ( Unavailable $why ) {
			$verdict['down']    = $why->getMessage();
			$verdict['blocked'] = $why->about_the_text || 'closed' === Settings::get( 'when_down' );
			return $verdict;
		}
		$waivers            = Waivers::of( $post_id );
		$read               = $post_id > 0 ? (array) get_post_meta( $post_id, '_healthlint_acknowledged', true ) : array();
		$verdict['notices'] = array_values( array_filter( (array) ( $report['notices'] ?? array() ), 'is_string' ) );
		$verdict['checker'] = implode( ', ', array_filter( array( 'healthlint ' . ( $report['tool']['version'] ?? '' ), $report['tool']['profile'] ?? '' ) ) );
		foreach ( $report['files'] as $file ) {
			if ( ! empty( $file['error'] ) ) {
				$verdict['unread'][] = self::place( (string) $file['path'], $extractor ) . ': ' . $file['error'];
				$verdict['blocked']  = true;
			}
			foreach ( $file['findings'] ?? array() as $finding ) {
				$told                  = self::told( $finding, (string) $file['path'], $extractor, $waivers );
				$told['acknowledged']  = in_array( $told['fingerprint'], $read, true );
				$verdict['findings'][] = $told;
				$verdict['blocked']    = $verdict['blocked'] || $told['blocks'];
				foreach ( $told['ranges'] as $range ) {
					$verdict['blocks'][ $range['path'] ] = $extractor->block( $range['path'] );
				}
			}
		}
		return $verdict;
	}

	/**
	 * Where a suggestion for one finding would go: the sentence (or item, heading, cell) that the
	 * service itself would replace.
	 *
	 * @param int                 $post_id     The post.
	 * @param array<string,mixed> $page        See `Extractor`.
	 * @param string              $fingerprint Of the finding.
	 * @return array<string,mixed>|\WP_Error `field`, `start`, `end` (of the field's text), `ranges`,
	 *                                       `blocks`, `old` (what is replaced).
	 */
	public static function sentence( int $post_id, array $page, string $fingerprint ): array|\WP_Error {
		$extractor = new Extractor( $page );
		try {
			$report = self::report( $extractor->fields, 'post-' . $post_id );
			$fixed  = Service::fix( $extractor->fields, array( $fingerprint ) );
		} catch ( Unavailable $why ) {
			return new \WP_Error( 'healthlint_down', $why->getMessage(), array( 'status' => 503 ) );
		}
		$found = null;
		foreach ( $report['files'] as $number => $file ) {
			foreach ( $file['findings'] as $finding ) {
				if ( $finding['fingerprint'] === $fingerprint ) {
					$found = array( $number, $finding );
				}
			}
		}
		if ( null === $found ) {
			return self::changed();
		}
		list( $number, $finding ) = $found;

		$old = (string) $extractor->fields[ $number ]['text'];
		$new = (string) ( $fixed[ $number ]['text'] ?? $old );
		if ( $new === $old ) {
			$why = $fixed[ $number ]['left'][0]['why'] ?? __( 'it needs a person', 'healthlint' );
			/* translators: %s: the reason */
			return new \WP_Error( 'healthlint_left', sprintf( __( 'This suggestion cannot be put in by itself: %s. Copy it instead.', 'healthlint' ), $why ), array( 'status' => 409 ) );
		}
		$span  = self::replaced( $old, $new, $finding['suggestions'] );
		$words = Extractor::slice( $old, $span[0], $span[1] );
		if ( preg_match( '/^(.*[.!?])[^\p{L}\p{N}]*$/us', $words, $found ) ) {
			$span[1] = $span[0] + Extractor::units( $found[1] ); // An emoji behind the full stop may stay.
		}
		$range = array(
			'field' => $extractor->fields[ $number ]['id'],
			'start' => $span[0],
			'end'   => $span[1],
			'old'   => Extractor::slice( $old, $span[0], $span[1] ),
		);

		$range['ranges'] = 'content' === $range['field'] ? $extractor->locate( $span[0], $span[1] ) : array();
		$range['blocks'] = array();
		foreach ( $range['ranges'] as $one ) {
			$range['blocks'][ $one['path'] ] = $extractor->block( $one['path'] );
		}
		return $range;
	}

	/**
	 * The range of the old text that a suggestion took in the new one, in UTF-16 units.
	 *
	 * A plain difference would be too short where both share words at their ends, so the suggestion
	 * itself is looked for first.
	 *
	 * @param string        $old         The old text.
	 * @param string        $new         The new text.
	 * @param array<string> $suggestions Of the finding.
	 * @return array{int,int}
	 */
	private static function replaced( string $old, string $new, array $suggestions ): array {
		foreach ( $suggestions as $suggestion ) {
			$said = rtrim( $suggestion, '.' );
			foreach ( array( $suggestion, $said, esc_html( $suggestion ), esc_html( $said ), htmlspecialchars( $said, ENT_NOQUOTES ) ) as $written ) {
				$at = strpos( $new, $written );
				while ( false !== $at && '' !== $written ) {
					$rest = substr( $new, $at + strlen( $written ) );
					$end  = strlen( $old ) - strlen( $rest );
					if ( $end >= $at && substr( $new, 0, $at ) === substr( $old, 0, $at ) && substr( $old, $end ) === $rest ) {
						return array( Extractor::units( substr( $old, 0, $at ) ), Extractor::units( substr( $old, 0, $end ) ) );
					}
					$at = strpos( $new, $written, $at + 1 );
				}
			}
		}
		$first  = preg_split( '//u', $old, -1, PREG_SPLIT_NO_EMPTY );
		$second = preg_split( '//u', $new, -1, PREG_SPLIT_NO_EMPTY );
		$most   = min( count( $first ), count( $second ) );
		$head   = 0;
		while ( $head < $most && $first[ $head ] === $second[ $head ] ) {
			++$head;
		}
		$tail = 0;
		while ( $tail < $most - $head && $first[ count( $first ) - 1 - $tail ] === $second[ count( $second ) - 1 - $tail ] ) {
			++$tail;
		}
		$start = Extractor::units( implode( '', array_slice( $first, 0, $head ) ) );
		return array( $start, $start + Extractor::units( implode( '', array_slice( $first, $head, count( $first ) - $head - $tail ) ) ) );
	}

	/**
	 * The error for a text that is no longer what was checked.
	 */
	public static function changed(): \WP_Error {
		return new \WP_Error( 'healthlint_changed', __( 'The text has changed since it was checked; it is being checked again.', 'healthlint' ), array( 'status' => 409 ) );
	}

	/**
	 * The findings of a verdict that keep the page from going live.
	 *
	 * @param array<string,mixed> $verdict From `check`.
	 * @return array<array<string,mixed>>
	 */
	public static function blocking( array $verdict ): array {
		return array_values( array_filter( $verdict['findings'], static fn( array $one ): bool => $one['blocks'] ) );
	}

	/**
	 * Why a page is kept from going live, in one plain-text paragraph.
	 *
	 * @param array<string,mixed> $verdict From `check`.
	 */
	public static function why( array $verdict ): string {
		if ( '' !== $verdict['down'] ) {
			/* translators: %s: the reason */
			return sprintf( __( 'healthlint could not check this page: %s.', 'healthlint' ), $verdict['down'] );
		}
		$parts = $verdict['unread'];
		foreach ( array_slice( self::blocking( $verdict ), 0, 5 ) as $finding ) {
			$parts[] = sprintf( '%s (%s) %s', $finding['place'], $finding['rule'], $finding['message'] );
		}
		$count = count( self::blocking( $verdict ) ) + count( $verdict['unread'] );
		/* translators: %d: how many */
		$head = sprintf( _n( 'healthlint holds this page: %d finding must be resolved or waived first.', 'healthlint holds this page: %d findings must be resolved or waived first.', $count, 'healthlint' ), $count );
		$tail = $count > count( $parts ) ? ' …' : '';
		return $head . ' ' . implode( ' · ', $parts ) . $tail;
	}

	/**
	 * The report on these fields, asked once a request.
	 *
	 * @param array<array<string,mixed>> $fields The fields.
	 * @param string                     $name   Of the page.
	 * @return array<string,mixed>
	 * @throws Unavailable If there is none.
	 */
	private static function report( array $fields, string $name ): array {
		$key = md5( (string) wp_json_encode( array( $fields, Settings::all() ) ) );
		if ( ! isset( self::$reports[ $key ] ) ) {
			try {
				self::$reports[ $key ] = Service::check( $fields, $name );
			} catch ( Unavailable $why ) {
				self::$reports[ $key ] = $why;
			}
		}
		if ( self::$reports[ $key ] instanceof Unavailable ) {
			throw self::$reports[ $key ];
		}
		return self::$reports[ $key ];
	}

	/**
	 * A finding as the editor and the gate need it.
	 *
	 * @param array<string,mixed>  $finding   From the report.
	 * @param string               $field     Id of its field.
	 * @param Extractor            $extractor Of the page.
	 * @param array<string,object> $waivers   Of the post, by fingerprint.
	 * @return array<string,mixed>
	 */
	private static function told( array $finding, string $field, Extractor $extractor, array $waivers ): array {
		$start     = (int) $finding['start']['utf16'];
		$end       = (int) $finding['end']['utf16'];
		$waiver    = $waivers[ $finding['fingerprint'] ] ?? null;
		$attribute = $extractor->attribute( $field );
		return array(
			'rule'        => (string) $finding['rule'],
			'name'        => (string) $finding['name'],
			'category'    => (string) $finding['category'],
			'severity'    => (string) $finding['severity'],
			'message'     => (string) $finding['message'],
			'suggestions' => array_values( (array) $finding['suggestions'] ),
			'fix'         => $finding['fix']['text'] ?? null,
			'words'       => Extractor::seen( (string) $finding['text'] ),
			'authorities' => array_values( (array) ( $finding['authorities'] ?? array() ) ),
			'fingerprint' => (string) $finding['fingerprint'],
			'field'       => $field,
			'place'       => self::place( $field, $extractor, $start ),
			'start'       => $start,
			'end'         => $end,
			'ranges'      => 'content' === $field ? $extractor->locate( $start, $end ) : array(),
			'attribute'   => $attribute,
			'blocks'      => null === $waiver && Settings::blocks( (string) $finding['severity'] ),
			'may_waive'   => Settings::may_waive( (string) $finding['severity'] ),
			'waiver'      => null === $waiver ? null : array(
				'id'     => (int) $waiver->id,
				'who'    => $waiver->who,
				'reason' => $waiver->reason,
				'until'  => substr( $waiver->ends_on, 0, 10 ),
			),
		);
	}

	/**
	 * What a place in a page is called, for people.
	 *
	 * @param string    $field     Id of the field.
	 * @param Extractor $extractor Of the page.
	 * @param int       $at        UTF-16 offset in the field.
	 */
	private static function place( string $field, Extractor $extractor, int $at = 0 ): string {
		if ( 'title' === $field ) {
			return __( 'Title', 'healthlint' );
		}
		if ( 'excerpt' === $field ) {
			return __( 'Excerpt', 'healthlint' );
		}
		if ( str_starts_with( $field, 'meta:' ) ) {
			/* translators: %s: name of the custom field */
			return sprintf( __( 'Search and sharing text (%s)', 'healthlint' ), explode( '/', substr( $field, 5 ) )[0] );
		}
		$path  = $extractor->attribute( $field )['path'] ?? $extractor->locate( $at, $at + 1 )[0]['path'] ?? '';
		$block = $extractor->block( $path );
		$type  = \WP_Block_Type_Registry::get_instance()->get_registered( $block['name'] ?? '' );
		return $type && $type->title ? $type->title : __( 'Content', 'healthlint' );
	}
}
