"""`labdesk taxonomy bases`, `mark`, `history`, `restore`, `repository` and `report` as the window asks them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from labdesk.cli.main import main
from labdesk.core.workspace import Workspace

NOTE = "compositional_skills/writing/freeform/harbour_note"
FILE = f"{NOTE}/qna.yaml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = main(["taxonomy", *map(str, arguments)])
    return code, capsys.readouterr().out


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_marking_comparing_and_bringing_back(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    root, file = workspace.root, workspace.taxonomy / FILE
    original = file.read_bytes()
    mark = rows(run(capsys, "mark", root, "before lunch", "--json")[1])[0]
    bases = rows(run(capsys, "bases", root, "--json")[1])[0]
    assert bases["repository"] == "" and bases["bases"][0]["name"] == f"mark:{mark['commit']}"
    workspace.write_leaf_file(FILE, original.replace(b"version: 3", b"version: 3 # new"))
    (differing,) = rows(run(capsys, "diff", root, "--rows", "--json")[1])
    changed = [row for row in differing["rows"][FILE] if row[0] == "changed"]
    assert [(row[2], row[4]) for row in changed] == [("version: 3", "version: 3 # new")]
    assert run(capsys, "diff", root, "--leaf", "knowledge/none", "--json") == (0, "")
    code, _ = run(capsys, "restore", root, FILE, "--base", bases["bases"][0]["name"], "--json")
    assert code == 0 and file.read_bytes() == original
    versions = rows(run(capsys, "history", root, NOTE, "--rows", "--json")[1])
    assert [len(one["rows"]) > 0 for one in versions] == [True, True, True]
    number = versions[1]["number"]
    assert run(capsys, "restore", root, FILE, "--version", number)[0] == 0
    assert b"# new" in file.read_bytes()
    for wrong in ([], ["--base", "empty"], ["--version", "0" * 64], ["--base", "x", "--version", "y"]):
        assert run(capsys, "restore", root, FILE, *wrong)[0] == 1


def test_a_repository_is_made_once(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "repository", workspace.root)[0] == 0
    assert rows(run(capsys, "bases", workspace.root, "--json")[1])[0]["branch"] == "main"
    assert run(capsys, "repository", workspace.root)[0] == 1
    sign = ["-m", "First leaf", "--name", "Edith Crane", "--email", "edith@example.org", "--json"]
    (done,) = rows(run(capsys, "contribute", workspace.root, NOTE, *sign)[1])
    assert len(done["commit"]) == 40 and done["text"].startswith("## Contribution")
    states = {row["path"]: row["state"] for row in rows(run(capsys, "diff", workspace.root, "--json")[1])}
    assert len(states) == 3 and NOTE not in states


def test_a_report_needs_no_repository(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "report", workspace.root, NOTE)
    assert code == 0 and f"`{NOTE}`" in said and "No answers of a model were recorded." in said


def test_an_import_replaces_only_what_is_named(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    target = workspace.root.parent / "x.zip"
    run(capsys, "export", workspace.root, target)
    leaves = sorted(path.relative_to(workspace.taxonomy).as_posix() for path in workspace.taxonomy.rglob("qna.yaml"))
    for name in leaves[:2]:
        (workspace.taxonomy / name).write_text("mine")
    code, _ = run(capsys, "import", workspace.root, target, "--replace", leaves[0])
    assert code == 0
    assert (workspace.taxonomy / leaves[0]).read_text() != "mine" == (workspace.taxonomy / leaves[1]).read_text()
    assert rows(run(capsys, "bases", workspace.root, "--json")[1])[0]["bases"][0]["title"] == "After the import: x.zip"
