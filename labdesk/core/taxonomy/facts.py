"""A leaf in short: what a list of ten thousand of them shows, and the text that a search looks through."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, parse_leaf
from labdesk.core.taxonomy.problem import Level, Problem, Verdict
from labdesk.core.taxonomy.rules import Report
from labdesk.core.taxonomy.tree import LeafEntry
from labdesk.core.taxonomy.yaml_source import MAX_BYTES

_SAME_TICK_NS = 2_000_000_000
SMALL = 32_768
MOST_SIGNS = 1_500
"""Of the signs that structure is made of. A quarter of a second is what 12,000 events of the YAML parser may take."""
_SIGNS = tuple(bytes([code]) for code in b",:[]{}\n*&")


class LeafFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`kind` is None for a file that cannot be read. `gaps` counts the texts that are still empty, `mistakes` the
    errors that are something else; `first` is what the first error says."""

    kind: LeafKind | None
    valid: bool
    errors: int
    warnings: int
    seeds: int
    gaps: int = 0
    mistakes: int = 0
    first: str = ""


UNREADABLE = LeafFacts(None, False, 1, 0, 0, 0, 1, "This file cannot be read.")


class Glance(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A leaf as it was when it was read: what is enough to show ten thousand of them. `size`, `mtime_ns`, `inode` are
    its file's; `text` is in lower case."""

    path: str
    size: int
    mtime_ns: int
    inode: int
    settled: bool
    """False when the file was so new that its time says nothing."""
    sha256: str
    facts: LeafFacts
    text: str

    def is_still(self, entry: LeafEntry) -> bool:
        """Whether the file that is there now is surely the one that was read."""
        return self.settled and (self.size, self.mtime_ns, self.inode) == (entry.size, entry.mtime_ns, entry.inode)


class Seen(Glance, frozen=True, array_like=True, gc=False):
    """The same with everything that is to be said about it. The report is last: a reader of glances skips it."""

    report: Report


def in_short(seen: Glance, *, text: bool = True) -> Glance:
    """Without its report, and if wished without its text."""
    if isinstance(seen, Seen):
        one = seen
        seen = Glance(one.path, one.size, one.mtime_ns, one.inode, one.settled, one.sha256, one.facts, one.text)
    return seen if text or not seen.text else msgspec.structs.replace(seen, text="")


def see(entry: LeafEntry, root: Path, known: Seen | None = None) -> Seen:
    """Reads one leaf of the taxonomy `root`, and checks it unless it still has the content that is `known` of it.

    Never raises for what is in the file, nor when it is gone.
    """
    settled = entry.mtime_ns + _SAME_TICK_NS < time.time_ns()
    try:
        data = read_regular(entry.file, root, MAX_BYTES)
    except TaxonomyError as error:
        report = Report(Verdict.NOT_YAML, (Problem(1, 1, "", str(error), Level.ERROR),))
        return Seen(entry.path, entry.size, entry.mtime_ns, entry.inode, settled, "", UNREADABLE, "", report)
    if known is not None and known.path == entry.path and known.sha256 == hashlib.sha256(data).hexdigest():
        stamp = {"size": entry.size, "mtime_ns": entry.mtime_ns, "inode": entry.inode, "settled": settled}
        return msgspec.structs.replace(known, **stamp)
    return seen_of(parse_leaf(data, entry.path), entry, settled=settled)


def see_quickly(entry: LeafEntry, root: Path) -> Seen | None:
    """`see`, but None for a file that may take more than a few milliseconds: long, or dense as no person writes."""
    if entry.size > SMALL:
        return None
    try:
        data = read_regular(entry.file, root, SMALL)
    except TaxonomyError:
        return see(entry, root)
    if sum(data.count(sign) for sign in _SIGNS) > MOST_SIGNS:
        return None
    return see(entry, root)


def seen_of(leaf: Leaf, entry: LeafEntry, *, settled: bool) -> Seen:
    """A leaf that was read elsewhere, with its file as it was then."""
    facts, text, report = facts_of(leaf), search_text(leaf), Report(leaf.verdict, leaf.problems)
    return Seen(entry.path, entry.size, entry.mtime_ns, entry.inode, settled, leaf.sha256, facts, text, report)


def facts_of(leaf: Leaf) -> LeafFacts:
    """The facts of a leaf that was read."""
    wrong = [problem for problem in leaf.problems if problem.level is Level.ERROR]
    is_yaml = leaf.verdict not in (Verdict.NOT_YAML, Verdict.NOT_A_MAPPING)  # else there is no field to be empty
    gaps = sum(not text.strip() for text in required_texts(leaf)) if is_yaml else 0
    seeds = len(leaf.pairs) if leaf.kind is LeafKind.KNOWLEDGE else len(leaf.seed_examples)
    mistakes = sum(not problem.gap for problem in wrong)
    remarks, first = len(leaf.problems) - len(wrong), wrong[0].message if wrong else ""
    return LeafFacts(leaf.kind, leaf.is_valid, len(wrong), remarks, seeds, gaps, mistakes, first)


def required_texts(leaf: Leaf) -> list[str]:
    """Every text that the form of a leaf of this kind asks for."""
    if leaf.kind is LeafKind.KNOWLEDGE:
        texts = [leaf.domain, leaf.document_outline, leaf.created_by]
        texts.append("".join(leaf.document.patterns) if leaf.document else "")
        for seed in leaf.seed_contexts:
            texts += [seed.context, *(text for pair in seed.pairs for text in (pair.question, pair.answer))]
        return texts
    texts = [leaf.task_description, leaf.created_by]
    for example in leaf.seed_examples:
        texts += [example.question, example.answer]
        texts += [example.context] if leaf.kind is LeafKind.GROUNDED else []
    return texts


def search_text(leaf: Leaf) -> str:
    """Everything that a person wrote into the leaf, each text on a line of its own, in lower case."""
    texts = [leaf.task_description, leaf.domain, leaf.document_outline, leaf.created_by]
    for seed in leaf.seed_examples:
        texts += [seed.context, seed.question, seed.answer]
    for context in leaf.seed_contexts:
        texts += [context.context, *(text for pair in context.pairs for text in (pair.question, pair.answer))]
    return "\n".join(" ".join(text.split()) for text in texts if text).lower()
