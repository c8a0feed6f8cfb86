"""`labdesk taxonomy draft`: the teacher proposes questions and answers for a leaf, one JSON line each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.cli.run_job import run_job
from labdesk.core.documents.source import read_documents
from labdesk.core.errors import GenerationError, JobError, TaxonomyError
from labdesk.core.events import Event, Note, SampleMade
from labdesk.core.samples.statements import statements
from labdesk.core.specs import DraftSpec
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, read_leaf
from labdesk.core.taxonomy.locate import locate
from labdesk.core.workspace import Workspace
from labdesk.jobs.requests import check_models, named_teacher


def draft_command(
    leaf: Path = typer.Argument(..., metavar="LEAF", help="The folder of a leaf, or its qna.yaml."),
    passage: str = typer.Option("", "--passage", metavar="TEXT", help="Ask about this text. “-” reads standard input."),
    number: int = typer.Option(0, "--number", min=0, help="Only the passage with this number in the leaf, from 1."),
    teacher: str = typer.Option("", help="GGUF file of the teacher. Default: the starter model."),
    discarded: bool = typer.Option(False, "--discarded", help="Also what the checks threw out, with the reason."),
) -> None:
    """Propose questions for a person to choose from. Nothing is written into the leaf.

    Of knowledge: about --passage, else about the leaf's own passages, else about its document's paragraphs.
    For a skill: new examples in the manner of its own.
    """
    place = locate(leaf)
    if place.workspace is None:
        raise TaxonomyError(
            "Drafting needs a workspace: a folder with “taxonomy” and “.labdesk”.",
            cause=f"{place.taxonomy} lies in none.",
            remedy="Open the folder above it once with labdesk, then try again.",
        )
    workspace = Workspace.open(place.workspace)
    found = read_leaf(place.taxonomy / place.path, place.taxonomy)
    teacher = named_teacher(teacher)
    check_models(teacher)
    text = typer.get_text_stream("stdin").read() if passage == "-" else passage
    if found.kind is not LeafKind.KNOWLEDGE and (text.strip() or number):
        raise TaxonomyError(
            f"“{found.title}” teaches a skill: it has no passages.",
            remedy="Leave --passage and --number out; the drafts follow the examples of the leaf.",
        )
    kept = 0
    for one in [text] if text.strip() else _passages(found, place.taxonomy, number):
        spec = DraftSpec(leaf=place.path, passage=one, teacher=teacher)
        job = workspace.add_job("draft", spec, f"Draft {'questions' if one else 'examples'} for “{found.title}”")

        def show(event: Event, about: str = one) -> None:
            if isinstance(event, Note):
                print(event.text, file=sys.stderr)
            if isinstance(event, SampleMade) and (event.kept or discarded):
                row = {"question": event.question, "answer": event.answer}
                row |= {"passage": about} if about else {"context": event.context} if event.context else {}
                emit(row if event.kept else {**row, "reason": event.reason})

        try:
            kept += run_job(job, as_json=True, show=show).kept
        except JobError as error:  # this passage yields nothing; the next one may
            print(f"{error.message} {error.cause}".strip(), file=sys.stderr)
    if not kept:
        raise GenerationError(
            "The teacher wrote nothing that passes the checks.",
            remedy="See why with --discarded. Choose other passages or a larger teacher (--teacher).",
        )


def _passages(leaf: Leaf, taxonomy: Path, number: int) -> Iterator[str]:
    """The leaf's own passages, or one, or the paragraphs of its documents; nothing for a skill. Raises TaxonomyError,
    DocumentError."""
    if leaf.kind is not LeafKind.KNOWLEDGE:
        yield ""
        return
    own = [seed.context for seed in leaf.seed_contexts if seed.context.strip()]
    if number:
        if number > len(own):
            raise TaxonomyError(f"The leaf has no passage {number}.", remedy=f"It has {len(own)}.")
        own = [own[number - 1]]
    if own:
        yield from own
        return
    for document in read_documents(taxonomy / leaf.path, leaf.document, taxonomy):
        _sentences, paragraphs, _heading = statements(document.name, document.text, leaf.title)
        yield from (paragraph.text for paragraph in paragraphs)
