"""Settings: one field per declared setting, saved at once."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core import settings as core_settings
from labdesk.core.settings import Settings
from labdesk.gui.settings.fields import Field
from labdesk.gui.settings.options import declared
from labdesk.gui.settings.view import SettingsView
from labdesk.gui.window import Window


class _All(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(title="Your name", description="Help.", extra={"section": "People"})] = ""
    way: Literal["one", "two"] = "one"
    many: tuple[str, ...] = ()
    on: bool = False
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 3
    rate: float = 0.5


@pytest.fixture
def view(window: Window) -> SettingsView:
    made = window.go("settings")
    assert isinstance(made, SettingsView)
    return made


def test_every_setting_has_a_field_but_those_kept_elsewhere(view: SettingsView) -> None:
    assert set(view.fields) == set(Settings.__struct_fields__) - {"recent_workspaces", "servers"}
    for row in view.rows.values():
        assert row.field.accessibleName()
        assert row.help.text()


def test_a_name_that_was_typed_is_in_the_file(view: SettingsView, qtbot: QtBot) -> None:
    field = view.fields["author"].widget
    qtbot.keyClicks(field, "Ada")
    field.editingFinished.emit()  # type: ignore[attr-defined]
    assert core_settings.load(paths.settings_file()).author == "Ada"


def test_a_setting_changed_elsewhere_is_shown(view: SettingsView, window: Window) -> None:
    window.context.settings.change(colour_scheme="dark")
    assert view.fields["colour_scheme"].read() == "dark"


def test_options_are_read_from_the_declaration() -> None:
    name, way, many, on, count, rate = declared(_All)
    assert (name.label, name.help, name.section, name.kind) == ("Your name", "Help.", "People", "text")
    assert (way.kind, way.choices) == ("choice", ("one", "two"))
    assert (many.kind, on.kind, rate.kind) == ("lines", "yes_no", "decimal")
    assert (count.kind, count.least, count.most) == ("integer", 1, 9)


@pytest.mark.parametrize(
    ("number", "value"), list(enumerate(["Ada", "two", ("a", "b"), True, 7, 0.25])), ids=_All.__struct_fields__
)
def test_a_field_gives_back_what_it_was_filled_with(app: object, qtbot: QtBot, number: int, value: object) -> None:
    heard: list[object] = []
    field = Field(declared(_All)[number], lambda: heard.append(1))
    qtbot.addWidget(field.widget)
    field.fill(value)
    assert field.read() == value
    assert heard == []


def test_a_type_without_a_field_is_an_error() -> None:
    class Odd(msgspec.Struct):
        what: dict[str, int] = {}

    with pytest.raises(TypeError, match="what"):
        declared(Odd)
