"""States of Generate, Train, Chat and Models that a fresh workspace does not show: planned, running, done, failed.

Each scene makes a workspace of its own with job folders written by hand, as a worker would have left them."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import chat_scenes
import document_scenes as documents
import model_scenes as models
import seed_scenes as seeds
import server_scenes as servers
import tree_scenes as tree
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from labdesk.core.events import Artifact, Done, Event, Failed, Funnel, Hello, Metric, Progress, SampleMade, Stage
from labdesk.core.exam.question import GENERAL, ExamAnswer, ExamQuestion
from labdesk.core.exam.report import build_report, write_report
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.models.catalog import starter_model
from labdesk.core.samples.sample import Provenance, Sample, Verdict
from labdesk.core.specs import GenerateSpec, TeachSpec
from labdesk.core.storage import Journal
from labdesk.core.taxonomy.leaf import Leaf, read_leaf
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace
from labdesk.gui.review.many import PreviewDialog

REASONS = {
    "unique": "It says almost the same as another sample.",
    "grounded": "The answer says “1895”, which the source does not.",
    "parsed": "The teacher stopped before it had finished the answer.",
}
FAILED = Failed(
    "The computer ran out of memory.",
    "The model and its data need more than is free.",
    "Close other programs, or choose a smaller model, then start again.",
)


@dataclasses.dataclass(frozen=True)
class Scene:
    """`prepare` fills the workspace and returns the jobs that seem to be at work; `act` touches the shown view, and may
    return another window to look at."""

    name: str
    place: str
    prepare: Callable[[Workspace], list[JobFolder]]
    act: Callable[[Any], QWidget | None] = lambda _view: None
    waits: int = 1  # turns to wait, for what another process has to answer


@contextlib.contextmanager
def at_work(jobs: Iterable[JobFolder]) -> Iterator[None]:
    """Holds the locks of jobs, so that they count as running."""
    with contextlib.ExitStack() as stack:
        for job in jobs:
            stack.enter_context(job.lock())
        yield


def leaves(workspace: Workspace) -> list[Leaf]:
    return [read_leaf(entry.file, workspace.taxonomy) for entry in read_tree(workspace.taxonomy).leaves]


def pairs(leaf: Leaf) -> list[tuple[str, str]]:
    return [(pair.question, pair.answer) for pair in leaf.pairs] + [(s.question, s.answer) for s in leaf.seed_examples]


def job(workspace: Workspace, kind: str, spec: Any, title: str, events: Iterable[Event]) -> JobFolder:
    made = workspace.add_job(kind, spec, title)
    journal = Journal(made.events_path)
    for event in (Hello(made.id, kind, 0, time.time()), *events):
        journal.append(event, durable=False)
    journal.close()
    return made


def writing(workspace: Workspace, count: int, last: Event | None = None) -> JobFolder:
    """A generation that made `count` samples of 400 out of the leaves' own examples."""
    chance, found = random.Random(3), leaves(workspace)
    steps = ("asked", "written", "parsed", "unique", "grounded", "kept")
    funnels = {leaf.path: dict.fromkeys(steps, 0) for leaf in found}
    events: list[Event] = []
    samples: list[Sample] = []
    for number in range(count):
        leaf = found[number * len(found) // 400]
        question, answer = chance.choice(pairs(leaf))
        lost = chance.choice(["", "", "", "", *REASONS])
        reached = steps[: steps.index(lost)] if lost else steps
        for step in reached:
            funnels[leaf.path][step] += 1
        events.append(SampleMade(str(number), leaf.path, question, answer, not lost, REASONS.get(lost, ""), lost))
        samples.append(sample(str(number), leaf, question, answer, REASONS.get(lost, "")))
        active = leaf.path
    total = {step: sum(counts[step] for counts in funnels.values()) for step in steps}
    events = [Stage(f"generate:{active}", "Write samples", 0, 4), *events, Funnel("", total)]
    events += [Funnel(leaf, counts) for leaf, counts in funnels.items() if counts["asked"]]
    events += [Metric(count, {"tokens_per_second": 184.0}), Progress(count, 400, "samples", "Writing", 70.0)]
    spec = GenerateSpec(leaves=tuple(leaf.path for leaf in found))
    made = job(workspace, "generate", spec, "Generate 4 leaves", [*events, *([last] if last else [])])
    journal = Journal(made.path / "samples.jsonl")
    for one in samples:
        journal.append(one, durable=False)
    journal.close()
    return made


def sample(key: str, leaf: Leaf, question: str, answer: str, reason: str) -> Sample:
    verdicts = (Verdict("a check", passed=not reason, reason=reason),)
    root: Any = leaf.root or "knowledge"
    return Sample(
        id=key, leaf=leaf.path, root=root, form="short", origin="rephrased", fact=key, question=question, answer=answer,
        provenance=Provenance(block="scene"), verdicts=verdicts,
    )  # fmt: skip


def training(workspace: Workspace, count: int, *last: Event) -> JobFolder:
    """A run that made `count` of 100 steps."""
    chance = random.Random(5)
    events: list[Event] = [Stage("before", "Ask 48 questions"), Stage("prepare", "Prepare the rows")]
    done = 0
    for phase, steps, high in (("knowledge", 60, 3.1), ("skills", 40, 1.8)):
        if done < count:
            events.append(Stage(phase, f"Learn the {phase}", 1, 4))
        for step in range(1, min(steps, count - done) + 1):
            loss = high * math.exp(-step / 16) + 0.3 + 0.3 * chance.random()
            rate = 5e-4 * min(1.0, step / 5)
            values = {"loss": loss, "learning_rate": rate, "tokens_per_second": 112.0, "memory": 1.3e9}
            if step % 8 == 0:
                values["validation_loss"] = high * math.exp(-step / 20) + 0.55
            events += [Metric(step, values, phase), Progress(step, steps, "steps", phase, (steps - step) * 3.0)]
        done += min(steps, max(0, count - done))
    return job(workspace, "teach", TeachSpec(), "Teach 4 leaves", [*events, *last])


ASTRAY = tuple(Metric(41 + step, {"loss": 0.7 + step / 25}, "knowledge") for step in range(40))


def taught(workspace: Workspace) -> list[JobFolder]:
    """A finished run with its merged model and its exam (the leaves' own questions)."""
    written(workspace)
    training(workspace, 30, FAILED)
    run = training(workspace, 100)
    merged = workspace.runs_folder / run.id / "merged.gguf"
    merged.parent.mkdir(parents=True)
    shutil.copy(starter_model(), merged)
    exam(workspace, merged.parent / "exam")
    journal = Journal(run.events_path)
    for event in (
        Stage("merge", "Merge"),
        Artifact("merged", str(merged)),
        Stage("after", "Ask"),
        Done("It is taught."),
    ):
        journal.append(event, durable=False)
    journal.close()
    return []


def exam(workspace: Workspace, folder: Path) -> None:
    chance = random.Random(7)
    questions, before, after = [], {}, {}
    rows = [(leaf.path, *pair) for leaf in leaves(workspace) for pair in pairs(leaf)[:6]]
    rows += [(GENERAL, "How many days are in a week?", "Seven")] * 8
    for number, (leaf, question, answer) in enumerate(rows):
        key, right = str(number), chance.random() < 0.85
        questions.append(ExamQuestion(id=key, leaf=leaf, question=question, answer=answer))
        known = leaf == GENERAL
        before[key] = ExamAnswer(question=key, text=answer if known else "I do not know.", score=float(known))
        after[key] = ExamAnswer(question=key, text=answer if right else "It was lit in 1920.", score=float(right))
    write_report(build_report("run", questions, before, after, model_before="base", model_after="taught"), folder)


def step_of_funnel(view: Any) -> None:
    """Presses the number “Unique”."""
    cells = [
        cell for cell in view.run.funnel.findChildren(QAbstractButton) if cell.accessibleName().startswith("Unique")
    ]
    cells[0].click()
    view.run.sample_list.setCurrentIndex(view.run.samples.index(0, 0))


def tried(view: Any) -> None:
    """As if the teacher had tried five rows."""
    trial = view.plan.trial
    rows = [
        ("Who was the first keeper of Marrowby Light?", "Thomas Oldwick", ""),
        ("What kind of oil does the lantern burn at night?", "Rapeseed oil", ""),
        ("In which year was the ship saved?", "1902", "A question that is nearly the same is there already."),
        ("Which person lights the lamp every evening?", "The keeper lights it at dusk.", ""),
        ("What does the bell hang beside?", "The door", "The question fits 1 other answer of this leaf better."),
    ]
    trial.take_events([SampleMade(str(n), "", q, a, not why, why) for n, (q, a, why) in enumerate(rows)])
    trial.show_state(JobState(status="done", done=Done("3 of 5 rows would be kept.", "Generate all of them.")))


def many(view: Any) -> None:
    """Opens “Decide on many”; a dialog is a window of its own, so it is shown inside the view."""
    view.decide_many()
    dialog = view.findChildren(PreviewDialog)[0]
    dialog.setWindowFlags(Qt.WindowType.Widget)
    dialog.move((view.width() - dialog.width()) // 2, 40)
    dialog.setAutoFillBackground(True)
    dialog.show()
    dialog.raise_()


def waiting(workspace: Workspace) -> JobFolder:
    """A generation that waits for tonight."""
    spec = GenerateSpec(leaves=tuple(leaf.path for leaf in leaves(workspace)))
    return job(workspace, "generate", spec, "Generate 4 leaves", [Stage("wait", "Waits until 22:00")])


def ended(_job: JobFolder) -> list[JobFolder]:
    """No worker is at it any more."""
    return []


def written(workspace: Workspace) -> list[JobFolder]:
    return ended(writing(workspace, 400, Done("290 of 400 samples kept.", "Review them, or train on them now.")))


def no_leaf(workspace: Workspace) -> list[JobFolder]:
    shutil.rmtree(workspace.taxonomy)
    workspace.taxonomy.mkdir()
    return []


def changed_since(workspace: Workspace) -> list[JobFolder]:
    """A taught workspace; one leaf was edited afterwards."""
    found = taught(workspace)
    tree.changed(workspace)
    return found


def ask(view: Any) -> None:
    view.ask("Who keeps the light of Marrowby?")


def with_chats(workspace: Workspace) -> list[JobFolder]:
    """A finished run, and what was talked about with it."""
    chat_scenes.kept(workspace)
    return taught(workspace)


SCENES = (
    Scene("tree-empty", "teach", no_leaf),
    Scene("tree-not-ready", "teach", tree.not_ready),
    Scene("tree-many", "teach", tree.not_ready, tree.select_all),
    Scene("tree-filter", "teach", tree.not_ready, tree.only_not_ready),
    Scene("tree-search", "teach", lambda _workspace: [], tree.search),
    Scene("tree-rename", "teach", lambda _workspace: [], tree.name),
    Scene("tree-taught", "teach", changed_since),
    Scene("tree-large", "teach", tree.large, waits=40),
    Scene("new-leaf-wish", "teach", lambda _workspace: [], seeds.ask),
    Scene("new-leaf-place", "teach", lambda _workspace: [], seeds.describe),
    Scene("new-leaf-taken", "teach", lambda _workspace: [], seeds.take_a_name),
    Scene("new-leaf-made", "teach", lambda _workspace: [], seeds.make, 4),
    Scene("drafts-running", "teach", lambda w: [seeds.drafting(w)], seeds.show_drafts, 6),
    Scene("drafts-none", "teach", lambda w: [seeds.starting(w)], seeds.find_nothing, 6),
    Scene("document-none", "teach", documents.draft, documents.show, 2),
    Scene("document-converting", "teach", documents.draft, documents.converting, 2),
    Scene("document-preview", "teach", documents.draft, documents.preview, 2),
    Scene("document-pieces", "teach", documents.long_document, documents.cut, 30),
    Scene("document-long", "teach", documents.long_document, documents.marked, 4),
    Scene("generate-empty", "generate", no_leaf),
    Scene("generate-plan", "generate", lambda _workspace: [], waits=8),
    Scene("generate-preview", "generate", lambda _workspace: [], tried, 6),
    Scene("generate-running", "generate", lambda w: [writing(w, 230)]),
    Scene("generate-done", "generate", written, step_of_funnel),
    Scene("generate-failed", "generate", lambda w: ended(writing(w, 60, FAILED))),
    Scene("review-samples", "review", written, waits=3),
    Scene("review-many", "review", written, many, 3),
    Scene("train-empty", "train", lambda _workspace: []),
    Scene("train-plan", "train", written, waits=8),
    Scene("train-running", "train", lambda w: [training(w, 44)]),
    Scene("train-astray", "train", lambda w: [training(w, 40, *ASTRAY)]),
    Scene("train-failed", "train", lambda w: ended(training(w, 30, FAILED))),
    Scene("train-done", "train", taught),
    Scene("chat-empty", "chat", taught),
    Scene("chat-asked", "chat", taught, ask, 30),
    Scene("chat-kept", "chat", with_chats, chat_scenes.open_newest, 2),
    Scene("chat-branch", "chat", with_chats, chat_scenes.other_branch, 2),
    Scene("chat-style", "chat", with_chats, chat_scenes.style, 2),
    Scene("chat-blind", "chat", with_chats, chat_scenes.blind, 2),
    Scene("chat-reteach", "chat", with_chats, chat_scenes.running, 2),
    Scene("chat-search", "chat", with_chats, chat_scenes.search, 2),
    Scene("models-get", "models", lambda _workspace: [], models.get, 3),
    Scene("models-search", "models", lambda _workspace: [], models.searched, 3),
    Scene("models-downloads", "models", models.downloads, waits=3),
    Scene("models-exported", "models", lambda w: [models.exported(w)], models.end_export, 3),
    Scene("models-export", "models", taught, models.ask_export, 3),
    Scene("models-delete", "models", taught, models.ask_delete, 3),
    Scene("models-token", "models", lambda _workspace: [], models.ask_token, 3),
    Scene("models-taught", "models", taught, waits=6),
    Scene("review-datasets", "review", written, servers.datasets, 3),
    Scene("generate-waiting", "generate", lambda w: [waiting(w)]),
    Scene("settings-servers", "settings", lambda _workspace: [], servers.added),
    Scene("settings-server-add", "settings", lambda _workspace: [], servers.adding),
    Scene("generate-server", "generate", lambda _workspace: [], servers.planned, 8),
    Scene("generate-steps", "generate", lambda _workspace: [], servers.steps, 25),
    Scene("generate-consent", "generate", lambda _workspace: [], servers.asked, 8),
)
