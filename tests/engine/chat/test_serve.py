"""The chat worker over real pipes: commands in, replies out, stop while writing, errors that do not end it."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.errors import ModelError
from labdesk.engine.chat.protocol import (
    Ask,
    ChatReply,
    Close,
    Command,
    Failed,
    Finished,
    Load,
    Loaded,
    LoadedSide,
    Measure,
    Measured,
    SideModel,
    Stop,
    Token,
    Turn,
    decode_command,
    decode_reply,
    encode,
)
from labdesk.engine.chat.serve import serve
from labdesk.engine.runtimes import Completion, Runtime
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from tests.tiny_models import write_tiny_adapter, write_tiny_model


def load(*models: str) -> Load:
    """Sides named after their files."""
    return Load(tuple(SideModel(Path(model).stem, model) for model in models))


class Talk:
    """A worker in a thread, and our ends of its pipes."""

    def __init__(self, open_model: object = None) -> None:
        their_in, our_out = os.pipe()
        our_in, their_out = os.pipe()
        self.out: BinaryIO = os.fdopen(our_out, "wb", buffering=0)
        self._in = os.fdopen(our_in, "rb")
        self._pipes = os.fdopen(their_in, "rb"), os.fdopen(their_out, "wb")
        self.thread = threading.Thread(target=serve, args=(*self._pipes, open_model), daemon=True)
        self.thread.start()

    def say(self, command: Command) -> None:
        self.out.write(encode(command))

    def hear(self) -> ChatReply:
        return decode_reply(self._in.readline())

    def answer(self) -> tuple[str, Finished]:
        text = ""
        while isinstance(reply := self.hear(), Token):
            text += reply.text
        assert isinstance(reply, Finished), reply
        return text, reply

    def end(self) -> None:
        self.out.close()
        self.thread.join(10)
        assert not self.thread.is_alive(), "the worker did not end with its pipe"
        for pipe in (self._in, *self._pipes):
            pipe.close()


def endless(request: Completion) -> str:
    """Writes for ever when the last question asks for it."""
    question = request.prompt.rsplit("Question:", 1)[-1]
    return "word " * 100_000 if "endless" in question else f"answer {len(request.prompt)}"


class Slow(ScriptedRuntime):
    """Waits a moment before every word, so that a stop can arrive."""

    def stream(self, request, on_text, should_stop):  # type: ignore[no-untyped-def]
        return super().stream(request, lambda text: (time.sleep(0.005), on_text(text)), should_stop)


@pytest.fixture
def scripted() -> Iterator[tuple[Talk, dict[str, Slow]]]:
    opened: dict[str, Slow] = {}

    def open_model(path: Path, context: int) -> tuple[Runtime, str]:
        if path.name == "missing":
            raise ModelError("It is not there.", cause="no file", remedy="choose another")
        opened[path.name] = Slow(endless, name=path.stem, context_tokens=context)
        return opened[path.name], "processor"

    talk = Talk(open_model)
    yield talk, opened
    talk.end()
    assert all(runtime.closed for runtime in opened.values())


def test_load_ask_close(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, _ = scripted
    talk.say(load("base.gguf"))
    loaded = talk.hear()
    assert isinstance(loaded, Loaded)
    assert loaded.sides == (LoadedSide("base", "base", "", merged=True),) and loaded.side("base") == loaded.sides[0]
    assert loaded.memory > 1_000_000
    talk.say(Ask("hello"))
    text, finished = talk.answer()
    assert text.startswith("answer") and finished.side == "base" and finished.tokens == 2
    talk.say(Close())
    talk.thread.join(10)
    assert not talk.thread.is_alive()


def test_stop_ends_the_answer_but_not_the_worker(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, _ = scripted
    talk.say(load("base.gguf"))
    talk.hear()
    talk.say(Ask("endless", max_tokens=100_000))
    assert isinstance(talk.hear(), Token)
    talk.say(Stop())
    _, finished = talk.answer()
    assert finished.finish == "cancelled"
    talk.say(Ask("hello"))
    assert talk.answer()[1].finish == "eos"


def test_stop_reaches_a_question_still_waiting_but_not_the_next(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, _ = scripted
    talk.out.write(
        encode(load("base.gguf")) + encode(Ask("endless", max_tokens=100_000)) + encode(Stop()) + encode(Ask("hello"))
    )
    talk.hear()
    assert talk.answer()[1].finish == "cancelled"
    assert talk.answer()[1].finish == "eos"


def test_sides_of_two_models_answer_one_after_another_with_their_own_turns(
    scripted: tuple[Talk, dict[str, Slow]], tmp_path: Path
) -> None:
    talk, opened = scripted
    adapter = tmp_path / "adapter.gguf"
    adapter.write_bytes(b"adapter")
    talk.say(Load((SideModel("base", "base.gguf"), SideModel("tuned", "merged.gguf", merged_from=str(adapter)))))
    loaded = talk.hear()
    assert isinstance(loaded, Loaded)
    tuned = loaded.side("tuned")
    assert tuned is not None and tuned.merged and tuned.adapter == hashlib.sha256(b"adapter").hexdigest()
    talk.say(Ask("hello", system="Be brief."))
    assert [talk.answer()[1].side, talk.answer()[1].side] == ["base", "tuned"]
    turns = {"tuned": (Turn("user", "hello"), Turn("assistant", "I am taught"))}
    talk.say(Ask("again", turns=turns))
    assert [talk.answer()[1].side, talk.answer()[1].side] == ["base", "tuned"]
    talk.say(Ask("only you", sides=("tuned",)))
    assert talk.answer()[1].side == "tuned"
    base, merged = opened["base.gguf"].seen, opened["merged.gguf"].seen
    assert "Be brief." in base[0].prompt and "hello" not in base[1].prompt and "I am taught" in merged[1].prompt
    assert "hello" not in merged[2].prompt and len(base) == 2


def test_sides_of_one_file_share_it_and_switch_adapters(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, opened = scripted
    sides = (SideModel("base", "base.gguf"), SideModel("knowledge", "base.gguf", adapter="k.gguf"))
    talk.say(Load((*sides, SideModel("tuned", "base.gguf", adapter="s.gguf"))))
    talk.hear()
    talk.say(Ask("hello"))
    for _side in range(3):
        talk.answer()
    assert list(opened) == ["base.gguf"]
    assert [path and path.name for path, _scale in opened["base.gguf"].adapters][-3:] == [None, "k.gguf", "s.gguf"]


def test_a_message_is_measured_without_being_asked(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, opened = scripted
    talk.say(Load((SideModel("base", "base.gguf"),), context=200))
    talk.hear()
    talk.say(Measure("one two three", "base", system="Be brief."))
    short = talk.hear()
    assert isinstance(short, Measured) and 0 < short.prompt_tokens < 30 and short.room > 100 and short.context == 200
    old = tuple(Turn("user" if n % 2 == 0 else "assistant", "word " * 10) for n in range(400))
    talk.say(Measure("one two three", "base", old, max_tokens=50))
    long = talk.hear()
    assert isinstance(long, Measured) and long.forgotten > 300 and long.prompt_tokens + long.room <= 200
    talk.say(Measure("word " * 500, "base"))
    too_long = talk.hear()
    assert isinstance(too_long, Measured) and too_long.room == 0 and too_long.prompt_tokens > 500
    assert not opened["base.gguf"].seen


def test_errors_are_replies(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, _ = scripted
    for command in (Ask("too early"), Measure("too early", "base"), load("missing"), Load(())):
        talk.say(command)
        reply = talk.hear()
        assert isinstance(reply, Failed) and reply.message, command
    talk.out.write(b'{"type": "dance"}\nnot json\n\xff\xfe\n[]\n\n')
    assert [type(talk.hear()) for _ in range(4)] == [Failed] * 4
    talk.say(load("base.gguf"))
    assert isinstance(talk.hear(), Loaded)
    talk.say(Ask("hello", sides=("tuned",)))
    assert isinstance(talk.hear(), Failed)


def test_closing_the_pipe_ends_a_long_answer(scripted: tuple[Talk, dict[str, Slow]]) -> None:
    talk, _ = scripted
    talk.say(load("base.gguf"))
    talk.hear()
    talk.say(Ask("endless", max_tokens=100_000))
    talk.hear()
    talk.end()


def test_adapter_beside_base_on_a_real_model(tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    model, adapter = write_tiny_model(tmp_path / "m.gguf"), write_tiny_adapter(tmp_path / "a.gguf")
    talk = Talk()
    sides = SideModel("base", str(model)), SideModel("tuned", str(model), adapter=str(adapter))
    talk.say(Load(sides, context=256))
    loaded = talk.hear()
    assert isinstance(loaded, Loaded)
    assert [(side.key, len(side.adapter)) for side in loaded.sides] == [("base", 0), ("tuned", 64)]
    texts = []
    for _ in range(2):
        talk.say(Ask("what is the answer", max_tokens=12))
        texts.append((talk.answer()[0], talk.answer()[0]))
    assert texts[0] == texts[1]
    assert texts[0][0] != texts[0][1]
    talk.say(load(str(tmp_path / "none.gguf")))
    assert isinstance(talk.hear(), Failed)
    talk.end()


@given(st.text(max_size=50), st.text(max_size=50))
def test_every_text_survives_the_line_format(text: str, other: str) -> None:
    text, other = (value.encode("utf-8", "replace").decode() for value in (text, other))
    for command in (load(text, other), Ask(text, turns={other: (Turn("user", other),)})):
        line = encode(command)
        assert line.count(b"\n") == 1 and decode_command(line) == command
    for reply in (Token("base", text), Failed(text, other, "")):
        assert decode_reply(encode(reply)) == reply


@given(st.binary(max_size=80))
def test_garbage_is_a_decode_error_and_nothing_else(data: bytes) -> None:
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        decode_command(data)
