"""Before anything runs: which leaves, what it will cost, and one button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QListView, QSizePolicy, QWidget

from labdesk.core.plans.budget import BudgetForecast
from labdesk.core.plans.generation import GenerationForecast
from labdesk.core.settings import Settings
from labdesk.gui.generate.leaf_choice import LeafChoice
from labdesk.gui.generate.leaf_survey import SurveyedLeaf
from labdesk.gui.generate.options import Options, chosen_servers, far
from labdesk.gui.generate.plan import plan_rows
from labdesk.gui.generate.trial import Trial
from labdesk.gui.theme import XL, XS, L, M
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, holder, panel, row
from labdesk.gui.widgets.numbered_steps import NumberedSteps
from labdesk.gui.widgets.plan_card import PlanCard
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view

_CARD = 360
_STEPS = (
    ("Write", "For each seed example and each part of a document the teacher writes new questions and answers."),
    ("Check", "Samples without a clear form, repeated ones and those the document does not support are discarded."),
    ("Review", "You read what was kept. Nothing is trained before you say so."),
)


class PlanView(QWidget):
    """`start_wanted` and `trial_wanted` carry the chosen leaf paths (empty for all)."""

    start_wanted = Signal(object)
    trial_wanted = Signal(object)
    steps_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.choice = LeafChoice(self)
        self.list = list_view("Leaves to generate from", self.choice, TwoLineDelegate())
        self.card = PlanCard("Plan", "Generate", "sparkle")
        self.card.setFixedWidth(_CARD)
        self.options = Options()
        self.options.setFixedWidth(_CARD)
        self.steps = button(
            "See what will run, step by step…", self.steps_wanted.emit, kind="link", glyph="tree-structure"
        )
        self.steps.setToolTip("Every step with its counts and prompts; you can change them")
        self._hosts = ""
        self._teacher = ""
        self._forecast: GenerationForecast | None = None
        self._budgets: dict[str, tuple[BudgetForecast, ...]] = {}
        words = label(
            "The teacher reads your seed examples and writes many more. Each one is checked before it counts.",
            tone="muted",
            wrap=True,
        )
        left = panel(
            holder(row(label("Leaves", "heading"), margin=(M, 0, 0, 0))),
            self.list,
            gap=XS,
            margin=(XS, M, XS, XS),
            surface="card",
        )
        self.list.setSizeAdjustPolicy(QListView.SizeAdjustPolicy.AdjustToContents)
        left.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.trial = Trial()
        self._steps = NumberedSteps("What will happen", _STEPS)
        beside = column(left, self.trial, self._steps, None, gap=M)
        across = row(beside, column(self.options, self.card, row(self.steps, None), None, gap=M), gap=L)
        across.setStretch(0, 1)
        whole = column(label("Generate", "title"), words, self.banner, across, gap=M, margin=XL)
        whole.setStretch(3, 1)
        self.setLayout(whole)
        self.choice.chosen_changed.connect(self._show_plan)
        self.card.started.connect(self._start)
        self.options.start.currentIndexChanged.connect(self._show_plan)
        self.options.amount.currentIndexChanged.connect(self._show_plan)
        self.trial.wanted.connect(self._try)
        self.trial.grown.connect(lambda rows: self._steps.setVisible(not rows))  # rows say it better

    def show_leaves(self, leaves: Sequence[SurveyedLeaf], values: Settings) -> None:
        """A new survey, or another teacher."""
        self._teacher = values.teacher
        self._hosts = far(chosen_servers(values))
        self.options.show_settings(values)
        self.choice.show_leaves(leaves)

    def show_forecast(self, forecast: GenerationForecast | None) -> None:
        """What the chosen leaves will cost; None while it is counted."""
        self._forecast = forecast
        if forecast is None:
            self._budgets.clear()
        self._show_plan()

    def show_budgets(self, leaf: str, budgets: tuple[BudgetForecast, ...]) -> None:
        """What the budgets mean for one leaf; they come one leaf after the other."""
        self._budgets[leaf] = budgets
        self._show_plan()

    @Slot()
    def _show_plan(self) -> None:
        chosen = self.choice.chosen
        self.card.show_plan(plan_rows(chosen, self._teacher, self._forecast, self.options.budget, self._budgets))
        sent = f"Your examples and passages of your documents are sent to {self._hosts}." if self._hosts else ""
        self.card.offer(self.options.verb if chosen else "Choose a leaf first", enabled=bool(chosen), note=sent)
        self.trial.allow(bool(chosen))
        self.steps.setEnabled(bool(chosen))

    @Slot()
    def _start(self) -> None:
        self.start_wanted.emit(self._paths())

    @Slot()
    def _try(self) -> None:
        self.trial_wanted.emit(self._paths())

    def _paths(self) -> tuple[str, ...]:
        return () if self.choice.all_chosen else tuple(leaf.path for leaf in self.choice.chosen)
