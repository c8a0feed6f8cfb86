"""Above the chat: which model is chosen, and the proof of which model answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QToolButton, QWidget

from labdesk.engine.chat.protocol import Loaded
from labdesk.gui.chat.choices import Choice, Choices
from labdesk.gui.chat.sides import BASE, SideOption
from labdesk.gui.chat.sides_menu import SidesMenu
from labdesk.gui.icons import icon
from labdesk.gui.theme import ICON, XS, L, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import ElidedLabel
from labdesk.gui.widgets.two_line import TwoLineDelegate
from labdesk.gui.words import number, size

_PICKER = 300


class ChatHeader(QFrame):
    """`chosen(Choice)`, `compared(bool)`, `sides_changed`, `new_wanted`, `history_shown(bool)`, `style_shown(bool)`."""

    chosen = Signal(object)
    compared = Signal(bool)
    sides_changed = Signal()
    new_wanted = Signal()
    history_shown = Signal(bool)
    style_shown = Signal(bool)

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self._choices = choices
        self.picker = QComboBox()
        self.picker.setAccessibleName("Model")
        self.picker.setToolTip("The model that answers")
        self.picker.setMinimumWidth(_PICKER)
        self.picker.setModel(choices)
        self.picker.setItemDelegate(TwoLineDelegate(self.picker))
        self.history = _toggle("", "clock-counter-clockwise", "Show or hide your chats (Ctrl+Shift+H)")
        self.history.setAccessibleName("Your chats")
        self.history.setChecked(True)
        self.compare = _toggle("Compare", "columns", "Ask several models the same, side by side (Ctrl+B)")
        self.sides = SidesMenu(self)
        self.with_whom = tool_button("caret-down", "With whom to compare", hint="Choose who answers beside it")
        self.with_whom.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.with_whom.setMenu(self.sides)
        self.style_toggle = _toggle("Style", "sliders-horizontal", "What the model is told, and how freely it answers")
        self.new = button("New chat", self.new_wanted.emit, kind="quiet", glyph="plus")
        self.more = tool_button("dots-three", "More", hint="Export this chat, or let other programs use this model")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._dot = StateDot()
        self.proof = ElidedLabel(step="small", tone="muted")
        line = row(self._dot, self.proof, gap=S)
        line.setStretch(1, 1)
        compare = row(self.compare, self.with_whom, gap=0)
        above = row(self.history, self.picker, compare, self.style_toggle, None, self.new, self.more, gap=S)
        self.setLayout(column(above, line, gap=XS, margin=(L, M, L, S)))
        self.picker.activated.connect(lambda row: self.chosen.emit(choices.choice(row)))
        self.compare.toggled.connect(self.compared)
        self.sides.changed.connect(self.sides_changed)
        self.history.toggled.connect(self.history_shown)
        self.style_toggle.toggled.connect(self.style_shown)
        self.show_nothing(None)

    @property
    def choice(self) -> Choice | None:
        """The model that is chosen."""
        return self._choices.choice(self.picker.currentIndex())

    def select(self, choice: Choice) -> None:
        """Shows a model as chosen without announcing it."""
        self.picker.setCurrentIndex(self._choices.row_of(choice.model))

    def show_compare(self, possible: bool, on: bool) -> None:
        """Whether there is anybody to compare with, and whether they are asked too."""
        self.compare.setVisible(possible)
        self.with_whom.setVisible(possible)
        if self.compare.isChecked() != on:
            self.compare.blockSignals(True)
            self.compare.setChecked(on)
            self.compare.blockSignals(False)

    def show_nothing(self, choice: Choice | None) -> None:
        """No model is in memory."""
        if choice is None:
            self._say("empty", "No model is chosen.")
        else:
            self._say("empty", f"Not in memory yet: “{choice.title}” is loaded with your first message.")

    def show_loading(self, choice: Choice | None) -> None:
        """A model is being read."""
        self._say("running", f"Loading {choice.title if choice else 'the model'}…")

    def show_loaded(self, sides: Sequence[SideOption], loaded: Loaded) -> None:
        """The proof: what answers, from which files, on what."""
        own_first = sorted(sides, key=lambda side: side.key == BASE)
        parts = [f"{side.title}: {side.proven(loaded.side(side.key))}" for side in own_first]
        self._say("done", "  |  ".join(parts) if len(parts) > 1 else parts[0].partition(": ")[2])
        files = "\n".join(f"{side.title}: {side.model.model} {side.model.adapter}".strip() for side in sides)
        on = (
            f"Computed by {loaded.device}, {number(loaded.context)} tokens of context, {size(loaded.memory)} of memory."
        )
        self.proof.setToolTip(f"{on}\n{files}")

    def _say(self, kind: str, words: str) -> None:
        self._dot.show_state(State(kind, words))  # type: ignore[arg-type]
        self.proof.setText(words)


def _toggle(text: str, glyph: str, hint: str) -> QPushButton:
    made = button(text, glyph=glyph)
    made.setIcon(icon(glyph, "text"))
    made.setIconSize(QSize(ICON, ICON))
    made.setCheckable(True)
    made.setToolTip(hint)
    return made
