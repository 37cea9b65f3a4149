"""One page for a medical reviewer: each draft as its readers see it, with findings in place.

The page needs nothing but itself: no network, and no script except for filters and copying.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from healthlint import __version__
from healthlint.document import Document
from healthlint.finding import SEVERITIES, Result
from healthlint.output import Look, Tally
from healthlint.output.common import advice, count, shown_path
from healthlint.output.htmldraft import SIGNS, Numbered, Rebuilt
from healthlint.output.spool import again

_ASSETS = Path(__file__).parent / "assets"
_COLUMNS = tuple(reversed(SEVERITIES))
_PROFILES = {
    "us": "the United States",
    "uk": "the United Kingdom",
    "eu": "the European Union",
    "au": "Australia",
    "ca": "Canada",
}


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """The page, one draft at a time; the counts at its head need all results first."""
    tally = Tally()
    kept = again(results)
    drafts: list[tuple[Result, list[Numbered]]] = []  # without the texts, which come one by one
    for result in kept:
        first = tally.findings + 1
        tally.add(result)
        numbered = [Numbered(n, f) for n, f in enumerate(result.findings, first)]
        drafts.append((result._replace(source=""), numbered))
    style, script = ((_ASSETS / name).read_text("utf-8") for name in ("report.css", "report.js"))
    yield _top(style, script)
    yield _head(drafts, tally, look)
    yield _filters(drafts)
    yield '<main id="drafts">\n'
    for number, (result, (_, findings)) in enumerate(zip(kept, drafts, strict=True), 1):
        if findings:
            yield _draft(number, result, findings, look)
    yield "</main>\n"
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _top(style: str, script: str) -> str:
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<meta name="generator" content="healthlint {__version__}">\n'
        f"<title>healthlint report</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


# -- the head ------------------------------------------------------------------------------------


def _head(drafts: list[tuple[Result, list[Numbered]]], tally: Tally, look: Look) -> str:
    law = " and ".join(_PROFILES.get(name, name) for name in look.profile.split(", "))
    found = ", ".join(count(n, severity) for severity, n in tally.severities.items() if n)
    said = f"{count(tally.files - tally.failed, 'draft')} checked by the rules for {law}: "
    said += found or "no findings"
    if tally.suppressed:
        said += f"; {count(tally.suppressed, 'finding')} suppressed"
    legend = ", ".join(f"{SIGNS[severity]} {severity}" for severity in _COLUMNS)
    out = [
        '<header>\n<a class="skip" href="#drafts">To the drafts</a>\n<h1>healthlint report</h1>',
        f"<p>{escape(said)}.</p>\n<p>Signs in the text: {legend}. The number leads to the finding.",
        "A finding says what a careful editor would ask to change; it is no legal advice.</p>",
    ]
    findings = [one for _, ones in drafts for one in ones]
    if findings:
        by_category = [(one.finding.category, one.finding.severity) for one in findings]
        out.append(_counts("Findings by category", "Category", by_category, {}))
    if len(drafts) > 1 or tally.failed:
        by_draft = [(shown_path(r.path), f.severity) for r, _ in drafts for f in r.findings]
        links = {shown_path(r.path): f"#d{n}" for n, (r, ones) in enumerate(drafts, 1) if ones}
        clean = [shown_path(r.path) for r, ones in drafts if not ones and r.error is None]
        out.append(_counts("Findings by draft", "Draft", by_draft, links, clean))
    for result, _ in drafts:
        if result.error is not None:
            where = f"<code>{escape(shown_path(result.path))}</code>"
            out.append(f'<p class="failed">Not checked: {where}: {escape(result.error)}</p>')
        for notice in result.notices:
            out.append(f"<p>{escape(shown_path(result.path))}: note: {escape(notice)}</p>")
    return "\n".join(out) + "\n</header>\n"


def _counts(
    caption: str,
    head: str,
    pairs: list[tuple[str, str]],
    links: dict[str, str],
    empty: Iterable[str] = (),
) -> str:
    counts: dict[str, dict[str, int]] = {}
    for name, severity in pairs:
        counts.setdefault(name, dict.fromkeys(_COLUMNS, 0))[severity] += 1
    ranked = sorted(counts.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    ranked += [(name, dict.fromkeys(_COLUMNS, 0)) for name in empty]
    if not ranked:
        return ""
    heads = "".join(
        f'<th scope="col"><span aria-hidden="true">{SIGNS[severity]}</span> {severity}</th>'
        for severity in _COLUMNS
    )
    rows = []
    for name, row in ranked:
        text = escape(name)
        if name in links:
            text = f'<a href="{links[name]}">{text}</a>'
        numbers = "".join(f"<td>{number}</td>" for number in (*row.values(), sum(row.values())))
        rows.append(f'<tr><th scope="row">{text}</th>{numbers}</tr>')
    return (
        f'<table class="counts"><caption>{caption}</caption><thead><tr><th scope="col">{head}</th>'
        f'{heads}<th scope="col">all</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _filters(drafts: list[tuple[Result, list[Numbered]]]) -> str:
    """Boxes that the script shows and listens to; without it everything stays in view."""
    sets: dict[str, dict[str, tuple[str, int]]] = {
        "severity": {}, "category": {}, "rule": {}, "file": {}
    }  # fmt: skip
    for number, (result, ones) in enumerate(drafts, 1):
        for finding in (one.finding for one in ones):
            for what, value, text in (
                ("severity", finding.severity, f"{SIGNS[finding.severity]} {finding.severity}"),
                ("category", finding.category, finding.category),
                ("rule", finding.rule, f"{finding.rule} {finding.name}"),
                ("file", f"d{number}", shown_path(result.path)),
            ):
                sets[what][value] = text, sets[what].get(value, ("", 0))[1] + 1
    if not sets["severity"]:
        return ""
    levels = sets["severity"]
    sets["severity"] = {name: levels[name] for name in _COLUMNS if name in levels}
    names = {"severity": "Severity", "category": "Category", "rule": "Rule", "file": "Draft"}
    fields = []
    for what, values in sets.items():
        order = values if what in ("severity", "file") else sorted(values)
        boxes = "".join(
            f'<label><input type="checkbox" name="{what}" value="{escape(value)}" checked> '
            f"{escape(values[value][0])} ({values[value][1]})</label>"
            for value in order
        )
        if len(values) > 1 or what == "severity":
            fields.append(f"<fieldset><legend>{names[what]}</legend>{boxes}</fieldset>")
    return (
        '<form id="filters" role="search" aria-label="Filters" autocomplete="off" hidden>\n'
        + "\n".join(fields)
        + '\n<p><button type="reset">Show everything</button> '
        '<span id="status" role="status"></span></p>\n</form>\n'
    )


# -- drafts and cards ----------------------------------------------------------------------------


def _draft(number: int, result: Result, findings: list[Numbered], look: Look) -> str:
    path = escape(shown_path(result.path))
    text = Rebuilt(_document(result, look), findings).html()
    cards = "\n".join(_card(one, f"d{number}", look) for one in findings)
    return (
        f'<section class="draft" id="d{number}" data-file="d{number}" '
        f'aria-labelledby="d{number}-title">\n<h2 id="d{number}-title">{path}</h2>\n'
        f'<div class="pair">\n<article class="text" aria-label="Text of {path}">\n{text}\n'
        "</article>\n"
        f'<section class="list" aria-label="Findings in {path}" tabindex="0">\n'
        f'<h3>{count(len(findings), "finding")}</h3>\n<ol class="cards">\n{cards}\n</ol>\n'
        "</section>\n</div>\n</section>\n"
    )


def _document(result: Result, look: Look) -> Document:
    """The draft, read as it was read for the check."""
    from healthlint.errors import DraftError
    from healthlint.readers import format_for, read

    form = look.formats.get(result.path) or format_for(result.path, result.source) or "text"
    try:
        return read(result.source, form)
    except DraftError:
        return Document(result.source, form, ())


def _card(one: Numbered, draft: str, look: Look) -> str:
    finding, where = one.finding, one.finding.start
    severity = finding.severity
    name = escape(finding.name.replace("-", " "))
    out = [
        f'<li><article class="card {severity}" id="card-{one.id}" data-finding="{one.id}" '
        f'data-severity="{severity}" data-category="{escape(finding.category)}" '
        f'data-rule="{escape(finding.rule)}" data-file="{draft}" aria-labelledby="t-{one.id}">',
        f'<h4 id="t-{one.id}"><span class="badge {severity}"><span aria-hidden="true">'
        f"{SIGNS[severity]}</span>{one.number}</span> {severity}: {name}</h4>",
        f'<p class="meta"><code>{escape(finding.rule)}</code> · {escape(finding.category)} · line '
        f'{where.line}, column {where.column} · <a href="#m-{one.id}">show in the text'
        f'<span class="unseen"> (finding {one.number})</span></a></p>',
        f"<p>{escape(finding.message)}</p>",
    ]
    if texts := advice(finding):
        deletion = not finding.suggestions and not (finding.fix and finding.fix.text)
        kind = "" if deletion else ' class="write"'  # the script lets these be copied
        items = "".join(f"<li><span{kind}>{escape(text)}</span></li>" for text in texts)
        out.append(f'<p class="label">Write instead</p><ul>{items}</ul>')
    rule = look.rules.get(finding.rule)
    if rule is not None and rule.why:
        out.append(f'<p class="label">Why</p><p>{escape(" ".join(rule.why.split()))}</p>')
    if finding.authority:
        items = "".join(f"<li>{_authority(name, look)}</li>" for name in finding.authority)
        out.append(f'<p class="label">Authority</p><ul>{items}</ul>')
    return "\n".join([*out, "</article></li>"])


def _authority(name: str, look: Look) -> str:
    known = look.authorities.get(name)
    if known is None:
        return escape(name)
    title = escape(known.title)
    if known.url.startswith(("https://", "http://")):
        title = f'<a href="{escape(known.url)}" rel="noreferrer noopener">{title}</a>'
    says = escape(" ".join(known.says.split()))
    return f"{title} ({escape(known.issuer)}, {known.year}): {says}"
