"""Below several answers to one question: which is better? Counted per leaf, so that it says what teaching has won."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from labdesk.core.chats.records import Voted
from labdesk.gui.theme import S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import holder, row
from labdesk.gui.widgets.text import label

SAME, NONE = "same", "none"


class VoteBar(QFrame):
    """`voted(side)`, or "same", or "none"."""

    voted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = row(gap=S)
        self.setLayout(self._line)
        self._inside: QWidget | None = None
        self.hide()

    def show_choices(self, labels: Mapping[str, str], vote: Voted | None, *, hidden: bool, standing: str = "") -> None:
        """Offers one button per side; nothing for no sides; afterwards what was chosen, and how the votes on its leaf
        stand by now."""
        if self._inside is not None:
            self._line.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
            self._inside = None
        if not labels:
            self.hide()
            return
        if vote is not None:
            winner = labels.get(vote.winner)
            words = (
                f"You found “{winner}” better." if winner else {SAME: "You found them equally good."}.get(vote.winner)
            )
            about = f" Counted for {_leaf_name(vote.leaf)}{f': {standing}' if standing else ''}." if vote.leaf else ""
            again = button("Vote again", lambda: self.show_choices(labels, None, hidden=False), kind="link")
            self._inside = holder(row(label((words or "You found none good.") + about, "small", "muted"), again, None))
        else:
            ask = "Which is better? Names are shown after your vote." if hidden else "Which is better?"
            buttons = [self._choice(text, side) for side, text in labels.items()]
            others = [self._choice("Equally good", SAME), self._choice("None", NONE)]
            self._inside = holder(row(label(ask, "small", "muted"), *buttons, *others, None, gap=S))
        self._line.addWidget(self._inside)
        self.show()

    def _choice(self, text: str, side: str) -> QWidget:
        made = button(text, lambda: self.voted.emit(side), kind="quiet")
        made.setAccessibleName(f"Better: {text}")
        made.setToolTip("Counts as one vote for the leaf that this question is about")
        return made


def _leaf_name(leaf: str) -> str:
    return f"“{leaf.rpartition('/')[2].replace('_', ' ').capitalize()}”"
