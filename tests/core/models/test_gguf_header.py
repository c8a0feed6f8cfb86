"""The GGUF header reader: right about good files, ModelError (and nothing else) for every bad one."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufArray, read_header
from tests.tiny_models import CHAT_TEMPLATE, write_tiny_model


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf", "qwen3", "q8_0")


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _file(
    keys: bytes = b"", key_count: int = 0, tensors: bytes = b"", tensor_count: int = 0, tail: int = 4096
) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensor_count, key_count) + keys + tensors + bytes(tail)


def _tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    return _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def _u32(key: str, value: int) -> bytes:
    return _string(key) + struct.pack("<II", 4, value)


def test_reads_what_the_file_says(good: Path) -> None:
    header = read_header(good)
    assert (header.architecture, header.name, header.quantization) == ("qwen3", "Tiny random model", "Q8_0")
    assert header.context_length == 512
    assert header.chat_template == CHAT_TEMPLATE
    assert header.tokenizer_model == "gpt2"
    assert header.license == "apache-2.0"
    assert isinstance(header.kv["tokenizer.ggml.tokens"], GgufArray)
    assert header.file_size == good.stat().st_size


def test_tensors_are_where_the_official_reader_finds_them(good: Path) -> None:
    import gguf

    official = {
        t.name: (int(t.data_offset), int(t.n_bytes), tuple(int(n) for n in t.shape))
        for t in gguf.GGUFReader(good).tensors
    }
    ours = {t.name: (t.offset, t.size, t.shape) for t in read_header(good).tensors}
    assert ours == official


def test_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not there") as caught:
        read_header(tmp_path / "none.gguf")
    assert caught.value.remedy


BAD = {
    "empty": b"",
    "other magic": b"GGML" + bytes(100),
    "version 1": b"GGUF" + struct.pack("<IQQ", 1, 0, 0) + bytes(64),
    "big endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0) + bytes(64),
    "too many tensors": _file(tensor_count=1 << 40),
    "too many keys": _file(key_count=1 << 63),
    "endless key": _file(struct.pack("<Q", 1 << 62), 1),
    "key twice": _file(_u32("a", 1) + _u32("a", 2), 2),
    "unknown value type": _file(_string("a") + struct.pack("<I", 77), 1),
    "array of arrays": _file(_string("a") + struct.pack("<IIQ", 9, 9, 1), 1),
    "huge array": _file(_string("a") + struct.pack("<IIQ", 9, 4, 1 << 60), 1),
    "array past the end": _file(_string("a") + struct.pack("<IIQ", 9, 4, 1 << 20), 1),
    "alignment 0": _file(_u32("general.alignment", 0), 1),
    "alignment 24": _file(_u32("general.alignment", 24), 1),
    "five dimensions": _file(tensors=_tensor("t", (1, 1, 1, 1, 1)), tensor_count=1),
    "no dimensions": _file(tensors=_tensor("t", ()), tensor_count=1),
    "zero dimension": _file(tensors=_tensor("t", (32, 0)), tensor_count=1),
    "overflowing product": _file(tensors=_tensor("t", (1 << 32, 1 << 32)), tensor_count=1),
    "unknown tensor type": _file(tensors=_tensor("t", (32,), kind=99), tensor_count=1),
    "row not whole blocks": _file(tensors=_tensor("t", (33,), kind=8), tensor_count=1),
    "offset not aligned": _file(tensors=_tensor("t", (8,), offset=7), tensor_count=1),
    "tensor twice": _file(tensors=_tensor("t", (8,)) + _tensor("t", (8,), offset=32), tensor_count=2),
    "overlapping tensors": _file(tensors=_tensor("t", (64,)) + _tensor("u", (64,)), tensor_count=2),
    "tensor past the end": _file(tensors=_tensor("t", (1 << 20,)), tensor_count=1),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_files_are_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(BAD[name])
    with pytest.raises(ModelError) as caught:
        read_header(path)
    assert caught.value.cause
    assert caught.value.remedy


def test_a_minimal_good_file_passes(tmp_path: Path) -> None:
    """Shows that the bad files above are refused for their fault and not for being artificial."""
    path = tmp_path / "ok.gguf"
    path.write_bytes(_file(_u32("general.alignment", 64), 1, _tensor("t", (64,)) + _tensor("u", (32,), 8, 256), 2))
    assert [tensor.size for tensor in read_header(path).tensors] == [256, 34]


def test_every_truncation_is_refused(good: Path, tmp_path: Path) -> None:
    whole = good.read_bytes()
    path = tmp_path / "cut.gguf"
    for length in [*range(0, 2000, 37), *range(2000, len(whole), 4001), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ModelError):
            read_header(path)


def test_damaged_headers_never_raise_anything_else(good: Path, tmp_path: Path) -> None:
    """300 mutations: bit flips, runs of 0xff, moved bytes; read as something valid or refused, never another error."""
    whole = good.read_bytes()
    end = min(tensor.offset for tensor in read_header(good).tensors)
    chance = random.Random(5)
    path = tmp_path / "mutant.gguf"
    refused = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(4, end)
            kind = chance.randrange(3)
            if kind == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                data[at : at + 8] = b"\xff" * 8
            else:
                del data[at : at + chance.randint(1, 8)]
        path.write_bytes(bytes(data))
        try:
            read_header(path)
        except ModelError:
            refused += 1
    assert refused > 60


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_after_the_magic(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.gguf"
    path.write_bytes(b"GGUF\x03\x00\x00\x00" + data)
    try:
        header = read_header(path)
    except ModelError:
        return
    assert all(tensor.offset + tensor.size <= header.file_size for tensor in header.tensors)
