"""The menu entries of import and export, and the way from each of them to its dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.transfer.export_dialog import ExportDialog
from labdesk.gui.transfer.import_dialog import ImportDialog


class Transfer(QObject):
    """Adds its actions to `menu`; `window` is what the dialogs stand before."""

    def __init__(self, context: GuiContext, menu: QMenu, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        actions = context.actions
        for name, text, keys, glyph, words, verb in (
            (
                "file.import",
                "&Import a zip…",
                "Ctrl+Shift+I",
                "download-simple",
                "Add the leaves of a taxonomy.",
                self.ask_zip,
            ),
            (
                "file.import_folder",
                "Import a &folder…",
                "",
                "download-simple",
                "Add the leaves of a folder.",
                self.ask_folder,
            ),
            ("file.export", "&Export…", "Ctrl+Shift+E", "upload-simple", "Leaves as a zip or a folder.", self.export),
        ):
            menu.addAction(actions.add(name, text, keys, glyph, words))
            actions.on(name, verb)

    @Slot()
    def ask_zip(self) -> None:
        """Lets the person choose a zip to import."""
        self._ask("Import a zip", QFileDialog.FileMode.ExistingFile, "Zip files (*.zip)")

    @Slot()
    def ask_folder(self) -> None:
        """Lets the person choose a folder to import."""
        self._ask("Import a folder that holds a taxonomy", QFileDialog.FileMode.Directory, "")

    @Slot(str)
    def show_import(self, source: str) -> None:
        """Shows what an import would do."""
        self._open(ImportDialog(self._context, Path(source), self._window))

    @Slot()
    def export(self) -> None:
        """Asks what to export."""
        self._open(ExportDialog(self._context, self._window))

    def _ask(self, title: str, mode: QFileDialog.FileMode, names: str) -> None:
        dialog = QFileDialog(self._window, title, "", names)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(self.show_import)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
