<?php
/**
 * The two tables of the plugin.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Makes the tables and takes them away.
 */
final class Tables {

	private const VERSION = '1';
	private const OPTION  = 'healthlint_tables';

	/**
	 * Full name of a table.
	 *
	 * @param string $name waivers or log.
	 */
	public static function name( string $name ): string {
		global $wpdb;
		return $wpdb->prefix . 'healthlint_' . $name;
	}

	/**
	 * Makes the tables if this version has others than are there.
	 */
	public static function upgrade(): void {
		if ( self::VERSION !== get_option( self::OPTION ) ) {
			self::create();
		}
	}

	/**
	 * Makes the tables, or brings them up to date.
	 */
	public static function create(): void {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$charset = $wpdb->get_charset_collate();
		$waivers = self::name( 'waivers' );
		$log     = self::name( 'log' );
		dbDelta(
			"CREATE TABLE $waivers (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				post_id bigint(20) unsigned NOT NULL,
				fingerprint varchar(64) NOT NULL,
				rule varchar(32) NOT NULL,
				severity varchar(16) NOT NULL,
				words text NOT NULL,
				reason text NOT NULL,
				user_id bigint(20) unsigned NOT NULL,
				who varchar(191) NOT NULL,
				role varchar(64) NOT NULL,
				made_at datetime NOT NULL,
				ends_on date NOT NULL,
				revoked_at datetime DEFAULT NULL,
				revoked_by varchar(191) NOT NULL DEFAULT '',
				PRIMARY KEY  (id),
				KEY post_id (post_id)
			) $charset;"
		);
		dbDelta(
			"CREATE TABLE $log (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				logged_at datetime NOT NULL,
				event varchar(32) NOT NULL,
				post_id bigint(20) unsigned NOT NULL,
				user_id bigint(20) unsigned NOT NULL,
				who varchar(191) NOT NULL,
				rule varchar(32) NOT NULL,
				severity varchar(16) NOT NULL,
				fingerprint varchar(64) NOT NULL,
				detail longtext NOT NULL,
				PRIMARY KEY  (id),
				KEY post_id (post_id)
			) $charset;"
		);
		update_option( self::OPTION, self::VERSION );
	}

	/**
	 * Takes the tables and all that the plugin stored away.
	 */
	public static function remove(): void {
		global $wpdb;
		foreach ( array( 'waivers', 'log' ) as $name ) {
			$wpdb->query( 'DROP TABLE IF EXISTS ' . self::name( $name ) ); // phpcs:ignore WordPress.DB
		}
		delete_post_meta_by_key( '_healthlint_held' );
		delete_post_meta_by_key( '_healthlint_acknowledged' );
		delete_option( self::OPTION );
		delete_option( Settings::OPTION );
	}
}
