<?php
/**
 * The gate on every way to publish.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Holds what must not go live, whichever way it comes.
 *
 * - REST (the block editor): refused with a message before anything is stored.
 * - Everything that ends in `wp_insert_post` (classic editor, quick and bulk edit, XML-RPC, WP-CLI,
 *   other plugins): stored as a draft (or pending, if it was), with all that was typed. A page that is
 *   live already keeps its text, and what was typed becomes an autosave; by setting it becomes a
 *   draft instead.
 * - The moment a scheduled post is due, and `wp_publish_post`, which store nothing: set back to draft.
 *
 * A draft, an autosave, a private or a trashed post is never asked about.
 */
final class Gate {

	public const HELD = '_healthlint_held';

	/**
	 * What became of each post between the filter and the end of `wp_insert_post`, the innermost last.
	 *
	 * @var array<array<string,mixed>>
	 */
	private static array $open = array();

	/**
	 * The meta values that a REST request is about to store, by post.
	 *
	 * @var array<int,array<string,string>>
	 */
	private static array $coming = array();

	/**
	 * Sets the hooks.
	 */
	public static function boot(): void {
		add_action( 'rest_api_init', array( self::class, 'guard_rest' ), 99 );
		add_filter( 'wp_insert_post_data', array( self::class, 'hold' ), PHP_INT_MAX - 10, 2 );
		add_action( 'save_post', array( self::class, 'stored' ), -9999, 2 );
		add_action( 'publish_future_post', array( self::class, 'due' ), 1 );
		add_action( 'transition_post_status', array( self::class, 'went_live' ), -9999, 3 );
	}

	/**
	 * Watches the REST routes of all guarded post types.
	 */
	public static function guard_rest(): void {
		foreach ( (array) Settings::get( 'post_types' ) as $type ) {
			add_filter( 'rest_pre_insert_' . $type, array( self::class, 'refuse' ), PHP_INT_MAX - 10, 2 );
		}
	}

	/**
	 * Whether a post of this status can be seen by everybody, now or on its day.
	 *
	 * @param string $status A post status.
	 */
	public static function is_live( string $status ): bool {
		return 'future' === $status || in_array( $status, get_post_stati( array( 'public' => true ) ), true );
	}

	/**
	 * The page as it is stored.
	 *
	 * @param \WP_Post $post The post.
	 * @return array<string,mixed> See `Extractor`.
	 */
	public static function page( \WP_Post $post ): array {
		return array(
			'title'   => $post->post_title,
			'content' => $post->post_content,
			'excerpt' => $post->post_excerpt,
			'meta'    => self::meta( $post->ID ),
		);
	}

	/**
	 * The watched meta values of a post.
	 *
	 * @param int                 $post_id The post, 0 if it is new.
	 * @param array<string,mixed> $changes Values that are about to be stored.
	 * @return array<string,string>
	 */
	public static function meta( int $post_id, array $changes = array() ): array {
		$changes += self::$coming[ $post_id ] ?? array();
		$meta     = array();
		foreach ( (array) Settings::get( 'meta_keys' ) as $key ) {
			$value = $changes[ $key ] ?? ( $post_id > 0 ? get_post_meta( $post_id, $key, true ) : '' );
			$value = is_scalar( $value ) ? (string) $value : (string) wp_json_encode( $value );
			if ( '' !== trim( $value ) ) {
				$meta[ $key ] = $value;
			}
		}
		return $meta;
	}

