"""The models on this computer: the list at the left, one of them at the right, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.models.catalog import ModelCard
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.models.delete_dialog import DeleteDialog, uses_of
from labdesk.gui.models.detail import ModelDetail
from labdesk.gui.models.export_dialog import ExportDialog, ExportWish
from labdesk.gui.models.library import Library
from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import holder, line, panel, row
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted, size
from labdesk.jobs.model_requests import request_export

_LIST = 360


class LibraryPage(QWidget):
    """`hub_wanted()`: the person wants to get models. What goes wrong, and what was done, stands in the banner."""

    hub_wanted = Signal()

    def __init__(self, context: GuiContext, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.banner = banner
        self.library = Library(context, self)
        self.list = list_view("Models", self.library.models, TwoLineDelegate())
        self.detail = ModelDetail()
        self.empty = EmptyState(
            "cube", "Looking for models", "The starter model, what you taught, and your model folders."
        )
        self.count = label("Looking…", "small", "muted")
        self.more = button("Get models", self.hub_wanted.emit, kind="quiet", glyph="download-simple")
        self._wanted: Path | None = None
        self._going: ModelRow | None = None
        self._trash = Errand(self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.detail)
        self._lay_out()
        self._connect()

    def show_file(self, path: Path) -> None:
        """Chooses a model, as soon as it is in the list."""
        self._wanted = path
        self._select()

    def close_errands(self) -> None:
        """The window closes."""
        self.library.close()
        self._trash.close()

    def add(self, file: Path) -> None:
        """Takes a model file after a look at its header."""
        self._wanted = file
        self.banner.dismiss()
        self.library.add(file)

    def _lay_out(self) -> None:
        head = row(self.count, None, self.more, gap=S, margin=(M, S, S, S))
        side = panel(holder(head), self.list, gap=0, margin=0)
        side.setFixedWidth(_LIST)
        across = row(side, line(vertical=True), self._pages, gap=0)
        across.setStretch(2, 1)
        self.setLayout(across)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        library, models = self.library, self.library.models
        library.looked.connect(self._on_looked)
        library.added.connect(self._on_added)
        library.refused.connect(self.banner.say_error)
        models.rowsInserted.connect(self._select)
        models.dataChanged.connect(self._show_current)
        self._context.settings.changed.connect(library.show_uses)
        self._context.bridge.changed.connect(self._on_change)
        detail = self.detail
        detail.teacher_wanted.connect(lambda: self._use("teacher"))
        detail.student_wanted.connect(lambda: self._use("student"))
        detail.chat_wanted.connect(self._chat)
        detail.file_wanted.connect(self._show_file)
        detail.forget_wanted.connect(self._forget)
        detail.export_wanted.connect(self.export)
        detail.trash_wanted.connect(self.ask_to_delete)
        self._trash.line.connect(self._on_trashed)
        self._trash.failed.connect(self.banner.say_error)
        library.twins_found.connect(self._show_current)
        self._context.actions.on("models.add", self._ask_file)
        self._context.actions.on("models.look", library.look)

    @property
    def current(self) -> ModelRow | None:
        """The model that is shown."""
        return self.library.models.model_row(self.list.currentIndex())

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Add a model file")
        dialog.setNameFilters(["Models (*.gguf)", "All files (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.add(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _use(self, what: str) -> None:
        if (shown := self.current) is not None:
            value = "" if shown.origin == "starter" else str(shown.card.path)
            self._try(lambda: self._context.settings.change(**{what: value}))

    def _chat(self) -> None:
        if (shown := self.current) is not None:
            self._context.intents.go.emit("chat", ChatOpening(shown.card.path))

    def _show_file(self) -> None:
        if (shown := self.current) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(shown.card.path.parent)))

    def _forget(self) -> None:
        shown = self.current
        if shown is not None:
            path, values = str(shown.card.path), self._context.settings.values
            self._try(
                lambda: self._context.settings.change(model_files=tuple(f for f in values.model_files if f != path))
            )

    def export(self) -> None:
        """Asks what an export of the shown run shall hold."""
        shown = self.current
        if shown is None or shown.origin != "taught":
            return
        dialog = ExportDialog(shown, self._context.workspace.root.name, Path.home() / "labdesk exports", self)
        dialog.wanted.connect(lambda wish: self.banner.attempt(lambda: self._start_export(shown, wish)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _start_export(self, shown: ModelRow, wish: ExportWish) -> None:
        self._context.jobs.resume(
            request_export(
                self._context.workspace,
                wish.target,
                str(shown.card.path.parent),
                wish.name,
                wish.kinds,
                ollama=wish.ollama,
                lm_studio=wish.lm_studio,
            )
        )

    def ask_to_delete(self) -> None:
        """Says what would miss the model, and asks."""
        shown = self.current
        if shown is None:
            return
        dialog = DeleteDialog(shown, uses_of(self._context, shown), self)
        dialog.accepted.connect(lambda: self._delete(shown))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _delete(self, shown: ModelRow) -> None:
        self._going = shown
        self._trash.run("models", "--trash", str(shown.card.path))

    @Slot(object)
    def _on_trashed(self, answer: dict[str, Any]) -> None:
        """Settings that named the file name it no more."""
        if self._going is None:
            return
        shown, self._going = self._going, None
        path, values = str(shown.card.path), self._context.settings.values
        without = dict.fromkeys(shown.uses, "")
        files = tuple(file for file in values.model_files if file != path)
        self._try(lambda: self._context.settings.change(model_files=files, **without))
        room = f"{size(shown.card.size)} are free when you empty the trash of your system."
        self.banner.say("good", f"“{shown.title}” is in the trash", room)
        self.library.look()

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            self.banner.say_error(error)

    @Slot()
    def _select(self) -> None:
        """Shows the model that somebody asked for, else keeps the current one, else the first."""
        at = self.library.models.row_of(self._wanted) if self._wanted is not None else -1
        if at >= 0:
            self._wanted = None
            self.list.setCurrentIndex(self.library.models.index(at, 0))
        elif not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.library.models.index(0, 0))
        self._show_current()

    @Slot()
    def _show_current(self) -> None:
        shown = self.current
        self.detail.show_row(shown, self.library.twins_of(shown.card.path) if shown is not None else ())
        self._pages.setCurrentWidget(self.detail if shown is not None else self.empty)

    @Slot(QModelIndex, QModelIndex)
    def _on_chosen(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._show_current()

    @Slot()
    def _on_looked(self) -> None:
        self.empty.say("No model was found", "Get one from the hub, or drop a model file (GGUF) here.")
        self.count.setText(f"{counted(self.library.models.rowCount(), 'model')} on this computer")
        self._select()

    @Slot(object)
    def _on_added(self, card: ModelCard) -> None:
        self._wanted = card.path
        self.banner.say("good", f"“{card.path.name}” was added", "It stays where it is.")
        self._select()

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "runs":
            self.library.look()


def files_in(urls: list[QUrl]) -> list[Path]:
    """The files of this computer among what is dropped."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
