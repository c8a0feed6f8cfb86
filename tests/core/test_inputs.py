"""What a job read is told apart from what lies there now: texts, documents, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.inputs import Inputs, LeafInputs, documents_differ, reading_inputs
from labdesk.core.steps import finished

LEAF = "knowledge/a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / LEAF
    made.mkdir(parents=True)
    for name, text in (("qna.yaml", "version: 3"), ("b.md", "old"), ("exam.jsonl", "{}"), (".hidden", "x")):
        (made / name).write_text(text)
    (made / "inner").mkdir()
    return made


def _read(root: Path) -> Inputs:
    return finished(reading_inputs(root, (LEAF,)))


def test_documents_are_noted_and_what_is_no_source_is_not(folder: Path, tmp_path: Path) -> None:
    found = _read(tmp_path)
    assert list(found.leaves[LEAF].documents) == ["b.md"]
    back = msgspec.json.decode(msgspec.json.encode(found.leaves), type=dict[str, LeafInputs | str])
    assert back == found.leaves
    assert not documents_differ(folder, found.leaves[LEAF])


def test_only_another_content_is_another_document(folder: Path, tmp_path: Path) -> None:
    known = _read(tmp_path)
    os.utime(folder / "b.md", ns=(1, 1))
    assert not documents_differ(folder, known.leaves[LEAF])
    (folder / "b.md").write_text("new")
    assert documents_differ(folder, known.leaves[LEAF])
    assert _read(tmp_path).sha256 != known.sha256
    (folder / "b.md").write_text("longer than before")
    assert documents_differ(folder, known.leaves[LEAF])
    (folder / "b.md").unlink()
    assert documents_differ(folder, known.leaves[LEAF])


def test_a_leaf_that_is_gone_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="could not be read"):
        _read(tmp_path)
