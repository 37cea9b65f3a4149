#!/usr/bin/env python3
"""A real WordPress on this machine, without Docker and without a database server.

    python3 integrations/wordpress/dev/setup.py SITE [--port 8088]    set it up and serve it
    python3 integrations/wordpress/dev/setup.py --zip healthlint.zip  make the plugin's zip

WordPress and its SQLite driver come from the npm package `@wp-playground/wordpress-builds`
(fetched once into a cache, some 150 MB); PHP is the machine's own. On Debian or Ubuntu:
apt-get install php-cli php-sqlite3 php-mbstring php-xml npm.

Users, each with the password `password`: admin (administrator), edith (editor), arthur (author),
conrad (contributor).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUILDS = "@wp-playground/wordpress-builds@0.9.19"
WORDPRESS = os.environ.get("HEALTHLINT_WORDPRESS", "6.5")  # or 6.2, 6.3, 6.4, nightly
PLUGIN = Path(__file__).resolve().parent.parent / "healthlint"
PACKAGES = "php-cli php-sqlite3 php-mbstring php-xml npm"
MODULES = ("dom", "mbstring", "pdo_sqlite", "SimpleXML", "tokenizer")

_MEMBERS = (
    f"package/src/wordpress/wp-{WORDPRESS}.zip",
    f"package/public/wp-{WORDPRESS}/",
    "package/src/sqlite-database-integration/sqlite-database-integration.zip",
)
_CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', '' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_HOME', '{url}' );
define( 'WP_SITEURL', '{url}' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', true );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'CONCATENATE_SCRIPTS', false );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {{
	define( $name . '_KEY', 'a key of a site for tests only: ' . $name );
	define( $name . '_SALT', 'a salt of a site for tests only: ' . $name );
}}
$table_prefix = 'wp_';
defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
"""
_INSTALL = r"""<?php
define( 'WP_INSTALLING', true );
$_SERVER['HTTP_HOST'] = parse_url( '{url}', PHP_URL_HOST );
require '{site}/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Riverside Clinic', 'admin', 'admin@example.org', false, '', 'password' );
"""
_ACTIVATE = r"""<?php
$_SERVER['HTTP_HOST'] = parse_url( '{url}', PHP_URL_HOST );
require '{site}/wp-load.php';
require ABSPATH . 'wp-admin/includes/plugin.php';
$roles = array( 'edith' => 'editor', 'arthur' => 'author', 'conrad' => 'contributor' );
foreach ( $roles as $name => $role ) {{
	wp_insert_user(
		array(
			'user_login' => $name,
			'user_pass'  => 'password',
			'user_email' => $name . '@example.org',
			'role'       => $role,
		)
	);
}}
update_option( 'blogname', 'Riverside Clinic' );
update_option( 'admin_email_lifespan', time() + YEAR_IN_SECONDS );
foreach ( get_users() as $user ) {{
	// The editor greets nobody with its tour.
	update_user_meta( $user->ID, 'wp_persisted_preferences', array(
		'core/edit-post' => array( 'welcomeGuide' => false, 'fullscreenMode' => false ),
		'core' => array( 'fullscreenMode' => false ),
		'_modified' => gmdate( 'c' ),
	) );
}}
$error = activate_plugin( 'healthlint/healthlint.php' );
exit( is_wp_error( $error ) ? $error->get_error_message() : 0 );
"""


# Compiled scripts are kept in memory by the server.
_FAST = ("-d", "opcache.enable_cli=1")


class Missing(Exception):
    """This machine lacks something; the message says what to install."""


def requirements() -> None:
    """Raise `Missing` unless PHP with the modules that WordPress needs, and npm, are here."""
    advice = f"on Debian or Ubuntu: apt-get install {PACKAGES}"
    php = shutil.which("php")
    if php is None:
        raise Missing(f"a real WordPress needs PHP; {advice}")
    have = subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout.split()
    lacking = [name for name in MODULES if name not in have]
    if lacking:
        raise Missing(f"PHP lacks {', '.join(lacking)}; {advice}")
    if not (_cache() / "ready").exists() and shutil.which("npm") is None:
        raise Missing(f"WordPress is fetched with npm; {advice}")


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return (
        Path(base)
        / "healthlint-wordpress"
        / re.sub(r"\W+", "-", f"{BUILDS}-{WORDPRESS}").strip("-")
    )


