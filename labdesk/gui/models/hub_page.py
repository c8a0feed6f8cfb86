"""Get models: recommended ones for this computer, or a search on the hub; one of them at the right."""

from __future__ import annotations

from typing import Any

import msgspec
import psutil
from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from labdesk.core import paths
from labdesk.core.errors import LabdeskError, ModelError
from labdesk.core.models.hub import HubModel, clean_repository
from labdesk.core.models.recommended import read_recommended
from labdesk.core.settings import hub_endpoint
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.models.hub_detail import HubDetail
from labdesk.gui.models.hub_rows import Found, recommended_rows, search_row
from labdesk.gui.models.token_dialog import TokenDialog
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, line, panel, row
from labdesk.gui.widgets.line_list import LineList
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted

_LIST = 360


class HubPage(QWidget):
    """`fetch_wanted(HubModel)`, `failed(LabdeskError)`, `found_wanted(path)`. Nothing is asked before a click."""

    fetch_wanted = Signal(object)
    failed = Signal(object)
    found_wanted = Signal(object)

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: LineList[Found] = LineList(self)
        self.list = list_view("Models of the hub", self.rows, TwoLineDelegate())
        self.words = QLineEdit()
        self.words.setPlaceholderText("Search, or paste owner/name")
        self.words.setAccessibleName("Search the hub")
        self.words.setClearButtonEnabled(True)
        self.search = button("Search", self.ask, glyph="magnifying-glass")
        self.heading = label(step="small", tone="muted", wrap=True)
        self.detail = HubDetail()
        self.empty = EmptyState(
            "cloud-arrow-down",
            "Choose a model",
            "The list names models by their own makers, with open licences, that suit this computer. "
            "Nothing is sent or fetched before you click.",
        )
        self._searching, self._files = Errand(self), Errand(self)
        self._hits: list[HubModel] = []
        self._lay_out()
        self._connect()
        self.show_recommended()

    def close_errands(self) -> None:
        """The window closes."""
        self._searching.close()
        self._files.close()

    def ask(self) -> None:
        """Searches for the words; none brings the recommended ones back, owner/name opens that model."""
        words = self.words.text().strip().lstrip("-")
        if not words:
            self.show_recommended()
            return
        try:
            self._open(Found(clean_repository(words)))
            return
        except ModelError:
            self._hits = []
        self.heading.setText("Asking the hub…")
        self.search.setEnabled(False)
        self._searching.run("hub", "search", words, online=True)

    @Slot()
    def show_recommended(self) -> None:
        """The list that came with labdesk."""
        self._searching.close()
        self.search.setEnabled(True)
        classes = read_recommended(paths.resources() / "models" / "recommended.yaml")
        self.rows.show(recommended_rows(classes, psutil.virtual_memory().total))
        self.heading.setText("Recommended for this computer, then others")

    def ask_token(self) -> None:
        """Opens the dialog for a token."""
        try:
            dialog = TokenDialog(hub_endpoint(self._context.settings.values), self)
        except ModelError as error:
            self.failed.emit(error)
            return
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _lay_out(self) -> None:
        box = row(self.words, self.search, gap=S)
        box.setStretch(0, 1)
        head = holder(column(box, self.heading, gap=S, margin=(M, M, M, S)))
        side = panel(head, self.list, gap=0, margin=0)
        side.setFixedWidth(_LIST)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.detail)
        across = row(side, line(vertical=True), self._pages, gap=0)
        across.setStretch(2, 1)
        self.setLayout(across)

    def _connect(self) -> None:
        self.words.returnPressed.connect(self.ask)
        self.words.textChanged.connect(lambda text: None if text else self.show_recommended())
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self._searching.line.connect(self._on_hit)
        self._searching.ended.connect(self._on_searched)
        self._searching.failed.connect(self._on_search_failed)
        self._files.line.connect(self._on_file)
        self._files.ended.connect(self._on_files)
        self._files.failed.connect(self._on_files_failed)
        self.detail.fetch_wanted.connect(self.fetch_wanted)
        self.detail.found_wanted.connect(self.found_wanted)
        self.detail.token_wanted.connect(self.ask_token)

    def _open(self, found: Found) -> None:
        """Asks for the files of a model."""
        try:
            endpoint = hub_endpoint(self._context.settings.values)
        except ModelError as error:
            self.failed.emit(error)
            return
        self._wanted, self._listed = found, None
        self.detail.show_waiting(found, endpoint)
        self._pages.setCurrentWidget(self.detail)
        self._files.run("hub", "files", found.repository, online=True)

    _wanted = Found("")
    _listed: HubModel | None = None

    @Slot(QModelIndex, QModelIndex)
    def _on_chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        found = self.rows.thing(index)
        if found is not None:
            self._open(found)

    @Slot(object)
    def _on_hit(self, answer: dict[str, Any]) -> None:
        try:
            self._hits.append(msgspec.convert(answer, HubModel))
        except msgspec.ValidationError:
            return

    @Slot()
    def _on_searched(self) -> None:
        self.search.setEnabled(True)
        if not self._searching_failed:
            self.rows.show([search_row(hit) for hit in self._hits])
            self.heading.setText(
                f"{counted(len(self._hits), 'model')} with GGUF files, the most fetched first"
                if self._hits
                else "Nothing has these words in its name. Try fewer words."
            )
        self._searching_failed = False

    _searching_failed = False

    @Slot(object)
    def _on_search_failed(self, error: LabdeskError) -> None:
        self._searching_failed = True
        self.search.setEnabled(True)
        self.heading.setText("The hub did not answer.")
        self.failed.emit(error)

    @Slot(object)
    def _on_file(self, answer: dict[str, Any]) -> None:
        try:
            one = msgspec.convert(answer["model"], HubModel)
        except (msgspec.ValidationError, KeyError):
            return
        known = self._listed.files if self._listed is not None else ()
        self._listed = msgspec.structs.replace(one, files=(*known, *one.files))

    @Slot()
    def _on_files(self) -> None:
        if self._listed is not None:
            self.detail.show_model(self._listed, self._wanted)
        elif self.detail.model is None and self.detail.subtitle.text().endswith("…"):
            self.detail.show_problem("It has no GGUF in one file. Search for the same name with GGUF behind it.")

    @Slot(object)
    def _on_files_failed(self, error: LabdeskError) -> None:
        self.detail.show_problem(str(error))
