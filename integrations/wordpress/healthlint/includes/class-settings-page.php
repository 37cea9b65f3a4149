<?php
/**
 * Settings → healthlint.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * The form of the settings. WordPress checks its nonce and the right to manage options.
 */
final class Settings_Page {

	/**
	 * Sets the hooks.
	 */
	public static function boot(): void {
		add_action( 'admin_menu', array( self::class, 'menu' ) );
		add_action( 'admin_init', array( self::class, 'register' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( FILE ), array( self::class, 'link' ) );
	}

	/**
	 * The entry in the menu.
	 */
	public static function menu(): void {
		add_options_page( __( 'healthlint', 'healthlint' ), __( 'healthlint', 'healthlint' ), 'manage_options', 'healthlint', array( self::class, 'show' ) );
	}

	/**
	 * The option.
	 */
	public static function register(): void {
		register_setting(
			'healthlint',
			Settings::OPTION,
			array(
				'type'              => 'array',
				'sanitize_callback' => array( Settings::class, 'sanitize' ),
				'show_in_rest'      => false,
			)
		);
	}

	/**
	 * The link in the list of plugins.
	 *
	 * @param array<string> $links Of the plugin.
	 * @return array<string>
	 */
	public static function link( array $links ): array {
		$link = sprintf( '<a href="%s">%s</a>', esc_url( admin_url( 'options-general.php?page=healthlint' ) ), esc_html__( 'Settings', 'healthlint' ) );
		return array( $link, ...$links );
	}

	/**
	 * The page.
	 */
	public static function show(): void {
		$now = Settings::all();
		echo '<div class="wrap"><h1>' . esc_html__( 'healthlint', 'healthlint' ) . '</h1>';
		self::state();
		echo '<form action="options.php" method="post">';
		settings_fields( 'healthlint' );
		echo '<table class="form-table" role="presentation">';
		self::row( 'url', __( 'Address of the service', 'healthlint' ), self::url( $now ) );
		self::row( 'token', __( 'Token', 'healthlint' ), self::token( $now ) );
		self::row( 'timeout', __( 'Wait at most', 'healthlint' ), self::number( 'timeout', (int) $now['timeout'], 60 ) . ' ' . esc_html__( 'seconds', 'healthlint' ) );
		self::row(
			'when_down',
			__( 'If the service gives no verdict', 'healthlint' ),
			self::choice(
				'when_down',
				$now['when_down'],
				array(
					'closed' => __( 'Closed: nothing is published until it answers', 'healthlint' ),
					'open'   => __( 'Open: publish unchecked, with a notice and a log entry', 'healthlint' ),
				)
			)
		);
		self::row(
			'profile',
			__( 'Whose law speaks', 'healthlint' ),
			self::choice(
				'profile',
				$now['profile'],
				array(
					'us' => __( 'United States', 'healthlint' ),
					'uk' => __( 'United Kingdom', 'healthlint' ),
					'eu' => __( 'European Union', 'healthlint' ),
					'au' => __( 'Australia', 'healthlint' ),
					'ca' => __( 'Canada', 'healthlint' ),
				)
			)
		);
		self::row(
			'fail_on',
			__( 'Publishing is off from', 'healthlint' ),
			self::choice(
				'fail_on',
				$now['fail_on'],
				array(
					'error'   => __( 'errors (warnings ask once)', 'healthlint' ),
					'warning' => __( 'warnings', 'healthlint' ),
					'info'    => __( 'any finding', 'healthlint' ),
				)
			)
		);
		self::row(
			'live',
			__( 'If an update makes a live page unsafe', 'healthlint' ),
			self::choice(
				'live',
				$now['live'],
				array(
					'keep'  => __( 'Keep the live page; the new text becomes an autosave', 'healthlint' ),
					'draft' => __( 'Take the page off the site; the new text is a draft', 'healthlint' ),
				)
			)
		);
		self::row( 'post_types', __( 'Check', 'healthlint' ), self::types( (array) $now['post_types'] ) );
		self::row(
			'meta_keys',
			__( 'Custom fields that readers see', 'healthlint' ),
			sprintf( '<textarea id="healthlint-meta_keys" name="%s[meta_keys]" rows="6" class="large-text code">%s</textarea>', esc_attr( Settings::OPTION ), esc_textarea( implode( "\n", (array) $now['meta_keys'] ) ) )
			. '<p class="description">' . esc_html__( 'One name of a post meta field a line: search titles and descriptions of your SEO plugin, page builder data.', 'healthlint' ) . '</p>'
		);
		foreach ( self::severities() as $severity => $label ) {
			/* translators: %s: errors, warnings or hints */
			self::row( 'waive-' . $severity, sprintf( __( 'Who may waive %s', 'healthlint' ), $label ), self::roles( $severity, (array) ( $now['waive'][ $severity ] ?? array() ) ) );
		}
		self::row( 'months', __( 'A waiver lasts', 'healthlint' ), self::number( 'months', (int) $now['months'], 60 ) . ' ' . esc_html__( 'months, unless it says otherwise', 'healthlint' ) );
		self::row( 'remove_data', __( 'When the plugin is deleted', 'healthlint' ), self::tick( 'remove_data', (bool) $now['remove_data'], __( 'delete waivers, log and settings too', 'healthlint' ) ) );
		echo '</table>';
		submit_button();
		echo '</form></div>';
	}

	/**
	 * Whether the service answers now.
	 */
	private static function state(): void {
		try {
			Service::check(
				array(
					array(
						'id'   => 'title',
						'text' => 'healthlint',
					),
				)
			);
			printf( '<div class="notice notice-success inline"><p>%s</p></div>', esc_html__( 'The service answers.', 'healthlint' ) );
		} catch ( Unavailable $why ) {
			/* translators: %s: the reason */
			printf( '<div class="notice notice-error inline"><p>%s</p></div>', esc_html( sprintf( __( 'No verdict: %s.', 'healthlint' ), $why->getMessage() ) ) );
		}
	}

	/**
	 * The names of the severities, for people.
	 *
	 * @return array<string,string>
	 */
	private static function severities(): array {
		return array(
			'error'   => __( 'errors', 'healthlint' ),
			'warning' => __( 'warnings', 'healthlint' ),
			'info'    => __( 'hints', 'healthlint' ),
		);
	}

	/**
	 * One row of the form.
	 *
	 * @param string $name    Of the setting.
	 * @param string $label   Its label.
	 * @param string $control Escaped HTML.
	 */
	private static function row( string $name, string $label, string $control ): void {
		$label = in_array( $name, array( 'url', 'token', 'timeout', 'when_down', 'profile', 'fail_on', 'live', 'meta_keys', 'months' ), true )
			? sprintf( '<label for="healthlint-%s">%s</label>', esc_attr( $name ), esc_html( $label ) )
			: esc_html( $label );
		$control = str_starts_with( $label, '<' ) ? $control : sprintf( '<fieldset><legend class="screen-reader-text">%s</legend>%s</fieldset>', $label, $control );
		printf( '<tr><th scope="row">%s</th><td>%s</td></tr>', $label, $control ); // phpcs:ignore WordPress.Security.EscapeOutput
	}

	/**
	 * The field of the address.
	 *
	 * @param array<string,mixed> $now The settings.
	 */
	private static function url( array $now ): string {
		$set = null !== Settings::outside( 'HEALTHLINT_URL' );
		return sprintf( '<input type="url" id="healthlint-url" name="%s[url]" value="%s" class="regular-text code" %s>', esc_attr( Settings::OPTION ), esc_attr( $set ? Settings::url() : $now['url'] ), $set ? 'readonly' : '' )
			. ( $set ? '<p class="description">' . esc_html__( 'Set by HEALTHLINT_URL, which counts.', 'healthlint' ) . '</p>' : '' );
	}

	/**
	 * The field of the token, which never shows the one that is stored.
	 *
	 * @param array<string,mixed> $now The settings.
	 */
	private static function token( array $now ): string {
		if ( null !== Settings::outside( 'HEALTHLINT_TOKEN' ) ) {
			return esc_html__( 'Set by HEALTHLINT_TOKEN.', 'healthlint' );
		}
		$hint = '' === $now['token'] ? __( 'none is stored', 'healthlint' ) : __( 'one is stored; leave empty to keep it', 'healthlint' );
		$out  = sprintf( '<input type="password" id="healthlint-token" name="%s[token]" value="" placeholder="%s" class="regular-text" autocomplete="new-password">', esc_attr( Settings::OPTION ), esc_attr( $hint ) );
		return '' === $now['token'] ? $out : $out . '<br>' . self::tick( 'forget_token', false, __( 'forget the stored token', 'healthlint' ) );
	}

	/**
	 * A number.
	 *
	 * @param string $name  Of the setting.
	 * @param int    $value Its value.
	 * @param int    $most  Its upper limit.
	 */
	private static function number( string $name, int $value, int $most ): string {
		return sprintf( '<input type="number" id="healthlint-%1$s" name="%2$s[%1$s]" value="%3$d" min="1" max="%4$d" class="small-text">', esc_attr( $name ), esc_attr( Settings::OPTION ), $value, $most );
	}

	/**
	 * A list to choose from.
	 *
	 * @param string               $name    Of the setting.
	 * @param string               $value   Its value.
	 * @param array<string,string> $choices Labels by value.
	 */
	private static function choice( string $name, string $value, array $choices ): string {
		$out = '';
		foreach ( $choices as $one => $label ) {
			$out .= sprintf( '<option value="%s" %s>%s</option>', esc_attr( $one ), selected( $one, $value, false ), esc_html( $label ) );
		}
		return sprintf( '<select id="healthlint-%1$s" name="%2$s[%1$s]">%3$s</select>', esc_attr( $name ), esc_attr( Settings::OPTION ), $out );
	}

	/**
	 * A tick box.
	 *
	 * @param string $name  Of the setting, with any part in brackets.
	 * @param bool   $on    Whether it is ticked.
	 * @param string $label Its label.
	 * @param string $value Its value.
	 * @param string $more  `[]` for one of several.
	 */
	private static function tick( string $name, bool $on, string $label, string $value = '1', string $more = '' ): string {
		return sprintf(
			'<label style="margin-right: 1em"><input type="checkbox" name="%s" value="%s" %s> %s</label> ',
			esc_attr( Settings::OPTION . '[' . $name . ']' . $more ),
			esc_attr( $value ),
			checked( $on, true, false ),
			esc_html( $label )
		);
	}

	/**
	 * The post types.
	 *
	 * @param array<string> $chosen Names.
	 */
	private static function types( array $chosen ): string {
		$out   = '';
		$types = get_post_types( array( 'public' => true ), 'objects' ) + array( 'wp_block' => get_post_type_object( 'wp_block' ) );
		unset( $types['attachment'] );
		foreach ( array_filter( $types ) as $name => $type ) {
			$out .= self::tick( 'post_types', in_array( $name, $chosen, true ), $type->labels->name, $name, '[]' );
		}
		return $out;
	}

	/**
	 * The roles.
	 *
	 * @param string        $severity Of findings.
	 * @param array<string> $chosen   Names.
	 */
	private static function roles( string $severity, array $chosen ): string {
		$out = '';
		foreach ( wp_roles()->get_names() as $name => $label ) {
			if ( get_role( $name )->has_cap( 'edit_posts' ) ) {
				$out .= self::tick( 'waive][' . $severity, in_array( $name, $chosen, true ), translate_user_role( $label ), $name, '[]' );
			}
		}
		return $out;
	}
}