	/**
	 * Refuses a REST request that would put something unsafe live.
	 *
	 * @param \stdClass|\WP_Error $prepared What would be stored.
	 * @param \WP_REST_Request    $request  The request.
	 */
	public static function refuse( mixed $prepared, \WP_REST_Request $request ): mixed {
		if ( is_wp_error( $prepared ) || str_contains( $request->get_route(), '/autosaves' ) ) {
			return $prepared; // WordPress prepares an autosave of a live page as it prepares the page.
		}
		$id   = (int) ( $prepared->ID ?? 0 );
		$old  = $id > 0 ? get_post( $id ) : null;
		$sent = (array) ( $request['meta'] ?? array() );
		if ( array() !== $sent ) {
			self::$coming[ $id ] = $sent;
		}
		if ( ! self::is_live( $prepared->post_status ?? $old->post_status ?? 'draft' ) ) {
			return $prepared;
		}
		$page = array(
			'title'   => $prepared->post_title ?? $old->post_title ?? '',
			'content' => $prepared->post_content ?? $old->post_content ?? '',
			'excerpt' => $prepared->post_excerpt ?? $old->post_excerpt ?? '',
			'meta'    => self::meta( $id ),
		);
		if ( $old && self::is_old_news( $old, $page, $prepared->post_status ?? $old->post_status ) ) {
			return $prepared;
		}
		$verdict = Checker::check( $id, $page );
		if ( ! $verdict['blocked'] ) {
			return $prepared;
		}
		self::record( 'blocked', $id, $verdict );
		return new \WP_Error(
			'healthlint_blocked',
			Checker::why( $verdict ),
			array(
				'status'   => 400,
				'findings' => Checker::blocking( $verdict ),
			)
		);
	}

	/**
	 * Holds a post on its way into the database.
	 *
	 * @param array<string,mixed> $data    What is stored, with slashes.
	 * @param array<string,mixed> $postarr What was given, with slashes.
	 * @return array<string,mixed>
	 */
	public static function hold( array $data, array $postarr ): array {
		$id   = (int) ( $postarr['ID'] ?? 0 );
		$note = array(
			'type' => $data['post_type'] ?? '',
			'id'   => $id,
		);
		if ( Settings::guards( $note['type'] ) && self::is_live( $data['post_status'] ) ) {
			$old  = $id > 0 ? get_post( $id ) : null;
			$page = array(
				'title'   => wp_unslash( $data['post_title'] ),
				'content' => wp_unslash( $data['post_content'] ),
				'excerpt' => wp_unslash( $data['post_excerpt'] ),
				'meta'    => self::meta( $id, self::submitted( $postarr ) ),
			);
			if ( ! $old || ! self::is_old_news( $old, $page, $data['post_status'] ) ) {
				$note['verdict'] = Checker::check( $id, $page );
				if ( $note['verdict']['blocked'] ) {
					list( $data, $note ) = self::held( $data, $note, $old );
				}
			}
			$note['asked'] = true;
		}
		self::$open[] = $note;
		return $data;
	}

	/**
	 * Once stored: the log, the mark on the post, the autosave of what a live page did not take.
	 *
	 * @param int      $post_id The post.
	 * @param \WP_Post $post    As stored.
	 */
	public static function stored( int $post_id, \WP_Post $post ): void {
		$note = array_pop( self::$open );
		if ( null === $note || $note['type'] !== $post->post_type || ! isset( $note['verdict'] ) ) {
			return;
		}
		if ( ! isset( $note['held'] ) ) {
			self::passed( $post_id, $note['verdict'] );
			return;
		}
		if ( isset( $note['typed'] ) ) {
			self::keep_typed( $post, $note['typed'] );
		}
		self::mark( $post_id, $note['verdict'], isset( $note['typed'] ) );
	}

	/**
	 * A scheduled post is due: asked again, since rules, waivers and dates may have changed.
	 *
	 * @param int $post_id The post.
	 */
	public static function due( int $post_id ): void {
		$post = get_post( $post_id );
		if ( $post && 'future' === $post->post_status && Settings::guards( $post->post_type ) ) {
			self::set_back( $post, Checker::check( $post_id, self::page( $post ) ) );
		}
	}

	/**
	 * A post went live without passing through `hold`, as with `wp_publish_post`.
	 *
	 * @param string   $new_status Its status now.
	 * @param string   $old_status Its status before.
	 * @param \WP_Post $post       The post.
	 */
	public static function went_live( string $new_status, string $old_status, \WP_Post $post ): void {
		$note = end( self::$open );
		if ( ! self::is_live( $new_status ) || $new_status === $old_status || ! Settings::guards( $post->post_type ) ) {
			return;
		}
		if ( is_array( $note ) && ! empty( $note['asked'] ) && $note['type'] === $post->post_type && in_array( $note['id'], array( 0, $post->ID ), true ) ) {
			return;
		}
		$verdict = Checker::check( $post->ID, self::page( $post ) );
		if ( $verdict['blocked'] ) {
			$post->post_status = 'draft';
			self::set_back( $post, $verdict );
		} else {
			self::passed( $post->ID, $verdict );
		}
	}

