"""One open chat: what is asked is kept, branches go their own way, styles reach the model, nothing is lost on a switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core.chats.store import ChatStore
from labdesk.core.chats.style import PRESETS, with_preset
from labdesk.engine.chat.protocol import SideModel
from labdesk.gui.chat.client import ChatClient
from labdesk.gui.chat.session import ChatSession
from labdesk.gui.chat.sides import SideOption


def side(key: str, model: str = "") -> SideOption:
    return SideOption(key, key.title(), f"the {key}", SideModel(key, f"{model or key}.gguf"), f"{key}.gguf")


@pytest.fixture
def session(app: QApplication, tmp_path: Path) -> Iterator[ChatSession]:
    made = ChatSession(ChatStore(tmp_path / "chats", tmp_path / "trash"), ChatClient())
    made.set_sides([side("tuned")])
    yield made
    made.close()


def ask(session: ChatSession, qtbot: QtBot, text: str) -> str:
    made = session.ask(text)
    qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
    return made


def said(session: ChatSession) -> list[tuple[str, list[str]]]:
    return [(one.question, [answer.text for answer in one.answers.values()]) for one in session.chat.path()]


def test_what_is_asked_and_answered_is_kept(session: ChatSession, qtbot: QtBot) -> None:
    ask(session, qtbot, "Who are you?")
    first = session.chat.exchanges[session.chat.path()[0].id].answers["tuned"]
    assert first.text.startswith("I am tuned") and first.tokens > 2 and first.first_token_ms > 0
    assert first.name == "the tuned" and first.proof == "tuned.gguf"
    kept = session.chat.id
    session.new()
    assert said(session) == []
    session.open(kept)
    assert said(session) == [("Who are you?", [first.text])]


def test_an_edit_is_a_branch_and_the_model_does_not_hear_the_other(session: ChatSession, qtbot: QtBot) -> None:
    first = ask(session, qtbot, "My name is Ann")
    ask(session, qtbot, "And now?")
    edited = session.edit(first, "My name is Bob")
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    assert [question for question, _answers in said(session)] == ["My name is Bob"]
    assert session.chat.siblings(edited) == [first, edited]
    session.go_to(first)
    assert [question for question, _answers in said(session)] == ["My name is Ann", "And now?"]


def test_answer_again_draws_even_where_the_style_is_precise(session: ChatSession, qtbot: QtBot) -> None:
    first = ask(session, qtbot, "Who are you?")
    session.ask_again(first)
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    assert said(session)[0][1][0].endswith("drawn with 1") and len(session.chat.siblings(first)) == 2


def test_the_style_reaches_the_model_and_stays_with_the_chat(session: ChatSession, qtbot: QtBot) -> None:
    session.restyle(with_preset(PRESETS["precise"], "creative"))
    ask(session, qtbot, "Who are you?")
    assert "drawn with 0" in said(session)[0][1][0]
    kept = session.chat.id
    session.new()
    assert session.chat.style.preset == "creative"  # a new chat begins in the same style
    session.restyle(PRESETS["balanced"])
    session.open(kept)
    assert session.chat.style.preset == "creative"


def test_stopping_keeps_what_is_written(session: ChatSession, qtbot: QtBot) -> None:
    session.ask("Be slow")
    with qtbot.waitSignal(session.text, timeout=30_000):
        pass
    session.stop()
    assert not session.busy
    answer = session.chat.path()[0].answers["tuned"]
    assert answer.finish == "cancelled" and answer.text.startswith("word")
    ask(session, qtbot, "Who are you?")
    assert len(said(session)) == 2


def test_an_answer_goes_to_its_own_chat_when_another_is_opened(session: ChatSession, qtbot: QtBot) -> None:
    session.ask("Be slow")
    with qtbot.waitSignal(session.text, timeout=30_000):
        pass
    old = session.chat.id
    session.new()
    ask(session, qtbot, "Who are you?")
    assert len(said(session)) == 1 and "word" not in said(session)[0][1][0]
    session.open(old)
    assert said(session)[0][1][0].startswith("word")


def test_every_side_hears_its_own_answers(session: ChatSession, qtbot: QtBot) -> None:
    session.set_sides([side("base"), side("tuned")])
    ask(session, qtbot, "Who are you?")
    answers = session.chat.path()[0].answers
    assert answers["base"].text.startswith("I am base") and answers["tuned"].text.startswith("I am tuned")
    exchange = session.chat.path()[0].id
    assert "I am base" in session.chat.turns(exchange, "base")[1].content


def test_a_worker_that_dies_leaves_a_question_that_can_be_asked_again(session: ChatSession, qtbot: QtBot) -> None:
    ask(session, qtbot, "Who are you?")
    with qtbot.waitSignal(session.failed, timeout=10_000) as blocker:
        session.ask("Please die")
    assert "ended by itself" in blocker.args[0].message and blocker.args[1] == session.chat.path()[1].id
    assert not session.busy
    session.edit(session.chat.path()[1].id, "Who are you now?")
    qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
    assert said(session)[1][1][0].startswith("I am tuned")


def test_before_and_after_stand_beside_each_other(session: ChatSession, qtbot: QtBot) -> None:
    first = ask(session, qtbot, "Who are you?")
    session.ask_after(first, "tuned", side("tuned", "newer"))
    qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
    answers = session.chat.path()[0].answers
    assert answers["before"].text.startswith("I am tuned") and answers["after"].text.startswith("I am newer")
    assert session.chat.turns(session.chat.path()[0].id, "tuned")[1].content == answers["after"].text
