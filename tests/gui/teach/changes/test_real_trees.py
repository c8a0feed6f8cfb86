"""The two real taxonomies beside this checkout: imported through the window, marked, changed, and shown in Changes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from labdesk.core.git.marks import mark_version
from labdesk.core.taxonomy.tree import LEAF_FILE, read_tree
from labdesk.core.workspace import Workspace
from labdesk.gui.app import make_context
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.changes.view import ChangesView
from labdesk.gui.transfer.import_dialog import ImportDialog

CORPUS = Path(__file__).resolve().parents[4].parent / "shared" / "corpus"
TREES = {"taxonomy-2024-07.zip": 148, "taxonomy-2025-04.zip": 16}
_SECONDS = 120_000


@pytest.mark.parametrize("name", TREES)
def test_a_real_tree_is_imported_and_its_changes_are_shown(
    context: GuiContext, tmp_path: Path, name: str, qtbot: QtBot
) -> None:
    archive = CORPUS / name
    if not archive.is_file():
        pytest.skip("the real taxonomies are not beside this checkout (../shared/corpus)")
    (tmp_path / "real/taxonomy").mkdir(parents=True)
    workspace = Workspace.open(tmp_path / "real")
    mine = make_context(workspace, context.settings, context.bridge)
    dialog = ImportDialog(mine, archive)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=_SECONDS)
    assert sum(row.is_new for row in dialog.rows.rows) == TREES[name]
    with qtbot.waitSignal(dialog.accepted, timeout=_SECONDS):
        dialog.ok.click()
    leaves = read_tree(workspace.taxonomy).leaves
    assert len(leaves) == TREES[name]
    with zipfile.ZipFile(archive) as opened:
        for leaf in leaves:
            assert leaf.file.read_bytes() == opened.read(f"{leaf.path}/{LEAF_FILE}")
    mark_version(workspace.taxonomy, "as imported")
    changed = leaves[0]
    workspace.write_leaf_file(f"{changed.path}/{LEAF_FILE}", changed.file.read_bytes() + b"# mine\n")
    workspace.remove(leaves[-1].path)
    view = ChangesView(mine)
    qtbot.addWidget(view)
    view.show()
    view.look()
    qtbot.waitUntil(lambda: view.leaves.rowCount() == 2 and view.bar.standing.comparable, timeout=_SECONDS)
    assert {leaf.path: leaf.state for leaf in view.leaves.leaves} == {
        changed.path: "changed",
        leaves[-1].path: "deleted",
    }
    assert view.bar.base_words.startswith("Marked: as imported")
    view.list.setCurrentIndex(view.leaves.index(view.leaves.row_of(changed.path)))
    assert "# mine" in [row.right for row in view.files.diff.model.rows]
    view.leave()
    mine.bridge.close()
