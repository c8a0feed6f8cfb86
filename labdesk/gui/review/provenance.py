"""Under a sample: how it was made, the exact prompt that the teacher was given, and the samples most like it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QWidget

from labdesk.core.samples.prompt_log import PromptLog
from labdesk.core.samples.sample import Origin, Sample
from labdesk.gui.review.model import one_line
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import SafeText
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, share

_SIZE = (680, 520)
_ORIGIN: dict[Origin, str] = {
    "seed": "Your own example",
    "rephrased": "Your example in other words",
    "pattern": "Made from a sentence of the document",
    "document": "Text of the document",
    "skill": "Written after your examples",
    "replay": "An everyday question, so that nothing is forgotten",
}
_LONGEST = 90


class Provenance(QFrame):
    """`wanted(sample id)` when the person wants to see one of the samples alike."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self._job: Path | None = None
        self._made = label(step="small", tone="muted", wrap=True)
        self._prompt = button("Show the prompt…", self._open_prompt, kind="link")
        self._prompt.setToolTip("The exact text that the teacher was given")
        self._links: list[QPushButton] = []
        self._alike = column(gap=XS)
        self._alike_panel = panel(label("Most alike", "label", "muted"), self._alike, gap=S, margin=M, surface="sunken")
        line = row(self._made, self._prompt, gap=S)
        line.setStretch(0, 1)
        self.setLayout(column(self._alike_panel, line, gap=L))

    def show_sample(self, sample: Sample, job: Path | None, alike: Sequence[tuple[Sample, float]]) -> None:
        """Shows a sample of the generation in the folder `job`; `alike` are others with their likeness, 0 to 1."""
        self._sample, self._job = sample, job
        self._made.setText(how_made(sample))
        self._prompt.setVisible(job is not None and bool(sample.provenance.prompt_sha))
        for old in self._links:
            self._alike.removeWidget(old)
            old.deleteLater()
        self._links = [self._link(other, near) for other, near in alike]
        for made in self._links:
            self._alike.addWidget(made)
        self._alike_panel.setVisible(bool(self._links))

    def _link(self, other: Sample, near: float) -> QPushButton:
        words = one_line(other.question)
        words = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
        made = button(f"{share(near, 1)}   {words}".replace("&", "&&"), kind="link")
        made.setToolTip("Show this sample")
        made.clicked.connect(lambda *_, name=other.id: self.wanted.emit(name))
        return made

    def _open_prompt(self) -> None:
        if self._sample is not None and self._job is not None:
            PromptDialog(self._job, self._sample, self).open()


class PromptDialog(QDialog):
    """Looks the prompt up in the job's log, a slice at a time, and shows it as plain text."""

    def __init__(self, job: Path, sample: Sample, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("The prompt")
        self.resize(*_SIZE)
        self._wanted = sample.provenance.prompt_sha
        self._log = PromptLog(job)
        self.text = SafeText("The prompt")
        self.text.show_text("Looking for it…")
        made = sample.provenance
        close = button("Close", self.accept)
        close.setDefault(True)
        whole = column(
            label(f"What {made.teacher} was given for this sample, random seed {made.seed}", tone="muted", wrap=True),
            panel(self.text, gap=0, margin=M, surface="sunken"),
            row(None, close),
            gap=M,
            margin=XL,
        )
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.finished.connect(self.deleteLater)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        found = self._log.look(self._wanted)
        if found is None:
            return
        self._timer.stop()
        self.text.show_text(found or "It was not kept: the sample was made by an older version of labdesk.")


def how_made(sample: Sample) -> str:
    """Origin, teacher, step and length, in words."""
    made = sample.provenance
    parts = [_ORIGIN[sample.origin], f"by {made.teacher}" if made.teacher else "", f"step “{made.block}”"]
    if made.pipeline:
        parts.append(f"pipeline {made.pipeline}")
    length = counted(len(sample.answer.split()), "word")
    return " · ".join(part for part in (*parts, f"answer of {length}") if part)
