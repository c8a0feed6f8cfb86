"""What Train says about a run: its phase, its health, its plan. Pure."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.events import Artifact, Metric, Progress, Stage
from labdesk.core.job_state import JobState
from labdesk.gui.train.curve import Curve, Point, health
from labdesk.gui.train.phases import EXAM, KNOWLEDGE, MERGE, PREPARE, SKILLS, Reached, phases, reach
from labdesk.gui.train.plan import Source


def metric(phase: str, step: int, loss: float = 1.0) -> Metric:
    return Metric(step, {"loss": loss}, phase)


def test_a_whole_run_goes_through_the_phases_in_order() -> None:
    seen: list[int] = []
    reached = Reached()
    for event in (
        Stage("generate:knowledge/places/x", "Write"), Stage("before", "Ask"), Stage("prepare", "Prepare"),
        Stage("knowledge", "Learn"), metric("knowledge", 1), Stage("skills", "Learn"), metric("skills", 1),
        Stage("merge", "Merge"), Artifact("merged", "m.gguf"), Stage("after", "Ask"),
    ):  # fmt: skip
        reached = reach(reached, [event])
        seen.append(reached.phase)
    assert seen == [PREPARE] * 3 + [KNOWLEDGE] * 2 + [SKILLS] * 2 + [MERGE] * 2 + [EXAM]


def test_a_restart_that_tells_old_stages_again_does_not_go_back() -> None:
    reached = reach(
        Reached(), [Stage("skills", "Learn"), metric("skills", 1), Stage("generate", ""), Stage("exam-before", "")]
    )
    assert reached.phase == SKILLS


def test_a_run_without_skills_calls_that_phase_not_needed() -> None:
    reached = reach(Reached(), [Stage("knowledge", ""), metric("knowledge", 1), Stage("merge", "")])
    shown = {phase.title: phase.state.words for phase in phases(reached, JobState(status="running"))}
    assert shown == {
        "Prepare": "done", "Knowledge": "done", "Skills": "not needed", "Merge": "running", "Exam": "not started",
    }  # fmt: skip


def test_the_strip_tells_how_far_the_phase_is() -> None:
    reached = reach(Reached(), [Stage("knowledge", "Learn"), Progress(20, 60, "steps")])
    phase = phases(reached, JobState(status="running"))[KNOWLEDGE]
    assert phase.detail == "20 of 60 steps" and phase.state.fraction == pytest.approx(1 / 3)


@pytest.mark.parametrize("status", ["failed", "interrupted", "stopped", "paused"])
def test_the_phase_in_which_a_run_ended_is_marked(status: str) -> None:
    reached = reach(Reached(), [Stage("knowledge", "Learn")])
    assert phases(reached, JobState(status=status))[KNOWLEDGE].state.kind not in ("running", "done")  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(["knowledge", "skills"]), st.floats(0, 10)), max_size=40))
def test_the_smoothed_loss_stays_between_the_extremes(rows: list[tuple[str, float]]) -> None:
    curve = Curve()
    for step, (phase, loss) in enumerate(rows, start=1):
        curve.add(metric(phase, step, loss))
    losses = [point.loss for point in curve.points]
    for point in curve.points:
        assert min(losses) - 1e-9 <= point.smooth <= max(losses) + 1e-9
    assert [point.x for point in curve.points] == list(range(1, len(curve.points) + 1))


def test_a_step_that_is_told_twice_counts_once() -> None:
    curve = Curve()
    assert curve.add(metric("knowledge", 1)) is not None
    assert curve.add(metric("knowledge", 1)) is None
    assert curve.add(Metric(1, {"validation_loss": 1.0}, "knowledge")) is None
    assert curve.add(metric("skills", 1)) is not None


def points(losses: list[float]) -> list[Point]:
    curve = Curve()
    for step, loss in enumerate(losses, start=1):
        curve.add(metric("knowledge", step, loss))
    return curve.points


@pytest.mark.parametrize(
    ("losses", "tone", "word"),
    [
        ([], "muted", "Waiting"),
        ([3.0, 2.9], "muted", "early"),
        ([3 * 0.97**n for n in range(40)], "good", "falling"),
        ([3 * math.exp(-n / 5) + 0.5 for n in range(80)], "good", "levelled"),
        ([2.0] * 20 + [2.0 * 1.05**n for n in range(40)], "warn", "risen"),
        ([2.0] * 6 + [float("nan")] * 4, "bad", "not a number"),
    ],
)
def test_health_in_plain_words(losses: list[float], tone: str, word: str) -> None:
    said = health(points(losses))
    assert said.tone == tone and word in said.words
    assert said.advice or tone in ("good", "muted")


def test_a_new_phase_with_a_higher_loss_is_no_alarm() -> None:
    curve = Curve()
    for step in range(1, 61):
        curve.add(metric("knowledge", step, 3 * 0.95**step))
    for step in range(1, 12):
        curve.add(metric("skills", step, 2.5 * 0.97**step))
        assert health(curve.of_phase).tone in ("muted", "good")


def test_an_ended_run_gets_no_advice() -> None:
    said = health(points([3.0, 2.0]), running=False)
    assert said.tone == "muted" and not said.advice and "3.00" in said.words


def test_a_source_counts_its_leaves_and_what_was_kept() -> None:
    state = JobState(funnels={"": {"kept": 9}, "a": {"kept": 4}, "b": {"kept": 5}}, kept=9)
    assert Source.of("id", "Generate", state) == Source("id", "Generate", 2, 9)
