"""A small engine in place of the real one, so that the edges are tested without the rules."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from healthlint.document import Document
from healthlint.errors import DraftError, RuleError
from healthlint.finding import Finding, Position, Result
from healthlint.selection import enabled
from healthlint.settings import Settings


@dataclass(frozen=True)
class StubRule:
    """A rule that finds one word."""

    code: str
    name: str
    category: str
    severity: str
    word: str
    kind: str = "phrase"
    message: str = "“{match}” says too much."
    suggest: tuple[str, ...] = ("Say what the risks of {treatment|it} are.",)
    why: str = "Such words mislead."
    authority: tuple[str, ...] = ("ftc",)
    flag: tuple[str, ...] = ("It is [so]{match=so} said \\[1\\].",)
    passes: tuple[str, ...] = ("Nothing is said.",)
    profiles: tuple[str, ...] = ()
    place: str = "rules/stub.yaml:3:5"
    pack: str = "built-in"


STUB_RULES = (
    StubRule("HYP001", "breakthrough", "hype", "warning", "breakthrough"),
    StubRule("SAF001", "absolute-safety", "safety", "error", "safe"),
    StubRule("SAF002", "no-side-effects", "safety", "error", "harmless"),
    StubRule("STI001", "sufferers", "stigma", "info", "sufferers", profiles=("uk",)),
)


@dataclass
class StubEngine:
    """What the stub was asked to do."""

    linted: list[tuple[str, str | None, Settings]] = field(default_factory=list)
    rules: tuple[StubRule, ...] = STUB_RULES

    def lint(self, data: bytes, path: str, settings: Settings, format: str | None) -> Result:
        self.linted.append((path, format, settings))
        if path.endswith(".rtfx") and format is None:
            return Result(path, error="its type is not known; name it with --as")
        if b"\0" in data:
            return Result(path, error="it is a binary file, not a text; leave it out")
        if b"crash" in data:
            raise ZeroDivisionError("boom")
        source = data.decode("utf-8")
        document = Document(source, "text", ())
        findings = []
        for rule in self.rules:
            severity = enabled(rule, settings)
            if severity is None:
                continue
            for match in re.finditer(rf"\b{rule.word}\b", source):
                places = [
                    Position(*document.line_column(at), at) for at in (match.start(), match.end())
                ]
                findings.append(
                    Finding(
                        rule.code, rule.name, rule.category, severity, *places, match[0],
                        rule.message.replace("{match}", match[0]), ("Name the risks.",),
                    )
                )  # fmt: skip
        findings.sort(key=lambda finding: finding.start.offset)
        notices = ("a rule took too long",) if "slow" in source else ()
        return Result(path, tuple(findings), source=source, notices=notices)

    def lint_file(
        self,
        path: Path,
        *,
        settings: Settings | None = None,
        format: str | None = None,
        decisions: object = None,
        cache: object = None,
    ) -> Result:
        try:
            data = path.read_bytes()
        except OSError as error:
            return Result(str(path), error=f"cannot be read: {error.strerror}")
        return self.lint(data, str(path), settings or Settings(), format)

    def lint_bytes(
        self,
        data: bytes,
        path: str,
        *,
        settings: Settings | None = None,
        format: str | None = None,
        decisions: object = None,
        cache: object = None,
    ) -> Result:
        try:
            return self.lint(data, path, settings or Settings(), format)
        except DraftError as error:
            return Result(path, error=str(error))

    def open_file(self, path: Path, **more: object) -> Document:
        raise DraftError(f"{path}: every draft is read in its turn here")

    def load_rulebook(self, packs: tuple[Path, ...] = ()) -> SimpleNamespace:
        for pack in packs:
            if "broken" in pack.name:
                raise RuleError(f"{pack.name}:2:1: a rule has no `cod` (did you mean `code`?)")
        authority = SimpleNamespace(
            id="ftc", title="Health Products Guidance", issuer="FTC", year=2022,
            url="https://example.org/ftc", says="Claims need evidence.",
        )  # fmt: skip
        return SimpleNamespace(rules=self.rules, authorities={"ftc": authority})


@pytest.fixture(autouse=True)
def _no_own_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """No results from other runs, and none kept for them, unless a test names a folder."""
    monkeypatch.setattr("healthlint.resultcache.own_folder", lambda: None)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubEngine]:
    """The stub in place of `healthlint.api` and `load_rulebook`."""
    import healthlint.rulebook

    stub = StubEngine()
    api = ModuleType("healthlint.api")
    api.lint_file = stub.lint_file  # type: ignore[attr-defined]
    api.lint_bytes = stub.lint_bytes  # type: ignore[attr-defined]
    api.open_file = stub.open_file  # type: ignore[attr-defined]
    api.lint_opened = api.look_ahead = lambda *read: None  # type: ignore[attr-defined]
    api.keep_patterns = lambda: None  # type: ignore[attr-defined]
    api.rulebook_for = stub.load_rulebook  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "healthlint.api", api)
    # Not setattr, which would first load the real one.
    monkeypatch.setitem(vars(healthlint.rulebook), "load_rulebook", stub.load_rulebook)
    yield stub


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Path]:
    """Writes files into a fresh folder and goes there."""
    monkeypatch.chdir(tmp_path)

    def write(contents: dict[str, str]) -> Path:
        for name, text in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return write
