"""From changed leaves to a commit: what to take, what to say, who signs; then the report and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.teach.changes.answers import ChangedLeaf, Standing
from labdesk.gui.teach.changes.commit_form import CommitForm, CommitWish
from labdesk.gui.teach.changes.report_page import ReportPage
from labdesk.gui.theme import XL, L
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.layout import column

_SIZE = (720, 660)


class ContributionDialog(QDialog):
    """`committed` when a commit was made. Without a repository it begins with the report."""

    committed = Signal()

    def __init__(
        self, context: GuiContext, leaves: Sequence[ChangedLeaf], standing: Standing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._standing = standing
        self._wish: CommitWish | None = None
        self.setWindowTitle("Commit" if standing.repository else "Give leaves away")
        self.resize(*_SIZE)
        settings = context.settings.values
        self.banner = Banner()
        self.form = CommitForm(leaves, standing, settings.author, settings.email)
        self.report = ReportPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.form)
        self.pages.addWidget(self.report)
        body = column(self.banner, self.pages, gap=L, margin=XL)
        body.setStretch(1, 1)
        self.setLayout(body)
        self.errand = Errand(self)
        self.errand.line.connect(self._on_answer)
        self.errand.failed.connect(self._on_failure)
        self.form.cancelled.connect(self.reject)
        self.form.wanted.connect(self.commit)
        self.report.close_wanted.connect(self.accept)
        self.finished.connect(self.errand.close)
        if not standing.repository:
            self._ask_report([leaf.path for leaf in leaves if leaf.state != "deleted"])

    @Slot(object)
    def commit(self, wish: CommitWish) -> None:
        """Commits, in another process; the name and the address are kept for the next time."""
        self.banner.dismiss()
        try:
            self._context.settings.change(author=wish.name, email=wish.email)
        except LabdeskError as error:
            self.banner.say_error(error)
            return
        self._wish = wish
        self.form.set_busy(True)
        leaves = ("--all",) if wish.all else wish.leaves
        branch = ("--branch", wish.branch, "--base", wish.base) if wish.branch else ()
        signed = ("--message", wish.message, "--name", wish.name, "--email", wish.email)
        self.errand.run("taxonomy", "contribute", str(self._context.workspace.root), *leaves, *signed, *branch)

    def _ask_report(self, leaves: Sequence[str]) -> None:
        self.pages.setCurrentWidget(self.report)
        self.report.wait()
        self.errand.run("taxonomy", "report", str(self._context.workspace.root), *leaves)

    @Slot(object)
    def _on_answer(self, answer: dict[str, object]) -> None:
        text = str(answer.get("text", ""))
        self.pages.setCurrentWidget(self.report)
        if self._wish is None:
            self.report.show_plain(text)
            return
        self.form.set_busy(False)
        branch = self._wish.branch or self._standing.branch
        self.report.show_commit(text, str(answer.get("commit", "")), branch, new=bool(self._wish.branch))
        self.committed.emit()

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.form.set_busy(False)
        self.banner.say_error(error)
