"""What servers send: good answers in the forms of several servers, and 1,000 kinds of rubbish that raise one error."""

from __future__ import annotations

import json
from math import exp, inf
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labdesk.core.models.chat_template import Message
from labdesk.engine.runtimes import Completion, normalised
from labdesk.engine.runtimes.remote.wire import Answer, ask_for, chat_text, read_answer, verdict


def body(**message: Any) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()


def test_messages_survive_being_one_text() -> None:
    assert chat_text([Message("user", "Why?")]) == "Why?"
    talk = [
        Message("system", "Be short."),
        Message("user", "Why?\n\x1e"),
        Message("assistant", "So."),
        Message("user", "Oh"),
    ]
    sent = ask_for(Completion("", chat_text(talk), 8)).body["messages"]
    assert [one["role"] for one in sent] == ["system", "user", "assistant", "user"]
    assert sent[1]["content"] == "Why?\n "


def test_thoughts_are_no_answer() -> None:
    assert read_answer(body(content="<think>Hm.\nYes?</think>\n\nAgnes.")).text == "Agnes."
    found = read_answer(body(content="<think>Hm. I never"))
    assert (found.text, found.thought) == ("", True)
    assert read_answer(body(content="Agnes.", reasoning_content="Hm.")).thought
    assert not read_answer(body(content="Agnes.")).thought
    assert read_answer(body(content=None)).text == ""


def test_a_verdict_is_read_from_the_likelihood_of_first_words() -> None:
    top = [{"token": " Yes", "logprob": -0.5}, {"token": "No", "logprob": -1.2}, {"token": "**", "logprob": -3.0}]
    told = {"content": [{"token": "\n", "top_logprobs": []}, {"token": " Yes", "top_logprobs": top}]}
    answer = read_answer(json.dumps({"choices": [{"message": {"content": "Yes"}, "logprobs": told}]}).encode())
    yes, no = normalised(verdict(answer, ("Yes", "No")))
    assert yes == pytest.approx(exp(-0.5) / (exp(-0.5) + exp(-1.2)))
    assert yes + no == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Yes.", (0.0, -inf)), ("**No**, it is not.", (-inf, 0.0)), ("Well, perhaps", (-inf, -inf)), ("", (-inf, -inf))],
)
def test_without_likelihoods_the_written_word_counts(text: str, expected: tuple[float, ...]) -> None:
    assert verdict(Answer(text), ("Yes", "No")) == expected


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "logprobs", "top_logprobs", "usage", "token", "text", "logprob"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=500)
@given(_JSON)
def test_rubbish_is_an_answer_or_a_value_error(value: Any) -> None:
    for data in (value, {"choices": [value]}, {"choices": [{"message": {"content": "Yes"}, "logprobs": value}]}):
        try:
            answer = read_answer(json.dumps(data).encode())
        except ValueError:
            continue
        assert isinstance(answer.text, str)
        assert len(verdict(answer, ("Yes", "No"))) == 2


@settings(max_examples=200)
@given(st.binary(max_size=40))
def test_bytes_are_an_answer_or_an_error(data: bytes) -> None:
    with pytest.raises((ValueError, msgspec.DecodeError, UnicodeDecodeError)):
        read_answer(data)
