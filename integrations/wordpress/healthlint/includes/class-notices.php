<?php
/**
 * Notices outside the block editor.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Tells the user on the next screen what was held and why, and marks held posts in the lists.
 */
final class Notices {

	/**
	 * Sets the hooks.
	 */
	public static function boot(): void {
		add_action( 'admin_notices', array( self::class, 'show' ) );
		add_filter( 'display_post_states', array( self::class, 'state' ), 10, 2 );
		add_filter( 'redirect_post_location', array( self::class, 'not_published' ), 10, 2 );
	}

	/**
	 * Keeps a message for the present user.
	 *
	 * @param int    $post_id The post it is about.
	 * @param string $message Plain text.
	 */
	public static function tell( int $post_id, string $message ): void {
		if ( defined( 'WP_CLI' ) && \WP_CLI ) {
			\WP_CLI::warning( $message );
		}
		$user = get_current_user_id();
		if ( $user > 0 ) {
			$kept             = (array) ( get_transient( 'healthlint_notices_' . $user ) ?: array() ); // phpcs:ignore Universal.Operators
			$kept[ $post_id ] = $message;
			set_transient( 'healthlint_notices_' . $user, array_slice( $kept, -20, null, true ), DAY_IN_SECONDS );
		}
	}

	/**
	 * Prints what is kept, once. In the block editor such notices are not seen, so there they wait.
	 */
	public static function show(): void {
		$screen = get_current_screen();
		$user   = get_current_user_id();
		$kept   = get_transient( 'healthlint_notices_' . $user );
		if ( ! is_array( $kept ) || ( $screen && $screen->is_block_editor() ) ) {
			return;
		}
		delete_transient( 'healthlint_notices_' . $user );
		foreach ( $kept as $post_id => $message ) {
			$link  = get_edit_post_link( $post_id );
			$title = get_the_title( $post_id );
			printf(
				'<div class="notice notice-error is-dismissible healthlint-notice"><p><strong>%s</strong> %s</p></div>',
				$link ? '<a href="' . esc_url( $link ) . '">' . esc_html( '' === $title ? __( '(no title)', 'healthlint' ) : $title ) . '</a>:' : '', // phpcs:ignore WordPress.Security.EscapeOutput
				esc_html( $message )
			);
		}
	}

	/**
	 * Marks a held post in the list of posts, where quick edit shows no other message.
	 *
	 * @param array<string,string> $states Of the post.
	 * @param \WP_Post             $post   The post.
	 * @return array<string,string>
	 */
	public static function state( array $states, \WP_Post $post ): array {
		$why = get_post_meta( $post->ID, Gate::HELD, true );
		if ( is_string( $why ) && '' !== $why ) {
			$states['healthlint'] = sprintf( '<span class="healthlint-held" title="%s">%s</span>', esc_attr( $why ), esc_html__( 'held by healthlint', 'healthlint' ) );
		}
		return $states;
	}

	/**
	 * Keeps the classic editor from saying “Post published” about a post that was held.
	 *
	 * @param string $location Where the browser is sent.
	 * @param int    $post_id  The post.
	 */
	public static function not_published( string $location, int $post_id ): string {
		$kept = get_transient( 'healthlint_notices_' . get_current_user_id() );
		if ( is_array( $kept ) && isset( $kept[ $post_id ] ) && '' !== (string) get_post_meta( $post_id, Gate::HELD, true ) ) {
			return remove_query_arg( 'message', $location );
		}
		return $location;
	}
}
