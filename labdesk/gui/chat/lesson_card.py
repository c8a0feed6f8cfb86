"""Below an answer that was corrected: where the correction went, and the way to teach it now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from labdesk.core.chats.records import Taught
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label


class LessonCard(QFrame):
    """`reteach_wanted`, `stop_wanted`, `leaf_wanted(path)`."""

    reteach_wanted = Signal()
    stop_wanted = Signal()
    leaf_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "good")
        self._leaf = ""
        self.heading = label(step="heading", wrap=True)
        self.words = label(tone="muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far the teaching is")
        self.open = button("Open the leaf", self._open, kind="quiet", glyph="pencil-simple")
        self.reteach = button("Reteach this leaf", self.reteach_wanted.emit, kind="primary", glyph="graduation-cap")
        self.reteach.setToolTip("Writes samples for this leaf, trains the model on them, and asks your question again")
        self.stop = button("Stop", self.stop_wanted.emit, glyph="stop")
        self.stop.setToolTip("What is finished is kept; it can be continued")
        actions = row(self.open, self.stop, self.reteach, gap=S)
        above = row(column(self.heading, self.words, gap=2), actions, gap=M)
        above.setStretch(0, 1)
        self.setLayout(column(above, self.bar, gap=S, margin=(L, M, M, M)))
        self.show_taught(None)

    def show_taught(self, taught: Taught | None) -> None:
        """What was corrected; None for nothing."""
        self.setVisible(taught is not None)
        if taught is None:
            return
        self._leaf = taught.leaf
        name = taught.leaf.rpartition("/")[2].replace("_", " ").capitalize()
        self.heading.setText(f"Kept as an example of “{harmless(name, 80)}”")
        self.say("The model does not know it yet. Reteach the leaf, and it answers your question again.")
        self._show(running=False, reteach=True)

    def say(self, words: str) -> None:
        """The sentence below the heading."""
        self.words.setText(words)

    def show_running(self, words: str, fraction: float | None) -> None:
        """The leaf is being taught; `fraction` is how far its present step is (None: unknown)."""
        self.say(words)
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(0 if fraction is None else round(1000 * fraction))
        self._show(running=True, reteach=False)

    def show_end(self, words: str, *, again: bool) -> None:
        """It has ended; `again` offers to start (or continue) it."""
        self.say(words)
        self._show(running=False, reteach=again)

    def _open(self) -> None:
        self.leaf_wanted.emit(self._leaf)

    def _show(self, *, running: bool, reteach: bool) -> None:
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.reteach.setVisible(reteach)
