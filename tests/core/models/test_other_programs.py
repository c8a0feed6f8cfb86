"""Models of other programs: found by their own books, used where they lie, hostile books ignored."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.fit import fit, memory_needed
from labdesk.core.models.other_programs import foreign_models


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def in_ollama(home: Path, digest: str, name: str = "smol", kind: str = "model") -> Path:
    root = home / ".ollama" / "models"
    manifest = root / "manifests" / "registry.ollama.ai" / "library" / name / "latest"
    manifest.parent.mkdir(parents=True)
    layers = [{"mediaType": f"application/vnd.ollama.image.{kind}", "digest": digest, "size": 1}]
    manifest.write_text(json.dumps({"layers": layers}))
    blob = root / "blobs" / digest.replace(":", "-")
    blob.parent.mkdir(parents=True, exist_ok=True)
    return blob


def test_nothing_there_is_nothing_found(home: Path) -> None:
    assert foreign_models() == ()


def test_each_program_is_read_by_its_own_books(home: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    blob = in_ollama(home, "sha256:" + "a" * 64)
    shutil.copy(starter_model(), blob)
    studio = home / ".lmstudio" / "models" / "maker" / "model" / "m-Q4.gguf"
    studio.parent.mkdir(parents=True)
    shutil.copy(starter_model(), studio)
    cache = home / ".cache" / "huggingface" / "hub" / "models--a--b"
    (cache / "snapshots" / "1").mkdir(parents=True)
    (cache / "blobs").mkdir()
    shutil.copy(starter_model(), cache / "blobs" / "x")
    (cache / "snapshots" / "1" / "b.gguf").symlink_to(cache / "blobs" / "x")
    found = {(one.program, one.name) for one in foreign_models()}
    assert found == {("Ollama", "smol:latest"), ("LM Studio", "m-Q4"), ("Hugging Face", "b")}
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    assert main(["models", str(starter_model()), "--others", "--json"]) == 0
    cards = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [card["program"] for card in cards] == ["", "Ollama", "LM Studio", "Hugging Face"]
    assert all(card["can_learn"] for card in cards)
    assert before == {path: path.stat().st_mtime_ns for path in home.rglob("*")}, "nothing is moved or written"


@pytest.mark.parametrize(
    "digest", ["sha256:../../../etc/passwd", "sha256:" + "A" * 64, "../x", "sha256:" + "a" * 63, ""]
)
def test_a_digest_that_climbs_is_no_model(home: Path, digest: str) -> None:
    in_ollama(home, "sha256:" + "b" * 64, "other", "license").touch()
    manifest = home / ".ollama" / "models" / "manifests" / "r" / "l" / "evil" / "latest"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": digest}]}))
    (manifest.parent / "broken").write_bytes(b"\xff{")
    assert foreign_models() == ()


def test_a_link_out_of_the_cache_is_not_followed(home: Path, tmp_path: Path) -> None:
    snapshot = home / ".cache" / "huggingface" / "hub" / "models--a--b" / "snapshots" / "1"
    snapshot.mkdir(parents=True)
    outside = tmp_path / "outside.gguf"
    outside.touch()
    (snapshot / "b.gguf").symlink_to(outside)
    studio = home / ".lmstudio" / "models" / "x.gguf"
    studio.parent.mkdir(parents=True)
    studio.symlink_to(outside)
    assert foreign_models() == ()


def test_what_fits() -> None:
    sizes = (100_000_000, 5_000_000_000, 11_000_000_000, 15_000_000_000)
    assert [fit(size, 16_000_000_000) for size in sizes] == ["fits", "fits", "tight", "too large"]
    assert memory_needed(0) > 0
