"""A column of things of different heights of which only those in view exist: thousands scroll like a few.

Heights are known once a thing was seen and guessed before; a guess that proves wrong above the view moves the scroll
bar, not the text that a person reads. The end is followed only while it is in view."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from labdesk.gui.theme import XL, L

_GUESS = 160
_KEPT = 24  # so many things stay made after they went out of view
_NEAR_END = 48
_STEP = 40
#: Seconds after which no further thing is made in this turn of the event loop.
_SLICE = 0.025


class Reel(QAbstractScrollArea):
    """`make(key)` builds one thing. `show_keys` says which there are, in order."""

    def __init__(
        self, name: str, make: Callable[[str], QWidget], *, widest: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._widest = widest
        self._keys: list[str] = []
        self._heights: dict[str, int] = {}
        self._made: dict[str, QWidget] = {}
        self._stale: set[str] = set()  # of these the height may be another by now
        self._anchor = ("", 0)  # what stands at the top of the view, and where in the column
        self._cached_tops: list[int] = []
        self._width = 0
        self._following = True
        self._laying = False
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._bar = self.verticalScrollBar()
        self._bar.setSingleStep(_STEP)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._lay_out)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(30)
        self._idle.timeout.connect(self._prepare_one)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    @property
    def keys(self) -> tuple[str, ...]:
        """What is in it, from top to bottom."""
        return tuple(self._keys)

    def made(self, key: str) -> QWidget | None:
        """The widget of a key, if it exists at present."""
        return self._made.get(key)

    def show_keys(self, keys: Sequence[str]) -> None:
        """Takes these things, in this order; those that stay keep their widgets."""
        wanted = set(keys)
        for key in [key for key in self._made if key not in wanted]:
            self._drop(key)
        self._heights = {key: height for key, height in self._heights.items() if key in wanted}
        self._keys = list(keys)
        self._cached_tops = []
        self._soon.start()

    def renew(self, key: str) -> None:
        """Builds the widget of a key anew: what it shows is another thing now."""
        if key in self._made:
            self._drop(key)
        self._stale.add(key)
        self._soon.start()

    def to_end(self) -> None:
        """Goes to the end and follows it."""
        self._following = True
        self._soon.start()

    def reveal(self, key: str) -> None:
        """Scrolls a thing to the top of the view."""
        if key in self._keys:
            self._following = False
            self._lay_out()
            self._bar.setValue(self._tops()[self._keys.index(key)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A thing whose content has changed asks for another height."""
        if event.type() == QEvent.Type.LayoutRequest and not self._laying:
            key = next((key for key, widget in self._made.items() if widget is watched), None)
            if key is not None:
                self._stale.add(key)
                self._soon.start()
        return super().eventFilter(watched, event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        if not self._laying:
            self._following = self._bar.value() >= self._bar.maximum() - _NEAR_END
        self._lay_out()

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Whoever comes by keyboard sees where they are."""
        if new is None or not self.viewport().isAncestorOf(new) or self._laying:
            return
        top = new.mapTo(self.viewport(), new.rect().topLeft()).y()
        bottom = top + min(new.height(), self.viewport().height())
        if top < 0:
            self._bar.setValue(self._bar.value() + top - L)
        elif bottom > self.viewport().height():
            self._bar.setValue(self._bar.value() + bottom - self.viewport().height() + L)

    def _tops(self) -> list[int]:
        """Where each thing begins, and behind the last where the column ends."""
        if self._cached_tops:
            return self._cached_tops
        known = len(self._heights)
        guess = sum(self._heights.values()) // known if known else _GUESS
        heights = (self._heights.get(key, guess) + L for key in self._keys)
        self._cached_tops = list(accumulate(heights, initial=L))
        return self._cached_tops

    def _lay_out(self) -> None:
        if self._laying:
            return
        self._laying = True
        try:
            self._arrange()
        finally:
            self._laying = False

    def _arrange(self) -> None:
        view = self.viewport()
        width = max(1, min(self._widest, view.width() - 2 * XL))
        if width != self._width:
            self._width = width
            self._stale = set(self._heights)
        scroll = self._bar.value() + self._shift()
        end_of_slice = perf_counter() + _SLICE
        unknown: list[str] = []
        for _turn in range(6):  # measuring moves what is below; it settles in two or three turns
            tops = self._tops()
            end = max(0, tops[-1] - view.height())
            scroll = end if self._following else max(0, min(scroll, end))
            seen = self._in_view(tops, scroll)
            unknown = [key for key in self._keys[seen.start : seen.stop] if self._is_unknown(key)]
            if not unknown or perf_counter() > end_of_slice:
                break
            anchor = next((at for at in seen if self._keys[at] in self._heights), seen.start)
            for key in unknown:
                self._measure(key)
                if perf_counter() > end_of_slice:
                    break
            scroll += self._tops()[anchor] - tops[anchor]
        self._place(self._tops(), scroll)
        if unknown:  # the rest is made in the next turn, so that no turn takes long
            self._soon.start()

    def _is_unknown(self, key: str) -> bool:
        return key in self._stale or key not in self._heights or key not in self._made

    def _shift(self) -> int:
        """How far the thing at the top of the view has moved since things were last placed: the view goes with it."""
        key, top = self._anchor
        return self._tops()[self._keys.index(key)] - top if key in self._heights and key in self._keys else 0

    def _in_view(self, tops: Sequence[int], scroll: int) -> range:
        first = max(0, bisect_right(tops, scroll) - 1)
        last = bisect_right(tops, scroll + self.viewport().height())
        return range(first, min(last, len(self._keys)))

    def _measure(self, key: str) -> None:
        widget = self._widget(key)
        widget.resize(self._width, widget.height())
        layout = widget.layout()
        if layout is not None:
            layout.activate()
        height = widget.heightForWidth(self._width) if widget.hasHeightForWidth() else widget.sizeHint().height()
        self._heights[key] = max(1, height)
        self._cached_tops = []
        self._stale.discard(key)

    def _widget(self, key: str) -> QWidget:
        made = self._made.get(key)
        if made is None:
            made = self._make(key)
            made.setParent(self.viewport())
            made.move(0, -100_000)
            made.show()
            made.installEventFilter(self)
            self._made[key] = made
        return made

    def _place(self, tops: Sequence[int], scroll: int) -> None:
        view = self.viewport()
        blocker = QSignalBlocker(self._bar)
        self._bar.setPageStep(view.height())
        self._bar.setRange(0, max(0, tops[-1] - view.height()))
        self._bar.setValue(scroll)
        del blocker
        left = (view.width() - self._width) // 2
        seen = self._in_view(tops, scroll)
        self._anchor = (self._keys[seen.start], tops[seen.start]) if seen else ("", 0)
        shown = {self._keys[at]: tops[at] - scroll for at in seen}
        for key, top in shown.items():
            if key in self._made and key in self._heights:
                self._made[key].setGeometry(left, top, self._width, self._heights[key])
        for key in [key for key in self._made if key not in shown]:
            self._made[key].move(left, -100_000)
        self._forget(shown)
        self._idle.start()

    def _forget(self, shown: dict[str, int]) -> None:
        """Lets go of widgets that are long out of view; never of the one a person types in."""
        focus = QApplication.focusWidget()
        spare = [key for key in self._made if key not in shown]
        for key in spare[: max(0, len(spare) - _KEPT)]:
            widget = self._made[key]
            if focus is None or not widget.isAncestorOf(focus):
                self._drop(key)

    def _prepare_one(self) -> None:
        """Builds the next thing above or below the view while nobody scrolls, so that scrolling meets it made."""
        tops, scroll, height = self._tops(), self._bar.value(), self.viewport().height()
        around = self._in_view(tops, max(0, scroll - height))
        below = self._in_view(tops, scroll + height)
        for at in (*around, *below):
            key = self._keys[at]
            if key not in self._heights and len(self._made) < _KEPT:
                self._measure(key)
                self._soon.start()
                return

    def _drop(self, key: str) -> None:
        widget = self._made.pop(key)
        widget.removeEventFilter(self)
        widget.hide()
        widget.deleteLater()
