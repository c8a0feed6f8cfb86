"""Asks what of a taxonomy goes out, as a zip or a folder, and where to; another process writes it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QDialog, QFileDialog, QRadioButton, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.tree import ROOTS
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.theme import XL, L, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted

_WIDTH = 520
_MOST_BRANCHES = 300
_DEPTH = 3


class ExportDialog(QDialog):
    """Everything, or one branch. Never writes over anything."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._target = ""
        self.setWindowTitle("Export")
        self.setFixedWidth(_WIDTH)
        self.banner = Banner()
        self.what = QComboBox()
        self.what.addItem("Everything", "")
        for path in branches(context.workspace.taxonomy):
            self.what.addItem(harmless(path.replace("_", " ").replace("/", " › ")), path)
        self.zip = QRadioButton("One zip file, to send or to keep")
        self.folder = QRadioButton("A folder, to work on with other programs")
        self.zip.setChecked(True)
        group = QButtonGroup(self)
        for choice in (self.zip, self.folder):
            group.addButton(choice)
        self.ok = button("Choose where…", self.ask_target, kind="primary", glyph="upload-simple")
        self.ok.setDefault(True)
        what = "Leaves with their documents, attributions and exam questions; no chats, no models."
        self.setLayout(
            column(
                label("Export the taxonomy", "title"),
                self.banner,
                FormRow("What", self.what, what),
                column(label("As", "label"), self.zip, self.folder, gap=S),
                row(None, button("Cancel", self.reject), self.ok),
                gap=L,
                margin=XL,
            )
        )
        self.errand = Errand(self)
        self.errand.line.connect(self._on_answer)
        self.errand.failed.connect(self._on_failure)
        self.finished.connect(self.errand.close)

    def ask_target(self) -> None:
        """Lets the person choose a new file or folder."""
        branch = str(self.what.currentData())
        name = (branch.rpartition("/")[2] or f"{self._context.workspace.root.name}-taxonomy") + (
            ".zip" if self.zip.isChecked() else ""
        )
        dialog = QFileDialog(self, "Export to", str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        if self.zip.isChecked():
            dialog.setNameFilter("Zip files (*.zip)")
            dialog.setDefaultSuffix("zip")
        dialog.fileSelected.connect(self.export_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def export_to(self, target: str) -> None:
        """Writes it there."""
        self._target = target
        self.banner.dismiss()
        self.ok.setEnabled(False)
        self.ok.setText("Exporting…")
        branch = str(self.what.currentData())
        below = ("--below", branch) if branch else ()
        self.errand.run("taxonomy", "export", str(self._context.workspace.root), target, *below)

    @Slot(object)
    def _on_answer(self, answer: dict[str, object]) -> None:
        files = answer.get("files", 0)
        many = counted(files, "file") if isinstance(files, int) else "All"
        name = harmless(Path(self._target).name)
        self._context.intents.say.emit("good", f"{many} written to “{name}”.", harmless(str(Path(self._target).parent)))
        self.accept()

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.ok.setEnabled(True)
        self.ok.setText("Choose where…")
        self.banner.say_error(error)


def branches(taxonomy: Path) -> list[str]:
    """The upper folders of a taxonomy, sorted; not the whole of a large one."""
    found: list[str] = []
    level = [name for name in ROOTS if (taxonomy / name).is_dir()]
    for _ in range(_DEPTH):
        found += level
        if len(found) > _MOST_BRANCHES:
            break
        level = [f"{path}/{name}" for path in level for name in _folders(taxonomy / path)]
    return sorted(found[:_MOST_BRANCHES])


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [one.name for one in entries if one.is_dir(follow_symlinks=False) and not one.name.startswith(".")]
    except OSError:
        return []
