<?php
/**
 * What happens when the service gives no verdict.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * The service gave no verdict. The message is for people and holds no secret and no text of a page.
 */
final class Unavailable extends \RuntimeException {

	/**
	 * Says what happened.
	 *
	 * @param string $message       What happened.
	 * @param bool   $about_the_text Whether the text itself is why (too large): such a page must
	 *                              never pass, whatever the setting for a service that is down.
	 */
	public function __construct( string $message, public readonly bool $about_the_text = false ) {
		parent::__construct( $message );
	}
}
