"""Decides on many samples at once, after showing which: by leaf, points and words, or the same repair everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QSpinBox, QWidget

from labdesk.core.samples.bulk import BulkRule, chosen
from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Sample
from labdesk.gui.review.preview import PreviewModel
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import XL, L, M
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted

_SIZE = (640, 600)
_SETTLE_MS = 120


class PreviewDialog(QDialog):
    """A list of what would happen, and one button that does it. `decided(list of Decision)`."""

    decided = Signal(object)

    def __init__(self, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(*_SIZE)
        self._verb = verb
        self.preview = PreviewModel(self)
        self.list = list_view("What would be decided", self.preview, TwoLineDelegate())
        self.summary = label(tone="muted", wrap=True)
        self.ok = button(verb, self._take, kind="primary")
        self.ok.setDefault(True)
        self.preview.turned.connect(self.say)

    def lay_out(self, *above: QWidget) -> None:
        """Puts the controls above the list."""
        whole = column(
            *above,
            self.summary,
            panel(self.list, gap=0, margin=0, surface="pane"),
            row(
                label("One Undo (U) takes all of it back.", "small", "muted"),
                None,
                button("Cancel", self.reject),
                self.ok,
            ),
            gap=M,
            margin=XL,
        )
        whole.setStretch(len(above) + 1, 1)
        self.setLayout(whole)

    def say(self) -> None:
        """The words of the button and of the summary."""
        count = len(self.preview.decisions)
        self.ok.setText(f"{self._verb} {counted(count, 'sample')}")
        self.ok.setEnabled(count > 0)

    def _take(self) -> None:
        self.decided.emit(self.preview.decisions)
        self.accept()


class BulkDialog(PreviewDialog):
    """Accepts or rejects all samples of a leaf that have points and words."""

    def __init__(
        self,
        samples: Sequence[Sample],
        decisions: Mapping[str, Decision],
        leaf: str,
        words: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Decide on many samples", "Accept", parent)
        self._samples, self._decisions = samples, decisions
        self.verdict = QComboBox()
        self.verdict.addItem("Accept", "accepted")
        self.verdict.addItem("Reject", "rejected")
        self.leaf = QComboBox()
        self.leaf.addItem("All leaves", "")
        for path in dict.fromkeys(sample.leaf for sample in samples):
            self.leaf.addItem(title_of(path), path)
        self.leaf.setCurrentIndex(max(0, self.leaf.findData(leaf)))
        self.points = QSpinBox()
        self.points.setRange(0, 100)
        self.points.setSuffix(" %")
        self.points.setSpecialValueText("any")
        self.words = QLineEdit(words)
        self.words.setClearButtonEnabled(True)
        self.discarded = QCheckBox("Also samples that a check discarded")
        self.again = QCheckBox("Also samples that you decided on before")
        self._points_row = FormRow("Points of the last check", self.points, "At least so many.")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLE_MS)
        self._later.timeout.connect(self.look)
        for signal in (
            self.verdict.currentIndexChanged, self.leaf.currentIndexChanged, self.points.valueChanged,
            self.words.textChanged, self.discarded.toggled, self.again.toggled,
        ):  # fmt: skip
            signal.connect(self._later.start)
        first = row(FormRow("Decision", self.verdict), FormRow("Leaf", self.leaf), gap=L)
        second = row(self._points_row, FormRow("Words", self.words, "All of them occur in question or answer."), gap=L)
        first.setStretch(1, 1)
        second.setStretch(1, 1)
        controls = QWidget()
        controls.setLayout(column(first, second, row(self.discarded, self.again, None, gap=L), gap=M))
        self.lay_out(controls)
        self.look()

    @property
    def rule(self) -> BulkRule:
        """What the controls say."""
        points = self.points.value() / 100
        rejects = self.verdict.currentData() == "rejected"
        return BulkRule(
            leaf=self.leaf.currentData(),
            least=0.0 if rejects else points,
            most=points if rejects and points else 1.0,
            words=self.words.text(),
            decided=self.again.isChecked(),
            discarded=self.discarded.isChecked(),
        )

    def look(self) -> None:
        """Finds the samples that the rule takes and shows them."""
        verdict = self.verdict.currentData()
        self._verb = self.verdict.currentText()
        self._points_row.help.setText("At most so many." if verdict == "rejected" else "At least so many.")
        now = time.time()
        taken = chosen(self.rule, self._samples, self._decisions)
        self.preview.show([(one, Decision(sample=one.id, verdict=verdict, at=now)) for one in taken])
        self.summary.setText(
            f"These {counted(len(taken), 'sample')} fit. Take the tick off a row to leave it out."
            if taken
            else "No sample fits: choose another leaf, fewer points or other words."
        )
        self.say()


class RepairDialog(PreviewDialog):
    """Makes the same repair in other samples."""

    def __init__(self, rows: Sequence[tuple[Sample, Decision]], parent: QWidget | None = None) -> None:
        super().__init__("Fix like this", "Fix", parent)
        self.preview.show(rows)
        self.summary.setText("Your last edit fits these samples too. Take the tick off a row to leave it as it is.")
        self.lay_out()
        self.say()


def open_for(dialog: PreviewDialog, decide: Callable[[list[Decision]], object]) -> None:
    """Shows a dialog without stopping the window; it is gone for good when it closes."""
    dialog.decided.connect(decide)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
