"""What came to each step and passed it."""

from __future__ import annotations

import msgspec

from labdesk.core.samples.sample import Provenance, Sample, Verdict
from labdesk.core.samples.step_counts import StepCount, counted_by_step

ROW = Sample(
    id="1", leaf="a", root="knowledge", form="short", origin="document", fact="f", question="Q?", answer="A",
    provenance=Provenance(block="ask"),
)  # fmt: skip


def of(*verdicts: Verdict) -> Sample:
    return msgspec.structs.replace(ROW, verdicts=verdicts)


def test_a_broken_row_is_lost_at_its_block_and_others_at_their_filter() -> None:
    broken = of(Verdict("ask", False, reason="Nothing."))
    wrong = of(Verdict("Form", True), Verdict("Sense", False, reason="No."))
    good = of(Verdict("Form", True), Verdict("Sense", True))
    assert counted_by_step([broken, wrong, good]) == {
        "ask": StepCount(3, 2),
        "Form": StepCount(2, 2),
        "Sense": StepCount(2, 1),
    }
    assert counted_by_step([]) == {}
