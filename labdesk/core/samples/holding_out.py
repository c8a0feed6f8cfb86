"""Samples set apart from a training to measure it by: further wordings of what it teaches, never shown to the student.

They cost the training nothing, because only samples that the mix has no visit for are taken; where every sample is
visited, nothing is held out and nothing is measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from labdesk.core.samples.mixing import Mix, Visit
from labdesk.core.samples.sample import Sample

#: Rows that are measured at each measurement of a phase: reading them costs about as much as two steps.
HELD_OUT = 16


def held_out(samples: Sequence[Sample], mixed: Mix) -> dict[str, list[Sample]]:
    """By phase at most HELD_OUT kept samples that no phase shows, as many different facts as possible first.

    Deterministic, and independent of the order of `samples`. A phase without any is left out.
    """
    shown = {(visit.sample.question, visit.sample.context) for visit in (*mixed.knowledge, *mixed.skills)}
    free = [s for s in samples if s.question and s.answer and (s.question, s.context) not in shown]
    parts: dict[str, tuple[tuple[Visit, ...], bool]] = {
        "knowledge": (mixed.knowledge, False),
        "skills": (mixed.skills, True),
    }
    found = {}
    for phase, (visits, compositional) in parts.items():
        own = [s for s in free if (s.root == "compositional_skills") == compositional]
        if visits and own:
            found[phase] = _spread(own)[:HELD_OUT]
    return found


def _spread(samples: Iterable[Sample]) -> list[Sample]:
    """One sample of each fact, then a second of each, and so on; in an order drawn from their ids."""
    turn: dict[str, int] = {}
    placed = []
    for sample in sorted(samples, key=_drawn):
        fact = f"{sample.leaf}\n{sample.fact}"
        turn[fact] = turn.get(fact, -1) + 1
        placed.append((turn[fact], _drawn(sample), sample))
    return [sample for _turn, _place, sample in sorted(placed, key=lambda one: one[:2])]


def _drawn(sample: Sample) -> str:
    return hashlib.sha256(sample.id.encode()).hexdigest()
