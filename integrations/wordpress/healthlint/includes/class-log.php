<?php
/**
 * What was checked, held, waived and let through.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * An append-only log: nothing in the plugin changes or deletes an entry.
 */
final class Log {

	/**
	 * What each event is called, for people.
	 *
	 * @return array<string,string>
	 */
	public static function events(): array {
		return array(
			'published'    => __( 'Checked and published', 'healthlint' ),
			'warnings'     => __( 'Published with warnings', 'healthlint' ),
			'blocked'      => __( 'Refused', 'healthlint' ),
			'held'         => __( 'Held back', 'healthlint' ),
			'waived'       => __( 'Waived', 'healthlint' ),
			'revoked'      => __( 'Waiver revoked', 'healthlint' ),
			'acknowledged' => __( 'Warnings read', 'healthlint' ),
			'down'         => __( 'No verdict', 'healthlint' ),
			'unchecked'    => __( 'Published unchecked', 'healthlint' ),
		);
	}

	/**
	 * Adds an entry.
	 *
	 * @param string               $event   A key of `events`.
	 * @param int                  $post_id The post, or 0.
	 * @param string               $detail  What happened, for people.
	 * @param array<string,string> $finding Its rule, severity and fingerprint, if it is about one.
	 */
	public static function add( string $event, int $post_id, string $detail, array $finding = array() ): void {
		global $wpdb;
		$user = wp_get_current_user();
		$wpdb->insert( // phpcs:ignore WordPress.DB
			Tables::name( 'log' ),
			array(
				'logged_at'   => current_time( 'mysql', true ),
				'event'       => $event,
				'post_id'     => $post_id,
				'user_id'     => $user->ID,
				'who'         => self::who(),
				'rule'        => $finding['rule'] ?? '',
				'severity'    => $finding['severity'] ?? '',
				'fingerprint' => $finding['fingerprint'] ?? '',
				'detail'      => $detail,
			)
		);
	}

	/**
	 * Entries, the newest first.
	 *
	 * @param int $limit  How many at most.
	 * @param int $offset How many to pass over.
	 * @return array<object>
	 */
	public static function entries( int $limit, int $offset = 0 ): array {
		global $wpdb;
		$table = Tables::name( 'log' );
		return $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table ORDER BY id DESC LIMIT %d OFFSET %d", $limit, $offset ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * How many entries there are.
	 */
	public static function count(): int {
		global $wpdb;
		return (int) $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Tables::name( 'log' ) ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Who acts: a login name, or what runs without a person.
	 */
	public static function who(): string {
		$user = wp_get_current_user();
		return match ( true ) {
			$user->exists()                     => $user->user_login,
			wp_doing_cron()                     => 'WP-Cron',
			defined( 'WP_CLI' ) && \WP_CLI      => 'WP-CLI',
			default                             => '',
		};
	}
}
