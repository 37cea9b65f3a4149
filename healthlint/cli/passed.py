"""What a run passed over, told with `--verbose`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path


def passed_over(unknown: Iterable[Path], excluded: Iterable[Path]) -> Iterator[str]:
    """One line for each type that no reader takes, and for each other file."""
    from healthlint.readers import format_for

    types: dict[str, list[Path]] = {}
    others = []
    for path in unknown:
        if format_for(path.name) is None:
            types.setdefault(path.suffix.lower() or path.name, []).append(path)
        else:
            others.append(path)
    for suffix, paths in types.items():
        if len(paths) == 1:
            yield f"{paths[0]}: passed over (unknown type)"
        else:
            yield f"*{suffix}: {len(paths)} files passed over (unknown type), such as {paths[0]}"
    for path in others:
        yield f"{path}: passed over (no content, by its name or folder; name it to check it)"
    for path in excluded:
        yield f"{path}: passed over (excluded)"
