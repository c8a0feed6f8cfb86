"""The rail at the left: the workspace's name, the five verbs, and Models and Settings at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QPushButton, QSizePolicy, QWidget

from labdesk.gui import icons, theme
from labdesk.gui.place import BELOW, VERBS, Place
from labdesk.gui.theme import RADIUS, XS, L, M, S, roles_for
from labdesk.gui.widgets.layout import column
from labdesk.gui.widgets.state_dot import State, StateDot, paint_state

WIDTH = 184
_ROW = 36
_ICON = 20
_CARET = 14


class RailButton(QAbstractButton):
    """Icon, title, sign of the state. Painted, because no stock button has room for all three."""

    def __init__(self, place: Place, shortcut: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setText(place.title)
        self.setAccessibleName(place.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._glyph = place.icon
        self._hint = f"{place.hint} ({shortcut})" if shortcut else place.hint
        self._state = State()
        self.show_state(State())

    def show_state(self, state: State) -> None:
        self._state = state
        self.setToolTip("\n".join(part for part in (self._hint, state.words) if part))
        self.setAccessibleDescription(f"{self._hint} {state.words}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * S, _ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = roles_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected if self.isChecked() else colours.hover))
            painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(QColor(colours.accent))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        ink = QColor(colours.accent_text if self.isChecked() else colours.text)
        middle = (self.height() - _ICON) // 2
        glyph = f"{self._glyph}-fill" if self.isChecked() else self._glyph
        icons.draw(painter, QRect(M, middle, _ICON, _ICON), glyph, ink if self.isChecked() else QColor(colours.muted))
        painter.setPen(ink)
        left = M + _ICON + M
        painter.drawText(self.rect().adjusted(left, 0, -32, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        dot = StateDot.SIZE
        sign = QRect(self.width() - M - dot, (self.height() - dot) // 2, dot, dot)
        if self._state.fraction is not None:
            painter.setFont(theme.font("small"))
            painter.setPen(QColor(colours.muted))
            words = f"{self._state.fraction:.0%}"
            painter.drawText(
                sign.adjusted(-40, 0, -dot - XS, 0),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                words,
            )
        paint_state(painter, sign, self._state, colours)
        painter.end()


class _WorkspaceButton(QPushButton):
    """The workspace's name, shortened when long, and a caret; opens the menu of workspaces."""

    def __init__(self, workspace: str) -> None:
        super().__init__(workspace)
        self.setAccessibleName(f"Workspace {workspace}")
        self.setToolTip(f"{workspace}: open another workspace, or make a new one")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = roles_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hover if self.underMouse() or self.isDown() else colours.rail))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.setFont(theme.font("heading"))
        room = self.rect().adjusted(M, 0, -M - _CARET - XS, 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(QColor(colours.text))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        caret = QRect(room.right() + XS, (self.height() - _CARET) // 2, _CARET, _CARET)
        icons.draw(painter, caret, "caret-down", QColor(colours.muted))
        painter.end()


def shortcut(place: str) -> str:
    """Ctrl+1 to Ctrl+7 for the places of the design, nothing for others."""
    order = (*VERBS, *BELOW)
    return f"Ctrl+{order.index(place) + 1}" if place in order else ""


class Rail(QWidget):
    """`chosen` carries the name of the place whose entry was pressed."""

    chosen = Signal(str)

    def __init__(
        self, workspace: str, workspace_menu: QMenu, places: Sequence[Place], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.workspace = _WorkspaceButton(workspace)
        self.workspace.setMenu(workspace_menu)
        self._buttons: dict[str, RailButton] = {}
        group = QButtonGroup(self)
        items = column(self.workspace, L, gap=2, margin=(S, M, S, M))
        below = False
        for place in places:
            if place.name in BELOW and not below:
                below = True
                items.addStretch(1)
            made = RailButton(place, shortcut(place.name))
            made.clicked.connect(lambda *_, name=place.name: self.chosen.emit(name))
            group.addButton(made)
            self._buttons[place.name] = made
            items.addWidget(made)
        if not below:
            items.addStretch(1)
        self.setLayout(items)

    def select(self, name: str) -> None:
        """Marks the entry of the place that is shown."""
        self._buttons[name].setChecked(True)

    def entry(self, name: str) -> RailButton:
        """The entry of a place."""
        return self._buttons[name]

    def show_state(self, name: str, state: State) -> None:
        """Shows the sign of a place."""
        self._buttons[name].show_state(state)
