/**
 * The panel in the block editor: findings, marks, suggestions, waivers and the publish lock.
 *
 * Plain JavaScript on the wp.* globals; there is no build step.
 */
( function ( wp, places, settings ) {
	'use strict';

	const { createElement: el, createPortal, Fragment, useEffect, useState } = wp.element;
	const { Button, Dashicon, ExternalLink, Notice, PanelBody, Spinner, TextareaControl, TextControl } = wp.components;
	const { __, _n, sprintf } = wp.i18n;
	const { dispatch, select, subscribe, useSelect } = wp.data;
	const slots = wp.editor.PluginSidebar ? wp.editor : wp.editPost;

	const STORE = 'healthlint';
	const SIDEBAR = 'healthlint/healthlint';
	const LOCK = 'healthlint';
	const WARNINGS = 'healthlint-warnings';
	const WAIT = 700; // Milliseconds without a change before the text is checked.
	const SEVERITIES = {
		error: { icon: 'dismiss', label: __( 'Error', 'healthlint' ) },
		warning: { icon: 'warning', label: __( 'Warning', 'healthlint' ) },
		info: { icon: 'info-outline', label: __( 'Hint', 'healthlint' ) },
	};

	// -- what is known --------------------------------------------------------------------------

	const nothing = { state: 'waiting', verdict: null, failure: '', ids: {}, sent: null };

	wp.data.register(
		wp.data.createReduxStore( STORE, {
			reducer: ( state = nothing, action ) => ( action.type === 'SET' ? { ...state, ...action.values } : state ),
			actions: { set: ( values ) => ( { type: 'SET', values } ) },
			selectors: { get: ( state ) => state },
		} )
	);

	const known = () => select( STORE ).get();
	const learn = ( values ) => dispatch( STORE ).set( values );
	const findings = ( verdict ) => ( verdict ? verdict.findings : [] );
	const blocking = ( verdict ) => findings( verdict ).filter( ( one ) => one.blocks );
	const asking = ( verdict ) =>
		findings( verdict ).filter(
			( one ) => one.severity === 'warning' && ! one.blocks && ! one.waiver && ! one.acknowledged
		);

	/** Whether the user may publish; who may not can always submit for review. */
	const mayPublish = () => 'wp:action-publish' in ( select( 'core/editor' ).getCurrentPost()._links || {} );

	/** Why publishing is off, in a few words; empty if it is not. */
	function why( { verdict } ) {
		if ( ! verdict || ! mayPublish() ) {
			return '';
		}
		if ( verdict.down ) {
			return verdict.blocked ? __( 'Publishing is off: healthlint gives no verdict.', 'healthlint' ) : '';
		}
		const count = blocking( verdict ).length + verdict.unread.length;
		if ( count ) {
			return sprintf(
				/* translators: %d: number of findings */
				_n( 'Publishing is off: %d finding to resolve.', 'Publishing is off: %d findings to resolve.', count, 'healthlint' ),
				count
			);
		}
		const warnings = asking( verdict ).length;
		return warnings
			? sprintf(
					/* translators: %d: number of warnings */
					_n( 'Read %d warning before you publish.', 'Read %d warnings before you publish.', warnings, 'healthlint' ),
					warnings
			  )
			: '';
	}

	// -- asking ---------------------------------------------------------------------------------

	/** The page as it would be saved now. */
	function page() {
		const editor = select( 'core/editor' );
		const meta = {};
		const own = editor.getEditedPostAttribute( 'meta' ) || {};
		settings.metaKeys.forEach( ( key ) => {
			// A meta box stores its form's fields; their names are the keys without `_`, as the gate knows.
			const input = document.querySelector( '[name="' + CSS.escape( key.replace( /^_+/, '' ) ) + '"]' );
			const value = input ? input.value : own[ key ];
			if ( typeof value === 'string' ) {
				meta[ key ] = value;
			}
		} );
		return {
			post: editor.getCurrentPostId(),
			title: editor.getEditedPostAttribute( 'title' ) || '',
			content: editor.getEditedPostContent() || '',
			excerpt: editor.getEditedPostAttribute( 'excerpt' ) || '',
			// Other plugins add what stands in their own stores, e.g. a search description.
			meta: wp.hooks ? wp.hooks.applyFilters( 'healthlint.meta', meta ) : meta,
		};
	}

	const ask = ( path, data ) => wp.apiFetch( { path: '/healthlint/v1' + path, method: 'POST', data } );

	let turn = 0;

	/** Checks the page; an answer that comes after a later question is dropped. */
	function check() {
		const mine = ++turn;
		const sent = page();
		const ids = places.tree( select( 'core/block-editor' ).getBlocks() );
		learn( { state: 'checking' } );
		return ask( '/check', sent ).then(
			( verdict ) => mine === turn && take( { state: 'done', verdict, failure: '', ids, sent } ),
			( error ) => mine === turn && take( { state: 'failed', verdict: null, failure: error.message || '', ids, sent } )
		);
	}

	/** Stores an answer, sets the locks and the marks. */
	function take( answer ) {
		learn( answer );
		const { lockPostSaving, unlockPostSaving } = dispatch( 'core/editor' );
		const { verdict } = answer;
		if ( verdict ) {
			( verdict.blocked && mayPublish() ? lockPostSaving : unlockPostSaving )( LOCK );
			( asking( verdict ).length && mayPublish() ? lockPostSaving : unlockPostSaving )( WARNINGS );
		}
		tellIfDown( answer );
		const marks = [];
		findings( verdict ).forEach( ( finding ) => {
			if ( ! finding.waiver ) {
				inBlocks( finding, answer ).forEach( ( one ) => marks.push( { ...one, severity: finding.severity } ) );
			}
		} );
		const inTitle = findings( verdict ).filter( ( one ) => one.field === 'title' && ! one.waiver );
		places.annotate( marks, inTitle.map( ( { start, end, severity } ) => ( { text: answer.sent.title, start, end, severity } ) ) );
	}

	let told = '';

	/** A notice above the text while there is no verdict, for who has the panel closed. */
	function tellIfDown( answer ) {
		const down = answer.state === 'failed' || answer.verdict.down ? summary( answer ) : '';
		if ( down === told ) {
			return;
		}
		told = down;
		if ( down ) {
			dispatch( 'core/notices' ).createNotice( 'warning', down, { id: 'healthlint-down', isDismissible: true } );
		} else {
			dispatch( 'core/notices' ).removeNotice( 'healthlint-down' );
		}
	}

	/** The block at a path, or the nearest one around it. */
	function blockAt( path, ids ) {
		let id;
		for ( let steps = path.split( '.' ); steps.length && ! id; steps = steps.slice( 0, -1 ) ) {
			id = ids[ steps.join( '.' ) ];
		}
		return id ? select( 'core/block-editor' ).getBlock( id ) : null;
	}

	/** Where ranges of the content stand in the editor: { clientId, place } for each attribute. */
	function inBlocks( { ranges }, { ids, verdict, blocks } ) {
		return ranges.flatMap( ( range ) => {
			const block = blockAt( range.path, ids );
			const html = ( ( blocks || verdict.blocks )[ range.path ] || {} ).html;
			return block && ids[ range.path ] === block.clientId
				? places.find( block, html, range ).map( ( place ) => ( { clientId: block.clientId, place } ) )
				: [];
		} );
	}

	let timer;
	let last = [];

	/** Asks for a check when something has changed and then nothing for a moment. */
	function watch() {
		const editor = select( 'core/editor' );
		if ( ! editor.getCurrentPostId() || ! editor.getCurrentPostType() ) {
			return;
		}
		const now = [
			select( 'core/block-editor' ).getBlocks(),
			editor.getEditedPostAttribute( 'title' ),
			editor.getEditedPostAttribute( 'excerpt' ),
			editor.getEditedPostAttribute( 'meta' ),
		];
		if ( now.every( ( one, at ) => one === last[ at ] ) ) {
			return;
		}
		last = now;
		soon();
	}

	function soon() {
		clearTimeout( timer );
		timer = setTimeout( check, WAIT );
	}

	// -- doing ----------------------------------------------------------------------------------

	function say( message, status ) {
		dispatch( 'core/notices' ).createNotice( status || 'info', message, { id: 'healthlint', type: 'snackbar' } );
		wp.a11y.speak( message );
	}

	/** Whether the page is still what was checked; if not, says so and checks it. */
	function unchanged() {
		if ( JSON.stringify( page() ) === JSON.stringify( known().sent ) ) {
			return true;
		}
		say( __( 'The text has changed since it was checked; it is being checked again.', 'healthlint' ), 'warning' );
		check();
		return false;
	}

	/** Goes to the words of a finding and selects them. */
	function go( finding ) {
		const answer = known();
		const path = finding.ranges.length ? finding.ranges[ 0 ].path : ( finding.attribute || {} ).path;
		const block = path ? blockAt( path, answer.ids ) : null;
		if ( block ) {
			dispatch( 'core/block-editor' ).selectBlock( block.clientId );
			const [ first ] = inBlocks( finding, answer );
			if ( ! first || ! first.place.rich || ! places.select( places.shown( first ) ) ) {
				focusOn( '[data-block="' + block.clientId + '"]' );
			}
		} else if ( finding.field === 'title' ) {
			if ( ! places.select( { ...finding, selector: places.TITLE, text: answer.sent.title } ) ) {
				focusOn( places.TITLE );
			}
		} else {
			dispatch( 'core/edit-post' ).openGeneralSidebar( 'edit-post/document' );
		}
	}

	function focusOn( selector ) {
		const element = places.canvas().querySelector( selector );
		if ( element ) {
			element.scrollIntoView( { block: 'center' } );
			element.focus();
		}
	}

	/** Puts words in the place of a range; a message if that cannot be. */
	function put( range, text, answer ) {
		const { sent, ids } = answer;
		if ( range.field === 'content' ) {
			const [ first, ...more ] = inBlocks( range, { ids, blocks: range.blocks } );
			if ( ! first || more.length || range.ranges.length !== 1 ) {
				return __( 'These words run over several blocks, or stand where healthlint cannot write. Change them by hand.', 'healthlint' );
			}
			places.replace( first.clientId, first.place, text );
			return '';
		}
		if ( range.field === 'title' || range.field === 'excerpt' ) {
			const now = sent[ range.field ];
			if ( now.slice( range.start, range.end ) === range.old ) {
				dispatch( 'core/editor' ).editPost( { [ range.field ]: now.slice( 0, range.start ) + text + now.slice( range.end ) } );
				return '';
			}
		}
		const block = range.attribute && range.attribute.attribute.length && blockAt( range.attribute.path, ids );
		const value = block && places.at( block.attributes, range.attribute.attribute );
		if ( typeof value === 'string' && value.slice( range.start, range.end ) === range.old ) {
			places.change( block.clientId, range.attribute.attribute, value.slice( 0, range.start ) + text + value.slice( range.end ) );
			return '';
		}
		return __( 'healthlint cannot write here. Change it by hand.', 'healthlint' );
	}

	/** A disclosure belongs near the claim: a paragraph of its own below the block. */
	function addBelow( finding, text, answer ) {
		const blocks = select( 'core/block-editor' );
		const path = finding.ranges.length ? finding.ranges[ 0 ].path : '';
		let block = path ? blockAt( path, answer.ids ) : null;
		let id = block ? block.clientId : '';
		while ( id && ! blocks.canInsertBlockType( 'core/paragraph', blocks.getBlockRootClientId( id ) ) ) {
			id = blocks.getBlockRootClientId( id );
		}
		const root = id ? blocks.getBlockRootClientId( id ) : '';
		const index = id ? blocks.getBlockIndex( id ) + 1 : blocks.getBlockCount();
		const content = text.replace( /&/g, '&amp;' ).replace( /</g, '&lt;' );
		block = wp.blocks.createBlock( 'core/paragraph', { content } );
		dispatch( 'core/block-editor' ).insertBlock( block, index, root );
	}

	/** Uses a suggestion, or the exact replacement that a rule gives. */
	async function use( finding, text ) {
		if ( ! unchanged() ) {
			return;
		}
		const answer = known();
		let problem = '';
		try {
			if ( finding.fix === text ) {
				problem = put( { ...finding, blocks: answer.verdict.blocks, old: finding.words }, text, answer );
			} else if ( finding.category === 'disclosure' ) {
				addBelow( finding, text, answer );
			} else {
				const range = await ask( '/suggest', { ...answer.sent, fingerprint: finding.fingerprint } );
				if ( ! unchanged() ) {
					return;
				}
				const stop = /[.!?]$/.test( range.old.trim() ) ? text : text.replace( /\.$/, '' );
				problem = put( { ...range, attribute: finding.attribute }, stop, answer );
			}
		} catch ( error ) {
			problem = error.message;
		}
		if ( problem ) {
			say( problem, 'warning' );
			return;
		}
		say( __( 'Suggestion used. Undo takes it back.', 'healthlint' ) );
		clearTimeout( timer );
		check();
	}

	// -- showing --------------------------------------------------------------------------------

	const Severity = ( { severity } ) =>
		el(
			'span',
			{ className: 'healthlint-severity is-' + severity },
			el( Dashicon, { icon: SEVERITIES[ severity ].icon } ),
			SEVERITIES[ severity ].label
		);

	function WaiveForm( { finding, close } ) {
		const [ reason, setReason ] = useState( '' );
		const [ until, setUntil ] = useState( settings.defaultEnd );
		const [ problem, setProblem ] = useState( '' );
		const submit = ( event ) => {
			event.preventDefault();
			if ( ! unchanged() ) {
				return;
			}
			ask( '/waive', { ...known().sent, fingerprint: finding.fingerprint, reason, until } ).then(
				() => {
					close();
					say( __( 'Waived. It stands in the log.', 'healthlint' ) );
					check();
				},
				( error ) => setProblem( error.message )
			);
		};
		return el(
			'form',
			{ onSubmit: submit, className: 'healthlint-waive' },
			problem && el( Notice, { status: 'error', isDismissible: false }, problem ),
			el( TextareaControl, {
				label: __( 'Why may this stand?', 'healthlint' ),
				/* translators: %d: number of characters */
				help: sprintf( __( 'At least %d characters. It stands in the log with your name and dies when the sentence changes.', 'healthlint' ), settings.reason ),
				value: reason,
				onChange: setReason,
				required: true,
				minLength: settings.reason,
			} ),
			el( TextControl, { label: __( 'Until', 'healthlint' ), type: 'date', min: settings.today, value: until, onChange: setUntil, required: true } ),
			el( Button, { variant: 'primary', type: 'submit' }, __( 'Waive', 'healthlint' ) ),
			el( Button, { variant: 'tertiary', onClick: close }, __( 'Cancel', 'healthlint' ) )
		);
	}

	function Waived( { finding } ) {
		const { id, who, reason, until } = finding.waiver;
		const revoke = () =>
			ask( '/waivers/' + id + '/revoke', {} ).then(
				() => {
					say( __( 'Waiver revoked.', 'healthlint' ) );
					check();
				},
				( error ) => say( error.message, 'error' )
			);
		return el(
			Fragment,
			null,
			el( 'p', null, sprintf(
				/* translators: 1: who, 2: a date, 3: the reason */
				__( 'Waived by %1$s until %2$s: %3$s', 'healthlint' ), who, until, reason
			) ),
			finding.may_waive && el( Button, { variant: 'link', isDestructive: true, onClick: revoke }, __( 'Revoke the waiver', 'healthlint' ) )
		);
	}

	function Suggestions( { finding } ) {
		const texts = finding.fix ? [ finding.fix ] : finding.suggestions;
		return texts.length
			? el(
					'ul',
					{ className: 'healthlint-suggestions', 'aria-label': __( 'Write instead', 'healthlint' ) },
					texts.map( ( text ) =>
						el(
							'li',
							{ key: text },
							el( 'span', null, text ),
							el(
								Button,
								{
									variant: 'secondary',
									size: 'small',
									isSmall: true,
									onClick: () => use( finding, text ),
									'aria-label': sprintf(
										/* translators: %s: the suggested words */
										__( 'Use: %s', 'healthlint' ), text
									),
								},
								finding.category === 'disclosure' && ! finding.fix ? __( 'Add below', 'healthlint' ) : __( 'Use', 'healthlint' )
							)
						)
					)
			  )
			: null;
	}

	function Finding( { finding } ) {
		const [ waiving, setWaiving ] = useState( false );
		return el(
			'li',
			{ className: 'healthlint-finding is-' + ( finding.waiver ? 'waived' : finding.severity ), 'data-rule': finding.rule },
			el(
				'p',
				{ className: 'healthlint-head' },
				el( Severity, { severity: finding.severity } ),
				el( 'span', { className: 'healthlint-place' }, finding.place + ' · ' + finding.rule )
			),
			el(
				Button,
				{
					variant: 'link',
					className: 'healthlint-words',
					onClick: () => go( finding ),
					'aria-label': sprintf(
						/* translators: %s: words of the page */
						__( 'Go to “%s”', 'healthlint' ), finding.words
					),
				},
				'“' + finding.words + '”'
			),
			el( 'p', null, finding.message ),
			finding.waiver ? el( Waived, { finding } ) : el( Suggestions, { finding } ),
			finding.authorities.length > 0 &&
				el(
					'ul',
					{ className: 'healthlint-authorities', 'aria-label': __( 'On whose authority', 'healthlint' ) },
					finding.authorities.map( ( { id, title, url } ) =>
						el( 'li', { key: id }, /^https?:/.test( url || '' ) ? el( ExternalLink, { href: url }, title ) : title )
					)
				),
			! finding.waiver && finding.may_waive && ! waiving &&
				el( Button, { variant: 'tertiary', size: 'small', isSmall: true, onClick: () => setWaiving( true ) }, __( 'Waive…', 'healthlint' ) ),
			waiving && el( WaiveForm, { finding, close: () => setWaiving( false ) } )
		);
	}

	function Acknowledge( { verdict } ) {
		const count = asking( verdict ).length;
		const acknowledge = () => ask( '/acknowledge', known().sent ).then( check, ( error ) => say( error.message, 'error' ) );
		if ( ! count || verdict.blocked || ! mayPublish() ) {
			return null;
		}
		return el(
			Button,
			{ variant: 'secondary', className: 'healthlint-acknowledge', onClick: acknowledge },
			sprintf(
				/* translators: %d: number of warnings */
				_n( 'I have read %d warning; allow publishing', 'I have read %d warnings; allow publishing', count, 'healthlint' ),
				count
			)
		);
	}

	/** One sentence on how it stands: what a screen reader hears after each check. */
	function summary( { state, verdict, failure } ) {
		if ( state === 'failed' ) {
			return __( 'This page could not be checked.', 'healthlint' ) + ' ' + failure;
		}
		if ( ! verdict ) {
			return __( 'Checking…', 'healthlint' );
		}
		if ( verdict.down ) {
			return (
				sprintf(
					/* translators: %s: the reason */
					__( 'No verdict: %s.', 'healthlint' ), verdict.down
				) + ' ' + ( verdict.blocked
					? __( 'Publishing is off until there is one; drafts are saved.', 'healthlint' )
					: __( 'You may publish all the same; that is recorded.', 'healthlint' ) )
			);
		}
		const open = findings( verdict ).filter( ( one ) => ! one.waiver ).length + verdict.unread.length;
		return open
			? sprintf(
					/* translators: %d: number of findings */
					_n( '%d finding.', '%d findings.', open, 'healthlint' ), open
			  ) + ' ' + why( { verdict } )
			: __( 'Nothing found.', 'healthlint' );
	}

	function Findings() {
		const now = useSelect( ( from ) => from( STORE ).get(), [] );
		useEffect( () => {
			// What stands in meta boxes changes without a word to the editor.
			if ( known().sent && JSON.stringify( page().meta ) !== JSON.stringify( known().sent.meta ) ) {
				check();
			}
		}, [] );
		const { state, verdict } = now;
		const rank = Object.keys( SEVERITIES );
		const order = ( one ) => ( one.waiver ? 10 : rank.indexOf( one.severity ) );
		const sorted = [ ...findings( verdict ) ].sort( ( one, other ) => order( one ) - order( other ) );
		const status = ( verdict && verdict.blocked ) || state === 'failed' ? 'error' : findings( verdict ).length || ( verdict && verdict.down ) ? 'warning' : 'success';
		return el(
			'div',
			{ className: 'healthlint-panel' },
			el(
				'div',
				{ role: 'status', 'aria-live': 'polite', className: 'healthlint-summary is-' + status },
				summary( now ),
				state === 'checking' && el( Spinner )
			),
			verdict && verdict.unread.map( ( text ) => el( Notice, { key: text, status: 'error', isDismissible: false }, text ) ),
			verdict && verdict.notices.map( ( text ) => el( Notice, { key: text, status: 'warning', isDismissible: false }, text ) ),
			verdict && el( Acknowledge, { verdict } ),
			el(
				'ul',
				{ className: 'healthlint-findings', 'aria-label': __( 'Findings', 'healthlint' ) },
				sorted.map( ( finding ) => el( Finding, { key: finding.fingerprint + finding.field, finding } ) )
			),
			settings.log && el( 'p', null, el( 'a', { href: settings.log }, __( 'Waivers and log', 'healthlint' ) ) )
		);
	}

	/** The reason, in words, beside the button that it greys out. */
	function Why() {
		const now = useSelect( ( from ) => from( STORE ).get(), [] );
		const open = useSelect( ( from ) => {
			const store = from( 'core/editor' );
			return ( store.isPublishSidebarOpened ? store : from( 'core/edit-post' ) ).isPublishSidebarOpened();
		}, [] );
		const [ host, setHost ] = useState( null );
		const reason = why( now );
		useEffect( () => {
			const panel = open && document.querySelector( '.editor-post-publish-panel__prepublish' );
			const button = document.querySelector(
				panel
					? '.editor-post-publish-panel__header-publish-button button'
					: '.edit-post-header__settings .editor-post-publish-button__button, .editor-header__settings .editor-post-publish-button__button'
			);
			if ( ! button || ! reason ) {
				setHost( null );
				return undefined;
			}
			const place = document.createElement( 'span' );
			place.id = 'healthlint-why';
			place.className = 'healthlint-why';
			( panel || button.parentNode ).insertBefore( place, panel ? panel.firstChild : button );
			button.setAttribute( 'aria-describedby', place.id );
			setHost( place );
			return () => {
				button.removeAttribute( 'aria-describedby' );
				place.remove();
			};
		}, [ reason, open ] );
		const show = () => dispatch( 'core/edit-post' ).openGeneralSidebar( SIDEBAR );
		return host
			? createPortal( el( Fragment, null, el( Dashicon, { icon: 'lock' } ), open ? reason : el( Button, { variant: 'link', onClick: show }, reason ) ), host )
			: null;
	}

	function Healthlint() {
		const blocked = useSelect( ( from ) => blocking( from( STORE ).get().verdict ).length, [] );
		const title = __( 'healthlint', 'healthlint' );
		return el(
			Fragment,
			null,
			el( slots.PluginSidebarMoreMenuItem, { target: 'healthlint' }, title ),
			el( slots.PluginSidebar, { name: 'healthlint', title }, el( PanelBody, null, el( Findings ) ) ),
			el(
				slots.PluginPrePublishPanel,
				{
					title: blocked ? sprintf( '%s (%d)', title, blocked ) : title,
					initialOpen: true,
				},
				el( Findings )
			),
			el( Why )
		);
	}

	wp.plugins.registerPlugin( 'healthlint', { icon: 'shield', render: Healthlint } );
	subscribe( watch );
	document.addEventListener( 'change', ( { target } ) => target.closest( '.edit-post-meta-boxes-area' ) && soon() );
} )( window.wp, window.healthlint, window.healthlintSettings );