	/**
	 * Makes a post a draft if the verdict says so.
	 *
	 * @param \WP_Post            $post    The post.
	 * @param array<string,mixed> $verdict The verdict.
	 */
	public static function set_back( \WP_Post $post, array $verdict ): void {
		global $wpdb;
		if ( ! $verdict['blocked'] ) {
			return;
		}
		// Not wp_update_post: it would send the text through filters that depend on who is logged in.
		$wpdb->update( $wpdb->posts, array( 'post_status' => 'draft' ), array( 'ID' => $post->ID ) ); // phpcs:ignore WordPress.DB
		clean_post_cache( $post->ID );
		wp_clear_scheduled_hook( 'publish_future_post', array( $post->ID ) );
		self::mark( $post->ID, $verdict, false );
	}

	/**
	 * Whether the same words are live already. Such a save puts nothing new before readers; refusing
	 * it would only keep an old page from being moved to another category.
	 *
	 * @param \WP_Post            $old    As stored.
	 * @param array<string,mixed> $page   As it would be stored.
	 * @param string              $status The status it would have.
	 */
	private static function is_old_news( \WP_Post $old, array $page, string $status ): bool {
		return $status === $old->post_status && 'future' !== $status && self::is_live( $status )
			&& array_map( 'strval', array( $page['title'], $page['content'], $page['excerpt'] ) ) === array( $old->post_title, $old->post_content, $old->post_excerpt )
			&& self::stored_meta( $old->ID ) === $page['meta'];
	}

	/**
	 * The watched meta values as they are stored.
	 *
	 * @param int $post_id The post.
	 * @return array<string,string>
	 */
	private static function stored_meta( int $post_id ): array {
		$coming       = self::$coming;
		self::$coming = array();
		$meta         = self::meta( $post_id );
		self::$coming = $coming;
		return $meta;
	}

	/**
	 * Meta values that came with the post: `meta_input`, and the fields of the classic editor's form.
	 *
	 * @param array<string,mixed> $postarr As given to `wp_insert_post`, with slashes.
	 * @return array<string,string>
	 */
	private static function submitted( array $postarr ): array {
		$sent = array();
		foreach ( (array) Settings::get( 'meta_keys' ) as $key ) {
			$form = ltrim( $key, '_' ); // Yoast's form field for `_yoast_wpseo_metadesc` is `yoast_wpseo_metadesc`.
			$own  = (int) ( $_POST['post_ID'] ?? 0 ) === (int) ( $postarr['ID'] ?? -1 ); // phpcs:ignore WordPress.Security.NonceVerification
			if ( isset( $postarr['meta_input'][ $key ] ) && is_scalar( $postarr['meta_input'][ $key ] ) ) {
				$sent[ $key ] = (string) wp_unslash( $postarr['meta_input'][ $key ] );
			} elseif ( $own && isset( $_POST[ $form ] ) && is_string( $_POST[ $form ] ) ) { // phpcs:ignore WordPress.Security
				$sent[ $key ] = wp_unslash( $_POST[ $form ] ); // phpcs:ignore WordPress.Security
			}
		}
		return $sent;
	}

	/**
	 * What is stored instead of a page that must not go live.
	 *
	 * @param array<string,mixed> $data What would be stored, with slashes.
	 * @param array<string,mixed> $note What is known about it.
	 * @param ?\WP_Post           $old  As stored.
	 * @return array{array<string,mixed>,array<string,mixed>}
	 */
	private static function held( array $data, array $note, ?\WP_Post $old ): array {
		$note['held'] = true;
		$was_live     = $old && 'future' !== $old->post_status && self::is_live( $old->post_status );
		if ( $was_live && 'keep' === Settings::get( 'live' ) ) {
			$note['typed'] = array();
			foreach ( array( 'post_title', 'post_content', 'post_excerpt' ) as $name ) {
				$note['typed'][ $name ] = wp_unslash( $data[ $name ] );
				$data[ $name ]          = wp_slash( $old->$name );
			}
			$data['post_status'] = $old->post_status;
			// The page has not changed; and WordPress offers only an autosave that is newer.
			$data['post_modified']     = $old->post_modified;
			$data['post_modified_gmt'] = $old->post_modified_gmt;
			return array( $data, $note );
		}
		$scheduled           = 'future' === $data['post_status'];
		$data['post_status'] = $old && 'pending' === $old->post_status ? 'pending' : 'draft';
		if ( ! $scheduled && ! $was_live ) {
			$data['post_date_gmt'] = '0000-00-00 00:00:00'; // As any draft that nobody gave a date.
		}
		return array( $data, $note );
	}

