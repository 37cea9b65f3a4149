"""`healthlint init`: the first day. Writes the configuration, the hook's entry and the baseline."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import click

from healthlint.cli.decided import Decided
from healthlint.cli.options import profile_option
from healthlint.cli.session import Session
from healthlint.config import TOML_NAME, YAML_NAME, Configs
from healthlint.decisions.policy import BASELINE_NAME
from healthlint.errors import ConfigError
from healthlint.finding import SEVERITIES, Result
from healthlint.settings import PROFILES

HOOKS_NAME = ".pre-commit-config.yaml"
_HOOK = """\
{indent}- repo: local
{indent}  hooks:
{indent}    - id: healthlint
{indent}      name: healthlint
{indent}      entry: healthlint check
{indent}      language: system
{indent}      files: '{files}'
{indent}      require_serial: true
"""


@click.command()
@profile_option
@click.option(
    "--drafts",
    multiple=True,
    metavar="FOLDER",
    help="Where the drafts are; several times for several folders. Everything else is left out.",
)
@click.option("--pre-commit/--no-pre-commit", default=None, help="Add the pre-commit hook.")
@click.option(
    "--baseline/--no-baseline",
    default=None,
    help="Write down what is found today as known, so that only new findings count.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="From which severity on a run fails.  [default: error]",
)
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: take the defaults.")
def init(
    profile: str | None,
    drafts: tuple[str, ...],
    pre_commit: bool | None,
    baseline: bool | None,
    fail_on: str | None,
    yes: bool,
) -> None:
    """Set healthlint up in the current folder.

    Asks for what the options do not say: whose law speaks, where the drafts are, whether to add a
    pre-commit hook, and whether to begin with a baseline of what is found today.
    """
    _refuse_second_time()
    in_git = os.path.exists(".git")
    if profile is None:
        profile = "us" if yes else _choice("Whose law speaks", PROFILES, "us")
    if not drafts:
        said = "." if yes else _line("Where are the drafts (folders, with blanks between)", ".")
        drafts = tuple(said.split())
    folders = _folders(drafts)
    if pre_commit is None:
        pre_commit = in_git if yes else _yes("Check drafts before every commit", in_git)
    if baseline is None:
        baseline = True if yes else _yes("Begin with a baseline of what is found today", True)

    # Read before anything is written, so that a file that cannot be added to costs nothing.
    hooks = _hooks(folders) if pre_commit else None
    Path(YAML_NAME).write_text(_config(profile, folders, baseline, fail_on), "utf-8")
    click.echo(f"{YAML_NAME}: written")
    if hooks is not None:
        Path(HOOKS_NAME).write_bytes(hooks.encode("utf-8"))
        click.echo(f"{HOOKS_NAME}: the hook `healthlint` added")
    elif pre_commit:
        click.echo(f"{HOOKS_NAME}: has a hook `healthlint` already")
    if baseline:
        _write_baseline()
    steps = ["pre-commit install"] if pre_commit else []
    if in_git:
        files = [YAML_NAME, HOOKS_NAME if pre_commit else "", BASELINE_NAME if baseline else ""]
        steps.append(f"git add {' '.join(file for file in files if file)}")
    click.echo(f"Next: {'; '.join([*steps, 'healthlint check'])}")


def _refuse_second_time() -> None:
    if os.path.lexists(YAML_NAME):
        raise ConfigError(f"{YAML_NAME}: healthlint is set up here already; edit this file")
    found = Configs().of("draft.md")
    if found is not None and found.path.parent == Path.cwd():
        raise ConfigError(f"{TOML_NAME}: healthlint is set up here already; edit [tool.healthlint]")


def _folders(names: tuple[str, ...]) -> tuple[str, ...]:
    """The folders relative to here, with forward slashes; none for everything.

    Raises `ConfigError`.
    """
    found = []
    for name in names:
        if not os.path.isdir(name):
            raise ConfigError(f"--drafts: there is no folder `{name}`")
        inside = os.path.relpath(name).replace(os.sep, "/")
        if inside.split("/", 1)[0] == "..":
            raise ConfigError(f"--drafts: `{name}` is not below this folder; run init above it")
        if inside == ".":
            return ()
        found.append(inside)
    within = {one for one in found for other in found if one.startswith(f"{other}/")}
    return tuple(dict.fromkeys(one for one in found if one not in within))


def _config(
    profile: str, folders: tuple[str, ...], baseline: bool, fail_on: str | None
) -> str:
    lines = [f"profile: {profile}"]
    if folders:
        lines.append("exclude:  # everything but the drafts")
        lines += [f"  - {json.dumps(glob, ensure_ascii=False)}" for glob in only(folders)]
    if fail_on:
        lines.append(f"fail-on: {fail_on}")
    if baseline:
        lines.append(f"baseline: {BASELINE_NAME}")
    return "\n".join(lines) + "\n"


def only(folders: tuple[str, ...]) -> list[str]:
    """Globs that leave out everything but some folders, as `.gitignore` would say it."""
    globs: list[str] = []
    for folder in folders:
        parts = [re.sub(r"([\\*?\[\]!#])", r"\\\1", part) for part in folder.split("/")]
        for depth in range(len(parts)):
            above = "/".join(("", *parts[:depth]))
            for glob in (f"{above.rstrip('/')}/*", f"!{above.rstrip('/')}/{parts[depth]}/"):
                if glob not in globs:
                    globs.append(glob)
    return globs


def _hooks(folders: tuple[str, ...]) -> str | None:
    """The text of pre-commit's configuration with our hook, or None if it has one.

    Raises `ConfigError` where it cannot be added to.
    """
    from healthlint.readers import FORMATS

    endings = "|".join(end.lstrip(".") for known in FORMATS.values() for end in known.suffixes)
    where = f"^({'|'.join(re.escape(folder) for folder in folders)})/.*" if folders else ""
    files = rf"(?i){where}\.({endings})$".replace("'", "''")
    path = Path(HOOKS_NAME)
    if not path.exists():
        return "repos:\n" + _HOOK.format(indent="  ", files=files)
    import yaml

    try:
        text = path.read_bytes().decode("utf-8")
        root = yaml.compose(text, yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())
        raise ConfigError(f"{HOOKS_NAME}: cannot be read ({why}); mend it first") from None
    listed = data.get("repos") if isinstance(data, dict) else None
    if data is not None and not isinstance(listed, list):
        raise ConfigError(f"{HOOKS_NAME}: it has no list `repos`; add one, or delete the file")
    for repo in listed or ():
        for hook in (repo.get("hooks") or ()) if isinstance(repo, dict) else ():
            if isinstance(hook, dict) and str(hook.get("id", "")).startswith("healthlint"):
                return None
    return _with_hook(text, root, files)


def _with_hook(text: str, root: object, files: str) -> str:
    """The text with the hook behind the last entry of `repos`, indented as that is."""
    import yaml

    newline = "\r\n" if "\r\n" in text else "\n"
    if not isinstance(root, yaml.MappingNode):
        return "repos:\n" + _HOOK.format(indent="  ", files=files)
    node = next(value for key, value in root.value if key.value == "repos")
    if node.flow_style:
        if node.value:
            raise ConfigError(f"{HOOKS_NAME}: write `repos` with one `- ` for each, then run again")
        at, end = text[: node.start_mark.index].rstrip(" "), text[node.end_mark.index :]
        entry = _HOOK.format(indent="  ", files=files).replace("\n", newline)
        return at + newline + entry.removesuffix(newline) + end
    last: yaml.Node = node
    while isinstance(last, yaml.CollectionNode) and last.value and not last.flow_style:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    at_end = text.find("\n", last.end_mark.index - 1)
    place = len(text) if at_end < 0 else at_end + 1
    before = text[:place] + ("" if text[:place].endswith("\n") else newline)
    entry = _HOOK.format(indent=" " * node.start_mark.column, files=files)
    after = before + entry.replace("\n", newline) + text[place:]
    if len(yaml.safe_load(after)["repos"]) != len(node.value) + 1:
        raise ConfigError(f"{HOOKS_NAME}: cannot be added to as it is written; add a hook by hand")
    return after


def _write_baseline() -> None:
    from healthlint.decisions.baseline import write_baseline

    decided = Decided(write=True)
    session = Session(Configs(), decided=decided)
    tasks = [task for task in session.tasks(["."]) if not _nothing(task.error)]
    results: list[Result] = []
    for result in session.results(tasks):
        if result.error is not None:
            click.echo(f"{result.path}: {result.error}", err=True)
        results.append(result)
    write_baseline(Path(BASELINE_NAME), results)
    number = sum(len(result.findings) for result in results)
    findings = "1 finding" if number == 1 else f"{number} findings"
    drafts = "1 draft" if len(results) == 1 else f"{len(results)} drafts"
    click.echo(f"{BASELINE_NAME}: {findings} in {drafts} written down as known")


def _nothing(error: str | None) -> bool:
    return error is not None and error.startswith("no drafts in this folder")


def _choice(question: str, known: tuple[str, ...], default: str) -> str:
    while True:
        said = _line(f"{question} ({', '.join(known)})", default).lower()
        if said in known:
            return said
        click.echo(f"there is no `{said}`")


def _yes(question: str, default: bool) -> bool:
    while True:
        said = _line(f"{question} (yes, no)", "yes" if default else "no").lower()
        if said in ("y", "yes", "n", "no"):
            return said[0] == "y"
        click.echo("say yes or no")


def _line(question: str, default: str) -> str:
    try:
        return str(click.prompt(question, default=default)).strip() or default
    except click.exceptions.Abort:
        raise ConfigError(
            "there is nobody to ask; say it with options (healthlint init --help), or --yes"
        ) from None
