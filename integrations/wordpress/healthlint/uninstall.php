<?php
/**
 * Takes away what the plugin stored, if that was chosen in the settings.
 *
 * @package Healthlint
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/class-settings.php';
require_once __DIR__ . '/includes/class-tables.php';

if ( get_option( Healthlint\Settings::OPTION )['remove_data'] ?? false ) {
	Healthlint\Tables::remove();
}
