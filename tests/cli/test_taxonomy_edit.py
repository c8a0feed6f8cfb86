"""`labdesk taxonomy set` and `new`: scripted edits that change their own lines, and drafts that say what they lack."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core import paths
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.workspace import Workspace

NOTE = "compositional_skills/writing/freeform/harbour_note"


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    shutil.copytree(paths.starter_taxonomy(), tmp_path / "taxonomy")
    return tmp_path / "taxonomy"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["taxonomy", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in after.splitlines() if line not in before.splitlines()]


@pytest.mark.parametrize("leaf", [NOTE, f"{NOTE}/qna.yaml"])
def test_one_field_changes_its_own_line(taxonomy: Path, capsys: pytest.CaptureFixture[str], leaf: str) -> None:
    file = taxonomy / NOTE / "qna.yaml"
    before = file.read_text()
    code, said, _ = run(capsys, "set", taxonomy / leaf, "created_by", "Edith: Crane")
    assert code == 0 and "created_by changed; valid." in said
    assert [line.split(":", 1)[0] for line in changed_lines(before, file.read_text())] == ["created_by"]
    assert not (taxonomy.parent / ".labdesk").exists()  # a bare taxonomy stays one
    code, said, _ = run(capsys, "set", taxonomy / leaf, "created_by", "Edith: Crane")
    assert code == 0 and "created_by already so" in said


@pytest.mark.parametrize("field", ["seed_examples[1].answer", "seed_examples.1.answer"])
def test_text_stays_text_and_problems_are_told(taxonomy: Path, capsys: pytest.CaptureFixture[str], field: str) -> None:
    code, said, _ = run(capsys, "set", taxonomy / NOTE, field, "Yes", "--json")
    row = json.loads(said)
    assert code == 0 and row["verdict"] == "valid" and row["changed"] and row["field"] == field
    assert read_leaf(taxonomy / NOTE, taxonomy).seed_examples[1].answer == "Yes"
    row = json.loads(run(capsys, "set", taxonomy / NOTE, "seed_examples", "[]", "--json")[1])
    assert row["verdict"] == "schema-invalid" and row["problems"][0]["where"] == "seed_examples"


def test_numbers_lists_and_json(taxonomy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = taxonomy / NOTE / "qna.yaml"
    assert run(capsys, "set", file, "version", "2")[0] == 0 and "version: 2\n" in file.read_text()
    code, _, said = run(capsys, "set", file, "seed_examples", "not json")
    assert code == 1 and "not JSON" in said and "What to do:" in said
    assert run(capsys, "set", file, "seed_examples[0]", '{"question": "Why?", "answer": "So."}')[0] == 0
    assert "Why?" in file.read_text()


@pytest.mark.parametrize("field", ["", "a b", "seed_examples[x]", ".a", "a..b", "a]"])
def test_a_field_that_is_none_is_explained(taxonomy: Path, capsys: pytest.CaptureFixture[str], field: str) -> None:
    before = (taxonomy / NOTE / "qna.yaml").read_bytes()
    code, _, said = run(capsys, "set", taxonomy / NOTE, field, "x")
    assert code == 1 and "What to do:" in said
    assert (taxonomy / NOTE / "qna.yaml").read_bytes() == before


def test_a_missing_or_broken_leaf_is_explained(taxonomy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "set", taxonomy / "knowledge/nothing", "created_by", "x")[0] == 1
    assert run(capsys, "set", taxonomy.parent, "created_by", "x")[0] == 1
    (taxonomy / NOTE / "qna.yaml").write_text('a: "b" c\n')
    code, said, _ = run(capsys, "set", taxonomy / NOTE, "a", "x", "--json")
    assert code == 1 and json.loads(said)["type"] == "error" and "not YAML" in json.loads(said)["message"]


def test_in_a_workspace_the_edit_can_be_undone(taxonomy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (taxonomy.parent / ".labdesk").mkdir()
    before = (taxonomy / NOTE / "qna.yaml").read_bytes()
    run(capsys, "set", taxonomy / NOTE, "created_by", "someone else")
    run(capsys, "new", taxonomy / "knowledge/ships/pilots")
    workspace = Workspace.open(taxonomy.parent)
    workspace.undo()
    assert not (taxonomy / "knowledge/ships").exists()
    workspace.undo()
    assert (taxonomy / NOTE / "qna.yaml").read_bytes() == before


def test_new_leaves_of_each_kind(taxonomy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pilot.md").write_text("# Pilots\n")
    code, said, _ = run(
        capsys, "new", taxonomy / "knowledge/ships/pilots", "--about", "Pilots", "--domain", "Ships",
        "--author", "me", "--document", tmp_path / "pilot.md",
    )  # fmt: skip
    assert code == 0 and "schema-invalid" in said
    text = (taxonomy / "knowledge/ships/pilots/qna.yaml").read_text()
    assert "document_outline: Pilots" in text and "domain: Ships" in text and "pilot.md" in text
    assert (taxonomy / "knowledge/ships/pilots/pilot.md").read_text() == "# Pilots\n"
    assert run(capsys, "new", taxonomy / "compositional_skills/odes", "--grounded")[0] == 0
    assert 'context: " "' in (taxonomy / "compositional_skills/odes/qna.yaml").read_text()
    assert run(capsys, "new", taxonomy / "foundational_skills/sums", "--about", "Sums", "--json")[0] == 0
    assert "context" not in (taxonomy / "foundational_skills/sums/qna.yaml").read_text()


def test_new_refuses_what_it_cannot_make(taxonomy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (taxonomy / NOTE / "qna.yaml").read_bytes()
    assert run(capsys, "new", taxonomy / NOTE)[0] == 1
    assert (taxonomy / NOTE / "qna.yaml").read_bytes() == before
    assert run(capsys, "new", tmp_path / "somewhere/else")[0] == 1
    assert run(capsys, "new", taxonomy / "knowledge/x", "--document", tmp_path / "none.md")[0] == 1
    assert run(capsys, "new", taxonomy / "compositional_skills/x", "--document", taxonomy / NOTE / "qna.yaml")[0] == 1
    assert not (taxonomy / "knowledge/x").exists() and not (taxonomy / "compositional_skills/x").exists()
