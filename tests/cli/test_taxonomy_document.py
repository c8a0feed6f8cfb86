"""`labdesk taxonomy document`: files become documents of a leaf, or stay out with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.workspace import Workspace
from tests.documents_by_hand import article, pdf

LIGHT = "knowledge/places/marrowby_light"
MILL = "The mill at Ostrow was built in 1802 by Jon Farrel and ground barley for three parishes."


def test_a_pdf_becomes_a_document_of_a_leaf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.create(tmp_path / "w")
    (tmp_path / "mill.pdf").write_bytes(article("The Mill", [MILL]))
    (tmp_path / "scan.pdf").write_bytes(pdf([[]]))
    leaf = str(workspace.taxonomy / LIGHT)
    files = [str(tmp_path / "mill.pdf"), str(tmp_path / "scan.pdf")]
    assert main(["taxonomy", "document", leaf, *files]) == 0
    said = capsys.readouterr().out
    assert "mill.pdf: PDF, 1 page" in said and "pictures of pages" in said and "added mill.md" in said
    found = read_leaf(workspace.taxonomy / LIGHT, workspace.taxonomy)
    assert found.document is not None and found.document.patterns[-1] == "mill.md"
    assert MILL in (workspace.taxonomy / LIGHT / "mill.md").read_text("utf-8")


def test_a_preview_changes_no_leaf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.create(tmp_path / "w")
    (tmp_path / "mill.md").write_text(MILL)
    before = sorted(workspace.taxonomy.rglob("*"))
    leaf = str(workspace.taxonomy / LIGHT)
    assert main(["taxonomy", "document", leaf, str(tmp_path / "mill.md"), "--preview", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["type"] for line in lines] == ["reading", "converted", "staged"]
    assert (Path(lines[-1]["folder"]) / lines[1]["markdown"]).read_text() == MILL
    assert sorted(workspace.taxonomy.rglob("*")) == before


def test_a_skill_and_a_bare_taxonomy_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.create(tmp_path / "w")
    (tmp_path / "mill.md").write_text(MILL)
    for leaf in (workspace.taxonomy / "compositional_skills/x", tmp_path / "bare/knowledge/x"):
        assert main(["taxonomy", "document", str(leaf), str(tmp_path / "mill.md")]) == 1
        assert "What to do" in capsys.readouterr().err
