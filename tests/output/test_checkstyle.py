from __future__ import annotations

from xml.etree import ElementTree

import pytest
import xmlschema

from healthlint.finding import Result
from healthlint.output import renderer
from tests.output import LOOK, RESULTS, SCHEMAS

SCHEMA = xmlschema.XMLSchema(SCHEMAS / "checkstyle.xsd")


def report(results: tuple[Result, ...]) -> str:
    return "".join(renderer("checkstyle")(results, LOOK))


@pytest.mark.parametrize("results", [(), RESULTS[:1], RESULTS])
def test_it_keeps_to_the_schema(results: tuple[Result, ...]) -> None:
    SCHEMA.validate(report(results))


def test_the_schema_refuses_what_is_not_checkstyle() -> None:
    for good, bad in (('severity="info"', 'severity="note"'), ('line="4"', 'line="0"')):
        assert good in report(RESULTS)
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            SCHEMA.validate(report(RESULTS).replace(good, bad))


def test_the_whole_report() -> None:
    root = ElementTree.fromstring(report(RESULTS).encode("utf-8"))
    found = [
        (file.get("name"), [tuple(error.attrib.values()) for error in file])
        for file in root.findall("file")
    ]
    assert found == [
        (
            "k/a b,c.md",
            [
                (
                    "3", "17", "error",
                    "“safe and\r\neffective” says too much.\nWrite: Name the risks.\n"
                    "Write: Say {0} [of](it).",
                    "healthlint.safety.SAF001",
                ),
                (
                    "4", "17", "info", "50%, a:b\nc | `d` @e\nWrite: people with PTSD",
                    "healthlint.stigma.STI001",
                ),
                (
                    "6", "3", "warning", "See {0} and [it](x).\nWrite: (leave it out)",
                    "healthlint.safety.SAF001",
                ),
            ],
        ),
        ("clean.md", []),
        (
            "bad\ufffd:x.md",
            [("1", "1", "error", "it is binary: <leave> it out", "healthlint.draft.unreadable")],
        ),
    ]  # fmt: skip
