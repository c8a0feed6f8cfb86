"""Chats on the disk: what was said comes back, in every branch, after a kill, a torn line, and a trip to the trash."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.chats.chat import Chat
from labdesk.core.chats.export import as_json, as_markdown, file_name
from labdesk.core.chats.records import Answer, Answered, Asked, Record, Shown, Styled, Taught, Titled, Voted
from labdesk.core.chats.store import ChatStore
from labdesk.core.chats.style import PRESETS, Style, named, with_preset
from labdesk.core.chats.summary import summarise, tally
from labdesk.core.errors import StorageError


@pytest.fixture
def store(tmp_path: Path) -> ChatStore:
    return ChatStore(tmp_path / "chats", tmp_path / "trash")


def talk(chat: Any, *pairs: tuple[str, str], parent: str = "") -> str:
    for number, (question, answer) in enumerate(pairs):
        key = f"{parent}{number}"
        chat.record(Asked(key, parent, question, float(number)))
        chat.record(Answered(key, Answer("taught", answer, "The model")))
        parent = key
    return parent


def everything(chat: Chat) -> Any:
    return msgspec.json.decode(as_json(chat))


def test_what_was_said_comes_back(store: ChatStore) -> None:
    chat = store.new()
    last = talk(chat, ("Who lit the lamp?", "Agnes."), ("And when?", "In 1861."))
    chat.record(Voted(last, "taught", "knowledge/light", blind=True))
    chat.record(Taught(last, "taught", "knowledge/light", "In 1862."))
    chat.close()
    again = store.open(chat.id)
    assert everything(again) == everything(chat) and again.title == "Who lit the lamp?"
    assert [turn.content for turn in again.turns(last, "taught")] == [
        "Who lit the lamp?", "Agnes.", "And when?", "In 1861.",
    ]  # fmt: skip
    assert [turn.role for turn in again.turns(last, "other")] == ["user", "assistant"] * 2


def test_a_chat_without_a_question_is_never_written(store: ChatStore) -> None:
    chat = store.new()
    chat.record(Styled(Style(system="Be brief.")))
    assert store.ids() == [] and chat.style.system == "Be brief."
    talk(chat, ("Hello", "Hello."))
    chat.close()
    assert store.ids() == [chat.id] and store.open(chat.id).style.system == "Be brief."


def test_an_edited_question_is_a_branch_and_the_old_one_stays(store: ChatStore) -> None:
    chat = store.new()
    talk(chat, ("One?", "1"), ("Two?", "2"))
    chat.record(Asked("other", "", "Uno?", 5.0))
    assert [one.question for one in chat.path()] == ["Uno?"] and chat.siblings("other") == ["0", "other"]
    chat.record(Shown("0"))
    assert [one.question for one in chat.path()] == ["One?", "Two?"]
    assert chat.turns("other", "taught") == []  # nobody answered it yet
    chat.close()
    assert [one.question for one in store.open(chat.id).path()] == ["One?", "Two?"]


def test_a_torn_line_costs_only_itself(store: ChatStore) -> None:
    chat = store.new()
    last = talk(chat, ("One?", "1"), ("Two?", "2"))
    chat.close()
    path = store.folder / f"{chat.id}.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    again = store.open(chat.id)
    assert [len(one.answers) for one in again.path()] == [1, 0]
    again.record(Answered(last, Answer("taught", "2")))
    again.close()
    assert everything(store.open(chat.id))["exchanges"][1]["answers"][0]["text"] == "2"


def test_two_windows_on_one_chat_lose_nothing(store: ChatStore) -> None:
    one = store.new()
    talk(one, ("One?", "1"))
    other = store.open(one.id)
    other.record(Asked("b", "0", "From the other window?", 2.0))
    one.record(Asked("a", "0", "From this window?", 3.0))
    other.record(Titled("Both"))
    one.close()
    other.close()
    again = store.open(one.id)
    assert set(again.exchanges) == {"0", "a", "b"} and again.title == "Both"


def test_deleted_and_brought_back(store: ChatStore) -> None:
    chat = store.new()
    talk(chat, ("One?", "1"))
    chat.close()
    store.remove(chat.id)
    assert store.ids() == []
    with pytest.raises(StorageError, match="not there"):
        store.open(chat.id)
    store.restore(chat.id)
    assert everything(store.open(chat.id)) == everything(chat)


def test_no_name_leads_out_of_the_folder(store: ChatStore, tmp_path: Path) -> None:
    (tmp_path / "secret.jsonl").write_text("{}")
    with pytest.raises(StorageError):
        store.open("../secret")


def test_a_journal_of_somebody_else_leads_nowhere() -> None:
    chat = Chat("x")
    for record in (
        Asked("a", "a", "I am my own parent", 0.0),
        Asked("b", "nobody", "I have none", 0.0),
        Answered("nobody", Answer("taught", "?")),
        Shown("nobody"),
        Asked("c", "", "I am fine", 0.0),
        Asked("c", "c", "Twice", 0.0),
    ):
        chat.apply(record)
    assert [one.question for one in chat.path()] == ["I am fine"]


def test_the_summary_is_searched_and_counts_votes(store: ChatStore) -> None:
    chat = store.new()
    last = talk(chat, ("Who lit the LAMP?", "Agnes."))
    chat.record(Answered(last, Answer("base", "I do not know.", "Before")))
    chat.record(Voted(last, "taught", "knowledge/light"))
    found = summarise(chat)
    assert found.matches(["agnes", "lamp"]) and not found.matches(["agnes", "storm"])
    assert tally(found.votes) == {"knowledge/light": {"The model": 1, "Before": 0}}
    chat.close()


def test_exports(store: ChatStore) -> None:
    chat = store.new()
    chat.record(Styled(Style(system="Be brief.\nBe kind.")))
    talk(chat, ("Who?", "Agnes."))
    chat.record(Titled('../"quoted"/name'))
    text = as_markdown(chat)
    assert "> Be brief.\n> Be kind." in text and "## You\n\nWho?" in text and "## The model\n\nAgnes." in text
    assert file_name(chat, "md") == "quotedname.md"
    chat.close()


def test_presets_keep_what_is_the_persons_own() -> None:
    own = Style(system="Be brief.", max_tokens=99)
    for preset in PRESETS:
        chosen = with_preset(own, preset)
        assert (chosen.system, chosen.max_tokens, named(chosen).preset) == ("Be brief.", 99, preset)
    assert named(msgspec.structs.replace(own, temperature=0.3)).preset == "own"


RECORDS = st.one_of(
    st.builds(Asked, st.sampled_from("abcd"), st.sampled_from(["", *"abcd"]), st.text(max_size=9), st.floats(0, 9)),
    st.builds(Answered, st.sampled_from("abcd"), st.builds(Answer, st.sampled_from("xy"), st.text(max_size=9))),
    st.builds(Titled, st.text(max_size=9)),
    st.builds(Shown, st.sampled_from("abcd")),
    st.builds(Voted, st.sampled_from("abcd"), st.sampled_from(["x", "same", "none"])),
)


@given(st.lists(RECORDS, max_size=30))
def test_any_records_replay_to_the_same_chat(records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = ChatStore(Path(folder), Path(folder) / "trash")
        chat = store.new()
        chat.record(Asked("first", "", "?", 0.0))
        for record in records:
            chat.record(record)
        chat.close()
        again = store.open(chat.id)
        assert everything(again) == everything(chat)
        assert summarise(again) == summarise(chat)
