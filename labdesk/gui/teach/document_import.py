"""Taking a document into the open leaf: it is converted in another process, looked at, and only then added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QStackedWidget, QWidget

from labdesk.core.documents.conversion import MAX_SECONDS, Converted, Reading, Refused, Staged, outcome_of
from labdesk.core.errors import LabdeskError
from labdesk.core.workspace import Workspace
from labdesk.gui.errand import Errand
from labdesk.gui.teach.import_progress import ImportProgress
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.problem_list import ProblemList, ProblemRow
from labdesk.gui.widgets.safe_text import LONGEST, SafeText
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, number, size

_MOST_ROWS = 5
_SHOWN_REFUSALS = 4


class DocumentImport(QWidget):
    """`began` and `ended`: whether there is something to show. `take_wanted(leaf, staging folder, chosen names)` when
    the person says Add. One import at a time; a new one takes the place of an older one."""

    take_wanted = Signal(str, object, object)
    began = Signal()
    ended = Signal()
    fetched = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._leaf = ""
        self._fetching = ""  # the host that is asked
        self._folder = Path()
        self._converted: list[Converted] = []
        self._refused: list[Refused] = []
        self._errand = Errand(self)
        self._errand.line.connect(self._on_line)
        self._errand.failed.connect(self._on_failure)
        self._errand.ended.connect(self._on_end)
        self.busy = ImportProgress()
        self.busy.cancel.clicked.connect(lambda *_: self.discard())
        self.preview = _Preview()
        self.preview.discard.clicked.connect(lambda *_: self.discard())
        self.preview.add.clicked.connect(lambda *_: self._take())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.busy)
        self._stack.addWidget(self.preview)
        self.setLayout(column(self._stack))

    @property
    def under_way(self) -> bool:
        """Whether a file is being converted, or converted text waits for a decision."""
        return bool(self._leaf)

    @property
    def leaf(self) -> str:
        """The leaf that the documents are for; "" when there is nothing under way."""
        return self._leaf

    def begin(self, leaf: str, paths: Sequence[Path]) -> None:
        """Converts files and folders for a leaf."""
        self._leaf, self._fetching = leaf, ""
        self._converted, self._refused = [], []
        self.busy.begin(f"Reading {_what(paths)}", MAX_SECONDS)
        self._stack.setCurrentWidget(self.busy)
        self.began.emit()
        place = str(self._workspace.taxonomy / leaf)
        self._errand.run("taxonomy", "document", place, *(str(path) for path in paths), "--preview")

    def fetch(self, leaf: str, host: str) -> None:
        """Fetches what a leaf names in a repository."""
        self._leaf, self._fetching = leaf, host
        self._converted, self._refused = [], []
        self.busy.begin(f"Asking {host}")
        self._stack.setCurrentWidget(self.busy)
        self.began.emit()
        self._errand.run("taxonomy", "fetch", str(self._workspace.taxonomy / leaf))

    def close(self) -> bool:
        """The window closes: no process is left behind."""
        self._errand.close()
        return super().close()

    def discard(self) -> None:
        """Ends the work or throws its result away; the leaf stays as it was."""
        self._errand.close()
        self._leaf = self._fetching = ""
        self.ended.emit()

    @Slot(object)
    def _on_line(self, answer: object) -> None:
        match outcome_of(answer):
            case Reading(name, at, total, share):
                which = f"{name} ({number(at)} of {number(total)})" if total > 1 else name
                self.busy.say(f"Reading {which}", share)
            case Converted() as one if not self._fetching:
                self._converted.append(one)
            case Refused() as one:
                self._refused.append(one)
            case Staged(folder):
                self._folder = Path(folder)
            case _:
                self._on_fetched_part(answer)

    def _on_fetched_part(self, answer: object) -> None:
        if isinstance(answer, dict) and answer.get("type") == "received":
            self.busy.say(f"Fetching from {self._fetching} · {size(float(answer.get('bytes', 0)))}", 0.0)
        elif isinstance(answer, dict) and answer.get("type") == "converted":
            self.busy.say(f"Reading {answer.get('name', '')}", 0.0)

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self._refused.append(Refused("", error.message, error.cause, error.remedy))

    @Slot()
    def _on_end(self) -> None:
        if not self._leaf:
            return
        if self._fetching and not self._refused:
            leaf, self._leaf, self._fetching = self._leaf, "", ""
            self.ended.emit()
            self.fetched.emit(leaf)
            return
        if not self._converted and not self._refused:
            self._on_failure(LabdeskError("The document was not read.", remedy="Try again."))
        if self._is_plain():
            self._take()
            return
        self.preview.show_documents(self._leaf, self._folder, self._converted, self._refused)
        self._stack.setCurrentWidget(self.preview)
        self.preview.focus_first()

    def _is_plain(self) -> bool:
        """One text that was taken as it is: there is nothing to look at first."""
        return (
            len(self._converted) == 1
            and not self._refused
            and not self._converted[0].original
            and not self._converted[0].notes
        )

    def _take(self) -> None:
        leaf, self._leaf = self._leaf, ""
        chosen = [one.markdown for one in self._converted] if self._is_plain() else self.preview.chosen()
        self.ended.emit()
        self.take_wanted.emit(leaf, self._folder, chosen)


class _Preview(QWidget):
    """What came out: the text of each document, what may be wrong with it, and what could not be read."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path()
        self._converted: list[Converted] = []
        self._title = label(step="heading", wrap=True)
        self._about = label(step="small", tone="muted", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName("Documents that were read")
        self.list.currentRowChanged.connect(self._show_row)
        self.list.itemChanged.connect(self._count)
        self._problems = ProblemList()
        self._problems.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.text = SafeText("Text of the document, as it will be added")
        self.discard = button("Discard")
        self.add = button("Add", kind="primary", glyph="check")
        page = panel(
            self._title, self.list, self._about, self._problems, self.text, row(self.discard, None, self.add), gap=S,
            margin=(L, M, L, M),
        )  # fmt: skip
        page.layout().setStretch(4, 1)  # type: ignore[union-attr]
        self.setLayout(column(page))

    def show_documents(
        self, leaf: str, folder: Path, converted: Sequence[Converted], refused: Sequence[Refused]
    ) -> None:
        """Everything that was read for a leaf."""
        self._leaf, self._folder, self._converted = title_of(leaf), folder, list(converted)
        self._refused = [_row(one) for one in refused]
        self.list.clear()
        for one in converted:
            item = QListWidgetItem(one.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.setVisible(len(converted) > 1)
        rows = min(len(converted), _MOST_ROWS)
        self.list.setFixedHeight(max(1, self.list.sizeHintForRow(0)) * rows + S)
        self.text.setVisible(bool(converted))
        self._about.setVisible(bool(converted))
        self.add.setVisible(bool(converted))
        self.discard.setText("Discard" if converted else "Back")
        self.discard.setAccessibleName(self.discard.text())
        self._title.setText("Is this the text to teach from?" if converted else "This cannot be taught from")
        self.list.setCurrentRow(0)
        self._show_row(0)
        self._count()

    def chosen(self) -> list[str]:
        """The Markdown files of the documents that are ticked."""
        ticked = [self.list.item(row).checkState() is Qt.CheckState.Checked for row in range(self.list.count())]
        return [one.markdown for one, on in zip(self._converted, ticked, strict=True) if on]

    def focus_first(self) -> None:
        """Where Return does the next thing."""
        (self.add if self._converted else self.discard).setFocus()

    @Slot(int)
    def _show_row(self, index: int) -> None:
        notes: list[ProblemRow] = []
        if 0 <= index < len(self._converted):
            one = self._converted[index]
            notes = [ProblemRow(note, tone="warn") for note in one.notes]
            parts = (one.name, one.kind, f"{number(one.characters)} characters", counted(one.headings, "heading"))
            self._about.setText(" · ".join(parts if self.list.isHidden() else parts[1:]))
            self.text.show_text(_beginning(self._folder / one.markdown), one.characters)
        left = len(self._refused) - _SHOWN_REFUSALS
        more = [ProblemRow(f"{counted(left, 'more file')} could not be read.")] if left > 0 else []
        self._problems.show_problems([*notes, *self._refused[:_SHOWN_REFUSALS], *more])

    def _count(self, *_item: object) -> None:
        if self.list.count() == len(self._converted):
            count = len(self.chosen())
            self.add.setEnabled(count > 0)
            what = "to the leaf" if len(self._converted) == 1 else counted(count, "document")
            self.add.setText(f"Add {what}")
            self.add.setAccessibleName(f"Add {what}: {self._leaf}")


def _beginning(file: Path) -> str:
    """The start of a converted text: the rest of a long one is not needed to judge it."""
    try:
        with open(file, "rb") as source:
            return source.read(LONGEST * 4).decode("utf-8", "replace")
    except OSError as error:
        return f"{error.strerror}."


def _row(one: Refused) -> ProblemRow:
    name = f"{one.name}: " if one.name else ""
    return ProblemRow(" ".join(part for part in (f"{name}{one.message}", one.cause, one.remedy) if part))


def _what(paths: Sequence[Path]) -> str:
    return paths[0].name if len(paths) == 1 else counted(len(paths), "document")
