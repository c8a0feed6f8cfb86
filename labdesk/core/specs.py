"""What a job is asked to do, as data: one struct per kind of job. Paths are absolute; "" means the starter model.

A spec is written into `job.json` once and never changes, so a job that is started again does the same work. `inputs` is
the hash of the leaves it was made for (`core.inputs`): when they changed since, a new job is made instead.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from labdesk.core.models.hub import HubModel

ExportKind = Literal["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M"]


class GenerateSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Multiply the seed examples of some leaves (all valid ones when `leaves` is empty) into samples.

    `budget`: so many tokens of samples for each token of the source; 0 makes as many as the pipeline's file says.
    """

    leaves: tuple[str, ...] = ()
    teacher: str = ""
    seed: int = 20
    recipe: str = "laptop"
    inputs: str = ""
    budget: int = 0


class DraftSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Propose question-answer pairs for a leaf; a person decides about each.

    They are about a `passage`; for a skill, which has none, they are new examples in the manner of its own."""

    leaf: str
    passage: str = ""
    teacher: str = ""
    seed: int = 20


class PreviewSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Let the teacher write `rows` rows of some leaves, to be looked at and thrown away."""

    leaves: tuple[str, ...]
    teacher: str = ""
    seed: int = 20
    rows: int = 5


class ReplaySpec(msgspec.Struct, frozen=True, kw_only=True):
    """Let the student answer everyday questions before it learns, so that it can rehearse its own answers later."""

    student: str = ""
    recipe: str = "laptop"


class ExamSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the held-out questions of a dataset of one model. `side` names the column: before, between or after.

    `choices`: ask them once more as multiple-choice questions, with wrong answers out of the documents.
    """

    dataset: str
    model: str = ""
    adapter: str = ""
    side: str = "before"
    choices: bool = False


class TrainSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Train the student on a dataset in two phases, knowledge then skills, and merge."""

    dataset: str
    run: str
    student: str = ""
    replay: str = ""
    recipe: str = "laptop"
    merge_as: Literal["F16", "Q8_0"] = "Q8_0"


class TeachSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The whole job: generate, examine, train, merge, examine. With a `dataset` (an imported or mixed one) nothing is
    generated: it is taught as it is."""

    leaves: tuple[str, ...] = ()
    teacher: str = ""
    student: str = ""
    seed: int = 20
    recipe: str = "laptop"
    inputs: str = ""
    dataset: str = ""


class ExportSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Write what a run taught as files for other programs into `target`.

    kinds: model files to write; empty writes the adapter only. licences: of the source documents, for the model card.
    lm_studio: its folder of models, "" for not. ollama: give it to Ollama, if it is there.
    """

    run: str
    target: str
    name: str
    kinds: tuple[ExportKind, ...] = ("Q8_0",)
    mlx_adapter: bool = True
    ollama: bool = False
    lm_studio: str = ""
    licences: tuple[str, ...] = ()


class DownloadSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Fetch the files of a model, as the hub described them when the person asked, into a folder of models.

    `endpoint`: the hub or the mirror that was asked; its token is looked up by this address, and is no part of a spec.
    """

    model: HubModel
    folder: str
    endpoint: str
