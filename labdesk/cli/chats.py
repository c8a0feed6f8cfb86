"""`labdesk chats`: the conversations kept in a workspace: list them, search them, write one to the screen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

import typer

from labdesk.cli.output import emit
from labdesk.core.chats.export import as_json, as_markdown
from labdesk.core.chats.summary import summarise, tally
from labdesk.core.workspace import Workspace


def chats(
    workspace: Path = typer.Argument(Path(), help="The workspace. Default: this folder."),
    search: str = typer.Option("", help="Only chats in which all these words occur."),
    show: str = typer.Option("", help="Write this chat (its id) instead of the list."),
    form: Literal["markdown", "json"] = typer.Option("markdown", "--as", help="How to write it."),
    votes: bool = typer.Option(False, "--votes", help="How often each model won, per leaf, instead of the list."),
    as_lines: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """List the kept chats of a workspace, newest first."""
    store = Workspace.open(workspace).chats
    if show:
        chat = store.open(show)
        chat.close()
        typer.echo(as_json(chat).decode() if form == "json" else as_markdown(chat), nl=False)
        return
    found = []
    for id in store.ids():
        chat = store.open(id)
        chat.close()
        found.append(summarise(chat))
    if votes:
        for leaf, counts in sorted(tally(vote for one in found for vote in one.votes).items()):
            words = ", ".join(f"{name or 'draw'} {count}" for name, count in counts.items() if name or count)
            emit({"type": "votes", "leaf": leaf, "wins": counts}) if as_lines else typer.echo(f"{leaf or '-'}: {words}")
        return
    for one in found:
        if not one.matches(search.casefold().split()):
            continue
        if as_lines:
            emit({"type": "chat", "id": one.id, "title": one.title, "at": one.at, "questions": one.count})
        else:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
            typer.echo(f"{one.id}  {when}  {one.count:4} questions  {one.title}")
