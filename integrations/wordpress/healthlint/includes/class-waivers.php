<?php
/**
 * Decisions that a finding may stand.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * A waiver belongs to one finding of one post: the service's fingerprint is made of the rule and the
 * sentence, so it dies when the sentence changes. It ends on a date and can be revoked; it is never
 * deleted.
 */
final class Waivers {

	public const REASON = 10;

	/**
	 * The waivers of a post that hold today, by fingerprint.
	 *
	 * @param int $post_id The post.
	 * @return array<string,object>
	 */
	public static function of( int $post_id ): array {
		global $wpdb;
		if ( $post_id <= 0 ) {
			return array();
		}
		$table = Tables::name( 'waivers' );
		$rows  = $wpdb->get_results( // phpcs:ignore WordPress.DB
			$wpdb->prepare( "SELECT * FROM $table WHERE post_id = %d AND revoked_at IS NULL AND ends_on >= %s ORDER BY id", $post_id, wp_date( 'Y-m-d' ) ) // phpcs:ignore WordPress.DB
		);
		return array_column( $rows, null, 'fingerprint' );
	}

	/**
	 * One waiver, or null.
	 *
	 * @param int $id Of the waiver.
	 */
	public static function get( int $id ): ?object {
		global $wpdb;
		$table = Tables::name( 'waivers' );
		return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE id = %d", $id ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Waivers, the newest first.
	 *
	 * @param int $limit How many at most.
	 * @return array<object>
	 */
	public static function all( int $limit ): array {
		global $wpdb;
		$table = Tables::name( 'waivers' );
		return $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table ORDER BY id DESC LIMIT %d", $limit ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Whether a waiver holds, and if not why, for people.
	 *
	 * @param object $waiver A row.
	 */
	public static function state( object $waiver ): string {
		if ( $waiver->revoked_at ) {
			return __( 'revoked', 'healthlint' );
		}
		return substr( $waiver->ends_on, 0, 10 ) < wp_date( 'Y-m-d' ) ? __( 'ended', 'healthlint' ) : __( 'holds', 'healthlint' );
	}

	/**
	 * When a waiver ends if nobody says otherwise.
	 */
	public static function default_end(): string {
		return wp_date( 'Y-m-d', strtotime( '+' . (int) Settings::get( 'months' ) . ' months' ) );
	}

	/**
	 * Makes a waiver and logs it. Whether the user may is the caller's business.
	 *
	 * @param int                 $post_id The post.
	 * @param array<string,mixed> $finding The finding as the checker gave it.
	 * @param string              $reason  Why it may stand.
	 * @param string              $ends_on A date; empty is the default.
	 * @return int|\WP_Error The waiver's id.
	 */
	public static function add( int $post_id, array $finding, string $reason, string $ends_on ): int|\WP_Error {
		global $wpdb;
		$reason = trim( sanitize_textarea_field( $reason ) );
		if ( Extractor::units( $reason ) < self::REASON ) {
			/* translators: %d: number of characters */
			return self::refused( 'reason', sprintf( __( 'Give a reason of at least %d characters.', 'healthlint' ), self::REASON ) );
		}
		$ends_on = '' === $ends_on ? self::default_end() : $ends_on;
		$date    = \DateTimeImmutable::createFromFormat( '!Y-m-d', $ends_on );
		if ( ! $date || $date->format( 'Y-m-d' ) !== $ends_on || $ends_on < wp_date( 'Y-m-d' ) ) {
			return self::refused( 'until', __( 'The last day must be a date such as 2027-01-31, not before today.', 'healthlint' ) );
		}
		if ( $ends_on > wp_date( 'Y-m-d', strtotime( '+5 years' ) ) ) {
			return self::refused( 'until', __( 'A waiver lasts five years at most.', 'healthlint' ) );
		}
		$user = wp_get_current_user();
		$done = $wpdb->insert( // phpcs:ignore WordPress.DB
			Tables::name( 'waivers' ),
			array(
				'post_id'     => $post_id,
				'fingerprint' => $finding['fingerprint'],
				'rule'        => $finding['rule'],
				'severity'    => $finding['severity'],
				'words'       => $finding['words'],
				'reason'      => $reason,
				'user_id'     => $user->ID,
				'who'         => Log::who(),
				'role'        => implode( ', ', $user->roles ),
				'made_at'     => current_time( 'mysql', true ),
				'ends_on'     => $ends_on,
			)
		);
		if ( ! $done ) {
			return new \WP_Error( 'healthlint_storage', __( 'The waiver could not be stored.', 'healthlint' ), array( 'status' => 500 ) );
		}
		$id = (int) $wpdb->insert_id;
		/* translators: 1: words of the page, 2: a date, 3: the reason */
		Log::add( 'waived', $post_id, sprintf( __( '“%1$s” may stand until %2$s: %3$s', 'healthlint' ), $finding['words'], $ends_on, $reason ), $finding );
		return $id;
	}

	/**
	 * Revokes a waiver and logs it; false if it was revoked already.
	 *
	 * @param object $waiver A row.
	 */
	public static function revoke( object $waiver ): bool {
		global $wpdb;
		if ( $waiver->revoked_at ) {
			return false;
		}
		$wpdb->update( // phpcs:ignore WordPress.DB
			Tables::name( 'waivers' ),
			array(
				'revoked_at' => current_time( 'mysql', true ),
				'revoked_by' => Log::who(),
			),
			array( 'id' => (int) $waiver->id )
		);
		/* translators: %s: words of the page */
		Log::add( 'revoked', (int) $waiver->post_id, sprintf( __( '“%s” may no longer stand.', 'healthlint' ), $waiver->words ), (array) $waiver );
		return true;
	}

	/**
	 * An error about one value that was sent.
	 *
	 * @param string $field   reason or until.
	 * @param string $message What to do.
	 */
	private static function refused( string $field, string $message ): \WP_Error {
		return new \WP_Error(
			'healthlint_' . $field,
			$message,
			array(
				'status' => 400,
				'field'  => $field,
			)
		);
	}
}
