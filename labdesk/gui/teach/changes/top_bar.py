"""The head of the Changes view: where the taxonomy stands, what it is compared with, and what can be done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QWidget

from labdesk.gui.icons import icon
from labdesk.gui.teach.changes.answers import HEAD, Standing
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel, label, set_property
from labdesk.gui.words import ago, counted

_COMBO = 260
_COMMIT = "Keep the changed leaves in the repository, signed with your name; or make them ready for a pull request."
_REPORT = "A text about your leaves, for whoever gets them."


class TopBar(QFrame):
    """`base_chosen(name)`, `back_wanted`, `look_wanted`, `mark_wanted`, `repository_wanted`, `give_wanted`."""

    base_chosen = Signal(str)
    back_wanted = Signal()
    look_wanted = Signal()
    mark_wanted = Signal()
    repository_wanted = Signal()
    give_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self.standing = Standing()
        self.back = button("Leaves", self.back_wanted.emit, kind="quiet", glyph="arrow-left")
        self.back.setToolTip("Back to the leaves (Esc)")
        self.count = label(tone="muted")
        self.where = ElidedLabel(step="small", tone="muted")
        self.make = button("Make it a repository", self.repository_wanted.emit, kind="link")
        self.make.setToolTip("Only needed to share your work with git. labdesk needs no git program for it.")
        self.compare = label("Compare with", tone="muted")
        self.bases = QComboBox()
        self.bases.setAccessibleName("Compare with")
        self.bases.setToolTip("The version that your leaves are compared with")
        self.bases.setMinimumContentsLength(20)
        self.bases.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.bases.setMinimumWidth(_COMBO)
        self.bases.activated.connect(lambda *_: self.base_chosen.emit(self.base))
        self.look = tool_button("arrow-clockwise", "Look again", self.look_wanted.emit)
        self.mark = button("Mark this version…", self.mark_wanted.emit, glyph="bookmark-simple")
        self.mark.setToolTip("Keep all leaves as they are now, to compare with later")
        self.give = button("Commit…", self.give_wanted.emit, kind="primary", glyph="git-commit")
        above = row(
            self.back, label("Changes", "title"), self.count, None, self.compare, self.bases,
            self.look, self.mark, self.give,
        )  # fmt: skip
        below = row(self.where, self.make, margin=(S, 0, 0, 0))
        below.setStretch(0, 1)
        self.setLayout(column(above, below, gap=S, margin=(M, M, L, M)))
        self.make.hide()

    @property
    def base(self) -> str:
        """The name of what is compared with."""
        return str(self.bases.currentData() or HEAD)

    @property
    def base_words(self) -> str:
        """What is compared with, for a heading."""
        return self.bases.currentText() or "Last version"

    def show_standing(self, standing: Standing, base: str) -> None:
        """Shows where the taxonomy stands; keeps `base` chosen when it is still there."""
        self.standing = standing
        self.bases.clear()
        for one in standing.bases:
            when = f", {ago(one.time)}" if one.time else ""
            self.bases.addItem(harmless(f"{one.title}{when}"), one.name)
        found = self.bases.findData(base)
        self.bases.setCurrentIndex(max(0, found))
        self.where.setText(_where(standing))
        self.make.setVisible(not standing.repository)
        self.give.setText("Commit…" if standing.repository else "Give away…")
        self.give.setAccessibleName(self.give.text())
        self.give.setIcon(icon("git-commit", "on_accent") if standing.repository else icon("upload-simple", "text"))
        set_property(self.give, "kind", "primary" if standing.repository else "plain")
        for part in (self.mark, self.compare, self.bases):
            part.setVisible(standing.comparable)

    def show_count(self, count: int | None) -> None:
        """How many leaves differ; None while that is being looked for."""
        words = "looking…" if count is None else counted(count, "leaf", "leaves") if count else "nothing differs"
        self.count.setText(words if self.standing.comparable or count is None else "")
        self.give.setEnabled(bool(count) and not self.standing.unfinished)
        why = self.standing.unfinished or ("" if count else "There is nothing new to give.")
        self.give.setToolTip(why or (_COMMIT if self.standing.repository else _REPORT))


def _where(standing: Standing) -> str:
    if not standing.repository:
        return "This folder is no git repository, and need not be one: labdesk compares with versions that it marked."
    name = Path(standing.repository).name
    branch = f"on the branch {standing.branch}" if standing.branch else "on no branch"
    last = next((base for base in standing.bases if base.name == HEAD), None)
    commit = f"Last commit: {last.detail}, {ago(last.time)}." if last else "Nothing is committed yet."
    return harmless(" ".join((f"Git repository {name}, {branch}.", standing.unfinished or commit)))
