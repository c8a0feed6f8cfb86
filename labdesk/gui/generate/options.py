"""Who writes, and when: the teacher, a time to begin, and whether only while the computer is plugged in."""

from __future__ import annotations

import time

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QSizePolicy, QWidget

from labdesk.core.conditions import TONIGHT, Conditions, next_time
from labdesk.core.errors import ModelError
from labdesk.core.models.remote import Server, is_remote, servers_of, teacher_name
from labdesk.core.plans.budget import BUDGETS
from labdesk.core.settings import Settings
from labdesk.gui.generate.plan import name_of
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column
from labdesk.gui.widgets.safe_text import harmless

_MORE = "add"
_START = (("Now", ""), (f"Tonight, at {TONIGHT}", "tonight"), ("Early in the morning, at 04:00", "04:00"))


_AMOUNT = (("As usual", 0), *((f"{budget} times the source", budget) for budget in BUDGETS))


class Options(QFrame):
    """`teacher_chosen(name)` as it is written in settings; `more_wanted()`: the person wants to add a server."""

    teacher_chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.teacher = QComboBox()
        self.teacher.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.start = QComboBox()
        for words, clock in _START:
            self.start.addItem(words, clock)
        self.start.setToolTip("It waits with nothing in memory. The computer must stay on and awake until then.")
        self.amount = QComboBox()
        for words, budget in _AMOUNT:
            self.amount.addItem(words, budget)
        self.amount.setToolTip(
            "How much to write for each page of your source. More wordings of a fact are remembered better and take "
            "longer; about ten times as much brings the same gain again."
        )
        self.mains = QCheckBox("Only while plugged in")
        self.mains.setToolTip("On battery the work pauses and frees its memory; plugged in, it goes on by itself.")
        self.mains.setAccessibleDescription(self.mains.toolTip())
        self.setLayout(
            column(
                FormRow("Teacher", self.teacher),
                FormRow("Amount", self.amount),
                FormRow("Begin", self.start),
                self.mains,
                gap=M,
                margin=L,
            )
        )
        self._chosen = ""
        self.teacher.activated.connect(self._on_teacher)

    def show_settings(self, values: Settings) -> None:
        """The teachers there are, and the one that is chosen."""
        with QSignalBlocker(self.teacher):
            self.teacher.clear()
            for name in choices(values):
                self.teacher.addItem(harmless(name_of(name, values.servers)), name)
            self.teacher.insertSeparator(self.teacher.count())
            self.teacher.addItem("Add a server…", _MORE)
            self._chosen = values.teacher
            self.teacher.setCurrentIndex(max(0, self.teacher.findData(values.teacher)))
            self.teacher.setToolTip(self.teacher.currentText())

    @property
    def conditions(self) -> Conditions:
        """When the work may be done."""
        clock = str(self.start.currentData())
        return Conditions(not_before=next_time(clock, time.time()) if clock else 0.0, mains_only=self.mains.isChecked())

    @property
    def budget(self) -> int:
        """Tokens of samples for each token of the source; 0 for the pipeline's own numbers."""
        return int(self.amount.currentData())

    @property
    def verb(self) -> str:
        """What the button that starts says."""
        clock = str(self.start.currentData())
        return "Generate" if not clock else f"Generate at {TONIGHT if clock == 'tonight' else clock}"

    @Slot()
    def _on_teacher(self) -> None:
        name = str(self.teacher.currentData())
        if name == _MORE:
            self.teacher.setCurrentIndex(max(0, self.teacher.findData(self._chosen)))
            self.more_wanted.emit()
        elif name != self._chosen:
            self.teacher_chosen.emit(name)


def choices(values: Settings) -> list[str]:
    """Every teacher a person may choose: the starter, model files, servers, and all servers together."""
    files = [name for name in (values.teacher, *values.model_files) if name and not is_remote(name)]
    servers = [server.name for server in values.servers]
    together = [teacher_name(values.servers)] if len(servers) > 1 else []
    chosen = [values.teacher] if is_remote(values.teacher) else []
    return list(dict.fromkeys(["", *files, *servers, *together, *chosen]))


def far(servers: tuple[Server, ...]) -> str:
    """The hosts of other computers that get texts, in words; "" when there is none."""
    return " and ".join(dict.fromkeys(server.host for server in servers if not server.here))


def chosen_servers(values: Settings) -> tuple[Server, ...]:
    """The servers behind the chosen teacher; none for a model file."""
    if not is_remote(values.teacher):
        return ()
    try:
        return servers_of(values.teacher, values.servers)
    except ModelError:
        return ()
