"""`labdesk taxonomy upgrade`, `import`, `export` and `diff` as a person and a script meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from dulwich import porcelain
from dulwich.repo import Repo

from labdesk.cli.main import main
from labdesk.core import paths
from labdesk.core.workspace import Workspace

NOTE = "compositional_skills/writing/freeform/harbour_note"


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    shutil.copytree(paths.starter_taxonomy(), tmp_path / "w/taxonomy", ignore=shutil.ignore_patterns(".keep"))
    return tmp_path / "w/taxonomy"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["taxonomy", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def content(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_leaves_are_upgraded_when_they_are_complete_then(taxonomy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note, short = taxonomy / NOTE / "qna.yaml", taxonomy / "compositional_skills/short/qna.yaml"
    new = note.read_bytes()
    note.write_bytes(new.replace(b"version: 3", b"version: 2"))
    short.parent.mkdir()
    short.write_text("created_by: me\ntask_description: x\nseed_examples:\n- question: a\n  answer: b\n")
    before = content(taxonomy)
    code, said, _ = run(capsys, "upgrade", taxonomy.parent, "--dry-run", "--json")
    assert code == 1 and content(taxonomy) == before
    assert [(row["path"], row["from"], row["written"], row["verdict"]) for row in rows(said)] == [
        ("compositional_skills/short/qna.yaml", 1, False, "schema-invalid"), (f"{NOTE}/qna.yaml", 2, False, "valid"),
    ]  # fmt: skip
    code, said, _ = run(capsys, "upgrade", taxonomy)
    assert (
        code == 1 and note.read_bytes() == new and short.read_bytes() == before["compositional_skills/short/qna.yaml"]
    )
    assert (
        "not upgraded: it would be incomplete" in said
        and "To do: Version 3 wants 5 seed examples; there are 1." in said
    )
    assert run(capsys, "upgrade", short, "--drafts")[0] == 1 and short.read_text().startswith("version: 3\n")
    assert run(capsys, "upgrade", taxonomy / NOTE) == (0, "", "")
    short.write_text('a: "b" c\n')
    code, said, _ = run(capsys, "upgrade", short.parent, "--json")
    assert code == 1 and "not YAML" in rows(said)[0]["error"]


@pytest.mark.parametrize("name", ["out.zip", "out"])
def test_export_and_import(taxonomy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, said, _ = run(capsys, "export", taxonomy.parent, tmp_path / name, "--json")
    assert code == 0 and rows(said)[0]["files"] == len(content(taxonomy))
    assert run(capsys, "export", taxonomy, tmp_path / name)[0] == 1
    (tmp_path / "other/taxonomy").mkdir(parents=True)
    code, said, _ = run(capsys, "import", tmp_path / "other", tmp_path / name, "--dry-run", "--json")
    assert code == 0 and not rows(said)[0]["imported"] and not content(tmp_path / "other/taxonomy")
    assert run(capsys, "import", tmp_path / "other", tmp_path / name)[0] == 0
    assert content(tmp_path / "other/taxonomy") == content(taxonomy)
    workspace = Workspace.open(tmp_path / "other")
    workspace.undo()
    assert not content(workspace.taxonomy)
    workspace.redo()
    assert content(workspace.taxonomy) == content(taxonomy)


def test_import_asks_before_it_replaces(taxonomy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "export", taxonomy, tmp_path / "x.zip")
    file, missing = taxonomy / NOTE / "qna.yaml", next((taxonomy / "knowledge").rglob("qna.yaml"))
    original = file.read_bytes()
    file.write_bytes(b"mine")
    missing.unlink()
    code, said, error = run(capsys, "import", taxonomy.parent, tmp_path / "x.zip")
    assert code == 1 and f"differs: {NOTE}/qna.yaml" in said and "--keep" in error
    assert file.read_bytes() == b"mine" and not missing.exists()
    assert run(capsys, "import", taxonomy.parent, tmp_path / "x.zip", "--keep")[0] == 0
    assert file.read_bytes() == b"mine" and missing.exists()
    assert run(capsys, "import", taxonomy.parent, tmp_path / "x.zip", "--overwrite")[0] == 0
    assert file.read_bytes() == original
    assert run(capsys, "import", taxonomy.parent, tmp_path / "none.zip")[0] == 1
    assert run(capsys, "import", tmp_path / "nowhere", tmp_path / "x.zip")[0] == 1


def test_diff_with_and_without_a_repository(taxonomy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = run(capsys, "diff", taxonomy.parent)
    assert code == 0 and len(said.splitlines()) == 4 and said.startswith("new ")
    repo = Repo.init(str(taxonomy.parent))
    porcelain.add(repo)
    repo.get_worktree().commit(message=b"x", author=b"A <a@b>", committer=b"A <a@b>")
    assert run(capsys, "diff", taxonomy.parent) == (0, "No leaf differs.\n", "")
    with open(taxonomy / NOTE / "qna.yaml", "ab") as file:
        file.write(b"# more\n")
    assert rows(run(capsys, "diff", taxonomy, "--json")[1]) == [
        {"path": NOTE, "state": "changed", "files": [f"{NOTE}/qna.yaml"]}
    ]
    assert "    +# more" in run(capsys, "diff", taxonomy, "--text")[1].splitlines()
    assert len(rows(run(capsys, "diff", taxonomy, "--json", "--base", "empty")[1])) == 4
    code, said, _ = run(capsys, "diff", taxonomy, "--json", "--base", "nothing")
    assert code == 1 and rows(said)[0]["type"] == "error" and rows(said)[0]["remedy"]
    assert run(capsys, "diff", taxonomy / "nowhere")[0] == 1


def test_contribute_commits_and_reports(taxonomy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed = ["-m", "Better notes", "--name", "Edith", "--email", "edith@example.org"]
    code, _, said = run(capsys, "contribute", taxonomy, NOTE, *signed)
    assert code == 1 and "not in a git repository" in said
    repo = Repo.init(str(taxonomy.parent))
    porcelain.add(repo)
    start = repo.get_worktree().commit(message=b"x", author=b"A <a@b>", committer=b"A <a@b>")
    assert run(capsys, "contribute", taxonomy, NOTE, *signed)[0] == 1  # nothing differs
    with open(taxonomy / NOTE / "qna.yaml", "ab") as file:
        file.write(b"# more\n")
    options = ["--branch", "notes", "--report", str(tmp_path / "report.md"), "--json"]
    code, said, _ = run(capsys, "contribute", taxonomy, NOTE, *signed, *options)
    (row,) = rows(said)
    assert code == 0 and repo.refs[b"refs/heads/notes"] == row["commit"].encode() and repo.head() == start
    assert "- [x] The file is valid." in (tmp_path / "report.md").read_text()
    assert run(capsys, "contribute", taxonomy, NOTE, *signed)[0] == 0
    assert repo[repo.head()].message == b"Better notes\n\nSigned-off-by: Edith <edith@example.org>\n"
    assert run(capsys, "diff", taxonomy) == (0, "No leaf differs.\n", "")
    repo.close()
