"""What a person decided about the samples of a generation: accepted, rejected, edited. The last decision counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from labdesk.core.samples.sample import Sample, Verdict
from labdesk.core.storage import Journal, replay

FILE = "reviews.jsonl"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision. `undone` takes an earlier one back; an edit carries the new texts and counts as accepted."""

    sample: str
    verdict: Literal["accepted", "rejected", "edited", "undone"]
    question: str = ""
    answer: str = ""
    at: float = 0.0


class ReviewJournal:
    """The decisions that lie beside a generation's samples, in `job`. No file stays open between two calls."""

    def __init__(self, job: Path) -> None:
        self._path = job / FILE
        self._end = (0, 0)

    def read(self) -> dict[str, Decision]:
        """The standing decision per sample id."""
        standing: dict[str, Decision] = {}
        for decision in replay(self._path, Decision):
            if decision.verdict == "undone":
                standing.pop(decision.sample, None)
            else:
                standing[decision.sample] = decision
        return standing

    def add(self, decisions: Sequence[Decision]) -> None:
        """Append decisions durably; what lies there is only read again if another program wrote to it. Raises
        StorageError."""
        journal = Journal(self._path, self._end)
        try:
            journal.append_all(decisions)
            self._end = journal.end
        finally:
            journal.close()


def reviewed(samples: Iterable[Sample], decisions: Mapping[str, Decision]) -> list[Sample]:
    """The samples that stand after review: what the filters kept and the person did not reject, plus what the person
    accepted in spite of a filter, with edits applied."""
    standing: list[Sample] = []
    for sample in samples:
        decision = decisions.get(sample.id)
        if decision is None:
            if sample.kept:
                standing.append(sample)
        elif decision.verdict == "accepted":
            standing.append(msgspec.structs.replace(sample, verdicts=(_by_person("accepted"),)))
        elif decision.verdict == "edited":
            standing.append(
                msgspec.structs.replace(
                    sample, question=decision.question, answer=decision.answer, verdicts=(_by_person("edited"),)
                )
            )
    return standing


def _by_person(what: str) -> Verdict:
    return Verdict(filter=f"person: {what}", passed=True)
