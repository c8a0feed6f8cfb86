"""Reads a leaf and its source documents as what a pipeline works on."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.documents.source import read_documents
from labdesk.core.errors import GenerationError
from labdesk.core.samples.material import Material, material_of
from labdesk.core.taxonomy.leaf import LeafKind, read_leaf


def read_material(taxonomy: Path, path: str) -> tuple[Material, tuple[str, ...]]:
    """The material of the leaf at `path` below `taxonomy`, and notes on what stands in for a missing document.

    Raises GenerationError for a leaf that is broken, TaxonomyError, DocumentError.
    """
    leaf = read_leaf(taxonomy / path, taxonomy)
    if not leaf.is_valid:
        raise GenerationError(
            f"The leaf “{leaf.title}” changed and cannot be taught from any more.",
            remedy="Mend the leaf (“labdesk taxonomy check” shows its problems) and start again.",
        )
    if leaf.kind is not LeafKind.KNOWLEDGE:
        return material_of(leaf, {}), ()
    contexts = [seed.context for seed in leaf.seed_contexts]
    documents = read_documents(taxonomy / path, leaf.document, taxonomy, contexts)
    notes = dict.fromkeys(f"{leaf.title}: {document.note}" for document in documents if document.note)
    return material_of(leaf, {document.name: document.text for document in documents}), tuple(notes)
