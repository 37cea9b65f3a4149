<?php
/**
 * The gate on search descriptions and other watched post meta.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Post meta of a live page changes without any save of the page. A value that would be held is not
 * stored; what was typed stands in the log and in a notice.
 */
final class Meta_Gate {

	/**
	 * Sets the hooks.
	 */
	public static function boot(): void {
		add_filter( 'update_post_metadata', array( self::class, 'hold' ), 10, 4 );
		add_filter( 'add_post_metadata', array( self::class, 'hold' ), 10, 4 );
	}

	/**
	 * False if the value must not be stored.
	 *
	 * @param mixed  $decided Null, unless another plugin has decided.
	 * @param int    $post_id The post.
	 * @param string $key     Of the meta.
	 * @param mixed  $value   With slashes.
	 */
	public static function hold( mixed $decided, int $post_id, string $key, mixed $value ): mixed {
		$post = get_post( $post_id );
		if ( null !== $decided || ! $post || ! is_scalar( $value ) || ! in_array( $key, (array) Settings::get( 'meta_keys' ), true )
			|| ! Settings::guards( $post->post_type ) || ! Gate::is_live( $post->post_status ) ) {
			return $decided;
		}
		$value = (string) wp_unslash( $value );
		if ( (string) get_post_meta( $post_id, $key, true ) === $value || '' === trim( $value ) ) {
			return $decided;
		}
		$page         = Gate::page( $post );
		$page['meta'] = Gate::meta( $post_id, array( $key => $value ) );
		$verdict      = Checker::check( $post_id, $page );
		$here         = static fn( array $one ): bool => str_starts_with( $one['field'] . '/', 'meta:' . $key . '/' );
		$findings     = array_filter( Checker::blocking( $verdict ), $here );
		$unread       = '' !== $verdict['down'] || array() !== $verdict['unread'];
		if ( ! $verdict['blocked'] || ( array() === $findings && ! $unread ) ) {
			return $decided;
		}
		foreach ( $findings as $finding ) {
			Log::add( 'blocked', $post_id, $finding['place'] . ': ' . $finding['message'] . ' — ' . $value, $finding );
		}
		if ( array() === $findings ) {
			Log::add( 'down', $post_id, Checker::why( $verdict ) . ' — ' . $key . ': ' . $value );
		}
		/* translators: %s: the text that was not stored */
		Notices::tell( $post_id, Checker::why( $verdict ) . ' ' . sprintf( __( 'The page is live, so this was not stored: %s', 'healthlint' ), $value ) );
		return false;
	}
}
