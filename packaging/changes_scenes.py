"""States of Changes, of import and of the trash, for the screenshots; each workspace is made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dulwich import porcelain
from dulwich.repo import Repo
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget
from scenes import Scene

from labdesk.core.git.marks import mark_version
from labdesk.core.job_folder import JobFolder
from labdesk.core.taxonomy_transfer import export_taxonomy
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.changes.contribution import ContributionDialog
from labdesk.gui.transfer.import_dialog import ImportDialog

NOTE = "compositional_skills/writing/freeform/harbour_note"
_EDITH = b"Edith Crane <edith@example.org>"


def change(workspace: Workspace) -> None:
    """Changes one leaf, adds one, deletes one."""
    file = f"{NOTE}/qna.yaml"
    data = (workspace.taxonomy / file).read_bytes()
    data = data.replace(b"a lost hat", b"a lost umbrella").replace(b"near the water, and it", b"by the mole, and it")
    workspace.write_leaf_file(file, data)
    workspace.write_leaf_file(
        file, data.replace(b"Rain is falling on the roof", b"Heavy rain is drumming on every roof")
    )
    light = next((workspace.taxonomy / "knowledge").rglob("*/qna.yaml"))
    workspace.write_leaf_file("knowledge/places/marrowby_market/qna.yaml", light.read_bytes())
    gone = next((workspace.taxonomy / "foundational_skills").rglob("qna.yaml")).parent
    workspace.remove(gone.relative_to(workspace.taxonomy).as_posix())


def marked(workspace: Workspace) -> list[JobFolder]:
    mark_version(workspace.taxonomy, "Before the summer visitors")
    change(workspace)
    return []


def clean(workspace: Workspace) -> list[JobFolder]:
    repo = Repo.init(str(workspace.taxonomy), default_branch=b"main")
    porcelain.add(repo)
    repo.get_worktree().commit(message=b"The lighthouse and its notes", author=_EDITH, committer=_EDITH)
    repo.refs[b"refs/remotes/upstream/main"] = repo.head()
    repo.close()
    return []


def committed(workspace: Workspace) -> list[JobFolder]:
    clean(workspace)
    change(workspace)
    return []


def trash(workspace: Workspace) -> list[JobFolder]:
    workspace.remove(NOTE)
    return []


def wait(ready: Callable[[], object], most: int = 200) -> None:
    """For what another process answers: 20 s at most."""
    for _ in range(most):
        if ready():
            return
        loop = QEventLoop()
        QTimer.singleShot(100, loop.quit)
        loop.exec()


def show(view: Any) -> None:
    view.show_changes()


def history(view: Any) -> None:
    view.show_changes()
    wait(view.changes.leaves.rowCount)
    view.changes.list.setCurrentIndex(view.changes.leaves.index(max(0, view.changes.leaves.row_of(NOTE))))
    view.changes.files.show_history()


def commit(view: Any) -> QWidget | None:
    view.show_changes()
    wait(view.changes.leaves.rowCount)
    view.changes.give()
    return view.findChild(ContributionDialog)


def bring_in(view: Any) -> QWidget | None:
    """An import that adds a leaf and meets one of the person's own."""
    root = view.window().context.workspace.root
    other = Workspace.create(Path(root).parent / "other")
    change(other)
    archive = Path(root).parent / "harbour-school.zip"
    export_taxonomy(other.taxonomy, archive)
    view.window().transfer.show_import(str(archive))
    dialog = view.window().findChild(ImportDialog)
    wait(lambda: dialog is None or dialog.preview is not None)
    return dialog


SCENES = (
    Scene("changes-none", "teach", lambda _workspace: [], show, 8),
    Scene("changes-clean", "teach", clean, show, 8),
    Scene("changes-marked", "teach", marked, show, 8),
    Scene("changes-repository", "teach", committed, show, 8),
    Scene("changes-history", "teach", committed, history, 8),
    Scene("changes-commit", "teach", committed, commit, 2),
    Scene("import-preview", "teach", lambda _workspace: [], bring_in, 2),
    Scene("settings-storage", "settings", trash, waits=6),
)
