"""`labdesk chat`: ask a model one thing, or talk with it line by line."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.jobs.chat_client import ChatClient


def chat(
    model: Path | None = typer.Option(None, help="GGUF file of the model. Default: the starter model."),
    adapter: Path | None = typer.Option(None, help="GGUF file of an adapter to put on it."),
    prompt: str = typer.Option(
        "", help="Ask this, print the answer, and end. Without it, labdesk reads questions line by line."
    ),
    system: str = typer.Option("", help="A system prompt: how the model should behave."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Talk with a model on this machine."""
    with ChatClient(str(model or ""), str(adapter or ""), system) as client:
        if prompt:
            _answer(client, prompt, as_json)
            return
        while True:
            if sys.stdin.isatty():
                sys.stdout.write("> ")
                sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                return
            if line.strip():
                _answer(client, line.strip(), as_json)


def _answer(client: ChatClient, prompt: str, as_json: bool) -> None:
    answer = client.ask(prompt, None if as_json else _show)
    if as_json:
        rate = answer.finished.tokens_per_second
        emit({"type": "answer", "text": answer.text, "tokens": answer.finished.tokens, "tokens_per_second": rate})
    else:
        typer.echo("")


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
