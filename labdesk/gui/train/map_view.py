"""What was learned: the learning map, the questions of the chosen leaf, and one answer before beside the one after."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QHeaderView, QSplitter, QTreeView, QWidget

from labdesk.core.exam.question import GENERAL
from labdesk.core.exam.report import ExamReport
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.train.answer_card import AnswerCard
from labdesk.gui.train.answer_list import AnswerList
from labdesk.gui.train.map_delegate import MapDelegate
from labdesk.gui.train.map_model import AFTER, BEFORE, GAIN, NAME, MapModel, percent
from labdesk.gui.widgets.layout import column, holder, line, panel, row
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted

_SCORE, _GAIN = 104, 64
_MAP, _ANSWERS = 480, 390


class MapView(QWidget):
    """Shows one ExamReport."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = MapModel(self)
        self.answers = AnswerList(self)
        self.tree = self._tree()
        self.list = list_view("Exam questions", self.answers, TwoLineDelegate())
        self.pair = AnswerCard()
        self._general = label(step="small", tone="muted", wrap=True)
        self._heading = ElidedLabel(step="small", tone="muted")
        self._report: ExamReport | None = None
        left = column(self.tree, holder(row(self._general, margin=(M, S, M, S))), gap=0)
        left.setStretch(0, 1)
        upper = column(holder(row(self._heading, margin=(M, XS, M, XS))), line(), self.list, gap=0)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(panel(upper, gap=0, margin=0))
        right.addWidget(self.pair)
        right.setSizes([1, 1])
        right.setChildrenCollapsible(False)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(panel(left, gap=0, margin=0))
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([_MAP, _ANSWERS])
        split.setStretchFactor(1, 1)
        self.setLayout(column(split, gap=L))
        self.tree.selectionModel().currentChanged.connect(self._show_branch)
        self.list.selectionModel().currentChanged.connect(self._show_pair)

    def _tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setAccessibleName("Learning map")
        tree.setModel(self.map)
        tree.setItemDelegate(MapDelegate(tree))
        tree.setUniformRowHeights(True)
        tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        tree.setIndentation(L)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for section, width in ((BEFORE, _SCORE), (AFTER, _SCORE), (GAIN, _GAIN)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(section, width)
        return tree

    def show_report(self, report: ExamReport | None) -> None:
        """Another run's exam; None for a run without one."""
        self._report = report
        self.map.show_map(report.map if report is not None else None)
        self.tree.expandAll()
        if report is None:
            self.answers.show_pairs(())
            return
        if report.general_before is not None and report.general_after is not None:
            self._general.setText(
                f"Everyday questions, which must not get worse: {percent(report.general_before)} before, "
                f"{percent(report.general_after)} after."
            )
        else:
            self._general.setText("No everyday questions were asked.")
        self.tree.setCurrentIndex(self.map.index(0, 0))

    @Slot(QModelIndex, QModelIndex)
    def _show_branch(self, index: QModelIndex, _before: QModelIndex) -> None:
        node = self.map.node(index)
        if node is None or self._report is None:
            return
        pairs = [
            pair
            for pair in self._report.answers
            if pair.leaf != GENERAL and (pair.leaf == node.path or pair.leaf.startswith(f"{node.path}/"))
        ]
        # What was learned first, then what went wrong: the two things a person looks for.
        pairs.sort(key=lambda pair: pair.before_score - pair.after_score)
        self.answers.show_pairs(pairs)
        self._heading.setText(f"{counted(len(pairs), 'exam question')} that training never saw")
        self.list.setCurrentIndex(self.answers.index(0, 0))

    @Slot(QModelIndex, QModelIndex)
    def _show_pair(self, index: QModelIndex, _before: QModelIndex) -> None:
        pair = self.answers.pair(index)
        self.pair.show_pair(pair)
