"""What another program does to the taxonomy is told, by the system's word or by the walk; what labdesk does is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace
from labdesk.gui.teach import taxonomy_watch
from labdesk.gui.teach.taxonomy_watch import TaxonomyWatch

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture(params=["told by the system", "found by the walk"])
def watch(
    request: pytest.FixtureRequest, app: QApplication, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TaxonomyWatch]:
    by_walk = request.param == "found by the walk"
    monkeypatch.setattr(taxonomy_watch, "REST_MS", 30 if by_walk else 3_600_000)
    monkeypatch.setattr(taxonomy_watch, "MOST_WATCHED", 0 if by_walk else 2_000)
    monkeypatch.setattr(taxonomy_watch, "_SETTLE_MS", 40)
    made = TaxonomyWatch(workspace.taxonomy)
    yield made
    made.stop()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def told(watch: TaxonomyWatch, workspace: Workspace, settle: Settle) -> list[list[str]]:
    """What it told since the taxonomy was listed and all its folders are watched."""
    words: list[list[str]] = []
    watch.changed.connect(words.append)
    watch.follow(read_tree(workspace.taxonomy))
    settle(lambda: watch._listed_ns > 0 and not watch._to_watch and not watch._turns.isActive())
    words.clear()
    return words


def _replace(file: Path, data: bytes) -> None:
    """As an editor saves."""
    beside = file.with_name("qna.yaml.tmp")
    beside.write_bytes(data)
    beside.replace(file)


def test_a_changed_leaf_is_named(workspace: Workspace, told: list[list[str]], settle: Settle) -> None:
    file = workspace.taxonomy / NOTE / "qna.yaml"
    _replace(file, file.read_bytes() + b"# by another program\n")
    settle(lambda: [NOTE] in told)


def test_leaves_that_come_and_go_are_told(workspace: Workspace, told: list[list[str]], settle: Settle) -> None:
    fresh = workspace.taxonomy / "knowledge/places/other"
    fresh.mkdir()
    settle(lambda: [] in told)
    shutil.rmtree(workspace.taxonomy / LIGHT)
    settle(lambda: [LIGHT] in told)


def test_what_labdesk_wrote_itself_is_no_news(
    watch: TaxonomyWatch, workspace: Workspace, told: list[list[str]], qtbot: QtBot
) -> None:
    workspace.subscribe(lambda change: watch.note(change.ids))
    file = workspace.taxonomy / NOTE / "qna.yaml"
    workspace.write_leaf_file(f"{NOTE}/qna.yaml", file.read_bytes() + b"# mine\n")
    watch.note([NOTE])
    qtbot.wait(300)
    assert told == []


def test_after_its_end_it_says_nothing(
    watch: TaxonomyWatch, workspace: Workspace, told: list[list[str]], qtbot: QtBot
) -> None:
    watch.stop()
    _replace(workspace.taxonomy / NOTE / "qna.yaml", b"version: 3\n")
    qtbot.wait(300)
    assert told == []


def test_only_as_many_folders_are_watched_as_the_system_can_spare(
    app: QApplication, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, settle: Settle
) -> None:
    monkeypatch.setattr(taxonomy_watch, "MOST_WATCHED", 3)
    watch = TaxonomyWatch(workspace.taxonomy)
    watch.follow(read_tree(workspace.taxonomy))
    settle(lambda: watch._listed_ns > 0 and not watch._to_watch)
    watched = watch._watcher.directories()
    assert len(watched) == 3 and str(workspace.taxonomy) in watched
    watch.stop()
    assert watch._watcher.directories() == []
