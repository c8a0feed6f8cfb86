"""The dry run of memory, tuning, quantizing, and what the vocabulary promises."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.gguf_header import read_header
from labdesk.core.storage import TEMPORARY_PREFIX
from labdesk.engine.convert.quantize import quantize
from labdesk.engine.runtimes import Completed, Completion
from labdesk.engine.runtimes.llama_cpp.fitting import fitting_options
from labdesk.engine.runtimes.llama_cpp.memory import memory_need
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime
from labdesk.engine.runtimes.llama_cpp.tuning import known_tuning, remembered_tuning, tune
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary
from tests.tiny_models import write_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("m") / "m.gguf", quant="f16", width=256)


def test_dry_run_counts_keys_and_values_exactly() -> None:
    """30 layers x 3 heads x 64 values x (key + value) x 2 bytes for each of 4096 tokens (SmolLM2-135M)."""
    path = starter_model()
    need = memory_need(path, LoadOptions(context=4096, parallel=4, cells=4096))
    assert need.texts == pytest.approx(4096 * 30 * 3 * 64 * 2 * 2, rel=0.01)
    assert need.weights == pytest.approx(path.stat().st_size, rel=0.05)
    assert need.working > 1_000_000
    assert need.total == need.weights + need.texts + need.working
    double = memory_need(path, LoadOptions(context=4096, parallel=4, cells=8192))
    assert double.texts == 2 * need.texts


def test_options_shrink_until_they_fit() -> None:
    path = starter_model()
    wanted = LoadOptions(context=2048)
    whole = memory_need(path, wanted).total
    assert fitting_options(path, wanted, available=2 * whole) == wanted
    fewer = fitting_options(path, wanted, available=round(0.8 * whole))
    assert fewer.context == 2048 and 0 < fewer.cells < 16384
    assert memory_need(path, fewer).total < 0.8 * whole
    least = memory_need(path, LoadOptions(context=1024, cells=1024)).total
    assert fitting_options(path, wanted, available=round(least / 0.89)).context == 1024
    with pytest.raises(ModelError, match="does not fit") as error:
        fitting_options(path, wanted, available=least // 2)
    assert "GB" in error.value.cause and error.value.remedy


def test_tuning_measures_and_remembers(model: Path, tmp_path: Path) -> None:
    found = tune(model, lambda: False, sequences=(1, 2))
    assert found.parallel in (1, 2) and found.threads >= 1 and found.tokens_per_second > 0
    assert {count for count, _, _ in found.measured} <= {1, 2} and len(found.measured) >= 2
    first = remembered_tuning(model, tmp_path, lambda: False)
    assert remembered_tuning(model, tmp_path, lambda: True) == first
    (file,) = tmp_path.iterdir()
    assert known_tuning(model, tmp_path) == first
    file.write_text("{")
    assert known_tuning(model, tmp_path) is None, "a damaged file is measured again"


@pytest.mark.parametrize("kind", ["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M"])
def test_quantized_copies_load_and_write(model: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "new folder" / f"{kind}.gguf"
    quantize(model, target, kind, threads=1)  # type: ignore[arg-type]
    header = read_header(target)
    assert header.quantization == kind
    assert header.chat_template == read_header(model).chat_template
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    done: list[Completed] = []
    with LlamaCppRuntime(target, LoadOptions(context=64, parallel=1, threads=1)) as runtime:
        runtime.complete([Completion("a", "the model", 4)], done.append, lambda: False)
    assert len(done) == 1


def test_quantized_copies_are_smaller(model: Path, tmp_path: Path) -> None:
    sizes = []
    for kind in ("F16", "Q8_0", "Q6_K", "Q4_K_M"):
        quantize(model, tmp_path / f"{kind}.gguf", kind, threads=1)  # type: ignore[arg-type]
        sizes.append((tmp_path / f"{kind}.gguf").stat().st_size)
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == 4


def test_quantizing_refuses_and_leaves_nothing_behind(model: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.gguf"
    quantize(model, small, "Q4_K_M", threads=1)
    with pytest.raises(ModelError, match="already compressed"):
        quantize(small, tmp_path / "again.gguf", "Q8_0")
    with pytest.raises(ModelError, match="onto itself"):
        quantize(model, model, "Q8_0")
    with pytest.raises(ModelError, match="cannot write"):
        quantize(model, tmp_path / "x.gguf", "Q2_K")  # type: ignore[arg-type]
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(model.read_bytes()[:-9999])
    with pytest.raises(ModelError, match="incomplete"):
        quantize(cut, tmp_path / "y.gguf", "Q8_0")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.gguf", "small.gguf"]
    assert not list(tmp_path.glob(f"{TEMPORARY_PREFIX}*"))


@pytest.fixture(scope="module")
def vocabulary(model: Path) -> Vocabulary:
    return Vocabulary.open(model)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_text_survives_tokens(vocabulary: Vocabulary, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    for special in (True, False):
        assert vocabulary.decode(vocabulary.encode(text, special=special)) == text


def test_control_tokens_only_when_asked_for(vocabulary: Vocabulary) -> None:
    text = "a<|im_end|>b"
    assert vocabulary.eos in vocabulary.encode(text)
    assert vocabulary.eos not in vocabulary.encode(text, special=False)
    assert vocabulary.eos not in vocabulary.encode(vocabulary.harmless(text))
    assert vocabulary.decode(vocabulary.encode(text), special=False) == "ab"
    assert vocabulary.is_end(vocabulary.eos)
    assert vocabulary.piece(vocabulary.eos) == b""


def test_vocabulary_alone_agrees_with_the_loaded_model(model: Path, vocabulary: Vocabulary) -> None:
    with LlamaCppRuntime(model, LoadOptions(context=64, parallel=1, threads=1)) as runtime:
        for text in ("the model learns", "日本 é <|im_start|>user\n", " "):
            assert runtime.vocabulary.encode(text) == vocabulary.encode(text)


def test_damaged_file_is_refused(model: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(model.read_bytes()[:3000])
    with pytest.raises(ModelError, match="damaged"):
        Vocabulary.open(cut)
