<?php
/**
 * The client of the HTTP service.
 *
 * @package Healthlint
 */

namespace Healthlint;

defined( 'ABSPATH' ) || exit;

/**
 * Asks `healthlint serve`. The browser never does: neither the address nor the token leaves the server.
 */
final class Service {

	/**
	 * The report on the fields of one page.
	 *
	 * @param array<array<string,mixed>> $fields As the service wants them.
	 * @param string                     $name   What the page is called in the report.
	 * @return array<string,mixed> The report, decoded.
	 * @throws Unavailable If there is none.
	 */
	public static function check( array $fields, string $name = '' ): array {
		$report = self::ask( '/v1/check', self::question( $fields, $name ) );
		if ( ! is_array( $report['files'] ?? null ) || count( $report['files'] ) !== count( $fields ) ) {
			throw new Unavailable( esc_html__( 'what answers at the address of the service is not healthlint, or another version of it', 'healthlint' ) );
		}
		return $report;
	}

	/**
	 * The fields with suggestions put in the place of some findings.
	 *
	 * @param array<array<string,mixed>> $fields       As the service wants them.
	 * @param array<string>              $fingerprints Of the findings.
	 * @return array<array<string,mixed>> For each field: id, text, fixed, left.
	 * @throws Unavailable If the service does not answer.
	 */
	public static function fix( array $fields, array $fingerprints ): array {
		$answer = self::ask(
			'/v1/fix',
			self::question( $fields, '' ) + array(
				'unsafe'       => true,
				'fingerprints' => $fingerprints,
			)
		);
		return is_array( $answer['fields'] ?? null ) ? $answer['fields'] : array();
	}

	/**
	 * What is asked in both cases. Comments inside a text that switch rules off do not count here:
	 * they would get round the right to waive.
	 *
	 * @param array<array<string,mixed>> $fields As the service wants them.
	 * @param string                     $name   What the page is called.
	 * @return array<string,mixed>
	 */
	private static function question( array $fields, string $name ): array {
		return array(
			'fields'   => $fields,
			'name'     => $name,
			'profile'  => Settings::get( 'profile' ),
			'fail_on'  => Settings::get( 'fail_on' ),
			'comments' => false,
		);
	}

	/**
	 * The decoded answer to one question; a busy service is asked once more.
	 *
	 * @param string              $path     Of the service.
	 * @param array<string,mixed> $question To send.
	 * @return array<string,mixed>
	 * @throws Unavailable If there is no answer of use.
	 */
	private static function ask( string $path, array $question ): array {
		$headers = array(
			'Content-Type' => 'application/json; charset=utf-8',
			'Accept'       => 'application/json',
		);
		if ( '' !== Settings::token() ) {
			$headers['Authorization'] = 'Bearer ' . Settings::token();
		}
		$request = array(
			'headers'     => $headers,
			'body'        => wp_json_encode( $question, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ),
			'timeout'     => (int) Settings::get( 'timeout' ),
			'redirection' => 0,
			'user-agent'  => 'healthlint-wordpress/' . VERSION,
		);
		if ( false === $request['body'] ) {
			throw new Unavailable( esc_html__( 'the text is not valid UTF-8', 'healthlint' ), true );
		}
		$answer = wp_remote_post( Settings::url() . $path, $request );
		$wait   = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_header( $answer, 'retry-after' );
		if ( 429 === wp_remote_retrieve_response_code( $answer ) && $wait <= 2 ) {
			sleep( max( 1, $wait ) );
			$answer = wp_remote_post( Settings::url() . $path, $request );
		}
		if ( is_wp_error( $answer ) ) {
			throw new Unavailable( esc_html__( 'the healthlint service cannot be reached', 'healthlint' ) );
		}
		$status  = (int) wp_remote_retrieve_response_code( $answer );
		$decoded = json_decode( wp_remote_retrieve_body( $answer ), true );
		if ( 200 !== $status ) {
			throw new Unavailable( esc_html( self::told( $status ) ), 413 === $status );
		}
		if ( ! is_array( $decoded ) ) {
			throw new Unavailable( esc_html__( 'what answers at the address of the service is not healthlint, or another version of it', 'healthlint' ) );
		}
		return $decoded;
	}

	/**
	 * What a status means for whoever wants to publish. The service's own words stay out of it: they
	 * may be those of any server at that address.
	 *
	 * @param int $status HTTP status.
	 */
	private static function told( int $status ): string {
		return match ( true ) {
			in_array( $status, array( 401, 403 ), true ) => __( 'the healthlint service refuses the token in the settings', 'healthlint' ),
			413 === $status => __( 'the page is too large for the healthlint service to read', 'healthlint' ),
			429 === $status => __( 'the healthlint service is busy; try again in a moment', 'healthlint' ),
			503 === $status => __( 'the healthlint service took too long or is stopping', 'healthlint' ),
			/* translators: %d: HTTP status */
			default => sprintf( __( 'the healthlint service answered with status %d', 'healthlint' ), $status ),
		};
	}
}
