"""Changes: what differs is listed and shown, files come back, and a commit is asked for with all it needs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.repo import Repo
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.line_diff import side_by_side
from labdesk.core.workspace import Workspace
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.changes.answers import NOTHING, Base, ChangedLeaf, Standing, Version
from labdesk.gui.teach.changes.commit_form import CommitForm, CommitWish
from labdesk.gui.teach.changes.contribution import ContributionDialog
from labdesk.gui.teach.changes.leaf_list import ChangedLeaves
from labdesk.gui.teach.changes.mark_dialog import MarkDialog
from labdesk.gui.teach.changes.view import ChangesView
from labdesk.gui.words import ago

NOTE = "compositional_skills/writing/freeform/harbour_note"
FILE = f"{NOTE}/qna.yaml"
LIGHT = "knowledge/places/marrowby_light"
PLAIN = Standing(bases=(Base(NOTHING, "Nothing"),))
REPOSITORY = Standing(
    repository="/somewhere/course", branch="main",
    bases=(Base("HEAD", "Last commit", "All (Edith)", 1_700_000_000), Base("upstream/main", "Remote branch upstream/main"),
           Base("mark:1", "Marked: before"), Base(NOTHING, "Nothing")),
)  # fmt: skip
LEAVES = (
    ChangedLeaf(NOTE, "changed", (FILE, f"{NOTE}/tune.ogg"), {FILE: side_by_side("a\n", "b\n"), f"{NOTE}/tune.ogg": None}),
    ChangedLeaf(LIGHT, "new", (f"{LIGHT}/qna.yaml",)),
    ChangedLeaf("knowledge/gone", "deleted", ("knowledge/gone/qna.yaml",), {"knowledge/gone/qna.yaml": side_by_side("a", "")}),
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would be asked of another process; nothing is."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr("labdesk.gui.errand.Errand.run", lambda _self, *arguments: found.append(arguments))
    return found


@pytest.fixture
def view(context: GuiContext, asked: list[tuple[str, ...]], qtbot: QtBot) -> ChangesView:
    made = ChangesView(context)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.look()
    return made


def fill(view: ChangesView, standing: Standing = REPOSITORY, leaves: tuple[ChangedLeaf, ...] = LEAVES) -> None:
    view.queries.standing_read.emit(standing)
    view.queries.leaves_read.emit(leaves)


def test_the_first_leaf_is_shown_with_its_files_and_history(view: ChangesView, asked: list[tuple[str, ...]]) -> None:
    root = str(view._context.workspace.root)
    assert asked == [("taxonomy", "bases", root), ("taxonomy", "diff", root, "--base", "HEAD", "--rows")]
    fill(view)
    files = view.files
    assert [files.tabs.tabText(tab) for tab in range(files.tabs.count())] == ["qna.yaml", "tune.ogg", "History"]
    assert files.diff.model.rowCount() == 1 and files.diff.isVisible()
    files.tabs.setCurrentIndex(1)
    assert not files.diff.isVisible()
    files.show_history()
    assert asked[-1] == ("taxonomy", "history", root, NOTE, "--rows")
    view.queries.history_read.emit(NOTE, (Version("labdesk", "b" * 64, "Edit", rows=side_by_side("a", "b")),
                                          Version("commit", "1" * 40, "All", "Edith", int(time.time()))))  # fmt: skip
    files.history.list.setCurrentIndex(files.history.versions.index(1))
    files.history.restore.click()
    assert asked[-1] == ("taxonomy", "restore", root, FILE, "--version", "1" * 40, "--source", "commit")
    view.queries.history_read.emit(LIGHT, ())  # an answer about another leaf
    assert files.history.versions.rowCount() == 2


def test_lines_that_were_too_many_are_asked_for_when_they_are_looked_at(
    view: ChangesView, asked: list[tuple[str, ...]]
) -> None:
    fill(view)
    view.list.setCurrentIndex(view.leaves.index(1))
    assert asked[-1][-3:] == ("--leaf", LIGHT, "--rows")
    assert not view.files.diff.isVisible()
    file = f"{LIGHT}/qna.yaml"
    view.queries.rows_read.emit(ChangedLeaf(LIGHT, "new", (file,), {file: side_by_side("", "a\nb\n")}))
    assert view.files.diff.isVisible() and view.files.diff.model.rowCount() == 2
    assert not view.files.restore.isEnabled()  # there is no earlier version of a new leaf


def test_a_file_comes_back_and_the_list_is_read_again(
    view: ChangesView, asked: list[tuple[str, ...]], settle: Callable[[Callable[[], bool]], None]
) -> None:
    fill(view)
    view.files.restore.click()
    root = str(view._context.workspace.root)
    assert asked[-1] == ("taxonomy", "restore", root, FILE, "--base", "HEAD")
    asked.clear()
    view.queries.done.emit({"file": FILE})
    assert "as it was" in view.banner.words
    settle(lambda: ("taxonomy", "bases", root) in asked)


def test_a_folder_without_any_version_says_what_is_possible(view: ChangesView, asked: list[tuple[str, ...]]) -> None:
    fill(view, PLAIN)
    assert view.empty.heading.text() == "Nothing to compare with yet"
    assert view.mark_button.isVisible() and view.bar.make.isVisible()
    assert view.bar.give.isEnabled()  # its leaves can be given away all the same
    view.ask_mark()
    dialog = view.findChild(MarkDialog)
    assert dialog is not None and not dialog.ok.isEnabled()
    dialog.name.setText("  before lunch ")
    dialog.ok.click()
    assert asked[-1] == ("taxonomy", "mark", str(view._context.workspace.root), "before lunch")


def test_nothing_differs(view: ChangesView) -> None:
    fill(view, leaves=())
    assert view.empty.heading.text() == "Nothing differs"
    assert not view.bar.give.isEnabled() and not view.mark_button.isVisible()


def test_the_history_of_a_leaf_that_does_not_differ(view: ChangesView, asked: list[tuple[str, ...]]) -> None:
    view.show_history(LIGHT)
    fill(view, leaves=())
    assert view.files.isVisible() and asked[2][1:] == ("history", asked[0][2], LIGHT, "--rows")


def test_a_repository_in_the_middle_of_something_is_not_committed_to(view: ChangesView) -> None:
    busy = Standing("/somewhere/course", "main", "A merge is not finished.", False, REPOSITORY.bases)
    fill(view, busy)
    assert not view.bar.give.isEnabled()
    assert "merge is not finished" in view.bar.give.toolTip() and "merge is not finished" in view.bar.where.text()


def test_a_commit_is_asked_for_with_all_it_needs(
    context: GuiContext, asked: list[tuple[str, ...]], qtbot: QtBot
) -> None:
    dialog = ContributionDialog(context, LEAVES, REPOSITORY)
    qtbot.addWidget(dialog)
    dialog.show()
    form = dialog.form
    assert not form.ok.isEnabled()
    form.name.setText("Edith Crane")
    form.email.setText("not an address")
    assert not form.ok.isEnabled()
    form.email.setText("edith@example.org")
    form.leaves.tick_only([NOTE, LIGHT])
    form.message.setPlainText("Teach the harbour note")
    form.new.setChecked(True)
    assert form.branch.text() == "teach-harbour-note"
    form.base.setCurrentIndex(form.base.findData("upstream/main"))
    form.ok.click()
    assert asked[-1][:5] == ("taxonomy", "contribute", str(context.workspace.root), NOTE, LIGHT)
    assert asked[-1][5:11] == (
        "--message",
        "Teach the harbour note",
        "--name",
        "Edith Crane",
        "--email",
        "edith@example.org",
    )
    assert asked[-1][11:] == ("--branch", "teach-harbour-note", "--base", "upstream/main")
    assert (context.settings.values.author, context.settings.values.email) == ("Edith Crane", "edith@example.org")
    with qtbot.waitSignal(dialog.committed):
        dialog.errand.line.emit({"commit": "1" * 40, "text": "## Contribution\n"})
    assert dialog.report.end.isVisible() and "teach-harbour-note" in dialog.report.end.accessibleName()
    target = context.workspace.root / "report.md"
    dialog.report.save_to(str(target))
    assert target.read_text() == "## Contribution\n"


def test_without_a_repository_there_is_a_report(
    context: GuiContext, asked: list[tuple[str, ...]], qtbot: QtBot
) -> None:
    dialog = ContributionDialog(context, LEAVES, PLAIN)
    qtbot.addWidget(dialog)
    assert asked == [("taxonomy", "report", str(context.workspace.root), NOTE, LIGHT)]
    dialog.errand.line.emit({"text": "## Contribution\n"})
    assert dialog.pages.currentWidget() is dialog.report
    assert dialog.report.text.toPlainText() == "## Contribution\n"


def test_very_many_leaves_are_not_named_one_by_one(app: object, qtbot: QtBot) -> None:
    many = [ChangedLeaf(f"knowledge/leaf_{number}", "new", ()) for number in range(500)]
    form = CommitForm(many, REPOSITORY, "Edith", "e@example.org")
    qtbot.addWidget(form)
    heard: list[CommitWish] = []
    form.wanted.connect(heard.append)
    form.ok.click()
    form.leaves.tick_only(["knowledge/leaf_1"])
    form.ok.click()
    assert [(wish.all, len(wish.leaves)) for wish in heard] == [(True, 500), (False, 1)]


def test_the_list_keeps_the_rules_of_qt(app: object) -> None:
    model = ChangedLeaves(checkable=True)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.QtTest)
    model.show_leaves(LEAVES)
    model.show_leaves(LEAVES[:1])
    model.show_leaves((ChangedLeaf(NOTE, "new"),))
    model.tick_only([])
    model.show_leaves(())
    assert model.ticked == () and tester is not None


def test_with_a_real_repository_and_real_processes(context: GuiContext, workspace: Workspace, qtbot: QtBot) -> None:
    Repo.init(str(workspace.taxonomy)).close()
    view = ChangesView(context)
    qtbot.addWidget(view)
    view.show()
    view.look()
    qtbot.waitUntil(lambda: view.leaves.rowCount() == 4, timeout=60_000)
    qtbot.waitUntil(lambda: bool(view.bar.standing.repository), timeout=60_000)
    assert Path(view.bar.standing.repository) == workspace.taxonomy
    assert {leaf.state for leaf in view.leaves.leaves} == {"new"}
    assert view.files.diff.model.rowCount() > 0
    view.leave()


@pytest.mark.parametrize(
    ("passed", "words"),
    [(5, "just now"), (1_200, "20 min ago"), (7_300, "2 h ago"), (90_000, "yesterday"), (5 * 86_400, "5 days ago")],
)
def test_how_long_ago_something_was(passed: float, words: str) -> None:
    assert ago(1_700_000_000, 1_700_000_000 + passed) == words


def test_long_ago_is_a_month() -> None:
    assert ago(0, 1_700_000_000).endswith("1970")
