"""What is sent to a server and what comes back, as data. Servers differ: nothing that comes is trusted to be there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, inf, log
from typing import Any, Final

import msgspec

from labdesk.core.models.chat_template import Message
from labdesk.engine.runtimes import Completion, Finish, Scoring

CHAT: Final = "chat/completions"
PLAIN: Final = "completions"
#: A verdict is one word; some models write a mark or a space before it.
VERDICT_TOKENS: Final = 8
_TOP: Final = 20
#: The first word is a verdict only when the choices hold at least this share of its probability.
_SHARE: Final = 0.2
_ROLE, _TEXT = "\x1e", "\x1f"
_THINKING: Final = ("reasoning_content", "reasoning")
_THOUGHT: Final = re.compile(r"^\s*<think>.*?(</think>|\Z)", re.DOTALL)


class Ask(msgspec.Struct, frozen=True):
    """One call: its path below the address and its body, without the model. The same ask has the same answer."""

    path: str
    body: dict[str, Any]


class Answer(msgspec.Struct, frozen=True):
    """What a server said. `top`: its likeliest first tokens with their log-probabilities, if it told. `thought`: its
    model thinks before it answers."""

    text: str
    tokens: int = 0
    prompt_tokens: int = 0
    finish: Finish = "eos"
    top: tuple[tuple[str, float], ...] = ()
    by: str = ""
    thought: bool = False


def chat_text(messages: Sequence[Message]) -> str:
    """Messages as one text that `ask` can take apart again; a single question is its own text."""
    plain = [(one.role, one.content.replace(_ROLE, " ").replace(_TEXT, " ")) for one in messages]
    if len(plain) == 1 and plain[0][0] == "user":
        return plain[0][1]
    return "".join(f"{_ROLE}{role}{_TEXT}{text}" for role, text in plain)


def _messages(prompt: str) -> list[dict[str, str]]:
    if not prompt.startswith(_ROLE):
        return [{"role": "user", "content": prompt}]
    parts = (part.partition(_TEXT) for part in prompt[1:].split(_ROLE))
    return [{"role": role, "content": text} for role, _, text in parts]


def ask_for(request: Completion) -> Ask:
    """The call of a completion: a chat for a chat prompt, else plain text to continue."""
    body: dict[str, Any] = {
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "seed": request.seed,
    }
    if request.stop:
        body["stop"] = list(request.stop[:4])  # servers take no more
    if request.special:
        return Ask(CHAT, {"messages": _messages(request.prompt), **body})
    return Ask(PLAIN, {"prompt": request.prompt, **body})


def ask_verdict(request: Scoring) -> Ask:
    """The call that lets a model choose between single words."""
    return Ask(
        CHAT,
        {
            "messages": _messages(request.prompt),
            "max_tokens": VERDICT_TOKENS,
            "temperature": 0.0,
            "seed": 1,
            "logprobs": True,
            "top_logprobs": _TOP,
        },
    )


def read_answer(data: bytes) -> Answer:
    """Raises ValueError when there is no answer in what a server sent."""
    found = msgspec.json.decode(data)
    if not isinstance(found, dict) or not isinstance(found.get("choices"), list) or not found["choices"]:
        raise ValueError("it holds no choices")
    choice = found["choices"][0]
    if not isinstance(choice, dict):
        raise ValueError("its choice is no object")
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else choice.get("text")
    if text is not None and not isinstance(text, str):
        raise ValueError("its text is no text")
    usage = found.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    said = without_thoughts(text or "")
    return Answer(
        text=said,
        tokens=_count(usage.get("completion_tokens"), len(said) // 4),
        prompt_tokens=_count(usage.get("prompt_tokens"), 0),
        finish="length" if choice.get("finish_reason") == "length" else "eos",
        top=_top(choice),
        thought=said != (text or "") or any(isinstance(message, dict) and message.get(name) for name in _THINKING),
    )


def without_thoughts(text: str) -> str:
    """The text behind what a model thought aloud; nothing when it never stopped thinking."""
    return _THOUGHT.sub("", text, count=1).lstrip("\n") if "<think>" in text[:200] else text


def verdict(answer: Answer, choices: Sequence[str]) -> tuple[float, ...]:
    """Log-probability of each choice: from the likelihood of first words where told, else from what was written.

    All -inf when the answer chooses none of them.
    """
    mass = [0.0] * len(choices)
    for token, logprob in answer.top:
        word = token.strip().strip("*\"'").lower()
        fits = [at for at, choice in enumerate(choices) if word and choice.strip().lower().startswith(word)]
        if len(fits) == 1:
            mass[fits[0]] += exp(min(0.0, logprob))
    if sum(mass) >= _SHARE:
        return tuple(log(max(one, 1e-9)) for one in mass)
    written = re.findall(r"\w+", answer.text.lower())
    said = next((word for word in written if word in {choice.strip().lower() for choice in choices}), None)
    return tuple(0.0 if choice.strip().lower() == said else -inf for choice in choices)


def _count(value: object, instead: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else instead


def _top(choice: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    told = choice.get("logprobs")
    content = told.get("content") if isinstance(told, dict) else None
    if not isinstance(content, list):
        return ()
    # A first token of space alone says nothing; the one behind it is the word.
    for token in content:
        if isinstance(token, dict) and str(token.get("token", "")).strip():
            some = token.get("top_logprobs")
            pairs = [one for one in some if isinstance(one, dict)] if isinstance(some, list) else []
            return tuple(
                (one["token"], float(one["logprob"]))
                for one in pairs[:_TOP]
                if isinstance(one.get("token"), str) and isinstance(one.get("logprob"), int | float)
            )
    return ()
