"""The command line as a person meets it: exit codes, the three texts of an error, nothing written half."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core import paths
from labdesk.core.errors import TaxonomyError
from labdesk.core.models.catalog import starter_model
from labdesk.core.workspace import Workspace
from labdesk.jobs.requests import left_out, request_teach


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    shutil.copytree(paths.starter_taxonomy(), tmp_path / "taxonomy")
    return tmp_path


def one_leaf(workspace: Path) -> Path:
    return next((workspace / "taxonomy" / "knowledge").rglob("qna.yaml"))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("labdesk ")


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tech"]) == 2
    assert "labdesk --help" in capsys.readouterr().err


def test_a_broken_leaf_is_refused_with_its_line_and_nothing_is_written(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaf = one_leaf(workspace)
    leaf.write_text(leaf.read_text().replace("answer: Edith Crane", "answer: Edith: Crane"))
    assert main(["teach", str(workspace)]) == 1
    said = capsys.readouterr().err
    assert "cannot be taught from" in said
    assert f"qna.yaml:{1 + leaf.read_text().splitlines().index('        answer: Edith: Crane')}:" in said.replace(
        "\n", ""
    )
    assert "What to do:" in said
    assert "--ready" in said
    assert not (workspace / ".labdesk").exists()


def test_a_leaf_that_is_not_ready_can_be_left_out(workspace: Path) -> None:
    leaf = one_leaf(workspace)
    leaf.write_text("version: 3\n")
    opened = Workspace.open(workspace)
    with pytest.raises(TaxonomyError):
        request_teach(opened, whole=True)
    job = request_teach(opened)
    assert [f"{one.path}/qna.yaml" for one in left_out(job)] == [leaf.relative_to(opened.taxonomy).as_posix()]


def test_a_folder_that_is_no_workspace_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teach", str(tmp_path)]) == 1
    assert "not a workspace" in capsys.readouterr().err
    assert main(["teach", str(tmp_path / "nowhere")]) == 1
    assert "no folder" in capsys.readouterr().err


def test_a_truncated_model_is_refused_before_any_work(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = tmp_path / "short.gguf"
    short.write_bytes(starter_model().read_bytes()[:5_000_000])
    assert main(["teach", str(workspace), "--student", str(short), "--json"]) == 1
    error = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert error["type"] == "error"
    assert error["remedy"]
    assert not (workspace / ".labdesk").exists()


def test_an_unwritable_workspace_is_refused_at_once(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A file where the folder must be: refused for every user, root too.
    (workspace / ".labdesk").write_text("in the way")
    assert main(["teach", str(workspace)]) == 1
    assert "What to do:" in capsys.readouterr().err
    assert (workspace / ".labdesk").read_text() == "in the way"


def test_jobs_of_a_fresh_workspace(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", str(workspace)]) == 0
    assert "No jobs yet" in capsys.readouterr().out


def test_training_without_a_dataset_says_what_comes_first(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exam", str(workspace)]) == 1
    assert "labdesk generate" in capsys.readouterr().err
