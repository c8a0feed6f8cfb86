"""The shell: rail, menu, lazy places, names for screen readers, no warning from Qt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from labdesk.core.errors import StorageError
from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.window import Window


class _Spy:
    """A place that counts how often it is built."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.title = name.capitalize()
        self.icon = "circle"
        self.hint = f"The place {name}."
        self.actions = (ActionSpec(f"{name}.act", "Act", "A"),)
        self.built = 0
        self.shown: list[object] = []

    def build(self, context: GuiContext) -> QWidget:
        self.built += 1
        view = QLabel(self.name)
        view.show_item = self.shown.append  # type: ignore[attr-defined]
        return view

    def state(self, context: GuiContext) -> State:
        return State("attention", f"{self.name} needs you")


def unnamed(window: QWidget) -> list[str]:
    """The focusable widgets that a screen reader could not name."""
    found = []
    for widget in window.findChildren(QWidget):
        focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not isinstance(widget, QMenu)
        inner = isinstance(widget.parent(), QAbstractItemView) or widget.objectName().startswith("qt_")
        if not focusable or inner or not widget.isVisibleTo(window):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def test_every_focusable_widget_of_every_place_has_a_name(window: Window) -> None:
    for place in window.places:
        window.go(place.name)
        assert unnamed(window) == [], place.name


def test_a_place_is_built_when_it_is_first_shown_and_once(context: GuiContext, qtbot: QtBot) -> None:
    first, second = _Spy("teach"), _Spy("review")
    window = Window(context, [first, second])
    qtbot.addWidget(window)
    assert (first.built, second.built) == (1, 0)
    window.go("review")
    window.go("teach")
    window.go("review", "an item")
    assert (first.built, second.built) == (1, 1)
    assert second.shown == ["an item"]


def test_the_keys_of_a_place_work_only_there(context: GuiContext, qtbot: QtBot) -> None:
    window = Window(context, [_Spy("teach"), _Spy("review")])
    qtbot.addWidget(window)
    assert context.actions["teach.act"].isEnabled()
    assert not context.actions["review.act"].isEnabled()
    window.go("review")
    assert not context.actions["teach.act"].isEnabled()
    assert context.actions["review.act"].isEnabled()
    context.actions.allow("review.act", False)
    assert not context.actions["review.act"].isEnabled()


def test_every_action_stands_in_a_menu(window: Window) -> None:
    reachable: set[str] = set()

    def walk(menu: QMenu) -> None:
        for action in menu.actions():
            inner = action.menu()
            reachable.add(action.objectName())
            if isinstance(inner, QMenu):
                walk(inner)

    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        walk(menu)
    assert set(window.context.actions) <= reachable


def test_control_and_a_number_goes_to_a_place(context: GuiContext, qtbot: QtBot) -> None:
    window = Window(context, [_Spy("teach"), _Spy("review")])
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "review"


def test_the_rail_says_the_state_in_words(context: GuiContext, qtbot: QtBot) -> None:
    window = Window(context, [_Spy("teach")])
    qtbot.addWidget(window)
    entry = window.rail.entry("teach")
    qtbot.waitUntil(lambda: "teach needs you" in entry.accessibleDescription(), timeout=2000)


def test_an_error_stands_above_the_place_with_its_remedy(window: Window) -> None:
    window.context.intents.failed.emit(StorageError("The disk is full.", remedy="Free some space."))
    assert "The disk is full." in window.banner.words
    assert "Free some space." in window.banner.words
    window.banner.dismiss()
    assert window.banner.words == ""


def test_no_shortcut_means_two_things_in_one_place(window: Window) -> None:
    actions = window.context.actions
    for place in ("", *(place.name for place in window.places)):
        keys = [
            key.toString()
            for name in actions
            if actions.place_of(name) in ("", place)
            for key in actions[name].shortcuts()
        ]
        assert len(keys) == len(set(keys)), f"{place}: {sorted(key for key in keys if keys.count(key) > 1)}"
