"""Verbs on several leaves: all or nothing, one step of the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.workspace import Workspace

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def _files(workspace: Workspace) -> dict[str, bytes]:
    files = (path for path in workspace.taxonomy.rglob("*") if path.is_file())
    return {path.relative_to(workspace.taxonomy).as_posix(): path.read_bytes() for path in files}


def test_each_is_one_step_that_comes_back_whole(workspace: Workspace) -> None:
    before = _files(workspace)
    workspace.remove_all([LIGHT, NOTE])
    assert not any(path.startswith((LIGHT, NOTE)) for path in _files(workspace))
    workspace.undo()
    moved = workspace.move_all([LIGHT, NOTE], "foundational_skills/new/place")
    assert moved[0] == (LIGHT, "foundational_skills/new/place/marrowby_light")
    workspace.undo()
    assert workspace.duplicate_all([LIGHT, NOTE]) == [f"{LIGHT}_2", f"{NOTE}_2"]
    assert _files(workspace)[f"{NOTE}_2/qna.yaml"] == before[f"{NOTE}/qna.yaml"]
    workspace.undo()
    assert _files(workspace) == before
    assert not workspace.can_undo


def test_same_names_can_go_to_the_trash_together(workspace: Workspace) -> None:
    workspace.duplicate("knowledge/places", "knowledge/a__b/c")
    workspace.duplicate("knowledge/places", "knowledge/a/b__c")
    before = _files(workspace)
    workspace.remove_all(["knowledge/a__b/c", "knowledge/a/b__c"])
    workspace.undo()
    assert _files(workspace) == before


def test_nothing_moves_when_one_cannot(workspace: Workspace) -> None:
    workspace.duplicate(LIGHT, "compositional_skills/marrowby_light")
    before = _files(workspace)
    for paths, branch in (
        ([NOTE, LIGHT], "compositional_skills"),  # the second one's place is taken
        ([LIGHT, "compositional_skills/marrowby_light"], "foundational_skills"),  # both want the same place
        (["knowledge/places"], "knowledge/places/inside"),
        ([NOTE, "no/such"], "knowledge"),
    ):
        with pytest.raises(TaxonomyError):
            workspace.move_all(paths, branch)
        assert _files(workspace) == before
    assert not list((workspace.taxonomy / "foundational_skills").glob("marrowby*"))


def test_what_is_there_already_is_left_alone(workspace: Workspace) -> None:
    assert workspace.move_all([LIGHT], "knowledge/places") == []
    assert not workspace.can_undo
