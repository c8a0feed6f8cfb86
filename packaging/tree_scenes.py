"""States of the tree in Teach: leaves that are not ready, many selected, searched, filtered, taught, ten thousand."""

from __future__ import annotations

import os
import time
from typing import Any

from labdesk.core.job_folder import JobFolder
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.tree_filter import CHOICES

NOTE = "compositional_skills/writing/freeform/harbour_note"
LIGHT = "knowledge/places/marrowby_light"


def not_ready(workspace: Workspace) -> list[JobFolder]:
    """A draft, a leaf of another version, one that is no text, and an empty branch."""
    note = workspace.taxonomy / NOTE / "qna.yaml"
    note.write_bytes(note.read_bytes().replace(b"version: 3", b"version: 9"))
    workspace.new_leaf("knowledge/places/mill_of_harl", LeafKind.KNOWLEDGE, about="The mill of Harl and its miller")
    broken = workspace.taxonomy / "knowledge/places/ferry_times"
    broken.mkdir()
    (broken / "qna.yaml").write_bytes(b"\xff\xfe[[[")
    workspace.new_branch("knowledge/people")
    return []


def changed(workspace: Workspace) -> None:
    """One of the leaves was edited since its samples were written."""
    light = workspace.taxonomy / LIGHT / "qna.yaml"
    light.write_bytes(light.read_bytes() + b"# edited\n")


def large(workspace: Workspace) -> list[JobFolder]:
    """Ten thousand leaves."""
    models = [path.read_bytes() for path in sorted(workspace.taxonomy.rglob("qna.yaml"))]
    models.append(models[0].replace(b"version: 3", b"version: 9"))
    old = time.time() - 3600
    for number in range(10_000):
        root = ("knowledge", "foundational_skills", "compositional_skills")[number % 3]
        place = workspace.taxonomy / root / f"area_{number % 20}" / f"group_{number // 100}" / f"leaf_{number}"
        place.mkdir(parents=True)
        (place / "qna.yaml").write_bytes(models[number % len(models)])
        os.utime(place / "qna.yaml", (old, old))
    return []


def select_all(view: Any) -> None:
    view.tree.view.selectAll()


def search(view: Any) -> None:
    view.tree.search.setText("walnut oil")


def only_not_ready(view: Any) -> None:
    view.tree.bar.choose(CHOICES[2])


def name(view: Any) -> None:
    view.tree.rename_selected()


def move(view: Any) -> None:
    view.verbs.ask_move([LIGHT])
