<?php
/**
 * Scripts and styles of the block editor.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Loads the panel where a guarded post is edited.
 */
final class Editor {

	/**
	 * Sets the hooks.
	 */
	public static function boot(): void {
		add_action( 'enqueue_block_editor_assets', array( self::class, 'panel' ) );
		add_action( 'enqueue_block_assets', array( self::class, 'canvas' ) );
	}

	/**
	 * The panel.
	 */
	public static function panel(): void {
		$screen = get_current_screen();
		if ( ! $screen || 'post' !== $screen->base || ! Settings::guards( $screen->post_type ) ) {
			return;
		}
		wp_enqueue_script(
			'healthlint-places',
			plugins_url( 'assets/places.js', FILE ),
			array( 'wp-blocks', 'wp-block-editor', 'wp-data', 'wp-rich-text', 'wp-annotations' ),
			VERSION,
			true
		);
		wp_enqueue_script(
			'healthlint-editor',
			plugins_url( 'assets/editor.js', FILE ),
			array( 'healthlint-places', 'wp-a11y', 'wp-api-fetch', 'wp-components', 'wp-core-data', 'wp-edit-post', 'wp-editor', 'wp-element', 'wp-hooks', 'wp-i18n', 'wp-notices', 'wp-plugins' ),
			VERSION,
			true
		);
		wp_set_script_translations( 'healthlint-editor', 'healthlint', plugin_dir_path( FILE ) . 'languages' );
		wp_add_inline_script( 'healthlint-editor', 'window.healthlintSettings = ' . wp_json_encode( self::told() ) . ';', 'before' );
		wp_enqueue_style( 'healthlint-editor', plugins_url( 'assets/editor.css', FILE ), array(), VERSION );
	}

	/**
	 * The marks in the text, which stands in a frame of its own.
	 */
	public static function canvas(): void {
		if ( is_admin() ) {
			wp_enqueue_style( 'healthlint-canvas', plugins_url( 'assets/canvas.css', FILE ), array(), VERSION );
		}
	}

	/**
	 * What the panel must know. No address and no token.
	 *
	 * @return array<string,mixed>
	 */
	private static function told(): array {
		return array(
			'metaKeys'   => array_values( (array) Settings::get( 'meta_keys' ) ),
			'defaultEnd' => Waivers::default_end(),
			'today'      => wp_date( 'Y-m-d' ),
			'reason'     => Waivers::REASON,
			'profile'    => strtoupper( (string) Settings::get( 'profile' ) ),
			'log'        => current_user_can( Log_Page::capability() ) ? admin_url( 'tools.php?page=healthlint-log' ) : '',
		);
	}
}
