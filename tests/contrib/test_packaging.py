"""What the Wagtail app needs beside its code travels in the wheel."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.test_packaging import ROOT, wheel  # noqa: F401

APP = ROOT / "healthlint" / "contrib" / "wagtail"


@pytest.mark.slow
def test_the_wheel_holds_templates_static_files_and_migrations(wheel: Path) -> None:  # noqa: F811
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith("METADATA"))
        said = archive.read(metadata).decode()
    here = {
        path.relative_to(ROOT).as_posix()
        for path in APP.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path.rsplit(".", 1)[-1] for path in here} == {"py", "html", "css", "js"}
    assert here <= names
    assert "Requires-Dist: wagtail<9,>=8.0; extra == 'wagtail'" in said
