"""Asks what an export shall hold: which files, for which programs, and where."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QGridLayout, QLineEdit, QWidget

from labdesk.core.models.card import safe_name
from labdesk.core.models.other_programs import lm_studio_models
from labdesk.core.specs import ExportKind
from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import label
from labdesk.gui.words import size

_WIDTH = 640
#: Bits for each weight, about, and what a kind is for.
_KINDS: dict[str, tuple[float, str]] = {
    "Q8_0": (8.5, "As good as full precision: the one to begin with."),
    "F16": (16.0, "Full precision: to convert it further."),
    "Q6_K": (6.6, "Very close, a quarter smaller."),
    "Q5_K_M": (5.7, "A third smaller, small losses."),
    "Q4_K_M": (4.9, "Smallest, for old laptops; a small model may lose some of it."),
}


class ExportWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants to have."""

    name: str
    target: Path
    kinds: tuple[ExportKind, ...]
    ollama: bool = False
    lm_studio: str = ""
    mlx_folder: bool = False


class ExportDialog(QDialog):
    """`wanted(ExportWish)`."""

    wanted = Signal(object)

    def __init__(self, shown: ModelRow, name: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setFixedWidth(_WIDTH)
        self._parameters = shown.card.parameters
        self.name = QLineEdit(safe_name(name))
        self.folder = QLineEdit(str(folder / safe_name(name)))
        self.kinds = {kind: QCheckBox(kind) for kind in _KINDS if kind in get_args(ExportKind)}
        self.kinds["Q8_0"].setChecked(True)
        self.mlx = QCheckBox("MLX folder")
        self.ollama = QCheckBox("Give it to Ollama")
        self.lm_studio = QCheckBox("Put it into LM Studio’s folder")
        self._programs()
        self.sum = label(step="small", tone="muted", wrap=True)
        self.ok = button("Export", self._take, kind="primary", glyph="export")
        self.ok.setDefault(True)
        self._lay_out(shown.title)
        for box in (*self.kinds.values(), self.mlx):
            box.toggled.connect(self._show_sum)
        self.folder.textChanged.connect(self._show_sum)
        self.name.textEdited.connect(self._rename)
        self._show_sum()

    @property
    def wish(self) -> ExportWish:
        """As it stands in the form."""
        return ExportWish(
            name=safe_name(self.name.text()),
            target=Path(self.folder.text().strip()).expanduser(),
            kinds=tuple(kind for kind, box in self.kinds.items() if box.isChecked()),  # type: ignore[misc]
            ollama=self.ollama.isChecked(),
            lm_studio=str(lm_studio_models()) if self.lm_studio.isChecked() else "",
            mlx_folder=self.mlx.isChecked(),
        )

    def _programs(self) -> None:
        there = shutil.which("ollama") is not None
        self.ollama.setEnabled(there)
        self.ollama.setToolTip(
            "Runs “ollama create” when the files are ready." if there else "Ollama was not found here."
        )
        there = lm_studio_models().is_dir()
        self.lm_studio.setEnabled(there)
        self.lm_studio.setToolTip("LM Studio lists it at once." if there else "LM Studio was not found here.")

    def _lay_out(self, title: str) -> None:
        choose = button("Choose…", self._ask_folder, glyph="folder-open")
        place = row(self.folder, choose, gap=S)
        place.setStretch(0, 1)
        where = FormRow("Folder", holder(place), "Made when it is not there.")
        self.folder.setAccessibleName("Folder")
        self.setLayout(
            column(
                label(f"Export “{title}”", "title", wrap=True),
                label(
                    "Each file is loaded again and held against the trained model before it gets its name. "
                    "The adapter, a model card and a Modelfile come with them.",
                    tone="muted",
                    wrap=True,
                ),
                FormRow("Name", self.name, "How other programs will call it."),
                where,
                label("Files", "label"),
                self._grid(),
                row(self.ollama, self.lm_studio, None, gap=L),
                row(self.sum, button("Cancel", self.reject), self.ok, gap=S),
                gap=M,
                margin=XL,
            )
        )

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(S)
        grid.setColumnStretch(2, 1)
        rows: list[tuple[QCheckBox, float, str]] = [(box, *_KINDS[kind]) for kind, box in self.kinds.items()]
        rows.append((self.mlx, 16.0, "For MLX on a Mac: the whole model as a folder."))
        for at, (box, bits, words) in enumerate(rows):
            box.setAccessibleDescription(words)
            grid.addWidget(box, at, 0)
            grid.addWidget(label(f"about {size(self._bytes(bits))}", tone="muted"), at, 1)
            grid.addWidget(label(words, tone="muted"), at, 2)
        return grid

    def _bytes(self, bits: float) -> float:
        return self._parameters * bits / 8

    def _show_sum(self) -> None:
        chosen = sum(self._bytes(_KINDS[kind][0]) for kind, box in self.kinds.items() if box.isChecked())
        chosen += self._bytes(16.0) if self.mlx.isChecked() else 0
        folder = self.wish.target
        filled = bool(self.folder.text().strip()) and folder.is_absolute()
        words = f"About {size(chosen)} in all." if chosen else "The adapter alone: a few MB, for llama.cpp and MLX."
        if filled and folder.is_dir() and any(folder.iterdir()):
            words += " The folder is not empty: files of the same name are replaced."
        self.sum.setText(words if filled else "Choose a folder.")
        self.ok.setEnabled(filled and bool(self.name.text().strip()))

    def _rename(self, name: str) -> None:
        """The folder is called as the model is, as long as nobody said otherwise."""
        self.folder.setText(str(Path(self.folder.text()).parent / safe_name(name)))

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, "Folder for the export", self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._take_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_folder(self, path: str) -> None:
        self.folder.setText(str(Path(path) / safe_name(self.name.text())))

    def _take(self) -> None:
        self.wanted.emit(self.wish)
        self.accept()