def _fetched() -> Path:
    """The folder of the cache, filled."""
    cache = _cache()
    if (cache / "ready").exists():
        return cache
    cache.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache.parent) as folder:
        fetch = subprocess.run(
            ["npm", "pack", "--silent", BUILDS], cwd=folder, capture_output=True, text=True
        )
        if fetch.returncode:
            raise Missing(f"npm could not fetch {BUILDS}: {fetch.stderr.strip()[-500:]}")
        ready = Path(folder) / "content"
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            wanted = [one for one in archive if one.name.startswith(_MEMBERS) and one.isfile()]
            for one in wanted:
                if ".." in Path(one.name).parts:
                    raise Missing(f"{BUILDS} holds a path that leads out of it: {one.name}")
            archive.extractall(ready, members=wanted)
        (ready / "ready").touch()
        if cache.exists():
            shutil.rmtree(cache)
        ready.rename(cache)
    return cache


def make_site(site: Path, url: str) -> None:
    """A fresh WordPress in the folder `site`, answering at `url`, with the plugin active.

    The plugin is a link to the checkout, so that a change shows at once. Raises `Missing`.
    """
    requirements()
    source = _fetched() / "package"
    with zipfile.ZipFile(source / "src/wordpress" / f"wp-{WORDPRESS}.zip") as archive:
        archive.extractall(site)
    static = source / "public" / f"wp-{WORDPRESS}"
    for path in static.rglob("*"):
        target = site / path.relative_to(static)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    with zipfile.ZipFile(source / _MEMBERS[2].removeprefix("package/")) as archive:
        top = archive.namelist()[0]
        archive.extractall(site / "wp-content")
    driver = site / "wp-content" / "sqlite-database-integration"
    (site / "wp-content" / top).rename(driver)
    drop_in = (driver / "db.copy").read_text("utf-8")
    drop_in = drop_in.replace("{SQLITE_IMPLEMENTATION_FOLDER_PATH}", str(driver))
    drop_in = drop_in.replace("{SQLITE_PLUGIN}", "sqlite-database-integration/load.php")
    (site / "wp-content" / "db.php").write_text(drop_in, "utf-8")
    (site / "wp-config.php").write_text(_CONFIG.format(url=url), "utf-8")
    (site / "wp-content/plugins/healthlint").symlink_to(PLUGIN)
    for script in (_INSTALL, _ACTIVATE):
        run_php(script.format(url=url, site=site))


def run_php(code: str, **environment: str) -> str:
    """What a PHP script prints. Raises `RuntimeError` with its output if it fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".php", encoding="utf-8") as script:
        script.write(code)
        script.flush()
        done = subprocess.run(
            ["php", "-d", "display_errors=stderr", script.name],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
        )
    if done.returncode:
        raise RuntimeError(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def serving(site: Path, port: int) -> Iterator[None]:
    """PHP's own server for the site while the block runs."""
    with open(site / "server.log", "ab") as log:
        server = subprocess.Popen(
            ["php", *_FAST, "-S", f"127.0.0.1:{port}", "-t", str(site)],
            stdout=log,
            stderr=log,
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
            start_new_session=True,
        )
        try:
            yield
        finally:
            # Its workers are children of its own, and outlive it.
            os.killpg(server.pid, 15)
            server.wait()


def make_zip(target: Path) -> None:
    """The plugin as a zip that WordPress installs."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(PLUGIN.rglob("*")):
            if path.is_file():
                archive.write(path, Path("healthlint") / path.relative_to(PLUGIN))


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog=f"Needs, on Debian or Ubuntu: {PACKAGES}",
    )
    parser.add_argument("site", nargs="?", type=Path, help="folder for the site")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--zip", type=Path, metavar="FILE", help="only make the plugin's zip")
    given = parser.parse_args()
    if given.zip:
        make_zip(given.zip)
        return 0
    if given.site is None:
        parser.error("name a folder for the site, or --zip")
    url = f"http://127.0.0.1:{given.port}"
    try:
        requirements()
        if not (given.site / "wp-config.php").exists():
            make_site(given.site.resolve(), url)
    except Missing as missing:
        print(f"setup.py: {missing}", file=sys.stderr)
        return 2
    with serving(given.site, given.port):
        print(f"{url}/wp-admin/ (admin, edith, arthur or conrad; password: password). Ctrl-C ends.")
        try:
            while True:
                input()
        except (KeyboardInterrupt, EOFError):
            return 0


if __name__ == "__main__":
    sys.exit(main())
