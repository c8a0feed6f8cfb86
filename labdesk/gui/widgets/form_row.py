"""One field of a form: label above, field, one plain help sentence below, and its problem when it has one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from labdesk.gui.theme import XS
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label, set_property


class FormRow(QWidget):
    """Gives the field its accessible name and description, and shows a problem beside it."""

    def __init__(self, title: str, field: QWidget, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.caption = label(title, "label")
        self.caption.setBuddy(field)
        field.setAccessibleName(title)
        field.setAccessibleDescription(help_text)
        self.help = label(help_text, "small", "muted", wrap=True)
        self.help.setVisible(bool(help_text))
        self.problem = label(step="small", tone="bad", wrap=True)
        self.run_fix: Callable[[], object] | None = None
        self.fix = button("Fix", self._fix, kind="link")
        self._trouble = QWidget()
        across = row(self.problem, self.fix, gap=XS)
        across.setStretch(0, 1)
        self._trouble.setLayout(across)
        self._trouble.hide()
        self.setLayout(column(self.caption, field, self._trouble, self.help, gap=XS))

    def rename(self, title: str) -> None:
        """Another title, for a field whose meaning depends on an answer before it."""
        self.caption.setText(title)
        self.field.setAccessibleName(title)

    def show_problem(self, message: str, fix: str = "") -> None:
        """Marks the field and says why; "" clears it. `fix` is the label of the fix button, "" hides it."""
        set_property(self.field, "problem", "true" if message else "false")
        self.problem.setText(message)
        self.fix.setText(fix)
        self.fix.setAccessibleName(f"{fix}: {message}")
        self.fix.setVisible(bool(fix))
        self._trouble.setVisible(bool(message))

    def _fix(self) -> None:
        if self.run_fix is not None:
            self.run_fix()
