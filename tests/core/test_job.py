"""The job on disk and the fold of its events."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import events
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState, fold, fold_all
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace

some_events = st.lists(
    st.one_of(
        st.builds(events.Stage, name=st.text(max_size=5), title=st.text(max_size=5)),
        st.builds(events.Progress, done=st.floats(0, 10), total=st.floats(0, 10)),
        st.builds(events.Note, text=st.text(max_size=5)),
        st.builds(events.Hello, job=st.text(max_size=5), kind=st.just("train"), pid=st.just(1), at=st.floats(1, 9)),
        st.builds(events.Done, summary=st.text(max_size=5)),
        st.builds(events.Failed, message=st.text(max_size=5)),
        st.builds(events.Cancelled, paused=st.booleans()),
        st.builds(events.Artifact, kind=st.sampled_from(["merged", "report"]), path=st.text(max_size=5)),
    )
)


@given(some_events)
def test_every_event_survives_its_line(happened: list[events.Event]) -> None:
    assert [events.from_line(events.to_line(event)) for event in happened] == happened


@given(some_events, st.integers(0, 10))
def test_folding_in_two_parts_is_folding_at_once(happened: list[events.Event], cut: int) -> None:
    assert fold_all(happened[cut:], fold_all(happened[:cut])) == fold_all(happened)


def test_noise_and_unknown_events_are_not_errors() -> None:
    assert events.from_line(b"llama_context: n_ctx = 512\n") is None
    assert events.from_line(b'{"type":"telepathy"}\n') is None


def test_a_new_start_clears_the_failure_of_the_last() -> None:
    failed = fold(JobState(), events.Failed("no"))
    assert failed.status == "failed"
    assert fold(failed, events.Hello("j", "train", 1, 1.0)).failed is None


def test_a_job_without_a_living_worker_is_interrupted(tmp_path: Path) -> None:
    job = JobFolder.create(tmp_path, tmp_path, "generate", GenerateSpec(leaves=("a",)), "Generate a")
    assert job.state().status == "waiting"
    assert job.spec(GenerateSpec).leaves == ("a",)
    journal = Journal(job.events_path)
    journal.append(events.Hello(job.id, "generate", 1, 1.0))
    journal.close()
    assert job.state().status == "interrupted"
    with job.lock():
        assert job.state().status == "running"
    assert job.state().status == "interrupted"


def test_orders_are_given_and_taken_back(tmp_path: Path) -> None:
    job = JobFolder.create(tmp_path, tmp_path, "train", GenerateSpec(), "Train")
    assert job.given_order() == ""
    job.order("stop")
    assert job.given_order() == "stop"
    job.order("")
    assert job.given_order() == ""


def test_jobs_made_in_the_same_second_stay_in_order(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "curriculum")
    made = [workspace.add_job(kind, GenerateSpec(), kind).id for kind in ("train", "generate", "draft") * 10]
    assert [job.id for job in workspace.jobs()] == made
    assert [job.id for job in workspace.jobs("draft")] == made[2::3]
