"""`healthlint completion`: the line that makes a shell complete commands and rule codes."""

from __future__ import annotations

import click

_SHELLS = {
    "bash": ("~/.bashrc", 'eval "$(_HEALTHLINT_COMPLETE=bash_source healthlint)"'),
    "zsh": ("~/.zshrc", 'eval "$(_HEALTHLINT_COMPLETE=zsh_source healthlint)"'),
    "fish": (
        "~/.config/fish/completions/healthlint.fish",
        "_HEALTHLINT_COMPLETE=fish_source healthlint | source",
    ),
}


@click.command()
@click.argument("shell", type=click.Choice(tuple(_SHELLS)))
def completion(shell: str) -> None:
    """Print the line that lets the Tab key complete healthlint's commands and rule codes.

    \b
    healthlint completion bash >> ~/.bashrc
    """
    file, line = _SHELLS[shell]
    click.echo(f"# healthlint: Tab completes commands, options and rule codes (in {file})\n{line}")
