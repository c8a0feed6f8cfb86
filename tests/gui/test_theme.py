"""The theme reaches widgets that are already on screen, in both directions."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from labdesk.gui import icons, roles, theme
from labdesk.gui.theme import Theme


def _background(widget: QPushButton) -> str:
    image = widget.grab().toImage()
    return QColor(image.pixel(image.width() // 2, 4)).name().upper()


def test_a_button_on_screen_changes_with_the_scheme(app: QApplication, qtbot: QtBot) -> None:
    button = QPushButton(" ")
    qtbot.addWidget(button)
    button.resize(80, 32)
    button.show()
    assert _background(button) == roles.LIGHT.surface
    theme.apply(app, "dark")
    assert _background(button) == roles.DARK.surface
    theme.apply(app, "light")
    assert _background(button) == roles.LIGHT.surface


def test_an_icon_takes_its_colour_while_it_is_painted(app: QApplication) -> None:
    made = icons.icon("circle-fill", "text")

    def middle() -> str:
        return QColor(made.pixmap(32, 32).toImage().pixel(16, 16)).name().upper()

    assert middle() == roles.LIGHT.text
    theme.apply(app, "dark")
    assert middle() == roles.DARK.text


def test_an_unknown_icon_is_an_error_at_once(app: QApplication) -> None:
    with pytest.raises(KeyError, match="no-such-icon"):
        icons.icon("no-such-icon")


def test_the_choice_of_settings_wins_over_the_system(app: QApplication) -> None:
    keeper = Theme(app, "dark")
    assert theme.roles_for(app.palette()) is roles.DARK
    keeper.choose("light")
    assert theme.roles_for(app.palette()) is roles.LIGHT
    keeper.deleteLater()


def test_text_scale_makes_text_larger(app: QApplication, qtbot: QtBot) -> None:
    text = QLabel("labdesk")
    qtbot.addWidget(text)
    text.show()
    small = text.sizeHint().width()
    theme.apply(app, "light", 1.5)
    assert text.sizeHint().width() > small * 1.3


def test_pyside_does_not_lose_references_to_none(app: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one per call and aborted after a few thousand."""
    button = QPushButton()
    before = sys.getrefcount(None)
    for _ in range(200):
        button.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 50


def test_the_palette_has_our_window_colour(app: QApplication) -> None:
    assert app.palette().color(QPalette.ColorRole.Window).name().upper() == roles.LIGHT.window
