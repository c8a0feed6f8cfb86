"""The settings page: sections of form rows built from the declared settings; a change is saved at once."""

from __future__ import annotations

import itertools

from PySide6.QtWidgets import QWidget

from labdesk.core.errors import LabdeskError
from labdesk.core.settings import Settings
from labdesk.gui.context import GuiContext
from labdesk.gui.settings.fields import Field
from labdesk.gui.settings.options import Option, declared
from labdesk.gui.settings.servers_card import ServersCard
from labdesk.gui.settings.storage_card import StorageCard
from labdesk.gui.theme import XL, XXL, L, M, S
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, scrolling
from labdesk.gui.widgets.text import label

_WIDEST = 640
#: Kept by labdesk itself, not chosen in a form.
_HIDDEN = ("recent_workspaces", "servers")


class SettingsView(QWidget):
    """One field per setting, found by its name in `fields`."""

    def __init__(self, context: GuiContext) -> None:
        super().__init__()
        self._store = context.settings
        self._intents = context.intents
        self.fields: dict[str, Field] = {}
        self.rows: dict[str, FormRow] = {}
        content = QWidget()
        page = column(label("Settings", "title"), gap=M, margin=(XXL, XL, XXL, XL))
        options = [option for option in declared(Settings) if option.name not in _HIDDEN]
        for section, members in itertools.groupby(options, key=lambda option: option.section):
            page.addSpacing(S)
            page.addWidget(label(section, "heading"))
            page.addWidget(panel(*(self._row(option) for option in members), gap=L, margin=L, surface="card"))
            if section == "Models":
                self.servers = ServersCard(context.settings)
                page.addWidget(self.servers)
        self.storage = StorageCard(context)
        page.addSpacing(S)
        page.addWidget(label("Storage", "heading"))
        page.addWidget(self.storage)
        page.addStretch(1)
        content.setLayout(page)
        self.setLayout(column(scrolling(content, "Settings", widest=_WIDEST)))
        self._store.changed.connect(self.show_values)
        self.show_values(self._store.values)

    def leave(self) -> None:
        """The window closes."""
        self.storage.errand.close()
        self.servers.close_errands()

    def show_values(self, values: Settings) -> None:
        """Fills every field."""
        for name, field in self.fields.items():
            field.fill(getattr(values, name))

    def _row(self, option: Option) -> FormRow:
        field = Field(option, lambda: self._save(option.name))
        made = FormRow(option.label, field.widget, option.help)
        self.fields[option.name] = field
        self.rows[option.name] = made
        return made

    def _save(self, name: str) -> None:
        try:
            self._store.change(**{name: self.fields[name].read()})
        except LabdeskError as error:
            self.rows[name].show_problem(f"{error.message} {error.remedy}")
            return
        self.rows[name].show_problem("")
