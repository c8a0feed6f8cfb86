"""One generated (or seeded) question and answer with everything known about where it came from."""

from __future__ import annotations

from typing import Literal

import msgspec

Root = Literal["knowledge", "foundational_skills", "compositional_skills"]
#: What LAB trains in which order: short answers first, then long ones; `document` is plain source text.
Form = Literal["short", "long", "document"]
Origin = Literal["seed", "rephrased", "pattern", "document", "skill", "replay"]


class Verdict(msgspec.Struct, frozen=True):
    """What one filter said of a sample. `reason` is a plain sentence for a person; empty when it passed."""

    filter: str
    passed: bool
    score: float | None = None
    reason: str = ""


class SourceSpan(msgspec.Struct, frozen=True):
    """Where in a source document a sample comes from: character offsets, end exclusive."""

    document: str
    start: int
    end: int


class Provenance(msgspec.Struct, frozen=True):
    """How a sample was made. `block` is a pipeline block's name; `prompt_sha` the hash of the exact prompt. `pipeline`
    is named where it is not labdesk's own.
    """

    block: str
    teacher: str = ""
    prompt_sha: str = ""
    seed: int = 0
    pipeline: str = ""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `leaf` is the path below the taxonomy root, with slashes. `fact` names what it teaches:
    all phrasings of one fact share it, so that exams and quotas can be kept per fact."""

    id: str
    leaf: str
    root: Root
    form: Form
    origin: Origin
    fact: str
    question: str
    answer: str
    context: str = ""
    source: SourceSpan | None = None
    provenance: Provenance
    verdicts: tuple[Verdict, ...] = ()

    @property
    def kept(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)

    @property
    def reason(self) -> str:
        """Why the sample was discarded; empty for a kept one."""
        return next((v.reason for v in self.verdicts if not v.passed), "")
