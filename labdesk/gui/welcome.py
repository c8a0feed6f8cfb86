"""What a person sees first: what labdesk is, and the two ways to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from labdesk.gui.theme import XL, XS, XXL, L, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import Picture
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.text import ElidedLabel, label

_WIDTH = 520


class Welcome(QWidget):
    """`new_wanted`, `open_wanted`, `recent_wanted(path)`, `forget_wanted(path)` for one that is not found."""

    new_wanted = Signal()
    open_wanted = Signal()
    recent_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self, recent: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("labdesk")
        self.resize(960, 640)
        self.banner = Banner()
        heading = label("Teach a language model something new", "display")
        sentence = label(
            "Write a few examples, let a model on this computer multiply them, train, and see what was learned. "
            "Nothing leaves this machine.",
            tone="muted",
            wrap=True,
        )
        new = button("New workspace…", self.new_wanted.emit, kind="primary", glyph="plus")
        opening = button("Open a workspace…", self.open_wanted.emit, glyph="folder-open")
        help_text = label(
            "A new workspace begins with a small sample about a lighthouse: 15 minutes to teach.", "small", "muted"
        )
        picture = row(Picture("graduation-cap-fill", "accent"), None)
        middle = column(picture, S, heading, sentence, S, row(new, opening, None), help_text, gap=S)
        if recent:
            middle.addSpacing(XL)
            middle.addWidget(label("Recent", "label", "muted"))
            middle.addWidget(panel(*(self._recent(path) for path in recent), gap=0, margin=XS, surface="card"))
        inside = QWidget()
        inside.setFixedWidth(_WIDTH)
        inside.setLayout(middle)
        self.setLayout(column(self.banner, None, row(None, inside, None), None, margin=(XXL, L, XXL, L)))

    def _recent(self, path: str) -> QWidget:
        entry = QWidget()
        there = Path(path).is_dir()
        opening = button(Path(path).name, lambda: self.recent_wanted.emit(path), kind="link", glyph="folder-simple")
        opening.setEnabled(there)
        opening.setToolTip(
            path if there else f"{path} is not found: it was moved, deleted, or lies on a disk that is away"
        )
        where = ElidedLabel(str(Path(path).parent) if there else "not found", "small", "muted")
        across = row(opening, where, gap=S, margin=(S, XS, L, XS))
        if not there:
            forget = button("Forget", lambda: self._forget(entry, path), kind="link")
            forget.setAccessibleName(f"Forget {Path(path).name}")
            across.addWidget(forget)
        across.setStretch(1, 1)
        where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        entry.setLayout(across)
        return entry

    def _forget(self, entry: QWidget, path: str) -> None:
        entry.hide()
        self.forget_wanted.emit(path)
