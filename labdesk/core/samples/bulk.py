"""One decision on many samples at once: which rows a rule takes. Pure, so that a preview shows what will happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Sample


class BulkRule(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of `leaf` ("" = all leaves) whose judge score is at least `least` and at most `most`, and that hold all
    `words` (in question or answer, in any case). `decided`: also rows that the person decided on before; `discarded`:
    also rows that a check discarded. Rows without a score fit only when the bounds are 0 and 1."""

    leaf: str = ""
    least: float = 0.0
    most: float = 1.0
    words: str = ""
    decided: bool = False
    discarded: bool = False


def judge_score(sample: Sample) -> float | None:
    """What the last check that gives points gave; None when none did. Judges stand last in a pipeline."""
    return next((verdict.score for verdict in reversed(sample.verdicts) if verdict.score is not None), None)


def chosen(rule: BulkRule, samples: Iterable[Sample], decisions: Mapping[str, Decision]) -> list[Sample]:
    """The samples that the rule takes, in order."""
    wanted = rule.words.lower().split()
    return [sample for sample in samples if _takes(rule, wanted, sample, sample.id in decisions)]


def _takes(rule: BulkRule, wanted: list[str], sample: Sample, decided: bool) -> bool:
    if rule.leaf and sample.leaf != rule.leaf:
        return False
    if (decided and not rule.decided) or (not sample.kept and not decided and not rule.discarded):
        return False
    if (rule.least, rule.most) != (0.0, 1.0):
        score = judge_score(sample)
        if score is None or not rule.least <= score <= rule.most:
            return False
    text = f"{sample.question}\n{sample.answer}".lower() if wanted else ""
    return all(word in text for word in wanted)
