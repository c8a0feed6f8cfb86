"""First page of the new-leaf assistant: which of four things is to be taught, each with an example."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QSizePolicy, QWidget

from labdesk.core.taxonomy.wishes import WISHES, Wish
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label, set_property

_INDENT = 22


class WishPage(QWidget):
    """Four cards. `chosen` when one is double-clicked; `wish` is the one that is marked."""

    chosen = Signal()

    def __init__(self, wish: Wish, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._cards = [_Card(one, self._group, number) for number, one in enumerate(WISHES)]
        for card in self._cards:
            card.opened.connect(self.chosen)
        lines = [row(*self._cards[:2], gap=M), row(*self._cards[2:], gap=M)]
        for line in lines:
            line.setStretch(0, 1)
            line.setStretch(1, 1)
        grid = column(*lines, gap=M)
        self.setLayout(
            column(
                label("What do you want to teach?", "title"),
                label("One leaf teaches one thing. Choose what it is.", tone="muted", wrap=True),
                XS,
                grid,
                gap=S,
            )
        )
        self.choose(wish)

    @property
    def wish(self) -> Wish:
        """What is marked."""
        return WISHES[self._group.checkedId()]

    def choose(self, wish: Wish) -> None:
        """Marks one."""
        self._cards[WISHES.index(wish)].radio.setChecked(True)

    def focus_first(self) -> None:
        """Arrow keys go from card to card, Return goes on."""
        self._cards[self._group.checkedId()].radio.setFocus()


class _Card(QFrame):
    """A radio button with its sentence and its example; the whole card can be clicked."""

    opened = Signal()

    def __init__(self, wish: Wish, group: QButtonGroup, number: int) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.setProperty("marked", "false")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.radio = QRadioButton(wish.title)
        self.radio.setProperty("type", "heading")
        self.radio.setAccessibleDescription(f"{wish.help} For example: {wish.example}.")
        group.addButton(self.radio, number)
        example = label(f"For example: {wish.example}.", "small", "muted", wrap=True)
        words = column(label(wish.help, wrap=True), example, None, gap=S, margin=(_INDENT, 0, 0, 0))
        self.setLayout(column(self.radio, words, gap=S, margin=(L, L, L, L)))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # all four equally wide
        self.radio.toggled.connect(lambda on: set_property(self, "marked", "true" if on else "false"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.radio.setChecked(True)
            self.radio.setFocus()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()
