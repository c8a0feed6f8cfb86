"""Import and export from the window: what would change is shown first, and nothing is replaced unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.errors import JobError
from labdesk.core.taxonomy_transfer import export_taxonomy
from labdesk.core.workspace import Workspace
from labdesk.gui.context import GuiContext
from labdesk.gui.transfer.export_dialog import ExportDialog, branches
from labdesk.gui.transfer.import_dialog import ImportDialog
from labdesk.gui.transfer.import_rows import ImportRow, ImportRows, Preview, replace_arguments, rows_of
from labdesk.gui.window import Window

MINE, THEIRS = "knowledge/places/light", "knowledge/places/market"
PREVIEW = Preview(
    new=(f"{THEIRS}/qna.yaml", f"{THEIRS}/stalls.md", f"{MINE}/extra.md", "knowledge/loose/readme.md"),
    same=(f"{MINE}/attribution.txt",),
    different=(f"{MINE}/qna.yaml", "knowledge/other/qna.yaml"),
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would be asked of another process; nothing is."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr("labdesk.gui.errand.Errand.run", lambda _self, *arguments: found.append(arguments))
    return found


def answer(preview: Preview, *, imported: bool = False) -> dict[str, object]:
    return {"imported": imported, "new": preview.new, "same": preview.same, "different": preview.different}


def test_files_are_gathered_by_leaf_those_to_decide_about_first() -> None:
    assert rows_of(PREVIEW) == (
        ImportRow("knowledge/other", (), ("knowledge/other/qna.yaml",), False),
        ImportRow(MINE, (f"{MINE}/extra.md",), (f"{MINE}/qna.yaml",), False),
        ImportRow("knowledge/loose", ("knowledge/loose/readme.md",), (), False),
        ImportRow(THEIRS, (f"{THEIRS}/qna.yaml", f"{THEIRS}/stalls.md"), (), True),
    )


def test_the_rows_keep_the_rules_of_qt() -> None:
    model = ImportRows()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.QtTest)
    model.show_preview(PREVIEW)
    role, ticked = Qt.ItemDataRole.CheckStateRole, Qt.CheckState.Checked
    assert model.setData(model.index(0), ticked, role)
    assert not model.setData(model.index(3), ticked, role)  # nothing of one's own is there to replace
    assert model.replaced == ("knowledge/other/qna.yaml",)
    model.tick_all(True)
    assert len(model.replaced) == 2
    model.show_preview(Preview())
    assert model.rowCount() == 0 and tester is not None


def test_how_the_command_is_told() -> None:
    rows = rows_of(PREVIEW)
    assert replace_arguments(rows[2:], ()) == ()
    assert replace_arguments(rows, ()) == ("--keep",)
    assert replace_arguments(rows, PREVIEW.different) == ("--overwrite",)
    assert replace_arguments(rows, PREVIEW.different[:1]) == ("--replace", f"{MINE}/qna.yaml")


def test_an_import_is_shown_before_it_is_done(context: GuiContext, asked: list[tuple[str, ...]], qtbot: QtBot) -> None:
    dialog = ImportDialog(context, Path("/somewhere/their.zip"))
    qtbot.addWidget(dialog)
    root = str(context.workspace.root)
    assert asked == [("taxonomy", "import", root, "/somewhere/their.zip", "--dry-run")]
    assert not dialog.ok.isEnabled()
    dialog.errand.line.emit(answer(PREVIEW))
    assert dialog.summary.text() == "1 leaf to add, 2 leaves here with another content, 1 file already here."
    dialog.rows.setData(dialog.rows.index(1), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    dialog.ok.click()
    assert asked[-1] == ("taxonomy", "import", root, "/somewhere/their.zip", "--replace", f"{MINE}/qna.yaml")
    assert not dialog.ok.isEnabled()
    with qtbot.waitSignals([context.intents.say, dialog.accepted]):
        dialog.errand.line.emit(answer(PREVIEW, imported=True))


def test_nothing_new_and_nothing_at_all(context: GuiContext, asked: list[tuple[str, ...]], qtbot: QtBot) -> None:
    dialog = ImportDialog(context, Path("/somewhere/their.zip"))
    qtbot.addWidget(dialog)
    dialog.errand.line.emit(answer(Preview(same=("knowledge/a/qna.yaml",))))
    assert dialog.empty.heading.text() == "Everything is here already" and not dialog.ok.isEnabled()
    other = ImportDialog(context, Path("/somewhere/else"))
    qtbot.addWidget(other)
    other.show()
    other.errand.failed.emit(JobError("There is no taxonomy in it.", remedy="Choose another."))
    assert "no taxonomy in it" in other.banner.words and other.empty.heading.text() == "This cannot be imported"


def test_a_real_import_through_real_processes(
    window: Window, workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    other = Workspace.create(tmp_path / "other")
    note = "compositional_skills/writing/freeform/harbour_note"
    other.rename(note, "compositional_skills/writing/freeform/tide_note")
    export_taxonomy(other.taxonomy, tmp_path / "other.zip")
    window.transfer.show_import(str(tmp_path / "other.zip"))
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=60_000)
    assert [row.path for row in dialog.rows.rows] == ["compositional_skills/writing/freeform/tide_note"]
    with qtbot.waitSignal(dialog.accepted, timeout=60_000):
        dialog.ok.click()
    assert (workspace.taxonomy / "compositional_skills/writing/freeform/tide_note/qna.yaml").is_file()
    assert "Imported “other.zip”" in window.banner.words
    workspace.undo()
    assert not (workspace.taxonomy / "compositional_skills/writing/freeform/tide_note").exists()


def test_an_export_of_one_branch(context: GuiContext, asked: list[tuple[str, ...]], qtbot: QtBot) -> None:
    dialog = ExportDialog(context)
    qtbot.addWidget(dialog)
    assert dialog.what.findData("compositional_skills/writing") > 0
    dialog.export_to("/somewhere/all.zip")
    assert asked == [("taxonomy", "export", str(context.workspace.root), "/somewhere/all.zip")]
    dialog.errand.failed.emit(JobError("“all.zip” is already there."))
    dialog.what.setCurrentIndex(dialog.what.findData("knowledge"))
    assert dialog.ok.isEnabled()
    dialog.export_to("/somewhere/k.zip")
    assert asked[-1][-2:] == ("--below", "knowledge")
    with qtbot.waitSignals([context.intents.say, dialog.accepted]):
        dialog.errand.line.emit({"target": "/somewhere/k.zip", "files": 3})


def test_the_upper_branches_of_a_taxonomy(workspace: Workspace, tmp_path: Path) -> None:
    found = branches(workspace.taxonomy)
    assert found == sorted(found) and "knowledge" in found and not any(path.count("/") > 2 for path in found)
    assert branches(tmp_path / "nowhere") == []
