"""The view behind Models: the list at the left, one model at the right; files are added by button or by drop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.models.catalog import ModelCard
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.context import GuiContext
from labdesk.gui.models.detail import ModelDetail
from labdesk.gui.models.library import Library
from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, line, panel, row
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted

_LIST = 360


class ModelsView(QWidget):
    """`show_item` takes the path of a model file."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.library = Library(context, self)
        self.list = list_view("Models", self.library.models, TwoLineDelegate())
        self.detail = ModelDetail()
        self.banner = Banner()
        self.empty = EmptyState(
            "cube", "Looking for models", "The starter model, what you taught, and your model folders."
        )
        self._count = label("Looking…", "small", "muted")
        self._wanted: Path | None = None
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.detail)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.library.look()

    def show_item(self, item: object) -> None:
        """Called when another place sends a person here."""
        if isinstance(item, Path):
            self._wanted = item
            self._select()

    def focus_first(self) -> None:
        """The place was entered by keyboard or rail."""
        self.list.setFocus()
        self.library.look()

    def leave(self) -> None:
        """The window closes."""
        self.library.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files from this computer may be dropped."""
        if _files(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A model file is added; it stays where it is."""
        for file in _files(event.mimeData().urls()):
            self.add(file)
        event.acceptProposedAction()

    def add(self, file: Path) -> None:
        """Takes a model file after a look at its header."""
        self._wanted = file
        self.banner.dismiss()
        self.library.add(file)

    def _lay_out(self) -> None:
        add = button("Add a file…", self._ask_file, glyph="plus")
        add.setToolTip("Add a model file (GGUF). It stays where it is. You can also drop it here.")
        head = row(column(label("Models", "title"), self._count, gap=0), None, add, gap=S, margin=(L, M, M, M))
        side = panel(holder(head), line(), self.list, gap=0, margin=0)
        side.setFixedWidth(_LIST)
        notice = holder(row(self.banner, margin=(L, L, L, 0)))
        self.banner.visibility.connect(notice.setVisible)
        notice.hide()
        right = column(notice, self._pages, gap=0)
        right.setStretch(1, 1)
        across = row(side, line(vertical=True), right, gap=0)
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
        self.detail.show_row(shown)
        self._pages.setCurrentWidget(self.detail if shown is not None else self.empty)

    @Slot(QModelIndex, QModelIndex)
    def _on_chosen(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._show_current()

    @Slot()
    def _on_looked(self) -> None:
        self.empty.say("No model was found", "Add a model file (GGUF) from your disk, or drop it here.")
        self._count.setText(f"{counted(self.library.models.rowCount(), 'model')} on this computer")
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


def _files(urls: list[QUrl]) -> list[Path]:
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
