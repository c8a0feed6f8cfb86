"""Documents are being converted or fetched: what is read, how far it is, how long it will take, and Cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from labdesk.gui.theme import XL, M
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import duration, time_left

_STEPS = 1000
_TICK_MS = 500
#: Seconds before which a rate says nothing.
_SETTLED = 1.0
#: Seconds after which somebody wonders about a file that takes long.
_LONG = 3.0


class ImportProgress(QWidget):
    """`begin`, then `say` at each step. The time left is told by the bytes that were read so far; within one file
    nothing tells how far it is, so then the longest it may take is said."""

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._began = self._said = clock()
        self._share = self._limit = 0.0
        self._what = ElidedLabel(step="heading")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Reading the document")
        self.left = label(step="small", tone="muted")
        self.cancel = button("Cancel")
        hint = label("Nothing is sent anywhere, and the file itself is not changed.", "small", "muted", wrap=True)
        foot = row(self.left, None, self.cancel)
        self.setLayout(column(None, self._what, self._bar, foot, hint, None, gap=M, margin=XL))
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_left)

    def begin(self, words: str, limit: float = 0.0) -> None:
        """Something new is under way; one file takes at most `limit` seconds (0: as long as it likes)."""
        self._began, self._limit = self._clock(), limit
        self.say(words, 0.0)

    def say(self, words: str, share: float) -> None:
        """What is done now; `share` (0 to 1) is done already, 0 while that is unknown."""
        self._said, self._share = self._clock(), share
        self._what.setText(words)
        self._bar.setRange(0, _STEPS if share else 0)
        self._bar.setValue(round(_STEPS * share))
        self._bar.setAccessibleDescription(words)
        self._show_left()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    @Slot()
    def _show_left(self) -> None:
        now = self._clock()
        worked, since = self._said - self._began, now - self._said
        words = ""
        if self._share and worked > _SETTLED:
            left = worked * (1 - self._share) / self._share - since
            words = time_left(left) if left >= 1 else "nearly done" if since < _LONG else ""
        if not words and since > _LONG:
            words = f"{duration(since)} so far"
            if self._limit:
                words += f"; a file that takes longer than {duration(self._limit)} is left out"
        self.left.setText(words[:1].upper() + words[1:])
