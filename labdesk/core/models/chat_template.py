"""Turns a conversation into the one text a model expects, with the model's own (untrusted) chat template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from jinja2 import TemplateError

from labdesk.core.errors import ModelError
from labdesk.core.models.template_guard import GuardedEnvironment

Role = Literal["system", "user", "assistant"]

# For models that bring no template: the plainest form that a language model continues sensibly.
PLAIN_TEMPLATE: Final = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] }}\n\n"
    "{% elif message['role'] == 'user' %}Question: {{ message['content'] }}\n"
    "{% else %}Answer: {{ message['content'] }}\n\n{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}Answer:{% endif %}"
)


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation."""

    role: Role
    content: str


class ChatTemplate:
    """A compiled template. Raises ModelError when the template is broken or does what no chat template needs."""

    def __init__(self, source: str, *, bos: str = "", eos: str = "") -> None:
        self._environment = GuardedEnvironment()
        self._tokens = {"bos_token": bos, "eos_token": eos}
        try:
            self._template = self._environment.from_string(source or PLAIN_TEMPLATE)
        except (TemplateError, RecursionError, ValueError, OverflowError, MemoryError) as error:
            raise _refused(error) from error

    def render(self, messages: Sequence[Message], add_generation_prompt: bool = True) -> str:
        """The prompt text. A template that knows no system role gets the system text before the first question."""
        try:
            return self._render(messages, add_generation_prompt)
        except ModelError:
            merged = _without_system(messages)
            if merged is None:
                raise
            return self._render(merged, add_generation_prompt)

    def _render(self, messages: Sequence[Message], add_generation_prompt: bool) -> str:
        self._environment.reset()
        turns = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return self._template.render(messages=turns, add_generation_prompt=add_generation_prompt, **self._tokens)
        except Exception as error:  # a template is a stranger's program: whatever it raises is its fault
            raise _refused(error) from error


def render(
    template: str, messages: Sequence[Message], add_generation_prompt: bool = True, bos: str = "", eos: str = ""
) -> str:
    """Render once; see ChatTemplate."""
    return ChatTemplate(template, bos=bos, eos=eos).render(messages, add_generation_prompt)


def _without_system(messages: Sequence[Message]) -> list[Message] | None:
    """The same conversation with the system text put before the first question; None where there is nothing to move."""
    if len(messages) < 2 or messages[0].role != "system" or messages[1].role != "user":
        return None
    return [Message("user", f"{messages[0].content}\n\n{messages[1].content}"), *messages[2:]]


def _refused(error: Exception) -> ModelError:
    return ModelError(
        "The chat template inside this model cannot be used.",
        cause=f"{type(error).__name__}: {str(error)[:300]}",
        remedy="Choose another copy of the model, for example one published by its makers.",
    )
