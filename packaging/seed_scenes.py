"""Scenes of the new-leaf assistant and of drafted questions."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from labdesk.core.events import Event, Failed, Hello, Progress, SampleMade, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import DraftSpec
from labdesk.core.storage import Journal
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.new_leaf import NewLeafDialog

LEAF = "knowledge/places/marrowby_light"
DRAFTS = (
    ("By whom was Marrowby Light designed?", "Edith Crane"),
    ("In which year was the lamp first lit?", "1874"),
)
SKILL = "compositional_skills/grounded/extraction/visitor_book"
TASK = "Write the line for the visitor board."
BOARD = (
    ("From the town of Milton came Eleanor with five friends, on the morning boat.", "Eleanor | 6 guests | Milton"),
    ("Thomas wrote that he walked here from Tyne, alone and in the rain.", "Thomas | 1 guest | Tyne"),
)
FAILED = Failed(
    "Smollm2 135M found no question that passes the checks.",
    "Most often: The question gives its answer away.",
    "Choose another passage, a larger teacher in Settings, or write the questions by hand.",
)


def ask(view: Any) -> QWidget:
    """First page of the assistant."""
    view.verbs.ask_new("")
    return next(one for one in view.findChildren(NewLeafDialog) if one.isVisible())


def describe(view: Any, about: str = "The water mill of Oldwick, its owners and its wheel") -> QWidget:
    """Second page, filled in."""
    dialog: Any = ask(view)
    dialog.forward()
    dialog.details.about.setText(about)
    dialog.details.about.textEdited.emit(about)
    return dialog  # type: ignore[no-any-return]


def take_a_name(view: Any) -> QWidget:
    """A name that is taken."""
    return describe(view, "Marrowby light")


def make(view: Any) -> None:
    """The leaf that was made, and what comes next."""
    dialog: Any = describe(view)
    dialog.forward()


def drafting(workspace: Workspace) -> JobFolder:
    """A draft job at work on the first passage."""
    events = [SampleMade(str(number), LEAF, *pair, True) for number, pair in enumerate(DRAFTS)]
    return _job(workspace, 0, [Stage("draft", "Write questions"), *events, Progress(12, 23, "tries", "", 20.0)])


def drafting_skill(workspace: Workspace) -> JobFolder:
    """A draft job that is done, for a skill with texts to work on."""
    job = workspace.add_job("draft", DraftSpec(leaf=SKILL), "Draft examples for “Visitor book”")
    made = [SampleMade(str(n), SKILL, TASK, answer, True, context=text) for n, (text, answer) in enumerate(BOARD)]
    _say(
        job,
        [
            Hello(job.id, "draft", 0, time.time()),
            Stage("draft", "Write examples"),
            *made,
            Progress(9, 20, "tries", "", 30.0),
        ],
    )
    return job


def show_skill(view: Any) -> None:
    """Scrolls to the drafts of the skill."""
    view.show_item(SKILL)
    bar = view.leaf.form._scroll.verticalScrollBar()
    bar.rangeChanged.connect(lambda _least, most: bar.setValue(most - 380))  # the licence stands below


def show_drafts(view: Any) -> None:
    """Scrolls to the drafts of the first passage."""
    _scroll(view, 0)


def starting(workspace: Workspace) -> JobFolder:
    """A draft job that has said nothing yet, on the second passage."""
    return _job(workspace, 1, [])


def find_nothing(view: Any) -> None:
    """Its end without a draft, once the window has seen that it runs."""
    until = time.monotonic() + 20
    while not view.drafts._readers and time.monotonic() < until:
        QCoreApplication.processEvents()
    for job in Workspace.open(view.leaf.form.attribution._workspace.root).jobs("draft"):
        _say(job, [FAILED])
    _scroll(view, 1)


def _scroll(view: Any, index: int) -> None:
    view.show_item(LEAF)
    view.leaf.form.go_to(("seed_examples", index, "questions_and_answers", 2))
    tray = view.drafts.tray(index)
    if tray is not None:
        view.leaf.form._scroll.ensureWidgetVisible(tray)


def _job(workspace: Workspace, index: int, events: list[Event]) -> JobFolder:
    passage = read_leaf(workspace.taxonomy / LEAF, workspace.taxonomy).seed_contexts[index].context
    job = workspace.add_job("draft", DraftSpec(leaf=LEAF, passage=passage), "Draft questions for “Marrowby light”")
    _say(job, [Hello(job.id, "draft", 0, time.time()), *events])
    return job


def _say(job: JobFolder, events: list[Event]) -> None:
    journal = Journal(job.events_path)
    for event in events:
        journal.append(event, durable=False)
    journal.close()
