"""A draft job with a real worker and the starter model, asked for at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.workspace import Workspace

PASSAGE = "The lamp of Marrowby Light was first lit in 1874. It was designed by Edith Crane."


@pytest.mark.slow
def test_the_starter_teacher_drafts_for_a_leaf_without_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    workspace.require_writable()
    workspace.write_leaf_file("knowledge/places/tower/qna.yaml", b"version: 3\n")
    before = {file: file.read_bytes() for file in workspace.taxonomy.rglob("*") if file.is_file()}
    leaf = workspace.taxonomy / "knowledge/places/tower"
    assert main(["taxonomy", "draft", str(leaf), "--passage", PASSAGE]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ("1874" in {row["answer"] for row in rows}) and all(row["answer"] in PASSAGE for row in rows)
    assert all(row["question"].endswith("?") for row in rows)
    assert {file: file.read_bytes() for file in before} == before
