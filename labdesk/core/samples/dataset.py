"""A dataset: the frozen set of samples that one training and one exam are made of. It never changes once written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from labdesk.core.errors import GenerationError, StorageError
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.sample import Sample
from labdesk.core.storage import commit_folder, new_folder, read_json, verify_folder, write_bytes, write_json

ABOUT = "dataset.json"
TRAIN = "train.jsonl"
EXAM = "exam.jsonl"
VERSION = 1


class LeafCount(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a dataset comes from one leaf. `facts` are distinct things taught."""

    leaf: str
    samples: int
    facts: int
    questions: int


class DatasetAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What a dataset is and where it comes from. `made_at` is UTC seconds; `inputs` the hash of the leaves."""

    name: str
    version: int = VERSION
    made_at: float = 0.0
    teacher: str = ""
    job: str = ""
    seed: int = 0
    inputs: str = ""
    leaves: tuple[LeafCount, ...] = ()


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset in memory. `train` and `exam` are in a fixed order; no exam question occurs in `train`."""

    about: DatasetAbout
    train: tuple[Sample, ...]
    exam: tuple[ExamQuestion, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The leaves it teaches, in order of first appearance."""
        return tuple(dict.fromkeys(sample.leaf for sample in self.train))

    def of_leaf(self, leaf: str) -> tuple[Sample, ...]:
        """The training samples of one leaf."""
        return tuple(sample for sample in self.train if sample.leaf == leaf)


def freeze(folder: Path, about: DatasetAbout, train: Sequence[Sample], exam: Sequence[ExamQuestion]) -> Dataset:
    """Write a dataset to `folder`, whole or not at all, and return it with its counts filled in.

    Raises GenerationError when there is nothing to train on, StorageError when the disk refuses.
    """
    if not train:
        raise GenerationError(
            "The dataset would be empty.",
            cause="Not one sample was kept.",
            remedy="Open Review to see why samples were discarded, or give the leaf more seed examples.",
        )
    about = msgspec.structs.replace(about, leaves=_counts(train, exam))
    temporary = new_folder(folder)
    write_json(temporary / ABOUT, about)
    write_bytes(temporary / TRAIN, _lines(train))
    write_bytes(temporary / EXAM, _lines(exam))
    commit_folder(temporary, folder)
    return Dataset(about=about, train=tuple(train), exam=tuple(exam))


def read(folder: Path) -> Dataset:
    """Read what `freeze` wrote. Raises StorageError when files are missing or changed since."""
    if not verify_folder(folder):
        raise StorageError(
            f"The dataset “{folder.name}” is damaged or incomplete.",
            cause="Its files differ from what was written, or some are gone.",
            remedy="Generate again: samples that were finished are taken from the job, so this is quick.",
        )
    return Dataset(
        about=read_about(folder),
        train=tuple(_read_lines(folder / TRAIN, Sample)),
        exam=tuple(_read_lines(folder / EXAM, ExamQuestion)),
    )


def read_about(folder: Path) -> DatasetAbout:
    """Only the description, for lists. Raises StorageError."""
    return read_json(folder / ABOUT, DatasetAbout)


def _counts(train: Sequence[Sample], exam: Sequence[ExamQuestion]) -> tuple[LeafCount, ...]:
    """One LeafCount per leaf, in order of first appearance."""
    leaves = dict.fromkeys([sample.leaf for sample in train] + [question.leaf for question in exam])
    return tuple(
        LeafCount(
            leaf=leaf,
            samples=sum(sample.leaf == leaf for sample in train),
            facts=len({sample.fact for sample in train if sample.leaf == leaf}),
            questions=sum(question.leaf == leaf for question in exam),
        )
        for leaf in leaves
    )


def _lines(values: Iterable[msgspec.Struct]) -> bytes:
    return b"".join(msgspec.json.encode(value) + b"\n" for value in values)


T = TypeVar("T")


def _read_lines(path: Path, kind: type[T]) -> list[T]:
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(line) for line in path.read_bytes().splitlines() if line]
