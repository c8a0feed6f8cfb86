"""How far each sample came: asked, written, parsed, unique, grounded, kept."""

from __future__ import annotations

from collections.abc import Iterable

from labdesk.core.samples.sample import Sample

#: The steps in order. A sample that is lost at a step is counted in all steps before it.
STEPS = ("asked", "written", "parsed", "unique", "grounded", "kept")
#: Beside the steps of a leaf: how many samples it will have been asked for in the end.
PLANNED = "planned"
#: The step at which a filter of the pipeline loses a sample; filters not named here decide what is kept.
LOST_AT = {"FormFilter": "parsed", "DuplicateFilter": "unique", "GroundingFilter": "grounded"}


def lost_at(sample: Sample) -> str:
    """The step at which a sample was discarded; "" for a kept one. A block's own fault means nothing was written."""
    failed = next((verdict for verdict in sample.verdicts if not verdict.passed), None)
    if failed is None:
        return ""
    if failed.filter == sample.provenance.block:
        return "written"
    return LOST_AT.get(failed.filter, "kept")


class FunnelCounts:
    """Counts samples per leaf and in all (leaf "")."""

    def __init__(self, samples: Iterable[Sample] = ()) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        for sample in samples:
            self.add(sample)

    def add(self, sample: Sample) -> None:
        """Count one sample in every step it reached."""
        lost = lost_at(sample)
        reached = STEPS[: STEPS.index(lost)] if lost else STEPS
        for leaf in ("", sample.leaf):
            counts = self._counts.setdefault(leaf, dict.fromkeys(STEPS, 0))
            for step in reached:
                counts[step] += 1

    def of(self, leaf: str = "") -> dict[str, int]:
        """The counts of one leaf, or of all."""
        return dict(self._counts.get(leaf, dict.fromkeys(STEPS, 0)))
