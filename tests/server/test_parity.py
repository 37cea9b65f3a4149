"""One verdict everywhere: command line, hook, library and service find the same in a text."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from healthlint import Field, lint_fields
from healthlint.output.json import entry
from healthlint.readers import format_for
from tests.server import ROOT, Live
from tests.server.test_app import plain

#: Drafts of formats that the labelled passages do not have.
OTHERS = {
    "page.mdx": "export const a = 1\n\n# Ketamine\n\n<Note>It is *safe and effective*.</Note>\n",
    "page.rst": "Ketamine\n========\n\nA breakthrough: **90%** of our patients recover.\n",
    "page.adoc": "= Ketamine\n\nIt is risk-free footnote:[Really.] and cures depression.\n",
    "post.njk": "<p>{{ name }} is 100% safe.</p>{% if a %}<p>PTSD sufferers</p>{% endif %}\n",
    "data.json": '{"title": "Safe ketamine", "body": "<p>No side effects \\ud83d\\ude00.</p>"}',
    "view.vue": "<template><p>Ketamine is a safe and effective cure.</p></template>\n",
    "page.jsx": "export default () => <p>Ketamine is a safe and {'effective'} cure.</p>;\n",
    "crlf.txt": "Ketamine is safe.\r\n\r\n💊 It is a miracle cure.\r\n",
    "bom.md": "\ufeff# Ketamine is safe\n\n<!-- healthlint-disable-next-block -->\n\nIt cures.\n",
}


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("drafts")
    for name, text in OTHERS.items():
        (folder / name).write_text(text, "utf-8", newline="")
    corpus = sorted((ROOT / "benchmarks/corpus").glob("*/*-0[1-3].*"))
    return [*sorted((ROOT / "examples").glob("*.*")), *corpus, *(folder / n for n in OTHERS)]


def told(arguments: list[str], drafts: list[Path], cwd: Path) -> dict[str, Any]:
    """Findings of each draft as a command line reports them."""
    done = subprocess.run(
        [sys.executable, "-m", "healthlint", *arguments, "--no-config", "--format", "json",
         *map(str, drafts)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {one["path"]: one["findings"] for one in json.loads(done.stdout)["files"]}


def source_of(draft: Path) -> str:
    return draft.read_bytes().decode("utf-8")


@pytest.mark.slow
def test_the_same_findings_everywhere(live: Live, drafts: list[Path], tmp_path: Path) -> None:
    hook, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    command = shlex.split(hook["entry"])
    assert command[0] == "healthlint"
    line = told(["check"], drafts, tmp_path)
    assert told(command[1:] + list(hook.get("args", ())), drafts, tmp_path) == line
    assert sum(map(len, line.values())) > 200
    for draft in drafts:
        text, format = source_of(draft), format_for(draft.name)
        assert format is not None
        (result,) = lint_fields([Field(str(draft), text, format)])
        assert entry(result)["findings"] == line[str(draft)], draft
        answer = live.post("/v1/check", {"text": text, "format": format, "name": str(draft)})
        (one,) = answer.json["files"]
        assert one["path"] == str(draft)
        assert list(map(plain, one["findings"])) == line[str(draft)], draft
        field = {"id": "body", "text": text, "format": format}
        (one,) = live.post("/v1/check", {"fields": [field], "name": str(draft)}).json["files"]
        assert list(map(plain, one["findings"])) == line[str(draft)], draft


@pytest.mark.parametrize(
    ("media", "name"),
    [("text/markdown", "a.md"), ("text/html", "a.html"), ("text/plain", "a.txt")],
)
def test_a_bare_body_is_the_draft_of_that_name(
    live: Live, tmp_path: Path, media: str, name: str
) -> None:
    draft = tmp_path / name
    draft.write_text("# Ketamine\n\n<p>It is **safe**, a *miracle cure* &amp; more.</p>\n", "utf-8")
    answer = live.ask("POST", f"/v1/check?name={name}", draft.read_bytes(), content_type=media)
    (one,) = answer.json["files"]
    assert list(map(plain, one["findings"])) == told(["check"], [draft], tmp_path)[str(draft)]
