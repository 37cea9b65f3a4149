from __future__ import annotations

from xml.etree import ElementTree

import pytest
import xmlschema
from junitparser import JUnitXml

from healthlint.finding import Result
from healthlint.output import renderer
from tests.output import LOOK, RESULTS, SCHEMAS

SCHEMA = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def report(results: tuple[Result, ...]) -> str:
    return "".join(renderer("junit")(results, LOOK))


@pytest.mark.parametrize("results", [(), RESULTS[:1], RESULTS])
def test_it_keeps_to_the_schema(results: tuple[Result, ...]) -> None:
    SCHEMA.validate(report(results))


def test_the_schema_refuses_what_is_not_junit() -> None:
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        SCHEMA.validate(report(RESULTS).replace(' tests="3"', ""))


def test_a_reader_finds_suites_and_cases() -> None:
    suites = list(JUnitXml.fromstring(report(RESULTS).encode("utf-8")))
    assert [(s.name, s.tests, s.failures, s.errors, s.skipped) for s in suites] == [
        ("k/a b,c.md", 3, 3, 0, 0),
        ("clean.md", 1, 0, 0, 0),
        ("bad\ufffd:x.md", 1, 0, 1, 0),
    ]
    cases = [
        (case.name, case.classname, [(type(r).__name__, r.type, r.message) for r in case.result])
        for suite in suites
        for case in suite
    ]
    first = "“safe and\r\neffective” says too much."
    assert cases == [
        ("SAF001 absolute-safety (3:17)", "k/a b,c.md", [("Failure", "error", first)]),
        (
            "STI001 sufferers (4:17)", "k/a b,c.md",
            [("Failure", "info", "50%, a:b\nc | `d` @e")],
        ),
        (
            "SAF001 absolute-safety (6:3)", "k/a b,c.md",
            [("Failure", "warning", "See {0} and [it](x).")],
        ),
        ("no findings", "clean.md", []),
        (
            "draft", "bad\ufffd:x.md",
            [("Error", "unreadable-draft", "it is binary: <leave> it out")],
        ),
    ]  # fmt: skip


def test_a_failure_says_where_and_what_to_write() -> None:
    failure = ElementTree.fromstring(report(RESULTS).encode("utf-8")).findall(".//failure")[1]
    assert failure.text == (
        "k/a b,c.md:4:17: info STI001\nPTSD sufferers\n50%, a:b\nc | `d` @e\n"
        "Write: people with PTSD"
    )
