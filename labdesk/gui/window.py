"""The window: rail, places built when first shown or a little ahead of it, menu bar, status bar. It decides nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QActionGroup, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QWidget

from labdesk.core import settings as settings_rules
from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.job_state import JobState
from labdesk.gui.context import GuiContext
from labdesk.gui.flow import Flow
from labdesk.gui.idle_steps import IdleSteps
from labdesk.gui.place import Place, find_places, load
from labdesk.gui.rail import Rail, shortcut
from labdesk.gui.status_bar import StatusBar
from labdesk.gui.theme import L
from labdesk.gui.transfer.menu import Transfer
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.layout import column, holder, row

_STATES_MS = 250
SIZE = (1280, 800)


class Window(QMainWindow):
    """One open workspace. `open_wanted` and `new_wanted` ask the application for another one."""

    open_wanted = Signal()
    new_wanted = Signal()
    recent_wanted = Signal(str)
    closed = Signal()

    def __init__(self, context: GuiContext, places: list[Place] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.places = find_places() if places is None else places
        self._views: dict[str, QWidget] = {}
        self._current = ""
        self.setWindowTitle(f"{context.workspace.root.name} – labdesk")
        self.resize(*SIZE)
        self._workspace_menu = QMenu(self)
        self._make_actions()
        self.rail = Rail(context.workspace.root.name, self._workspace_menu, self.places)
        self.banner = Banner()
        self._stack = QStackedWidget()
        self.status = StatusBar()
        self._lay_out()
        self._connect()
        self.flow = Flow(context, lambda: self._current, self._go_if_there, self)
        self._states = QTimer(self)
        self._states.setSingleShot(True)
        self._states.setInterval(_STATES_MS)
        self._states.timeout.connect(self._show_states)
        if self.places:
            self.go(self.places[0].name)
        self._states.start()
        self._ahead = IdleSteps(self._build_ahead(), self._is_busy, self)

    def go(self, name: str, item: object = None) -> QWidget:
        """Shows a place, built the first time; `item` is what to show there. Raises KeyError for no such place."""
        place = next((p for p in self.places if p.name == name), None)
        if place is None:
            raise KeyError(name)
        view = self._view(place)
        self._current = name
        self.context.actions.enter(name)
        self.context.actions.set_checked(f"go.{name}", True)
        self._stack.setCurrentWidget(view)
        self.rail.select(name)
        for method, arguments in (("show_item", (item,) if item is not None else None), ("focus_first", ())):
            if arguments is not None and hasattr(view, method):
                getattr(view, method)(*arguments)
        self._states.start()
        return view

    def _view(self, place: Place) -> QWidget:
        """The view of a place, built when it is first wanted."""
        if place.name not in self._views:
            self._views[place.name] = place.build(self.context)
            self._stack.addWidget(self._views[place.name])
        return self._views[place.name]

    def _build_ahead(self) -> Iterator[None]:
        """Makes ready what would be slow to open for the first time."""
        for place in self.places:
            yield from load(place)
        for place in self.places:
            self._view(place)
            yield

    def _is_busy(self) -> bool:
        """Whether the place in view works on what the person waits for."""
        return bool(getattr(self._stack.currentWidget(), "busy", False))

    def _go_if_there(self, name: str, item: object) -> None:
        if any(place.name == name for place in self.places):
            self.go(name, item)

    @property
    def current(self) -> str:
        """The name of the place that is shown."""
        return self._current

    def closeEvent(self, event: QCloseEvent) -> None:
        """Views with unsaved typing may save it (`leave()`); workers go on."""
        self._ahead.stop()
        for view in self._views.values():
            if hasattr(view, "leave"):
                view.leave()
        self.context.bridge.close()
        super().closeEvent(event)
        self.closed.emit()

    def _lay_out(self) -> None:
        self._notice = holder(row(self.banner, margin=(L, L, L, 0)))
        self._notice.hide()
        self.banner.visibility.connect(self._notice.setVisible)
        right = column(self._notice, self._stack, gap=0)
        right.setStretch(1, 1)
        across = row(self.rail, right, gap=0)
        across.setStretch(1, 1)
        self.setCentralWidget(holder(column(across, self.status, gap=0)))

    def _make_actions(self) -> None:
        actions = self.context.actions
        file = self.menuBar().addMenu("&Workspace")
        for name, text, keys, slot in (
            ("file.new", "&New workspace…", "Ctrl+Shift+N", self.new_wanted.emit),
            ("file.open", "&Open workspace…", "Ctrl+O", self.open_wanted.emit),
        ):
            file.addAction(actions.add(name, text, keys))
            actions.on(name, slot)
        self._workspace_menu.addActions(file.actions())
        self._add_recent(file.addMenu("Open &recent"))
        file.addSeparator()
        self.transfer = Transfer(self.context, file, self)
        file.addSeparator()
        file.addAction(actions.add("file.close", "&Close window", "Ctrl+W", help_text="Running jobs go on."))
        actions.on("file.close", self.close)
        go = self.menuBar().addMenu("&Go")
        group = QActionGroup(self)
        for place in self.places:
            action = actions.add(f"go.{place.name}", place.title, shortcut(place.name), place.icon, place.hint)
            action.setCheckable(True)
            group.addAction(action)
            go.addAction(action)
            actions.on(f"go.{place.name}", functools.partial(self.go, place.name))
        for place in self.places:
            if place.actions:
                self._add_place_menu(place)

    def _add_place_menu(self, place: Place) -> None:
        menu = self.menuBar().addMenu(place.title)
        for spec in place.actions:
            if spec.separator:
                menu.addSeparator()
            menu.addAction(
                self.context.actions.add(spec.name, spec.text, spec.shortcut, spec.glyph, spec.help, place=place.name)
            )

    def _add_recent(self, menu: QMenu) -> None:
        actions, settings = self.context.actions, self.context.settings
        paths = settings_rules.forgotten(settings.values, str(self.context.workspace.root))
        missing = [path for path in paths if not Path(path).is_dir()]
        menu.setEnabled(bool(paths))
        for number, path in enumerate(paths):
            name = f"file.recent.{number}"
            there = path not in missing
            menu.addAction(actions.add(name, path if there else f"{path} (not found)"))
            actions.allow(name, there)
            actions.on(name, functools.partial(self.recent_wanted.emit, path))
        if missing:
            menu.addSeparator()
            menu.addAction(actions.add("file.forget", "&Forget those not found"))
            actions.on("file.forget", lambda: self._forget(menu, missing))
        self._workspace_menu.addMenu(menu)

    def _forget(self, menu: QMenu, missing: list[str]) -> None:
        self.context.settings.change(recent_workspaces=settings_rules.forgotten(self.context.settings.values, *missing))
        for action in menu.actions():
            action.setVisible(action.isEnabled() and action.objectName() != "file.forget")

    def _connect(self) -> None:
        intents, bridge = self.context.intents, self.context.bridge
        self.rail.chosen.connect(self.go)
        intents.go.connect(self.go)
        intents.say.connect(self.banner.say)
        intents.wait.connect(lambda heading, text, stop: self.banner.say("muted", heading, text, "Cancel", stop))
        intents.wait_on.connect(self.banner.say_more)
        intents.states.connect(lambda: self._states.start())
        intents.hush.connect(self.banner.dismiss)
        intents.failed.connect(self._say_failure)
        intents.model_loaded.connect(self.status.show_model)
        intents.speed.connect(self.status.show_speed)
        self.status.job_clicked.connect(self._go_to_job)
        bridge.changed.connect(self._on_change)
        bridge.job_changed.connect(self._on_job)

    @Slot(object)
    def _say_failure(self, error: LabdeskError) -> None:
        self.banner.say_error(error)

    def _go_to_job(self, job_id: str) -> None:
        kind = next((job.request.kind for job in self.context.bridge.jobs() if job.id == job_id), "teach")
        wanted = {"generate": "generate", "download": "models", "export": "models"}.get(kind, "train")
        if any(place.name == wanted for place in self.places):
            self.go(wanted, job_id)

    @Slot(object)
    def _on_change(self, _change: Change) -> None:
        self._states.start()

    @Slot(str, object)
    def _on_job(self, _job_id: str, _state: JobState) -> None:
        running = self.context.bridge.running()
        job = next((job for job in running if not job.request.parent), running[-1] if running else None)
        if job is None:
            self.status.show_job("", "", JobState())
        else:
            self.status.show_job(job.id, job.request.title, self.context.bridge.state(job.id))
        if not self._states.isActive():
            self._states.start()

    def _show_states(self) -> None:
        for place in self.places:
            self.rail.show_state(place.name, place.state(self.context))
