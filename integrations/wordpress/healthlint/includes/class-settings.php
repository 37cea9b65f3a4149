<?php
/**
 * The settings and where they come from.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * One option holds everything. The address and the token may come from a constant or an environment
 * variable instead (HEALTHLINT_URL, HEALTHLINT_TOKEN), so that no secret need stand in the database.
 */
final class Settings {

	public const OPTION     = 'healthlint_settings';
	public const SEVERITIES = array( 'error', 'warning', 'info' );
	public const PROFILES   = array( 'us', 'uk', 'eu', 'au', 'ca' );

	/**
	 * What holds until somebody says otherwise.
	 *
	 * @return array<string,mixed>
	 */
	public static function defaults(): array {
		return array(
			'url'         => 'http://127.0.0.1:8765',
			'token'       => '',
			'profile'     => 'us',
			'fail_on'     => 'error',
			'post_types'  => array( 'post', 'page', 'wp_block' ),
			'when_down'   => 'closed',
			'live'        => 'keep',
			'timeout'     => 10,
			'meta_keys'   => array(
				'_yoast_wpseo_title',
				'_yoast_wpseo_metadesc',
				'_yoast_wpseo_opengraph-title',
				'_yoast_wpseo_opengraph-description',
				'_yoast_wpseo_twitter-title',
				'_yoast_wpseo_twitter-description',
				'rank_math_title',
				'rank_math_description',
				'_aioseo_title',
				'_aioseo_description',
				'_seopress_titles_title',
				'_seopress_titles_desc',
				'_genesis_title',
				'_genesis_description',
				'_elementor_data',
			),
			'waive'       => array(
				'error'   => array( 'administrator' ),
				'warning' => array( 'administrator', 'editor' ),
				'info'    => array( 'administrator', 'editor', 'author' ),
			),
			'months'      => 12,
			'remove_data' => false,
		);
	}

	/**
	 * All settings, the defaults where nothing is set.
	 *
	 * @return array<string,mixed>
	 */
	public static function all(): array {
		$stored = get_option( self::OPTION, array() );
		return array_merge( self::defaults(), is_array( $stored ) ? $stored : array() );
	}

	/**
	 * One setting.
	 *
	 * @param string $name Its name in `defaults`.
	 */
	public static function get( string $name ): mixed {
		return self::all()[ $name ];
	}

	/**
	 * Where the service listens, without a slash at the end.
	 */
	public static function url(): string {
		return untrailingslashit( self::outside( 'HEALTHLINT_URL' ) ?? (string) self::get( 'url' ) );
	}

	/**
	 * The bearer token of the service; empty if it has none.
	 */
	public static function token(): string {
		return self::outside( 'HEALTHLINT_TOKEN' ) ?? (string) self::get( 'token' );
	}

	/**
	 * The value of a constant or environment variable, or null if there is none.
	 *
	 * @param string $name Of both.
	 */
	public static function outside( string $name ): ?string {
		if ( defined( $name ) ) {
			return (string) constant( $name );
		}
		$value = getenv( $name );
		return false === $value || '' === $value ? null : $value;
	}

	/**
	 * Whether posts of this type are checked.
	 *
	 * @param string $type A post type.
	 */
	public static function guards( string $type ): bool {
		return in_array( $type, (array) self::get( 'post_types' ), true );
	}

	/**
	 * Whether a finding of this severity keeps a page from going live.
	 *
	 * @param string $severity One of `SEVERITIES`.
	 */
	public static function blocks( string $severity ): bool {
		$ranks = array_flip( self::SEVERITIES );
		return ( $ranks[ $severity ] ?? 0 ) <= $ranks[ self::get( 'fail_on' ) ];
	}

	/**
	 * Whether the present user's role may waive findings of this severity.
	 *
	 * @param string $severity One of `SEVERITIES`.
	 */
	public static function may_waive( string $severity ): bool {
		$roles = (array) ( self::get( 'waive' )[ $severity ] ?? array() );
		$user  = wp_get_current_user();
		$may   = $user->exists() && array() !== array_intersect( $roles, $user->roles );
		/**
		 * Filters whether a user may waive findings of a severity.
		 *
		 * @param bool     $may      What the roles in the settings say.
		 * @param string   $severity error, warning or info.
		 * @param \WP_User $user     The present user.
		 */
		return (bool) apply_filters( 'healthlint_may_waive', $may, $severity, $user );
	}

