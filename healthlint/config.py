"""Project configuration: what a file says (`RawConfig`), and what it means for one draft (`Plan`).

A project is configured in `.healthlint.yaml` or in `[tool.healthlint]` of `pyproject.toml`. The
nearest one upward from the draft speaks; the search ends at the folder that holds `.git`. Globs are
read as in `.gitignore`, relative to the configuration's folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from healthlint.decisions.policy import KEYS as POLICY_KEYS
from healthlint.decisions.policy import WAIVERS_NAME, Policy, read_policy
from healthlint.errors import ConfigError, RuleError
from healthlint.finding import SEVERITIES
from healthlint.settings import PROFILES, Settings

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from healthlint.rulebook.yamltree import Node

YAML_NAME = ".healthlint.yaml"
TOML_NAME = "pyproject.toml"
LAYER_KEYS = ("profile", "select", "ignore", "severities", "rules", "fail-on")
CONFIG_KEYS = (*LAYER_KEYS, "overrides", "exclude", "formats", "fields", *POLICY_KEYS)

_T = TypeVar("_T")


class Word(NamedTuple):
    """The name of a rule, code or category, and the place it was written at."""

    text: str
    place: str


class Layer(NamedTuple):
    """One voice on how to check: a configuration, an override or the command line."""

    profile: str | None = None
    select: tuple[Word, ...] = ()
    ignore: tuple[Word, ...] = ()
    severities: tuple[tuple[Word, str], ...] = ()
    packs: tuple[Path, ...] = ()
    fail_on: str | None = None

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name of a rule, code or category in it, with its place."""
        for word in (*self.select, *self.ignore, *(word for word, _ in self.severities)):
            yield word.text, word.place


class Override(NamedTuple):
    """A layer for the drafts whose paths match one of the globs."""

    paths: tuple[str, ...]
    layer: Layer


class RawConfig(NamedTuple):
    """What one configuration file says."""

    path: Path
    base: Layer = Layer()
    overrides: tuple[Override, ...] = ()
    exclude: tuple[str, ...] = ()
    formats: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    policy: Policy = Policy()


class Plan(NamedTuple):
    """How one draft is checked; `format` is None where its name or text decides.

    `names` are all names of rules, codes and categories that led to it, each with its place.
    """

    settings: Settings = Settings()
    format: str | None = None
    fail_on: str = "error"
    names: tuple[tuple[str, str], ...] = ()
    policy: Policy = Policy()


class Configs:
    """The configurations of a run, read when a draft first needs them.

    `flags` is what the command line says, `only` a file that replaces the search; with `search`
    false no file is read at all.
    """

    def __init__(
        self, flags: Layer | None = None, only: Path | None = None, search: bool = True
    ) -> None:
        self._flags = flags or Layer()
        self._only = read_config(only) if only else None
        self._search = search
        self._found: dict[str, RawConfig | ConfigError | None] = {}
        self._plans: dict[object, Plan] = {}

    def under(self, flags: Layer) -> Configs:
        """The same configurations, already read, under other words of whoever asks."""
        other = Configs(flags, search=self._search)
        other._only = self._only
        return other

    def of(self, draft: str | Path) -> RawConfig | None:
        """The configuration that governs a draft. Raises `ConfigError` if it is wrong."""
        if self._only or not self._search:
            return self._only
        folder = os.path.dirname(os.path.abspath(draft))
        passed: list[str] = []
        found: RawConfig | ConfigError | None = None
        while True:
            if folder in self._found:
                found = self._found[folder]
                break
            passed.append(folder)
            try:
                found = _config_in(folder)
            except ConfigError as error:
                found = error
            parent = os.path.dirname(folder)
            if found or parent == folder or os.path.exists(os.path.join(folder, ".git")):
                break
            folder = parent
        self._found.update(dict.fromkeys(passed, found))
        if isinstance(found, ConfigError):
            raise found
        return found

    def plan(self, draft: str | Path) -> Plan:
        """How a draft is checked. Raises `ConfigError` if its configuration is wrong."""
        config = self.of(draft)
        if config is None:
            return self._plan(None, (), None)
        inside = _inside(config.path.parent, draft)
        applied = tuple(
            number
            for number, override in enumerate(config.overrides)
            if matches(override.paths, inside)
        )
        fmt = next((f for glob, f in reversed(config.formats) if matches((glob,), inside)), None)
        fields = next((f for glob, f in reversed(config.fields) if matches((glob,), inside)), ())
        return self._plan(config, applied, fmt, fields)

    def excludes(self, path: str | Path, folder: bool = False) -> bool:
        """Whether the configuration leaves this file or folder out; a wrong one leaves out none."""
        try:
            config = self.of(path)
        except ConfigError:
            return False
        if config is None or not config.exclude:
            return False
        inside = _inside(config.path.parent, path)
        return matches(config.exclude, inside + "/" if folder else inside)

    def _plan(
        self,
        config: RawConfig | None,
        applied: tuple[int, ...],
        fmt: str | None,
        fields: tuple[str, ...] = (),
    ) -> Plan:
        # Drafts under the same words share one plan, so that its settings are compared by identity.
        key = (config.path if config else None, applied, fmt, fields)
        if key not in self._plans:
            layers = [config.base, *(config.overrides[n].layer for n in applied)] if config else []
            layers.append(self._flags)
            merged = _merge(layers)
            names = tuple(name for layer in layers for name in layer.names())
            policy = config.policy if config else self._own_policy()
            self._plans[key] = Plan(
                _settings(merged, fields), fmt, merged.fail_on or "error", names, policy
            )
        return self._plans[key]

    def _own_policy(self) -> Policy:
        """What holds where nothing is configured: the waivers of the current folder."""
        return Policy(waivers=Path(WAIVERS_NAME)) if self._search else Policy()


