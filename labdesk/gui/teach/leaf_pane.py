"""The middle of Teach: title and state of the open leaf, its problems, the form and the YAML tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QWidget

from labdesk.core.taxonomy.leaf import Leaf
from labdesk.core.taxonomy.problem import Level, Problem
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.facts import facts_of
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.leaf_form import LeafForm
from labdesk.gui.teach.tree_model import title_of
from labdesk.gui.teach.yaml_tab import YamlTab
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.problem_list import ProblemList, ProblemRow
from labdesk.gui.widgets.state_dot import StateDot
from labdesk.gui.widgets.text import ElidedLabel, label

_MOST_PROBLEMS = 4


class LeafPane(QWidget):
    """Follows a LeafEditor. `new_wanted` and `document_wanted` ask the place."""

    new_wanted = Signal()
    passage_wanted = Signal(int)

    def __init__(self, editor: LeafEditor, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown: list[Problem] = []
        self._title = label(step="title")
        self._where = ElidedLabel(step="small", tone="muted")
        self._dot = StateDot()
        self._words = label(step="small", tone="muted")
        self.problems = ProblemList()
        self.form = LeafForm(editor, workspace)
        self.yaml = YamlTab(editor)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.form, "Form")
        self.tabs.addTab(self.yaml, "YAML")
        self.tabs.setAccessibleName("Form or YAML")
        self.tabs.tabBar().setAccessibleName("Form or YAML")
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.currentChanged.connect(self._change_tab)
        self._trouble = holder(row(self.problems, margin=(XL, 0, XL, M)))
        head = row(self._title, None, self._dot, self._words, gap=S)
        page = QWidget()
        page.setLayout(
            column(
                column(head, self._where, gap=XS, margin=(XL, L, XL, S)),
                self._trouble,
                self.tabs,
                gap=0,
            )
        )
        page.layout().setStretch(2, 1)  # type: ignore[union-attr]
        self._empty = EmptyState(
            "tree-structure",
            "Choose a leaf at the left",
            "A leaf is one thing to teach: facts from a document, or a skill shown by a few examples.",
            button("New leaf…", self.new_wanted.emit, glyph="plus"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        self.setLayout(column(self._stack))
        editor.changed.connect(self._show_leaf)
        self.form.passage_wanted.connect(self.passage_wanted)
        self.form.completed.connect(self._show_problems)
        self.problems.chosen.connect(self._go_to_problem)
        self.problems.fix_wanted.connect(lambda index: editor.fix(self._shown[index]))

    def save(self) -> None:
        """Saves what is typed in the tab that is shown."""
        if self.tabs.currentWidget() is self.yaml:
            self.yaml.save()
        else:
            self.form.save()

    def _show_leaf(self, leaf: Leaf | None) -> None:
        self._stack.setCurrentIndex(0 if leaf is None else 1)
        if leaf is None:
            return
        facts = facts_of(leaf)
        self._title.setText(title_of(leaf.path))
        self._where.setText(leaf.path.replace("/", " › "))
        self._dot.show_state(facts.state)
        self._words.setText(facts.state.words)
        self.form.show_leaf(leaf)
        self.yaml.show_leaf(leaf)

    def _show_problems(self) -> None:
        leaf = self._editor.leaf
        left: Sequence[Problem] = self.form.show_problems(leaf.problems) if leaf else ()
        self._shown = [problem for problem in left if problem.level is Level.ERROR][:_MOST_PROBLEMS]
        self._shown += [problem for problem in left if problem.level is not Level.ERROR][
            : _MOST_PROBLEMS - len(self._shown)
        ]
        self._trouble.setVisible(bool(self._shown))
        self.problems.show_problems(
            [
                ProblemRow(
                    problem.message,
                    f"Line {problem.line}",
                    "bad" if problem.level is Level.ERROR else "warn",
                    problem.fix.title if problem.fix else "",
                )
                for problem in self._shown
            ]
        )

    def _go_to_problem(self, index: int) -> None:
        problem = self._shown[index]
        self.tabs.setCurrentWidget(self.yaml)
        QTimer.singleShot(0, self, lambda: self.yaml.go_to(problem.line, problem.column))

    def _change_tab(self, _index: int) -> None:
        if self.tabs.currentWidget() is self.yaml:
            self.form.save()
        else:
            self.yaml.save()
