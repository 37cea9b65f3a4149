<?php
/**
 * Plugin Name:       healthlint
 * Description:       Checks health writing before it is published: marks what misleads at the exact words, says why and on whose authority, and keeps it from going live.
 * Version:           0.1.0
 * Requires at least: 6.2
 * Requires PHP:      8.1
 * License:           MIT
 * Text Domain:       healthlint
 * Domain Path:       /languages
 *
 * A client of the HTTP service `healthlint serve`, which holds the rules.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';
const FILE    = __FILE__;

require_once __DIR__ . '/includes/class-settings.php';
require_once __DIR__ . '/includes/class-unavailable.php';
require_once __DIR__ . '/includes/class-service.php';
require_once __DIR__ . '/includes/class-extractor.php';
require_once __DIR__ . '/includes/class-tables.php';
require_once __DIR__ . '/includes/class-log.php';
require_once __DIR__ . '/includes/class-waivers.php';
require_once __DIR__ . '/includes/class-checker.php';
require_once __DIR__ . '/includes/class-gate.php';
require_once __DIR__ . '/includes/class-meta-gate.php';
require_once __DIR__ . '/includes/class-notices.php';
require_once __DIR__ . '/includes/class-rest.php';
require_once __DIR__ . '/includes/class-editor.php';
require_once __DIR__ . '/includes/class-settings-page.php';
require_once __DIR__ . '/includes/class-log-page.php';

register_activation_hook( __FILE__, array( Tables::class, 'create' ) );

add_action(
	'plugins_loaded',
	static function (): void {
		load_plugin_textdomain( 'healthlint', false, dirname( plugin_basename( FILE ) ) . '/languages' );
		Tables::upgrade();
		Gate::boot();
		Meta_Gate::boot();
		Notices::boot();
		Rest::boot();
		Editor::boot();
		Settings_Page::boot();
		Log_Page::boot();
	}
);
