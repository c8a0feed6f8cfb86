"""`labdesk taxonomy document`, `fetch` and `pieces`: source documents from files and repositories, and their facts."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.core.documents.adding import add_documents
from labdesk.core.documents.conversion import Converted, Outcome, Refused
from labdesk.core.documents.source import read_documents
from labdesk.core.errors import DocumentError
from labdesk.core.samples.statements import statements
from labdesk.core.storage import MANIFEST
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.taxonomy.locate import locate
from labdesk.core.workspace import Workspace
from labdesk.jobs.documents import convert_documents
from labdesk.jobs.fetching import fetch_documents


def document_command(
    leaf: Path = typer.Argument(..., metavar="LEAF", help="The folder of a knowledge leaf in a workspace."),
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="PDF, Word, PowerPoint, HTML, text; or folders."),
    preview: bool = typer.Option(False, "--preview", help="Convert only; say where the text lies, change no leaf."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Teach a leaf from documents: convert them to Markdown beside its qna.yaml and name them there."""
    place = locate(leaf)
    if place.taxonomy.name != "taxonomy":
        raise DocumentError(
            "This taxonomy is not in a workspace.",
            cause="Documents are converted in the workspace’s own folder, beside one named “taxonomy”.",
            remedy="Rename the folder to “taxonomy”, or import it into a workspace.",
        )
    if place.path.split("/")[0] != "knowledge":
        raise DocumentError("Only a knowledge leaf has a document.", remedy="Choose a folder below “knowledge”.")
    workspace = Workspace.open(place.taxonomy.parent)
    workspace.require_writable()
    staged = convert_documents(workspace.state, files, emit if as_json else _say)
    if staged.converted and not preview:
        names = add_documents(workspace, place.path, Path(staged.folder))
        if as_json:
            emit({"type": "added", "leaf": place.path, "names": names})
        else:
            print(f"{place.path}: added {', '.join(names)}.")
    elif staged.converted and not as_json:
        print(f"Nothing was changed. The text lies in {staged.folder} for a day.")
    if not staged.converted:
        raise typer.Exit(1)


def fetch_command(
    leaf: Path = typer.Argument(..., metavar="LEAF", help="The folder of a knowledge leaf that names a repository."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Fetch the documents that a leaf names in a git repository, once; from then on it works offline."""
    place = locate(leaf)
    found = read_leaf(place.taxonomy / place.path, place.taxonomy)
    if found.document is None or found.document.is_local:
        raise DocumentError(
            "This leaf names no repository.",
            cause="Its document lies beside its qna.yaml, or it has none.",
            remedy="Fill in document: repo, commit and patterns, or add a file with “labdesk taxonomy document”.",
        )
    workspace = Workspace.open(place.taxonomy.parent)
    workspace.require_writable()
    folder = fetch_documents(workspace.state, found.document, emit if as_json else lambda _outcome: None)
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.*")) if path.name != MANIFEST]
    if as_json:
        emit({"type": "fetched", "leaf": place.path, "names": names})
    else:
        print(f"{place.path}: fetched {', '.join(names)}.")


def pieces_command(
    leaf: Path = typer.Argument(..., metavar="LEAF", help="The folder of a knowledge leaf."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a document, with the places of its pieces."),
) -> None:
    """Show the pieces that a leaf's documents are cut into: each is one fact that samples are written about."""
    place = locate(leaf)
    found = read_leaf(place.taxonomy / place.path, place.taxonomy)
    contexts = [seed.context for seed in found.seed_contexts]
    for document in read_documents(place.taxonomy / place.path, found.document, place.taxonomy, contexts):
        facts, _paragraphs, _heading = statements(document.name, document.text, found.title)
        if as_json:
            places = [(fact.start, fact.end) for fact in facts]
            emit({"type": "pieces", "name": document.name, "pieces": places})
            continue
        for fact in facts:
            print(f"{document.name}:{document.text.count(chr(10), 0, fact.start) + 1}: {fact.text}")


def _say(outcome: Outcome) -> None:
    match outcome:
        case Converted():
            print(f"{outcome.name}: {outcome.kind}, {outcome.characters:,} characters, {outcome.headings} headings.")
            for note in outcome.notes:
                print(f"    {note}")
        case Refused():
            print(f"{outcome.name}: {outcome.message} {outcome.cause} {outcome.remedy}".strip())
