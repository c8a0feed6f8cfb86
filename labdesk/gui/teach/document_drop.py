"""Files dropped onto a widget: which of them are documents, and the page that says where to let go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from labdesk.gui.widgets.empty_state import EmptyState

KINDS = "PDF, Word, PowerPoint, HTML, Markdown or text"


def dropped_files(data: QMimeData) -> list[Path]:
    """The files and folders of this computer that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropStack(QStackedWidget):
    """Shows a page that invites while files hover over it. `dropped(list of Path)` when they are let go."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._invitation = EmptyState("file-arrow-down", "Let go to add it", f"{KINDS}, or a folder of them.")
        self.addWidget(self._invitation)
        self._before: QWidget | None = None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
            if self.currentWidget() is not self._invitation:
                self._before = self.currentWidget()
            self.setCurrentWidget(self._invitation)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._go_back()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_files(event.mimeData())
        self._go_back()
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _go_back(self) -> None:
        if self._before is not None:
            self.setCurrentWidget(self._before)
        self._before = None


def accept_nothing(widget: QWidget) -> None:
    """Lets a drag over `widget` and its parts reach whatever it stands in."""
    for one in (widget, *widget.findChildren(QObject)):
        if isinstance(one, QWidget):
            one.setAcceptDrops(False)
