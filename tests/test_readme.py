"""What the README and the pages of the docs show is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from healthlint.config import Configs
from healthlint.rulebook import load_rulebook
from healthlint.rulebook.examples import test_rules as failures

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "docs/rules/index.md"]


def block(begins: str) -> str:
    """The code block of the README that begins so."""
    blocks = re.findall(r"```\w+\n(.*?)```", README, re.DOTALL)
    (found,) = (one for one in blocks if one.startswith(begins))
    return str(found)


def test_the_rule_of_five_minutes_holds(tmp_path: Path) -> None:
    (tmp_path / "tone.yaml").write_text(block("category: hype"), "utf-8")
    rulebook = load_rulebook((tmp_path,))
    (rule,) = (one for one in rulebook.rules if one.code == "HOUSE001")
    assert list(failures(rulebook, (rule,))) == []


@pytest.mark.parametrize(
    ("name", "begins"),
    [(".healthlint.yaml", "# .healthlint.yaml"), ("pyproject.toml", "[tool.healthlint]")],
)
def test_the_configurations_are_taken(name: str, begins: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(block(begins), "utf-8")
    (tmp_path / "house-rules").mkdir()
    settings = Configs().plan(str(tmp_path / "draft.md")).settings
    assert (settings.profile, "terms" in settings.ignore) == ("uk", True)
    (tmp_path / "research").mkdir()
    settings = Configs().plan(str(tmp_path / "research" / "draft.md")).settings
    assert "evidence" in settings.ignore


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    assert [to for to in links if "://" not in to and not (page.parent / to).exists()] == []


def test_the_readme_leads_to_every_page() -> None:
    assert [page for page in PAGES[1:] if page.relative_to(ROOT).as_posix() not in README] == []
