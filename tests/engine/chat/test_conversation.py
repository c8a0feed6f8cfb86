"""Conversations: turns are kept, trimmed by real tokens without losing the system prompt, and streamed."""

from __future__ import annotations

import pytest

from labdesk.core.errors import ModelError
from labdesk.engine.chat.conversation import ChatOptions, Conversation
from labdesk.engine.runtimes import Completion, Message
from labdesk.engine.runtimes.scripted import ScriptedRuntime


def never() -> bool:
    return False


def ask(conversation: Conversation, text: str, **options: object) -> str:
    return conversation.ask(text, lambda piece: None, never, ChatOptions(**options)).text  # type: ignore[arg-type]


def test_turns_and_streaming() -> None:
    runtime = ScriptedRuntime(["It is blue.", "Because of air."])
    conversation = Conversation(runtime, "Be brief.")
    pieces: list[str] = []
    reply = conversation.ask("What colour is the sky?", pieces.append, never)
    assert "".join(pieces) == reply.text == "It is blue."
    assert reply.tokens == 3 and reply.first_token_ms >= 0
    ask(conversation, "Why?")
    prompt = runtime.seen[1].prompt
    assert prompt.index("Be brief.") < prompt.index("sky?") < prompt.index("It is blue.") < prompt.index("Why?")
    assert [turn.role for turn in conversation.turns] == ["user", "assistant"] * 2


def test_long_history_loses_old_turns_never_the_system_prompt() -> None:
    runtime = ScriptedRuntime(lambda request: "word " * 20, context_tokens=200)
    conversation = Conversation(runtime, "SYSTEM stays here")
    forgotten = 0
    for number in range(12):
        reply = conversation.ask(
            f"question number {number} " + "more " * 10, lambda text: None, never, ChatOptions(max_tokens=40)
        )
        prompt = runtime.seen[-1].prompt
        assert "SYSTEM stays here" in prompt and f"number {number} " in prompt
        assert runtime.count_tokens(prompt) + runtime.seen[-1].max_tokens <= 200
        assert reply.forgotten >= forgotten and reply.forgotten % 2 == 0
        forgotten = reply.forgotten
    assert forgotten > 0
    assert "number 0 " not in runtime.seen[-1].prompt
    assert len(conversation.turns) == 24


def test_cuts_are_rare_so_that_the_computed_beginning_stays_useful() -> None:
    runtime = ScriptedRuntime(lambda request: "word " * 5, context_tokens=300)
    conversation = Conversation(runtime)
    cuts = {
        conversation.ask(f"q{n} more words", lambda text: None, never, ChatOptions(max_tokens=30)).forgotten
        for n in range(60)
    }
    assert 1 < len(cuts) < 15


def test_a_question_longer_than_the_context_is_refused_and_forgotten() -> None:
    runtime = ScriptedRuntime(["ok", "still here"], context_tokens=100)
    conversation = Conversation(runtime, "S")
    ask(conversation, "hello")
    with pytest.raises(ModelError, match="too long") as caught:
        ask(conversation, "word " * 200)
    assert "100" in caught.value.cause
    assert len(conversation.turns) == 2
    ask(conversation, "again")
    assert "hello" in runtime.seen[-1].prompt


def test_a_stopped_answer_stays_in_the_conversation() -> None:
    runtime = ScriptedRuntime(["one two three four five", "next"])
    conversation = Conversation(runtime)
    pieces: list[str] = []
    reply = conversation.ask("count", pieces.append, lambda: len(pieces) >= 2)
    assert (reply.text, reply.finish) == ("one two", "cancelled")
    ask(conversation, "go on")
    assert "one two" in runtime.seen[1].prompt and "three" not in runtime.seen[1].prompt


def test_another_branch_is_asked_as_if_the_first_had_not_been() -> None:
    runtime = ScriptedRuntime(["a", "b", "b again"])
    conversation = Conversation(runtime)
    ask(conversation, "first")
    branch = conversation.turns
    ask(conversation, "second")
    conversation.recall(branch, "")
    ask(conversation, "second")
    assert runtime.seen[1].prompt == runtime.seen[2].prompt
    conversation.recall([], "Another system prompt.")
    assert conversation.turns == ()


def test_what_was_forgotten_stays_so_only_where_the_turns_continue() -> None:
    runtime = ScriptedRuntime(lambda request: "word " * 20, context_tokens=200)
    conversation = Conversation(runtime)
    while conversation.ask("more " * 10, lambda text: None, never, ChatOptions(max_tokens=40)).forgotten == 0:
        pass
    turns = conversation.turns
    conversation.recall(turns, "")
    first = conversation.measure("x", 40).forgotten
    conversation.recall(turns[:2], "")
    assert first > 2 and conversation.measure("x", 40).forgotten == 0


def test_a_very_long_conversation_is_counted_a_few_times_only() -> None:
    runtime = ScriptedRuntime(["ok"], context_tokens=400)
    counted: list[int] = []
    count, runtime.count_tokens = runtime.count_tokens, lambda text: counted.append(1) or count(text)  # type: ignore
    conversation = Conversation(runtime, "SYSTEM")
    conversation.recall([Message("user", "some words"), Message("assistant", "other words")] * 1000, "SYSTEM")
    reply = conversation.ask("now", lambda text: None, never)
    assert reply.forgotten > 1500 and "SYSTEM" in runtime.seen[0].prompt and len(counted) < 20


def test_an_engine_error_leaves_the_conversation_as_it_was() -> None:
    runtime = ScriptedRuntime(["only one"])
    conversation = Conversation(runtime)
    ask(conversation, "first")
    with pytest.raises(ModelError):
        ask(conversation, "second")
    assert len(conversation.turns) == 2


def test_options_reach_the_model() -> None:
    runtime = ScriptedRuntime(["a"])
    Conversation(runtime).ask("q", lambda text: None, never, ChatOptions(0.7, 0.8, 1.2, 99, 5))
    seen = runtime.seen[0]
    assert isinstance(seen, Completion)
    assert (seen.temperature, seen.top_p, seen.repeat_penalty, seen.max_tokens, seen.seed) == (0.7, 0.8, 1.2, 99, 5)
