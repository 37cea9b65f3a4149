<?php
/**
 * Tools → healthlint log.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Shows waivers and the log, revokes waivers, exports the log as CSV.
 */
final class Log_Page {

	private const ROWS = 100;

	/**
	 * Sets the hooks.
	 */
	public static function boot(): void {
		add_action( 'admin_menu', array( self::class, 'menu' ) );
		add_action( 'admin_post_healthlint_csv', array( self::class, 'csv' ) );
		add_action( 'admin_post_healthlint_revoke', array( self::class, 'revoke' ) );
	}

	/**
	 * What a user needs to see the log.
	 */
	public static function capability(): string {
		/**
		 * Filters the capability that the log needs.
		 *
		 * @param string $capability A capability.
		 */
		return (string) apply_filters( 'healthlint_log_capability', 'edit_others_posts' );
	}

	/**
	 * The entry in the menu.
	 */
	public static function menu(): void {
		add_management_page( __( 'healthlint log', 'healthlint' ), __( 'healthlint log', 'healthlint' ), self::capability(), 'healthlint-log', array( self::class, 'show' ) );
	}

	/**
	 * The page.
	 */
	public static function show(): void {
		$page  = max( 1, (int) ( $_GET['paged'] ?? 1 ) ); // phpcs:ignore WordPress.Security.NonceVerification
		$pages = max( 1, (int) ceil( Log::count() / self::ROWS ) );
		$csv   = wp_nonce_url( admin_url( 'admin-post.php?action=healthlint_csv' ), 'healthlint_csv' );
		echo '<div class="wrap"><h1 class="wp-heading-inline">' . esc_html__( 'healthlint log', 'healthlint' ) . '</h1> ';
		printf( '<a class="page-title-action" href="%s">%s</a><hr class="wp-header-end">', esc_url( $csv ), esc_html__( 'Export as CSV', 'healthlint' ) );
		echo '<h2>' . esc_html__( 'Waivers', 'healthlint' ) . '</h2>';
		self::waivers();
		echo '<h2>' . esc_html__( 'What happened', 'healthlint' ) . '</h2>';
		self::entries( Log::entries( self::ROWS, ( $page - 1 ) * self::ROWS ) );
		$links = paginate_links(
			array(
				'base'    => add_query_arg( 'paged', '%#%' ),
				'format'  => '',
				'current' => $page,
				'total'   => $pages,
			)
		);
		echo wp_kses_post( (string) $links ) . '</div>';
	}

	/**
	 * The table of waivers.
	 */
	private static function waivers(): void {
		$head = array( __( 'Post', 'healthlint' ), __( 'Words', 'healthlint' ), __( 'Rule', 'healthlint' ), __( 'Severity', 'healthlint' ), __( 'Reason', 'healthlint' ), __( 'Who', 'healthlint' ), __( 'Role', 'healthlint' ), __( 'Until', 'healthlint' ), __( 'State', 'healthlint' ) );
		self::head( 'healthlint-waivers', $head );
		foreach ( Waivers::all( 500 ) as $waiver ) {
			$state = esc_html( Waivers::state( $waiver ) );
			if ( ! $waiver->revoked_at && Settings::may_waive( $waiver->severity ) && current_user_can( 'edit_post', (int) $waiver->post_id ) ) {
				$state .= sprintf(
					'<form action="%s" method="post"><input type="hidden" name="action" value="healthlint_revoke"><input type="hidden" name="id" value="%d">%s<button class="button-link delete">%s</button></form>',
					esc_url( admin_url( 'admin-post.php' ) ),
					(int) $waiver->id,
					wp_nonce_field( 'healthlint_revoke_' . $waiver->id, '_wpnonce', true, false ),
					esc_html__( 'Revoke', 'healthlint' )
				);
			} elseif ( $waiver->revoked_at ) {
				$state .= esc_html( ' (' . $waiver->revoked_by . ')' );
			}
			self::cells( array( self::post( (int) $waiver->post_id ), esc_html( $waiver->words ), esc_html( $waiver->rule ), esc_html( $waiver->severity ), esc_html( $waiver->reason ), esc_html( $waiver->who ), esc_html( $waiver->role ), esc_html( substr( $waiver->ends_on, 0, 10 ) ), $state ) );
		}
		echo '</tbody></table>';
	}

