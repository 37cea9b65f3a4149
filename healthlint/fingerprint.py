"""What a finding is known by in waivers and baselines: a hash of its rule and its words."""

from __future__ import annotations

import hashlib

from healthlint.finding import Finding


def fingerprint(*parts: str) -> str:
    """16 hexadecimal digits for these texts, whatever their case and blanks."""
    text = "\0".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def numbered(findings: list[Finding]) -> list[Finding]:
    """Findings whose fingerprints are alike (the same sentence twice) told apart by their order."""
    seen: dict[str, int] = {}
    out = []
    for finding in findings:
        count = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        if count > 1:
            finding = finding._replace(fingerprint=fingerprint(finding.fingerprint, str(count)))
        out.append(finding)
    return out
