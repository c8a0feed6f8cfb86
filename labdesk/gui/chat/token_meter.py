"""How much of what the model can read is used by this conversation and the message that is being typed."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from labdesk.engine.chat.protocol import Measured
from labdesk.gui.roles import Tone
from labdesk.gui.theme import S
from labdesk.gui.widgets.layout import row
from labdesk.gui.widgets.text import label, set_property, set_tone
from labdesk.gui.words import counted, number

_WIDTH = 96
_NEAR = 0.8


class TokenMeter(QWidget):
    """A thin bar and a few words; empty until a model is loaded and has counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Share of what the model can read")
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_WIDTH)
        self.words = label(step="small", tone="muted")
        self.setLayout(row(self.bar, self.words, gap=S))
        self.clear()

    def clear(self) -> None:
        """Nothing was counted."""
        self.hide()

    def show_measured(self, found: Measured) -> None:
        """What the worker has counted with the model's own tokens."""
        share = min(1.0, found.prompt_tokens / max(1, found.context))
        tone: Tone = "bad" if found.room == 0 else "normal"
        words = f"{number(found.prompt_tokens)} of {number(found.context)} tokens"
        if found.room == 0:
            words += " · this message is too long"
        elif found.forgotten:
            words += f" · the {counted(found.forgotten, 'oldest message')} will not be seen"
        elif share >= _NEAR:
            words += " · soon the oldest messages will not be seen"
        self.bar.setMaximum(1000)
        self.bar.setValue(round(1000 * share))
        set_property(self.bar, "tone", tone)
        set_tone(self.words, "bad" if tone == "bad" else "muted")
        self.words.setText(words)
        self.setToolTip(
            "Tokens are words and parts of words, as this model reads them. When a conversation grows too long, its "
            "oldest questions and answers are left out; what you told the model beforehand never is."
        )
        self.show()
