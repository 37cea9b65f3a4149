"""How right the rule pack is, measured on labelled text: `python -m benchmarks.accuracy --help`."""
