"""How many samples stand at each step of generation: asked, written, parsed, unique, grounded, kept.

Each number is a button; pressing one filters the rows below it to what was lost there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from labdesk.gui import theme
from labdesk.gui.theme import RADIUS, XS, L, M, S, roles_for
from labdesk.gui.widgets.layout import row
from labdesk.gui.words import number, share


class Step(NamedTuple):
    """A step of the funnel; `help` says in plain words what is lost here."""

    name: str
    title: str
    help: str


STEPS = (
    Step("asked", "Asked", "How many samples the plan wants."),
    Step("written", "Written", "What the teacher wrote in answer to a prompt."),
    Step("parsed", "Parsed", "What had a question and an answer in it."),
    Step("unique", "Unique", "What says something that no other sample says."),
    Step("grounded", "Grounded", "What the source document supports."),
    Step("kept", "Kept", "What passed every check and will be taught."),
)


class Funnel(QWidget):
    """The steps from left to right. `chosen` carries a step's name, "" when the filter is lifted."""

    chosen = Signal(str)

    def __init__(self, steps: Sequence[Step] = STEPS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = {step.name: _Cell(step) for step in steps}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        for cell in self._cells.values():
            self._group.addButton(cell)
            cell.clicked.connect(lambda checked, name=cell.step.name: self._choose(name if checked else ""))
        self.setLayout(row(*self._cells.values(), gap=XS))

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Shows the counts; a missing one is shown as a dash."""
        most = max(counts.values(), default=0)
        for name, cell in self._cells.items():
            cell.show_count(counts.get(name), most)

    def lift(self) -> None:
        """No step is chosen any more."""
        self._choose("")

    def _choose(self, name: str) -> None:
        for cell in self._cells.values():
            cell.setChecked(cell.step.name == name)
        self.chosen.emit(name)


class _Cell(QAbstractButton):
    """One number with its title, and a bar as long as its share of the first."""

    BAR = 4

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(step.help)
        self._count: int | None = None
        self._most = 0
        self._number_font = theme.font("number")
        self._title_font = theme.font("small")
        self.show_count(None, 0)

    def show_count(self, count: int | None, most: int) -> None:
        self._count, self._most = count, most
        text = "–" if count is None else number(count)
        self.setText(text)
        self.setAccessibleName(f"{self.step.title}: {text}")
        self.setAccessibleDescription(f"{self.step.help} {share(count or 0, most)} of all.")
        self.update()

    def sizeHint(self) -> QSize:
        height = QFontMetrics(self._number_font).height() + QFontMetrics(self._title_font).height()
        return QSize(96, height + self.BAR + 2 * M + XS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = roles_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = colours.selected if self.isChecked() else colours.hover if self.underMouse() else colours.surface
        painter.setBrush(QColor(ground))
        painter.setPen(QColor(colours.accent if self.hasFocus() or self.isChecked() else colours.line))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        inner = self.rect().adjusted(M, S, -M, -S)
        painter.setFont(self._title_font)
        painter.setPen(QColor(colours.muted))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop), self.step.title)
        painter.setFont(self._number_font)
        painter.setPen(QColor(colours.good if self.step.name == "kept" and self._count else colours.text))
        painter.drawText(inner.adjusted(0, 0, 0, -S), int(Qt.AlignmentFlag.AlignBottom), self.text())
        bar = QRect(inner.left(), inner.bottom() - self.BAR + 2, inner.width(), self.BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(bar, 2, 2)
        if self._count and self._most:
            bar.setWidth(max(self.BAR, round(bar.width() * self._count / self._most)))
            painter.setBrush(QColor(colours.good if self.step.name == "kept" else colours.accent))
            painter.drawRoundedRect(bar, 2, 2)
        painter.end()

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * L + S, self.sizeHint().height())
