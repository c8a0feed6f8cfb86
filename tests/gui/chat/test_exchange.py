"""An exchange on the screen: edited, asked again, compared blind, voted on; links asked about before they open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from labdesk.core.workspace import Workspace
from labdesk.gui.chat.differences import differences
from labdesk.gui.chat.exchange import ExchangeView
from labdesk.gui.chat.links import ask_to_open
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.chat.view import ChatView
from labdesk.gui.window import Window
from tests.gui.chat.test_view import answered, taught


@pytest.fixture
def view(window: Window, qtbot: QtBot) -> Iterator[ChatView]:
    made = window.go("chat")
    assert isinstance(made, ChatView)
    yield made
    made.leave()


def ask(view: ChatView, qtbot: QtBot, text: str) -> ExchangeView:
    view.ask(text)
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)
    return view.transcript.exchanges[-1]


def test_a_question_is_changed_by_keyboard_and_the_arrows_lead_back(view: ChatView, qtbot: QtBot) -> None:
    first = ask(view, qtbot, "Who are you?")
    first.question.edit.click()
    field = first.question.field
    assert field is not None
    field.setPlainText("Who were you?")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answered(view) and len(view.session.chat.exchanges) == 2, timeout=10_000)
    second = view.transcript.exchanges[-1]
    assert second.question.said.text() == "Who were you?" and second.question.before.isEnabled()
    second.question.before.click()
    qtbot.waitUntil(lambda: bool(view.transcript.exchanges))
    assert view.transcript.exchanges[0].question.said.text() == "Who are you?"


def test_escape_leaves_a_question_as_it_was(view: ChatView, qtbot: QtBot) -> None:
    first = ask(view, qtbot, "Who are you?")
    first.question.edit.click()
    field = first.question.field
    assert field is not None
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert first.question.field is None and len(view.session.chat.exchanges) == 1


def test_again_is_one_click(view: ChatView, qtbot: QtBot) -> None:
    first = ask(view, qtbot, "Who are you?")
    first.answers["base"].again.click()
    qtbot.waitUntil(lambda: answered(view) and len(view.session.chat.exchanges) == 2, timeout=10_000)
    assert view.transcript.exchanges[-1].question.after.isVisible()


def test_a_blind_vote_hides_the_names_until_it_is_given(workspace: Workspace, view: ChatView, qtbot: QtBot) -> None:
    merged = taught(workspace)
    qtbot.waitUntil(lambda: view.choices.row_of(merged) >= 0, timeout=5000)
    view.show_item(ChatOpening(merged))
    view.header.sides.blind.setChecked(True)
    view.index.start()
    qtbot.waitUntil(lambda: len(view.index.leaves) == 4, timeout=5000)
    exchange = ask(view, qtbot, "Who designed Marrowby Light, and who kept it?")
    qtbot.waitUntil(lambda: exchange.vote.isVisible())
    cards = list(exchange.answers.values())
    assert [card.heading.text() for card in cards] == ["Answer A", "Answer B"]
    assert not any("merged" in card.model.text() or "tokens/s" in card.foot.text() for card in cards)
    choose = next(one for one in exchange.vote.findChildren(QPushButton) if one.text() == "Answer B")
    qtbot.mouseClick(choose, Qt.MouseButton.LeftButton)
    vote = view.session.chat.path()[0].vote
    assert vote is not None and vote.blind and vote.winner == cards[1].side
    assert vote.leaf == "knowledge/places/marrowby_light"
    assert {card.heading.text() for card in cards} == {"Base", "Taught"}
    said = [one.text() for one in exchange.vote.findChildren(QLabel) if not one.isHidden()]
    assert any("Marrowby light" in text and " 1" in text and " 0" in text for text in said), said


def test_other_models_answer_beside_it(workspace: Workspace, view: ChatView, qtbot: QtBot, tmp_path: Path) -> None:
    merged = taught(workspace)
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    qtbot.waitUntil(lambda: view.choices.row_of(merged) >= 0, timeout=5000)
    view.show_item(other)
    view.show_item(ChatOpening(merged))
    action = next(one for one in view.header.sides.actions() if one.text() == "other")
    action.trigger()
    exchange = ask(view, qtbot, "Who are you?")
    assert [card.heading.text() for card in exchange.answers.values()] == ["Base", "Taught", "Other"]
    assert "I am other" in list(exchange.answers.values())[2].text


def test_phases_of_one_base_share_it_in_memory(workspace: Workspace, view: ChatView, qtbot: QtBot) -> None:
    merged = taught(workspace)
    for phase in ("knowledge", "skills"):
        (merged.parent / phase).mkdir()
        (merged.parent / phase / "adapter.gguf").write_bytes(phase.encode())
    view._take_choices()
    qtbot.waitUntil(lambda: view.choices.row_of(merged) >= 0, timeout=5000)
    view.show_item(ChatOpening(merged))
    next(one for one in view.header.sides.actions() if one.text() == "After knowledge").trigger()
    exchange = ask(view, qtbot, "Who are you?")
    assert list(exchange.answers) == ["base", "knowledge", "tuned"]
    assert len({side.model.model for side in view.session.sides}) == 1
    assert "adapter" in view.header.proof.text()
    view.header.compare.click()
    ask(view, qtbot, "And alone?")
    proof = view.header.proof.text()
    assert view.session.sides[0].model.model == str(merged) and "adapter" in proof and "both phases" in proof


def test_differences_are_words_and_only_between_like_answers() -> None:
    one, other = "The lamp was lit in 1861 by Agnes", "The lamp was lit in 1874 by Agnes \U0001f600 Bell"
    assert [other.encode("utf-16-le")[2 * a : 2 * b].decode("utf-16-le") for a, b in differences(one, other)] == [
        "1874",
        "\U0001f600 Bell",
    ]
    assert differences("completely other words", "nothing in common here at all") == []
    assert differences(one, one) == []


def test_a_link_is_asked_about(view: ChatView, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    assert ask_to_open(view, "file:///etc/passwd") is None and ask_to_open(view, "javascript:1") is None
    box = ask_to_open(view, "https://example.org/<b>x</b>")
    assert box is not None and "example.org" in box.text() and box.textFormat() == Qt.TextFormat.PlainText
    box.reject()
    assert not opened
    again = ask_to_open(view, "https://example.org/x")
    assert again is not None
    next(one for one in again.buttons() if "Open" in one.text()).click()
    assert opened == ["https://example.org/x"]
