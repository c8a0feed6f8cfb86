"""The middle of Teach: title and state of the open leaf, its problems, the form and the YAML tab, or a conflict."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QWidget

from labdesk.core.drafts import Draft
from labdesk.core.taxonomy.facts import facts_of
from labdesk.core.taxonomy.leaf import Leaf
from labdesk.core.taxonomy.places import words_of_path
from labdesk.core.taxonomy.problem import Level, Problem, Verdict, path_of
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.conflict_pane import ConflictPane
from labdesk.gui.teach.draft_keeper import DraftKeeper
from labdesk.gui.teach.facts import state_of
from labdesk.gui.teach.field_problems import place_problems
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.teach.leaf_editor import LeafConflict, LeafEditor
from labdesk.gui.teach.leaf_form import LeafForm
from labdesk.gui.teach.leaf_watch import LeafWatch
from labdesk.gui.teach.notices import Notice
from labdesk.gui.teach.yaml_tab import YamlTab
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.problem_list import ProblemList, ProblemRow
from labdesk.gui.widgets.state_dot import StateDot
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import counted

_MOST_PROBLEMS = 4
_UPGRADABLE = (Verdict.DEPRECATED_VERSION,)


class LeafPane(QWidget):
    """Follows a LeafEditor. `new_wanted` asks for a new leaf, `passage_wanted(index)` for a place in the document."""

    new_wanted = Signal()
    passage_wanted = Signal(int)

    def __init__(self, editor: LeafEditor, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._taxonomy = workspace.taxonomy
        self._path = ""
        self._shown: list[Problem] = []
        self._placed: list[Problem] = []
        self._last_problem = -1
        self.problems = ProblemList()
        self.form = LeafForm(editor, workspace)
        self.yaml = YamlTab(editor)
        self.conflict = ConflictPane(editor)
        self.drafts = DraftKeeper(editor, self)
        self.watch = LeafWatch(self)
        self.banner = Banner()
        self.tabs = QTabWidget()
        self._in_step = True
        self._place_later = QTimer(self)
        self._place_later.setSingleShot(True)
        self._place_later.setInterval(0)
        self._place_later.timeout.connect(self._show_problems)
        self._lay_out()
        self._connect()

    def save(self) -> None:
        """Saves what is typed in the tab that is shown."""
        if self.tabs.currentWidget() is self.yaml:
            self.yaml.save()
        else:
            self.form.save()

    def close_drafts(self) -> None:
        """The window closes: what could not be saved is kept for the next time."""
        self.drafts.close()
        self.watch.watch(None)

    def next_problem(self) -> None:
        """Puts the cursor into the next field that has a problem."""
        if not self._placed:
            return
        self._last_problem = (self._last_problem + 1) % len(self._placed)
        self.go_to_problem(self._placed[self._last_problem])

    def go_to_problem(self, problem: Problem) -> None:
        """Its field if it has one, else its place in the file."""
        path = _path(problem)
        if path and not self.form.shape.why_not and self._form_has(path):
            self._switch(self.form)
            self.form.go_to(path)
        else:
            self._go_to_line(problem.line, problem.column)

    def _form_has(self, path: YamlPath) -> bool:
        if path[0] == "seed_examples" and len(path) > 1:
            return isinstance(path[1], int) and path[1] < len(self.form.shape.seeds)
        return path in self.form.rows()

    def _lay_out(self) -> None:
        self._title = label(step="title")
        self._where = ElidedLabel(step="small", tone="muted")
        self._dot = StateDot()
        self._words = label(step="small", tone="muted")
        self._unsaved = label("Not saved yet", "small", "accent")
        self._unsaved.setToolTip("It is saved when you leave the field. A draft is kept in any case.")
        self._unsaved.hide()
        self._next = button("", self.next_problem, kind="link", glyph="arrow-bend-right-down")
        self._next.hide()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.form, "Form")
        self.tabs.addTab(self.yaml, "YAML")
        self.tabs.setAccessibleName("Form or YAML")
        self.tabs.tabBar().setAccessibleName("Form or YAML")
        self.tabs.tabBar().setDrawBase(False)
        self._trouble = holder(row(self.problems, margin=(XL, 0, XL, M)))
        head = row(self._title, None, self._unsaved, self._dot, self._words, gap=S)
        place = row(self._where, self._next, gap=S)
        place.setStretch(0, 1)
        page = holder(column(column(head, place, gap=XS, margin=(XL, L, XL, S)), self._trouble, self.tabs, gap=0))
        page.layout().setStretch(2, 1)  # type: ignore[union-attr]
        self._empty = EmptyState(
            "tree-structure",
            "No leaf is open",
            "Choose one at the left or make one. A leaf is one thing to teach: facts from a document, or a skill "
            "shown by a few examples.",
            button("New leaf…", self.new_wanted.emit, glyph="plus"),
        )
        self._stack = QStackedWidget()
        for widget in (self._empty, page, self.conflict):
            self._stack.addWidget(widget)
        notice = holder(row(self.banner, margin=(L, M, L, 0)))
        notice.hide()
        self.banner.visibility.connect(notice.setVisible)
        self.setLayout(column(notice, self._stack, gap=0))
        self.layout().setStretch(1, 1)  # type: ignore[union-attr]

    def _connect(self) -> None:
        editor = self._editor
        editor.changed.connect(self._show_leaf)
        editor.conflicted.connect(self._show_conflict)
        editor.noticed.connect(self._tell)
        editor.typing.connect(self._show_unsaved)
        self.tabs.currentChanged.connect(self._change_tab)
        self.form.passage_wanted.connect(self.passage_wanted)
        self.form.line_wanted.connect(self._go_to_line)
        self.form.completed.connect(self._show_problems)
        self.form.card_opened.connect(lambda _card: self._place_later.start())
        self.problems.chosen.connect(lambda index: self.go_to_problem(self._shown[index]))
        self.problems.fix_wanted.connect(self._fix)
        self.conflict.copied.connect(
            lambda name: self._say(Notice("muted", f"Your version is also in the file “{name}”."))
        )
        self.drafts.found.connect(self._offer_draft)
        self.drafts.failed.connect(editor.failed)
        self.watch.touched.connect(self._on_touched)

    def _show_leaf(self, leaf: Leaf | None) -> None:
        path = leaf.path if leaf else ""
        if path != self._path:
            self._path = path
            self._last_problem = -1
            self.banner.dismiss()
            if leaf is not None:
                self._switch(self.yaml if leaf.verdict in (Verdict.NOT_YAML, Verdict.NOT_A_MAPPING) else self.form)
        self.watch.watch(self._taxonomy / leaf.path if leaf else None)
        self._choose_page()
        if leaf is None:
            return
        state = state_of(facts_of(leaf))
        self._title.setText(title_of(leaf.path))
        self._where.setText(leaf.path.replace("/", " › "))
        self._dot.show_state(state)
        self._words.setText(state.words)
        self.form.show_leaf(leaf)
        self.yaml.show_leaf(leaf)
        self._show_unsaved()

    def _choose_page(self) -> None:
        leaf = self._editor.leaf
        self._stack.setCurrentIndex(0 if leaf is None else 2 if self._editor.conflict is not None else 1)

    def _show_conflict(self, conflict: LeafConflict | None) -> None:
        if conflict is not None and self._editor.leaf is not None:
            self.conflict.show_conflict(conflict, self._editor.leaf)
            self.banner.dismiss()
        self._choose_page()

    def _show_unsaved(self) -> None:
        self._unsaved.setVisible(self._editor.is_dirty)

    def _show_problems(self) -> None:
        leaf = self._editor.leaf
        if leaf is None:
            return
        found = place_problems(self.form, self._editor, leaf)
        errors = [problem for problem in found.left if problem.level is Level.ERROR]
        remarks = [problem for problem in found.left if problem.level is not Level.ERROR]
        self._shown = [*errors, *remarks][:_MOST_PROBLEMS]
        self._trouble.setVisible(bool(self._shown))
        self.problems.show_problems([self._problem_row(problem, leaf) for problem in self._shown])
        self._placed = sorted(found.placed, key=lambda one: one.level is not Level.ERROR) or found.gaps
        self._next.setVisible(bool(self._placed))
        worst = sum(problem.level is Level.ERROR for problem in found.placed)
        many = counted(worst, "problem") if worst else counted(len(found.placed), "remark")
        self._next.setText(f"{many} in the form: show the next" if found.placed else "Show what is still to fill in")
        self._next.setToolTip("F8")
        self._next.setAccessibleName(self._next.text())

    def _problem_row(self, problem: Problem, leaf: Leaf) -> ProblemRow:
        fix = problem.fix.title if problem.fix else ""
        if leaf.verdict in _UPGRADABLE and problem.level is Level.ERROR:
            fix = "Bring it to version 3"
        tone = "bad" if problem.level is Level.ERROR else "warn"
        path = _path(problem)
        where = f"{words_of_path(path, knowledge=leaf.kind == 'knowledge')}, " if path else ""
        return ProblemRow(problem.message, f"{where}line {problem.line}".capitalize(), tone, fix)  # type: ignore[arg-type]

    def _fix(self, index: int) -> None:
        leaf, problem = self._editor.leaf, self._shown[index]
        if problem.fix is None and leaf is not None and leaf.verdict in _UPGRADABLE:
            self._editor.upgrade()
        else:
            self._editor.fix(problem)

    def _go_to_line(self, line: int, column_number: int) -> None:
        self._switch(self.yaml)
        QTimer.singleShot(0, self, lambda: self.yaml.go_to(line, column_number))

    def _switch(self, tab: QWidget) -> None:
        """Shows a tab without taking the cursor along."""
        self._in_step = False
        self.tabs.setCurrentWidget(tab)
        self._in_step = True

    def _change_tab(self, _index: int) -> None:
        """Saves what the other tab holds, and takes the cursor to the same field."""
        to_yaml = self.tabs.currentWidget() is self.yaml
        path = self._editor.at if to_yaml else self.yaml.path_at_caret()
        if to_yaml:
            self.form.save()
        else:
            self.yaml.save()
        if self._in_step and path and self._editor.conflict is None:
            go: Callable[[], object] = (
                (lambda: self.yaml.go_to_path(path)) if to_yaml else (lambda: self.form.go_to(path))
            )
            QTimer.singleShot(0, self, go)

    def _on_touched(self) -> None:
        self._editor.reload()
        if self._editor.leaf is not None:
            self.form.attribution.show_leaf(self._editor.leaf.path)

    def _tell(self, notice: Notice) -> None:
        # After the views have followed: opening another leaf takes older messages away.
        QTimer.singleShot(0, self, lambda: self._say(notice))

    def _say(self, notice: Notice) -> None:
        def run() -> None:
            self.banner.dismiss()
            if notice.run is not None:
                notice.run()

        self.banner.say(notice.tone, notice.heading, notice.text, notice.action, run if notice.run else None)

    def _offer_draft(self, draft: Draft) -> None:
        when = time.strftime("%H:%M", time.localtime(draft.time))
        typed = " ".join(next(iter(draft.fields.values()), "").split())
        text = (
            f"“{typed[:80]}{'…' if len(typed) > 80 else ''}”" if typed else "The whole file was being edited as text."
        )

        def take() -> None:
            self.banner.dismiss()
            self.drafts.take_up(draft)

        def discard() -> None:
            self.banner.dismiss()
            self.drafts.discard(draft)

        QTimer.singleShot(
            0,
            self,
            lambda: self.banner.say(
                "accent", f"Typing from {when} is not in this leaf yet.", text, "Put it back", take,
                other="Discard", run_other=discard,
            ),
        )  # fmt: skip


def _path(problem: Problem) -> YamlPath:
    try:
        return path_of(problem.where) if problem.where else ()
    except Exception:  # a key with blanks or brackets in it has no place in the form
        return ()
