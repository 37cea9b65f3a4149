"""The public face: sorted, complete, and free of cost."""

from __future__ import annotations

import subprocess
import sys

import pytest

import healthlint


def test_names_are_sorted_and_found() -> None:
    assert healthlint.__all__ == sorted(healthlint.__all__)
    for name in healthlint.__all__:
        assert getattr(healthlint, name) is not None
    homes = [name for names in healthlint._HOMES.values() for name in names]
    assert sorted([*homes, "__version__"]) == healthlint.__all__
    assert set(healthlint.__all__) <= set(dir(healthlint))


def test_everything_public_of_the_data_modules_is_exported() -> None:
    from healthlint import errors

    public = [name for name in vars(errors) if name.endswith("Error")]
    assert set(public) <= set(healthlint.__all__)


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lint_texts'"):
        healthlint.lint_texts  # noqa: B018


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import healthlint", ("click", "yaml", "regex", "pathspec", "healthlint.api")),
        ("import healthlint.cli", ("yaml", "regex", "pathspec", "healthlint.api")),
        (
            "import healthlint.cli.check",
            ("yaml", "regex", "pathspec", "importlib.metadata", "healthlint.api"),
        ),
    ],
)
def test_importing_costs_only_what_is_used(statement: str, absent: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print([m for m in {absent!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