	/**
	 * The table of entries.
	 *
	 * @param array<object> $entries Rows of the log.
	 */
	private static function entries( array $entries ): void {
		$events = Log::events();
		self::head( 'healthlint-log', array( __( 'When (UTC)', 'healthlint' ), __( 'What', 'healthlint' ), __( 'Post', 'healthlint' ), __( 'Who', 'healthlint' ), __( 'Rule', 'healthlint' ), __( 'Severity', 'healthlint' ), __( 'Detail', 'healthlint' ) ) );
		foreach ( $entries as $entry ) {
			self::cells( array( esc_html( $entry->logged_at ), esc_html( $events[ $entry->event ] ?? $entry->event ), self::post( (int) $entry->post_id ), esc_html( $entry->who ), esc_html( $entry->rule ), esc_html( $entry->severity ), esc_html( $entry->detail ) ) );
		}
		echo '</tbody></table>';
	}

	/**
	 * The head of a table.
	 *
	 * @param string        $id    Of the table.
	 * @param array<string> $heads Plain texts.
	 */
	private static function head( string $id, array $heads ): void {
		printf( '<table class="widefat striped" id="%s"><thead><tr>', esc_attr( $id ) );
		foreach ( $heads as $head ) {
			printf( '<th scope="col">%s</th>', esc_html( $head ) );
		}
		echo '</tr></thead><tbody>';
	}

	/**
	 * One row.
	 *
	 * @param array<string> $cells Escaped HTML.
	 */
	private static function cells( array $cells ): void {
		echo '<tr><td>' . implode( '</td><td>', $cells ) . '</td></tr>'; // phpcs:ignore WordPress.Security.EscapeOutput
	}

	/**
	 * A post's title, as a link for who may edit it: escaped HTML.
	 *
	 * @param int $post_id The post.
	 */
	private static function post( int $post_id ): string {
		$title = get_the_title( $post_id );
		$title = esc_html( wp_strip_all_tags( '' === $title ? '#' . $post_id : $title ) );
		$link  = get_edit_post_link( $post_id );
		return $link ? sprintf( '<a href="%s">%s</a>', esc_url( $link ), $title ) : $title;
	}

	/**
	 * Revokes a waiver from the table.
	 */
	public static function revoke(): void {
		$id     = (int) ( $_POST['id'] ?? 0 );
		$waiver = Waivers::get( $id );
		self::ask( 'healthlint_revoke_' . $id );
		if ( ! $waiver || ! Settings::may_waive( $waiver->severity ) || ! current_user_can( 'edit_post', (int) $waiver->post_id ) ) {
			wp_die( esc_html__( 'You may not revoke this waiver.', 'healthlint' ), '', array( 'response' => 403 ) );
		}
		Waivers::revoke( $waiver );
		wp_safe_redirect( admin_url( 'tools.php?page=healthlint-log' ) );
		exit;
	}

	/**
	 * Sends the whole log as CSV.
	 */
	public static function csv(): void {
		self::ask( 'healthlint_csv' );
		nocache_headers();
		header( 'Content-Type: text/csv; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="healthlint-log.csv"' );
		$out = fopen( 'php://output', 'w' );
		fputcsv( $out, array( 'id', 'logged_at_utc', 'event', 'post_id', 'user_id', 'who', 'rule', 'severity', 'fingerprint', 'detail' ), ',', '"', '' );
		$offset = 0;
		do {
			$entries = Log::entries( 1000, $offset );
			foreach ( $entries as $entry ) {
				fputcsv( $out, array_map( array( self::class, 'cell' ), array_values( (array) $entry ) ), ',', '"', '' );
			}
			$offset += 1000;
		} while ( array() !== $entries );
		exit;
	}

	/**
	 * A value that no spreadsheet takes for a formula.
	 *
	 * @param mixed $value Of a cell.
	 */
	public static function cell( mixed $value ): string {
		$value = (string) $value;
		return preg_match( '/^[=+\-@\t\r]/', $value ) ? "'" . $value : $value;
	}

	/**
	 * Ends the request with 403 unless the nonce is valid and the user may see the log.
	 *
	 * @param string $action Of the nonce.
	 */
	private static function ask( string $action ): void {
		$nonce = sanitize_text_field( wp_unslash( $_REQUEST['_wpnonce'] ?? '' ) );
		if ( ! wp_verify_nonce( $nonce, $action ) || ! current_user_can( self::capability() ) ) {
			wp_die( esc_html__( 'This link has expired, or you may not do this.', 'healthlint' ), '', array( 'response' => 403 ) );
		}
	}
}