	/**
	 * Keeps what was typed into a live page as its author's autosave, which WordPress offers to restore.
	 *
	 * @param \WP_Post             $post  The live page.
	 * @param array<string,string> $typed Title, content and excerpt.
	 */
	private static function keep_typed( \WP_Post $post, array $typed ): void {
		$author = get_current_user_id();
		$old    = wp_get_post_autosave( $post->ID, $author );
		$fields = _wp_post_revision_data( array( 'ID' => $post->ID ) + $typed + $post->to_array(), true );

		$fields['post_author'] = $author;
		if ( $old ) {
			$fields['ID'] = $old->ID;
			wp_update_post( wp_slash( $fields ) );
		} else {
			wp_insert_post( wp_slash( $fields ) );
		}
	}

	/**
	 * Logs that a page passed.
	 *
	 * @param int                 $post_id The post.
	 * @param array<string,mixed> $verdict The verdict.
	 */
	private static function passed( int $post_id, array $verdict ): void {
		delete_post_meta( $post_id, self::HELD );
		if ( '' !== $verdict['down'] ) {
			Log::add( 'unchecked', $post_id, Checker::why( $verdict ) );
			Notices::tell( $post_id, Checker::why( $verdict ) . ' ' . __( 'It was published unchecked.', 'healthlint' ) );
			return;
		}
		$open = array_filter( $verdict['findings'], static fn( array $one ): bool => null === $one['waiver'] && 'info' !== $one['severity'] );
		$said = array_map( static fn( array $one ): string => sprintf( '%s “%s” [%s]', $one['rule'], $one['words'], $one['fingerprint'] ), $open );
		$waived = count( array_filter( array_column( $verdict['findings'], 'waiver' ) ) );
		if ( $waived > 0 ) {
			/* translators: %d: how many */
			$said[] = sprintf( __( '%d waived', 'healthlint' ), $waived );
		}
		$said[] = $verdict['checker'];
		Log::add( $open ? 'warnings' : 'published', $post_id, implode( ' · ', array_filter( $said ) ) );
	}

	/**
	 * Marks a post as held, and says so in the log and to the user.
	 *
	 * @param int                 $post_id The post.
	 * @param array<string,mixed> $verdict The verdict.
	 * @param bool                $live    Whether an older text of it stays live.
	 */
	private static function mark( int $post_id, array $verdict, bool $live ): void {
		$why = Checker::why( $verdict );
		update_post_meta( $post_id, self::HELD, wp_slash( $why ) );
		self::record( 'held', $post_id, $verdict );
		$kept = $live
			? __( 'The page that is live was left as it was; what you wrote is kept as an autosave of it.', 'healthlint' )
			: __( 'What you wrote is kept as a draft.', 'healthlint' );
		Notices::tell( $post_id, $why . ' ' . $kept );
	}

	/**
	 * Logs each finding that kept a page from going live, or that there was no verdict.
	 *
	 * @param string              $event   blocked or held.
	 * @param int                 $post_id The post.
	 * @param array<string,mixed> $verdict The verdict.
	 */
	private static function record( string $event, int $post_id, array $verdict ): void {
		$findings = Checker::blocking( $verdict );
		foreach ( $findings as $finding ) {
			$words = str_contains( $finding['message'], $finding['words'] ) ? '' : '“' . $finding['words'] . '” ';
			Log::add( $event, $post_id, $finding['place'] . ': ' . $words . $finding['message'], $finding );
		}
		if ( array() === $findings ) {
			Log::add( '' !== $verdict['down'] ? 'down' : $event, $post_id, Checker::why( $verdict ) );
		}
	}
}
