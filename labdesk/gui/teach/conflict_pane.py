"""Two programs changed the same: both versions side by side, and a choice for each place. Nothing is written before
the person has chosen, and what is not chosen stays in the workspace's history."""

from __future__ import annotations

from typing import Any

import yaml
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.taxonomy.merge_values import MISSING, Conflict, Missing
from labdesk.core.taxonomy.places import words_of_path
from labdesk.gui.teach.leaf_editor import LeafConflict, LeafEditor
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, holder, row, scrolling
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import counted

_WIDEST = 980
_GONE = "(taken out)"


class ConflictPane(QWidget):
    """Shows the conflict of an editor. `copied(str)`: mine was also written beside the leaf, under this name."""

    copied = Signal(str)

    def __init__(self, editor: LeafEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.places: list[PlaceCard] = []
        self._title = label("Two versions of this leaf", "title")
        self._words = label(tone="muted", wrap=True)
        self._list: QVBoxLayout = column(gap=M)
        mine = button("Take all yours", lambda: self._take_all(True))
        theirs = button("Take all others", lambda: self._take_all(False))
        copy = button("Also keep yours as a file", self._copy, kind="link", glyph="copy")
        copy.setToolTip("Writes your version beside qna.yaml, under another name.")
        self.save_button = button("Save this choice", self.save, kind="primary", glyph="check")
        head = column(self._title, self._words, gap=XS)
        content = holder(column(head, row(mine, theirs, None, copy, gap=S), self._list, None, gap=M, margin=XL))
        foot = row(None, self.save_button, gap=S, margin=(XL, M, XL, M))
        self.setLayout(column(scrolling(content, "Two versions of this leaf", widest=_WIDEST), foot, gap=0))

    def show_conflict(self, conflict: LeafConflict, leaf: Leaf) -> None:
        """Shows every place that both changed."""
        for card in self.places:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        knowledge = leaf.kind is LeafKind.KNOWLEDGE
        self.places = [PlaceCard(place, knowledge=knowledge) for place in conflict.merge.conflicts]
        for card in self.places:
            self._list.addWidget(card)
        both = "this place was" if len(self.places) == 1 else f"these {counted(len(self.places), 'place')} were"
        self._words.setText(
            f"Another program changed “{leaf.title}” while you were writing. All that could be put together is; "
            f"{both} changed by both. Choose what is to stay, or write it anew at the left. "
            "The version that you do not choose stays in the history."
        )

    def save(self) -> None:
        """Writes what was chosen."""
        self._editor.settle([card.value() for card in self.places])

    def _take_all(self, mine: bool) -> None:
        for card in self.places:
            card.choose(mine)

    def _copy(self) -> None:
        name = self._editor.keep_copy()
        if name:
            self.copied.emit(name)


class PlaceCard(QFrame):
    """One place: what it was, yours (which can be edited), and the other."""

    def __init__(self, place: Conflict, *, knowledge: bool) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._place = place
        name = words_of_path(place.path, knowledge=knowledge)
        self.setAccessibleName(name)
        self._choice = QButtonGroup(self)
        self.mine = self._side(place.mine, "Yours", name)
        self.theirs = self._side(place.theirs, "Theirs, on the disk", name)
        self.mine.setReadOnly(not isinstance(place.mine, str))
        self.theirs.setReadOnly(True)
        self.mine.textChanged.connect(lambda: self.choose(True))
        halves = row(
            *(column(button, text, None, gap=XS)
              for button, text in zip(self._choice.buttons(), (self.mine, self.theirs), strict=True)),
            gap=L,
        )  # fmt: skip
        for place_of_half, text in enumerate((self.mine, self.theirs)):
            halves.setStretch(place_of_half, 1)
            text.setMinimumWidth(1)  # both get half of the room, whatever they hold
        before = ElidedLabel(f"Before: {_shown(place.base)}", "small", "muted")
        before.setToolTip(_shown(place.base)[:1000])
        self.setLayout(column(label(name, "heading"), before, halves, gap=S, margin=(L, M, L, L)))
        self._offered = self.mine.plain_text()
        self.choose(True)

    def choose(self, mine: bool) -> None:
        """Takes one of the two."""
        self._choice.buttons()[0 if mine else 1].setChecked(True)

    def value(self) -> Any:
        """What is to stand there."""
        if self._choice.buttons()[1].isChecked():
            return self._place.theirs
        edited = isinstance(self._place.mine, str) and self.mine.plain_text() != self._offered
        return self.mine.plain_text() if edited else self._place.mine

    def _side(self, value: Any, words: str, name: str) -> GrowingText:
        radio = QRadioButton(words)
        radio.setAccessibleName(f"{name}: {words}")
        self._choice.addButton(radio)
        text = GrowingText(f"{name}: {words}", least=2, most=16)
        text.setPlainText(_shown(value))
        return text


def _shown(value: Any) -> str:
    if isinstance(value, Missing) or value is MISSING:
        return _GONE
    if isinstance(value, str):
        return value
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False).removesuffix("...\n").strip()
