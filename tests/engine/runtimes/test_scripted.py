"""The scripted runtime keeps the same promises as a real one."""

from __future__ import annotations

import pytest

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes import Completed, Completion, Runtime, Scored, Scoring, choice_probabilities
from labdesk.engine.runtimes.scripted import ScriptedRuntime


def complete(runtime: Runtime, *requests: Completion) -> list[Completed]:
    results: list[Completed] = []
    runtime.complete(requests, results.append, lambda: False)
    return results


def test_queue_then_error() -> None:
    runtime = ScriptedRuntime(["one", "two"])
    assert [done.text for done in complete(runtime, Completion("a", "p", 9), Completion("b", "p", 9))] == ["one", "two"]
    with pytest.raises(ModelError, match="no answer left"):
        complete(runtime, Completion("c", "p", 9))


def test_stop_length_and_too_long() -> None:
    runtime = ScriptedRuntime(lambda request: "one two END three", context_tokens=10)
    stop, length, long = complete(
        runtime, Completion("s", "p", 9, stop=("END",)), Completion("l", "p", 1), Completion("t", "p " * 20, 9)
    )
    assert (stop.text, stop.finish) == ("one two ", "stop")
    assert (length.text, length.finish, length.tokens) == ("one", "length", 1)
    assert (long.finish, long.tokens) == ("too_long", 0)


def test_scores() -> None:
    runtime = ScriptedRuntime(scores={" yes": -0.1, " no": -3.0})
    results: list[Scored] = []
    runtime.score([Scoring("k", "p", (" yes", " no", " maybe"))], results.append, lambda: False)
    assert results[0].logprobs[:2] == (-0.1, -3.0)
    assert choice_probabilities(runtime, "p", (" yes", " no"))[0] > 0.9


def test_stopping() -> None:
    results: list[Completed] = []
    runtime = ScriptedRuntime(lambda request: "x")
    runtime.complete((Completion(str(i), "p", 9) for i in range(10)), results.append, lambda: len(results) >= 3)
    assert len(results) == 3
