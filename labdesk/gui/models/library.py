"""Keeps the list of models true: asks another process for their cards (a header takes a tenth of a second to read)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core import paths
from labdesk.core.errors import LabdeskError, ModelError
from labdesk.core.models.catalog import ModelCard, starter_model
from labdesk.core.models.remote import is_remote, local_model
from labdesk.gui.chat.choices import RUNS, run_choice
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.models.model_list import ModelList
from labdesk.gui.models.model_rows import card_from, row_of


class Library(QObject):
    """`models` is the Qt list. `added(ModelCard)` or `refused(LabdeskError)` after `add`."""

    added = Signal(object)
    refused = Signal(object)
    looked = Signal()
    twins_found = Signal()

    def __init__(self, context: GuiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.models = ModelList(self)
        self._cards: dict[Path, ModelCard] = {}
        self._seen: set[Path] = set()
        self._list = Errand(self)
        self._check = Errand(self)
        self._twins: dict[Path, tuple[Path, ...]] = {}
        self._comparing = Errand(self)
        self._compared: frozenset[Path] = frozenset()
        self._comparing.line.connect(self._on_same)
        self._list.line.connect(self._on_card)
        self._list.ended.connect(self._on_listed)
        self._check.line.connect(self._on_checked)
        self._check.failed.connect(self.refused)
        context.settings.changed.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Reads all cards again."""
        self._seen = set()
        places = [str(path) for path in self._places()]
        self._list.run("models", *places, "--others")

    def add(self, file: Path) -> None:
        """Takes a model file that a person gives; it stays where it is."""
        self._check.run("models", str(file))

    def close(self) -> None:
        """Ends what is under way."""
        self._list.close()
        self._check.close()
        self._comparing.close()

    def twins_of(self, path: Path) -> tuple[Path, ...]:
        """Other files with the same content."""
        return tuple(other for other in self._twins.get(path, ()) if other != path and other in self._cards)

    def show_uses(self) -> None:
        """The choice of teacher or student changed: the same cards, other words."""
        for card in self._cards.values():
            self._put(card)

    def _starter(self) -> Path | None:
        try:
            return starter_model()
        except ModelError:
            return None

    def _taught(self) -> dict[Path, str]:
        bridge = self._context.bridge
        found: dict[Path, str] = {}
        for job in bridge.jobs():
            if job.request.kind in RUNS and not job.request.parent:
                choice = run_choice(job, bridge.state(job.id))
                if choice is not None:
                    found[choice.model] = f"{choice.title}, {choice.detail.split(' · ')[0]}"
        return found

    def _places(self) -> list[Path]:
        values = self._context.settings.values
        starter = self._starter()
        folders = [paths.models_folder(), *(Path(folder) for folder in values.model_folders)]
        files = (*values.model_files, local_model(values.teacher), values.student)
        return list(
            dict.fromkeys(
                [
                    *([starter] if starter else []),
                    *self._taught(),
                    *(folder for folder in folders if folder.is_dir()),
                    *(Path(file) for file in files if file),
                ]
            )
        )

    def _put(self, card: ModelCard) -> None:
        values, starter = self._context.settings.values, self._starter()
        uses = []
        for use, chosen in (("teacher", values.teacher), ("student", values.student)):
            if not is_remote(chosen) and (Path(chosen) if chosen else starter) == card.path:
                uses.append(use)
        self.models.put(row_of(card, starter, self._taught(), uses))

    @Slot(object)
    def _on_card(self, answer: dict[str, Any]) -> None:
        card = card_from(answer)
        if card is not None:
            self._seen.add(card.path)
            self._cards[card.path] = card
            self._put(card)

    @Slot()
    def _on_listed(self) -> None:
        self._cards = {path: card for path, card in self._cards.items() if path in self._seen}
        self.models.keep_only(self._seen)
        self.looked.emit()
        self._compare()

    def _compare(self) -> None:
        """Has files of one size read to their end, when there are others than the last time."""
        sizes = Counter(card.size for card in self._cards.values())
        alike = frozenset(path for path, card in self._cards.items() if sizes[card.size] > 1)
        if alike != self._compared:
            self._compared, self._twins = alike, {}
            if alike:
                self._comparing.run("models", "--same", *sorted(map(str, alike)))
            else:
                self.twins_found.emit()

    @Slot(object)
    def _on_same(self, answer: dict[str, Any]) -> None:
        alike = tuple(Path(str(path)) for path in answer.get("paths", ()))
        self._twins.update(dict.fromkeys(alike, alike))
        self.twins_found.emit()

    @Slot(object)
    def _on_checked(self, answer: dict[str, Any]) -> None:
        card = card_from(answer)
        if card is None:
            return
        if not (card.can_teach or card.can_learn or card.can_chat):
            reason = card.reasons[0] if card.reasons else ""
            self.refused.emit(
                ModelError(
                    f"“{card.path.name}” cannot be used.", cause=reason, remedy="" if reason else "Choose another file."
                )
            )
            return
        values = self._context.settings.values
        try:
            if str(card.path) not in values.model_files:
                self._context.settings.change(model_files=(*values.model_files, str(card.path)))
        except LabdeskError as error:
            self.refused.emit(error)
            return
        self.added.emit(card)
