"""One model of the hub: its files with size and fit, what its owner wants, and the button that fetches one."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import psutil
from PySide6.QtCore import QModelIndex, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QWidget

from labdesk.core import paths
from labdesk.core.errors import ModelError
from labdesk.core.models.hub import HubFile, HubModel, gguf_files
from labdesk.core.models.recommended import preferred
from labdesk.gui.models.hub_rows import Found, file_row
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, holder, line, row
from labdesk.gui.widgets.line_list import LineList
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import number, size


class HubDetail(QFrame):
    """`fetch_wanted(HubModel)` with the one file that was chosen; `token_wanted()`; `found_wanted(path)` of a file that
    is here already."""

    fetch_wanted = Signal(object)
    token_wanted = Signal()
    found_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: HubModel | None = None
        self._page = ""
        self.title = label(step="title", wrap=True)
        self.subtitle = label(tone="muted", wrap=True)
        self.about = label(wrap=True)
        self.open_page = button("Its page on the hub", self._open_page, kind="quiet", glyph="arrow-square-out")
        self.files: LineList[HubFile] = LineList(self)
        self.list = list_view("Files of this model", self.files, TwoLineDelegate())
        self.list.setProperty("surface", "window")
        self.terms = label(tone="warn", wrap=True)
        self.token = button("Token…", self.token_wanted.emit, glyph="key")
        self.token.setToolTip("Who has agreed to a model’s terms is known to the hub by a token.")
        self._gate = holder(row(self.terms, self.token, gap=M))
        self.room = label(step="small", tone="muted", wrap=True)
        self.fetch = button("Download", self._fetch, kind="primary", glyph="download-simple")
        head = row(self.title, None, self.open_page, gap=M)
        foot = row(self.room, self.fetch, gap=M)
        foot.setStretch(0, 1)
        body = column(
            head, self.subtitle, self.about, self._gate, label("Files", "heading"),
            label("Smaller files need less memory and are faster; larger ones make fewer mistakes.", "small", "muted"),
            self.list, line(), foot, gap=S, margin=(XL, L, XL, L),
        )  # fmt: skip
        body.setStretchFactor(self.list, 1)
        self.setLayout(body)
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self.list.activated.connect(self._fetch)

    def show_waiting(self, found: Found, endpoint: str) -> None:
        """A model was chosen; its files are asked for."""
        self.model = None
        self._page = f"{endpoint}/{found.repository}"
        self.title.setText(harmless(found.repository, 160))
        self.subtitle.setText("Asking the hub for its files…")
        self.about.setText(found.about)
        self.about.setVisible(bool(found.about))
        self._gate.hide()
        self.files.show([])
        self._on_chosen()

    def show_model(self, model: HubModel, found: Found) -> None:
        """Its files came."""
        self.model = model
        parts = [harmless(model.licence, 40) or "no licence named", f"fetched {number(model.downloads)} times"]
        self.subtitle.setText(" · ".join(parts))
        self.terms.setText("Its owner wants you to agree to terms first: agree on its page, then give labdesk a token.")
        self._gate.setVisible(model.gated)
        files = gguf_files(model)
        try:
            wanted = preferred(model, found.prefer)
        except ModelError as error:
            self.files.show([])
            self.show_problem(f"{error.message} {error.remedy}")
            return
        memory = psutil.virtual_memory().total
        self.files.show([(file, file_row(file, memory, file == wanted)) for file in files])
        self.list.setCurrentIndex(self.files.index(files.index(wanted), 0))

    def show_problem(self, words: str) -> None:
        """Why there is nothing to fetch."""
        self.subtitle.setText(words)
        self._on_chosen()

    @property
    def chosen(self) -> HubFile | None:
        """The file that would be fetched."""
        return self.files.thing(self.list.currentIndex())

    @property
    def here(self) -> Path | None:
        """Where the chosen file lies already; None when it is not here."""
        if self.model is None or self.chosen is None:
            return None
        path = paths.models_folder() / self.model.repository / self.chosen.name
        return path if path.is_file() and path.stat().st_size == self.chosen.size else None

    @Slot(QModelIndex, QModelIndex)
    def _on_chosen(self, _index: QModelIndex | None = None, _before: QModelIndex | None = None) -> None:
        file = self.chosen
        self.fetch.setEnabled(file is not None)
        if file is None:
            self.fetch.setText("Download")
            self.room.setText("")
            return
        if self.here is not None:
            self.fetch.setText("Show it")
            self.room.setText("This file is on your computer already.")
            return
        self.fetch.setText(f"Download {size(file.size)}")
        folder = paths.models_folder()
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        free = shutil.disk_usage(folder).free
        enough = free > file.size + 200_000_000
        self.room.setText(
            f"{size(free)} are free on your disk. The file is checked before it can be used."
            if enough
            else f"Only {size(free)} are free on your disk: free some space, or choose a smaller file."
        )
        self.fetch.setEnabled(enough)

    def _fetch(self) -> None:
        if self.model is None or self.chosen is None or not self.fetch.isEnabled():
            return
        if (path := self.here) is not None:
            self.found_wanted.emit(path)
        else:
            self.fetch_wanted.emit(msgspec.structs.replace(self.model, files=(self.chosen,)))

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._page))
