from __future__ import annotations

from pathlib import Path

from healthlint.cli.passed import passed_over


def test_each_unknown_type_is_told_once() -> None:
    unknown = ["a.png", "b/x.py", "b/c.PNG", "data.json", "Makefile", "lib/b.min.js"]
    assert list(passed_over(map(Path, unknown), [Path("old.md")])) == [
        "*.png: 2 files passed over (unknown type), such as a.png",
        f"{Path('b/x.py')}: passed over (unknown type)",
        "Makefile: passed over (unknown type)",
        "data.json: passed over (no content, by its name or folder; name it to check it)",
        f"{Path('lib/b.min.js')}: passed over (no content, by its name or folder; "
        "name it to check it)",
        "old.md: passed over (excluded)",
    ]
