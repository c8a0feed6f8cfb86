"""The chats at the left: searched, named, deleted, brought back, exported, by mouse and by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.chats.records import Answer, Answered, Asked
from labdesk.core.chats.store import ChatStore
from labdesk.core.workspace import Workspace
from labdesk.gui.chat.history_model import HistoryModel
from labdesk.gui.chat.view import ChatView
from labdesk.gui.widgets.two_line import TWO_LINE
from labdesk.gui.window import Window


def a_chat(store: ChatStore, question: str, answer: str, at: float) -> str:
    chat = store.new()
    chat.record(Asked("a", "", question, at))
    chat.record(Answered("a", Answer("tuned", answer, "The model")))
    chat.close()
    return chat.id


@pytest.fixture
def view(workspace: Workspace, window: Window, qtbot: QtBot) -> Iterator[ChatView]:
    for number, question in enumerate(("Who lit the lamp?", "How tall is it?", "Write a note")):
        a_chat(workspace.chats, question, f"Answer about goose {number}", 1_700_000_000.0 + number)
    made = window.go("chat")
    assert isinstance(made, ChatView)
    made.history.model.read_all()
    qtbot.waitUntil(lambda: made.history.model.rowCount() == 3, timeout=5000)
    yield made
    made.leave()


def titles(view: ChatView) -> list[str]:
    model = view.history.model
    return [model.data(model.index(row, 0), TWO_LINE).title for row in range(model.rowCount())]


def test_the_newest_stands_first_and_a_search_finds_answers_too(view: ChatView, qtbot: QtBot) -> None:
    assert titles(view) == ["Write a note", "How tall is it?", "Who lit the lamp?"]
    qtbot.keyClicks(view.history.search, "GOOSE 1")
    qtbot.waitUntil(lambda: titles(view) == ["How tall is it?"], timeout=3000)
    view.history.search.setText("whale")
    qtbot.waitUntil(lambda: titles(view) == [], timeout=3000)
    assert view.history.nothing.isVisible() and "No chat" in view.history.nothing.text()
    view.history.search.clear()
    qtbot.waitUntil(lambda: len(titles(view)) == 3, timeout=3000)


def test_a_click_opens_a_chat_and_it_goes_on(view: ChatView, qtbot: QtBot) -> None:
    at = view.history.list.visualRect(view.history.model.index(2, 0)).center()
    qtbot.mouseClick(view.history.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert [one.question for one in view.session.chat.path()] == ["Who lit the lamp?"]
    qtbot.waitUntil(lambda: view.transcript.length == 1 and bool(view.transcript.exchanges))
    assert "goose 0" in view.transcript.exchanges[0].answers["tuned"].text
    view.ask("And then?")
    qtbot.waitUntil(lambda: not view.session.busy, timeout=30_000)
    qtbot.waitUntil(lambda: titles(view)[0] == "Who lit the lamp?", timeout=3000)


def test_renamed_by_keyboard(view: ChatView, qtbot: QtBot) -> None:
    view.history.list.setCurrentIndex(view.history.model.index(1, 0))
    qtbot.keyClick(view.history.list, Qt.Key.Key_F2)
    dialog = view.history.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("The tower")
    dialog.accept()
    assert titles(view)[1] == "The tower" and view.session.chat.title == "The tower"


def test_deleted_by_keyboard_and_brought_back(view: ChatView, workspace: Workspace, qtbot: QtBot) -> None:
    view.history.list.setCurrentIndex(view.history.model.index(0, 0))
    qtbot.keyClick(view.history.list, Qt.Key.Key_Delete)
    assert titles(view) == ["How tall is it?", "Who lit the lamp?"] and len(workspace.chats.ids()) == 2
    assert view.history.notice.isVisible()
    view.history._undo.click()
    qtbot.waitUntil(lambda: titles(view)[0] == "Write a note", timeout=3000)
    assert not view.history.notice.isVisible()


def test_exported(view: ChatView, tmp_path: Path) -> None:
    view.history.list.setCurrentIndex(view.history.model.index(0, 0))
    view.keeping.write(view.session.chat, tmp_path / "a.md")
    view.keeping.write(view.session.chat, tmp_path / "a.json")
    assert "goose 2" in (tmp_path / "a.md").read_text()
    assert json.loads((tmp_path / "a.json").read_text())["title"] == "Write a note"
    assert "written" in view.banner.words
    view.keeping.write(view.session.chat, tmp_path / "none" / "x" / ".." / "b.md")
    assert view.banner.words


def test_the_model_behaves(workspace: Workspace, qtmodeltester: ModelTester, qtbot: QtBot) -> None:
    store = workspace.chats
    ids = [a_chat(store, f"Question {number}", "x", 1_700_000_000.0 + number) for number in range(6)]
    model = HistoryModel(store)
    qtmodeltester.check(model)
    with qtbot.waitSignal(model.complete):
        model.read_all()
    model.search("question 3")
    model.search("")
    store.remove(ids[2])
    chat = store.open(ids[0])
    chat.record(Asked("b", "a", "newer", 1_800_000_000.0))
    model.note(chat)
    chat.close()
    with qtbot.waitSignal(model.complete):
        model.read_all()
    assert [model.summary(row).id for row in range(5)] == [ids[0], *reversed([*ids[1:2], *ids[3:]])]  # type: ignore


def test_a_style_is_chosen_typed_and_kept(view: ChatView, window: Window, qtbot: QtBot) -> None:
    window.context.actions["chat.style"].trigger()
    assert view.style_panel.isVisible()
    view.style_panel.presets["balanced"].click()
    view.style_panel.system.setPlainText("Be brief.")
    view.ask("Who are you?")
    qtbot.waitUntil(lambda: not view.session.busy, timeout=30_000)
    style = view.session.chat.style
    assert (style.preset, style.system, style.temperature) == ("balanced", "Be brief.", 0.6)
    view.style_panel.details.click()
    view.style_panel.temperature.setValue(0.3)
    qtbot.waitUntil(lambda: view.session.chat.style.preset == "own", timeout=3000)
    assert not any(made.isChecked() for made in view.style_panel.presets.values())
