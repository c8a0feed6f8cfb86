"""What the tree knows of its leaves: from the cache, read here, or by the survey worker; and what became of them."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from labdesk.core.events import Done, Hello
from labdesk.core.exam.learning_map import LeafScore
from labdesk.core.inputs import LEAVES_JSON, reading_inputs
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import GenerateSpec, TeachSpec
from labdesk.core.steps import finished
from labdesk.core.storage import Journal, write_json
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace
from labdesk.gui.context import GuiContext
from labdesk.gui.slices import Slices
from labdesk.gui.teach import facts as facts_module
from labdesk.gui.teach.facts import FactsReader
from labdesk.gui.teach.taught import Taught
from labdesk.gui.teach.tree_reader import TreeReader

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def reader(app: QApplication, workspace: Workspace) -> Iterator[FactsReader]:
    workspace.ignore_state()
    made = FactsReader(workspace)
    yield made
    made.close_work()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _finish(reader: FactsReader, workspace: Workspace, settle: Settle) -> None:
    done: list[bool] = []
    reader.finished.connect(lambda: done.append(True))
    reader.want(read_tree(workspace.taxonomy).leaves)
    settle(lambda: bool(done))


def _make_old(workspace: Workspace) -> None:
    for file in workspace.taxonomy.rglob("qna.yaml"):
        os.utime(file, ns=(1, time.time_ns() - 3_600_000_000_000))


def test_few_leaves_are_read_without_another_process(reader: FactsReader, workspace: Workspace, settle: Settle) -> None:
    _finish(reader, workspace, settle)
    assert reader.known == reader.count == 4
    assert reader._client._process is None
    assert not reader.invalid
    (workspace.taxonomy / NOTE / "qna.yaml").write_text("version: 3\n")
    _finish(reader, workspace, settle)
    assert reader.invalid == [NOTE]


def test_many_are_read_by_the_worker_and_known_at_the_next_start(
    reader: FactsReader, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "_FEW", 1)
    _make_old(workspace)
    _finish(reader, workspace, settle)
    assert reader._client._process is not None
    first = {path: reader.seen(path) for path in (LIGHT, NOTE)}
    settle(lambda: any(LeafCache.of_workspace(workspace.root).segments()))
    warm = FactsReader(workspace, reader)
    _finish(warm, workspace, settle)
    assert warm._client._process is None
    assert {path: warm.seen(path) for path in first} == first


def test_a_worker_that_is_killed_costs_one_leaf_at_most(
    reader: FactsReader, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "_FEW", 0)
    reader.want(read_tree(workspace.taxonomy).leaves)
    settle(lambda: reader._client._process is not None and reader._client._process.pid > 0)
    assert reader._client._process is not None
    os.kill(reader._client._process.pid, signal.SIGTERM)
    settle(lambda: reader.known == 4 and not reader._client.busy)
    assert len(reader.invalid) <= 1


def test_a_leaf_that_is_gone_is_forgotten(reader: FactsReader, workspace: Workspace, settle: Settle) -> None:
    _finish(reader, workspace, settle)
    shutil.rmtree(workspace.taxonomy / LIGHT)
    _finish(reader, workspace, settle)
    assert reader.count == 3
    assert reader.seen(LIGHT) is None


def test_a_taxonomy_that_is_not_there_is_an_error_and_a_second_look_is_not_lost(
    app: QApplication, workspace: Workspace, settle: Settle
) -> None:
    reader = TreeReader(workspace.taxonomy)
    listed: list[object] = []
    reader.listed.connect(listed.append)
    reader.read()
    settle(lambda: len(listed) == 1)
    shutil.rmtree(workspace.taxonomy)
    errors: list[object] = []
    reader.failed.connect(errors.append)
    reader.read()
    settle(lambda: len(errors) == 1)


def test_new_work_takes_the_place_of_old(app: QApplication, settle: Settle) -> None:
    slices = Slices()
    done: list[object] = []
    slices.done.connect(done.append)

    def forever() -> Iterator[None]:
        while True:
            yield

    def short() -> Iterator[None]:
        yield
        return 5  # type: ignore[return-value]

    slices.start(forever())  # type: ignore[arg-type]
    assert slices.busy
    slices.start(short())  # type: ignore[arg-type]
    settle(lambda: done == [5])
    assert not slices.busy


def _job(workspace: Workspace, kind: str, spec: object) -> JobFolder:
    job = workspace.add_job(kind, spec, kind)
    journal = Journal(job.events_path)
    journal.append(Hello(job.id, kind, 0, time.time()))
    journal.append(Done("done"))
    journal.close()
    return job


def test_samples_changes_and_scores_are_told_leaf_by_leaf(
    context: GuiContext, workspace: Workspace, reader: FactsReader, settle: Settle
) -> None:
    _make_old(workspace)
    job = _job(workspace, "generate", GenerateSpec(leaves=(LIGHT, NOTE)))
    write_json(job.path / LEAVES_JSON, finished(reading_inputs(workspace.taxonomy, (LIGHT, NOTE))).leaves)
    run = _job(workspace, "teach", TeachSpec(leaves=(LIGHT,)))
    score = LeafScore(leaf=LIGHT, questions=9, before=4.0, after=91.0)
    write_json(workspace.runs_folder / run.id / "exam" / "report.json", {"leaves": [score], "more": 1})
    file = workspace.taxonomy / NOTE / "qna.yaml"
    file.write_bytes(file.read_bytes() + b"# changed\n")
    taught = Taught(workspace, context.bridge, reader.seen, context.bridge)
    _finish(reader, workspace, settle)
    settle(lambda: taught.progress(LIGHT).after == 91.0)
    assert taught.progress(NOTE).generated
    assert taught.progress(NOTE).changed
    assert not taught.progress(LIGHT).changed
    assert "91 %" in taught.progress(LIGHT).words
    assert not taught.progress("knowledge/other").words
    taught.close_work()


def test_a_renamed_leaf_keeps_what_became_of_it_and_another_document_is_a_change(
    context: GuiContext, workspace: Workspace, reader: FactsReader, settle: Settle
) -> None:
    _make_old(workspace)
    run = _job(workspace, "teach", TeachSpec(leaves=(LIGHT,)))
    write_json(run.path / LEAVES_JSON, finished(reading_inputs(workspace.taxonomy, (LIGHT,))).leaves)
    score = LeafScore(leaf=LIGHT, questions=9, before=4.0, after=91.0)
    write_json(workspace.runs_folder / run.id / "exam" / "report.json", {"leaves": [score]})
    taught = Taught(workspace, context.bridge, reader.seen, context.bridge)
    _finish(reader, workspace, settle)
    settle(lambda: taught.progress(LIGHT).after == 91.0)
    workspace.rename("knowledge/places", "knowledge/spots")
    moved = LIGHT.replace("places", "spots")
    _finish(reader, workspace, settle)
    taught.look()
    settle(lambda: taught.progress(moved).after == 91.0)
    assert taught.progress(moved).generated and not taught.progress(moved).changed
    assert not taught.progress(LIGHT).generated
    document = next((workspace.taxonomy / moved).glob("*.md"))
    document.write_text(document.read_text() + "One fact more.\n")
    taught.look()
    settle(lambda: taught.progress(moved).changed)
    workspace.undo()
    _finish(reader, workspace, settle)
    taught.look()
    settle(lambda: taught.progress(LIGHT).after == 91.0 and taught.progress(LIGHT).changed)
    taught.close_work()


def test_a_copy_of_the_taxonomy_knows_nothing_of_another_ones_cache(tmp_path: Path, workspace: Workspace) -> None:
    assert not list(LeafCache.of_workspace(tmp_path / "elsewhere").segments())
