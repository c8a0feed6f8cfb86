"""A message across a place: what happened, why, what to do, with an action. For errors of labdesk and for notices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.icons import icon
from labdesk.gui.roles import Tone
from labdesk.gui.theme import XS, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label, set_property

_GLYPH: dict[Tone, str] = {
    "normal": "info",
    "muted": "info",
    "accent": "info",
    "good": "check-circle",
    "warn": "warning",
    "bad": "warning-octagon",
}
_ICON = 20


class Banner(QFrame):
    """Hidden until something is said; can be dismissed. `visibility` tells a holder to follow."""

    visibility = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._heading = label(step="heading", wrap=True)
        self._text = label(tone="muted", wrap=True)
        self._action: QPushButton | None = None
        self._other: QPushButton | None = None
        self._close = tool_button("x", "Dismiss this message", self.dismiss)
        self._actions = row(gap=S)
        self._body = row(
            self._sign, column(self._heading, self._text, gap=XS), self._actions, self._close, gap=M, margin=M
        )
        self._body.setStretch(1, 1)
        self.setLayout(self._body)
        self.hide()

    def say(
        self,
        tone: Tone,
        heading: str,
        text: str = "",
        action: str = "",
        run: Callable[[], object] | None = None,
        *,
        other: str = "",
        run_other: Callable[[], object] | None = None,
    ) -> None:
        """Shows a message; `action` is the label of a button that calls `run`, `other` that of a second one."""
        set_property(self, "surface", "accent" if tone == "normal" else tone)
        role = {"normal": "accent_text", "accent": "accent_text"}.get(tone, tone)
        self._sign.setPixmap(icon(_GLYPH[tone], role).pixmap(QSize(_ICON, _ICON)))
        self._heading.setText(heading)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._action = self._exchange(self._action, action, run)
        self._other = self._exchange(self._other, other, run_other)
        self.setAccessibleName(f"{heading} {text}".strip())
        self.show()
        self.visibility.emit(True)

    def say_more(self, text: str) -> None:
        """Another text below the same heading; the buttons stay, so that a click on one is not lost."""
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{self._heading.text()} {text}".strip())

    def _exchange(self, old: QPushButton | None, words: str, run: Callable[[], object] | None) -> QPushButton | None:
        if old is not None:
            self._actions.removeWidget(old)
            old.deleteLater()
        if not words or run is None:
            return None
        made = button(words, run)
        self._actions.addWidget(made)
        return made

    def dismiss(self) -> None:
        """Takes the message away."""
        self.hide()
        self.visibility.emit(False)

    def say_error(
        self,
        error: LabdeskError,
        action: str = "",
        run: Callable[[], object] | None = None,
        *,
        other: str = "",
        run_other: Callable[[], object] | None = None,
    ) -> None:
        """Shows an error: the message large, cause and remedy below it."""
        words = " ".join(part for part in (error.cause, error.remedy) if part)
        self.say("bad", error.message, words, action, run, other=other, run_other=run_other)

    def attempt(self, verb: Callable[[], object]) -> bool:
        """Runs a verb and says the error of labdesk that it raises. True when it raised none."""
        try:
            verb()
        except LabdeskError as error:
            self.say_error(error)
            return False
        return True

    @property
    def words(self) -> str:
        """What it says at present; "" while hidden."""
        return "" if self.isHidden() else self.accessibleName()
