"""The view behind Models: two pages (on this computer, from the hub), and the downloads and exports under way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from labdesk.core import paths
from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.models.hub import HubModel
from labdesk.core.settings import hub_endpoint
from labdesk.gui.context import GuiContext
from labdesk.gui.models.hub_page import HubPage
from labdesk.gui.models.library_page import LibraryPage, files_in
from labdesk.gui.models.model_jobs import ModelJobs, same_download
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import action_button
from labdesk.gui.widgets.layout import column, holder, line, row
from labdesk.gui.widgets.text import label
from labdesk.jobs.model_requests import download_spec

_HERE, _HUB = 0, 1


class ModelsView(QWidget):
    """`show_item` takes the path of a model file, or the name of a download."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.banner = Banner()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Where the models are")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("On this computer")
        self.tabs.addTab("Get models")
        self.page = LibraryPage(context, self.banner)
        self.hub = HubPage(context)
        self.jobs = ModelJobs(context)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.page)
        self._pages.addWidget(self.hub)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.page.library.look()

    def show_item(self, item: object) -> None:
        """Called when another place sends a person here."""
        if isinstance(item, Path):
            self.tabs.setCurrentIndex(_HERE)
            self.page.show_file(item)

    def focus_first(self) -> None:
        """The place was entered by keyboard or rail."""
        if self.tabs.currentIndex() == _HUB:
            self.hub.words.setFocus()
            return
        self.page.list.setFocus()
        self.page.library.look()

    def leave(self) -> None:
        """The window closes."""
        self.page.close_errands()
        self.hub.close_errands()
        self.jobs.close_errands()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files from this computer may be dropped."""
        if files_in(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A model file is added; it stays where it is."""
        self.tabs.setCurrentIndex(_HERE)
        for file in files_in(event.mimeData().urls()):
            self.page.add(file)
        event.acceptProposedAction()

    def get_models(self) -> None:
        """Shows what the hub offers."""
        self.tabs.setCurrentIndex(_HUB)
        self.hub.words.setFocus()

    def fetch(self, model: HubModel) -> None:
        """Downloads one file of a model; one that was begun goes on."""
        self.banner.attempt(lambda: self._fetch(model))

    def _fetch(self, model: HubModel) -> None:
        endpoint = hub_endpoint(self._context.settings.values)
        spec = download_spec(model, paths.models_folder(), endpoint)
        known = same_download(self._context, spec)
        if known is not None:
            self._context.jobs.resume(known)
        else:
            self._context.jobs.start("download", spec, f"Fetch {model.repository.split('/')[1]}")

    def _lay_out(self) -> None:
        action = self._context.actions
        head = row(
            label("Models", "title"), self.tabs, None, action_button(action["models.add"]), gap=L, margin=(L, M, M, 0)
        )
        notice = holder(row(self.banner, margin=(L, M, L, M)))
        self.banner.visibility.connect(notice.setVisible)
        notice.hide()
        body = column(head, line(), notice, self.jobs, self._pages, gap=0)
        body.setStretchFactor(self._pages, 1)
        self.setLayout(body)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.hub.fetch_wanted.connect(self.fetch)
        self.hub.found_wanted.connect(self.show_item)
        self.hub.failed.connect(self._say_failure)
        self.jobs.failed.connect(self._say_failure)
        self.jobs.finished.connect(self._on_finished)
        self.jobs.token_wanted.connect(self.hub.ask_token)
        self.jobs.show_wanted.connect(self._show_result)
        self.page.hub_wanted.connect(self.get_models)
        self._context.actions.on("models.get", self.get_models)
        self._context.actions.on("models.token", self.hub.ask_token)

    @Slot(object)
    def _say_failure(self, error: LabdeskError) -> None:
        self.banner.say_error(error)

    @Slot(object, object)
    def _on_finished(self, job: JobFolder, _state: JobState) -> None:
        if job.request.kind == "download":
            self.page.library.look()

    @Slot(object)
    def _show_result(self, path: Path) -> None:
        """A model that came is chosen in the list; the folder of an export is opened."""
        if path.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        else:
            self.show_item(path)
            self.page.library.look()
