"""The hub's own client against a hub of ours, and what may come from it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from labdesk.core import paths
from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.hub import HubFile, HubModel, check_files, clean_repository, gguf_files, may_fetch
from labdesk.core.models.recommended import class_for, preferred, read_recommended
from labdesk.core.settings import Settings, hub_endpoint
from labdesk.core.workspace import Workspace
from labdesk.engine.download.catalogue import Catalogue
from tests.engine.download.naughty_hub import COMMIT, REPOSITORY, Hub, content, serving


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with serving(Hub(content(1000))) as made:
        yield made


def test_search_and_files_come_through_the_hubs_own_client(hub: Hub) -> None:
    catalogue = Catalogue(hub.url)
    assert [model.repository for model in catalogue.search("model")] == [REPOSITORY]
    model = catalogue.files(REPOSITORY)
    assert (model.commit, model.licence, model.gated) == (COMMIT, "apache-2.0", False)
    (file,) = gguf_files(model)
    assert file == hub.file, "address pinned to the commit, size and SHA-256"
    assert all("Authorization" not in asked for asked in hub.asked)


def test_a_hub_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(ModelError, match="mirror"):
        Catalogue("http://127.0.0.1:1").search("model")


@pytest.mark.parametrize(
    "name", ["config.json", "model.gguf", "model-00001.safetensors", "README.md", "LICENSE", "chat_template.jinja"]
)
def test_weights_and_texts_may_come(name: str) -> None:
    assert may_fetch(name)


@pytest.mark.parametrize(
    "name",
    [
        "modeling_x.py", "pytorch_model.bin", "model.pt", "model.pth", "model.ckpt", "x.pkl", "x.npy", "x.npz", "x.h5",
        "x.keras", "x.joblib", "model.zip", "model.tar.gz", "setup.sh", "evil.so", "../model.gguf", "/etc/model.gguf",
        "a/b.gguf", "..\\model.gguf", "C:model.gguf", "model.gguf ", "model.gguf.", ".hidden.gguf", "", ".", "..",
        "model.gguf\n", "model\x00.gguf", "con|x.gguf", "mödel.gguf.py", "x" * 300 + ".gguf", "config.json.py",
    ],
)  # fmt: skip
def test_nothing_else_may(name: str) -> None:
    assert not may_fetch(name)
    with pytest.raises(ModelError):
        check_files([HubFile(name=name, url="https://x/", size=1, sha256="0" * 64)])


def test_a_file_without_a_checksum_is_refused() -> None:
    for sha in ("", "0" * 63, "z" * 64):
        with pytest.raises(ModelError, match="checked"):
            check_files([HubFile(name="m.gguf", url="https://x/", size=1, sha256=sha)])


def test_names_are_read_as_people_paste_them() -> None:
    assert clean_repository("https://huggingface.co/a/b-GGUF/tree/main") == "a/b-GGUF"
    for text in ("", "a", "a/b/c", "../b", "a/..", "a b/c", "a/b?x=1", "-a/b"):
        with pytest.raises(ModelError):
            clean_repository(text)


def test_a_mirror_must_be_encrypted_or_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert hub_endpoint(Settings()) == "https://huggingface.co"
    assert hub_endpoint(Settings(hub_mirror="https://mirror.example/ ")) == "https://mirror.example"
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9/")
    assert hub_endpoint(Settings()) == "http://127.0.0.1:9"
    for bad in ("http://mirror.example", "file:///etc", "mirror.example"):
        with pytest.raises(ModelError):
            hub_endpoint(Settings(hub_mirror=bad))


def test_the_list_of_recommended_models_is_whole() -> None:
    classes = read_recommended(paths.resources() / "models" / "recommended.yaml")
    assert class_for(classes, 16_500_000_000).memory == 16 and class_for(classes, 1).memory == classes[0].memory
    for one in classes:
        roles = {role for model in one.models for role in model.roles}
        assert roles == {"teacher", "student"}


def test_the_preferred_file_of_several() -> None:
    names = ("m-Q8_0.gguf", "m-Q4_K_M.gguf", "m-F16-00001-of-00002.gguf", "mmproj-m.gguf")
    files = tuple(HubFile(name=name, url="", size=n + 1) for n, name in enumerate(names))
    model = HubModel(repository="a/b", files=files)
    assert [preferred(model, wish).name for wish in ("q8_0", "F16", "")] == [names[0], names[1], names[1]]
    with pytest.raises(ModelError):
        preferred(HubModel(repository="a/b"), "")


@pytest.mark.slow
def test_the_command_fetches_a_real_model_and_it_can_be_used(tmp_path: Path) -> None:
    """`labdesk hub download` with HF_ENDPOINT, a token from the environment, and a worker."""
    Workspace.create(tmp_path / "w")
    with serving(Hub(starter_model().read_bytes(), "starter-Q4_1.gguf")) as hub:
        hub.token = "hf_canary"
        port = hub.url.rsplit(":", 1)[1]
        environment = {
            **os.environ, "HF_ENDPOINT": hub.url, f"LABDESK_KEY_127_0_0_1_{port}": "hf_canary", "HF_HUB_OFFLINE": "0",
        }  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "labdesk",
            "hub",
            "download",
            REPOSITORY,
            "--workspace",
            str(tmp_path / "w"),
            "--json",
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    result = msgspec.json.decode(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert Path(result["model"]).read_bytes() == starter_model().read_bytes()
    assert Path(result["model"]).parent == paths.models_folder() / REPOSITORY
    kept = b"".join(path.read_bytes() for path in (tmp_path / "w" / ".labdesk").rglob("*") if path.is_file())
    assert b"hf_canary" not in kept + done.stdout.encode()