def _merge(layers: list[Layer]) -> Layer:
    """One layer that says what all say, the later ones over the earlier ones.

    A later `select` replaces the earlier ones and takes its own names out of what they ignore.
    """
    merged = Layer()
    for layer in layers:
        chosen = {word.text.lower() for word in layer.select}
        ignored = tuple(word for word in merged.ignore if word.text.lower() not in chosen)
        said = {word.text.lower() for word, _ in layer.severities}
        kept = tuple(
            (word, level)
            for word, level in merged.severities
            if word.text.lower() not in said
            and not (level == "off" and word.text.lower() in chosen)
        )
        merged = Layer(
            profile=layer.profile or merged.profile,
            select=layer.select or merged.select,
            ignore=ignored + layer.ignore,
            severities=kept + layer.severities,
            packs=merged.packs + tuple(p for p in layer.packs if p not in merged.packs),
            fail_on=layer.fail_on or merged.fail_on,
        )
    return merged


def _settings(layer: Layer, fields: tuple[str, ...] = ()) -> Settings:
    return Settings(
        profile=layer.profile or "us",
        select=tuple(word.text for word in layer.select),
        ignore=tuple(word.text for word in layer.ignore),
        severities=tuple((word.text, level) for word, level in layer.severities),
        packs=layer.packs,
        options={"fields": " ".join(fields)} if fields else {},
    )


def matches(globs: tuple[str, ...], path: str) -> bool:
    """Whether a path with forward slashes matches the globs; a later `!glob` takes back."""
    return _spec(globs).match_file(path)


