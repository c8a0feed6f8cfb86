"""One model: what it can do here and why not, its facts, and the buttons to choose it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, line, row, scrolling
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import label
from labdesk.gui.words import size

_WIDEST = 640
_ABILITIES = (
    ("can_teach", "Teach", "It can write samples from your examples.", "It cannot write samples."),
    ("can_learn", "Learn", "It can be taught here.", "It cannot be taught here."),
    ("can_chat", "Chat", "You can talk with it.", "You cannot talk with it."),
)


class ModelDetail(QFrame):
    """A signal for each button: nothing is done here."""

    teacher_wanted = Signal()
    student_wanted = Signal()
    chat_wanted = Signal()
    file_wanted = Signal()
    forget_wanted = Signal()
    export_wanted = Signal()
    trash_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = label(step="title", wrap=True)
        self.subtitle = label(tone="muted")
        self.teacher = button("Use as teacher", self.teacher_wanted.emit, glyph="chalkboard-teacher")
        self.student = button("Use as student", self.student_wanted.emit, glyph="student")
        self.chat = button("Chat", self.chat_wanted.emit, glyph="chats")
        self.file = button("Show file", self.file_wanted.emit, kind="quiet", glyph="folder-open")
        self.forget = button("Remove from list", self.forget_wanted.emit, kind="quiet", glyph="x")
        self.export = button("Export…", self.export_wanted.emit, glyph="export")
        self.export.setToolTip("As files for Ollama, LM Studio, llama.cpp and MLX, with a model card.")
        self.trash = button("Move to the trash…", self.trash_wanted.emit, kind="quiet", glyph="trash")
        self.twins = label(tone="warn", wrap=True)
        self._abilities = {name: _Ability(title, yes, no) for name, title, yes, no in _ABILITIES}
        self.reasons = label(tone="muted", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(XL)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(1, 1)
        inside = QWidget()
        inside.setLayout(
            column(
                self.title,
                self.subtitle,
                row(self.teacher, self.student, self.chat, self.export, None, gap=S),
                line(),
                label("What it can do here", "heading"),
                *self._abilities.values(),
                self.reasons,
                line(),
                label("About the file", "heading"),
                self._grid,
                self.twins,
                row(self.file, self.forget, self.trash, None, gap=S),
                None,
                gap=M,
                margin=XL,
            )
        )
        self._inside = inside
        self.setLayout(column(scrolling(inside, "About this model", widest=_WIDEST)))
        self.show_row(None)

    def show_row(self, shown: ModelRow | None, twins: Sequence[Path] = ()) -> None:
        """Shows a model; None for nothing chosen. `twins`: other files with the same content."""
        self._inside.setVisible(shown is not None)
        if shown is None:
            return
        card = shown.card
        self.title.setText(shown.title)
        self.subtitle.setText(shown.detail)
        for name, ability in self._abilities.items():
            ability.show_ability(bool(getattr(card, name)))
        self.reasons.setText("\n".join(harmless(reason, 600) for reason in card.reasons))
        self.reasons.setVisible(bool(card.reasons))
        self._choose(self.teacher, "teacher", card.can_teach, shown.uses)
        self._choose(self.student, "student", card.can_learn, shown.uses)
        self.chat.setEnabled(card.can_chat)
        self.forget.setVisible(shown.origin == "file")
        self.export.setVisible(shown.origin == "taught")
        self.trash.setVisible(shown.origin in ("taught", "file"))
        places = "\n".join(harmless(str(path), 300) for path in twins)
        self.twins.setText(f"The same {size(card.size)} lie here, too. One of them is enough:\n{places}")
        self.twins.setVisible(bool(twins))
        self._fill(shown.facts)

    def _choose(self, made: QWidget, use: str, able: bool, uses: tuple[str, ...]) -> None:
        chosen = use in uses
        made.setEnabled(able and not chosen)
        words = f"Is your {use}" if chosen else f"Use as {use}"
        made.setText(words)  # type: ignore[attr-defined]
        made.setAccessibleName(words)

    def _fill(self, facts: list[tuple[str, str]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for at, (name, value) in enumerate(facts):
            words = label(value, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label(name, tone="muted"), at, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, at, 1)


class _Ability(QFrame):
    """A sign and a sentence: never the sign alone."""

    def __init__(self, title: str, yes: str, no: str) -> None:
        super().__init__()
        self._yes, self._no = yes, no
        self._dot = StateDot()
        self._words = label(tone="muted")
        self.setLayout(row(self._dot, label(title), self._words, None, gap=S, margin=(0, 0, L, 0)))

    def show_ability(self, able: bool) -> None:
        words = self._yes if able else self._no
        self._dot.show_state(State("done" if able else "bad", words))
        self._words.setText(words)
