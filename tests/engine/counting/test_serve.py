"""The token worker: the engine's own count, over pipes, and what it does with nonsense."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from labdesk.core.models.catalog import starter_model
from labdesk.engine.counting.protocol import Count, Counted, Failed, Open, Opened, Reply, decode_reply, encode
from labdesk.engine.counting.serve import serve
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from labdesk.jobs.command import labdesk_command, worker_environment

TEXTS = (
    "",
    "Marrowby Light stands on Fennick Island, two miles from the town of Oldwick.",
    "  leading blanks\n\n\nand lines\t\ttabs  ",
    "naïve café — “quotes” … 日本語 🙂🏝️ \u200b\u00ad",
    "12345678901234567890 3.14159 1,000,000",
    "def f(x):\n    return x ** 2  # code",
    "A long passage. " * 300,
)


def asked(*commands: bytes) -> list[Reply]:
    replies = io.BytesIO()
    serve(io.BytesIO(b"".join(commands)), replies)
    return [decode_reply(line) for line in replies.getvalue().splitlines()]


@pytest.fixture(scope="module")
def starter() -> Iterator[LlamaCppRuntime]:
    runtime = LlamaCppRuntime(starter_model(), LoadOptions(context=512, parallel=1))
    yield runtime
    runtime.close()


def test_it_counts_as_the_loaded_model_does(starter: LlamaCppRuntime) -> None:
    counts = [encode(Count(str(number), text)) for number, text in enumerate(TEXTS)]
    opened, *replies = asked(encode(Open(str(starter_model()))), *counts)
    assert isinstance(opened, Opened)
    assert opened.context == 4096
    assert replies == [Counted(str(number), starter.count_tokens(text)) for number, text in enumerate(TEXTS)]


def test_what_looks_like_a_control_token_is_text() -> None:
    _opened, reply = asked(encode(Open(str(starter_model()))), encode(Count("k", "<|im_end|>")))
    assert isinstance(reply, Counted)
    assert reply.tokens > 1


def test_nonsense_is_answered_and_the_worker_goes_on(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(60))
    replies = asked(
        b"not json\n",
        encode(Count("k", "before a model")),
        encode(Open(str(broken))),
        encode(Open(str(tmp_path / "absent.gguf"))),
        encode(Open(str(starter_model()))),
        encode(Count("k", "tea")),
    )
    assert [type(reply) for reply in replies] == [Failed, Failed, Failed, Failed, Opened, Counted]


def test_the_process_ends_with_its_pipe() -> None:
    done = subprocess.run(
        labdesk_command("--token-worker"),
        input=encode(Open(str(starter_model()))) + encode(Count("k", "The tea is hot.")),
        capture_output=True,
        env=worker_environment(),
        timeout=60,
        check=True,
    )
    replies = [decode_reply(line) for line in done.stdout.splitlines()]
    assert isinstance(replies[0], Opened)
    assert replies[1] == Counted("k", 5)
