"""Who writes and when: the teacher in the plan, the question before texts leave, tonight, and only on mains power."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtWidgets import QAbstractButton

from labdesk.core.conditions import read_conditions
from labdesk.core.events import Stage
from labdesk.core.job_state import JobState
from labdesk.core.models.remote import Server
from labdesk.core.settings import Settings
from labdesk.core.specs import GenerateSpec
from labdesk.core.workspace import Workspace
from labdesk.gui.generate.options import choices
from labdesk.gui.generate.view import GenerateView
from labdesk.gui.window import Window
from labdesk.jobs.forecast import budgets_by_leaf

Settle = Callable[[Callable[[], bool]], None]
FAR = Server(address="https://api.example.com/v1", model="large")
HERE = Server(address="http://localhost:8080/v1", model="small")


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ids: list[str] = []
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda job: ids.append(job.id))
    return ids


@pytest.fixture
def view(window: Window, settle: Settle) -> GenerateView:
    made = window.go("generate")
    assert isinstance(made, GenerateView)
    settle(lambda: made.plan.choice.rowCount() == 4)
    return made


def test_every_teacher_can_be_chosen_and_all_servers_together() -> None:
    values = Settings(servers=(FAR, HERE), model_files=("/m/a.gguf",), teacher="/m/b.gguf")
    assert choices(values) == ["", "/m/b.gguf", "/m/a.gguf", FAR.name, HERE.name, f"{FAR.name} {HERE.name}"]


def test_the_teacher_of_the_plan_is_the_one_in_the_settings(view: GenerateView) -> None:
    store = view._context.settings
    store.change(servers=(HERE,))
    box = view.plan.options.teacher
    box.setCurrentIndex(box.findData(HERE.name))
    box.activated.emit(box.currentIndex())
    assert store.values.teacher == HERE.name
    assert dict(view.plan.card._rows)["Memory"] == "the server’s, not yours"
    assert view.plan.card.note.text() == ""


def test_nothing_is_sent_before_the_person_agrees(
    view: GenerateView, workspace: Workspace, launched: list[str], settle: Settle
) -> None:
    store = view._context.settings
    store.change(servers=(FAR,), teacher=FAR.name)
    assert "api.example.com" in view.plan.card.note.text()
    view.plan.card.primary.click()
    assert view.asking is not None and not launched and not workspace.jobs()
    view.asking.refuse.click()
    assert not launched
    view.plan.trial.start.click()
    assert view.asking is not None and not launched
    view.asking.agree.click()
    assert store.values.servers == (Server(address=FAR.address, model="large", allowed=True),)
    settle(lambda: len(launched) == 1)
    view.plan.card.primary.click()
    settle(lambda: len(launched) == 2)
    view.leave()


def test_tonight_and_only_plugged_in_lie_beside_the_job(
    view: GenerateView, workspace: Workspace, launched: list[str], settle: Settle
) -> None:
    view.plan.options.start.setCurrentIndex(1)
    view.plan.options.mains.setChecked(True)
    assert view.plan.card.primary.text() == "Generate at 22:00"
    view.plan.card.primary.click()
    settle(lambda: bool(launched))
    found = read_conditions(workspace.job(launched[0]).path)
    assert found.mains_only and time.time() < found.not_before <= time.time() + 86_400 + 3600
    view.leave()


def test_a_waiting_job_can_be_started_now(
    view: GenerateView, workspace: Workspace, launched: list[str], settle: Settle
) -> None:
    view.plan.options.start.setCurrentIndex(2)
    view.plan.card.primary.click()
    settle(lambda: bool(launched))
    job = workspace.job(launched[0])
    assert read_conditions(job.path).not_before > time.time()
    view.run.show_state(JobState(status="running", stage=Stage("wait", "Waits until 04:00")))
    assert "04:00" in view.run.banner.words
    next(b for b in view.run.banner.findChildren(QAbstractButton) if b.text() == "Start now").click()
    assert read_conditions(job.path).not_before == 0.0
    view.run.show_state(JobState(status="running", stage=Stage("generate:a", "Write")))
    assert not view.run.banner.words
    view.leave()


def test_a_budget_is_planned_and_reaches_the_job(view: GenerateView, workspace: Workspace, launched: list[str]) -> None:
    leaf = "knowledge/places/marrowby_light"
    view.plan.choice.choose_only([leaf])
    view.plan.options.amount.setCurrentIndex(1)
    assert dict(view.plan.card._rows)["Samples"] == "counting…"
    for path, budgets in budgets_by_leaf(workspace, [leaf]):
        view._on_counted({"type": "budgets", "leaf": path, "budgets": msgspec.to_builtins(budgets)})
    rows = dict(view.plan.card._rows)
    assert "of" in rows["Facts taught"] and rows["Kept text"].startswith("about")
    view.plan.options.amount.setCurrentIndex(3)
    assert dict(view.plan.card._rows) != rows
    view.plan.options.amount.setCurrentIndex(1)
    view.plan.card.primary.click()
    assert workspace.job(launched[0]).spec(GenerateSpec).budget == 10
    view.leave()
