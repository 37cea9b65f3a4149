"""Which HTML elements stand apart, end others, hide their content: HTML's vocabulary as sets."""

from __future__ import annotations

VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr".split()
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
#: Elements that stand apart from the text before and after them.
BLOCKS = HEADINGS | frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form header hgroup html legend li listing main menu nav ol "
    "optgroup option p plaintext pre search section select summary table tbody td textarea tfoot "
    "th thead title tr ul xmp".split()
)
CLOSES_P = BLOCKS - frozenset(
    "body button caption html legend optgroup option select tbody td textarea tfoot th thead "
    "title tr".split()
)
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
TABLE_PARTS = frozenset("caption colgroup tbody td tfoot th thead tr".split())
#: Where the parts of a table stand; anywhere else they are not read as tags.
PARENTS = dict.fromkeys(TABLE_PARTS, frozenset(["table"])) | {
    "tr": frozenset(["table", "tbody", "thead", "tfoot"]),
    "td": frozenset(["tr"]),
    "th": frozenset(["tr"]),
}
#: An end tag does not reach beyond these.
BARRIERS = frozenset("caption html table td th template marquee object applet".split())
#: What a browser does not show, or shows without words that could be linted.
SKIPPED = frozenset(
    "script style template noscript svg math pre listing xmp plaintext iframe noembed noframes "
    "video audio canvas object datalist rp".split()
)
OPAQUE = frozenset(["code", "kbd", "samp", "math"])
#: In an SVG image these end it.
BREAK_OUT = frozenset(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li "
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul "
    "var".split()
)
META = frozenset("description og:title og:description twitter:title twitter:description".split())
