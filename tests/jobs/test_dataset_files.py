"""Datasets out and in, through the verbs and the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.errors import JobError
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.dataset import DatasetAbout, freeze, read
from labdesk.core.samples.sample import Provenance, Sample, SourceSpan
from labdesk.core.workspace import Workspace
from labdesk.jobs.dataset_files import datasets, find_dataset, import_rows
from labdesk.jobs.requests import newest_dataset

LEAF = "knowledge/places/marrowby_light"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "w")
    train = [
        Sample(
            id=f"s{n}", leaf=LEAF, root="knowledge", form="short", origin="pattern", fact=f"f{n}",
            question=f"What is thing {n}?", answer=f"Thing {n}.", source=SourceSpan("marrowby_light.md", 40 * n, 40 * n + 9),
            provenance=Provenance(block="recall"),
        )
        for n in range(6)
    ]  # fmt: skip
    asked = ExamQuestion(
        id="q", leaf=LEAF, question="Who keeps the light?", answer="Ada", fact="f1", scoring="contains"
    )
    freeze(made.datasets_folder / "one", DatasetAbout(name="One", job="job", made_at=5.0), train, [asked])
    return made


def test_the_newest_dataset_is_found(workspace: Workspace) -> None:
    assert [path.name for path, _about in datasets(workspace)] == ["one"]
    assert find_dataset(workspace) == Path(newest_dataset(workspace)) == workspace.datasets_folder / "one"
    with pytest.raises(JobError, match="no dataset “two”"):
        find_dataset(workspace, "two")


def test_export_and_import_on_the_command_line(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, target = str(workspace.root), tmp_path / "out"
    assert main(["dataset", "export", root, str(target), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["samples"] == 6 and all(Path(path).is_file() for path in said["files"])
    (phase07,) = target.glob("node_datasets_*/knowledge_places_marrowby_light_p07.jsonl")
    row = json.loads(phase07.read_text().splitlines()[0])
    assert json.loads(row["metadata"])["sdg_document"], "the paragraph goes along"
    chats = tmp_path / "chats.jsonl"
    assert main(["dataset", "export", root, str(chats), "--format", "messages"]) == 0
    assert len(chats.read_text().splitlines()) == 6
    assert main(["dataset", "import", root, str(chats), "--leaf", LEAF]) == 0
    assert "0 rows added" in capsys.readouterr().out, "they are there already"
    assert main(["dataset", "list", root]) == 0
    assert "6 samples" in capsys.readouterr().out
    assert main(["dataset", "export", root, str(target), "--format", "parquet"]) == 1


def test_imported_rows_make_a_new_dataset_without_questions_of_the_exam(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    lines = [
        {"question": "Who keeps the light?", "answer": "Ada"},
        {"question": "Which oil burns?", "answer": "Rapeseed"},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    made = import_rows(workspace, file, LEAF, find_dataset(workspace))
    assert (made.rows, made.held_out) == (1, 1)
    assert read(made.dataset).train[-1].answer == "Rapeseed"
    assert len(read(workspace.datasets_folder / "one").train) == 6
    assert find_dataset(workspace) == made.dataset
