"""The pane of one leaf without the window around it: real files, conflicts, problems, and the system's watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labdesk.core.drafts import Drafts
from labdesk.core.taxonomy.edit import set_field
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.leaf_pane import LeafPane
from tests.corpus.conftest import CorpusFile, corpus

__all__ = ["corpus"]  # a fixture
LIGHT = "knowledge/places/marrowby_light"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def pane(app: object, workspace: Workspace) -> Iterator[LeafPane]:
    made = LeafPane(LeafEditor(workspace), workspace)
    made.resize(700, 800)
    made.show()
    yield made
    made.close_drafts()
    made.close()
    made.deleteLater()


def _file(workspace: Workspace) -> Path:
    return workspace.taxonomy / LIGHT / "qna.yaml"


def test_real_files_open_say_what_is_wrong_and_are_not_touched(
    pane: LeafPane, workspace: Workspace, corpus: list[CorpusFile], settle: Settle
) -> None:
    for number, file in enumerate(corpus[::80]):
        leaf = f"{file.folder.partition('/')[0]}/sample/{number}"
        path = workspace.taxonomy / leaf / "qna.yaml"
        path.parent.mkdir(parents=True)
        path.write_bytes(file.data)
        done: list[None] = []
        pane.form.completed.connect(lambda done=done: done.append(None))
        pane._editor.open(leaf)
        settle(lambda done=done: bool(done) and not pane._place_later.isActive())
        assert pane._editor.leaf is not None
        if not pane._editor.leaf.is_valid:
            assert pane._shown or pane._placed, file.id
        pane.tabs.setCurrentIndex(1)
        pane.tabs.setCurrentIndex(0)
        pane.save()
        assert path.read_bytes() == file.data
    assert not (workspace.state / "drafts").exists()


def test_a_change_by_another_program_is_shown_without_asking(
    pane: LeafPane, workspace: Workspace, settle: Settle
) -> None:
    pane._editor.open(LIGHT)
    changed = set_field(_file(workspace).read_bytes(), ("domain",), "elsewhere")
    temporary = _file(workspace).with_name("editor")
    temporary.write_bytes(changed)
    temporary.replace(_file(workspace))
    settle(lambda: pane._editor.leaf is not None and pane._editor.leaf.domain == "elsewhere")
    settle(lambda: "Another program" in pane.banner.words)


def test_a_conflict_is_shown_side_by_side_and_saved_as_chosen(
    pane: LeafPane, workspace: Workspace, settle: Settle
) -> None:
    pane._editor.open(LIGHT)
    pane._editor.type(("domain",), "mine")
    pane._editor.type(("created_by",), "me")
    data = _file(workspace).read_bytes()
    _file(workspace).write_bytes(set_field(set_field(data, ("domain",), "theirs"), ("created_by",), "they"))
    pane.save()
    assert pane._stack.currentWidget() is pane.conflict
    by_name = {card.accessibleName(): card for card in pane.conflict.places}
    assert set(by_name) == {"Field", "Written by"}
    by_name["Field"].choose(False)
    by_name["Written by"].mine.setPlainText("we")
    pane.conflict.save()
    assert pane._editor.leaf is not None
    assert (pane._editor.leaf.domain, pane._editor.leaf.created_by) == ("theirs", "we")
    assert pane._stack.currentWidget() is not pane.conflict


def test_typing_that_a_killed_window_left_is_offered_and_put_back(
    pane: LeafPane, workspace: Workspace, settle: Settle
) -> None:
    left = Drafts(workspace.state / "drafts")
    left.keep(LIGHT, _file(workspace).read_bytes(), {("domain",): "lighthouses"})
    left.close()
    pane._editor.open(LIGHT)
    settle(lambda: "lighthouses" in pane.banner.words)
    assert pane.banner._action is not None
    pane.banner._action.click()
    assert pane.form.rows()[("domain",)].field.plain_text() == "lighthouses"  # type: ignore[attr-defined]
    assert not pane._unsaved.isHidden()
    pane.save()
    assert b"domain: lighthouses" in _file(workspace).read_bytes()
    assert pane.drafts.drafts.find(LIGHT) is None


def test_a_problem_leads_to_its_field_or_to_its_line(pane: LeafPane, workspace: Workspace, settle: Settle) -> None:
    text = _file(workspace).read_text("utf-8").replace('answer: "1874"', "answer: 1874")
    _file(workspace).write_text(text.replace("domain: places", "domain: places\nsubject: light"), "utf-8")
    pane._editor.open(LIGHT)
    settle(lambda: len(pane._placed) == 1 and len(pane._shown) == 1)
    pane.problems.chosen.emit(0)
    settle(lambda: pane.tabs.currentWidget() is pane.yaml and pane.yaml.text.caret()[0] == 4)
    pane.next_problem()
    assert pane.tabs.currentWidget() is pane.form


def test_deprecated_knowledge_shows_its_questions_and_can_be_brought_up_to_date(
    pane: LeafPane, workspace: Workspace, settle: Settle
) -> None:
    seeds = "".join(f"- question: When was tower {n} built?\n  answer: In 18{n + 70}.\n" for n in range(6))
    data = f"version: 1\ncreated_by: ada\ntask_description: Towers.\nseed_examples:\n{seeds}"
    workspace.write_leaf_file("knowledge/old/qna.yaml", data.encode())
    pane._editor.open("knowledge/old")
    settle(lambda: len(pane.form.cards) == 6 and bool(pane.problems.rows))
    assert pane.problems.rows[0].fix == "Bring it to version 3"
    pane.problems.fix_wanted.emit(0)
    assert pane._editor.leaf is not None
    assert pane._editor.leaf.version == 3
    settle(lambda: len(pane.form.cards) == 2)


def test_a_hundred_examples_are_closed_cards_and_open_where_one_goes(
    pane: LeafPane, workspace: Workspace, settle: Settle
) -> None:
    seeds = "".join(f"- question: What is number {n}?\n  answer: It is {n} indeed.\n" for n in range(100))
    data = f"version: 3\ncreated_by: ada\ntask_description: Count.\nseed_examples:\n{seeds}"
    workspace.write_leaf_file("compositional_skills/many/qna.yaml", data.encode())
    pane._editor.open("compositional_skills/many")
    settle(lambda: len(pane.form.cards) == 100)
    assert not any(card.is_open for card in pane.form.cards)
    assert pane.form.go_to(("seed_examples", 90, "answer"))
    assert pane.form.cards[90].is_open
