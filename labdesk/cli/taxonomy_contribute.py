"""`labdesk taxonomy contribute`: a signed-off commit of chosen leaves, and a report for the pull request."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.core import storage
from labdesk.core.errors import TaxonomyError
from labdesk.core.git.contribute import Author, commit_leaves, commit_to_new_branch
from labdesk.core.git.report import contribution_report
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.leaf import Leaf, read_leaf
from labdesk.core.taxonomy.tree import read_tree, taxonomy_folder


def contribute_command(
    root: Path = typer.Argument(..., metavar="ROOT", help="A workspace or a taxonomy folder in a git repository."),
    leaves: list[str] = typer.Argument(..., metavar="LEAF...", help="Leaves below it, e.g. knowledge/history/rome."),
    message: str = typer.Option(..., "--message", "-m", help="What you changed, in a line or more."),
    name: str = typer.Option(..., "--name", help="Your name, for the sign-off."),
    email: str = typer.Option(..., "--email", help="Your e-mail address, for the sign-off."),
    branch: str = typer.Option("", "--branch", help="Make this branch for it; otherwise the current branch is used."),
    base: str = typer.Option("HEAD", "--base", metavar="REF", help="Where the new branch begins, e.g. origin/main."),
    report: Path | None = typer.Option(None, "--report", metavar="FILE", help="Write the report for the pull request."),
    as_json: bool = typer.Option(False, "--json", help="Say what happened as one JSON object."),
) -> None:
    """Commit leaves, and nothing else of the repository. Nothing is sent anywhere; no git program is needed."""
    taxonomy = taxonomy_folder(root)
    tree = read_tree(taxonomy)
    chosen = [leaf.strip("/") for leaf in leaves]
    present: list[Leaf] = [read_leaf(entry.file, taxonomy) for entry in tree.leaves if entry.path in chosen]
    folder = GitFolder.find(taxonomy)
    if folder is None:
        raise TaxonomyError(
            "This taxonomy is not in a git repository.",
            cause=f"No folder above {taxonomy} holds one.",
            remedy="Export the leaves instead, or put the taxonomy into a clone of the upstream one.",
        )
    with folder:
        author = Author(name, email)
        if branch:
            number = commit_to_new_branch(folder, chosen, branch, base, message, author)
        else:
            number = commit_leaves(folder, chosen, message, author)
    if report is not None:
        storage.write_text(report, contribution_report(taxonomy, present, {}))
    if as_json:
        emit({"commit": number, "branch": branch, "leaves": chosen, "report": str(report) if report else ""})
        return
    print(f"Committed {number[:10]}{f' on the new branch {branch}' if branch else ''}.")
