"""How fast healthlint is beside its peers, and how cost grows: `python -m benchmarks.speed`."""
