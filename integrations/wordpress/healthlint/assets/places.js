/**
 * From a place in a block's HTML to the words in its text attributes, and back into them.
 *
 * Nothing here parses HTML. Two marks are put around the range, the editor's own block parser reads
 * the marked HTML, and where the marks come out is the place: tags, entities, emoji and attributes
 * of any registered block are mapped right because the editor maps them.
 */
( function ( wp ) {
	'use strict';

	const OPEN = '\uE8F1'; // Private use: in no text that people write.
	const CLOSE = '\uE8F2';
	const SEVERITIES = [ 'error', 'warning', 'info' ];
	const TITLE = '.editor-post-title__input, .editor-post-title';
	const MARKS = /[\uE8F1\uE8F2]/g;
	const { create, insert, toHTMLString } = wp.richText;

	/** An attribute's value as a string: HTML where it is rich text. */
	const asString = ( value ) =>
		value && typeof value.toHTMLString === 'function' ? value.toHTMLString() : value;

	/** All strings in attributes, as [ path, string, definition ]. */
	function strings( value, definition, path ) {
		const text = asString( value );
		if ( typeof text === 'string' ) {
			return [ [ path, text, definition || {} ] ];
		}
		if ( Array.isArray( value ) ) {
			return value.flatMap( ( one, at ) => strings( one, definition, [ ...path, at ] ) );
		}
		if ( value && typeof value === 'object' ) {
			return Object.entries( value ).flatMap( ( [ name, one ] ) =>
				strings( one, ( ( definition || {} ).query || {} )[ name ], [ ...path, name ] )
			);
		}
		return [];
	}

	const isRich = ( definition ) =>
		definition.type === 'rich-text' || [ 'html', 'rich-text', 'children' ].includes( definition.source );

	const plain = ( text, rich ) => ( rich ? create( { html: text } ).text : text );

	const at = ( value, path ) =>
		path.reduce( ( inside, name ) => ( inside === undefined || inside === null ? undefined : inside[ name ] ), value );

	function withChange( value, path, changed ) {
		if ( ! path.length ) {
			return changed;
		}
		const copy = Array.isArray( value ) ? [ ...value ] : { ...value };
		copy[ path[ 0 ] ] = withChange( value[ path[ 0 ] ], path.slice( 1 ), changed );
		return copy;
	}

	/**
	 * The words in a block's attributes that a range of its HTML stands for.
	 *
	 * @param {Object} block The block as it is in the editor now.
	 * @param {string} html  Its own HTML, as it was checked.
	 * @param {Object} range start and end in that HTML, UTF-16 units.
	 * @return {Array} Of { path, rich, start, end }, offsets in the plain text; empty if the block's
	 *                 text is no longer what was checked or the range is in no attribute.
	 */
	function find( block, html, range ) {
		if ( range.start === null || ! html ) {
			return [];
		}
		const type = wp.blocks.getBlockType( block.name );
		const marked =
			html.slice( 0, range.start ) + OPEN + html.slice( range.start, range.end ) + CLOSE + html.slice( range.end );
		const attributes = wp.blocks.getBlockAttributes( type, marked, block.attributes );
		const places = [];
		Object.entries( ( type && type.attributes ) || {} ).forEach( ( [ name, definition ] ) => {
			strings( attributes[ name ], definition, [ name ] ).forEach( ( [ path, text, inner ] ) => {
				const rich = isRich( inner );
				const seen = plain( text, rich );
				const open = seen.indexOf( OPEN );
				const close = seen.indexOf( CLOSE );
				if ( open < 0 && close < 0 ) {
					return;
				}
				const now = asString( at( block.attributes, path ) );
				const whole = seen.replace( MARKS, '' );
				if ( typeof now !== 'string' || plain( now, rich ) !== whole ) {
					return;
				}
				const start = Math.max( open, 0 );
				const end = close < 0 ? whole.length : close - ( open < 0 ? 0 : 1 );
				if ( start < end ) {
					places.push( { path, rich, start, end } );
				}
			} );
		} );
		return places;
	}

	/** The formats that all of a range has: new words there keep these. */
	function shared( value, start, end ) {
		const same = ( one, other ) =>
			one === other ||
			( one.type === other.type && JSON.stringify( one.attributes ) === JSON.stringify( other.attributes ) );
		let formats = ( value.formats[ start ] || [] ).filter( ( one ) => one.type !== 'core/annotation' );
		for ( let index = start; index < end; index++ ) {
			formats = formats.filter( ( one ) => ( value.formats[ index ] || [] ).some( ( other ) => same( one, other ) ) );
		}
		return formats;
	}

	/**
	 * Puts words in the place of others in one attribute; formatting around them stays.
	 *
	 * @param {string} clientId Of the block.
	 * @param {Object} place    From find().
	 * @param {string} text     The new words, plain.
	 */
	function replace( clientId, place, text ) {
		const { attributes } = wp.data.select( 'core/block-editor' ).getBlock( clientId );
		const now = at( attributes, place.path );
		let next;
		if ( place.rich ) {
			const value = create( { html: asString( now ) } );
			const words = create( { text } );
			const formats = shared( value, place.start, place.end );
			if ( formats.length ) {
				words.formats = Array.from( { length: text.length }, () => formats );
			}
			next = toHTMLString( { value: insert( value, words, place.start, place.end ) } );
			if ( typeof now !== 'string' && wp.richText.RichTextData ) {
				next = wp.richText.RichTextData.fromHTMLString( next );
			}
		} else {
			next = now.slice( 0, place.start ) + text + now.slice( place.end );
		}
		change( clientId, place.path, next );
	}

	/** Sets one attribute, or a value inside it. */
	function change( clientId, path, next ) {
		const { attributes } = wp.data.select( 'core/block-editor' ).getBlock( clientId );
		wp.data.dispatch( 'core/block-editor' ).updateBlockAttributes( clientId, {
			[ path[ 0 ] ]: withChange( attributes[ path[ 0 ] ], path.slice( 1 ), next ),
		} );
	}

	/** The document that the text is edited in, which may be a frame of its own. */
	function canvas() {
		const frame = document.querySelector( 'iframe[name="editor-canvas"]' );
		return ( frame && frame.contentDocument ) || document;
	}

	/** An element's text nodes and line breaks, in order, as { node, text }. */
	function parts( element ) {
		const walker = element.ownerDocument.createTreeWalker( element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT );
		const found = [];
		for ( let node = walker.nextNode(); node; node = walker.nextNode() ) {
			if ( node.nodeType === Node.TEXT_NODE ) {
				found.push( { node, text: node.data } );
			} else if ( node.nodeName === 'BR' && ! ( 'richTextPadding' in node.dataset ) ) {
				found.push( { node, text: '\n' } );
			}
		}
		return found;
	}

	/** The first of these elements that shows this text; undefined if none does. */
	function showing( selector, text ) {
		return [ ...canvas().querySelectorAll( selector ) ].find(
			( element ) => parts( element ).map( ( one ) => one.text ).join( '' ).replace( /\uFEFF/g, '' ) === text
		);
	}

	/** A DOM range of an element's plain text; null if there is no such place. */
	function domRange( element, start, end ) {
		const range = element.ownerDocument.createRange();
		let from = 0;
		let begun = false;
		for ( const { node, text } of parts( element ) ) {
			const to = from + text.length;
			if ( node.nodeType === Node.TEXT_NODE ) {
				if ( ! begun && start < to ) {
					range.setStart( node, Math.max( start - from, 0 ) );
					begun = true;
				}
				if ( begun && end <= to ) {
					range.setEnd( node, Math.max( end - from, 0 ) );
					return range;
				}
			}
			from = to;
		}
		return null;
	}

	/** Selects words of an element and goes there; whether that could be done. */
	function select( { selector, text, start, end } ) {
		const element = showing( selector, text );
		const range = element && domRange( element, start, end );
		if ( ! range ) {
			return false;
		}
		element.focus();
		const selection = canvas().defaultView.getSelection();
		selection.removeAllRanges();
		selection.addRange( range );
		element.scrollIntoView( { block: 'center' } );
		return true;
	}

	/**
	 * Marks words that the annotations API does not reach (table cells, the title) with the browser's
	 * own highlights, which leave the page as it is. A browser without them shows no mark there.
	 */
	function highlight( marks ) {
		const view = canvas().defaultView;
		if ( ! view.CSS || ! view.CSS.highlights ) {
			return;
		}
		SEVERITIES.forEach( ( severity ) => {
			const ranges = marks
				.filter( ( one ) => one.severity === severity )
				.map( ( { selector, text, start, end } ) => {
					const element = showing( selector, text );
					return element && domRange( element, start, end );
				} )
				.filter( Boolean );
			view.CSS.highlights.set( 'healthlint-' + severity, new view.Highlight( ...ranges ) );
		} );
	}

	/** Where a place in a rich attribute is shown: { selector, text, start, end }. */
	function shown( { clientId, place } ) {
		const { attributes } = wp.data.select( 'core/block-editor' ).getBlock( clientId );
		return {
			selector: '[data-block="' + clientId + '"].rich-text, [data-block="' + clientId + '"] .rich-text',
			text: create( { html: asString( at( attributes, place.path ) ) } ).text,
			start: place.start,
			end: place.end,
		};
	}

	/**
	 * Takes all marks out of the text and puts marks at these places.
	 *
	 * @param {Array} marks Of { clientId, place, severity }.
	 * @param {Array} title Of { text, start, end, severity }: marks in the title.
	 */
	function annotate( marks, title ) {
		const { __experimentalAddAnnotation: add, __experimentalRemoveAnnotationsBySource: remove } =
			wp.data.dispatch( 'core/annotations' );
		SEVERITIES.forEach( ( severity ) => remove( 'healthlint-' + severity ) );
		const others = title.map( ( one ) => ( { ...one, selector: TITLE } ) );
		marks.forEach( ( { clientId, place, severity } ) => {
			const { path, rich, start, end } = place;
			if ( rich && path.length === 1 ) {
				add( {
					source: 'healthlint-' + severity,
					blockClientId: clientId,
					richTextIdentifier: path[ 0 ],
					range: { start, end },
				} );
			} else if ( rich ) {
				others.push( { ...shown( { clientId, place } ), severity } );
			}
		} );
		highlight( others );
	}

	/** Each block's clientId by its path. */
	function tree( blocks, path = '', found = {} ) {
		blocks.forEach( ( block, index ) => {
			found[ path + index ] = block.clientId;
			tree( block.innerBlocks, path + index + '.', found );
		} );
		return found;
	}

	window.healthlint = { TITLE, annotate, at, canvas, change, find, replace, select, shown, tree };
} )( window.wp );
