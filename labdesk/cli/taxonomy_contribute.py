"""`labdesk taxonomy contribute` and `report`: a signed-off commit of leaves, and the text for the pull request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.core import storage
from labdesk.core.errors import LabdeskError, TaxonomyError
from labdesk.core.exam.report import REPORT_JSON, read_report
from labdesk.core.git.contribute import Author, commit_leaves, commit_to_new_branch
from labdesk.core.git.leaf_states import LeafState, leaf_differences
from labdesk.core.git.report import Shown, contribution_report
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.leaf import Leaf, read_leaf
from labdesk.core.taxonomy.tree import read_tree, taxonomy_folder

_MOST_EXAMS = 20
_MOST_ANSWERS = 3


def contribute_command(
    root: Path = typer.Argument(..., metavar="ROOT", help="A workspace or a taxonomy folder in a git repository."),
    leaves: list[str] = typer.Argument(None, metavar="[LEAF]...", help="Leaves below it, e.g. knowledge/history/rome."),
    everything: bool = typer.Option(False, "--all", help="Every leaf that differs from the base."),
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
    chosen = [leaf.strip("/") for leaf in leaves or ()]
    if everything:
        chosen = [one.path for one in leaf_differences(taxonomy, base) if one.state is not LeafState.SAME]
    if not chosen:
        raise TaxonomyError("No leaf was named.", remedy="Name leaves, or say --all for those that differ.")
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
    text = contribution_report(taxonomy, present, recorded_answers(taxonomy, chosen))
    if report is not None:
        storage.write_text(report, text)
    if as_json:
        about = {"commit": number, "branch": branch, "leaves": chosen, "report": str(report) if report else ""}
        emit({**about, "text": text})
        return
    print(f"Committed {number[:10]}{f' on the new branch {branch}' if branch else ''}.")


def report_command(
    root: Path = typer.Argument(..., metavar="ROOT", help="A workspace or a taxonomy folder."),
    leaves: list[str] = typer.Argument(..., metavar="LEAF...", help="Leaves below it, e.g. knowledge/history/rome."),
    as_json: bool = typer.Option(False, "--json", help="Say it as one JSON object."),
) -> None:
    """Print the text for a pull request about leaves: what they teach, what is met, what the model answers."""
    taxonomy = taxonomy_folder(root)
    chosen = [leaf.strip("/") for leaf in leaves]
    present = [read_leaf(entry.file, taxonomy) for entry in read_tree(taxonomy).leaves if entry.path in chosen]
    text = contribution_report(taxonomy, present, recorded_answers(taxonomy, chosen))
    if as_json:
        emit({"leaves": chosen, "text": text})
    else:
        print(text)


def recorded_answers(taxonomy: Path, leaves: Sequence[str]) -> dict[str, list[Shown]]:
    """From the newest exam that asked about each leaf: the questions on which teaching helped most."""
    exams = sorted((taxonomy.parent / ".labdesk" / "runs").glob(f"*/exam/{REPORT_JSON}"), reverse=True)
    found: dict[str, list[Shown]] = {}
    for file in exams[:_MOST_EXAMS]:
        try:
            answers = read_report(file.parent).answers
        except LabdeskError:
            continue
        for leaf in leaves:
            about = [one for one in answers if one.leaf == leaf]
            if about and leaf not in found:
                about.sort(key=lambda one: one.before_score - one.after_score)
                found[leaf] = [Shown(one.question, one.before, one.after) for one in about[:_MOST_ANSWERS]]
    return found
