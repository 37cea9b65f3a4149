"""Which files of a folder are content, by their names and places: code has strings of its own.

Only files that were found in a folder are asked about; a file that the user named is always read.
"""

from __future__ import annotations

import re
from pathlib import PurePath

#: Folders whose data files and scripts hold what a site shows.
CONTENT_FOLDERS = frozenset(
    "content contents data _data _posts collections i18n locales locale lang langs translations "
    "messages copy cms entries articles pages faq faqs".split()
)
_DATA = frozenset([".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".xml"])
_SCRIPTS = frozenset([".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"])
_GENERATED = re.compile(
    r"(?:package(?:-lock)?|composer|tsconfig.*|jsconfig.*|npm-shrinkwrap|manifest|labels?|schema"
    r"|vercel|netlify|renovate|turbo|lerna|nx|angular|deno|biome|components)\.jsonl?c?$"
    r"|(?:pnpm-lock|yarn|docker-compose.*|mkdocs|_config|codecov|cspell.*)\.ya?ml$"
    r"|(?:pyproject|cargo|poetry|netlify|wrangler|uv|config|hugo|book)\.toml$"
    r"|.*[.-](?:config|conf|setup|test|tests|spec|stories|d|lock|bundle|chunk|generated|schema|min"
    r"|[0-9a-f]{8,})\.(?:[cm]?[jt]sx?|json|ya?ml|toml)$"
    r"|.*\.(?:min|bundle)\..*|(?:gulpfile|gruntfile|webpack.*|service-worker|sw)\.[cm]?[jt]s$"
    r"|sitemap.*\.xml$|\..*",
    re.IGNORECASE,
)


def is_content(path: PurePath) -> bool:
    """Whether a file in a folder may hold what a site shows.

    Configurations, lock files, bundles and tests do not; data files and plain scripts do where a
    folder above them says so.
    """
    name = path.name.lower()
    suffix = path.suffix.lower()
    if suffix not in _DATA and suffix not in _SCRIPTS and suffix not in (".jsx", ".tsx"):
        return True
    if _GENERATED.fullmatch(name):
        return False
    if suffix in (".jsx", ".tsx"):
        return not {"__tests__", "tests", "test"}.intersection(path.parts)
    return any(part.lower() in CONTENT_FOLDERS for part in path.parts[:-1])
