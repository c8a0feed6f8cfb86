"""Datasets beside each other, and several made into one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from labdesk.core.errors import JobError
from labdesk.core.exam.held_out import LeakGuard
from labdesk.core.samples import dataset
from labdesk.core.samples.sample import Sample
from labdesk.core.workspace import Workspace


class LeafComparison(msgspec.Struct, frozen=True, kw_only=True):
    """How many samples of a leaf stand in both datasets, and in one only. They are the same when their words are."""

    leaf: str
    both: int
    only_first: int
    only_second: int


class Mixed(msgspec.Struct, frozen=True):
    """What a mix made: the new dataset, its samples, and those left out because the other's exam asks them."""

    dataset: Path
    samples: int
    held_out: int


def compare(first: Path, second: Path) -> list[LeafComparison]:
    """Leaf by leaf, in the order of first appearance. Raises StorageError."""
    one, other = (dataset.read(path).train for path in (first, second))
    words = [{_words(sample): sample.leaf for sample in train} for train in (one, other)]
    leaves = dict.fromkeys(sample.leaf for sample in (*one, *other))
    return [
        LeafComparison(
            leaf=leaf,
            both=sum(at == leaf and key in words[1] for key, at in words[0].items()),
            only_first=sum(at == leaf and key not in words[1] for key, at in words[0].items()),
            only_second=sum(at == leaf and key not in words[0] for key, at in words[1].items()),
        )
        for leaf in leaves
    ]


def mix(workspace: Workspace, chosen: Sequence[Path]) -> Mixed:
    """A new dataset with the samples and the exams of all of these, each once. The old ones stay as they are.

    A sample that is nearly a question of any of the exams is left out. Raises JobError, StorageError.
    """
    if len(chosen) < 2:
        raise JobError("A mix needs two datasets or more.", remedy="`labdesk dataset list` names them.")
    workspace.require_writable()
    parts = [dataset.read(path) for path in chosen]
    exam = list({question.id: question for part in parts for question in part.exam}.values())
    guard = LeakGuard(exam)
    every = list({_words(sample): sample for part in parts for sample in part.train}.values())
    train = [sample for sample in every if not guard.leaks(sample.question, sample.context)]
    digest = hashlib.sha256(b"".join(msgspec.json.encode(one) for one in (*train, *exam))).hexdigest()[:8]
    folder = workspace.datasets_folder / f"{parts[0].about.job}-{digest}"
    names = " and ".join(dict.fromkeys(part.about.name for part in parts))
    about = msgspec.structs.replace(parts[0].about, name=names, made_at=time.time())
    if not folder.is_dir():
        dataset.freeze(folder, about, train, exam)
        workspace.announce("datasets", folder.name)
    return Mixed(folder, len(train), len(every) - len(train))


def _words(sample: Sample) -> tuple[str, str, str, str]:
    return sample.leaf, sample.context, sample.question, sample.answer
