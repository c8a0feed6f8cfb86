"""A draft job with a real worker and the starter model, asked for at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.workspace import Workspace

PASSAGE = "The lamp of Marrowby Light was first lit in 1874. It was designed by Edith Crane."

SKILL = b"""version: 2
task_description: Write cheerful shop signs.
created_by: ada
seed_examples:
- question: Write a shop sign for a bakery.
  answer: Come in! We sell warm bread and small cakes.
- question: Write a shop sign for a barber.
  answer: Come in! We cut hair and tell short jokes.
"""


@pytest.mark.slow
def test_the_starter_teacher_drafts_for_a_leaf_without_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    workspace.require_writable()
    workspace.write_leaf_file("knowledge/places/tower/qna.yaml", b"version: 3\n")
    before = {file: file.read_bytes() for file in workspace.taxonomy.rglob("*") if file.is_file()}
    leaf = workspace.taxonomy / "knowledge/places/tower"
    assert main(["taxonomy", "draft", str(leaf), "--passage", PASSAGE]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ("1874" in {row["answer"] for row in rows}) and all(row["answer"] in PASSAGE for row in rows)
    assert all(row["question"].endswith("?") for row in rows)
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.slow
def test_the_starter_teacher_goes_on_in_the_manner_of_two_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    workspace.require_writable()
    leaf = "compositional_skills/writing/shop_sign"
    workspace.write_leaf_file(f"{leaf}/qna.yaml", SKILL)
    assert main(["taxonomy", "draft", str(workspace.taxonomy / leaf)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows and all(row["question"].startswith("Write a shop sign for a ") for row in rows)
    assert all(row["answer"].startswith("Come in! ") for row in rows)


def test_one_example_is_too_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.create(tmp_path / "w")
    workspace.require_writable()
    leaf = "compositional_skills/writing/shop_sign"
    workspace.write_leaf_file(f"{leaf}/qna.yaml", SKILL.partition(b"- question: Write a shop sign for a b")[0])
    assert main(["taxonomy", "draft", str(workspace.taxonomy / leaf)]) != 0
    assert "fewer than 2 examples" in capsys.readouterr().err
