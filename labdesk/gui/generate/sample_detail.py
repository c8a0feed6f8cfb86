"""One sample whole: its question, its answer, and what became of it in plain words."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from labdesk.gui.generate.sample_model import SampleRow
from labdesk.gui.theme import XS, L, S
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import SafeText
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import ElidedLabel, label, set_property


class SampleDetail(QFrame):
    """Shows one row; says what to do while none is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self._dot = StateDot()
        self._verdict = label(wrap=True)
        self._box = panel(row(self._dot, self._verdict, gap=S), margin=S, surface="good")
        self._box.layout().setStretch(0, 1)  # type: ignore[union-attr]
        self.leaf = ElidedLabel(step="small", tone="muted")
        self.question = SafeText("Question")
        self.answer = SafeText("Answer")
        self._empty = label("Choose a sample to read all of it.", tone="muted", wrap=True)
        self._whole = QWidget()
        inside = column(
            self._box, self.leaf, S, label("Question", "label", "muted"), self.question,
            label("Answer", "label", "muted"), self.answer, gap=XS,
        )  # fmt: skip
        inside.setStretch(4, 1)
        inside.setStretch(6, 3)
        for text in (self.question, self.answer):
            text.document().setDocumentMargin(0)
        self._whole.setLayout(inside)
        self.setLayout(column(self._empty, self._whole, gap=S, margin=L))
        self.show_row(None)

    def show_row(self, shown: SampleRow | None) -> None:
        """Shows a sample; None for nothing chosen."""
        self._whole.setVisible(shown is not None)
        self._empty.setVisible(shown is None)
        self.layout().setStretch(1, 1 if shown else 0)  # type: ignore[union-attr]
        if shown is None:
            return
        self.leaf.setText(shown.leaf.replace("/", " › ").replace("_", " "))
        self.question.show_text(shown.question)
        self.answer.show_text(shown.answer)
        words = "Kept. It will be taught." if shown.kept else f"Discarded. {shown.reason}"
        self._verdict.setText(words)
        self._dot.show_state(State("done" if shown.kept else "attention", words))
        set_property(self._box, "surface", "good" if shown.kept else "warn")
