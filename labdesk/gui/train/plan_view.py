"""Before a training: which samples, which student, what it costs, and one button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from labdesk.core.plans.training import TrainingForecast
from labdesk.gui.theme import XL, L, M
from labdesk.gui.train.plan import Source, plan_rows, verdict_of
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.numbered_steps import NumberedSteps
from labdesk.gui.widgets.plan_card import PlanCard
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted

_CARD = 360
_SOURCES = "Each finished generation, the newest first; then datasets that were imported or mixed."
_STEPS = (
    ("Prepare", "The student answers everyday questions, so that it can rehearse them, and sits the exam as it is."),
    ("Knowledge", "It learns facts and basic abilities: short answers first, then long ones."),
    ("Skills", "It learns to use them, while what it just learned is rehearsed."),
    ("Merge", "What it learned is folded into one model file that runs anywhere."),
    ("Exam", "The same questions again. None of them was ever trained on."),
)


class PlanView(QWidget):
    """`start_wanted` carries the id of the generation to train on, as `forecast_wanted` does."""

    start_wanted = Signal(str)
    #: the cost of training on this generation is not known yet
    forecast_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.sources = QComboBox()
        self.card = PlanCard("Plan", "Train", "graduation-cap")
        self.card.setFixedWidth(_CARD)
        self._sources: tuple[Source, ...] = ()
        self._student = ""
        self._forecasts: dict[tuple[str, str], TrainingForecast] = {}
        words = label(
            "The student learns the samples you kept, in two phases. An exam before and after shows what it learned.",
            tone="muted",
            wrap=True,
        )
        field = FormRow("Samples to learn", self.sources, _SOURCES)
        left = column(panel(field, margin=L, surface="card"), NumberedSteps("What will happen", _STEPS), None, gap=M)
        across = row(left, column(self.card, None), gap=L)
        across.setStretch(0, 1)
        whole = column(label("Train", "title"), words, self.banner, across, gap=M, margin=XL)
        whole.setStretch(3, 1)
        self.setLayout(whole)
        self.sources.currentIndexChanged.connect(self._show_plan)
        self.card.started.connect(self._start)

    def show_sources(self, sources: Sequence[Source], student: str) -> None:
        """The finished generations, newest first."""
        if tuple(sources) == self._sources and student == self._student:
            return
        chosen = self.chosen
        self._sources, self._student = tuple(sources), student
        self.sources.blockSignals(True)
        self.sources.clear()
        for source in sources:
            self.sources.addItem(f"{source.title} · {counted(source.kept, 'sample')}")
        kept = next((at for at, source in enumerate(sources) if chosen and source.job == chosen.job), 0)
        self.sources.setCurrentIndex(kept if sources else -1)
        self.sources.blockSignals(False)
        self._show_plan()

    def choose(self, job_id: str) -> None:
        """Chooses the generation with this id, if it is here."""
        at = next((at for at, source in enumerate(self._sources) if source.job == job_id), -1)
        if at >= 0:
            self.sources.setCurrentIndex(at)

    def show_forecast(self, job_id: str, forecast: TrainingForecast) -> None:
        """What training on a generation costs."""
        self._forecasts[(job_id, self._student)] = forecast
        self._show_plan()

    @property
    def chosen(self) -> Source | None:
        """The generation that is chosen."""
        at = self.sources.currentIndex()
        return self._sources[at] if 0 <= at < len(self._sources) else None

    @Slot()
    def _show_plan(self) -> None:
        chosen = self.chosen
        if chosen is not None:
            forecast = self._forecasts.get((chosen.job, self._student))
            self.card.show_plan(plan_rows(chosen, self._student, forecast), verdict_of(forecast))
            if forecast is None:
                self.forecast_wanted.emit(chosen.job)
            enough = chosen.kept > 0
            self.card.offer("Train" if enough else "Generate more samples first", enabled=enough)

    @Slot()
    def _start(self) -> None:
        if self.chosen is not None:
            self.start_wanted.emit(self.chosen.job)
