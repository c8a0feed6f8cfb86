"""`labdesk taxonomy new` on a terminal asks as the window does; `labdesk taxonomy draft` prints what a worker drafts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labdesk.cli import taxonomy_ask, taxonomy_draft
from labdesk.cli.main import main
from labdesk.core.errors import JobError
from labdesk.core.events import Event, SampleMade
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState, fold_all
from labdesk.core.specs import DraftSpec
from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.workspace import Workspace

LIGHT = "knowledge/places/marrowby_light"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = Workspace.create(tmp_path / "w")
    made.require_writable()
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answers the questions in order; None takes what is proposed."""

    def with_these(*answers: object) -> None:
        given = list(answers)

        def prompt(_text: str, default: Any = None, type: Any = str) -> Any:
            said = given.pop(0)
            return type(default if said is None else said)

        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr(taxonomy_ask.typer, "prompt", prompt)

    return with_these


def test_it_asks_and_makes_the_leaf(workspace: Workspace, answer: Callable[..., None], tmp_path: Path) -> None:
    source = tmp_path / "mill.md"
    source.write_text("# The mill\n\nIt grinds rye.\n", "utf-8")
    answer(1, "The mill of Oldwick", None, None, "nowhere.md", str(source))
    assert main(["taxonomy", "new"]) == 0
    leaf = read_leaf(workspace.taxonomy / "knowledge/places/mill_oldwick", workspace.taxonomy)
    assert (leaf.kind, leaf.document_outline, leaf.domain) == (LeafKind.KNOWLEDGE, "The mill of Oldwick", "places")
    assert leaf.document is not None and leaf.document.patterns == ("mill.md",)
    assert (workspace.taxonomy / leaf.path / "mill.md").is_file()


def test_what_is_taken_is_asked_again(
    workspace: Workspace, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer(1, "Marrowby light", "places", None, "places", "light two", "")
    assert main(["taxonomy", "new"]) == 0
    said = capsys.readouterr()
    assert "already a leaf" in said.err
    assert "Knowledge › Places › Light two" in said.out
    assert "take five passages" in said.out


def test_a_grounded_skill_is_made_as_one(workspace: Workspace, answer: Callable[..., None]) -> None:
    answer(3, "Extract the dates", None, None)
    assert main(["taxonomy", "new"]) == 0
    leaf = read_leaf(workspace.taxonomy / "compositional_skills/grounded/extraction/extract_dates", workspace.taxonomy)
    assert leaf.kind is LeafKind.GROUNDED


def test_without_a_terminal_it_says_what_to_give(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["taxonomy", "new"]) != 0
    assert "needs its path" in capsys.readouterr().err


def drafting(*events: Event, error: JobError | None = None) -> Callable[..., JobState]:
    def run_job(job: JobFolder, as_json: bool, show: Callable[[Event], None]) -> JobState:
        assert job.request.kind == "draft"
        for event in events:
            show(event)
        if error is not None:
            raise error
        return fold_all(events)

    return run_job


def test_drafts_are_json_lines_and_nothing_is_written(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes()
    made = (SampleMade("1", LIGHT, "Who?", "Edith", True), SampleMade("2", LIGHT, "What?", "x", False, "Foreign."))
    monkeypatch.setattr(taxonomy_draft, "run_job", drafting(*made))
    assert main(["taxonomy", "draft", f"taxonomy/{LIGHT}"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["question"], row["answer"]) for row in rows] == [("Who?", "Edith")] * 5
    assert rows[1]["passage"].startswith("The tower is 92 feet")
    specs = [job.spec(DraftSpec) for job in workspace.jobs("draft")]
    assert {spec.leaf for spec in specs} == {LIGHT}
    assert main(["taxonomy", "draft", f"taxonomy/{LIGHT}", "--number", "2", "--discarded"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row.get("reason", "") for row in rows] == ["", "Foreign."]
    assert (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes() == before


def test_no_draft_at_all_is_an_error(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taxonomy_draft, "run_job", drafting(error=JobError("Nothing passed.", cause="Most often: x.")))
    assert main(["taxonomy", "draft", f"taxonomy/{LIGHT}", "--passage", "Tea."]) != 0
    said = capsys.readouterr().err
    assert "Nothing passed. Most often: x." in said
    assert "--discarded" in said


def test_a_skill_is_drafted_after_its_own_examples(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    skill = "compositional_skills/grounded/extraction/visitor_book"
    made = SampleMade("1", skill, "Write the line.", "Ada | 2", True, context="Ada came with a friend.")
    monkeypatch.setattr(taxonomy_draft, "run_job", drafting(made))
    assert main(["taxonomy", "draft", f"taxonomy/{skill}"]) == 0
    row = {"question": "Write the line.", "answer": "Ada | 2", "context": "Ada came with a friend."}
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [row]
    assert workspace.jobs("draft")[-1].spec(DraftSpec) == DraftSpec(leaf=skill, passage="")
    assert main(["taxonomy", "draft", f"taxonomy/{skill}", "--passage", "Tea."]) != 0
    assert "it has no passages" in capsys.readouterr().err


def test_bare_taxonomies_are_refused(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["taxonomy", "draft", f"taxonomy/{LIGHT}", "--number", "9"]) != 0
    assert "It has 5." in capsys.readouterr().err
