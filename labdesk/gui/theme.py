"""Type scale, spacing grid and the palette; puts a scheme onto the application.

Order matters (a stylesheet freezes colours): font, then palette, then the short stylesheet of `stylesheet.py`, and all
three again when the scheme changes."""

from __future__ import annotations

import sys
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from labdesk.gui import roles
from labdesk.gui.roles import Roles, Scheme
from labdesk.gui.stylesheet import stylesheet

Choice = Literal["system", "light", "dark"]
Type = Literal["display", "title", "heading", "body", "small", "label", "mono", "number"]

#: The 4-pixel grid. Use these names, never bare numbers.
XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
RADIUS = 6
RADIUS_LARGE = 10
ICON = 16  # beside body text
ICON_LARGE = 40  # in an empty state

#: Size against body text, and weight, of each step of the type scale.
TYPE_SCALE: dict[Type, tuple[float, int]] = {
    "display": (1.75, 600),
    "title": (1.35, 600),
    "heading": (1.08, 600),
    "body": (1.0, 400),
    "label": (0.92, 500),
    "small": (0.9, 400),
    "mono": (0.95, 400),
    "number": (1.5, 600),
}
_LINUX_FAMILIES = ("Inter", "Noto Sans", "DejaVu Sans")
_LINUX_POINTS = 10.0


def base_font(text_scale: float = 1.0) -> QFont:
    """Body text: the system's own font on macOS and Windows; Inter, else Noto or DejaVu, on Linux."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if sys.platform.startswith("linux"):
        present = set(QFontDatabase.families())
        font = QFont([family for family in _LINUX_FAMILIES if family in present] or [font.family()])
        font.setPointSizeF(_LINUX_POINTS)
    font.setPointSizeF(font.pointSizeF() * text_scale)
    return font


def font(step: Type, text_scale: float = 1.0) -> QFont:
    """The font of a step of the type scale, for painted widgets (others take theirs from the stylesheet)."""
    size, weight = TYPE_SCALE[step]
    made = base_font(text_scale)
    if step == "mono":
        points = made.pointSizeF()
        made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        made.setPointSizeF(points)
    made.setPointSizeF(made.pointSizeF() * size)
    made.setWeight(QFont.Weight(weight))
    return made


def make_palette(colours: Roles) -> QPalette:
    """Qt's palette for a scheme."""
    p = QPalette.ColorRole
    table = {
        p.Window: colours.window,
        p.WindowText: colours.text,
        p.Base: colours.surface,
        p.AlternateBase: colours.sunken,
        p.Text: colours.text,
        p.PlaceholderText: colours.muted,
        p.Button: colours.surface,
        p.ButtonText: colours.text,
        p.BrightText: colours.bad,
        p.Highlight: colours.selected,
        p.HighlightedText: colours.text,
        p.Accent: colours.accent,
        p.Link: colours.accent_text,
        p.LinkVisited: colours.accent_text,
        p.ToolTipBase: colours.text,
        p.ToolTipText: colours.surface,
        p.Light: colours.surface,
        p.Midlight: colours.hover,
        p.Mid: colours.line,
        p.Dark: colours.outline,
        p.Shadow: colours.outline,
    }
    palette = QPalette()
    for role, colour in table.items():
        palette.setColor(role, QColor(colour))
    for role in (p.WindowText, p.Text, p.ButtonText, p.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.outline))
    return palette


def roles_for(palette: QPalette) -> Roles:
    """The roles that go with a palette; painted widgets ask with their own.

    Told by the colour of links, the one role that the stylesheet never overrides in a widget's palette."""
    link = palette.color(QPalette.ColorRole.Link).name()
    return roles.DARK if link == roles.DARK.accent_text.lower() else roles.LIGHT


def apply(app: QApplication, scheme: Scheme, text_scale: float = 1.0) -> None:
    """Dresses the whole application. Cheap enough to call whenever the scheme or the text size changes."""
    app.setStyle("Fusion")
    app.setFont(base_font(text_scale))
    app.setPalette(make_palette(roles.of(scheme)))
    app.setStyleSheet("")
    app.setStyleSheet(stylesheet(roles.of(scheme), {step: font(step, text_scale) for step in TYPE_SCALE}))


class Theme(QObject):
    """Keeps the application in the chosen scheme, following the system when asked to."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: Choice = "system", text_scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = choice
        self._text_scale = text_scale
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._dress()

    @property
    def scheme(self) -> Scheme:
        if self._choice != "system":
            return self._choice
        return "dark" if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"

    def choose(self, choice: Choice, text_scale: float | None = None) -> None:
        """Takes the choice of Settings at once."""
        wanted = (choice, self._text_scale if text_scale is None else text_scale)
        if wanted != (self._choice, self._text_scale):
            self._choice, self._text_scale = wanted
            self._dress()

    @Slot(Qt.ColorScheme)
    def _follow_system(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == "system":
            self._dress()

    def _dress(self) -> None:
        apply(self._app, self.scheme, self._text_scale)
        self.changed.emit()
