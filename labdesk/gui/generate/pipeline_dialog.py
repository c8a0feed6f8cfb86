"""What will run, step by step: a diagram with counts, each step's options and prompt to read, copy and edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QSplitter, QStackedWidget, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.errand import Errand
from labdesk.gui.generate.pipeline_model import ShownPipeline, Step, StepDelegate, StepModel
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.code_edit import CodeEdit
from labdesk.gui.widgets.layout import column, holder, panel, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import list_view
from labdesk.gui.words import counted

_SIZE = (1000, 680)
_ABOUT = (
    "From the top to the bottom: the teacher writes the steps with a star, rules the others; then samples are checked."
)
_EDIT = "Words in braces, such as {question}, are filled in for each sample."


class PipelineDialog(QDialog):
    """Asks `labdesk pipelines` in another process; an edited pipeline is a copy in the workspace."""

    def __init__(self, root: str, teacher: str, leaves: Sequence[str] | None, parent: QWidget | None = None) -> None:
        """`leaves`: the chosen ones, None for all that are ready."""
        super().__init__(parent)
        self.setWindowTitle("What will run")
        self.resize(*_SIZE)
        self._root = root
        chosen = ("--all",) if leaves is None else tuple(part for leaf in leaves for part in ("--leaf", leaf))
        self._question = ("pipelines", "show", root, "--teacher", teacher, *chosen)
        self.found: list[ShownPipeline] = []
        self._incoming: list[ShownPipeline] = []
        self._undo = ""  # the text of a pipeline that was reset
        self.banner = Banner()
        self.which = QComboBox()
        self.which.setAccessibleName("Pipeline")
        self.model = StepModel(self)
        self.list = list_view("Steps", self.model, StepDelegate())
        self.title, self.about = label(step="heading"), label(tone="muted", wrap=True)
        self.options = label(step="small", tone="muted", wrap=True)
        self.prompts = QComboBox()
        self.prompts.setAccessibleName("Which prompt")
        self.prompt = QPlainTextEdit()
        self.prompt.setAccessibleName("Prompt")
        self.prompt.setTabChangesFocus(True)
        self.prompt.setToolTip(_EDIT)
        self.file = CodeEdit("The whole file")
        self.copy = button("Copy", self._copy, glyph="copy")
        self.save = button("Save", self._save, kind="primary", glyph="check")
        self.reset = button("Reset", self._reset, kind="quiet", glyph="arrow-counter-clockwise")
        self.reset.setToolTip("Takes your copy away: labdesk’s own pipeline runs again")
        self.whole = button("Edit the whole file", self._turn, kind="quiet", glyph="pencil-simple")
        self._lay_out()
        self.asking, self.changing = Errand(self), Errand(self)
        self.asking.line.connect(self._on_pipeline)
        self.asking.ended.connect(self._on_shown)
        self.asking.failed.connect(self.banner.say_error)
        self.changing.line.connect(self._on_changed)
        self.changing.failed.connect(self._on_failure)
        self.which.activated.connect(self._show)
        self.prompts.activated.connect(self._show_prompt)
        self.list.selectionModel().currentChanged.connect(self._show_step)
        self.prompt.textChanged.connect(self._say_save)
        self.file.textChanged.connect(self._say_save)
        for errand in (self.asking, self.changing):
            self.finished.connect(errand.close)
        self._prompt_part.hide()
        self.which.hide()
        self.reset.hide()
        self._state.setText("Counting…")
        self._say_save()
        self.asking.run(*self._question)

    def _lay_out(self) -> None:
        head = row(label("Prompt", "label"), self.prompts, None)
        self._prompt_part = holder(column(head, self.prompt, label(_EDIT, "small", "muted"), gap=XS))
        detail = panel(self.title, self.about, self.options, self._prompt_part, None, gap=M, margin=L)
        self.split = QSplitter()
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(panel(self.list, gap=0, margin=XS))
        self.split.addWidget(detail)
        self.split.setSizes([460, 540])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.split)
        self.pages.addWidget(self.file)
        self._state = label(step="small", tone="muted", wrap=True)
        foot = row(self.whole, self.reset, None, self.copy, self.save, button("Close", self.reject), gap=S)
        top = row(label("What will run", "title"), None, self.which, gap=M)
        body = column(top, label(_ABOUT, tone="muted", wrap=True), self.banner, self.pages, self._state, foot, gap=M)
        body.setContentsMargins(XL, XL, XL, L)
        body.setStretch(3, 1)
        self.setLayout(body)

    @property
    def shown(self) -> ShownPipeline | None:
        """The pipeline on the screen."""
        at = self.which.currentIndex()
        return self.found[at] if 0 <= at < len(self.found) else None

    @Slot(object)
    def _on_pipeline(self, answer: dict[str, Any]) -> None:
        self._incoming.append(msgspec.convert(answer, ShownPipeline))

    @Slot()
    def _on_shown(self) -> None:
        """All pipelines came: those of the chosen leaves."""
        if not self._incoming:
            return
        at, line = max(0, self.which.currentIndex()), max(0, self.list.currentIndex().row())
        self.found, self._incoming = self._incoming, []
        self.which.clear()
        self.which.addItems([f"{one.kind} · {counted(one.leaves, 'leaf', 'leaves')}" for one in self.found])
        self.which.setCurrentIndex(min(at, len(self.found) - 1))
        self.which.setVisible(len(self.found) > 1)
        self._show()
        self.list.setCurrentIndex(self.model.index(min(line, self.model.rowCount() - 1)))

    @Slot()
    def _show(self) -> None:
        shown = self.shown
        if shown is None:
            return
        self.model.show(shown.blocks)
        self.file.setPlainText(shown.text)
        self.reset.setVisible(shown.edited)
        mine = "Your edited copy runs here; samples name it in their provenance."
        ran = " The counts are those of your last generation." if any(step.came for step in shown.blocks) else ""
        self._state.setText((mine if shown.edited else "labdesk’s own pipeline.") + ran)
        self.list.setCurrentIndex(self.model.index(0))
        self._say_save()

    @Slot(QModelIndex, QModelIndex)
    def _show_step(self, index: QModelIndex, _before: QModelIndex) -> None:
        step = self.model.step(index)
        if step is None:
            return
        self.title.setText(harmless(step.name.capitalize()))
        self.about.setText(harmless(step.about))
        self.options.setText(harmless(_options(step)))
        self.prompts.clear()
        for name in step.prompts:
            self.prompts.addItem(name.replace("_", " ").capitalize(), name)
        self.prompts.setVisible(len(step.prompts) > 1)
        self._prompt_part.setVisible(bool(step.prompts))
        self._show_prompt()

    @Slot()
    def _show_prompt(self) -> None:
        self.prompt.setPlainText(self._kept_prompt())
        self._say_save()

    def _step(self) -> Step | None:
        return self.model.step(self.list.currentIndex())

    def _kept_prompt(self) -> str:
        step = self._step()
        return step.prompts.get(str(self.prompts.currentData()), "") if step is not None else ""

    @property
    def _file_shown(self) -> bool:
        return self.pages.currentWidget() is self.file

    @Slot()
    def _say_save(self) -> None:
        """What can be saved and copied at present."""
        shown, step = self.shown, self._step()
        prompt = step is not None and bool(step.prompts)
        if self._file_shown:
            changed = shown is not None and self.file.plain_text() != shown.text
        else:
            changed = prompt and self.prompt.toPlainText() != self._kept_prompt()
        self.save.setEnabled(changed)
        self.copy.setVisible(self._file_shown or prompt)

    def _turn(self) -> None:
        whole = self._file_shown
        self.pages.setCurrentWidget(self.split if whole else self.file)
        self.whole.setText("Edit the whole file" if whole else "Back to the steps")
        self._say_save()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.file.plain_text() if self._file_shown else self.prompt.toPlainText())

    def _save(self) -> None:
        shown, step = self.shown, self._step()
        if shown is None:
            return
        self.banner.dismiss()
        if self._file_shown:
            self._change("save", shown.name, said=self.file.plain_text())
        elif step is not None:
            option = ("--option", str(self.prompts.currentData()))
            self._change("prompt", shown.name, step.name, *option, said=self.prompt.toPlainText())

    def _reset(self) -> None:
        shown = self.shown
        if shown is not None:
            self._undo = shown.text
            self._change("reset", shown.name)

    def _change(self, verb: str, name: str, *more: str, said: str = "") -> None:
        self.save.setEnabled(False)
        self.changing.run("pipelines", verb, self._root, name, *more, said=said)

    @Slot(object)
    def _on_changed(self, answer: dict[str, Any]) -> None:
        name = str(answer.get("reset", ""))
        if name:
            self.banner.say("good", "labdesk’s own pipeline runs again.", "", "Undo", lambda: self._put_back(name))
        else:
            self.banner.say("good", "Saved.", "It runs from the next generation on.")
        self.asking.run(*self._question)

    def _put_back(self, name: str) -> None:
        self._change("save", name, said=self._undo)

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.banner.say_error(error)
        self._say_save()


def _options(step: Step) -> str:
    """The options of a step in one line."""
    parts = []
    for name, value in step.options.items():
        if isinstance(value, dict):
            parts += [f"{inner.replace('_', ' ')} {one}" for inner, one in value.items()]
        else:
            parts.append(f"{name.replace('_', ' ')} {value}")
    return " · ".join(parts)
