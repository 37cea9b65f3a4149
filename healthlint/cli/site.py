"""The options of `healthlint check` that audit a site as its readers get it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from healthlint.rendered.audit import Page

_F = TypeVar("_F", bound=Callable[..., Any])


def site_options(command: _F) -> _F:
    """`--urls-from`, `--root` and `--allow-network`."""
    command = click.option(
        "--allow-network",
        is_flag=True,
        help="With --urls-from: fetch pages from other machines too.",
    )(command)
    command = click.option(
        "--root",
        metavar="DIR",
        help="With --urls-from: where the pages are, an exported folder or the address of a local "
        "server.",
    )(command)
    return click.option(
        "--urls-from",
        metavar="SITEMAP",
        help="Check the pages of a site: those that a sitemap names, or a list of addresses.",
    )(command)


def site_pages(
    urls_from: str | None,
    root: str | None,
    network: bool,
    paths: tuple[str, ...],
    needs_files: dict[str, object],
) -> Iterator[Page]:
    """The pages that the options name; none without `--urls-from`.

    `needs_files` are options that work on files only. Raises `UsageError` for what excludes each
    other, and `ConfigError` for a sitemap or folder that cannot be read.
    """
    if urls_from is None:
        if root is not None or network:
            raise click.UsageError("--root and --allow-network need --urls-from")
        return iter(())
    if paths:
        raise click.UsageError("--urls-from takes no PATHS beside it; check them in another run")
    for option, value in needs_files.items():
        if value:
            raise click.UsageError(f"{option} needs files; it cannot be used with --urls-from")
    from healthlint.rendered.audit import Site, pages

    return pages(urls_from, Site.at(root, network))
