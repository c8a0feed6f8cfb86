"""The trash is measured and emptied; what Undo needs stays, unless everything is to go."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.errors import TaxonomyError
from labdesk.core.leftovers import Leftovers, empty_leftovers, leftovers
from labdesk.core.workspace import Workspace

NOTE = "compositional_skills/writing/freeform/harbour_note"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def old(path: Path) -> Path:
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def test_a_fresh_workspace_has_none(workspace: Workspace) -> None:
    assert leftovers(workspace.root) == Leftovers(0, 0, 0, 0)
    assert not workspace.state.exists()


def test_what_undo_needs_stays(workspace: Workspace) -> None:
    lies = workspace.remove(NOTE)
    stray = workspace.state / "trash" / "from_an_earlier_version"
    stray.mkdir()
    (stray / "qna.yaml").write_bytes(b"x" * 100)
    forgotten = workspace.state / "imports" / "stopped"
    forgotten.mkdir(parents=True)
    (forgotten / "a").write_bytes(b"y" * 50)
    running = workspace.state / "imports" / "running"
    running.mkdir()
    chat = workspace.state / "trash" / "chats" / "c.jsonl"
    chat.parent.mkdir()
    chat.write_bytes(b"z" * 10)
    old(forgotten)
    found = leftovers(workspace.root)
    assert (found.count, found.needed) == (5, 2)
    assert found.size - found.needed_size == 160
    left = empty_leftovers(workspace.root)
    assert (left.count, left.needed) == (2, 2)
    assert lies.is_dir() and running.is_dir() and not stray.exists() and not chat.exists()
    workspace.undo()
    assert (workspace.taxonomy / NOTE / "qna.yaml").is_file()


def test_everything_can_go_and_undo_says_so(workspace: Workspace) -> None:
    lies = workspace.remove(NOTE)
    assert empty_leftovers(workspace.root, everything=True).count == 0
    assert not lies.exists()
    with pytest.raises(TaxonomyError, match="not there any more"):
        workspace.undo()
    workspace.history.leave()
    assert not workspace.can_undo


def test_redo_of_an_import_keeps_what_it_needs(workspace: Workspace, tmp_path: Path) -> None:
    main(["taxonomy", "export", str(workspace.root), str(tmp_path / "x.zip")])
    (tmp_path / "other/taxonomy").mkdir(parents=True)
    main(["taxonomy", "import", str(tmp_path / "other"), str(tmp_path / "x.zip")])
    other = Workspace.open(tmp_path / "other")
    other.undo()
    for path in (other.state / "imports").iterdir():
        old(path)
    assert empty_leftovers(other.root).count == 1
    other.redo()
    assert (other.taxonomy / NOTE / "qna.yaml").is_file()


def test_the_command(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    workspace.remove(NOTE)
    assert main(["taxonomy", "trash", str(workspace.root), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["count"], said["needed"]) == (1, 1)
    assert main(["taxonomy", "trash", str(workspace.root), "--empty", "--everything"]) == 0
    assert capsys.readouterr().out.startswith("0 things")
