"""How the model answers: what it is told beforehand, how freely it chooses its words, and for how long it may write."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QDoubleSpinBox, QFrame, QPushButton, QSpinBox, QWidget

from labdesk.core.chats.style import Preset, Style, named, with_preset
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import label

_PRESETS: tuple[tuple[Preset, str, str], ...] = (
    ("precise", "Precise", "Always the likeliest words: the same question gets the same answer."),
    ("balanced", "Balanced", "Some freedom: answers vary a little and read more naturally."),
    ("creative", "Creative", "Much freedom: for ideas and stories; facts suffer."),
)
_TYPING_MS = 400
LONGEST = 20_000


class StylePanel(QFrame):
    """`changed(Style)` whenever the person changed something."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self._style = Style()
        self._showing = False
        self.system = GrowingText("Told beforehand", least=2, most=5)
        self.system.setPlaceholderText("For example: Answer in one short sentence, in plain words.")
        self._group = QButtonGroup(self)
        self.presets: dict[Preset, QPushButton] = {}
        for preset, text, hint in _PRESETS:
            made = button(text)
            made.setCheckable(True)
            made.setToolTip(hint)
            self._group.addButton(made)
            self.presets[preset] = made
            made.clicked.connect(lambda *_, name=preset: self._take(with_preset(self._style, name)))
        self.hint = label("", "small", "muted", wrap=True)
        self.details = button("Details", self._fold, kind="link")
        self.temperature = _decimal(0.0, 2.0, 0.1)
        self.top_p = _decimal(0.05, 1.0, 0.05)
        self.penalty = _decimal(1.0, 2.0, 0.05)
        self.longest = QSpinBox()
        self.longest.setRange(16, 8192)
        self.longest.setSingleStep(64)
        self.longest.setSuffix(" tokens")
        self.more = self._details()
        told = FormRow("Told beforehand", self.system, "The model reads this first; it is never left out.")
        choice = row(*self.presets.values(), self.details, None, gap=S)
        freedom = column(label("Choice of words", "label"), choice, self.hint, gap=S)
        across = row(told, freedom, gap=L)
        across.setStretch(0, 1)
        across.setStretch(1, 1)
        self.setLayout(column(across, self.more, gap=M, margin=(L, M, L, M)))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._on_details)
        self.system.textChanged.connect(self._on_typing)
        for box in (self.temperature, self.top_p, self.penalty, self.longest):
            box.valueChanged.connect(self._on_typing)
        self.more.hide()
        self.show_style(Style())

    def show_style(self, style: Style) -> None:
        """Shows a style without announcing it."""
        self._showing = True
        self._style = named(style)
        if self.system.toPlainText() != style.system:
            self.system.setPlainText(style.system)
        self.temperature.setValue(style.temperature)
        self.top_p.setValue(style.top_p)
        self.penalty.setValue(style.repeat_penalty)
        self.longest.setValue(style.max_tokens)
        self._group.setExclusive(False)
        for preset, made in self.presets.items():
            made.setChecked(preset == self._style.preset)
        self._group.setExclusive(True)
        hints = {preset: hint for preset, _text, hint in _PRESETS}
        self.hint.setText(hints.get(self._style.preset, "Your own choice, see the details."))
        self._showing = False

    def commit(self) -> None:
        """What was typed a moment ago counts now."""
        if self._typing.isActive():
            self._typing.stop()
            self._on_details()

    def _details(self) -> QWidget:
        rows = (
            FormRow("Temperature", self.temperature, "0 takes the likeliest word, 1 draws as the model learned."),
            FormRow("Likeliest share (top-p)", self.top_p, "Draws only among the words that make up this share."),
            FormRow("Against repetition", self.penalty, "1 allows it, 1.1 makes it rare."),
            FormRow("Longest answer", self.longest, "100 tokens are about 75 words."),
        )
        across = row(*rows, gap=L)
        for at in range(len(rows)):
            across.setStretch(at, 1)
        return holder(across)

    def _fold(self) -> None:
        self.more.setVisible(self.more.isHidden())
        self.details.setText("Details" if self.more.isHidden() else "Hide details")

    def _on_typing(self, *_: object) -> None:
        if not self._showing:
            self._typing.start()

    def _on_details(self) -> None:
        self._take(
            msgspec.structs.replace(
                self._style,
                system=self.system.toPlainText()[:LONGEST].strip(),
                temperature=round(self.temperature.value(), 2),
                top_p=round(self.top_p.value(), 2),
                repeat_penalty=round(self.penalty.value(), 2),
                max_tokens=self.longest.value(),
            )
        )

    def _take(self, style: Style) -> None:
        style = named(style)
        if style != self._style:
            self._typing.stop()
            self.show_style(style)
            self.changed.emit(style)


def _decimal(least: float, most: float, step: float) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(least, most)
    made.setSingleStep(step)
    made.setDecimals(2)
    return made
