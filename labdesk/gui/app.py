"""The application: one QApplication, the theme, and one window on one workspace; or the welcome when there is none."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from labdesk.core import paths
from labdesk.core import settings as core_settings
from labdesk.core.errors import LabdeskError
from labdesk.core.settings import Settings
from labdesk.core.workspace import Workspace
from labdesk.gui.actions import Actions
from labdesk.gui.bridge import Bridge
from labdesk.gui.claim import Claim
from labdesk.gui.context import GuiContext, Intents, SettingsStore
from labdesk.gui.job_starter import JobStarter
from labdesk.gui.theme import Theme
from labdesk.gui.welcome import Welcome
from labdesk.gui.window import Window


def make_context(workspace: Workspace, settings: SettingsStore, parent: QObject | None = None) -> GuiContext:
    """Everything the places of one window share."""
    return GuiContext(
        workspace=workspace,
        bridge=Bridge(workspace, parent),
        settings=settings,
        actions=Actions(parent),
        intents=Intents(parent),
        jobs=JobStarter(workspace, parent),
    )


class Desk(QObject):
    """Holds the one window. Opening another workspace replaces it."""

    def __init__(self, app: QApplication, settings: SettingsStore) -> None:
        super().__init__(app)
        gc.freeze()  # modules stay to the end: a collection that looks through them all is felt as a stutter
        self.settings = settings
        self.theme = Theme(app, settings.values.colour_scheme)
        self.window: QWidget | None = None
        settings.changed.connect(self._on_settings)

    def start(self, path: Path | None = None) -> None:
        """Opens `path`, else the workspace of last time, else the welcome."""
        recent = self.settings.values.recent_workspaces
        wanted = path or (Path(recent[0]) if recent else None)
        if wanted is None:
            self._replace(self._welcome())
            return
        try:
            self.open(wanted)
        except LabdeskError as error:
            welcome = self._welcome()
            welcome.banner.say_error(error)
            self._replace(welcome)

    def open(self, path: Path) -> Window:
        """Opens a workspace; the one that is open already comes to the front. Raises LabdeskError."""
        workspace = Workspace.open(path)
        if isinstance(self.window, Window) and self.window.context.workspace.root == workspace.root:
            self._show_front()
            return self.window
        claim = Claim(workspace.root, self)
        self.settings.change(recent_workspaces=core_settings.remembered(self.settings.values, str(workspace.root)))
        try:
            window = Window(make_context(workspace, self.settings, self))
        except LabdeskError:
            claim.release()
            raise
        window.closed.connect(claim.release)
        claim.called.connect(self._show_front)
        window.open_wanted.connect(self.ask_open)
        window.new_wanted.connect(self.ask_new)
        window.recent_wanted.connect(self._open_or_say)
        self._replace(window)
        return window

    def create(self, path: Path) -> Window:
        """Makes a workspace with the starter taxonomy and opens it. Raises LabdeskError."""
        return self.open(Workspace.create(path).root)

    @Slot()
    def ask_open(self) -> None:
        """Lets the person choose a folder."""
        dialog = QFileDialog(self.window, "Open a workspace")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._open_or_say)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def ask_new(self) -> None:
        """Lets the person choose where a new workspace goes."""
        dialog = QFileDialog(self.window, "Choose or make an empty folder for the new workspace")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._create_or_say)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _open_or_say(self, path: str) -> None:
        self._try(lambda: self.open(Path(path)))

    @Slot(str)
    def _create_or_say(self, path: str) -> None:
        self._try(lambda: self.create(Path(path)))

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            if isinstance(self.window, Window | Welcome):
                self.window.banner.say_error(error)

    def _welcome(self) -> Welcome:
        welcome = Welcome(self.settings.values.recent_workspaces)
        welcome.open_wanted.connect(self.ask_open)
        welcome.new_wanted.connect(self.ask_new)
        welcome.recent_wanted.connect(self._open_or_say)
        welcome.forget_wanted.connect(self._forget)
        return welcome

    def _replace(self, window: QWidget) -> None:
        old, self.window = self.window, window
        window.show()
        if old is not None:
            old.close()
            old.deleteLater()

    @Slot(str)
    def _forget(self, path: str) -> None:
        self._try(lambda: self.settings.change(recent_workspaces=core_settings.forgotten(self.settings.values, path)))

    @Slot()
    def _show_front(self) -> None:
        if self.window is not None:
            self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()

    @Slot(object)
    def _on_settings(self, values: Settings) -> None:
        self.theme.choose(values.colour_scheme)


def catch_bugs(desk: Desk) -> None:
    """An error that nobody expected is a bug: it goes to stderr whole, and to the person in one sentence.

    The window stays open; what was saved is safe."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(desk.window, Window | Welcome) and issubclass(kind, Exception):
            what = traceback.extract_tb(trace)[-1] if trace else None
            where = f" ({Path(what.filename).name}, line {what.lineno})" if what else ""
            text = f"{kind.__name__}: {error}{where}. What you saved is safe; the details are in the terminal."
            desk.window.banner.say("bad", "Something went wrong inside labdesk.", text)

    sys.excepthook = hook


def run(workspace: Path | None = None) -> int:
    """Opens the window and returns the process's exit code when it is closed."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("labdesk")
    app.setDesktopFileName("labdesk")
    desk = Desk(app, SettingsStore(paths.settings_file()))
    catch_bugs(desk)
    desk.start(workspace)
    return app.exec()
