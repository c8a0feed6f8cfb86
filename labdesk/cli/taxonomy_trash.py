"""`labdesk taxonomy trash`: how much lies in a workspace's trash, and emptying it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.core.leftovers import KEPT_DAYS, empty_leftovers, leftovers
from labdesk.core.workspace import Workspace


def trash_command(
    workspace: Path = typer.Argument(..., metavar="WORKSPACE", help="The workspace."),
    empty: bool = typer.Option(
        False, "--empty", help=f"Delete for good; not what Undo of the last {KEPT_DAYS} days needs."
    ),
    everything: bool = typer.Option(False, "--everything", help="With --empty: also that."),
    as_json: bool = typer.Option(False, "--json", help="Say it as one JSON object."),
) -> None:
    """Say what lies in the trash and among earlier imports; with --empty, delete it."""
    root = Workspace.open(workspace).root
    found = empty_leftovers(root, everything=everything) if empty else leftovers(root)
    if as_json:
        emit(msgspec.to_builtins(found))
    else:
        print(f"{found.count} things, {found.size:,} bytes; Undo needs {found.needed} of them.")