	/**
	 * What was sent by the form, made fit to be stored. An empty token keeps the one that is stored.
	 *
	 * @param mixed $sent The form's values.
	 * @return array<string,mixed>
	 */
	public static function sanitize( mixed $sent ): array {
		$now = self::all();
		if ( ! is_array( $sent ) ) {
			return $now;
		}
		$url = esc_url_raw( trim( (string) ( $sent['url'] ?? '' ) ), array( 'http', 'https' ) );
		if ( '' !== $url && self::is_address( $url ) ) {
			$now['url'] = untrailingslashit( $url );
		} elseif ( isset( $sent['url'] ) ) {
			self::complain( __( 'The address of the service must begin with http:// or https:// and name a host, without a user name. The old one was kept.', 'healthlint' ) );
		}
		$token = trim( (string) ( $sent['token'] ?? '' ) );
		if ( preg_match( '/[^\x21-\x7e]/', $token ) ) {
			self::complain( __( 'A token is made of plain characters without blanks. The old one was kept.', 'healthlint' ) );
		} elseif ( '' !== $token ) {
			$now['token'] = $token;
		}
		if ( ! empty( $sent['forget_token'] ) ) {
			$now['token'] = '';
		}
		$now['profile']     = self::one_of( $sent['profile'] ?? '', self::PROFILES, $now['profile'] );
		$now['fail_on']     = self::one_of( $sent['fail_on'] ?? '', self::SEVERITIES, $now['fail_on'] );
		$now['when_down']   = self::one_of( $sent['when_down'] ?? '', array( 'open', 'closed' ), $now['when_down'] );
		$now['live']        = self::one_of( $sent['live'] ?? '', array( 'keep', 'draft' ), $now['live'] );
		$now['timeout']     = min( 60, max( 1, (int) ( $sent['timeout'] ?? $now['timeout'] ) ) );
		$now['months']      = min( 60, max( 1, (int) ( $sent['months'] ?? $now['months'] ) ) );
		$now['remove_data'] = ! empty( $sent['remove_data'] );
		$now['post_types']  = array_values( array_filter( (array) ( $sent['post_types'] ?? array() ), 'post_type_exists' ) );
		$keys               = $sent['meta_keys'] ?? $now['meta_keys'];
		$keys               = is_array( $keys ) ? $keys : preg_split( '/\s+/', (string) $keys );
		$now['meta_keys']   = array_values( array_unique( array_filter( array_map( 'sanitize_text_field', $keys ) ) ) );
		foreach ( self::SEVERITIES as $severity ) {
			$roles                     = (array) ( $sent['waive'][ $severity ] ?? array() );
			$now['waive'][ $severity ] = array_values( array_intersect( array_keys( wp_roles()->roles ), $roles ) );
		}
		return $now;
	}

	/**
	 * Whether this is an address that a service can have.
	 *
	 * @param string $url An address.
	 */
	private static function is_address( string $url ): bool {
		$parts = wp_parse_url( $url );
		return is_array( $parts ) && ! empty( $parts['host'] ) && ! isset( $parts['user'] )
			&& in_array( $parts['scheme'] ?? '', array( 'http', 'https' ), true );
	}

	/**
	 * The value if it is allowed, else what there was.
	 *
	 * @param mixed         $value   What was sent.
	 * @param array<string> $allowed What is allowed.
	 * @param string        $old     What there was.
	 */
	private static function one_of( mixed $value, array $allowed, string $old ): string {
		return in_array( $value, $allowed, true ) ? $value : $old;
	}

	/**
	 * Tells the administrator what was not accepted.
	 *
	 * @param string $message What and why.
	 */
	private static function complain( string $message ): void {
		if ( function_exists( 'add_settings_error' ) ) {
			add_settings_error( self::OPTION, 'healthlint', $message );
		}
	}
}
