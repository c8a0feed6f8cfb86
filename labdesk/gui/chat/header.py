"""Above the chat: which model is chosen, and the proof of which model answers."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QWidget

from labdesk.engine.chat.protocol import Loaded
from labdesk.gui.chat.choices import Choice, Choices
from labdesk.gui.icons import icon
from labdesk.gui.theme import ICON, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import ElidedLabel
from labdesk.gui.widgets.two_line import TwoLineDelegate
from labdesk.gui.words import number, size

_PICKER = 360


class ChatHeader(QFrame):
    """`chosen(Choice)`, `compared(bool)`, `new_wanted`."""

    chosen = Signal(object)
    compared = Signal(bool)
    new_wanted = Signal()

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
        self.compare = _toggle("Compare with base", "columns", "Ask the model as it was before beside the taught one")
        self.new = button("New chat", self.new_wanted.emit, kind="quiet", glyph="plus")
        self._dot = StateDot()
        self.proof = ElidedLabel(step="small", tone="muted")
        line = row(self._dot, self.proof, gap=S)
        line.setStretch(1, 1)
        above = row(self.picker, self.compare, None, self.new, gap=M)
        self.setLayout(column(above, line, gap=XS, margin=(L, M, L, S)))
        self.picker.activated.connect(lambda row: self.chosen.emit(choices.choice(row)))
        self.compare.toggled.connect(self.compared)
        self.show_nothing(None)

    @property
    def choice(self) -> Choice | None:
        """The model that is chosen."""
        return self._choices.choice(self.picker.currentIndex())

    def select(self, choice: Choice) -> None:
        """Shows a model as chosen without announcing it."""
        self.picker.setCurrentIndex(self._choices.row_of(choice.model))

    def show_compare(self, possible: bool, on: bool) -> None:
        """Whether there is a base to compare with, and whether it is asked too."""
        self.compare.setVisible(possible)
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

    def show_loaded(self, choice: Choice, loaded: Loaded) -> None:
        """The proof: what answers, from which files, on what."""
        parts = [harmless(choice.model.name, 60)]
        if choice.proof:
            parts.append(choice.proof)
        if choice.base is not None and loaded.base:
            parts.append(f"beside its base {harmless(choice.base.stem, 60)}")
        if loaded.adapter:
            parts.append(f"adapter {loaded.adapter[:8]}")
        parts.append(f"{size(loaded.memory)} of memory")
        self._say("done", "Answers: " + " · ".join(parts))
        self.proof.setToolTip(
            f"Computed by {loaded.device}, {number(loaded.context)} tokens of context. {choice.model}"
        )

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
