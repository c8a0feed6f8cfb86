"""`labdesk taxonomy check` and `tree`: several roots, JSON lines, and exit codes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from labdesk.cli.main import main
from labdesk.cli.taxonomy import app
from labdesk.core.errors import TaxonomyError

STARTER = Path(__file__).resolve().parents[2] / "taxonomy"
RUNNER = CliRunner()


def _root(tmp_path: Path, name: str, text: str) -> Path:
    folder = tmp_path / name / "compositional_skills" / "x"
    folder.mkdir(parents=True)
    (folder / "qna.yaml").write_text(text)
    return tmp_path / name


def test_a_valid_taxonomy_ends_with_zero() -> None:
    result = RUNNER.invoke(app, ["check", str(STARTER)])
    assert result.exit_code == 0 and "4 leaves, 4 valid." in result.stdout


def test_each_leaf_of_each_root_is_one_json_line(tmp_path: Path) -> None:
    broken = _root(tmp_path, "broken", 'version: 3\ncreated_by: "me" you\n')
    wrong = _root(tmp_path, "wrong", "version: 3\ncreated_by: 4\n")
    result = RUNNER.invoke(app, ["check", "--json", str(broken), str(STARTER), str(wrong)])
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["root"], row["verdict"]) for row in rows] == [
        (str(broken), "not-yaml"), *[(str(STARTER), "valid")] * 4, (str(wrong), "schema-invalid"),
    ]  # fmt: skip
    assert rows[0]["path"] == "compositional_skills/x/qna.yaml"
    assert rows[0]["problems"][0]["line"] == 2 and rows[0]["problems"][0]["fix"] == "Put the text in quotation marks"
    problem = next(one for one in rows[-1]["problems"] if one["where"] == "created_by")
    assert set(problem) == {"line", "column", "where", "message", "level", "fix"}
    assert (problem["line"], problem["column"], problem["level"]) == (2, 13, "error")


def test_the_program_ends_with_one_when_a_leaf_is_broken(tmp_path: Path) -> None:
    """Through the program's own entry, not only the group's."""
    assert main(["taxonomy", "check", str(_root(tmp_path, "wrong", "version: 3\ncreated_by: 4\n"))]) == 1
    assert main(["taxonomy", "check", str(STARTER)]) == 0


def test_people_see_places_and_fixes(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["check", str(_root(tmp_path, "wrong", "version: 3\ncreated_by: 4\n"))])
    assert result.exit_code == 1
    assert "2:13 error [created_by]" in result.stdout and "fix: Put it in quotation marks" in result.stdout
    assert "1 leaf, 0 valid." in result.stdout


def test_a_file_that_cannot_be_read_is_reported_not_raised(tmp_path: Path) -> None:
    root = _root(tmp_path, "huge", "a: b\n" + "# x\n" * (1 << 19))
    result = RUNNER.invoke(app, ["check", "--json", str(root)])
    assert result.exit_code == 1 and json.loads(result.stdout)["verdict"] == "not-yaml"


def test_no_leaf_is_an_error(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["check", str(tmp_path)])
    assert isinstance(result.exception, TaxonomyError) and result.exception.remedy
    assert isinstance(RUNNER.invoke(app, ["check", str(tmp_path / "none")]).exception, TaxonomyError)


def test_the_tree_lists_leaves() -> None:
    result = RUNNER.invoke(app, ["tree", str(STARTER)])
    assert result.exit_code == 0 and "marrowby_light   knowledge, 5 seed examples, valid" in result.stdout
    rows = [json.loads(line) for line in RUNNER.invoke(app, ["tree", "--json", str(STARTER)]).stdout.splitlines()]
    assert [row["kind"] for row in rows] == ["knowledge", "skill freeform", "skill grounded", "skill freeform"]


@pytest.mark.slow
def test_a_thousand_roots_take_less_than_twenty_seconds(tmp_path: Path) -> None:
    text = (STARTER / "compositional_skills/writing/freeform/harbour_note/qna.yaml").read_text()
    roots = [str(_root(tmp_path, f"r{number}", text)) for number in range(1_000)]
    started = time.process_time()
    assert RUNNER.invoke(app, ["check", "--json", *roots]).exit_code == 0
    assert time.process_time() - started < 20
