"""The acceptance corpus beside the checkout: 1,037 real qna.yaml files with their verdicts, and two real trees."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import msgspec
import pytest

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


class CorpusFile(msgspec.Struct, frozen=True):
    """One file, where it lay, and what instructlab-schema says about it."""

    id: str
    path: str
    verdict: str
    error_paths: tuple[str, ...]
    data: bytes

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@pytest.fixture(scope="session")
def corpus() -> list[CorpusFile]:
    if not (CORPUS / "verdicts.jsonl").is_file():
        pytest.skip("the corpus of real taxonomy files is not beside this checkout (../shared/corpus)")
    files = []
    with zipfile.ZipFile(CORPUS / "qna-corpus.zip") as archive:
        for line in (CORPUS / "verdicts.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            data = archive.read(f"{row['id']}/qna.yaml")
            files.append(CorpusFile(row["id"], row["path"], row["verdict"], tuple(row["error_paths"]), data))
    return files


@pytest.fixture(params=["taxonomy-2024-07.zip", "taxonomy-2025-04.zip"])
def real_tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    archive = CORPUS / request.param
    if not archive.is_file():
        pytest.skip("the real taxonomies are not beside this checkout (../shared/corpus)")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    return tmp_path
