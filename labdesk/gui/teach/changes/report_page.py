"""What came of it: the commit, what to do with it, and the text for the pull request."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from labdesk.core import storage
from labdesk.core.errors import LabdeskError
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.end_card import EndCard
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.numbered_steps import NumberedSteps
from labdesk.gui.widgets.safe_text import SafeText
from labdesk.gui.widgets.text import label


class ReportPage(QWidget):
    """`close_wanted` when the person is through."""

    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.end = EndCard()
        self._steps: QVBoxLayout = column(gap=0)
        self._waiting = label("The report is being written…", tone="muted")
        self.text = SafeText("The report")
        self.text.setProperty("type", "mono")
        self.copy = button("Copy the report", self._copy, glyph="copy")
        self.save = button("Save as…", self._ask_file, glyph="floppy-disk")
        done = button("Done", self.close_wanted.emit, kind="primary")
        body = column(
            self.banner, self.end, self._steps,
            row(label("Report", "heading"), self._waiting, None, self.copy, self.save),
            panel(self.text, margin=M, surface="sunken"), row(None, done, gap=S),
            gap=L,
        )  # fmt: skip
        body.setStretch(4, 1)
        self.setLayout(body)

    def wait(self) -> None:
        """The report is on its way."""
        self._set_ready(ready=False)

    def show_plain(self, text: str) -> None:
        """A report about leaves that lie in no repository."""
        self._show_steps(
            ("Export the leaves", "Workspace › Export, as a zip: it holds the leaves with their documents."),
            ("Send both", "The zip and this report. Whoever gets them can import the zip, or commit it upstream."),
        )
        self._show_text(text)

    def show_commit(self, text: str, commit: str, branch: str, *, new: bool) -> None:
        """A commit was made."""
        where = (
            f"on the new branch “{branch}”" if new else f"on “{branch}”" if branch else "where the repository stands"
        )
        self.end.say(f"Committed as {commit[:10]} {where}.", "It is on this computer only, until you push it.")
        if new:
            self._show_steps(
                ("Push the branch", f"With your git program, for example: git push origin {branch}"),
                (
                    "Open a pull request",
                    "On the page of the taxonomy you contribute to. Paste this report as its text.",
                ),
            )
        self._show_text(text)

    def _show_steps(self, *steps: tuple[str, str]) -> None:
        self._steps.addWidget(NumberedSteps("What to do next", steps))

    def _show_text(self, text: str) -> None:
        self._set_ready(ready=True)
        self.text.show_text(text)

    def _set_ready(self, *, ready: bool) -> None:
        self._waiting.setVisible(not ready)
        for one in (self.copy, self.save):
            one.setEnabled(ready)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText("Copied")

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Save the report", "contribution.md", "Markdown (*.md)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Writes the report into a file."""
        try:
            storage.write_text(Path(path), self.text.toPlainText())
        except LabdeskError as error:
            self.banner.say_error(error)
