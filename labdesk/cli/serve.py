"""`labdesk serve`: let programs on this computer use a model, through an OpenAI-compatible server behind a key."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.jobs.chat_server_client import ModelServer


def serve(
    model: Path | None = typer.Option(None, help="GGUF file of the model. Default: the starter model."),
    adapter: Path | None = typer.Option(None, help="GGUF file of an adapter to put on it."),
    name: str = typer.Option("", help="What programs call the model. Default: the file's name."),
    port: int = typer.Option(0, min=0, max=65_535, help="Port on 127.0.0.1. Default: any that is free."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Serve a model to programs on this computer, until Ctrl+C. Other computers and web pages cannot reach it.

    The key is a new one each time, unless the environment variable LABDESK_SERVE_KEY holds one (16 letters or more).
    """
    key = os.environ.get("LABDESK_SERVE_KEY", "")
    with ModelServer(str(model or ""), str(adapter or ""), name, port, key) as server:
        if as_json:
            emit({"type": "serving", "address": server.address, "key": server.key, "model": server.name})
        else:
            typer.echo(f"Address  {server.address}\nKey      {server.key}\nModel    {server.name}\n\nCtrl+C ends it.")
        with suppress(KeyboardInterrupt):
            for served in server.answers():
                if as_json:
                    emit({"type": "served", "answers": served.answers, "tokens": served.tokens})
