"""The form of a commit: which leaves, what they are about, who signs, and on which branch."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QRadioButton, QWidget

from labdesk.gui.teach.changes.answers import HEAD, NOTHING, ChangedLeaf, Standing
from labdesk.gui.teach.changes.leaf_list import ChangedLeaves
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted

#: More leaves than this are not named one by one on a command line (Windows allows 32,000 characters).
_MOST_NAMED = 200


@dataclasses.dataclass(frozen=True)
class CommitWish:
    """What the person wants. `branch` is "" for the branch they are on; `all`: every leaf that differs from HEAD."""

    leaves: tuple[str, ...]
    all: bool
    message: str
    name: str
    email: str
    branch: str
    base: str


class CommitForm(QWidget):
    """`wanted(CommitWish)` or `cancelled`."""

    wanted = Signal(object)
    cancelled = Signal()

    def __init__(self, leaves: Sequence[ChangedLeaf], standing: Standing, name: str, email: str) -> None:
        super().__init__()
        self._standing = standing
        self.leaves = ChangedLeaves(self, checkable=True)
        self.leaves.show_leaves(leaves)
        self.list = list_view("Leaves to commit", self.leaves, TwoLineDelegate())
        self.message = GrowingText("What you changed", least=2, most=5)
        self.message.setPlainText(_proposal(leaves))
        self.name = QLineEdit(name)
        self.name.setPlaceholderText("Edith Crane")
        self.email = QLineEdit(email)
        self.email.setPlaceholderText("edith@example.org")
        where = f"On the branch “{harmless(standing.branch)}”" if standing.branch else "Where the repository stands now"
        self.here = QRadioButton(where)
        self.new = QRadioButton("On a new branch, ready for a pull request")
        self.branch = QLineEdit(_branch_name(leaves))
        self.base = QComboBox()
        self.choices = QButtonGroup(self)
        self.cancel = button("Cancel", self.cancelled.emit)
        self.ok = button("Commit", self._send, kind="primary", glyph="git-commit")
        self._count = label(tone="muted")
        self._lay_out()
        self._connect()
        self._check()

    def set_busy(self, busy: bool) -> None:
        """While the commit is made nothing can be changed."""
        self.setEnabled(not busy)
        self.ok.setText("Committing…" if busy else "Commit")

    def _lay_out(self) -> None:
        for choice in (self.here, self.new):
            self.choices.addButton(choice)
        self.here.setChecked(True)
        for one in self._standing.bases:
            if one.name != NOTHING and not one.name.startswith("mark:"):
                self.base.addItem(harmless(one.title), one.name)
        self.new.setEnabled(self.base.count() > 0)
        self._branch_row = FormRow("Name of the branch", self.branch, "Letters, digits and hyphens.")
        self._base_row = FormRow("It begins at", self.base, "For a pull request: upstream/main.")
        beginning = row(self._branch_row, self._base_row, gap=M)
        beginning.setStretch(0, 1)
        beginning.setStretch(1, 1)
        sign = row(FormRow("Your name", self.name), FormRow("Your e-mail address", self.email), gap=M)
        signs = label(
            "Both stand in the commit and in its sign-off line, which says that you may give the work away.",
            "small", "muted", wrap=True,
        )  # fmt: skip
        head = row(label("Which leaves", "label"), None, self._count)
        body = column(
            head, panel(self.list, margin=XS, surface="card"),
            FormRow("What you changed", self.message, "One line about what these leaves teach; more below it."),
            column(sign, signs, gap=XS),
            column(self.here, self.new, beginning, gap=S),
            row(None, self.cancel, self.ok),
            gap=L,
        )  # fmt: skip
        body.setStretch(1, 1)
        self.setLayout(body)

    def _connect(self) -> None:
        self.ok.setDefault(True)
        self.message.textChanged.connect(self._check)
        for field in (self.name, self.email, self.branch):
            field.textChanged.connect(self._check)
        self.choices.buttonToggled.connect(lambda *_: self._check())
        self.leaves.dataChanged.connect(lambda *_: self._check())

    def _check(self) -> None:
        fresh = self.new.isChecked()
        self._branch_row.setVisible(fresh)
        self._base_row.setVisible(fresh)
        ticked = len(self.leaves.ticked)
        self._count.setText(f"{ticked} of {counted(len(self.leaves.leaves), 'leaf', 'leaves')}")
        wrong = self.email.text().strip() and not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", self.email.text().strip())
        self.email.setProperty("problem", "true" if wrong else "false")
        filled = all(text.strip() for text in (self.message.toPlainText(), self.name.text(), self.email.text()))
        self.ok.setEnabled(bool(ticked) and filled and not wrong and (not fresh or bool(self.branch.text().strip())))

    def _send(self) -> None:
        ticked = tuple(leaf.path for leaf in self.leaves.ticked)
        fresh = self.new.isChecked()
        self.wanted.emit(
            CommitWish(
                ticked,
                len(ticked) == len(self.leaves.leaves) and len(ticked) > _MOST_NAMED,
                self.message.toPlainText().strip(),
                self.name.text().strip(),
                self.email.text().strip(),
                self.branch.text().strip() if fresh else "",
                str(self.base.currentData() or HEAD),
            )
        )


def _proposal(leaves: Sequence[ChangedLeaf]) -> str:
    """A first line for the message: what was done to what."""
    words = {"new": "Add", "changed": "Change", "deleted": "Remove", "same": "Keep"}
    if len(leaves) == 1:
        return f"{words[leaves[0].state]} {title_of(leaves[0].path)}"
    states = {leaf.state for leaf in leaves}
    verb = words[next(iter(states))] if len(states) == 1 else "Change"
    return f"{verb} {counted(len(leaves), 'leaf', 'leaves')}"


def _branch_name(leaves: Sequence[ChangedLeaf]) -> str:
    if not leaves:
        return ""
    return "teach-" + re.sub(r"[^a-z0-9]+", "-", leaves[0].path.rpartition("/")[2].lower()).strip("-")
