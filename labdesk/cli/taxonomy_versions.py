"""`labdesk taxonomy mark`, `history`, `restore` and `repository`: versions of a taxonomy, with and without git."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer
from dulwich.repo import Repo

from labdesk.cli.output import emit
from labdesk.core import storage
from labdesk.core.errors import TaxonomyError
from labdesk.core.git.leaf_history import Earlier, Source, leaf_history, version_data
from labdesk.core.git.leaf_states import compared
from labdesk.core.git.marks import mark_version
from labdesk.core.git.repository import GitFolder
from labdesk.core.line_diff import side_by_side
from labdesk.core.taxonomy.tree import taxonomy_folder
from labdesk.core.workspace import Workspace


def mark_command(
    workspace: Path = typer.Argument(..., metavar="WORKSPACE", help="The workspace."),
    title: str = typer.Argument(..., metavar="NAME", help="What this version is, in a few words."),
    as_json: bool = typer.Option(False, "--json", help="Say it as one JSON object."),
) -> None:
    """Remember the taxonomy as it is now, to compare with later. No repository is needed."""
    mark = mark_version(Workspace.open(workspace).taxonomy, title)
    if as_json:
        emit(msgspec.to_builtins(mark))
    else:
        print(f"Marked as “{mark.title}”: mark:{mark.commit[:10]}")


def history_command(
    root: Path = typer.Argument(..., metavar="ROOT", help="A workspace or a taxonomy folder."),
    leaf: str = typer.Argument(..., metavar="LEAF", help="A leaf below it, e.g. knowledge/history/rome."),
    rows: bool = typer.Option(False, "--rows", help="With --json: each version beside the one before it."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, one line a version."),
) -> None:
    """List the versions of a leaf, newest first: its commits, and what labdesk wrote."""
    found = leaf_history(taxonomy_folder(root), leaf.strip("/"))
    for number, one in enumerate(found):
        if as_json:
            before = found[number + 1].data if number + 1 < len(found) else b""
            emit(_about(one, before, rows=rows))
        else:
            print(f"{one.source:8} {one.number[:10]:10} {one.title}")
    if not as_json and not found:
        print("No earlier version of this leaf is known.")


def restore_command(
    workspace: Path = typer.Argument(..., metavar="WORKSPACE", help="The workspace."),
    file: str = typer.Argument(..., metavar="FILE", help="A file below the taxonomy, e.g. knowledge/rome/qna.yaml."),
    base: str = typer.Option("", "--base", metavar="BASE", help="Take it from what “bases” lists."),
    version: str = typer.Option("", "--version", metavar="NUMBER", help="Take the version that “history” lists."),
    source: str = typer.Option("labdesk", "--source", help="Where that version is: labdesk or commit."),
    as_json: bool = typer.Option(False, "--json", help="Say it as one JSON object."),
) -> None:
    """Bring a file back as it was. This is a step like any other: “Undo” takes it back."""
    opened_workspace = Workspace.open(workspace)
    taxonomy = opened_workspace.taxonomy
    if bool(base) == bool(version):
        raise TaxonomyError("Say either --base or --version.", remedy="“labdesk taxonomy history” lists versions.")
    data: bytes | None
    if base:
        with compared(taxonomy, base) as comparison:
            data = comparison.before(file)
    else:
        wanted: Source = "commit" if source == "commit" else "labdesk"
        data = version_data(taxonomy, wanted, version)
    if data is None:
        raise TaxonomyError(f"“{file}” is not in that version.", remedy="Take another version.")
    opened_workspace.write_leaf_file(file, data)
    if as_json:
        emit({"file": file, "bytes": len(data)})
    else:
        print(f"{file} is as it was.")


def repository_command(
    workspace: Path = typer.Argument(..., metavar="WORKSPACE", help="The workspace."),
    as_json: bool = typer.Option(False, "--json", help="Say it as one JSON object."),
) -> None:
    """Make the taxonomy folder of a workspace a git repository, with nothing committed yet."""
    taxonomy = Workspace.open(workspace).taxonomy
    folder = GitFolder.find(taxonomy)
    if folder is not None:
        folder.close()
        raise TaxonomyError("This taxonomy lies in a git repository already.", cause=f"It is {folder.top}.")
    try:
        Repo.init(str(taxonomy), default_branch=b"main").close()
    except OSError as error:
        raise storage.explain(error, taxonomy) from error
    if as_json:
        emit({"repository": str(taxonomy)})
    else:
        print(f"{taxonomy} is a git repository now.")


def _about(one: Earlier, before: bytes | None, *, rows: bool) -> dict[str, Any]:
    about: dict[str, Any] = {
        "source": one.source, "number": one.number, "title": one.title, "author": one.author, "time": one.time,
        "lost": one.data is None,
    }  # fmt: skip
    if rows:
        old, new = ((data or b"").decode("utf-8", "replace") for data in (before, one.data))
        about["rows"] = msgspec.to_builtins(side_by_side(old, new))
    return about
