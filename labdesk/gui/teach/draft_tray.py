"""The foot of a passage or of a skill's examples: the button that asks the teacher, its progress, what it proposes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from labdesk.gui.teach.draft_card import DraftCard
from labdesk.gui.teach.draft_session import DraftSession, Proposal
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import number, time_left

_STEPS = 1000
_IDLE = "You decide what enters the leaf."
_ABOUT = "The teacher proposes questions about this passage"


class DraftTray(QWidget):
    """Shows a DraftSession; asks with `wanted`, `stop_wanted`, `accepted(Proposal, as edited)`, `discarded`.

    `what` it asks for is questions (about the passage `name`) or examples (of the skill `name`)."""

    wanted = Signal()
    stop_wanted = Signal()
    accepted = Signal(object, object)
    discarded = Signal(object)

    def __init__(self, name: str, what: str = "questions", hint: str = _ABOUT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[DraftCard] = []
        self._made = 0
        self.ask = button(f"Draft {what} for me", self.wanted.emit, kind="link", glyph="magic-wand")
        self.ask.setAccessibleName(f"Draft {what} for {name}")
        self.ask.setToolTip(f"{hint} (Ctrl+Shift+D)")
        self.words = label(_IDLE, "small", "muted", wrap=True)
        self.stop = button("Cancel", self.stop_wanted.emit, kind="quiet", glyph="stop")
        self.stop.setAccessibleName(f"Cancel the drafts for {name}")
        self._doing = ElidedLabel(step="small", tone="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(f"Progress of the drafts for {name}")
        line = row(self._doing, self.stop, gap=M)
        line.setStretch(0, 1)
        self._progress = holder(column(line, self._bar, gap=S))
        self.notice = label(step="small", tone="warn", wrap=True)
        self._list = column(gap=S)
        head = row(self.ask, self.words, gap=M)
        head.setStretch(1, 1)
        self.setLayout(column(head, self._progress, self.notice, self._list, gap=S))
        self.show_session(None)

    def show_session(self, session: DraftSession | None) -> None:
        """Brings everything up to date in place; a draft that is being edited stays as it is."""
        running = session is not None and session.running
        self.ask.setVisible(not running)
        self._progress.setVisible(running)
        self.words.setText((session.summary() if session is not None else "") or _IDLE)
        self.words.setVisible(not running)
        self.say(session.trouble() if session is not None else "")
        if session is not None and running:
            self._show_progress(session)
        self._show_cards(session.waiting if session is not None else [])

    def say(self, trouble: str) -> None:
        """What is wrong and what to do; "" takes it away."""
        self.notice.setText(trouble)
        self.notice.setVisible(bool(trouble))

    def _show_progress(self, session: DraftSession) -> None:
        progress = session.state.progress
        words = "Starting the teacher"
        if progress is not None:
            left = time_left(progress.seconds_left)
            words = f"{number(progress.done)} of {number(progress.total)} tries{f' · {left}' if left else ''}"
        self._doing.setText(words)
        fraction = session.state.fraction
        self._bar.setRange(0, 0 if fraction is None else _STEPS)
        if fraction is not None:
            self._bar.setValue(round(_STEPS * fraction))

    def _show_cards(self, wanted: list[Proposal]) -> None:
        focus = QApplication.focusWidget()
        lost = False
        for card in [card for card in self.cards if card.proposal not in wanted]:
            lost = lost or (focus is not None and card.isAncestorOf(focus))
            self.cards.remove(card)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        shown = [card.proposal for card in self.cards]
        for proposal in wanted:
            if proposal not in shown:
                self._made += 1
                card = DraftCard(proposal, self._made)
                card.accepted.connect(self.accepted)
                card.discarded.connect(self.discarded)
                self.cards.append(card)
                self._list.addWidget(card)
        if lost:  # go on with the next one, so that the keyboard is enough to decide about all
            (self.cards[0].question if self.cards else self.ask).setFocus()
