"""A leaf that was renamed, moved, deleted, and all that taken back and done again, is found where it is."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labdesk.core.errors import LabdeskError
from labdesk.core.history.whereabouts import Whereabouts
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.workspace import Workspace

_PLACES = ("knowledge/a", "knowledge/b", "knowledge/b/c", "knowledge/d/e")
_ACTS = st.lists(
    st.tuples(
        st.sampled_from(("rename", "remove", "undo", "redo", "job")), st.sampled_from(_PLACES), st.sampled_from(_PLACES)
    ),
    max_size=14,
)


def _places(workspace: Workspace) -> dict[str, str]:
    """By the mark in its folder, where each leaf is."""
    marks = workspace.taxonomy.rglob("mark-*")
    return {mark.name: mark.parent.relative_to(workspace.taxonomy).as_posix() for mark in marks}


@settings(max_examples=25, deadline=None)
@given(acts=_ACTS)
def test_every_leaf_is_found_again(acts: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    workspace = Workspace.create(tmp_path_factory.mktemp("many") / "w")
    for name in ("knowledge/a", "knowledge/b"):
        workspace.new_leaf(name, LeafKind.KNOWLEDGE)
        (workspace.taxonomy / name / f"mark-{name[-1]}").write_text("")
    steps = len(workspace.history.steps)
    noted: list[tuple[float, dict[str, str]]] = []
    for verb, one, other in acts:
        with contextlib.suppress(LabdeskError):
            if verb == "rename":
                workspace.rename(one, other)
            elif verb == "remove":
                workspace.remove(one)
            elif verb == "undo" and len(workspace.history.steps) > steps:
                workspace.undo()
            elif verb == "redo":
                workspace.redo()
            elif verb == "job":
                noted.append((time.time(), _places(workspace)))
    there = _places(workspace)
    for since, were in noted:
        moves = Whereabouts(workspace.history.steps, workspace.history.undone, since)
        assert {mark: moves.now(place) for mark, place in were.items()} == {mark: there.get(mark, "") for mark in were}


def test_without_moves_everything_is_where_it_was() -> None:
    assert Whereabouts((), (), 0.0).now("knowledge/a") == "knowledge/a"
