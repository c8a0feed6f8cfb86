"""Datasets of the workspace: make one of the reviewed samples, export, import rows, compare two, mix several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QListView, QWidget

from labdesk.gui.errand import Errand
from labdesk.gui.review.dataset_rows import DatasetRow, Lines
from labdesk.gui.review.rows_dialog import RowsDialog
from labdesk.gui.theme import XL, XS, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLine, TwoLineDelegate, list_view
from labdesk.gui.words import ago, counted, number

_SIZE = (760, 620)
_ABOUT = "What a model is trained on: samples that stand after review, and exam questions set apart. It never changes."
_NONE = "No dataset yet. “Make one” takes the reviewed samples of the newest generation."
_CHOOSE = "Choose one to export it or to add rows; two to compare or mix them (Ctrl+click)."


class DatasetDialog(QDialog):
    """Everything is done by `labdesk dataset` in another process, and nothing is ever written over."""

    def __init__(self, root: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Datasets")
        self.resize(*_SIZE)
        self._root = str(root)
        self._incoming: list[DatasetRow] = []
        self._lines: list[TwoLine] = []
        self._target = ""
        self._doing = ""
        self.banner = Banner()
        self.rows = Lines(self)
        self.list = list_view("Datasets", self.rows, TwoLineDelegate())
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.outcome = Lines(self)
        self.outcome_list = list_view("Leaf by leaf", self.outcome, TwoLineDelegate())
        self.outcome_panel = panel(self.outcome_list, gap=0, margin=XS, surface="card")
        self.outcome_panel.hide()
        self.hint = label(tone="muted", wrap=True)
        self.make = button("Make one", self.freeze, glyph="plus")
        self.make.setToolTip("Freezes the samples of the newest finished generation, as reviewed")
        self.export = button("Export for InstructLab…", self.ask_folder, glyph="upload-simple")
        self.export.setToolTip("Writes the files that InstructLab trains from into a new folder")
        self.chats = button("Export as chats…", self.ask_file, glyph="upload-simple")
        self.chats.setToolTip("Writes one chat a line (JSONL), as most programs read it")
        self.take = button("Import rows…", self.ask_rows, glyph="download-simple")
        self.take.setToolTip("Adds questions and answers of another program: a new dataset, the old one stays")
        self.compare = button("Compare", self.run_compare)
        self.mix = button("Mix", self.run_mix)
        self._lay_out()
        self.listing, self.errand = Errand(self), Errand(self)
        self.listing.line.connect(self._on_dataset)
        self.listing.ended.connect(self._on_listed)
        self.listing.failed.connect(self.banner.say_error)
        self.errand.line.connect(self._on_line)
        self.errand.ended.connect(self._on_done)
        self.errand.failed.connect(self.banner.say_error)
        self.list.selectionModel().selectionChanged.connect(self._say_choice)
        for one in (self.listing, self.errand):
            self.finished.connect(one.close)
        self._say_choice()
        self.look()

    def _lay_out(self) -> None:
        whole = column(
            row(label("Datasets", "title"), None, self.make),
            label(_ABOUT, tone="muted", wrap=True),
            self.banner,
            panel(self.list, gap=0, margin=XS, surface="card"),
            self.hint,
            self.outcome_panel,
            row(self.export, self.chats, self.take, None, gap=S),
            row(self.compare, self.mix, None, button("Close", self.reject), gap=S),
            gap=M,
            margin=XL,
        )
        whole.setStretch(3, 2)
        whole.setStretch(5, 1)
        self.setLayout(whole)

    def look(self) -> None:
        """Lists the datasets again."""
        self._incoming = []
        self.listing.run("dataset", "list", self._root)

    @property
    def chosen(self) -> list[DatasetRow]:
        """The selected datasets, from the top."""
        found = sorted(self.list.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [self.rows.keys[index.row()] for index in found]

    def freeze(self) -> None:
        """Makes a dataset of the reviewed samples."""
        self._run("freeze", "freeze", self._root)

    def ask_folder(self) -> None:
        """Lets the person choose a new folder to export into."""
        self._ask("Export into a new folder", f"{self.chosen[0].name}-instructlab", self.export_folder)

    def ask_file(self) -> None:
        """Lets the person choose a new file to export into."""
        self._ask("Export as chats", f"{self.chosen[0].name}.jsonl", self.export_chats)

    def ask_rows(self) -> None:
        """Lets the person choose a file of rows."""
        dialog = QFileDialog(self, "Import rows", str(Path.home()), "JSON lines (*.jsonl *.json);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.show_rows)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def export_folder(self, target: str) -> None:
        """Writes InstructLab's files."""
        self._export(target, "instructlab")

    @Slot(str)
    def export_chats(self, target: str) -> None:
        """Writes one chat a line."""
        self._export(target, "messages")

    @Slot(str)
    def show_rows(self, file: str) -> None:
        """Shows the rows of a file; they are added when the person agrees."""
        chosen = self.chosen[0]
        dialog = RowsDialog(Path(file), chosen.leaves, self)
        dialog.wanted.connect(
            lambda leaf: self._run("import", "import", self._root, file, "--leaf", leaf, "--dataset", chosen.name)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def run_compare(self) -> None:
        """Counts, leaf by leaf, what two datasets share."""
        one, other = self.chosen[:2]
        self._run("compare", "compare", self._root, one.name, other.name)

    def run_mix(self) -> None:
        """Makes one of several."""
        self._run("mix", "mix", self._root, *(one.name for one in self.chosen))

    def _ask(self, title: str, name: str, then: Any) -> None:
        dialog = QFileDialog(self, title, str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(then)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _export(self, target: str, form: str) -> None:
        self._target = target
        self._run("export", "export", self._root, target, "--dataset", self.chosen[0].name, "--format", form)

    def _run(self, doing: str, *arguments: str) -> None:
        self._doing, self._lines = doing, []
        self.banner.dismiss()
        self.outcome_panel.hide()
        self.hint.setText("Working…")
        self.errand.run("dataset", *arguments)

    @Slot(object)
    def _on_dataset(self, answer: dict[str, Any]) -> None:
        self._incoming.append(msgspec.convert(answer, DatasetRow))

    @Slot()
    def _on_listed(self) -> None:
        self.rows.show([one.line(ago(one.made_at)) for one in reversed(self._incoming)], list(reversed(self._incoming)))
        if self.rows.rowCount():
            self.list.setCurrentIndex(self.rows.index(0))
        self._say_choice()

    @Slot(object)
    def _on_line(self, answer: dict[str, Any]) -> None:
        count = answer.get("held_out") or 0
        left = f"{counted(count, 'row')} left out: nearly a question of the exam." if count else ""
        if self._doing == "compare":
            title = harmless(str(answer["leaf"]).rpartition("/")[2].replace("_", " ").capitalize())
            words = (
                f"{number(answer['only_first'])} only in the first · {number(answer['only_second'])} only in the second"
            )
            self._lines.append(TwoLine(title, words, aside=f"{number(answer['both'])} in both"))
        elif self._doing == "export":
            files = answer.get("files", [])
            where = harmless(str(Path(self._target).parent))
            what = f"{counted(answer['samples'], 'sample')} in {counted(len(files), 'file')}"
            heading = f"{what}: “{harmless(Path(self._target).name)}”"
            folder = Path(self._target) if len(files) > 1 else Path(self._target).parent
            show = QUrl.fromLocalFile(str(folder))
            self.banner.say("good", heading, where, "Show", lambda: QDesktopServices.openUrl(show))
        elif self._doing == "import":
            self.banner.say("good", f"{counted(answer['rows'], 'row')} added: a new dataset.", left)
        elif self._doing == "mix":
            self.banner.say("good", f"{counted(answer['samples'], 'sample')} in a new dataset.", left)
        else:
            self.banner.say("good", "The dataset is made of the samples as reviewed.", "Export it, or train on it.")

    @Slot()
    def _on_done(self) -> None:
        if self._doing == "compare" and self._lines:
            self.outcome.show(self._lines, [])
            self.outcome_panel.show()
        if self._doing in ("freeze", "import", "mix"):
            self.look()
        self._say_choice()

    @Slot()
    def _say_choice(self) -> None:
        count = len(self.chosen)
        for one in (self.export, self.chats, self.take):
            one.setEnabled(count == 1)
        self.compare.setEnabled(count == 2)
        self.mix.setEnabled(count >= 2)
        self.hint.setText(_CHOOSE if self.rows.rowCount() else _NONE)
