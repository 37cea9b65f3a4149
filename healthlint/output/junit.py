"""JUnit XML: one suite for each draft, one failed case for each finding.

A draft without findings is one case that passes; one that could not be checked is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from healthlint.finding import Finding, Result
from healthlint.output import Look
from healthlint.output.common import advised, shown_path, tag, xml


def render(results: Iterable[Result], look: Look) -> Iterator[str]:
    """One suite at a time, as results come."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="healthlint">\n'
    for result in results:
        yield _suite(result)
    yield "</testsuites>\n"


def _suite(result: Result) -> str:
    path = shown_path(result.path)
    failed = int(result.error is not None)
    cases = [_case(path, finding) for finding in result.findings]
    if result.error is not None:
        error = tag("error", type="unreadable-draft", message=result.error)
        cases.append(f"<{tag('testcase', name='draft', classname=path)}><{error}/></testcase>")
    elif not cases:
        cases.append(f"<{tag('testcase', name='no findings', classname=path)}/>")
    head = tag(
        "testsuite",
        name=path,
        tests=len(cases),
        failures=len(result.findings),
        errors=failed,
        skipped=0,
        time="0.000",
    )
    return "\n".join([f"<{head}>", *(f"  {case}" for case in cases), "</testsuite>\n"])


def _case(path: str, finding: Finding) -> str:
    where = f"{finding.start.line}:{finding.start.column}"
    case = tag("testcase", name=f"{finding.rule} {finding.name} ({where})", classname=path)
    failure = tag("failure", type=finding.severity, message=finding.message)
    text = f"{path}:{where}: {finding.severity} {finding.rule}\n{finding.text}\n{advised(finding)}"
    return f"<{case}><{failure}>{xml(text)}</failure></testcase>"
