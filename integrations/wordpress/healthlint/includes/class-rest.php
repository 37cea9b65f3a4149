<?php
/**
 * The routes that the editor uses.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * REST routes under healthlint/v1. WordPress itself turns away a request with a cookie and no valid
 * nonce; each route asks for the right to edit the post that it is about.
 */
final class Rest {

	public const SPACE = 'healthlint/v1';

	/**
	 * Sets the hook.
	 */
	public static function boot(): void {
		add_action( 'rest_api_init', array( self::class, 'routes' ) );
	}

	/**
	 * Registers the routes.
	 */
	public static function routes(): void {
		$page  = array(
			'post'    => array(
				'type'     => 'integer',
				'minimum'  => 1,
				'required' => true,
			),
			'title'   => array( 'type' => 'string' ),
			'content' => array( 'type' => 'string' ),
			'excerpt' => array( 'type' => 'string' ),
			'meta'    => array( 'type' => 'object' ),
		);
		$print = array(
			'fingerprint' => array(
				'type'     => 'string',
				'pattern'  => '^[0-9a-f]{8,64}$',
				'required' => true,
			),
		);
		self::route( '/check', 'check', $page );
		self::route( '/suggest', 'suggest', $page + $print );
		self::route(
			'/waive',
			'waive',
			$page + $print + array(
				'reason' => array(
					'type'     => 'string',
					'required' => true,
				),
				'until'  => array(
					'type'    => 'string',
					'default' => '',
				),
			)
		);
		self::route( '/acknowledge', 'acknowledge', $page );
		register_rest_route(
			self::SPACE,
			'/waivers/(?P<id>\d+)/revoke',
			array(
				'methods'             => 'POST',
				'callback'            => array( self::class, 'revoke' ),
				'permission_callback' => array( self::class, 'may_revoke' ),
			)
		);
	}

	/**
	 * The verdict on what is in the editor now.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function check( \WP_REST_Request $request ): \WP_REST_Response {
		$verdict = Checker::check( (int) $request['post'], self::page( $request ) );
		if ( '' !== $verdict['down'] && ! get_transient( 'healthlint_down_logged' ) ) {
			set_transient( 'healthlint_down_logged', 1, 5 * MINUTE_IN_SECONDS ); // Not at every keystroke.
			Log::add( 'down', (int) $request['post'], Checker::why( $verdict ) );
		}
		$verdict['blocks'] = (object) $verdict['blocks'];
		return new \WP_REST_Response( $verdict );
	}

	/**
	 * Where a suggestion goes.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function suggest( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$sentence = Checker::sentence( (int) $request['post'], self::page( $request ), $request['fingerprint'] );
		return is_wp_error( $sentence ) ? $sentence : new \WP_REST_Response( $sentence );
	}

	/**
	 * Waives a finding. Its severity is what the service says now, not what the browser claims.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function waive( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$post_id = (int) $request['post'];
		$verdict = Checker::check( $post_id, self::page( $request ) );
		if ( '' !== $verdict['down'] ) {
			return new \WP_Error( 'healthlint_down', Checker::why( $verdict ), array( 'status' => 503 ) );
		}
		$found = array_column( $verdict['findings'], null, 'fingerprint' )[ $request['fingerprint'] ] ?? null;
		if ( null === $found ) {
			return Checker::changed();
		}
		if ( ! $found['may_waive'] ) {
			return new \WP_Error( 'healthlint_forbidden', __( 'Your role may not waive findings of this severity.', 'healthlint' ), array( 'status' => 403 ) );
		}
		if ( null !== $found['waiver'] ) {
			return new \WP_Error( 'healthlint_waived', __( 'This finding is waived already.', 'healthlint' ), array( 'status' => 409 ) );
		}
		$id = Waivers::add( $post_id, $found, $request['reason'], $request['until'] );
		return is_wp_error( $id ) ? $id : new \WP_REST_Response( array( 'id' => $id ), 201 );
	}

	/**
	 * Remembers that the warnings on the page have been read, so that they are asked about once.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function acknowledge( \WP_REST_Request $request ): \WP_REST_Response {
		$post_id = (int) $request['post'];
		$verdict = Checker::check( $post_id, self::page( $request ) );
		$open    = array_filter( $verdict['findings'], static fn( array $one ): bool => 'warning' === $one['severity'] && null === $one['waiver'] );
		$prints  = array_values( array_column( $open, 'fingerprint' ) );
		update_post_meta( $post_id, '_healthlint_acknowledged', $prints );
		$said = array_map( static fn( array $one ): string => sprintf( '%s “%s”', $one['rule'], $one['words'] ), $open );
		Log::add( 'acknowledged', $post_id, implode( ' · ', $said ) );
		return new \WP_REST_Response( array( 'fingerprints' => $prints ) );
	}

	/**
	 * Revokes a waiver.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function revoke( \WP_REST_Request $request ): \WP_REST_Response {
		$waiver = Waivers::get( (int) $request['id'] );
		return new \WP_REST_Response( array( 'revoked' => $waiver && Waivers::revoke( $waiver ) ) );
	}

	/**
	 * Whether the user may edit the post.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function may_edit( \WP_REST_Request $request ): bool|\WP_Error {
		$post = get_post( (int) $request['post'] );
		if ( $post && current_user_can( 'edit_post', $post->ID ) ) {
			return true;
		}
		return new \WP_Error( 'rest_forbidden', __( 'You may not edit this post.', 'healthlint' ), array( 'status' => rest_authorization_required_code() ) );
	}

	/**
	 * Whether the user may revoke the waiver: who may waive such a finding and edit that post.
	 *
	 * @param \WP_REST_Request $request The request.
	 */
	public static function may_revoke( \WP_REST_Request $request ): bool|\WP_Error {
		$waiver = Waivers::get( (int) $request['id'] );
		if ( $waiver && current_user_can( 'edit_post', (int) $waiver->post_id ) && Settings::may_waive( $waiver->severity ) ) {
			return true;
		}
		return new \WP_Error( 'rest_forbidden', __( 'You may not revoke this waiver.', 'healthlint' ), array( 'status' => rest_authorization_required_code() ) );
	}

	/**
	 * The page in a request; what it does not send is as stored.
	 *
	 * @param \WP_REST_Request $request The request.
	 * @return array<string,mixed> See `Extractor`.
	 */
	private static function page( \WP_REST_Request $request ): array {
		$page = Gate::page( get_post( (int) $request['post'] ) );
		foreach ( array( 'title', 'content', 'excerpt' ) as $name ) {
			$page[ $name ] = $request[ $name ] ?? $page[ $name ];
		}
		$page['meta'] = Gate::meta( (int) $request['post'], (array) ( $request['meta'] ?? array() ) );
		return $page;
	}

	/**
	 * Registers a route that is about the page in the editor.
	 *
	 * @param string              $path   Of the route.
	 * @param string              $method Of this class.
	 * @param array<string,mixed> $args   What it takes.
	 */
	private static function route( string $path, string $method, array $args ): void {
		register_rest_route(
			self::SPACE,
			$path,
			array(
				'methods'             => 'POST',
				'callback'            => array( self::class, $method ),
				'permission_callback' => array( self::class, 'may_edit' ),
				'args'                => $args,
			)
		);
	}
}
