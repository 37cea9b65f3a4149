"""One WordPress and one service for all tests of the plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import chromium as chromium
from tests.browser import missing
from tests.integrations.wordpress.site import Site, free_port, service, setup, wait_for


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, as the session shares it."""
    port = free_port()
    site = tmp_path_factory.mktemp("wordpress") / "site"
    try:
        setup.make_site(site, f"http://127.0.0.1:{port}")
    except setup.Missing as lacking:
        missing(str(lacking))
    with service() as address, setup.serving(site, port):
        wait_for(f"http://127.0.0.1:{port}/wp-login.php")
        made = Site(site, f"http://127.0.0.1:{port}", address)
        made.let_run()
        yield made


@pytest.fixture
def site(wordpress: Site) -> Site:
    """The site with its settings as they come."""
    wordpress.settings()
    return wordpress
