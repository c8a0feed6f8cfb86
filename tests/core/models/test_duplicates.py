"""Files that are the same, and files that may go into the trash."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from labdesk.core import paths
from labdesk.core.errors import ModelError, StorageError
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.duplicates import duplicates
from labdesk.core.models.removal import throw_away


def test_only_the_same_bytes_are_duplicates(tmp_path: Path) -> None:
    contents = {
        "a": b"x" * 3_000_000,
        "b": b"x" * 3_000_000,
        "c": b"x" * 1_500_000 + b"y" + b"x" * 1_499_999,
        "d": b"z",
    }
    files = []
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        files.append(tmp_path / name)
    os.link(tmp_path / "a", tmp_path / "also a")
    found = list(duplicates([*files, tmp_path / "also a", tmp_path / "gone"]))
    assert found == [(tmp_path / "a", tmp_path / "b")], "a differing middle is seen, a second name is not"


@pytest.fixture
def trash(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    went: list[Path] = []
    monkeypatch.setattr("labdesk.core.models.removal.send2trash", lambda path: went.append(Path(path)))
    return went


def test_a_fetched_model_goes_with_its_folder_when_it_was_the_last(tmp_path: Path, trash: list[Path]) -> None:
    home = paths.models_folder() / "maker" / "model"
    home.mkdir(parents=True)
    for name in ("a.gguf", "b.gguf", "README.md"):
        (home / name).write_bytes(b"12345")
    assert throw_away(home / "a.gguf") == 5
    (home / "a.gguf").unlink()
    throw_away(home / "b.gguf")
    own = tmp_path / "own.gguf"
    own.write_bytes(b"1")
    throw_away(own)
    assert trash == [home / "a.gguf", home, own]


def test_what_is_not_the_persons_stays(tmp_path: Path, trash: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    blob = tmp_path / "maker" / "model" / "m.gguf"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"1")
    monkeypatch.setattr("labdesk.core.models.other_programs.lm_studio_models", lambda: tmp_path)
    for path, words in ((starter_model(), "labdesk"), (blob, "LM Studio"), (tmp_path / "none.gguf", "not there")):
        with pytest.raises(ModelError, match=words):
            throw_away(path)
    assert not trash


def test_a_trash_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: str) -> None:
        raise OSError("no trash here")

    monkeypatch.setattr("labdesk.core.models.removal.send2trash", fail)
    (tmp_path / "m.gguf").write_bytes(b"1")
    with pytest.raises(StorageError, match="cannot be moved"):
        throw_away(tmp_path / "m.gguf")