@lru_cache(maxsize=256)
def _spec(globs: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(globs)


def _inside(folder: Path, path: str | Path) -> str:
    """The path relative to the folder, with forward slashes; the whole path if it is elsewhere."""
    full = os.path.abspath(path)
    try:
        relative = os.path.relpath(full, folder)
    except ValueError:  # another drive
        relative = os.pardir
    if relative.split(os.sep, 1)[0] == os.pardir:
        relative = os.path.splitdrive(full)[1].lstrip(os.sep)
    return relative.replace(os.sep, "/")


def _config_in(folder: str) -> RawConfig | None:
    yaml_path = os.path.join(folder, YAML_NAME)
    toml_path = os.path.join(folder, TOML_NAME)
    wrong_name = os.path.join(folder, ".healthlint.yml")
    if os.path.isfile(wrong_name):
        raise ConfigError(f"{_shown(wrong_name)}: this name is not read; call it {YAML_NAME}")
    in_yaml = os.path.isfile(yaml_path)
    in_toml = os.path.isfile(toml_path) and b"tool.healthlint" in _bytes(toml_path)
    if in_toml:
        from healthlint.tomltree import load

        in_toml = load(Path(toml_path), _shown(toml_path)) is not None
    if in_yaml and in_toml:
        raise ConfigError(
            f"{_shown(yaml_path)}: [tool.healthlint] in {TOML_NAME} beside it configures healthlint"
            f" too; keep one and delete the other (delete {YAML_NAME}, or that table)"
        )
    if in_yaml or in_toml:
        return read_config(Path(yaml_path if in_yaml else toml_path))
    return None


def read_config(path: Path) -> RawConfig:
    """What a configuration file says. Raises `ConfigError` with the place of the first mistake."""
    shown = _shown(path)
    try:
        if path.suffix == ".toml":
            from healthlint.tomltree import load as load_toml

            root = load_toml(path, shown)
            if root is None:
                raise ConfigError(f"{shown}: there is no [tool.healthlint] table in this file")
        else:
            from healthlint.rulebook.yamltree import load as load_yaml

            root = load_yaml(path, shown)
        return _raw(path.absolute(), root)
    except RuleError as error:  # the tree speaks of rules; here it is a configuration
        raise ConfigError(str(error)) from None


def _raw(path: Path, root: Node) -> RawConfig:
    _known_keys(root, CONFIG_KEYS, "the configuration")
    formats, fields = root.get("formats"), root.get("fields")
    return RawConfig(
        path=path,
        base=_layer(root, path.parent),
        overrides=tuple(_override(node, path.parent) for node in _elements(root, "overrides")),
        exclude=_globs(root, "exclude"),
        formats=tuple((str(key.scalar), _format(value)) for key, value in formats.items())
        if formats
        else (),
        fields=tuple(
            (str(key.scalar), tuple(text for text, _ in value.texts()))
            for key, value in fields.items()
        )
        if fields
        else (),
        policy=read_policy(root, path.parent),
    )


def _override(node: Node, folder: Path) -> Override:
    _known_keys(node, ("paths", *LAYER_KEYS), "an override")
    paths = _globs(node, "paths")
    if not paths:
        raise ConfigError(f"{node.place}: this override has no `paths`; say which drafts it is for")
    return Override(paths, _layer(node, folder))


def _layer(node: Node, folder: Path) -> Layer:
    severities = node.get("severities")
    return Layer(
        profile=_with(node, "profile", lambda value: _choice(value, PROFILES, "profile")),
        select=_words(node, "select"),
        ignore=_words(node, "ignore"),
        severities=tuple(
            (Word(str(key.scalar), key.place), _severity(value))
            for key, value in severities.items()
        )
        if severities
        else (),
        packs=tuple(_pack(text, part, folder) for text, part in _texts(node, "rules")),
        fail_on=_with(node, "fail-on", lambda value: _choice(value, SEVERITIES, "severity")),
    )


def _with(node: Node, key: str, read: Callable[[Node], _T]) -> _T | None:
    value = node.get(key)
    return None if value is None else read(value)


def _words(node: Node, key: str) -> tuple[Word, ...]:
    return tuple(Word(text, part.place) for text, part in _texts(node, key))


def _globs(node: Node, key: str) -> tuple[str, ...]:
    return tuple(text for text, _ in _texts(node, key))


def _texts(node: Node, key: str) -> list[tuple[str, Node]]:
    value = node.get(key)
    return [] if value is None else value.texts()


def _elements(node: Node, key: str) -> list[Node]:
    value = node.get(key)
    return [] if value is None else value.elements()


def _severity(node: Node) -> str:
    if node.kind == "scalar" and node.scalar is False:  # YAML reads a bare `off` as false
        return "off"
    return _choice(node, (*SEVERITIES, "off"), "severity")


def _format(node: Node) -> str:
    from healthlint.readers import FORMATS

    return _choice(node, tuple(FORMATS), "format")


def _choice(node: Node, known: tuple[str, ...], what: str) -> str:
    from healthlint.rulebook.yamltree import hint

    value = node.text()
    if value not in known:
        near = hint(value, known) or f"; there are: {', '.join(known)}"
        raise ConfigError(f"{node.place}: there is no {what} `{value}`{near}")
    return value


def _pack(text: str, node: Node, folder: Path) -> Path:
    path = folder / text
    if not path.exists():
        looked = _shown(os.path.normpath(path))
        raise ConfigError(f"{node.place}: there are no rules at `{text}` (looked at {looked})")
    return Path(os.path.normpath(path))


def _known_keys(node: Node, known: tuple[str, ...], what: str) -> None:
    from healthlint.rulebook.yamltree import hint

    for key, _ in node.items():
        if key.scalar not in known:
            near = hint(str(key.scalar), known) or f"; its keys are: {', '.join(known)}"
            raise ConfigError(f"{key.place}: {what} has no `{key.scalar}`{near}")


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(f"{_shown(path)}: cannot be read: {error.strerror}") from None


def _shown(path: str | Path) -> str:
    """The path as a message gives it: relative where it is below the current folder."""
    full = os.path.abspath(path)
    try:
        relative = os.path.relpath(full)
    except ValueError:
        return full
    return full if relative.split(os.sep, 1)[0] == os.pardir else relative
