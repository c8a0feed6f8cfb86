"""Whether a folder with a model can be trusted to be data: no pickles, no code, no keys that ask for code.

A flag of a library that promises not to run code was got round again and again (reference: CVE-2026-5843 of mlx-lm,
CVE-2025-32434 of torch), so labdesk refuses the files themselves, by their names and by their first bytes.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.hub import CODE_KEYS

_CODE: Final = frozenset({".py", ".pyc", ".pyo", ".so", ".dll", ".dylib", ".sh", ".exe", ".bat", ".ps1", ".pth"})
_PICKLES: Final = frozenset(
    {".bin", ".pt", ".ckpt", ".pkl", ".pickle", ".npy", ".npz", ".joblib", ".h5", ".keras", ".msgpack", ".dill"}
)
_ARCHIVES: Final = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".egg"})
#: First bytes: zip (also what torch saves), gzip, pickle protocols 2 to 5, ELF, numpy, HDF5, Windows programs.
_MAGIC: Final = (
    b"PK\x03\x04", b"\x1f\x8b", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x7fELF", b"\x93NUMPY",
    b"\x89HDF", b"MZ",
)  # fmt: skip
_MOST_FILES: Final = 2000
_LARGEST_JSON: Final = 32_000_000
_DEEPEST: Final = 64


def check_folder(folder: Path) -> None:
    """Raises ModelError for the first thing in a model's folder that could run code or reach outside of it."""
    seen = 0
    try:
        for root, folders, names in os.walk(folder):
            for name in sorted((*folders, *names)):
                seen += 1
                if seen > _MOST_FILES:
                    raise _refused(folder.name, "It holds more files than a model has.")
                _check(Path(root, name))
    except OSError as error:
        raise ModelError(f"“{folder.name}” cannot be read.", cause=str(error)) from error


def check_file(path: Path) -> None:
    """Raises ModelError when a file a person gives is one of those that can run code when they are loaded."""
    suffix = path.suffix.lower()
    if suffix in _PICKLES:
        raise _refused(path.name, "Files of this kind can hold a program that runs as soon as they are opened.")
    if suffix in _CODE:
        raise _refused(path.name, "It is a program.")
    if suffix in _ARCHIVES:
        raise _refused(path.name, "It is an archive; labdesk does not unpack models.")
    with open(path, "rb") as file:
        first = file.read(8)
    if first.startswith(_MAGIC):
        raise _refused(path.name, "Its first bytes are those of a program, a pickle or an archive.")


def _check(path: Path) -> None:
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        raise _refused(path.name, "It is a link: it could lead to any file of yours.")
    if stat.S_ISDIR(kind):
        return
    if not stat.S_ISREG(kind):
        raise _refused(path.name, "It is no ordinary file.")
    if path.name.endswith(".part") or path.name == ".lock":
        return
    check_file(path)
    if path.suffix.lower() == ".json":
        _check_json(path)


def _check_json(path: Path) -> None:
    if path.stat().st_size > _LARGEST_JSON:
        raise _refused(path.name, "It is larger than any description of a model.")
    data = path.read_bytes()
    if _too_deep(data):
        raise _refused(path.name, "It is nested deeper than any description of a model.")
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(path.name, "It is no readable JSON.") from error
    for key in _keys(value):
        if key in CODE_KEYS:
            raise _refused(path.name, f"It asks for code to be run ({key}).")


def _too_deep(data: bytes) -> bool:
    """Whether brackets open deeper than any description needs; brackets in texts count too, which is no harm at 64."""
    depth = 0
    for byte in data if len(data) < 200_000 else data[:200_000]:
        if byte in b"[{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _keys(value: Any) -> list[str]:
    """All keys of a JSON value that can be in the way: of its objects, however deep."""
    found: list[str] = []
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            found += [str(key) for key in one]
            rest += one.values()
        elif isinstance(one, list):
            rest += one
    return found


def _refused(name: str, why: str) -> ModelError:
    return ModelError(
        f"labdesk does not open “{name[:100]}”.",
        cause=why,
        remedy="Choose a GGUF file, or a folder with safetensors and no code in it.",
    )
